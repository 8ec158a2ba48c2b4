//! The steps of the proof that look at more than one text.

mod affected_tests;
mod lint;
mod mypy_settings;
mod tool;
mod trial;
mod types;

pub use affected_tests::affected_tests;
pub(super) use lint::lint;
pub use trial::Permission;
pub(super) use trial::Trials;
pub(super) use types::TypeChecker;
