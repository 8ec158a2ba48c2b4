//! A backslash that does not end its line, ends the text, or stands before a quote outside a string.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "line_continuation";
const CODE: Code = Code::new("SYN.LINE_CONTINUATION");

/// Proposes to remove what follows a backslash, or the backslash.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let stray: Vec<&Token> = site
        .suspect_tokens()
        .filter_map(|index| site.token(index))
        .filter(|token| token.kind == TokenKind::Unknown && site.str(token) == "\\")
        .collect();
    for token in &stray {
        let rest = site.text.get(token.span.end..).unwrap_or("");
        let space = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        let after = Span::new(token.span.end, token.span.end + space);
        let tail = rest.get(space..).unwrap_or("");
        if space > 0 && tail.starts_with(['\n', '\r']) {
            out.push(
                proposal(2, Span::new(token.span.start, after.end), vec![Edit::delete(after)])
                    .construct("trailing_space")
                    .message("a backslash continues the line only as its last character: remove the space after it")
                    .title("Remove the space after the backslash"),
            );
        }
        let ends_text = tail.is_empty();
        let before = site.text.get(..token.span.start).unwrap_or("");
        let start = if ends_text {
            before.trim_end_matches([' ', '\t']).len()
        } else {
            token.span.start
        };
        out.push(
            proposal(
                if ends_text { 4 } else { 14 },
                token.span,
                vec![Edit::delete(Span::new(start, token.span.end))],
            )
            .construct(if ends_text { Some("eof") } else { None })
            .message(if ends_text {
                "the backslash continues the line, but the file ends here: remove it, or add the rest of the statement"
            } else {
                "a backslash outside a string only continues a line: remove it, or put the text in quotes"
            })
            .title("Remove the backslash")
            .unsafe_fix(),
        );
        // `a = 1\nb = 2`: a line break that was written out.
        if let Some(rest) = tail.strip_prefix('n').filter(|_| space == 0) {
            let after = rest.len() - rest.trim_start_matches(' ').len();
            let span = Span::new(token.span.start, token.span.end + 1 + after);
            out.push(
                proposal(
                    10,
                    Span::new(span.start, token.span.end + 1),
                    vec![Edit::replace(span, site.line_break())],
                )
                .message("\\n is a line break only inside a string: break the line here")
                .title("Break the line here")
                .unsafe_fix(),
            );
        }
    }
    // `print(\"hi\")`: quotes that were escaped for another language.
    let mut edits: Vec<Edit> = escaped_quotes(site, &stray).collect();
    if let (Some(first), false) = (stray.first(), edits.is_empty()) {
        edits.extend(stray.iter().map(|token| Edit::delete(token.span)));
        edits.sort();
        edits.dedup();
        out.push(
            proposal(8, first.span, edits)
                .message("quotes are escaped only inside a string: remove the backslashes")
                .title("Remove the backslashes")
                .unsafe_fix(),
        );
    }
    ends_text_after_break(site, out);
}

/// The backslash before the closing quote, which the lexer takes for a part of the text.
fn escaped_quotes<'a>(site: &'a Site<'_>, stray: &'a [&Token]) -> impl Iterator<Item = Edit> + 'a {
    site.suspect_tokens()
        .filter_map(|index| site.token(index))
        .filter(|token| {
            matches!(token.kind, TokenKind::String { .. })
                && stray.iter().any(|stray| stray.span.end == token.span.start)
        })
        .flat_map(|token| {
            site.str(token)
                .match_indices('\\')
                .filter(|(at, _)| {
                    site.str(token)
                        .get(at + 1..)
                        .is_some_and(|rest| rest.starts_with(['\'', '"']))
                })
                .map(|(at, _)| {
                    let at = token.span.start + at;
                    Edit::delete(Span::new(at, at + 1))
                })
                .collect::<Vec<_>>()
        })
}

/// A backslash and a line break, and nothing after them.
fn ends_text_after_break(site: &Site<'_>, out: &mut Vec<Proposal>) {
    if let Some(token) = site.layout.tokens.last()
        && token.kind == TokenKind::Continuation
        && token.span.end == site.text.len()
    {
        let slash = Span::new(token.span.start, token.span.start + 1);
        let before = site.text.get(..slash.start).unwrap_or("");
        let start = before.trim_end_matches([' ', '\t']).len();
        out.push(
            proposal(4, slash, vec![Edit::delete(Span::new(start, slash.end))])
                .construct("eof")
                .message("the backslash continues the line, but the file ends here: remove it, or add the rest of the statement")
                .title("Remove the backslash")
                .unsafe_fix(),
        );
    }
}

fn proposal(cost: u32, span: Span, edits: Vec<Edit>) -> Proposal {
    Proposal::new(RULE, CODE, cost, span, edits)
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn backslashes_in_odd_places() {
        check(
            "total = one + \\  \n    two\n",
            &["SYN.LINE_CONTINUATION:trailing_space"],
            "total = one + \\\n    two\n",
        );
        check(
            "total = one \\",
            &["SYN.LINE_CONTINUATION:eof"],
            "total = one",
        );
        check(
            "print(\\\"hello\\\")\n",
            &["SYN.LINE_CONTINUATION"],
            "print(\"hello\")\n",
        );
    }
}
