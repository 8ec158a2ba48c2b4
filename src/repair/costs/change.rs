//! An edit in the terms of tokens.

use std::ops::Range;

use super::features::{Name, name};
use super::language::shape;
use crate::lang::python::{Token, TokenKind, tokens};
use crate::text::Edit;

/// What an edit does to the tokens of a text.
pub struct Change {
    /// What is taken away and what is put there: `,>.`
    pub kind: Name,
    /// Index among the code tokens of the first after the change.
    pub next: usize,
    /// Index among them of the last before it; `None` at the start of the text.
    pub before: Option<usize>,
    /// Those that it touches with more than their edge.
    pub touched: Range<usize>,
}

/// Most tokens that are named on one side of an edit.
const MAX_NAMED: usize = 5;

impl Change {
    /// What `edit` does to `text`, whose code tokens are `code`, with these shapes. Leaves the tokens that it puts
    /// there in `inserted`.
    pub fn new(
        edit: &Edit,
        text: &str,
        code: &[Token],
        known_shapes: &[Name],
        inserted: &mut Vec<Token>,
    ) -> Self {
        let first = code.partition_point(|token| token.span.end <= edit.span.start);
        let touched = code
            .iter()
            .skip(first)
            .take_while(|token| token.span.start < edit.span.end)
            .count();
        let touched = first..first + touched;
        let (old, new) = (edit.span.of(text), edit.replacement.as_str());
        inserted.clear();
        inserted.extend(tokens(new));
        let kind = if is_blank(old) && is_blank(new) {
            match (old.contains('\n'), new.contains('\n')) {
                (true, false) => name!("join lines"),
                (false, true) => name!("split line"),
                _ if new.len() < old.len() => name!("less space"),
                _ => name!("more space"),
            }
        } else {
            let old = known_shapes.get(touched.clone()).unwrap_or(&[]).iter();
            let old = old.take(MAX_NAMED).copied();
            let taken = old.fold(name!("tokens"), Name::and).and(name!(">"));
            let put = inserted.iter().take(MAX_NAMED);
            put.map(|token| known_shape(token, new))
                .fold(taken, Name::and)
        };
        Self {
            kind,
            next: touched.end,
            before: first.checked_sub(1),
            touched,
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\\'))
}

/// Whether a token is a word, keywords included.
pub fn is_word(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Name | TokenKind::Keyword)
}

/// Names that Python itself gives a meaning to, so that they are more than names.
const SPOKEN: [&str; 16] = [
    "print",
    "exec",
    "self",
    "cls",
    "range",
    "len",
    "input",
    "raw_input",
    "str",
    "int",
    "match",
    "case",
    "type",
    "super",
    "open",
    "then",
];

/// The shape of a token, or its text if it is a name that is known.
pub fn known_shape(token: &Token, text: &str) -> Name {
    let written = token.text(text);
    Name::of(
        if token.kind == TokenKind::Name && SPOKEN.contains(&written) {
            written
        } else {
            shape(token, text)
        },
    )
}
