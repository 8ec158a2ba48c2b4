//! What the structure around a complaint tells.

use crate::lang::python::{Lines, Version, parse, syntax_errors};

use super::structure::by_structure;

#[track_caller]
fn check(text: &str, cluster: &str) {
    let parsed = parse(
        text,
        Version {
            major: 3,
            minor: 13,
        },
    );
    let error = syntax_errors(&parsed)
        .into_iter()
        .next()
        .expect("the text is broken");
    let layout = Lines::new(text);
    let found = by_structure(&error, text, &layout).map(|(code, construct, _)| match construct {
        Some(construct) => format!("{code}:{construct}"),
        None => code.to_string(),
    });
    assert_eq!(found.as_deref(), Some(cluster), "{text:?}");
}

#[test]
fn targets_are_told_apart() {
    check("a if b else c = d\n", "SYN.ASSIGN_TO_EXPRESSION:ternary");
    check("not a = b\n", "SYN.ASSIGN_TO_EXPRESSION:comparison");
    check("f'{a}' = b\n", "SYN.ASSIGN_TO_LITERAL:fstring");
    check("a.b() = c\n", "SYN.ASSIGN_TO_CALL:function_call");
    check("a-b = c\n", "SYN.ASSIGN_TO_EXPRESSION:dashed_name");
    check("del a, f()\n", "SYN.DELETE_TARGET:call");
    check("(a, b): int = c\n", "SYN.ANNOTATION_TARGET:tuple");
}

#[test]
fn clauses_and_definitions_are_told_apart() {
    check("a = 1\nelif b:\n    pass\n", "SYN.ORPHAN_CLAUSE:elif");
    check(
        "if a:\n    b\nelse:\n    c\nelse:\n    d\n",
        "SYN.CLAUSE_ORDER:elif_after_else",
    );
    check("class (A):\n    pass\n", "SYN.MISSING_NAME:class_def");
    check("def f(a, 'b'):\n    pass\n", "SYN.PARAM_INVALID:literal");
    check(
        "def f(a, b=):\n    pass\n",
        "SYN.KWARG_MISSING_VALUE:default",
    );
}

#[test]
fn items_of_brackets_are_told_apart() {
    check("a = {1: 2, 3}\n", "SYN.DICT_ENTRY:missing_value");
    check("a = b[1 2]\n", "SYN.SLICE_COLON");
    check("f(a, b=)\n", "SYN.KWARG_MISSING_VALUE:call");
    check("a = 0b102\n", "SYN.INVALID_NUMBER:binary");
    check("if a:\n\tb = 1\n        c = 2\n", "IND.TAB_SPACE_MIX");
}
