//! The table of codes: every mistake that salve can name, in one place.

mod code;

pub use code::Code;
