//! The steps of the proof that look at more than one text.

mod affected_tests;

pub use affected_tests::{affected_tests, is_test_file};
