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

/// What a change brings in that was nowhere before, in words that follow "it": `calls print`, `mentions example.com`.
///
/// `text` is the whole text before, `before` and `after` what is changed in it.
pub(super) fn flags(text: &str, before: &str, after: &str) -> Vec<String> {
    let known: HashSet<&str> = tokens(text).into_iter().collect();
    let (old, new) = (names(before), names(after));
    let gone: Vec<&str> = old.difference(&new).copied().collect();
    let is_spelled_right = |name: &str| {
        gone.iter()
            .any(|gone| strsim::normalized_damerau_levenshtein(gone, name) >= MISSPELLED)
    };
    let mut flags = Vec::new();
    let mut brought: Vec<&str> = new.difference(&old).copied().collect();
    brought.sort_unstable();
    for name in brought {
        if HARMLESS.contains(&name) || is_keyword(name) || is_spelled_right(name) {
            continue;
        }
        if calls(after, name) {
            flags.push(format!("calls {name}"));
        } else if super::redaction::is_secret_name(name) {
            flags.push(format!("reads {name}"));
        } else if !known.contains(name) {
            flags.push(format!("brings in {name}"));
        }
    }
    for word in WEIGHTY {
        let times = |code: &str| tokens(code).iter().filter(|token| *token == word).count();
        if times(after) > times(before) && !is_spelled_right(word) {
            flags.push(format!("adds `{word}`"));
        }
    }
    let (all_old, all_new) = (all_names(before), all_names(after));
    let count = |all: &[&str], name: &str| all.iter().filter(|other| **other == name).count();
    let mut lost: Vec<&str> = old
        .iter()
        .copied()
        .filter(|name| count(&all_new, name) < count(&all_old, name))
        .filter(|name| !replaced(name, before, after))
        .collect();
    lost.sort_unstable();
    flags.extend(lost.into_iter().map(|name| format!("takes {name} away")));
    if changes_strings(before, after) {
        flags.push("changes a text".to_owned());
    }
    let addresses = |code: &str| code.matches("://").count();
    if addresses(after) > addresses(before) {
        flags.push("mentions an address".to_owned());
    }
    let imports = |code: &str| {
        tokens(code)
            .iter()
            .filter(|token| **token == "import")
            .count()
    };
    if imports(after) > imports(before) {
        flags.push("imports a module".to_owned());
    }
    flags
}

/// The names of a piece of code, attributes included; what stands in strings and comments is none.
fn names(code: &str) -> HashSet<&str> {
    all_names(code).into_iter().collect()
}

fn all_names(code: &str) -> Vec<&str> {
    tokenize(code)
        .iter()
        .filter(|token| token.kind == TokenKind::Name)
        .map(|token| token.text(code))
        .collect()
}

/// Whether something that is spelled alike took the place of a name.
fn replaced(name: &str, before: &str, after: &str) -> bool {
    let old: HashSet<&str> = tokens(before).into_iter().collect();
    let mut new = tokens(after)
        .into_iter()
        .filter(|token| !old.contains(token));
    new.any(|token| strsim::normalized_damerau_levenshtein(name, token) >= MISSPELLED)
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
    let mut new = new.iter();
    !old.iter().all(|string| new.any(|other| other == string))
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
        assert_eq!(flags(&text, before, after), expected, "{after}");
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
            &["changes a text", "mentions an address"],
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
