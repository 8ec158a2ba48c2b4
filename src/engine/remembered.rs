//! What was learned, as proposals and rankings see it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::ports::Knowledge;
use crate::learn::{KnownTemplate, Learned};

/// The record as a source of templates for one examination, which looks for the same ones again and again. A record
/// that cannot be read has taught nothing.
pub(super) struct Remembered<'engine> {
    knowledge: &'engine dyn Knowledge,
    found: Mutex<HashMap<String, Arc<[KnownTemplate]>>>,
}

impl<'engine> Remembered<'engine> {
    pub(super) fn new(knowledge: &'engine dyn Knowledge) -> Self {
        Self {
            knowledge,
            found: Mutex::default(),
        }
    }
}

impl Learned for Remembered<'_> {
    fn templates(&self, complaint: &str) -> Arc<[KnownTemplate]> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(complaint) {
            return known.clone();
        }
        let known = self.knowledge.templates("python", complaint);
        let known: Arc<[KnownTemplate]> = known.unwrap_or_default().into();
        found.insert(complaint.to_owned(), known.clone());
        known
    }
}
