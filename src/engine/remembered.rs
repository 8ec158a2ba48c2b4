//! What was learned, as proposals and rankings see it.

use super::ports::Knowledge;
use crate::learn::{KnownTemplate, Learned};

/// The record as a source of templates. One that cannot be read has taught nothing.
pub(super) struct Remembered<'engine>(pub &'engine dyn Knowledge);

impl Learned for Remembered<'_> {
    fn templates(&self, complaint: &str) -> Vec<KnownTemplate> {
        self.0.templates("python", complaint).unwrap_or_default()
    }
}
