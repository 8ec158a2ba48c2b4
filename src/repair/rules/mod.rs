//! The rules: each knows one defect. Adding one takes its file and one line in its language's table.

mod python;

use ruff_python_ast::ModModule;

use super::meaning::Meaning;
use super::proposal::Proposal;
use super::site::Site;
use crate::diagnose::python::NameFinding;

pub use python::words;

/// Everything that the rules can make of a site.
pub fn propose(site: &Site<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for rule in python::RULES {
        rule(site, &mut proposals);
    }
    proposals
}

/// Everything that the rules can make of a finding in a text that parses.
pub fn propose_for(meaning: &Meaning<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for rule in python::MEANING_RULES {
        rule(meaning, &mut proposals);
    }
    proposals
}

/// What may be done about a name that nothing binds, best first.
pub fn propose_for_name(found: &NameFinding, module: &ModModule, text: &str) -> Vec<Proposal> {
    python::undefined_name(found, module, text)
}
