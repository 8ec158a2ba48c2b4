//! What a server taught about its parameters: models come and go faster than releases of salve.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// The parameters that a model refused, by model.
#[derive(Debug, Default)]
pub(super) struct Learned {
    refused: Mutex<HashMap<String, BTreeSet<&'static str>>>,
}

impl Learned {
    /// What `model` refused so far.
    pub fn refused(&self, model: &str) -> BTreeSet<&'static str> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(model).cloned().unwrap_or_default()
    }

    /// Notes that `model` refused `parameter`; false if that was known, so that asking again is of no use.
    pub fn note(&self, model: &str, parameter: &'static str) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused
            .entry(model.to_owned())
            .or_default()
            .insert(parameter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_learned_once_and_for_one_model() {
        let learned = Learned::default();
        assert!(learned.note("a", "temperature"));
        assert!(!learned.note("a", "temperature"));
        assert_eq!(learned.refused("a"), BTreeSet::from(["temperature"]));
        assert_eq!(learned.refused("b"), BTreeSet::new());
    }
}
