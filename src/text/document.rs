use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ropey::Rope;

use super::{Position, PositionEncoding, Span};

/// Why a change cannot be applied to a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The range ends before it starts.
    #[error("the range of a change is reversed: {0:?} to {1:?}")]
    ReversedRange(Position, Position),
}

/// An open text document: its content and the version that the editor gave it.
#[derive(Debug, Clone)]
pub struct Document {
    rope: Rope,
    version: i32,
}

impl Document {
    /// A document with `text` at `version`.
    pub fn new(text: &str, version: i32) -> Self {
        Self {
            rope: Rope::from_str(text),
            version,
        }
    }

    /// The editor's number of this content; grows with each change (LSP 3.17, VersionedTextDocumentIdentifier).
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The content in one piece.
    pub fn text(&self) -> String {
        self.rope.to_string()
    }

    /// A number that equal contents share, and others hardly ever. Costs no copy.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.rope.hash(&mut hasher);
        hasher.finish()
    }

    /// Length of the content in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no content.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A part of the content; what lies outside is left out.
    pub fn slice(&self, span: Span) -> String {
        let end = span.end.min(self.len());
        self.rope
            .get_byte_slice(span.start.min(end)..end)
            .map(|slice| slice.to_string())
            .unwrap_or_default()
    }

    /// The line of a byte, from zero; that of the end for what lies outside.
    pub fn line_of(&self, offset: usize) -> usize {
        self.rope.byte_to_line(offset.min(self.len()))
    }

    /// Where a line starts; the end for one that there is not.
    pub fn line_start(&self, line: usize) -> usize {
        self.rope.line_to_byte(line.min(self.rope.len_lines()))
    }

    /// Takes over a new version number.
    pub fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    /// Replaces the whole content.
    pub fn replace_all(&mut self, text: &str) {
        self.rope = Rope::from_str(text);
    }

    /// The bytes between two positions. Positions past the end mean the end.
    pub fn span(
        &self,
        start: Position,
        end: Position,
        encoding: PositionEncoding,
    ) -> Result<Span, DocumentError> {
        if end < start {
            return Err(DocumentError::ReversedRange(start, end));
        }
        let from = self.char_index(start, encoding);
        let to = self.char_index(end, encoding).max(from);
        Ok(Span::new(
            self.rope.char_to_byte(from),
            self.rope.char_to_byte(to),
        ))
    }

    /// Replaces what lies between two positions. Positions past the end mean the end.
    pub fn replace_range(
        &mut self,
        start: Position,
        end: Position,
        encoding: PositionEncoding,
        text: &str,
    ) -> Result<(), DocumentError> {
        if end < start {
            return Err(DocumentError::ReversedRange(start, end));
        }
        let from = self.char_index(start, encoding);
        let to = self.char_index(end, encoding).max(from);
        self.rope.remove(from..to);
        self.rope.insert(from, text);
        Ok(())
    }

    fn char_index(&self, position: Position, encoding: PositionEncoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_chars();
        }
        let start = self.rope.line_to_char(line);
        let mut units = 0;
        let mut chars = 0;
        for character in self.rope.line(line).chars() {
            if matches!(character, '\n' | '\r') {
                break;
            }
            units += match encoding {
                PositionEncoding::Utf8 => character.len_utf8(),
                PositionEncoding::Utf16 => character.len_utf16(),
                PositionEncoding::Utf32 => 1,
            };
            if units > position.character as usize {
                break;
            }
            chars += 1;
        }
        start + chars
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::PositionIndex;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn a_reversed_range_is_refused_and_changes_nothing() {
        let mut document = Document::new("abc\n", 1);
        let refused = document.replace_range(at(0, 2), at(0, 1), PositionEncoding::Utf16, "x");
        assert_eq!(
            refused,
            Err(DocumentError::ReversedRange(at(0, 2), at(0, 1)))
        );
        assert_eq!(document.text(), "abc\n");
    }

    proptest! {
        #[test]
        fn incremental_edits_equal_edits_of_the_whole_text(
            text in "[aé😀\n\r]{0,20}", insert in "[bü\n]{0,4}", a in (0u32..6, 0u32..8), b in (0u32..6, 0u32..8)
        ) {
            let (start, end) = (at(a.0, a.1).min(at(b.0, b.1)), at(a.0, a.1).max(at(b.0, b.1)));
            for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
                let index = PositionIndex::new(&text);
                let from = index.offset(&text, start, encoding);
                let to = index.offset(&text, end, encoding).max(from);
                let whole = format!("{}{}{}", &text[..from], insert, &text[to..]);
                let mut document = Document::new(&text, 1);
                document.replace_range(start, end, encoding, &insert).expect("the range is in order");
                prop_assert_eq!(document.text(), whole);
            }
        }
    }
}
