//! What mistakes and edits have in common, without saying whose code they come from.

use sha2::{Digest, Sha256};

use crate::lang::python::{Token, TokenKind, tokenize};
use crate::text::{Edit, Span, apply};

/// What the finding at byte `at` has in common with others of its shape: cluster and the classes of its line's tokens.
pub fn signature(text: &str, cluster: &str, at: usize) -> String {
    let line = Span::new(line_start(text, at), line_end(text, at)).of(text);
    hash(&format!("{}\n{}", cluster, classes(line)))
}

/// Names an edit by what it does and where in terms of the finding, so that the same edit elsewhere has the same name.
pub fn edit_hash(text: &str, at: usize, edits: &[Edit]) -> String {
    let line = line_start(text, at);
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
    let start = line_start(text, touched.start);
    let end = next_line(text, touched.end);
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

/// Where the line of byte `at` starts. The lines of the whole text are not looked for: a text may have many mistakes.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    // The break `\r\n` is part of its line.
    let within_break = before.ends_with('\r') && text.get(at..).unwrap_or("").starts_with('\n');
    let before = before.get(..before.len() - usize::from(within_break));
    before
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1)
}

/// Where the line of byte `at` ends, before its break.
fn line_end(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    let rest = text.get(start..).unwrap_or("");
    start + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Where the line after the one of byte `at` starts; the end of the text if there is none.
fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or("");
    let width = match rest.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    };
    end + width
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
    use crate::text::PositionIndex;

    #[test]
    fn lines_are_those_of_the_whole_text() {
        for text in [
            "",
            "a",
            "ab\ncd\n",
            "a\r\n\r\nb",
            "a\rb\r\r",
            "\n\r\r\né\r\n",
        ] {
            let index = PositionIndex::new(text);
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let line = index.line_of(at);
                assert_eq!(
                    Some(line_start(text, at)),
                    index.line_start(line),
                    "{text:?} {at}"
                );
                let own = Span::new(line_start(text, at), line_end(text, at));
                assert_eq!(own.of(text), index.line_text(text, line), "{text:?} {at}");
                let next = index.line_start(line + 1).unwrap_or(text.len());
                assert_eq!(next_line(text, at), next, "{text:?} {at}");
            }
        }
    }

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
