//! A piece of a text that can be judged instead of the whole.

use crate::text::Span;

/// Lines that are kept before a piece, and what stands in for those left out before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Lines that are not in the text, each with its break.
    pub stand_in: String,
    /// Whole lines of the text.
    pub span: Span,
}

/// Whole lines of a text, after the heads of the blocks that they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The heads, from the outside in; all before `span`.
    pub heads: Vec<Kept>,
    /// The lines.
    pub span: Span,
}

impl Piece {
    /// Lines that need no heads: whole statements of the module.
    pub fn plain(span: Span) -> Self {
        Self {
            heads: Vec::new(),
            span,
        }
    }
}
