//! Python.

mod program;

pub use program::{same_program, token_edits};
