//! `if x = 1`, `assert a = b`: one `=` where two are meant.

use super::words::Words;
use crate::lang::python::Bracket;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "assigned_condition";

/// Proposes `==` for each `=` that may stand in a condition.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        if words.text(index) != "="
            || !words.ends_operand(index.wrapping_sub(1))
            || matches!(words.text(index + 1), "=" | "<" | ">" | "!")
        {
            continue;
        }
        let Some((construct, cost)) = condition(&words, index) else {
            continue;
        };
        let span = words.span(index);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.ASSIGN_IN_CONDITION"),
                cost,
                span,
                vec![Edit::replace(span, "==")],
            )
            .construct(construct)
            .message("'=' assigns, and a condition compares: write '==' instead of '='")
            .title("Replace '=' by '=='"),
        );
    }
}

/// The construct whose condition holds `=`, and how unlikely that is.
fn condition(words: &Words<'_, '_>, index: usize) -> Option<(&'static str, u32)> {
    let first = match words.opener(index) {
        Some((bracket, opener)) => {
            let conditional = (opener..index).any(|at| words.text(at) == "if");
            if conditional && bracket != Bracket::Curly {
                return Some(("comprehension", 4));
            }
            // `f(a.b = 1)` and `if (a = b)`
            if words.is_name(index - 1) && matches!(words.before(index - 1), "(" | ",") {
                let call = words.ends_operand(opener.wrapping_sub(1));
                if call {
                    return None;
                }
            }
            words.line_first(opener)
        }
        None => words.line_first(index),
    };
    let first = if words.text(first) == "}" {
        first + 1
    } else {
        first
    };
    Some(match words.text(first) {
        "if" => ("if", 4),
        "elif" => ("elif", 4),
        "while" => ("while", 4),
        "assert" => ("assert", 4),
        "else" => ("if", 9),
        _ if words.bracket(index).is_some() && words.unbalanced => return None,
        _ if words.bracket(index).is_some() => ("call", 18),
        "return" => ("call", 10),
        _ if (first..index).any(|at| matches!(words.text(at), "if")) => ("ternary", 9),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "if a = 1:\n    b = 2\n",
            &["SYN.ASSIGN_IN_CONDITION:if"],
            "if a == 1:\n    b = 2\n",
        );
        check(
            "assert f(x) = 3\n",
            &["SYN.ASSIGN_IN_CONDITION:assert"],
            "assert f(x) == 3\n",
        );
        check(
            "a = [w for w in b if w = 1]\n",
            &["SYN.ASSIGN_IN_CONDITION:comprehension"],
            "a = [w for w in b if w == 1]\n",
        );
        check(
            "while n = 0 or m:\n    n = 1\n",
            &["SYN.ASSIGN_IN_CONDITION:while"],
            "while n == 0 or m:\n    n = 1\n",
        );
    }
}
