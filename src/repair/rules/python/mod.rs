//! Python's rules, each in the file that is named for its defect.

mod indentation;
mod missing_colon;
mod missing_separator;
mod python2_statement;
mod stray_closer;
mod unclosed_bracket;
mod unfinished;
mod unterminated_string;

use crate::repair::proposal::Proposal;
use crate::repair::site::Site;

/// A rule: adds what it can make of a site to the proposals.
pub type Rule = fn(&Site<'_>, &mut Vec<Proposal>);

/// All rules. Their order means nothing: costs decide.
pub const RULES: &[Rule] = &[
    indentation::propose,
    missing_colon::propose,
    missing_separator::propose,
    python2_statement::propose,
    stray_closer::propose,
    unclosed_bracket::propose,
    unfinished::propose,
    unterminated_string::propose,
];
