//! Python's rules, each in the file that is named for its defect.

mod assigned_condition;
mod foreign_operator;
mod foreign_word;
mod indentation;
mod joined_lines;
mod keyword_spelling;
mod missing_colon;
mod missing_separator;
mod missing_word;
mod python2_statement;
mod stray_closer;
mod stray_word;
mod unclosed_bracket;
mod unfinished;
mod unterminated_string;
mod words;
mod wrong_separator;

use crate::repair::proposal::Proposal;
use crate::repair::site::Site;

/// A rule: adds what it can make of a site to the proposals.
pub type Rule = fn(&Site<'_>, &mut Vec<Proposal>);

/// All rules. Their order means nothing: costs decide.
pub const RULES: &[Rule] = &[
    assigned_condition::propose,
    foreign_operator::propose,
    foreign_word::propose,
    indentation::propose,
    joined_lines::propose,
    keyword_spelling::propose,
    missing_colon::propose,
    missing_separator::propose,
    missing_word::propose,
    python2_statement::propose,
    stray_closer::propose,
    stray_word::propose,
    unclosed_bracket::propose,
    unfinished::propose,
    unterminated_string::propose,
    wrong_separator::propose,
];
