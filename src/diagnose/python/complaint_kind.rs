//! Mistakes that the parser names exactly enough.

use ruff_python_parser::{LexicalErrorType, ParseErrorType as E};

use super::structure::{Around, Named, named};
use crate::lang::python::{Bracket, Token, TokenKind};

/// What the parser says exactly enough.
pub(super) fn by_kind(kind: &E, around: &Around<'_>) -> Option<Named> {
    let place = around.error.span.of(around.text);
    match kind {
        E::InvalidAssignmentTarget => assignment_target(around),
        E::InvalidAugmentedAssignmentTarget => {
            let construct = if place.contains(',') {
                "tuple"
            } else {
                "literal"
            };
            named(
                "SYN.AUG_ASSIGN_TARGET",
                Some(construct),
                "this cannot be changed in place: name a variable, an attribute or an item before the operator",
            )
        }
        E::InvalidDeleteTarget => {
            let construct = if place.ends_with(')') {
                "call"
            } else {
                "literal"
            };
            named(
                "SYN.DELETE_TARGET",
                Some(construct),
                "'del' takes a variable, an attribute or an item, not a value: name what to delete",
            )
        }
        E::InvalidNamedAssignmentTarget => named(
            "SYN.WALRUS_MISUSE",
            Some("attribute"),
            "':=' assigns only to a plain name: assign on a line before it",
        ),
        E::InvalidAnnotatedAssignmentTarget => annotation_target(place),
        E::OtherError(message) if message.contains("can be annotated") => annotation_target(place),
        E::OtherError(message) if message.contains("a parameter name") => {
            let (construct, what) = match around.at.map(|token| token.kind) {
                Some(TokenKind::Keyword) => ("keyword", "a keyword of Python"),
                Some(TokenKind::Number | TokenKind::String { .. }) => ("literal", "a value"),
                _ => ("attribute", "an expression"),
            };
            named(
                "SYN.KWARG_EXPRESSION",
                Some(construct),
                format!(
                    "'{place}' is {what} and cannot name an argument: use the parameter's name, or '==' to compare"
                ),
            )
        }
        E::OtherError(message) if message.contains("`except` or `finally`") => named(
            "SYN.TRY_WITHOUT_HANDLER",
            None,
            "this 'try' has no 'except' and no 'finally': add one below its block",
        ),
        E::OtherError(message) if message.contains("after decorator") => named(
            "SYN.DECORATOR_TARGET",
            None,
            "a decorator needs a function or class right below it: add one, or remove the '@' line",
        ),
        E::OtherError(message) if message.contains("'except' and 'except*'") => named(
            "SYN.CLAUSE_ORDER",
            Some("except_star_mix"),
            "one 'try' cannot have both 'except' and 'except*': use one of the two for all its handlers",
        ),
        E::OtherError(message) if message.contains("'/' separator") => named(
            "SYN.PARAM_INVALID",
            Some("slash"),
            "a parameter list can have only one '/': remove the other",
        ),
        E::OtherError(message) if message.contains("'*' parameter") => named(
            "SYN.PARAM_INVALID",
            Some("star"),
            "a parameter list can have only one '*' parameter: remove the other, or write '**' for keywords",
        ),
        E::OtherError(message) if message.contains("in `raise` statement") => named(
            "SYN.RAISE_FROM",
            None,
            "'raise ... from' needs the exception to raise: write it before 'from'",
        ),
        E::ExpectedKeywordParam => named(
            "SYN.PARAM_INVALID",
            Some("star"),
            "after '*' there must be a parameter: add one, or remove the '*'",
        ),
        E::ParamAfterVarKeywordParam => named(
            "SYN.PARAM_INVALID",
            Some("kwargs"),
            "no parameter can follow '**': move it before",
        ),
        E::InvalidMatchPatternTarget => named(
            "SYN.MATCH_PATTERN",
            Some("target"),
            "'_' matches anything and binds no name: choose another name",
        ),
        E::EmptyTypeParams => named(
            "SYN.TYPE_PARAM",
            None,
            "the list of type parameters is empty: name one, or remove the brackets",
        ),
        E::EmptyImportNames => {
            let construct = if around.first_word() == "from" {
                "from"
            } else {
                "import"
            };
            named(
                "SYN.IMPORT_INCOMPLETE",
                Some(construct),
                "nothing is imported: write what to import",
            )
        }
        E::Lexical(LexicalErrorType::Eof) if around.ends_in_backslash() => named(
            "SYN.LINE_CONTINUATION",
            Some("eof"),
            "the backslash continues the line, but the file ends here: remove it, or add the rest of the statement",
        ),
        _ => None,
    }
}

fn annotation_target(place: &str) -> Option<Named> {
    let construct = match place.trim_end().chars().next_back() {
        Some(')') if !place.starts_with('(') => "call",
        Some(']') if place.starts_with('[') => "list",
        _ => "tuple",
    };
    named(
        "SYN.ANNOTATION_TARGET",
        Some(construct),
        "only a single variable, attribute or item can have a type: write one annotation for each",
    )
}

fn assignment_target(around: &Around<'_>) -> Option<Named> {
    let place = around.error.span;
    let target: Vec<&Token> = around
        .layout
        .tokens
        .iter()
        .filter(|token| {
            place.start <= token.span.start && token.span.end <= place.end && !token.is_trivia()
        })
        .collect();
    let mut depth = 0usize;
    let mut outer = Vec::new();
    for token in &target {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => outer.push(token.text(around.text)),
            _ => {}
        }
    }
    let any = |words: &[&str]| outer.iter().any(|word| words.contains(word));
    let (first, last) = (target.first()?, target.last()?);
    const LITERAL: &str = "SYN.ASSIGN_TO_LITERAL";
    const EXPRESSION: &str = "SYN.ASSIGN_TO_EXPRESSION";
    let (code, construct, what) = match first.text(around.text) {
        "lambda" => (EXPRESSION, Some("lambda"), "a lambda"),
        "yield" | "await" => (EXPRESSION, None, "this expression"),
        _ if any(&["if", "else"]) => (EXPRESSION, Some("ternary"), "a choice between values"),
        _ if any(&[
            "==", "!=", "<", ">", "<=", ">=", "in", "is", "not", "and", "or",
        ]) =>
        {
            (EXPRESSION, Some("comparison"), "a comparison")
        }
        _ if target.len() == 1 => match first.kind {
            TokenKind::Number => (LITERAL, Some("number"), "a number"),
            TokenKind::String { .. } if is_formatted(first.text(around.text)) => {
                (LITERAL, Some("fstring"), "an f-string")
            }
            TokenKind::String { .. } => (LITERAL, Some("string"), "a text"),
            TokenKind::Keyword | TokenKind::Operator => (LITERAL, Some("none_true"), "a constant"),
            _ => return None,
        },
        _ if any(&["-"]) && is_dashed_name(&target, around.text) => {
            (EXPRESSION, Some("dashed_name"), "a subtraction")
        }
        _ if any(&[
            "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>", "~",
        ]) =>
        {
            (EXPRESSION, Some("operator"), "the result of a calculation")
        }
        _ if last.kind == TokenKind::Close(Bracket::Round) => (
            "SYN.ASSIGN_TO_CALL",
            Some("function_call"),
            "the result of a call",
        ),
        _ => return None,
    };
    let what_to_do = if construct == Some("dashed_name") {
        "write the name with '_' instead of '-'"
    } else {
        "write a name on the left of '=', or '==' to compare"
    };
    named(
        code,
        construct,
        format!("{what} cannot be assigned to: {what_to_do}"),
    )
}

/// `my-name`, without spaces: a name rather than a subtraction.
fn is_dashed_name(target: &[&Token], text: &str) -> bool {
    target
        .windows(2)
        .all(|pair| matches!(pair, [left, right] if left.span.end == right.span.start))
        && target
            .iter()
            .all(|token| token.kind == TokenKind::Name || token.text(text) == "-")
}

fn is_formatted(string: &str) -> bool {
    string
        .split(['\'', '"'])
        .next()
        .is_some_and(|prefix| prefix.contains(['f', 'F', 't', 'T']))
}
