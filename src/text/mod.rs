//! Text: where things are in it, how it changes, how two versions differ.

mod diff;
mod document;
mod edit;
mod encoding;
mod position;
mod span;
mod words;

pub use diff::{edits_between, unified_diff, without_columns};
pub use document::{Document, DocumentError};
pub use edit::{Applicability, Edit, EditError, apply};
pub use encoding::{DecodeError, Decoded, EncodeError, SourceEncoding, decode, source_bytes};
pub use position::{Position, PositionEncoding, PositionIndex};
pub use span::Span;
pub use words::word_edits_between;
