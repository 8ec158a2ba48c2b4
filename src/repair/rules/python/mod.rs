//! Python's rules, each in the file that is named for its defect.

mod assigned_condition;
mod foreign_operator;
mod foreign_word;
mod formatted_string;
mod indentation;
mod joined_lines;
mod keyword_spelling;
mod line_continuation;
mod missing_colon;
mod missing_separator;
mod missing_word;
mod python2_statement;
mod stray_closer;
mod stray_word;
mod string_contents;
mod string_quote_clash;
mod unclosed_bracket;
mod unfinished;
mod unquoted_text;
mod unterminated_string;
mod unterminated_triple;
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
    formatted_string::propose,
    string_contents::propose,
    string_quote_clash::propose,
    unterminated_triple::propose,
    unquoted_text::propose,
    line_continuation::propose,
    unterminated_string::propose,
    wrong_separator::propose,
];
