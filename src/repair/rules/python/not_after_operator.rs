//! `1 + not x`: `not` binds less than the operator in front of it.

use super::words::Words;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "not_after_operator";

/// Proposes parentheses around the negation.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 1..words.len() {
        let operator = matches!(
            words.before(index),
            "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "&" | "|" | "is"
        );
        if words.text(index) != "not" || !operator || !words.starts_operand(index + 1) {
            continue;
        }
        let scope = words.opener(index);
        let end = (index + 1..=words.line_last(index))
            .find(|at| {
                words.opener(*at) == scope
                    && matches!(
                        words.text(*at),
                        ":" | "," | ")" | "]" | "}" | "and" | "or" | "if"
                    )
            })
            .unwrap_or(words.line_last(index) + 1);
        let span = words.cover(index, end - 1);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.NOT_AFTER_OPERATOR"),
                3,
                words.span(index),
                vec![Edit::insert(span.start, "("), Edit::insert(span.end, ")")],
            )
            .message(format!(
                "'not' cannot follow '{}' directly: put it in parentheses",
                words.before(index)
            ))
            .title("Put the negation in parentheses"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "x = a == not b\n",
            &["SYN.NOT_AFTER_OPERATOR"],
            "x = a == (not b)\n",
        );
    }
}
