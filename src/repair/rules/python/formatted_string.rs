//! `f'{x'`, `f'x}'`, `f'{}'`, `f'{x!z}'`, and `f'{d['a']}'` before Python 3.12: braces in a formatted string.

use crate::lang::python::{ParseErrorKind, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "formatted_string";
const UNCLOSED: Code = Code::new("SYN.FSTRING_UNCLOSED");
const SINGLE: Code = Code::new("SYN.FSTRING_SINGLE_BRACE");
const EMPTY: Code = Code::new("SYN.FSTRING_EMPTY");
const CONVERSION: Code = Code::new("SYN.FSTRING_CONVERSION");
const VERSION: Code = Code::new("SYN.FSTRING_VERSION");

/// Proposes braces, or other contents for those that are there.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        let Some(token) = site.token(index) else {
            continue;
        };
        let Some(formatted) = Formatted::new(site, token) else {
            continue;
        };
        formatted.unclosed(out);
        formatted.unopened(out);
        formatted.empty(out);
        formatted.conversion(out);
        formatted.nested_quotes(out);
    }
}

struct Formatted<'site, 'text> {
    site: &'site Site<'text>,
    token: &'site Token,
    /// Past the opening quote.
    body: usize,
    text: &'text str,
    quote: &'text str,
    /// Opening braces without a partner.
    open: Vec<usize>,
    /// Closing braces without a partner.
    lone: Vec<usize>,
    /// Pairs of braces, outermost ones only.
    fields: Vec<Span>,
}

impl<'site, 'text> Formatted<'site, 'text> {
    fn new(site: &'site Site<'text>, token: &'site Token) -> Option<Self> {
        let TokenKind::String { closed, triple } = token.kind else {
            return None;
        };
        let whole = site.str(token);
        let prefix = whole.find(['\'', '"'])?;
        if !whole.get(..prefix)?.contains(['f', 'F', 't', 'T']) {
            return None;
        }
        let width = if triple { 3 } else { 1 };
        let quote = whole.get(prefix..prefix + width)?;
        let body = token.span.start + prefix + width;
        let end = if closed {
            token.span.end.checked_sub(width)?.max(body)
        } else {
            token.span.end
        };
        let text = Span::new(body, end).of(site.text);
        let mut formatted = Self {
            site,
            token,
            body,
            text,
            quote,
            open: Vec::new(),
            lone: Vec::new(),
            fields: Vec::new(),
        };
        formatted.pair_braces();
        Some(formatted)
    }

    fn pair_braces(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let doubled = bytes.get(at + 1) == Some(byte);
            match byte {
                b'{' if self.open.is_empty() && doubled => at += 1,
                b'{' => self.open.push(self.body + at),
                b'}' => match self.open.pop() {
                    Some(start) if self.open.is_empty() => {
                        self.fields.push(Span::new(start, self.body + at + 1));
                    }
                    Some(_) => {}
                    None if doubled => at += 1,
                    None => self.lone.push(self.body + at),
                },
                _ => {}
            }
            at += 1;
        }
    }

    fn proposal(&self, code: Code, cost: u32, span: Span, edits: Vec<Edit>) -> Proposal {
        Proposal::new(RULE, code, cost, span, edits)
    }

    /// `{x` up to the end of the text.
    fn unclosed(&self, out: &mut Vec<Proposal>) {
        let Some(open) = self.open.last().copied() else {
            return;
        };
        let after = Span::new(open + 1, self.body + self.text.len()).of(self.site.text);
        let chain = chain_end(after);
        let marked = Span::new(open, open + 1 + chain);
        let message = "this '{' is never closed: add '}' after the expression, or write '{{' for a brace in the text";
        let push = |end: usize, cost: u32, out: &mut Vec<Proposal>| {
            let expression = after.get(..end).unwrap_or("");
            out.push(
                self.proposal(
                    UNCLOSED,
                    cost,
                    marked,
                    vec![Edit::insert(open + 1 + end, "}")],
                )
                .message(message)
                .title(format!("Add '}}' after '{}'", short(expression.trim()))),
            );
        };
        if chain > 0 {
            // A format such as `:.2f` belongs to the field.
            let spec = after.get(chain..).map_or(0, format_length);
            if spec > 0 {
                push(chain + spec, 4, out);
            }
            push(chain, 5, out);
        }
        let trimmed = after.trim_end();
        if trimmed.len() != chain && !trimmed.is_empty() {
            push(trimmed.len(), 9, out);
        }
        out.push(
            self.proposal(UNCLOSED, 14, marked, vec![Edit::insert(open, "{")])
                .message(message)
                .title("Write '{{' for a brace in the text")
                .unsafe_fix(),
        );
    }

    /// `x}` without its opening brace.
    fn unopened(&self, out: &mut Vec<Proposal>) {
        let Some(close) = self.lone.first().copied() else {
            return;
        };
        let before = Span::new(self.body, close).of(self.site.text);
        let message = "this '}' closes nothing: add '{' before the expression, or write '}}' for a brace in the text";
        let marked = Span::new(close, close + 1);
        let starts = chain_starts(before);
        for (rank, start) in starts.iter().take(4).enumerate() {
            let expression = before.get(*start..).unwrap_or("");
            // A lone word before a brace is more often an expression than a chain that runs into the text.
            let cost = 6 + u32::try_from(rank).unwrap_or(0) * 2;
            out.push(
                self.proposal(
                    SINGLE,
                    cost,
                    marked,
                    vec![Edit::insert(self.body + start, "{")],
                )
                .message(message)
                .title(format!("Add '{{' before '{}'", short(expression))),
            );
        }
        out.push(
            self.proposal(SINGLE, 10, marked, vec![Edit::insert(close, "}")])
                .message(message)
                .title("Write '}}' for a brace in the text"),
        );
    }

    /// `{}`, `{ }`, `{!r}`, `{:x}`
    fn empty(&self, out: &mut Vec<Proposal>) {
        for field in &self.fields {
            let inner = Span::new(field.start + 1, field.end - 1)
                .of(self.site.text)
                .trim();
            if !(inner.is_empty() || inner.starts_with(['!', ':']) && !inner.starts_with("!=")) {
                continue;
            }
            let message =
                "these braces hold no expression: write one, or '{{}}' for braces in the text";
            let doubled = vec![
                Edit::insert(field.start, "{"),
                Edit::insert(field.end - 1, "}"),
            ];
            out.push(
                self.proposal(EMPTY, 5, *field, doubled)
                    .message(message)
                    .title("Write '{{' and '}}' for braces in the text")
                    .unsafe_fix(),
            );
            out.push(
                self.proposal(EMPTY, 8, *field, vec![Edit::delete(*field)])
                    .message(message)
                    .title("Remove the empty braces")
                    .unsafe_fix(),
            );
        }
    }

    /// `{x!z}`, `{x! r}`, `{x!}`
    fn conversion(&self, out: &mut Vec<Proposal>) {
        for field in &self.fields {
            let inner = Span::new(field.start + 1, field.end - 1).of(self.site.text);
            let Some(mark) = inner
                .match_indices('!')
                .map(|(at, _)| at)
                .find(|at| inner.as_bytes().get(at + 1) != Some(&b'='))
            else {
                continue;
            };
            let rest = inner.get(mark + 1..).unwrap_or("");
            let length = rest.find([':', '}']).unwrap_or(rest.len());
            let written = rest.get(..length).unwrap_or("");
            if matches!(written, "r" | "s" | "a") {
                continue;
            }
            let start = field.start + 1 + mark;
            let span = Span::new(start, start + 1 + length);
            let meant = match written.trim() {
                spaced @ ("r" | "s" | "a") => spaced,
                _ => "r",
            };
            let certain = written.trim() == meant;
            let message = "after '!' only r, s or a can stand ('!r' shows the value as code): use one of them, or remove the '!'";
            let proposal = self
                .proposal(
                    CONVERSION,
                    4,
                    span,
                    vec![Edit::replace(span, format!("!{meant}"))],
                )
                .message(message)
                .title(format!(
                    "Replace '{}' by '!{meant}'",
                    short(span.of(self.site.text))
                ));
            out.push(if certain {
                proposal
            } else {
                proposal.unsafe_fix()
            });
            out.push(
                self.proposal(CONVERSION, 7, span, vec![Edit::delete(span)])
                    .message(message)
                    .title(format!("Remove '{}'", short(span.of(self.site.text))))
                    .unsafe_fix(),
            );
        }
    }

    /// Before Python 3.12 (PEP 701) the quotes around a formatted string could not stand inside its fields.
    fn nested_quotes(&self, out: &mut Vec<Proposal>) {
        let own = self.quote;
        let at = self.site.error.span.start;
        let is_here = self.token.span.start <= at && at < self.token.span.end;
        if !matches!(self.site.error.kind, ParseErrorKind::Version(_)) || !is_here || own.len() != 1
        {
            return;
        }
        let other = if own == "'" { "\"" } else { "'" };
        let inside: Vec<usize> = self
            .fields
            .iter()
            .flat_map(|field| {
                field
                    .of(self.site.text)
                    .match_indices(own)
                    .map(|(at, _)| field.start + at)
            })
            .collect();
        let Some((first, last)) = inside.first().zip(inside.last()) else {
            return;
        };
        let span = Span::new(*first, last + 1);
        let base = |cost: u32, edits: Vec<Edit>| {
            self.proposal(VERSION, cost, span, edits)
                .construct("nested_quote")
                .message(format!(
                    "before Python 3.12 the quote {own} cannot stand inside this f-string: use {other} there"
                ))
        };
        let fields_hold_other = self
            .fields
            .iter()
            .any(|field| field.of(self.site.text).contains(other));
        if !fields_hold_other {
            let edits = inside
                .iter()
                .map(|at| Edit::replace(Span::new(*at, at + 1), other))
                .collect();
            out.push(base(3, edits).title(format!("Use {other} inside the braces")));
        }
        if !self.text.contains(other) {
            let edits = vec![
                Edit::replace(Span::new(self.body - 1, self.body), other),
                Edit::replace(
                    Span::new(self.token.span.end - 1, self.token.span.end),
                    other,
                ),
            ];
            out.push(base(5, edits).title(format!("Use {other} around the text")));
        }
    }
}

/// Length of a format at the start of `text`: `:.2f`, `!r`, `:>10`.
fn format_length(text: &str) -> usize {
    if !text.starts_with([':', '!']) {
        return 0;
    }
    let length = text
        .find(|c: char| {
            !(c.is_ascii_alphanumeric()
                || matches!(c, ':' | '!' | '.' | '<' | '>' | '^' | '+' | '%'))
        })
        .unwrap_or(text.len());
    if length > 1 { length } else { 0 }
}

/// Length of the name, attributes, calls and subscripts that `text` begins with.
fn chain_end(text: &str) -> usize {
    let mut end = 0;
    let mut depth = 0usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' if end > 0 => depth += 1,
            ')' | ']' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            '.' => {
                let goes_on = text
                    .get(at + 1..)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_'));
                if !goes_on {
                    break;
                }
            }
            _ if character.is_alphanumeric() || character == '_' => {}
            _ => break,
        }
        end = at + character.len_utf8();
    }
    if depth > 0 { 0 } else { end }
}

/// Where an expression that ends `text` may start, the longest first.
fn chain_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut depth = 0usize;
    let mut start = text.len();
    for (at, character) in text.char_indices().rev() {
        match character {
            ')' | ']' => depth += 1,
            '(' | '[' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            '.' => starts.push(start),
            _ if character.is_alphanumeric() || character == '_' => {}
            _ => break,
        }
        start = at;
    }
    starts.push(start);
    starts.retain(|start| {
        text.get(*start..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_'))
    });
    starts.reverse();
    starts
}

#[cfg(test)]
mod tests {
    use crate::lang::python::Version;
    use crate::repair::testing::check;
    use crate::repair::{CostModel, examine};
    use crate::text::apply;

    #[test]
    fn braces_in_formatted_strings() {
        check("a = f'{b.c'\n", &["SYN.FSTRING_UNCLOSED"], "a = f'{b.c}'\n");
        check(
            "a = f'{b() and more'\n",
            &["SYN.FSTRING_UNCLOSED"],
            "a = f'{b()} and more'\n",
        );
        check(
            "a = f'to {b:.2f kg'\n",
            &["SYN.FSTRING_UNCLOSED"],
            "a = f'to {b:.2f} kg'\n",
        );
        check(
            "a = f'to b.c} kg'\n",
            &["SYN.FSTRING_SINGLE_BRACE"],
            "a = f'to {b.c} kg'\n",
        );
        check("a = f'}'\n", &["SYN.FSTRING_SINGLE_BRACE"], "a = f'}}'\n");
        check("a = f'{}'\n", &["SYN.FSTRING_EMPTY"], "a = f'{{}}'\n");
        check(
            "a = f'{b!q}'\n",
            &["SYN.FSTRING_CONVERSION"],
            "a = f'{b!r}'\n",
        );
    }

    #[test]
    fn quotes_inside_fields_of_older_versions() {
        let before = "a = f'{b['c']}'\n";
        let examination = examine(
            before,
            Version {
                major: 3,
                minor: 11,
            },
            &CostModel::untrained(),
        );
        let cluster = examination.mistakes[0].finding.cluster();
        assert_eq!(cluster, "SYN.FSTRING_VERSION:nested_quote");
        let edits = &examination.mistakes[0].repairs[0].edits;
        assert_eq!(apply(before, edits).as_deref(), Ok("a = f'{b[\"c\"]}'\n"));
    }
}
