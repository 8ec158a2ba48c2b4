//! What is known of templates from their outcomes, and what that says of a change that several of them make.

use std::sync::Arc;

use super::confidence::{Posterior, Prior, Tally};
use super::template::Template;

/// A template in the record, and what is believed of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownTemplate {
    /// Names it in the record.
    pub id: i64,
    /// The change.
    pub template: Arc<Template>,
    /// Weighted acceptances as of now.
    pub successes: f64,
    /// Weighted failures as of now.
    pub failures: f64,
    /// How likely it is right where it fits: its own outcomes, with those of its pattern and code as prior.
    pub posterior: Posterior,
    /// Whether its pattern meets the gold rule, or a person has pinned it.
    pub is_gold: bool,
}

impl KnownTemplate {
    fn tally(&self) -> Tally {
        Tally {
            successes: self.successes,
            failures: self.failures,
            at: 0,
        }
    }

    fn odds(&self) -> f64 {
        ((self.successes + 1.0) / (self.failures + 1.0)).ln()
    }
}

/// Where templates are looked up.
pub trait Learned: Sync {
    /// The templates for what a parser complains about, such as `SYN.MISSING_COLON:if`.
    fn templates(&self, complaint: &str) -> Arc<[KnownTemplate]>;
}

/// Nothing was learned.
pub struct Nothing;

impl Learned for Nothing {
    fn templates(&self, _: &str) -> Arc<[KnownTemplate]> {
        Arc::default()
    }
}

/// What is believed of a change from the templates that make it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// The most specific template that makes it.
    pub template: i64,
    /// Its level.
    pub level: u8,
    /// How likely it is right, as people are told: what the most specific template's own outcomes say.
    pub posterior: Posterior,
    /// The same with every more general template as prior of those that are more specific: what ranks.
    pub rank: Posterior,
    /// The outcomes of the most general template that makes it, as of now.
    pub tally: Tally,
    /// Successes beside failures of the most specific template: natural logarithm of their ratio, 0 for nothing known.
    pub odds: f64,
    /// The same of all templates that make it, added up: what fits in many ways is believed more.
    pub all_odds: f64,
    /// Whether one of them is gold.
    pub is_gold: bool,
}

impl Belief {
    /// What `templates`, which all make one change, say of it: each is the prior of those that are more specific.
    pub fn of(templates: &[&KnownTemplate]) -> Option<Self> {
        let mut ordered = templates.to_vec();
        ordered.sort_by_key(|known| (std::cmp::Reverse(known.template.level), known.id));
        let (first, rest) = ordered.split_first()?;
        let mut belief = Self {
            template: first.id,
            level: first.template.level,
            posterior: first.posterior,
            rank: first.posterior,
            tally: first.tally(),
            odds: first.odds(),
            all_odds: templates.iter().map(|known| known.odds()).sum(),
            is_gold: templates.iter().any(|known| known.is_gold),
        };
        for known in rest {
            belief.template = known.id;
            belief.level = known.template.level;
            belief.posterior = known.posterior;
            belief.odds = known.odds();
            belief.rank = Prior::of_rate(belief.rank.mean()).updated(known.tally());
        }
        Some(belief)
    }
}
