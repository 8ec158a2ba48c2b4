//! `print(x` and `[1, 2`: a bracket that is never closed.

use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unclosed_bracket";

/// Most open brackets that are looked at.
const MAX_BRACKETS: usize = 6;

/// Lines after the opening bracket where its partner is looked for.
const MAX_LINES: usize = 80;

/// Proposes the closing bracket where a line, an argument or a header ends.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    // Of many open brackets, the innermost is the one to close first.
    let unclosed = site
        .lone_brackets
        .iter()
        .rev()
        .filter_map(|lone| match *lone {
            LoneBracket::Unclosed { opener, forced_by } => Some((opener, forced_by)),
            _ => None,
        });
    let near = unclosed.filter(|(opener, _)| {
        site.token(*opener)
            .is_some_and(|token| token.span.start <= site.error.span.end)
    });
    for (opener, forced_by) in near.take(MAX_BRACKETS) {
        let Some(token) = site
            .token(opener)
            .filter(|token| token.span.start <= site.error.span.end)
        else {
            continue;
        };
        let TokenKind::Open(bracket) = token.kind else {
            continue;
        };
        let place = Place {
            site,
            opener,
            bracket,
        };
        if let Some(closer) = forced_by {
            // `range(10]`: it has to be closed before the bracket that closes what is around it.
            if let Some(before) = site.code_token_before(closer) {
                place.push(before, 3, out);
            }
            place.other_shape(closer, out);
        }
        place.ends_of_lines(out);
        place.inside_line(out);
    }
}

struct Place<'site, 'text> {
    site: &'site Site<'text>,
    opener: usize,
    bracket: Bracket,
}

impl Place<'_, '_> {
    fn ends_of_lines(&self, out: &mut Vec<Proposal>) {
        let site = self.site;
        let Some(opener) = site.token(self.opener) else {
            return;
        };
        let first = site.layout.line_at(opener.span.start);
        let Some(opener_line) = site.layout.lines.get(first) else {
            return;
        };
        let last = site.layout.line_at(site.error.span.start).max(first);
        for line in first..=last.min(first + MAX_LINES) {
            let mut code = site.layout.code_of(line);
            let Some(mut end) = code.next_back() else {
                continue;
            };
            let is_header = line == first && site.construct_of(line).is_some();
            // The header's colon stays outside.
            if site.str(end) == ":"
                && (is_header || line != first && site.construct_of(first).is_some())
            {
                match code.next_back() {
                    Some(before) => end = before,
                    None => continue,
                }
            }
            let Some(index) = self.index_of(end.span) else {
                continue;
            };
            if index < self.opener {
                continue;
            }
            let next = site
                .layout
                .code_after(line)
                .and_then(|next| site.layout.lines.get(next));
            let ends_here = next.is_none_or(|next| next.indent <= opener_line.indent);
            let is_open = matches!(site.str(end), "," | "=" | "+" | "-" | "*" | "%" | ".")
                || index == self.opener;
            let cost = match (ends_here, is_open) {
                (true, false) => 4,
                (true, true) => 12,
                (false, false) => 18,
                (false, true) => 40,
            };
            self.push(
                index,
                cost + u32::try_from(line - first).unwrap_or(0).min(4),
                out,
            );
        }
    }

    /// After each operand of the opener's line: `foo(a[1, b)`, `(a + b) * (c + d * e`.
    fn inside_line(&self, out: &mut Vec<Proposal>) {
        let site = self.site;
        let Some(opener) = site.token(self.opener) else {
            return;
        };
        let line = site.layout.line_at(opener.span.start);
        let Some(last) = site.layout.lines.get(line).map(|line| line.last) else {
            return;
        };
        let mut depth = 0usize;
        for index in self.opener + 1..last {
            let Some(token) = site.token(index) else {
                break;
            };
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth == 0 => break,
                TokenKind::Close(_) => depth -= 1,
                _ => {}
            }
            let next = site
                .code_token_after(index)
                .and_then(|next| site.token(next));
            let ends = token.ends_operand(site.text)
                && next.is_some_and(|next| !next.starts_operand(site.text));
            if depth == 0
                && ends
                && next.is_some_and(|next| site.layout.line_at(next.span.start) == line)
            {
                self.push(index, 16, out);
            }
        }
        // `foo(` at the end of a line: an empty pair.
        if site
            .code_token_after(self.opener)
            .is_none_or(|next| next >= last)
        {
            self.push(self.opener, 20, out);
        }
    }

    /// `rows[0)`: the closing bracket that came first has the wrong shape, if another one is left over after it.
    fn other_shape(&self, closer: usize, out: &mut Vec<Proposal>) {
        let site = self.site;
        let (Some(open), Some(close)) = (site.token(self.opener), site.token(closer)) else {
            return;
        };
        let left_over = site.lone_brackets.iter().any(|lone| {
            matches!(lone, LoneBracket::Unopened(other) if *other > closer
                && site.token(*other).is_some_and(|other| other.kind == close.kind))
        });
        let (wrong, right) = (site.str(close), self.bracket.close());
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MISMATCHED_CLOSE"),
                if left_over { 2 } else { 9 },
                close.span,
                vec![Edit::replace(close.span, right)],
            )
            .construct(shape(self.bracket))
            .message(format!(
                "'{wrong}' does not close '{}': use '{right}'",
                self.bracket.open()
            ))
            .title(format!("Replace '{wrong}' by '{right}'"))
            .related(open.span, format!("this '{}' is open", self.bracket.open())),
        );
    }

    fn index_of(&self, span: Span) -> Option<usize> {
        self.site
            .layout
            .tokens
            .binary_search_by_key(&span.start, |token| token.span.start)
            .ok()
    }

    /// Proposes to close after token `index`.
    fn push(&self, index: usize, cost: u32, out: &mut Vec<Proposal>) {
        let site = self.site;
        let (Some(opener), Some(after)) = (site.token(self.opener), site.token(index)) else {
            return;
        };
        let (open, close) = (self.bracket.open(), self.bracket.close());
        let (edit, span) = self.closing(opener, after);
        let code = Code::new(match self.bracket {
            Bracket::Round => "SYN.UNCLOSED_PAREN",
            Bracket::Square => "SYN.UNCLOSED_BRACKET",
            Bracket::Curly => "SYN.UNCLOSED_BRACE",
        });
        out.push(
            Proposal::new(RULE, code, cost, span, vec![edit])
                .construct(self.construct())
                .message(format!(
                    "'{open}' was never closed: add '{close}' after '{}'",
                    short(site.str(after))
                ))
                .title(format!("Add '{close}' after '{}'", short(site.str(after))))
                .related(opener.span, format!("this '{open}' is still open")),
        );
    }

    /// The closing bracket after a token, and the place where it is missing: on a line of its own if the opening one
    /// ends its line.
    fn closing(&self, opener: &Token, after: &Token) -> (Edit, Span) {
        let site = self.site;
        let close = self.bracket.close();
        let (first, last) = (
            site.layout.line_at(opener.span.start),
            site.layout.line_at(after.span.start),
        );
        let ends_line = |line: usize, token: &Token| {
            site.layout
                .code_of(line)
                .next_back()
                .is_some_and(|end| end.span == token.span)
        };
        if last > first && ends_line(first, opener) && ends_line(last, after) {
            let line_end = site
                .layout
                .lines
                .get(last)
                .map_or(after.span.end, |line| line.span.end);
            let text = format!("{}{}{close}", site.line_break(), site.indent(first));
            let next_line = site
                .layout
                .lines
                .get(last + 1)
                .map_or(site.text.len(), |next| next.span.start);
            (Edit::insert(line_end, text), Span::empty(next_line))
        } else {
            (Edit::insert(after.span.end, close), after.span)
        }
    }

    fn construct(&self) -> Option<&'static str> {
        let site = self.site;
        let opener = site.token(self.opener)?;
        let line = site.layout.line_at(opener.span.start);
        let follows_operand = site
            .code_token_before(self.opener)
            .and_then(|before| site.token(before))
            .is_some_and(|before| {
                before.ends_operand(site.text) && before.span.end == opener.span.start
            });
        let after_opener = site.layout.tokens.get(self.opener..).unwrap_or(&[]);
        let on_line = after_opener
            .iter()
            .take_while(|token| token.kind != TokenKind::Newline);
        Some(match self.bracket {
            Bracket::Round => match site.construct_of(line) {
                Some("function_def") => "function_def",
                Some("class_def") => "class_def",
                _ if follows_operand => "call",
                Some("if" | "elif" | "while") => "condition",
                _ => "grouping",
            },
            Bracket::Square if follows_operand => "subscript",
            Bracket::Square if on_line.clone().any(|token| site.str(token) == "for") => {
                "comprehension"
            }
            Bracket::Square => "list",
            Bracket::Curly if on_line.clone().any(|token| site.str(token) == ":") => "dict",
            Bracket::Curly => "set",
        })
    }
}

fn shape(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Round => "paren",
        Bracket::Square => "bracket",
        Bracket::Curly => "brace",
    }
}
