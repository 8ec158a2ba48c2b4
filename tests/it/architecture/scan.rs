//! Reads just enough Rust to know which paths a file names.

/// A word or a mark of a source text, and the line it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

/// A path such as `crate::text::Span`, resolved from groups, and the line on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

/// The words and marks of a source text, without comments and with literals reduced to `"`.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, is_kept) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some(length) = string(rest) {
            (length, Some("\""))
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            (end.unwrap_or(rest.len()), Some(""))
        } else if ["::", "->", "=>"].iter().any(|mark| rest.starts_with(mark)) {
            (2, Some(""))
        } else if first.is_whitespace() {
            (first.len_utf8(), None)
        } else {
            (first.len_utf8(), Some(""))
        };
        let (word, after) = rest.split_at(length);
        if let Some(instead) = is_kept {
            let text = if instead.is_empty() { word } else { instead };
            tokens.push(Token {
                text: text.to_owned(),
                line,
            });
        }
        line += word.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Every path that the text names: all that a `use` brings in, also from groups such as `use crate::{a, b::c}`, and
/// every other path of at least two segments.
pub(super) fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let follows = text(tokens, at + 1);
        at = if text(tokens, at) == "use" && (follows == "{" || follows == "::") {
            tree(
                tokens,
                at + 1 + usize::from(follows == "::"),
                &[],
                &mut paths,
            )
        } else if text(tokens, at) == "use" && is_word(tokens, at + 1) {
            tree(tokens, at + 1, &[], &mut paths)
        } else if is_word(tokens, at) && follows == "::" {
            tree(tokens, at, &[], &mut paths)
        } else if text(tokens, at) == "::" && (text(tokens, at.wrapping_sub(1)) == ">") {
            // The rest of a path whose head is a type: `<T as Trait>::name`, `Vec::<T>::new`.
            at + 2
        } else {
            at + 1
        };
    }
    paths
}

/// Reads one path with what hangs on it; returns where it ends.
fn tree(tokens: &[Token], start: usize, prefix: &[String], paths: &mut Vec<Path>) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = start;
    loop {
        if text(tokens, at) == "{" {
            return group(tokens, at, &segments, paths);
        }
        segments.push(text(tokens, at).to_owned());
        at += 1;
        // A turbofish holds paths of its own: leave it to the caller.
        if text(tokens, at) != "::" || text(tokens, at + 1) == "<" {
            break;
        }
        at += 1;
    }
    paths.push(Path {
        segments,
        line: tokens.get(start).map_or(0, |token| token.line),
    });
    at
}

fn group(tokens: &[Token], open: usize, prefix: &[String], paths: &mut Vec<Path>) -> usize {
    let mut at = open + 1;
    while at < tokens.len() {
        match text(tokens, at) {
            "}" => return at + 1,
            "," => at += 1,
            "as" => at += 2,
            _ => at = tree(tokens, at, prefix, paths),
        }
    }
    at
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn is_word(tokens: &[Token], at: usize) -> bool {
    text(tokens, at).starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of the string or character literal at the start, if there is one.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"]
        .into_iter()
        .find(|prefix| {
            rest.strip_prefix(prefix).is_some_and(|rest| {
                rest.trim_start_matches('#').starts_with('"')
                    || *prefix == "b" && rest.starts_with('\'')
            })
        })
        .unwrap_or("");
    let body = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let from = hashes + 1;
        let end = body[from..].find(&close)?;
        return Some(prefix.len() + from + end + close.len());
    }
    let quote = body.chars().next()?;
    let is_character = quote == '\'' && {
        let mut inside = body.chars().skip(1);
        // `'a` without a closing quote is a lifetime.
        inside.next() == Some('\\') || inside.next() == Some('\'')
    };
    if quote != '"' && !is_character {
        return None;
    }
    let mut is_escaped = false;
    for (at, character) in body.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if character == quote {
            return Some(prefix.len() + at + 1);
        }
    }
    Some(rest.len())
}

#[test]
fn paths_are_found_in_groups_and_not_in_comments_or_strings() {
    let source = r##"
        use crate::{text, lang::{Parser as P, self}};
        // crate::no::comment
        fn f<'a>(x: &'a str) { let q = '\''; "crate::no::string"; r#"crate::no::raw"#; tokio::spawn(); }
        use {serde::Serialize, crate::diagnose::*};
        #[tokio::test]
        use insta;
        pub(crate) fn g() -> ::serde::Value { Vec::<crate::text::Span>::new().into() }
    "##;
    let found: Vec<String> = paths(&tokens(source))
        .iter()
        .map(|path| format!("{}:{}", path.line, path.segments.join("::")))
        .collect();
    assert_eq!(
        found,
        [
            "2:crate::text",
            "2:crate::lang::Parser",
            "2:crate::lang::self",
            "4:tokio::spawn",
            "5:serde::Serialize",
            "5:crate::diagnose::*",
            "6:tokio::test",
            "7:insta",
            "8:serde::Value",
            "8:Vec",
            "8:crate::text::Span",
        ]
    );
}
