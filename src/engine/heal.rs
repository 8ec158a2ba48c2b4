use std::sync::Arc;

use super::Fix;
use super::ports::{Clock, Knowledge, Model, Prover};
use crate::diagnose::Finding;

/// A text to heal.
#[derive(Debug, Clone)]
pub struct Input {
    /// The whole text.
    pub text: Arc<str>,
    /// The file's path where it has one; recorded only as a hash.
    pub path: Option<String>,
    /// The editor's version of the document, where there is one.
    pub document_version: Option<i32>,
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
}

/// A finding and the proven fixes for it, best first.
#[derive(Debug, Clone)]
pub struct HealedFinding {
    /// What is wrong.
    pub finding: Finding,
    /// What cures it; empty if nothing could be proven.
    pub fixes: Vec<Fix>,
}

/// Everything that was found and proven on one version of a text.
#[derive(Debug, Clone)]
pub struct Healed {
    /// The findings in the order of the text.
    pub findings: Vec<HealedFinding>,
    /// The text with every finding's best fix applied; `None` if nothing could be healed.
    pub text: Option<String>,
}

/// Proposes, proves and ranks fixes.
#[derive(Clone)]
pub struct Engine {
    /// Proves.
    pub prover: Arc<dyn Prover>,
    /// Proposes what rules cannot; `None` when no model is configured.
    pub model: Option<Arc<dyn Model>>,
    /// Remembers.
    pub knowledge: Arc<dyn Knowledge>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Engine {
    /// What is wrong in a text, with no proof and nothing outside asked: fast enough for every keystroke.
    pub fn diagnose(&self, input: &Input) -> Vec<Finding> {
        let _ = input;
        Vec::new()
    }

    /// Diagnoses, proposes and proves. Nothing is recorded.
    pub async fn heal(&self, input: &Input) -> Healed {
        let _ = input;
        Healed {
            findings: Vec::new(),
            text: None,
        }
    }

    /// Notes in the record that findings and their fixes were shown to a person.
    pub fn record_shown(&self, input: &Input, healed: &Healed) {
        let _ = (input, healed);
    }
}
