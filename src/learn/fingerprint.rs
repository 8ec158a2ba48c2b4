//! What mistakes and edits have in common, without saying whose code they come from.

use sha2::{Digest, Sha256};

use crate::lang::python::{Token, TokenKind, tokenize};
use crate::text::{Edit, PositionIndex, Span, apply};

/// What the finding at byte `at` has in common with others of its shape: cluster and the classes of its line's tokens.
pub fn signature(text: &str, cluster: &str, at: usize) -> String {
    let index = PositionIndex::new(text);
    let line = index.line_text(text, index.line_of(at));
    hash(&format!("{}\n{}", cluster, classes(line)))
}

/// Names an edit by what it does and where in terms of the finding, so that the same edit elsewhere has the same name.
pub fn edit_hash(text: &str, at: usize, edits: &[Edit]) -> String {
    let index = PositionIndex::new(text);
    let line = index.line_start(index.line_of(at)).unwrap_or(0);
    let mut description = String::new();
    for edit in edits {
        let start = edit.span.start as i64 - line as i64;
        description.push_str(&format!(
            "{start}+{}:{}\n",
            edit.span.len(),
            edit.replacement
        ));
    }
    hash(&description)
}

/// What edits delete and insert, with names and literals replaced by their classes.
pub fn skeleton(text: &str, edits: &[Edit]) -> String {
    let parts: Vec<String> = edits
        .iter()
        .map(|edit| {
            format!(
                "-{} +{}",
                classes(edit.span.of(text)),
                classes(&edit.replacement)
            )
        })
        .collect();
    parts.join("; ")
}

/// The lines that edits touch, before and after, with names and literals replaced by their classes.
pub fn redacted(text: &str, edits: &[Edit]) -> (String, String) {
    let Some(touched) = edits.iter().map(|edit| edit.span).reduce(Span::cover) else {
        return (String::new(), String::new());
    };
    let index = PositionIndex::new(text);
    let start = index.line_start(index.line_of(touched.start)).unwrap_or(0);
    let end = index
        .line_start(index.line_of(touched.end) + 1)
        .unwrap_or(text.len());
    let lines = Span::new(start, end).of(text);
    let local: Vec<Edit> = edits
        .iter()
        .map(|edit| {
            Edit::replace(
                Span::new(edit.span.start - start, edit.span.end - start),
                edit.replacement.clone(),
            )
        })
        .collect();
    let after = apply(lines, &local).unwrap_or_default();
    (limited(&classes(lines)), limited(&classes(&after)))
}

/// Longest redacted example, in bytes.
const MAX_EXAMPLE: usize = 400;

fn limited(classes: &str) -> String {
    // Classes and punctuation may be cut anywhere but inside a character.
    classes
        .char_indices()
        .take_while(|(at, _)| *at < MAX_EXAMPLE)
        .map(|(_, character)| character)
        .collect()
}

fn classes(text: &str) -> String {
    let words: Vec<&str> = tokenize(text)
        .iter()
        .map(|token| class(token, text))
        .collect();
    words.join(" ")
}

fn class<'text>(token: &Token, text: &'text str) -> &'text str {
    match token.kind {
        TokenKind::Name => "NAME",
        TokenKind::Number => "NUMBER",
        TokenKind::String { .. } => "STRING",
        TokenKind::Comment => "COMMENT",
        TokenKind::Newline | TokenKind::Continuation => "NEWLINE",
        TokenKind::Keyword
        | TokenKind::Operator
        | TokenKind::Open(_)
        | TokenKind::Close(_)
        | TokenKind::Unknown => token.text(text),
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_literals_stay_at_home() {
        let text = "def secret_plan()\n    return 'password'\n";
        let edits = [Edit::insert(17, ":")];
        assert_eq!(skeleton(text, &edits), "- +:");
        let (before, after) = redacted(text, &edits);
        assert_eq!(before, "def NAME ( ) NEWLINE");
        assert_eq!(after, "def NAME ( ) : NEWLINE");
    }
}
