//! Where proposals come from, and by what they are judged.

use super::costs::CostModel;
use super::proposal::Proposal;
use super::site::Site;
use super::{LEARNED, learned, rules, small_edits};
use crate::learn::{Learned, Nothing};

/// How much the odds of a learned change count beside the likelihood that the cost model sees.
const WEIGHT: f32 = 0.5;
/// What a change costs more that neither a rule nor a small edit proposes.
const STRANGE: f32 = 10.0;

/// Where proposals come from, and by what they are judged.
pub struct Sources<'run> {
    /// Which changes are likely.
    pub costs: &'run CostModel,
    /// What was learned from accepted fixes.
    pub learned: &'run dyn Learned,
    /// Whether the rules and the small edits are asked too: all that salve brings with it.
    pub own: bool,
}

impl<'run> Sources<'run> {
    /// What salve brings with it, and nothing that was learned.
    pub fn of_salve(costs: &'run CostModel) -> Self {
        Self {
            costs,
            learned: &Nothing,
            own: true,
        }
    }

    /// What a proposal costs more, or less, for what became of such changes before; in tenths of nats.
    pub fn adjustment(&self, proposal: &Proposal) -> f32 {
        let Some(belief) = proposal.belief else {
            return 0.0;
        };
        let rate = belief.rank.mean().clamp(0.02, 0.98);
        let odds = (rate / (1.0 - rate)).ln();
        let unknown = if proposal.rule == LEARNED {
            STRANGE
        } else {
            0.0
        };
        unknown - 10.0 * WEIGHT * odds as f32
    }

    /// Everything that may be tried at a site.
    pub fn propose(&self, site: &Site<'_>) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        if self.own {
            proposals = rules::propose(site);
            small_edits::propose(site, &mut proposals);
        }
        learned::propose(site, self.learned, &mut proposals);
        proposals
    }
}
