//! Repair: which small edits make a broken text whole again, and what that says about the mistake.

mod aside;
mod blocks;
mod budget;
mod examine;
mod history;
#[cfg(test)]
mod invariants;
mod mask;
mod meaning;
mod mended;
mod naming;
mod pass;
mod piece;
mod proposal;
mod rules;
mod search;
mod site;
mod small_edits;
#[cfg(test)]
mod testing;
mod window;

use crate::diagnose::Finding;
use crate::text::{Applicability, Edit};

pub use examine::{Examination, MAX_MISTAKES, examine};

/// A change that may cure a finding. Not proven yet: `engine` lists none that was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What it does, as an order: `Add ':' after 'def f()'`.
    pub title: String,
    /// The change to the text that was examined; sorted, without overlap.
    pub edits: Vec<Edit>,
    /// How certain it is that this is meant.
    pub applicability: Applicability,
    /// The rule that proposed it, named for the defect: `missing_colon`.
    pub rule: &'static str,
}

/// A finding together with the repairs that may cure it, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub finding: Finding,
    /// What may cure it, best first; at most [`MAX_REPAIRS`].
    pub repairs: Vec<Repair>,
}

/// Most repairs that one finding carries.
pub const MAX_REPAIRS: usize = 5;
