//! `def f(self`, `if a ==`, `return g(h(x`: a line that ends before its brackets, its value or its colon.

use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site, short, statement_start};
use crate::taxonomy::Code;
use crate::text::{Applicability, Edit};

const RULE: &str = "unfinished_line";

/// What stands where a value is missing until the person writes it.
const PLACEHOLDER: &str = "...";

/// Most brackets whose line is looked at although the parser gave up further down.
const MAX_BRACKETS: usize = 4;

/// Proposes everything that a line lacks at its end, as one change, where the next line begins something else.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let openers = site
        .lone_brackets
        .iter()
        .rev()
        .filter_map(|lone| match lone {
            LoneBracket::Unclosed { opener, .. } => site.token(*opener),
            _ => None,
        });
    let mut lines: Vec<usize> = openers
        .filter(|opener| opener.span.start <= site.error.span.end)
        .map(|opener| site.layout.line_at(opener.span.start))
        .take(MAX_BRACKETS)
        .collect();
    lines.extend(site.suspect_lines().filter(|line| *line <= site.line));
    lines.sort_unstable();
    lines.dedup();
    for line in lines {
        if let Some(lack) = Lack::at_end_of(site, line) {
            out.extend(lack.proposal(site));
        }
    }
}

/// What is missing at the end of a line.
struct Lack {
    line: usize,
    last: Token,
    quote: Option<char>,
    value: bool,
    /// The brackets to close, the innermost first.
    open: Vec<Token>,
    colon: Option<&'static str>,
}

impl Lack {
    fn at_end_of(site: &Site<'_>, line: usize) -> Option<Self> {
        let start = statement_start(&site.layout, line);
        let last = *site.layout.code_of(line).next_back()?;
        let (first, end) = (
            site.layout.lines.get(start)?.first,
            site.layout.lines.get(line)?.last,
        );
        let mut open: Vec<Token> = Vec::new();
        let mut colons = 0;
        for token in site.layout.tokens.get(first..end)? {
            match token.kind {
                TokenKind::Open(_) => open.push(*token),
                TokenKind::Close(bracket) => {
                    open.pop()
                        .filter(|open| open.kind == TokenKind::Open(bracket))?;
                }
                TokenKind::Operator if open.is_empty() && site.str(token) == ":" => colons += 1,
                _ => {}
            }
        }
        let own = site.indent(start).len();
        let next = site.layout.code_after(line);
        let next_indent = next
            .and_then(|next| site.layout.lines.get(next))
            .map(|next| next.indent);
        let construct = site.construct_of(start).filter(|_| colons == 0);
        // `match` and `case` are names as well.
        let construct = construct.filter(|construct| !matches!(*construct, "match" | "case"));
        let has_body = next_indent.is_some_and(|next| next > own);
        let ends = match construct {
            Some(_) => has_body,
            None => !has_body && !next.is_some_and(|next| begins_with_closer(site, next)),
        };
        if !ends {
            return None;
        }
        open.reverse();
        let quote = unclosed_quote(site, &last);
        let value = quote.is_none() && wants_value(site, start, &last, open.first())?;
        Some(Self {
            line,
            last,
            quote,
            value,
            open,
            colon: construct,
        })
    }

    fn proposal(&self, site: &Site<'_>) -> Option<Proposal> {
        let pieces = self.open.len()
            + usize::from(self.value)
            + usize::from(self.colon.is_some())
            + usize::from(self.quote.is_some());
        let below = statement_start(&site.layout, self.line) < self.line;
        // One missing piece is for the rule that knows it.
        if pieces < 2 && !(below && self.colon.is_some() && pieces == 1) {
            return None;
        }
        let mut text = self.quote.map(String::from).unwrap_or_default();
        if self.value {
            let apart = !matches!(self.last.kind, TokenKind::Open(_));
            text.push_str(if apart { " " } else { "" });
            text.push_str(PLACEHOLDER);
        }
        for open in &self.open {
            if let TokenKind::Open(bracket) = open.kind {
                text.push_str(bracket.close());
            }
        }
        if self.colon.is_some() {
            text.push(':');
        }
        let word = short(site.str(&self.last));
        let added = text.trim_start().to_owned();
        let (code, construct) = self.name(site);
        let cost = u32::try_from(self.open.len() * 3).unwrap_or(u32::MAX)
            + if self.colon.is_some() { 2 } else { 0 }
            + if self.quote.is_some() { 6 } else { 0 }
            + if self.value { 12 } else { 0 };
        let edit = Edit::insert(self.last.span.end, text);
        let mut proposal = Proposal::new(RULE, code, cost, self.last.span, vec![edit])
            .construct(construct)
            .message(format!(
                "this line is not finished: '{added}' is missing after '{word}'"
            ))
            .title(if self.value {
                format!("Put '{added}' after '{word}' for now")
            } else {
                format!("Add '{added}' after '{word}'")
            });
        if self.value {
            proposal.applicability = Applicability::DisplayOnly;
        } else if pieces > 1 {
            proposal.applicability = Applicability::Unsafe;
        }
        for open in &self.open {
            proposal = proposal.related(open.span, "this bracket is still open");
        }
        Some(proposal)
    }

    fn name(&self, site: &Site<'_>) -> (Code, Option<&'static str>) {
        if self.quote.is_some() {
            return (Code::new("SYN.UNTERMINATED_STRING"), None);
        }
        if self.value {
            let construct = match site.str(&self.last) {
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "in" | "is" => "comparison",
                "not" => "unary",
                text if text.ends_with('=') => "assignment",
                _ => "binary",
            };
            return (Code::new("SYN.MISSING_OPERAND"), Some(construct));
        }
        match self.open.first().map(|open| open.kind) {
            Some(TokenKind::Open(Bracket::Round)) => {
                let construct = match self.colon {
                    Some("function_def") => "function_def",
                    Some("class_def") => "class_def",
                    Some("if" | "elif" | "while") => "condition",
                    _ => "call",
                };
                (Code::new("SYN.UNCLOSED_PAREN"), Some(construct))
            }
            Some(TokenKind::Open(Bracket::Square)) => (Code::new("SYN.UNCLOSED_BRACKET"), None),
            Some(_) => (Code::new("SYN.UNCLOSED_BRACE"), None),
            None => (Code::new("SYN.MISSING_COLON"), self.colon),
        }
    }
}

fn begins_with_closer(site: &Site<'_>, line: usize) -> bool {
    let first = site.layout.code_of(line).next();
    first.is_some_and(|first| matches!(first.kind, TokenKind::Close(_)))
}

/// The quote that a string at the end of a line lacks, if its text does not run into code.
fn unclosed_quote(site: &Site<'_>, last: &Token) -> Option<char> {
    let open = TokenKind::String {
        closed: false,
        triple: false,
    };
    let text = site.str(last);
    let quote = text.chars().find(|c| matches!(c, '\'' | '"'));
    quote.filter(|_| {
        last.kind == open && !text.trim_end().ends_with([')', ']', '}', ',', ':', '\\'])
    })
}

/// Whether a value is missing after the last token of a line; `None` if something else is, which nobody can guess.
fn wants_value(
    site: &Site<'_>,
    start: usize,
    last: &Token,
    inside: Option<&Token>,
) -> Option<bool> {
    if last.ends_operand(site.text) {
        return Some(false);
    }
    let is_definition = matches!(site.construct_of(start), Some("function_def" | "class_def"));
    let inside = inside.map(|inside| inside.kind);
    match last.kind {
        TokenKind::Open(_) => Some(false),
        TokenKind::Keyword => match site.str(last) {
            "in" | "is" | "and" | "or" | "not" => Some(true),
            "if" | "elif" | "while" | "with" | "else" if inside.is_none() => Some(true),
            "else" | "lambda" => None,
            _ => None,
        },
        TokenKind::Operator => match site.str(last) {
            "," => inside.is_some().then_some(false),
            ":" => match inside? {
                TokenKind::Open(Bracket::Square) => Some(false),
                _ => Some(true),
            },
            "*" | "**" | "/" if is_definition => None,
            "." | ";" | "@" | ":=" => None,
            "->" => is_definition.then_some(true),
            _ => Some(true),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::{check, found};

    #[test]
    fn what_the_rest_implies_is_added() {
        check(
            "class A:\n    def b(self, c\n        return c\n",
            &["SYN.UNCLOSED_PAREN:function_def"],
            "class A:\n    def b(self, c):\n        return c\n",
        );
        check(
            "a = b(c(d\ne = 1\n",
            &["SYN.UNCLOSED_PAREN:call"],
            "a = b(c(d))\ne = 1\n",
        );
        check(
            "def a(\n    b,\n    c=None,\n) -> int\n    return b\n",
            &["SYN.MISSING_COLON:function_def"],
            "def a(\n    b,\n    c=None,\n) -> int:\n    return b\n",
        );
    }

    #[test]
    fn a_missing_value_is_one_mistake() {
        assert_eq!(
            found("if a ==\n    b()\nc = 1\n"),
            [(1, "SYN.MISSING_OPERAND:comparison".to_owned())]
        );
        assert_eq!(
            found("def a(b):\n    c = d(b +\n    return c\n"),
            [(2, "SYN.MISSING_OPERAND:binary".to_owned())]
        );
    }
}
