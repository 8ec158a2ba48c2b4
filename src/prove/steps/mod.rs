//! The steps of the proof that look at more than one text.

mod affected_tests;
mod lint;
mod mypy_settings;
mod tool;
mod types;

pub use affected_tests::{affected_tests, is_test_file};
pub(super) use lint::lint;
pub(super) use types::TypeChecker;
