//! What each small edit says about the mistake, and how likely it is: one table of edit and token.

use super::field::Field;
use crate::lang::python::{Bracket, TokenKind, is_keyword};
use crate::repair::proposal::Proposal;
use crate::repair::site::{construct, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const ANY: &str = "SYN.INVALID_SYNTAX";

/// A kind of mistake: its code and the damaged construct.
type Kind = (&'static str, Option<&'static str>);

/// `token` is missing in front of the word at `at`, or behind the one before it.
pub fn insert(field: &Field<'_, '_>, at: usize, token: &str, edit: Edit) -> Proposal {
    let words = &field.words;
    let starts_line =
        at < words.len() && (words.is_first(at) && edit.span.start >= words.span(at).start);
    let (side, neighbor) = if starts_line || at == 0 {
        ("before", at)
    } else {
        ("after", at - 1)
    };
    let title = format!("Add '{token}' {side} '{}'", short(words.text(neighbor)));
    let message = match token {
        "," => format!(
            "a comma is missing {side} '{}'",
            short(words.text(neighbor))
        ),
        _ => format!(
            "'{token}' is missing {side} '{}'",
            short(words.text(neighbor))
        ),
    };
    let (kind, cost) = inserted(field, at, token);
    let span = if starts_line || at == 0 || at >= words.len() || words.is_first(at) {
        words.span(neighbor)
    } else {
        words.cover(at - 1, at)
    };
    proposal("insert_token", kind, cost, span, vec![edit])
        .message(message)
        .title(title)
}

fn inserted(field: &Field<'_, '_>, at: usize, token: &str) -> (Kind, u32) {
    let bracket = field.gap(at).bracket;
    let starter = field.starter(at.saturating_sub(1));
    match token {
        "," => (("SYN.MISSING_COMMA", separated(bracket, starter)), 16),
        "(" | "[" | "{" => (("SYN.UNMATCHED_CLOSE", shape(token)), 18),
        ")" => (("SYN.UNCLOSED_PAREN", None), 17),
        "]" => (("SYN.UNCLOSED_BRACKET", None), 18),
        "}" => (("SYN.UNCLOSED_BRACE", None), 19),
        ":" if bracket == Some(Bracket::Curly) => (("SYN.DICT_ENTRY", Some("missing_colon")), 18),
        ":" if bracket == Some(Bracket::Square) => (("SYN.SLICE_COLON", None), 20),
        ":" => (("SYN.MISSING_COLON", header(starter)), 17),
        "." => (("SYN.MISSING_OPERATOR", Some("juxtaposed")), 25),
        "=" => (("SYN.MISSING_OPERATOR", Some("juxtaposed")), 24),
        "in" if starter == "for" || field.on_line(at, "for", true) => {
            (("SYN.FOR_MISSING_IN", None), 18)
        }
        "else" | "else None" => (("SYN.TERNARY", Some("missing_else")), 24),
        ";" => (("SYN.MULTIPLE_STATEMENTS", None), 27),
        "\\" => (("SYN.LINE_CONTINUATION", None), 26),
        "_" => (("SYN.INVALID_NAME", Some("space")), 22),
        "pass" => (("SYN.MISSING_OPERAND", None), 24),
        _ if token.starts_with(char::is_alphabetic) => {
            if is_keyword(token) {
                (("SYN.MISSING_KEYWORD", None), 26)
            } else {
                (("SYN.MISSING_OPERAND", None), 30)
            }
        }
        _ if field.gap(at).ends => (("SYN.MISSING_OPERATOR", Some("juxtaposed")), 27),
        _ => (("SYN.MISSING_OPERAND", Some("binary")), 30),
    }
}

/// The word at `at` does not belong there.
pub fn delete(field: &Field<'_, '_>, at: usize) -> Proposal {
    let words = &field.words;
    let text = words.text(at);
    let (kind, cost): (Kind, u32) = match (words.kind(at), text) {
        (Some(TokenKind::Open(bracket)), _) => (unclosed(bracket), 20),
        (Some(TokenKind::Close(_)), _) => (("SYN.UNMATCHED_CLOSE", shape(text)), 20),
        (_, ",") => {
            let separates = match separated(words.bracket(at), field.starter(at)) {
                Some("import_names") => Some("import"),
                Some("def_params") => Some("function_def"),
                Some("subscript") => Some("list"),
                other => other,
            };
            (("SYN.EXTRA_COMMA", separates), 19)
        }
        (_, ":") if words.is_last(at) => {
            (("SYN.MULTIPLE_STATEMENTS", Some("colon_after_stmt")), 19)
        }
        (_, ".") => (("SYN.MISSING_OPERAND", Some("attribute")), 20),
        (_, "=") => (("SYN.MISSING_OPERAND", Some("assignment")), 22),
        (_, ":" | ";") => ((ANY, None), 20),
        (Some(TokenKind::Operator), _) => (("SYN.MISSING_OPERAND", Some("binary")), 22),
        (Some(TokenKind::Unknown), _) => (("SYN.INVALID_CHAR", None), 18),
        (Some(TokenKind::Keyword), _) => (("SYN.STRAY_WORD", None), 30),
        (Some(TokenKind::String { .. }), _) => ((ANY, None), 44),
        _ => (("SYN.STRAY_WORD", None), 32),
    };
    let text = short(text);
    words.named(
        proposal(
            "delete_token",
            kind,
            cost,
            words.span(at),
            vec![words.delete(at)],
        )
        .message(format!("'{text}' does not belong here: leave it out"))
        .title(format!("Remove '{text}'")),
    )
}

/// `new` belongs where the words from `first` to `last` stand.
pub fn replace(
    field: &Field<'_, '_>,
    rule: &'static str,
    (first, last): (usize, usize),
    new: &str,
    edit: Edit,
) -> Proposal {
    let words = &field.words;
    let span = words.cover(first, last);
    let old = span.of(words.site.text);
    let (kind, cost) = replaced(field, first, old, new);
    let old = short(old);
    words.named(
        proposal(rule, kind, cost, span, vec![edit])
            .message(format!("'{new}' belongs here, not '{old}'"))
            .title(format!("Replace '{old}' by '{new}'")),
    )
}

fn replaced(field: &Field<'_, '_>, at: usize, old: &str, new: &str) -> (Kind, u32) {
    let bracket = field.words.bracket(at);
    let starter = field.starter(at);
    let is_bracket = |text: &str| matches!(text, "(" | "[" | "{" | ")" | "]" | "}");
    match (old, new) {
        _ if is_bracket(old) && is_bracket(new) => (("SYN.MISMATCHED_CLOSE", shape(old)), 20),
        ("=", "==") => {
            let construct = match starter {
                "if" => Some("if"),
                "elif" => Some("elif"),
                "while" => Some("while"),
                "assert" => Some("assert"),
                _ => None,
            };
            (("SYN.ASSIGN_IN_CONDITION", construct), 20)
        }
        ("=", ":") if bracket == Some(Bracket::Curly) => (("SYN.DICT_ENTRY", Some("equals")), 20),
        (":", "=") if bracket == Some(Bracket::Round) => (("SYN.KWARG_COLON", Some("call")), 20),
        (":=", _) => (("SYN.WALRUS_MISUSE", None), 22),
        (",", "as") => (("SYN.PY2_EXCEPT", Some("comma_name")), 22),
        (",", ":") if bracket == Some(Bracket::Curly) => {
            (("SYN.DICT_ENTRY", Some("missing_colon")), 23)
        }
        (_, ":") if header(starter).is_some() && bracket.is_none() => {
            (("SYN.MISSING_COLON", header(starter)), 22)
        }
        (_, ",") => (("SYN.MISSING_COMMA", separated(bracket, starter)), 22),
        _ if is_keyword(new) => (("SYN.WRONG_KEYWORD", None), 26),
        _ if is_keyword(old) => (("SYN.KEYWORD_AS_NAME", None), 26),
        _ => ((ANY, None), 25),
    }
}

/// A proposal of a kind of mistake that no rule was sure of, so that a person has to ask for it.
pub fn proposal(
    rule: &'static str,
    (code, construct): Kind,
    cost: u32,
    span: Span,
    edits: Vec<Edit>,
) -> Proposal {
    Proposal::new(rule, Code::new(code), cost, span, edits)
        .construct(construct)
        .unsafe_fix()
}

/// An opening bracket that is never closed.
pub fn unclosed(bracket: Bracket) -> Kind {
    match bracket {
        Bracket::Round => ("SYN.UNCLOSED_PAREN", None),
        Bracket::Square => ("SYN.UNCLOSED_BRACKET", None),
        Bracket::Curly => ("SYN.UNCLOSED_BRACE", None),
    }
}

/// The code of an opening bracket whose partner `close` is not where it belongs.
pub fn closing(close: &str) -> &'static str {
    match close {
        ")" => "SYN.UNCLOSED_PAREN",
        "]" => "SYN.UNCLOSED_BRACKET",
        _ => "SYN.UNCLOSED_BRACE",
    }
}

fn header(starter: &str) -> Option<&'static str> {
    construct(std::iter::once(starter))
}

fn shape(bracket: &str) -> Option<&'static str> {
    match bracket {
        "(" | ")" => Some("paren"),
        "[" | "]" => Some("bracket"),
        "{" | "}" => Some("brace"),
        _ => None,
    }
}

fn separated(bracket: Option<Bracket>, starter: &str) -> Option<&'static str> {
    match (bracket, starter) {
        (_, "import" | "from") => Some("import_names"),
        (Some(Bracket::Round), "def") => Some("def_params"),
        (Some(Bracket::Round), _) => Some("call"),
        (Some(Bracket::Square), _) => Some("list"),
        (Some(Bracket::Curly), _) => Some("dict"),
        (None, "with") => Some("with"),
        (None, _) => Some("tuple"),
    }
}
