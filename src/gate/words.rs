//! What a broken text mentions: it has no tree to be trusted, but it has words.

use std::collections::HashMap;

use crate::lang::python::{Token, TokenKind, tokens};

/// The words of a broken text, and how often each stands there.
///
/// What follows a quote that is never closed counts as well: it is program turned inside out.
#[derive(Debug, Default)]
pub(super) struct Words {
    counts: HashMap<String, usize>,
    /// Handlers that may hide every exception.
    pub(super) swallowing: usize,
}

impl Words {
    /// Reads `source`.
    pub(super) fn new(source: &str) -> Self {
        let all: Vec<Token> = tokens(source)
            .filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Continuation))
            .collect();
        let mut words = Self::default();
        // With one triple quote too many or too few, what is program and what is text change places.
        let is_inside_out = all.iter().any(|token| is_open(token, true));
        for line in all.split_inclusive(|token| token.kind == TokenKind::Newline) {
            let is_doubtful = is_inside_out || line.iter().any(|token| is_open(token, false));
            for token in line {
                let text = token.text(source);
                let is_read = match token.kind {
                    TokenKind::Name | TokenKind::Keyword => true,
                    TokenKind::String { .. } => is_doubtful || is_formatted(text),
                    _ => false,
                };
                if is_read {
                    words.read(text);
                }
            }
        }
        words.swallowing = if is_inside_out {
            words.count("except")
        } else {
            let places = all.iter().enumerate();
            places
                .filter(|(_, token)| token.text(source) == "except")
                .filter_map(|(index, _)| all.get(index..))
                .filter(|rest| may_swallow(rest, source))
                .count()
        };
        words
    }

    fn read(&mut self, text: &str) {
        for word in text.split(|character: char| character != '_' && !character.is_alphanumeric()) {
            if !word.is_empty() {
                *self.counts.entry(word.to_owned()).or_default() += 1;
            }
        }
    }

    /// How often a word stands there.
    pub(super) fn count(&self, word: &str) -> usize {
        self.counts.get(word).copied().unwrap_or_default()
    }
}

/// Whether a token is a string without an end; `triple` says which quotes.
fn is_open(token: &Token, triple: bool) -> bool {
    matches!(token.kind, TokenKind::String { closed: false, triple: is } if is == triple)
}

/// Whether a string may hold expressions.
fn is_formatted(string: &str) -> bool {
    string
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .any(|prefix| matches!(prefix, 'f' | 'F' | 't' | 'T'))
}

/// Whether the tokens from an `except` on may be a handler that does nothing, whatever else is broken in it.
fn may_swallow(tokens: &[Token], source: &str) -> bool {
    let mut head = tokens.iter().skip(1).take_while(|token| {
        token.kind != TokenKind::Newline && !matches!(token.text(source), ":" | "pass" | "continue")
    });
    let names: Vec<&str> = head.by_ref().map(|token| token.text(source)).collect();
    let is_broad = names.is_empty()
        || names
            .iter()
            .any(|name| matches!(*name, "Exception" | "BaseException"));
    let body = tokens
        .iter()
        .skip(1 + names.len())
        .find(|token| token.kind != TokenKind::Newline && token.text(source) != ":");
    let does_nothing = body.is_none_or(|token| {
        matches!(
            token.text(source),
            "pass"
                | "continue"
                | "break"
                | "return"
                | "..."
                | "def"
                | "class"
                | "except"
                | "else"
                | "finally"
        ) || matches!(token.kind, TokenKind::String { .. })
    });
    is_broad && does_nothing
}
