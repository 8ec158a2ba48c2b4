//! `a && b`, `!a`, `a === b`, `a ! = b`: operators that other languages have.

use super::words::Words;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Applicability, Edit};

const RULE: &str = "foreign_operator";
const CODE: Code = Code::new("SYN.FOREIGN_OPERATOR");

/// How another language writes an operator, in Python's tokens.
struct Spelling {
    tokens: &'static [&'static str],
    /// Whether space may lie between the tokens.
    apart: bool,
    python: &'static str,
    construct: &'static str,
    cost: u32,
    applicability: Applicability,
}

const fn spelling(
    tokens: &'static [&'static str],
    python: &'static str,
    construct: &'static str,
    cost: u32,
) -> Spelling {
    Spelling {
        tokens,
        apart: false,
        python,
        construct,
        cost,
        applicability: Applicability::Safe,
    }
}

const fn apart(spelling: Spelling) -> Spelling {
    Spelling {
        apart: true,
        ..spelling
    }
}

const fn probable(spelling: Spelling) -> Spelling {
    Spelling {
        applicability: Applicability::Unsafe,
        ..spelling
    }
}

const SPELLINGS: &[Spelling] = &[
    spelling(&["&", "&"], "and", "and_and", 3),
    spelling(&["|", "|"], "or", "or_or", 3),
    spelling(&["==", "="], "==", "triple_equals", 3),
    spelling(&["!=", "="], "!=", "triple_equals", 3),
    spelling(&["<>"], "!=", "diamond", 2),
    spelling(&["=>"], ">=", "arrow", 7),
    spelling(&["=", ">"], ">=", "arrow", 7),
    spelling(&["=", "<"], "<=", "eq_less", 5),
    apart(spelling(&["!", "="], "!=", "split_neq", 3)),
    apart(spelling(&["!", "=="], "!=", "split_neq", 3)),
    apart(spelling(&["=", "!"], "!=", "split_neq", 6)),
    apart(spelling(&["=", "="], "==", "triple_equals", 6)),
    apart(spelling(&["<", "="], "<=", "eq_less", 5)),
    apart(spelling(&[">", "="], ">=", "eq_less", 5)),
    probable(spelling(&["^", "^"], "**", "caret", 4)),
    probable(spelling(&["?", "?"], "or", "null_coalescing", 6)),
    probable(spelling(&["?", "."], ".", "optional_chain", 6)),
    probable(spelling(&["->"], ".", "arrow", 14)),
    probable(spelling(&[":", ":"], ".", "arrow", 14)),
];

/// Proposes Python's operator for each foreign one; all of a line at once.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for spelling in SPELLINGS {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for index in 0..words.len() {
            if !is_at(&words, spelling, index) {
                continue;
            }
            if let Some((line, _)) = found.last().copied()
                && line != words.line(index)
            {
                out.extend(replaced(&words, spelling, &found));
                found.clear();
            }
            found.push((words.line(index), index));
        }
        out.extend(replaced(&words, spelling, &found));
    }
    for index in 0..words.len() {
        negation(&words, index, out);
        step(&words, index, out);
        ternary(&words, index, out);
    }
}

fn is_at(words: &Words<'_, '_>, spelling: &Spelling, index: usize) -> bool {
    let length = spelling.tokens.len();
    spelling
        .tokens
        .iter()
        .enumerate()
        .all(|(at, token)| words.text(index + at) == *token)
        && (spelling.apart || (index..index + length - 1).all(|index| words.touches_next(index)))
        && (words.ends_operand(index.wrapping_sub(1)) || spelling.apart)
}

fn replaced(
    words: &Words<'_, '_>,
    spelling: &Spelling,
    found: &[(usize, usize)],
) -> Option<Proposal> {
    let (_, first) = *found.first()?;
    let last_of = |index: usize| index + spelling.tokens.len() - 1;
    let word = spelling.python.starts_with(|c: char| c.is_alphabetic());
    let edits = found
        .iter()
        .map(|(_, index)| {
            if word {
                words.replace_by_word(*index, last_of(*index), spelling.python)
            } else {
                Edit::replace(words.cover(*index, last_of(*index)), spelling.python)
            }
        })
        .collect();
    let span = words.cover(first, last_of(first));
    let foreign = span.of(words.site.text);
    let mut proposal = Proposal::new(RULE, CODE, spelling.cost, span, edits)
        .construct(spelling.construct)
        .message(format!(
            "Python has no operator '{foreign}': write '{}' instead",
            spelling.python
        ))
        .title(format!("Replace '{foreign}' by '{}'", spelling.python));
    proposal.applicability = spelling.applicability;
    Some(proposal)
}

/// `!ready`
fn negation(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    if words.text(index) != "!"
        || !words.starts_operand(index + 1)
        || words.ends_operand(index.wrapping_sub(1))
        || words.is_first(index)
    {
        return;
    }
    let span = words.span(index);
    let whole = span.cover(words.span(index + 1)).of(words.site.text);
    let edit = if words.touches_next(index) {
        words.replace_by_word(index, index, "not")
    } else {
        Edit::replace(span, "not")
    };
    out.push(
        Proposal::new(RULE, CODE, 3, span, vec![edit])
            .construct("bang")
            .message(format!(
                "'!' negates in other languages: write 'not' instead of '!' in '{whole}'"
            ))
            .title("Replace '!' by 'not'"),
    );
}

/// `count++`, `++count`
fn step(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let sign = words.text(index);
    if !matches!(sign, "+" | "-") || words.text(index + 1) != sign || !words.touches_next(index) {
        return;
    }
    let span = words.cover(index, index + 1);
    let first = words.line_first(index);
    let edits = if first == index {
        let last = words.line_last(index);
        vec![
            Edit::delete(span),
            Edit::insert(words.span(last).end, format!(" {sign}= 1")),
        ]
    } else if words.ends_operand(index - 1)
        && (words.is_last(index + 1) || words.text(index + 2) == ";")
    {
        vec![Edit::replace(span, format!(" {sign}= 1"))]
    } else {
        return;
    };
    out.push(
        Proposal::new(RULE, CODE, 3, span, edits)
            .construct("increment")
            .message(format!(
                "Python has no operator '{sign}{sign}': write '{sign}= 1' behind the name"
            ))
            .title(format!("Replace '{sign}{sign}' by '{sign}= 1'")),
    );
}

/// `ready ? a : b`
fn ternary(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    if words.text(index) != "?" || index == 0 {
        return;
    }
    let line = words.line(index);
    let same = |at: &usize| words.opener(*at) == words.opener(index);
    let Some(colon) = (index + 1..words.len())
        .take_while(|at| words.line(*at) == line)
        .find(|at| same(at) && words.text(*at) == ":")
    else {
        return;
    };
    if colon == index + 1 || words.is_last(colon) {
        return;
    }
    // The condition begins after the nearest sign of assignment, comma, `return` or bracket.
    let start = (words.line_first(index)..index)
        .rev()
        .take_while(|at| same(at) || words.opener(index).is_none_or(|(_, open)| *at > open))
        .find(|at| same(at) && matches!(words.text(*at), "=" | "," | "return" | "+=" | ":"))
        .map_or_else(
            || {
                words
                    .opener(index)
                    .map_or(words.line_first(index), |(_, opener)| opener + 1)
            },
            |at| at + 1,
        );
    let text = words.site.text;
    let condition = words.cover(start, index - 1);
    let value = words.cover(index + 1, colon - 1);
    let edits = vec![
        Edit::replace(condition, value.of(text)),
        Edit::replace(words.span(index), "if"),
        Edit::replace(value, condition.of(text)),
        words.replace_by_word(colon, colon, "else"),
    ];
    out.push(
        Proposal::new(RULE, CODE, 4, words.span(index), edits)
            .construct("ternary_c")
            .message(
                "a choice between two values is written 'value if condition else other' in Python",
            )
            .title("Write the choice with 'if' and 'else'"),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "a = b && c && d\n",
            &["SYN.FOREIGN_OPERATOR:and_and"],
            "a = b and c and d\n",
        );
        check(
            "if a||b:\n    c()\n",
            &["SYN.FOREIGN_OPERATOR:or_or"],
            "if a or b:\n    c()\n",
        );
        check(
            "if !a:\n    c()\n",
            &["SYN.FOREIGN_OPERATOR:bang"],
            "if not a:\n    c()\n",
        );
        check(
            "a = b === c\n",
            &["SYN.FOREIGN_OPERATOR:triple_equals"],
            "a = b == c\n",
        );
        check(
            "if a <> b:\n    c()\n",
            &["SYN.FOREIGN_OPERATOR:diamond"],
            "if a != b:\n    c()\n",
        );
        check(
            "if a ! = b:\n    c()\n",
            &["SYN.FOREIGN_OPERATOR:split_neq"],
            "if a != b:\n    c()\n",
        );
        check("n++\n", &["SYN.FOREIGN_OPERATOR:increment"], "n += 1\n");
        check(
            "a = b ? 1 : 2\n",
            &["SYN.FOREIGN_OPERATOR:ternary_c"],
            "a = 1 if b else 2\n",
        );
    }
}
