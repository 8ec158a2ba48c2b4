//! The rules: each knows one defect. Adding one takes its file and one line in its language's table.

mod python;

use super::proposal::Proposal;
use super::site::Site;

/// Everything that the rules can make of a site.
pub fn propose(site: &Site<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for rule in python::RULES {
        rule(site, &mut proposals);
    }
    proposals
}
