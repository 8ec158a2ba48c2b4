//! What a text demands of itself, counted by tokens, so that broken texts can be compared with whole ones.

use crate::lang::python::{Token, TokenKind, tokenize};

/// How much a text checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Checks {
    /// `assert` statements and calls of assertion methods.
    pub(super) assertions: usize,
    /// Test functions and test classes.
    pub(super) tests: usize,
}

impl Checks {
    /// Counts what `source` checks.
    pub(super) fn of(source: &str) -> Self {
        let tokens: Vec<Token> = tokenize(source)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect();
        let mut checks = Self::default();
        for (index, token) in tokens.iter().enumerate() {
            let near = |offset: usize| tokens.get(offset).map_or("", |token| token.text(source));
            let before = index.checked_sub(1).map_or("", near);
            let word = token.text(source);
            let is_called = near(index + 1) == "(";
            match (before, word) {
                (_, "assert") => checks.assertions += 1,
                ("def", word) if word.starts_with("test") => checks.tests += 1,
                ("class", word) if word.starts_with("Test") => checks.tests += 1,
                ("def" | "class", _) => {}
                (_, word) if word.starts_with("assert") && is_called => checks.assertions += 1,
                (".", "raises" | "warns") if is_called => checks.assertions += 1,
                _ => {}
            }
        }
        checks
    }
}

/// The assertions of a text, each as its tokens; what a line spreads over several lines counts up to its first one.
pub(super) fn assertions(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut line: Vec<&str> = Vec::new();
    let mut depth = 0usize;
    for token in tokenize(source) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            TokenKind::Comment | TokenKind::Continuation => continue,
            TokenKind::Newline if depth > 0 => continue,
            TokenKind::Newline => {
                found.extend(assertion(&line));
                line.clear();
                continue;
            }
            _ => {}
        }
        line.push(token.text(source));
    }
    found.extend(assertion(&line));
    found
}

fn assertion(line: &[&str]) -> Option<String> {
    let is_one = line.first() == Some(&"assert")
        || line.iter().any(|word| {
            word.len() > "assert".len() && word.starts_with("assert") || *word == "raises"
        });
    // A definition whose name says that it asserts is none.
    (is_one && line.first() != Some(&"def")).then(|| line.join(" "))
}
