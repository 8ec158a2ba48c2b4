//! `f(a. b)`, `{'a' = 1}`, `f(a: 1)`, `range(1:10)`: another sign where a separator belongs.

use super::words::{UNBALANCED, Words};
use crate::lang::python::Bracket;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "wrong_separator";

/// Proposes the separators that the brackets around the complaint may want.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in words.near(6, 2) {
        single(&words, index, out);
    }
    for index in words.near(40, 1) {
        if !words.unbalanced
            && words.text(index) == "="
            && words.bracket(index) == Some(Bracket::Curly)
        {
            entries(&words, index, out);
            break;
        }
    }
}

fn single(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let text = words.text(index);
    let bracket = words.opener(index);
    let call = bracket.is_some_and(|(bracket, opener)| {
        bracket == Bracket::Round && words.ends_operand(opener.wrapping_sub(1))
    });
    let comma = (Code::new("SYN.MISSING_COMMA"), Some("call"));
    let none = (Code::new("SYN.INVALID_SYNTAX"), None);
    let spaced = !words.touches_next(index);
    let mut add = |(code, construct), python: &str, cost: u32| {
        let cost = cost + if words.unbalanced { UNBALANCED } else { 0 };
        let span = words.span(index);
        let proposal = Proposal::new(RULE, code, cost, span, vec![Edit::replace(span, python)])
            .construct(construct)
            .message(format!("'{python}' belongs here, not '{text}'"))
            .title(format!("Replace '{text}' by '{python}'"));
        out.push(if cost > 8 {
            proposal.unsafe_fix()
        } else {
            proposal
        });
    };
    match (text, bracket.map(|(bracket, _)| bracket)) {
        ("." | ";", Some(_)) if words.is_last(index) => add(comma, ",", 8),
        (".", Some(_)) => add(comma, ",", if spaced { 7 } else { 11 }),
        (";", Some(Bracket::Square)) => {
            add((Code::new("SYN.SLICE_COLON"), None), ":", 12);
            add(comma, ",", 11);
        }
        (";", Some(_)) => add(comma, ",", 7),
        (":", Some(_)) if words.is_last(index) => {}
        (":", Some(Bracket::Round)) => {
            if call
                && words.is_name(index.wrapping_sub(1))
                && matches!(words.before(index - 1), "(" | ",")
            {
                add((Code::new("SYN.KWARG_COLON"), Some("call")), "=", 6);
                add(comma, ",", 13);
            } else {
                add(comma, ",", 8);
            }
        }
        (":", Some(Bracket::Square)) => add(comma, ",", 14),
        ("=", Some(Bracket::Curly)) => add((Code::new("SYN.DICT_ENTRY"), Some("equals")), ":", 5),
        (",", Some(Bracket::Curly)) => {
            add(
                (Code::new("SYN.DICT_ENTRY"), Some("missing_colon")),
                ":",
                10,
            );
        }
        (",", Some(_)) => add(none, ".", 22),
        (",", None) if !spaced => add(none, ".", 13),
        (":", None) if words.text(words.line_first(index)) == "lambda" => {}
        (":", None) if !words.is_last(index) => add(none, "=", 17),
        ("=", Some(Bracket::Round)) if !words.is_name(index.wrapping_sub(1)) => {
            add((Code::new("SYN.KWARG_EXPRESSION"), None), ",", 16);
        }
        ("_" | ".", None) if spaced && words.ends_operand(index.wrapping_sub(1)) => {
            add(none, "+", 15)
        }
        _ => {}
    }
    if text == ":=" {
        let construct = if bracket.is_none() {
            "toplevel"
        } else {
            "keyword_argument"
        };
        add((Code::new("SYN.WALRUS_MISUSE"), Some(construct)), "=", 4);
    }
    if text == ":" && words.text(index + 1) == "=" && words.is_name(index.wrapping_sub(1)) {
        let span = words.cover(index, index + 1);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.WALRUS_MISUSE"),
                9,
                span,
                vec![Edit::replace(span, "=")],
            )
            .construct("toplevel")
            .message("a statement assigns with '=' alone")
            .title("Replace ': =' by '='"),
        );
    }
}

/// All entries of a dictionary that are written with `=`.
fn entries(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let opener = words.opener(index);
    let all: Vec<usize> = (index..words.len())
        .filter(|at| words.text(*at) == "=" && words.opener(*at) == opener)
        .collect();
    if all.len() < 2 {
        return;
    }
    let edits = all
        .iter()
        .map(|at| Edit::replace(words.span(*at), ":"))
        .collect();
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.DICT_ENTRY"),
            4,
            words.span(index),
            edits,
        )
        .construct("equals")
        .message("a dictionary puts ':' between key and value, not '='")
        .title("Replace '=' by ':' in the dictionary"),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "a = {'b' = 1, 'c' = 2}\n",
            &["SYN.DICT_ENTRY:equals"],
            "a = {'b' : 1, 'c' : 2}\n",
        );
        check("f(a; 1)\n", &["SYN.MISSING_COMMA:call"], "f(a, 1)\n");
        check("f(width: 1)\n", &["SYN.KWARG_COLON:call"], "f(width= 1)\n");
        check(
            "total := 1\n",
            &["SYN.WALRUS_MISUSE:toplevel"],
            "total = 1\n",
        );
    }
}
