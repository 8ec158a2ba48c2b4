//! `1 = x`, `f() = 2`, `a + b = c`: something on the left that takes no value.

use super::words::Words;
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "assignment_target";

/// Proposes to change the sides, or to compare.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for sign in 1..words.len() {
        if words.text(sign) != "=" || words.bracket(sign).is_some() {
            continue;
        }
        let first = words.line_first(sign);
        let last = words.line_last(sign);
        if first == sign
            || last == sign
            || words.kind(first) == Some(TokenKind::Keyword) && first + 1 < sign
        {
            continue;
        }
        let Some((code, construct)) = target(&words, first, sign) else {
            continue;
        };
        let (left, right) = (words.cover(first, sign - 1), words.cover(sign + 1, last));
        let (left_text, right_text) = (left.of(site.text), right.of(site.text));
        let name = (sign + 1..=last).all(|at| words.is_name(at) || words.text(at) == ".");
        let what = format!("'{left_text}' cannot take a value");
        if name {
            let edits = vec![
                Edit::replace(left, right_text),
                Edit::replace(right, left_text),
            ];
            let cost = if code.as_str() == "SYN.ASSIGN_TO_LITERAL" {
                4
            } else {
                9
            };
            out.push(
                Proposal::new(RULE, code, cost, left, edits)
                    .construct(construct)
                    .message(format!("{what}: the name stands on the left of '='"))
                    .title(format!("Write '{right_text} = {left_text}'")),
            );
        }
        out.push(
            Proposal::new(
                RULE,
                code,
                15,
                left,
                vec![Edit::replace(words.span(sign), "==")],
            )
            .construct(construct)
            .message(format!("{what}: write '==' to compare"))
            .title("Replace '=' by '=='")
            .unsafe_fix(),
        );
    }
}

/// What the target is, if it is none.
fn target(
    words: &Words<'_, '_>,
    first: usize,
    sign: usize,
) -> Option<(Code, Option<&'static str>)> {
    let only = first + 1 == sign;
    let literal = Code::new("SYN.ASSIGN_TO_LITERAL");
    match words.kind(sign - 1)? {
        TokenKind::Number if only => Some((literal, Some("number"))),
        TokenKind::String { .. } if only => {
            let formatted = words.text(first).starts_with(['f', 'F']);
            Some((literal, Some(if formatted { "fstring" } else { "string" })))
        }
        TokenKind::Keyword if only => Some((literal, Some("none_true"))),
        TokenKind::Close(Bracket::Round) if words.is_name(first) => {
            Some((Code::new("SYN.ASSIGN_TO_CALL"), Some("function_call")))
        }
        _ if (first..sign).any(|at| {
            words.bracket(at).is_none()
                && matches!(words.text(at), "+" | "-" | "*" | "/" | "and" | "or" | "%")
        }) =>
        {
            Some((Code::new("SYN.ASSIGN_TO_EXPRESSION"), Some("operator")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "10 = size\n",
            &["SYN.ASSIGN_TO_LITERAL:number"],
            "size = 10\n",
        );
        check(
            "a + 1 = b\n",
            &["SYN.ASSIGN_TO_EXPRESSION:operator"],
            "b = a + 1\n",
        );
        check(
            "f(1) = 2\n",
            &["SYN.ASSIGN_TO_CALL:function_call"],
            "f(1) == 2\n",
        );
    }
}
