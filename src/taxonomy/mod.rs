//! The table of codes: every mistake that salve can name, in one place.
//!
//! The rows are data in `grammars/python/taxonomy/*.toml`, embedded in the binary and parsed at the first look-up.
//! [`mod@reference`] is the same table for people.

mod classify;
mod code;
mod entry;
pub mod page;
mod table;

pub use classify::classify_message;
pub use code::Code;
pub use entry::Entry;
pub use table::{entries, entry, nearest};

// The link of a code leads here: see `Code::href`.
#[doc = include_str!("../../docs/taxonomy.md")]
pub mod reference {}
