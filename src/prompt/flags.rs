//! What of a change a person should see before it is made, though nothing is wrong with it by itself.

use std::collections::HashSet;

use super::change::tokens;
use crate::lang::python::{TokenKind, is_keyword, tokenize};

/// How alike two words are of which one is a misspelling of the other, from 0 to 1.
const MISSPELLED: f64 = 0.6;
/// Names that come with Python and do nothing but compute: a repair may bring them in.
const HARMLESS: &[&str] = &[
    "self",
    "cls",
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "list",
    "dict",
    "set",
    "frozenset",
    "tuple",
    "len",
    "range",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "min",
    "max",
    "sum",
    "abs",
    "round",
    "isinstance",
    "repr",
    "any",
    "all",
    "super",
    "iter",
    "next",
    "type",
    "format",
    "Exception",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "append",
    "items",
    "keys",
    "values",
    "get",
    "join",
    "split",
    "strip",
];

/// Words that change what a program does wherever they stand.
const WEIGHTY: &[&str] = &[
    "return", "raise", "del", "yield", "break", "continue", "global", "nonlocal", "lambda", "try",
    "except", "finally", "with", "while", "True", "False", "assert",
];

/// What of a change a person should see before it is made, in words that follow "it": `calls print`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// What it brings in that was nowhere before: a person decides about that, whatever is proven.
    pub red: Vec<String>,
    /// What a repair seldom has to change. Tests can show that it had to.
    pub yellow: Vec<String>,
}

impl Flags {
    /// What `after` brings in where `before` stood in the text.
    pub(super) fn between(text: &str, before: &str, after: &str) -> Self {
        let known: HashSet<&str> = tokens(text).into_iter().collect();
        let (old, new) = (names(before), names(after));
        let gone: Vec<&str> = old.difference(&new).copied().collect();
        let is_spelled_right = |name: &str| gone.iter().any(|gone| is_alike(gone, name));
        let mut flags = Self::default();
        let mut brought: Vec<&str> = new.difference(&old).copied().collect();
        brought.sort_unstable();
        for name in brought {
            if HARMLESS.contains(&name) || is_keyword(name) || is_spelled_right(name) {
                continue;
            }
            if calls(after, name) {
                flags.red.push(format!("calls {name}"));
            } else if super::redaction::is_secret_name(name) {
                flags.red.push(format!("reads {name}"));
            } else if !known.contains(name) {
                flags.red.push(format!("brings in {name}"));
            }
        }
        let addresses = |code: &str| code.matches("://").count();
        if addresses(after) > addresses(before) {
            flags.red.push("mentions an address".to_owned());
        }
        if more(after, before, "import") {
            flags.red.push("imports a module".to_owned());
        }
        for word in WEIGHTY {
            if more(after, before, word) && !is_spelled_right(word) {
                flags.yellow.push(format!("adds `{word}`"));
            }
        }
        let mut lost: Vec<&str> = old
            .into_iter()
            .filter(|name| more(before, after, name) && !replaced(name, before, after))
            .collect();
        lost.sort_unstable();
        let lost = lost.into_iter().map(|name| format!("takes {name} away"));
        flags.yellow.extend(lost);
        if changes_strings(before, after) {
            flags.yellow.push("changes a text".to_owned());
        }
        flags
    }

    /// Whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.red.is_empty() && self.yellow.is_empty()
    }

    /// All of them, the red ones first.
    pub fn in_words(&self) -> String {
        let all: Vec<&str> = self
            .red
            .iter()
            .chain(&self.yellow)
            .map(String::as_str)
            .collect();
        all.join(", ")
    }
}

/// Whether one piece of code has a token more often than another.
fn more(code: &str, than: &str, token: &str) -> bool {
    let times = |code: &str| tokens(code).iter().filter(|other| **other == token).count();
    times(code) > times(than)
}

/// Whether one word may be a misspelling of the other.
fn is_alike(left: &str, right: &str) -> bool {
    let is_near = strsim::damerau_levenshtein(left, right) <= 1 && left.len().min(right.len()) > 1;
    is_near || strsim::normalized_damerau_levenshtein(left, right) >= MISSPELLED
}

/// The names of a piece of code, attributes included; what stands in strings and comments is none.
fn names(code: &str) -> HashSet<&str> {
    tokenize(code)
        .iter()
        .filter(|token| token.kind == TokenKind::Name)
        .map(|token| token.text(code))
        .collect()
}

/// Whether something that is spelled alike took the place of a name.
fn replaced(name: &str, before: &str, after: &str) -> bool {
    let new = tokens(after);
    let mut new = new.iter().filter(|token| more(after, before, token));
    new.any(|token| is_alike(name, token))
}

/// Whether a string that was whole is another one, or stands before one that it stood behind.
fn changes_strings(before: &str, after: &str) -> bool {
    let strings = |code: &str| -> Option<Vec<String>> {
        let all = tokenize(code).into_iter();
        let strings = all.filter_map(|token| match token.kind {
            TokenKind::String { closed, .. } => {
                Some(closed.then(|| token.text(code).trim_matches(['\'', '"']).to_owned()))
            }
            _ => None,
        });
        strings.collect()
    };
    // Where a quote is missing, nobody knows which strings there are.
    let (Some(old), Some(new)) = (strings(before), strings(after)) else {
        return false;
    };
    let (mut sorted_old, mut sorted_new) = (old.clone(), new.clone());
    sorted_old.sort();
    sorted_new.sort();
    let is_moved = sorted_old == sorted_new && old != new;
    let is_kept = |(old, new): (&String, &String)| {
        old == new || strsim::normalized_damerau_levenshtein(old, new) >= MISSPELLED
    };
    is_moved || old.len() > new.len() || !old.iter().zip(&new).all(is_kept)
}

/// Whether a piece of code calls something of this name, or puts it on as a decorator.
fn calls(code: &str, name: &str) -> bool {
    let all = tokenize(code);
    let places = all
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text(code) == name);
    let mut places = places.map(|(index, _)| {
        let next = all.get(index + 1).map_or("", |token| token.text(code));
        let line = all
            .iter()
            .take(index)
            .rev()
            .take_while(|token| token.kind != TokenKind::Newline);
        next == "(" || line.last().is_some_and(|first| first.text(code) == "@")
    });
    places.any(|is_called| is_called)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &[&str]) {
        let text = format!("KEY_SECRET = load()\nlimit = 3\n{before}");
        let flags = Flags::between(&text, before, after);
        assert_eq!(flags.in_words(), expected.join(", "), "{after}");
    }

    #[test]
    fn what_is_new_is_named() {
        check("x = f(a", "x = f(a)", &[]);
        check("x = pritn(a)", "x = print(a)", &[]);
        check("x = f(a", "x = f(a)\nprint(x)", &["calls print"]);
        check("x = f(a", "x = f(a, load())", &["calls load"]);
        check(
            "x = f(a",
            "x = KEY_SECRET",
            &["reads KEY_SECRET", "takes a away", "takes f away"],
        );
        check("x = f(a", "x = f(a, limit)", &[]);
        check("x = f(a", "x = f(a, verify=0)", &["brings in verify"]);
        check(
            "x = 'a'",
            "x = 'http://example.com'",
            &["mentions an address", "changes a text"],
        );
        check(
            "x = f(a",
            "import os\nx = f(a)",
            &["brings in os", "imports a module"],
        );
        check("def f(): pass", "@cache\ndef f(): pass", &["calls cache"]);
        check("x = n + 'a'", "x = str(n) + 'a'", &[]);
        check(
            "x = 'a' if n else: 'b'",
            "x = 'b' if n else 'a'",
            &["changes a text"],
        );
        check("x = 'a", "x = 'b'", &[]);
        check("retrun x", "return x", &[]);
        check(
            "for x im y: return x\nretrun y",
            "for x in y: return x\nreturn y",
            &[],
        );
        check("f'{a b'", "f'{a} b'", &[]);
        check(
            "def f(x)",
            "def f(x): return True",
            &["adds `return`", "adds `True`"],
        );
        check(
            "offset = 05\nx = offset",
            "x = offset",
            &["takes offset away"],
        );
        check("offset = 05\nx = 1", "x = 1", &["takes offset away"]);
    }
}
