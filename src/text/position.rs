use serde::{Deserialize, Serialize};

/// What a column counts (LSP 3.17, `PositionEncodingKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client must support.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl PositionEncoding {
    /// How many units `text` is long.
    pub fn width(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        }
    }

    fn of_char(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A place in a text. Both numbers start at zero; what `character` counts is the encoding's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Line, from zero. `\n`, `\r\n` and a lone `\r` end a line (LSP 3.17, Text Documents).
    pub line: u32,
    /// Units from the start of the line, from zero.
    pub character: u32,
}

/// The line starts of one text, to turn byte offsets into positions and back.
#[derive(Debug, Clone)]
pub struct PositionIndex {
    starts: Vec<usize>,
}

impl PositionIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || *byte == b'\r' && bytes.get(index + 1) != Some(&b'\n') {
                starts.push(index + 1);
            }
        }
        Self { starts }
    }

    /// Number of lines; a text that ends with a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line that holds byte `offset`, from zero.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// Byte offset where `line` starts; `None` past the last line.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).copied()
    }

    /// The content of `line` without its line break; empty past the last line.
    pub fn line_text<'text>(&self, text: &'text str, line: usize) -> &'text str {
        let Some(start) = self.line_start(line) else {
            return "";
        };
        let end = self.line_start(line + 1).unwrap_or(text.len());
        text.get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r'])
    }

    /// The position of byte `offset`; past the end it is the end.
    pub fn position(&self, text: &str, offset: usize, encoding: PositionEncoding) -> Position {
        let offset = floor_boundary(text, offset);
        let line = self.line_of(offset);
        let start = self.line_start(line).unwrap_or(0);
        let before = text.get(start..offset).unwrap_or("");
        Position {
            line: to_u32(line),
            character: to_u32(encoding.width(before)),
        }
    }

    /// The byte offset of `position`.
    ///
    /// A column past the end of its line means the end of the line, a line past the end the end of the text, and a
    /// column inside a character its start (LSP 3.17, Position).
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> usize {
        let Some(start) = self.line_start(position.line as usize) else {
            return text.len();
        };
        let mut units = 0;
        let mut offset = start;
        for character in self.line_text(text, position.line as usize).chars() {
            units += encoding.of_char(character);
            if units > position.character as usize {
                break;
            }
            offset += character.len_utf8();
        }
        offset
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_units_of_each_encoding() {
        let text = "é😀x\n";
        let index = PositionIndex::new(text);
        let column = |encoding| index.position(text, 6, encoding).character;
        assert_eq!(column(PositionEncoding::Utf8), 6);
        assert_eq!(column(PositionEncoding::Utf16), 3);
        assert_eq!(column(PositionEncoding::Utf32), 2);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        let index = PositionIndex::new("a\rb\r\nc\n");
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.line_text("a\rb\r\nc\n", 1), "b");
    }

    proptest! {
        #[test]
        fn offsets_round_trip(text in "[aé😀\n\r]{0,20}") {
            let index = PositionIndex::new(&text);
            for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
                for (offset, character) in text.char_indices() {
                    if character == '\n' && text[..offset].ends_with('\r') {
                        continue; // Between the two characters of one line break there is no position.
                    }
                    let position = index.position(&text, offset, encoding);
                    prop_assert_eq!(index.offset(&text, position, encoding), offset);
                }
            }
        }
    }
}
