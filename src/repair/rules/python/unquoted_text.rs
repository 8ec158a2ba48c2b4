//! `192.168.0.1`, `resample(1h)`, `split(,)`: text without its quotes.

use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unquoted_text";

/// Proposes quotes around what is no number, and around a lone sign between parentheses.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let range = site.suspect_tokens();
    let mut index = range.start;
    while index < range.end {
        let end = run_end(site, index, range.end);
        if let (Some(first), Some(last)) = (site.token(index), site.token(end.saturating_sub(1)))
            && first.kind == TokenKind::Number
            && end > index + 1
        {
            number_like(site, first.span.cover(last.span), out);
        }
        lone_sign(site, index, out);
        index = end.max(index + 1);
    }
}

/// Past the last of the numbers, names and dots that follow each other without a space.
fn run_end(site: &Site<'_>, start: usize, limit: usize) -> usize {
    let mut end = start;
    while end < limit {
        let Some(token) = site.token(end) else { break };
        let is_part =
            matches!(token.kind, TokenKind::Number | TokenKind::Name) || site.str(token) == ".";
        let touches = end == start
            || site
                .token(end - 1)
                .is_some_and(|before| before.span.end == token.span.start);
        if !is_part || !touches {
            break;
        }
        end += 1;
    }
    end
}

fn number_like(site: &Site<'_>, span: Span, out: &mut Vec<Proposal>) {
    let text = span.of(site.text);
    let dots = text.matches('.').count();
    let is_dotted = dots > 1 && text.split('.').all(|part| !part.is_empty());
    // `10L` and the like are numbers of other times.
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if !is_dotted
        && (letters.len() < 2 && text.len() < 2 || matches!(letters, "L" | "l" | "U" | "f" | "d"))
    {
        return;
    }
    let before = site
        .layout
        .tokens
        .partition_point(|token| token.span.start < span.start)
        .checked_sub(1)
        .and_then(|before| site.token(before))
        .map_or("", |token| site.str(token));
    let (cost, construct) = if is_dotted {
        (3, "decimal")
    } else if matches!(before, "(" | "," | ":" | "[") && letters.len() > 1 {
        (10, "name_starts_with_digit")
    } else {
        (16, "name_starts_with_digit")
    };
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.INVALID_NUMBER"),
            cost,
            span,
            vec![Edit::insert(span.start, '"'), Edit::insert(span.end, '"')],
        )
        .construct(construct)
        .message(format!(
            "'{}' is no number, and no name because it starts with a digit: put it in quotes if it is a text",
            short(text)
        ))
        .title(format!("Put '{}' in quotes", short(text)))
        .unsafe_fix(),
    );
}

/// `split(,)`, `join(;)`
fn lone_sign(site: &Site<'_>, index: usize, out: &mut Vec<Proposal>) {
    let (Some(open), Some(sign), Some(close)) = (
        site.token(index),
        site.token(index + 1),
        site.token(index + 2),
    ) else {
        return;
    };
    if open.kind == TokenKind::Open(Bracket::Round)
        && matches!(sign.kind, TokenKind::Operator | TokenKind::Unknown)
        && (close.kind == TokenKind::Close(Bracket::Round) || site.str(close) == ",")
    {
        // Methods of strings take separators: `line.split(,)`.
        let is_method = index
            .checked_sub(1)
            .and_then(|name| site.token(name))
            .is_some_and(|name| {
                matches!(
                    site.str(name),
                    "split"
                        | "rsplit"
                        | "strip"
                        | "rstrip"
                        | "lstrip"
                        | "join"
                        | "replace"
                        | "find"
                        | "count"
                        | "partition"
                )
            });
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.UNTERMINATED_STRING"),
                if is_method { 2 } else { 9 },
                sign.span,
                vec![
                    Edit::insert(sign.span.start, '"'),
                    Edit::insert(sign.span.end, '"'),
                ],
            )
            .construct("missing_open")
            .message(format!(
                "'{0}' is no value: put it in quotes if the text \"{0}\" is meant",
                site.str(sign)
            ))
            .title(format!("Put '{}' in quotes", site.str(sign)))
            .unsafe_fix(),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn text_that_was_taken_for_code() {
        check(
            "host = 10.0.0.7\n",
            &["SYN.INVALID_NUMBER:decimal"],
            "host = \"10.0.0.7\"\n",
        );
        check(
            "parts = line.split(,)\n",
            &["SYN.UNTERMINATED_STRING:missing_open"],
            "parts = line.split(\",\")\n",
        );
        check(
            "f(a, 3rd_part)\n",
            &["SYN.INVALID_NUMBER:name_starts_with_digit"],
            "f(a, \"3rd_part\")\n",
        );
    }
}
