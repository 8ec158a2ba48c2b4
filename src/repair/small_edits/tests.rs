use proptest::prelude::*;

use super::propose;
use crate::lang::python::{Version, parse, syntax_errors, tokenize};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::text::{Span, apply};

const VERSION: Version = Version {
    major: 3,
    minor: 13,
};

fn proposals(text: &str) -> Vec<Proposal> {
    let Some(error) = syntax_errors(&parse(text, VERSION)).into_iter().next() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    propose(&Site::new(text, error), &mut out);
    out
}

/// Checks that `rule` proposes to make each of the texts of the one before it.
#[track_caller]
fn check(rule: &str, cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let found = proposals(before);
        let made: Vec<String> = found
            .iter()
            .filter(|proposal| proposal.rule == rule)
            .map(|proposal| apply(before, &proposal.edits).unwrap())
            .collect();
        assert!(
            made.iter().any(|made| made == after),
            "no {rule} makes {after:?} of {before:?}, only {made:#?}"
        );
    }
}

#[test]
fn a_missing_token_is_put_in() {
    check(
        "insert_token",
        &[
            (
                "from shop import cart till\n",
                "from shop import cart, till\n",
            ),
            (
                "def size( -> int:\n    return 1\n",
                "def size() -> int:\n    return 1\n",
            ),
            (
                "for in rows:\n    show(row)\n",
                "for row in rows:\n    show(row)\n",
            ),
            ("a = [x for in rows]\n", "a = [x for x in rows]\n"),
            ("a = [for x in rows]\n", "a = [x for x in rows]\n"),
            (
                "async fetch(url):\n    pass\n",
                "async def fetch(url):\n    pass\n",
            ),
            ("a = rows[, 2]\n", "a = rows[:, 2]\n"),
            ("a = b c\n", "a = b == c\n"),
            ("f(a, g(b)\nx = 1\n", "f(a), g(b)\nx = 1\n"),
            ("a = b, c]\n", "a = [b, c]\n"),
            (
                "sort(rows, key=row: row.size)\n",
                "sort(rows, key=lambda row: row.size)\n",
            ),
        ],
    );
}

#[test]
fn a_token_too_many_is_left_out() {
    check(
        "delete_token",
        &[
            ("a = f((b, c)\nd = 1\n", "a = f(b, c)\nd = 1\n"),
            (
                "def f():\n    '''A.\n\n    B.\n    ''':\n    return 1\n",
                "def f():\n    '''A.\n\n    B.\n    '''\n    return 1\n",
            ),
            ("return = 1\n", "return 1\n"),
            ("if ready(a) b\n", "ready(a) b\n"),
        ],
    );
}

#[test]
fn a_token_is_what_another_was_meant_to_be() {
    check(
        "replace_token",
        &[
            ("if a = b:\n    c()\n", "if a == b:\n    c()\n"),
            (
                "sizes = {name, size for name, size in rows}\n",
                "sizes = {name: size for name, size in rows}\n",
            ),
            ("if a < 0: throw b\n", "if a < 0: raise b\n"),
            ("total = sum(rows]\n", "total = sum(rows)\n"),
            ("a = b un c\n", "a = b in c\n"),
        ],
    );
}

#[test]
fn a_pair_of_brackets_is_put_in_taken_out_or_closed_elsewhere() {
    check(
        "bracket_pair",
        &[
            ("show a, b\n", "show(a, b)\n"),
            ("f('a': 1, 'b': 2)\n", "f({'a': 1, 'b': 2})\n"),
            (
                "total = sum(x for x in y, 2)\n",
                "total = sum((x for x in y), 2)\n",
            ),
            ("def f()():\n    pass\n", "def f():\n    pass\n"),
            ("import (os)\n", "import os\n"),
            (
                "a = [f(x) for x in y['z', key=b])\n",
                "a = [f(x) for x in y['z'], key=b)\n",
            ),
        ],
    );
}

#[test]
fn tokens_are_swapped_joined_and_parted() {
    check(
        "swap_tokens",
        &[
            ("a = b in not c\n", "a = b not in c\n"),
            ("f(a b,)\n", "f(a, b)\n"),
        ],
    );
    check(
        "join_tokens",
        &[
            ("if a = = b:\n    c()\n", "if a == b:\n    c()\n"),
            ("my total = 1\n", "my_total = 1\n"),
            (
                "if a:\n    b()\nel if c:\n    d()\n",
                "if a:\n    b()\nelif c:\n    d()\n",
            ),
        ],
    );
    check(
        "split_token",
        &[
            (
                "forrow in rows:\n    show(row)\n",
                "for row in rows:\n    show(row)\n",
            ),
            ("importos.path as p\n", "import os.path as p\n"),
        ],
    );
}

#[test]
fn words_are_put_in_quotes_or_freed_of_them() {
    check(
        "quote_words",
        &[
            ("show(Good morning)\n", "show('Good morning')\n"),
            ("def f('name'):\n    pass\n", "def f(name):\n    pass\n"),
            ("a = {'b': 'c,' 'd': 1}\n", "a = {'b': 'c', 'd': 1}\n"),
        ],
    );
}

#[test]
fn lines_are_parted_joined_moved_and_made_comments() {
    check(
        "split_line",
        &[
            ("a = 1 b = 2\n", "a = 1\nb = 2\n"),
            ("a = 1, b = 2\n", "a = 1\nb = 2\n"),
        ],
    );
    check(
        "join_lines",
        &[
            ("total =\n1\n", "total = 1\n"),
            ("a = f() \\\nb = 2\n", "a = f() \nb = 2\n"),
        ],
    );
    check(
        "reindent_line",
        &[("if a:\n    b()\n      c()\n", "if a:\n    b()\n    c()\n")],
    );
    check(
        "comment_line",
        &[(
            "this sets the total\na = 1\n",
            "# this sets the total\na = 1\n",
        )],
    );
}

#[test]
fn the_same_slip_is_cured_at_every_like_place() {
    check(
        "like_places",
        &[
            (
                "if a = 1 and b = 2:\n    c()\n",
                "if a == 1 and b == 2:\n    c()\n",
            ),
            ("a = {b='x', c='y'}\n", "a = {b:'x', c:'y'}\n"),
            ("a = [1 2 3]\n", "a = [1, 2, 3]\n"),
        ],
    );
}

#[test]
fn what_a_rule_proposes_is_not_proposed_again() {
    let text = "f(a b)\n";
    let error = syntax_errors(&parse(text, VERSION))
        .into_iter()
        .next()
        .unwrap();
    let site = Site::new(text, error);
    let mut first = Vec::new();
    propose(&site, &mut first);
    let mut again = first.clone();
    propose(&site, &mut again);
    assert_eq!(first, again);
}

const PROGRAM: &str = "import os\n\n\nclass Box(dict):\n    '''Holds\n    things.'''\n\n    def put(self, name, *rest, size=1):\n        for at, thing in enumerate(rest):\n            if thing is not None and thing['é'] > 0:\n                self[name] = {at: [thing, \"x\"]}  # kept\n        return lambda x: x if size else None\n\n\nshow(Box(),\n     f'{os.name!r}')\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_proposal_fits_the_text(
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, "[a-zé:()\\[\\]{}'\",=+. \n\t\\\\]"), 1..5)
    ) {
        let mut text = PROGRAM.to_owned();
        for (place, kind, piece) in damage {
            let tokens = tokenize(&text);
            if tokens.is_empty() { break; }
            let token = tokens[place.index(tokens.len())];
            let span = if kind == 0 { token.span } else { Span::empty(token.span.start) };
            text.replace_range(span.start..span.end, if kind == 0 { "" } else { &piece });
        }
        let found = proposals(&text);
        prop_assert!(found.len() <= super::MAX_EDITS);
        for proposal in found {
            prop_assert!(apply(&text, &proposal.edits).is_ok(), "{proposal:?} does not fit {text:?}");
            prop_assert!(!proposal.message.is_empty() && !proposal.title.is_empty());
            prop_assert!(text.is_char_boundary(proposal.span.start) && text.is_char_boundary(proposal.span.end));
        }
    }
}
