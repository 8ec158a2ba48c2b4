//! `print(Hello world)`, `f(a, text')`: quotes are missing around words, or on one side of them.

use super::field::Field;
use super::naming::proposal;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::short;
use crate::text::{Edit, Span};

const RULE: &str = "quote_words";
/// Most ends that are tried for a text with a given start.
const MAX_ENDS: usize = 4;

/// Proposes quotes around the words near the complaint, alone and with those after them.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    strings(field, out);
    let words = &field.words;
    let preferred = preferred_quote(words.site.text);
    let other = if preferred == '"' { '\'' } else { '"' };
    for first in field.close() {
        // A value is waited for; a statement that is a text would say nothing.
        let waits = !words.ends_operand(first.wrapping_sub(1)) && !words.starts_statement(first);
        let word = !matches!(
            words.kind(first),
            Some(TokenKind::String { .. } | TokenKind::Open(_) | TokenKind::Close(_)) | None
        );
        if !waits || !word {
            continue;
        }
        let line_last = words.line_last(first);
        let scope_end = field.scope_end(first).saturating_sub(1);
        let last_of_scope = scope_end.min(line_last).max(first);
        let mut lasts: Vec<usize> = vec![first];
        lasts.extend((first..=last_of_scope).filter(|last| {
            *last == last_of_scope
                || matches!(words.text(last + 1), "," | ":" | "=" | "+" | "%" | "]")
        }));
        lasts.dedup();
        for last in lasts.into_iter().take(MAX_ENDS) {
            let has_name = (first..=last).any(|at| words.is_name(at));
            if last > first && !has_name {
                continue;
            }
            let span = words.cover(first, last);
            let text = span.of(words.site.text);
            for (quote, cost) in [(preferred, 28), (other, 32)] {
                if !text.contains(quote) && !text.contains(['\n', '\r', '\\']) {
                    out.push(quoted(span, text, quote, cost));
                }
            }
        }
    }
}

/// `def f('name')` and `"a," "b"`: quotes that do not belong there, or a comma on the wrong side of one.
fn strings(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.close() {
        let text = words.text(at);
        let plain = text.len() > 2
            && text.starts_with(['\'', '"'])
            && matches!(
                words.kind(at),
                Some(TokenKind::String {
                    closed: true,
                    triple: false
                })
            );
        let Some(content) = text.get(1..text.len().saturating_sub(1)).filter(|_| plain) else {
            continue;
        };
        let span = words.span(at);
        let quote = text.get(..1).unwrap_or("'");
        if content.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !content.starts_with(|c: char| c.is_numeric())
        {
            out.push(
                proposal(
                    RULE,
                    ("SYN.INVALID_SYNTAX", None),
                    33,
                    span,
                    vec![Edit::replace(span, content)],
                )
                .message(format!("a name belongs here, not the text {}", short(text)))
                .title(format!("Remove the quotes of {}", short(text))),
            );
        }
        if let Some(inner) = content.strip_suffix(',') {
            out.push(
                proposal(
                    RULE,
                    ("SYN.MISSING_COMMA", None),
                    24,
                    span,
                    vec![Edit::replace(span, format!("{quote}{inner}{quote},"))],
                )
                .message("the comma belongs behind the quote")
                .title("Move the comma behind the quote"),
            );
        }
    }
}

/// The quote that the text uses more.
pub fn preferred_quote(text: &str) -> char {
    let count = |quote: char| text.matches(quote).count();
    if count('"') > count('\'') { '"' } else { '\'' }
}

fn quoted(span: Span, text: &str, quote: char, cost: u32) -> Proposal {
    let edits = vec![
        Edit::insert(span.start, quote),
        Edit::insert(span.end, quote),
    ];
    proposal(
        RULE,
        ("SYN.UNTERMINATED_STRING", Some("missing_open")),
        cost,
        span,
        edits,
    )
    .message(format!(
        "'{0}' is no code: put it in quotes if it is a text",
        short(text)
    ))
    .title(format!("Put '{}' in quotes", short(text)))
}
