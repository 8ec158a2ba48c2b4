//! Repair: which small edits make a broken text whole again, and what that says about the mistake.

mod aside;
mod blocks;
mod budget;
mod costs;
mod examine;
mod history;
#[cfg(test)]
mod invariants;
mod learned;
mod lessons;
mod mask;
mod meaning;
mod mended;
mod naming;
mod pass;
mod piece;
mod proposal;
mod record;
mod rules;
mod search;
mod site;
mod small_edits;
mod sources;
mod steps;
mod taught;
#[cfg(test)]
mod testing;
mod trust;
mod window;

use crate::diagnose::Finding;
use crate::learn::Belief;
use crate::text::{Applicability, Edit};

pub use costs::{CostModel, CostModelError, Example, LanguageTraining, explained, fit};
pub use examine::{Examination, MAX_MISTAKES, examine, examine_with};
pub use lessons::lessons;
pub use sources::Sources;
pub use taught::{Taught, taught};
pub use trust::{is_ahead, is_certain};

/// A change that may cure a finding. Not proven yet: `engine` lists none that was not.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What it does, as an order: `Add ':' after 'def f()'`.
    pub title: String,
    /// The change to the text that was examined; sorted, without overlap.
    pub edits: Vec<Edit>,
    /// How certain it is that this is meant.
    pub applicability: Applicability,
    /// The rule that proposed it, named for the defect: `missing_colon`.
    pub rule: &'static str,
    /// How likely it is meant, beside what else would cure the place: from 0 to 1.
    pub likelihood: f64,
    /// What is believed of it from accepted fixes, if anything was learned of it.
    pub belief: Option<Belief>,
    /// Whether it cures all mistakes of its place, so that the repairs of the others there are not wanted beside it.
    pub whole_place: bool,
}

impl Repair {
    /// Whether it is proposed only because it was learned.
    pub fn is_learned(&self) -> bool {
        self.rule == LEARNED
    }
}

/// What stands in place of a rule's name where only learned templates propose a change.
const LEARNED: &str = "learned";

/// A finding together with the repairs that may cure it, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// What is wrong.
    pub finding: Finding,
    /// What may cure it, best first; at most [`MAX_REPAIRS`].
    pub repairs: Vec<Repair>,
    /// Mistakes with the same number stand at one place and were cured together; `None` for one that stands alone.
    pub place: Option<usize>,
}

/// Most repairs that one finding carries.
pub const MAX_REPAIRS: usize = 5;
