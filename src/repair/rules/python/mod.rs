//! Python's rules, each in the file that is named for its defect.

mod argument_order;
mod assigned_condition;
mod assignment_target;
mod bare_entries;
mod foreign_layout;
mod foreign_operator;
mod foreign_word;
mod formatted_string;
mod html_entity;
mod import_form;
mod impossible_name;
mod indentation;
mod joined_lines;
mod keyword_spelling;
mod line_continuation;
mod merge_conflict;
mod misplaced_await;
mod misplaced_clause;
mod misplaced_declaration;
mod misplaced_import;
mod misplaced_jump;
mod missing_body;
mod missing_colon;
mod missing_handler;
mod missing_opener;
mod missing_parentheses;
mod missing_separator;
mod missing_word;
mod mixed_tabs;
mod not_after_operator;
mod number_spelling;
mod pasted_text;
mod python2_statement;
mod repeated_argument;
mod repeated_parameter;
mod stray_closer;
mod stray_word;
mod string_contents;
mod string_quote_clash;
mod suites;
mod unclosed_bracket;
mod undefined_name;
mod uneven_block;
mod unfinished;
mod unfinished_line;
mod unknown_character;
mod unquoted_text;
mod unterminated_string;
mod unterminated_triple;
pub mod words;
mod wrong_keyword;
mod wrong_separator;

use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;

pub use undefined_name::propose as undefined_name;

/// A rule: adds what it can make of a site to the proposals.
pub type Rule = fn(&Site<'_>, &mut Vec<Proposal>);

/// All rules. Their order means nothing: costs decide.
pub const RULES: &[Rule] = &[
    assigned_condition::propose,
    assignment_target::propose,
    bare_entries::propose,
    foreign_layout::propose,
    foreign_operator::propose,
    foreign_word::propose,
    formatted_string::propose,
    import_form::propose,
    html_entity::propose,
    impossible_name::propose,
    indentation::propose,
    joined_lines::propose,
    keyword_spelling::propose,
    line_continuation::propose,
    merge_conflict::propose,
    missing_body::propose,
    missing_colon::propose,
    missing_separator::propose,
    argument_order::propose,
    missing_handler::propose,
    missing_opener::propose,
    missing_parentheses::propose,
    missing_word::propose,
    mixed_tabs::propose,
    not_after_operator::propose,
    number_spelling::propose,
    pasted_text::propose,
    python2_statement::propose,
    stray_closer::propose,
    stray_word::propose,
    string_contents::propose,
    string_quote_clash::propose,
    unclosed_bracket::propose,
    uneven_block::propose,
    unfinished::propose,
    unfinished_line::propose,
    unknown_character::propose,
    unquoted_text::propose,
    unterminated_string::propose,
    unterminated_triple::propose,
    wrong_keyword::propose,
    wrong_separator::propose,
];

/// A rule about a text that parses: adds what it can make of a finding to the proposals.
pub type MeaningRule = fn(&Meaning<'_>, &mut Vec<Proposal>);

/// All rules about texts that parse. Their order means nothing: costs decide.
pub const MEANING_RULES: &[MeaningRule] = &[
    misplaced_await::propose,
    misplaced_clause::propose,
    misplaced_declaration::propose,
    misplaced_import::propose,
    misplaced_jump::propose,
    repeated_argument::propose,
    repeated_parameter::propose,
];
