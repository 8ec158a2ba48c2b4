use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::learn::confidence::Prior;
use crate::repair::{Repair, is_certain};
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

/// How likely a fix is right, by what became of such changes before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// The expected rate, 0 to 1: what people are told.
    pub mean: f64,
    /// The rate that is exceeded with 95 % certainty, 0 to 1.
    pub lower_bound: f64,
    /// Weighted outcomes that it is based on.
    pub outcomes: f64,
    /// Whether the pattern meets the gold rule, or a person has pinned it.
    pub is_gold: bool,
}

/// Below this confidence a fix is confirmed by the person before it is made.
pub const CONFIDENT: f64 = 0.7;

impl Confidence {
    /// What is known of a repair. What salve proposes anyway begins with the likelihood that it has by itself; what was
    /// learned, with the rate of its pattern.
    pub(super) fn of(repair: &Repair) -> Option<Self> {
        let belief = repair.belief?;
        let posterior = if repair.is_learned() {
            belief.posterior
        } else {
            Prior::of_rate(repair.likelihood).updated(belief.tally)
        };
        Some(Self {
            mean: posterior.mean(),
            lower_bound: posterior.lower_bound(),
            outcomes: belief.tally.outcomes(),
            is_gold: belief.is_gold,
        })
    }

    /// Whether the fix may be made without being looked at.
    pub fn is_enough(&self) -> bool {
        self.mean >= CONFIDENT
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
    /// What became of such changes before, if anything is known of them.
    pub confidence: Option<Confidence>,
    /// Indexes of the other findings that it cures as well, in its own way: their fixes are not wanted beside it.
    pub replaces: Vec<usize>,
}

impl Fix {
    /// Who proposed it, in a few words: `rule`, `learned from 3 fixes`, a model's name.
    fn origin(&self) -> String {
        match (&self.source, self.confidence) {
            (Source::Learned { .. }, Some(known)) => match known.outcomes.round() {
                outcomes if outcomes <= 1.0 => "learned from 1 fix".to_owned(),
                outcomes => format!("learned from {outcomes} fixes"),
            },
            (source, _) => source.label().to_owned(),
        }
    }

    /// Whether a person looks at it before it is made: it comes from a model, too few like it turned out to be right, or
    /// it was learned and something else is nearly as likely.
    pub fn needs_review(&self) -> bool {
        let is_unsettled = match self.source {
            Source::Model { .. } => true,
            Source::Learned { .. } => !is_certain(self.likelihood),
            _ => false,
        };
        is_unsettled || self.confidence.is_some_and(|known| !known.is_enough())
    }

    /// What a person reads: the action, then source and proof.
    pub fn title(&self) -> String {
        format!(
            "{}  ({}, {})",
            self.action,
            self.origin(),
            self.evidence.summary()
        )
    }
}
