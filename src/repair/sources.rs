//! Where proposals come from, and by what they are judged.

use super::costs::CostModel;
use super::proposal::Proposal;
use super::site::Site;
use super::{LEARNED, learned, rules, small_edits};
use crate::learn::{Learned, Nothing};

/// How much the odds of a change count that was made at such a place before, names and all.
const SAME_PLACE: f64 = 2.0;
/// The same of a change between such tokens. The cost model knows it from far more programs than one person repairs, so
/// it has little to be told.
const LIKE_PLACE: f64 = 0.15;
/// How much each template counts that proposes what neither a rule nor a small edit does.
const EACH_TEMPLATE: f64 = 0.2;
/// What such a change costs more, in tenths of nats: it is rarely right where rules and small edits have an answer.
const STRANGE: f64 = 60.0;

/// Where proposals come from, and by what they are judged.
pub struct Sources<'run> {
    /// Which changes are likely.
    pub costs: &'run CostModel,
    /// What was learned from accepted fixes.
    pub learned: &'run dyn Learned,
    /// Whether the rules and the small edits are asked too: all that salve brings with it.
    pub own: bool,
}

/// Which of the learned changes are thought of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// Those that were made where the parser complained about the same.
    Same,
    /// Those that were made wherever it complained.
    Any,
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
        let weight = match belief.level {
            0 => SAME_PLACE,
            1 | 2 => LIKE_PLACE,
            _ => 0.0,
        };
        let mut nats = weight * belief.odds;
        let mut strange = 0.0;
        if proposal.rule == LEARNED {
            nats += EACH_TEMPLATE * belief.all_odds;
            strange = if self.own { STRANGE } else { 0.0 };
        }
        (strange - 10.0 * nats) as f32
    }

    /// Everything that may be tried at a site.
    pub fn propose(&self, site: &Site<'_>, complaint: Complaint) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        if self.own {
            proposals = rules::propose(site);
            small_edits::propose(site, &mut proposals);
        }
        learned::propose(site, self.learned, complaint, &mut proposals);
        proposals
    }
}
