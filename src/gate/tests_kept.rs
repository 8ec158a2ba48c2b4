//! What a text demands of itself, counted by tokens, so that broken texts can be compared with whole ones.

use crate::lang::python::{Token, TokenKind, tokenize};

/// Whether a path is one under which test runners look for tests: `test_a.py`, `a_test.py`, `conftest.py`, `tests/a.py`.
pub fn is_test_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
    let name = parts.pop().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || parts.iter().any(|part| matches!(*part, "tests" | "test"))
}

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

/// The assertions of a text, each as its tokens but with every name left open: a name may be misspelled in a test, but
/// what it expects is what its author wants.
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
        let text = token.text(source);
        let is_open = token.kind == TokenKind::Name && !is_assertion(text);
        line.push(if is_open { "name" } else { text });
    }
    found.extend(assertion(&line));
    found
}

fn assertion(line: &[&str]) -> Option<String> {
    // A definition whose name says that it asserts is none.
    let is_one = line.iter().any(|word| is_assertion(word)) && line.first() != Some(&"def");
    is_one.then(|| line.join(" "))
}

fn is_assertion(word: &str) -> bool {
    word.starts_with("assert") || word == "raises"
}
