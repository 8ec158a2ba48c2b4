use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::text::{Applicability, Edit};

/// Who proposed a fix.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Source {
    /// A rule of salve, named for the defect.
    Rule {
        /// `missing_colon`
        name: String,
    },
    /// A template that was learned from accepted fixes.
    Learned {
        /// The template's number in the record.
        template: i64,
    },
    /// The person, by hand.
    Person,
    /// A model.
    Model {
        /// The model's name as its provider lists it.
        name: String,
    },
}

impl Source {
    /// The source in a word or two for a title.
    pub fn label(&self) -> &str {
        match self {
            Self::Rule { .. } => "rule",
            Self::Learned { .. } => "learned",
            Self::Person => "by hand",
            Self::Model { name } => name,
        }
    }
}

/// A proven change that cures a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// Name of this fix in the record, unique for ever.
    pub id: String,
    /// What it does, as an order and without the proof: `Add ':' after 'def f()'`.
    pub action: String,
    /// The change; sorted, without overlap.
    pub edits: Vec<Edit>,
    /// How certain it is that this is meant.
    pub applicability: Applicability,
    /// Who proposed it.
    pub source: Source,
    /// What was proven.
    pub evidence: Evidence,
    /// How likely it is meant, beside what else would cure the place: from 0 to 1.
    pub likelihood: f64,
    /// Indexes of the other findings that it cures as well, in its own way: their fixes are not wanted beside it.
    pub replaces: Vec<usize>,
}

impl Fix {
    /// What a person reads: the action, then source and proof.
    pub fn title(&self) -> String {
        format!(
            "{}  ({}, {})",
            self.action,
            self.source.label(),
            self.evidence.summary()
        )
    }
}
