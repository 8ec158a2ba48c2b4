//! Templates as the file holds them, decoded: what is looked up at every keystroke is decoded once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::learn::Template;

/// Most templates that are kept decoded: about 4 MB. When there are more, all are decoded anew.
const MOST: usize = 4_096;

/// Decoded templates by what the file says of them.
#[derive(Default)]
pub(super) struct Decoded(Mutex<HashMap<Box<str>, Arc<Template>>>);

impl Decoded {
    /// The template that `body` says; `None` if it says none, such as one that a newer version wrote.
    pub(super) fn template(&self, body: &str) -> Option<Arc<Template>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = known.get(body) {
            return Some(Arc::clone(template));
        }
        // It was checked when it was learned or imported.
        let template = Arc::new(serde_json::from_str::<Template>(body).ok()?);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(body.into(), Arc::clone(&template));
        Some(template)
    }
}
