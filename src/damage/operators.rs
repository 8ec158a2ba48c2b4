//! The table of what people do to their programs, and how often.

use fastrand::Rng;

use super::site::Site;
use super::{brackets, foreign, layout, lines, pasted, punctuation, quotes, unfinished, words};
use crate::text::Edit;

/// One way to damage a program.
pub struct Operator {
    /// What it is called.
    pub name: &'static str,
    /// How often it is drawn, against the sum of all.
    pub weight: u32,
    /// Whether the damaged text still holds all that is needed to find the one that it was.
    pub recoverable: bool,
    /// The edits that do it; `None` where the text has no place for it. What still parses is thrown away, so nobody
    /// has to look whether the place is one where it hurts.
    pub damage: fn(&Site<'_>, &mut Rng) -> Option<Vec<Edit>>,
}

const fn exact(
    name: &'static str,
    weight: u32,
    damage: fn(&Site<'_>, &mut Rng) -> Option<Vec<Edit>>,
) -> Operator {
    Operator {
        name,
        weight,
        recoverable: true,
        damage,
    }
}

const fn lossy(
    name: &'static str,
    weight: u32,
    damage: fn(&Site<'_>, &mut Rng) -> Option<Vec<Edit>>,
) -> Operator {
    Operator {
        name,
        weight,
        recoverable: false,
        damage,
    }
}

/// The operators. The weights are in parts of about 1,000: half of all mistakes are brackets, layout and lines still
/// being typed.
pub const OPERATORS: [Operator; 49] = [
    // Brackets.
    exact("drop_close", 110, brackets::drop_close),
    exact("drop_open", 20, brackets::drop_open),
    exact("extra_close", 28, brackets::extra_close),
    exact("extra_open", 10, brackets::extra_open),
    exact("mismatched", 20, brackets::mismatched),
    // Quotes.
    exact("drop_close_quote", 42, quotes::drop_close_quote),
    exact("drop_open_quote", 20, quotes::drop_open_quote),
    exact("quote_clash", 8, quotes::quote_clash),
    exact("quote_in_string", 14, quotes::quote_in_string),
    exact("extra_quote", 8, quotes::extra_quote),
    exact("triple_quote", 6, quotes::triple_quote),
    exact("fstring_brace", 8, quotes::fstring_brace),
    exact("smart_quotes", 5, quotes::smart_quotes),
    // Colons, commas and operators.
    exact("drop_colon", 55, punctuation::drop_colon),
    exact("extra_colon", 12, punctuation::extra_colon),
    exact("drop_comma", 40, punctuation::drop_comma),
    exact("extra_comma", 6, punctuation::extra_comma),
    exact("wrong_separator", 10, punctuation::wrong_separator),
    exact("drop_operator", 18, punctuation::drop_operator),
    exact("wrong_operator", 14, punctuation::wrong_operator),
    exact("assign_for_eq", 22, punctuation::assign_for_eq),
    exact("swapped_assignment", 6, punctuation::swapped_assignment),
    lossy("drop_operand", 8, punctuation::drop_operand),
    // Words.
    exact("drop_keyword", 24, words::drop_keyword),
    exact("keyword_typo", 26, words::keyword_typo),
    exact("keyword_case", 16, words::keyword_case),
    exact("wrong_keyword", 16, words::wrong_keyword),
    exact("stray_word", 24, words::stray_word),
    exact("stray_token", 44, words::stray_token),
    // Layout.
    exact("body_not_indented", 85, layout::body_not_indented),
    exact("unexpected_indent", 80, layout::unexpected_indent),
    exact("unindent_mismatch", 28, layout::unindent_mismatch),
    exact("tab_mix", 12, layout::tab_mix),
    lossy("body_missing", 26, layout::body_missing),
    exact("join_lines", 16, lines::join_lines),
    exact("split_line", 16, lines::split_line),
    // What is not finished yet.
    lossy("typing", 100, unfinished::typing),
    lossy("end_in_a_line", 20, unfinished::end_in_a_line),
    exact("eof_unclosed", 42, unfinished::unclosed_at_the_end),
    // Other languages, and Python 2.
    exact("py2_print", 18, foreign::py2_print),
    exact("py2_raise", 4, foreign::py2_raise),
    exact("py2_except", 6, foreign::py2_except),
    exact("else_if", 8, foreign::else_if),
    exact("c_operator", 14, foreign::c_operator),
    exact("increment", 6, foreign::increment),
    // What comes with a copy.
    exact("repl_prompt", 6, pasted::repl_prompt),
    lossy("merge_conflict", 4, pasted::merge_conflict),
    exact("fence", 3, pasted::fence),
    exact("foreign_character", 5, pasted::foreign_character),
];

/// An operator, as often as its weight says.
pub fn draw(random: &mut Rng) -> &'static Operator {
    let sum: u32 = OPERATORS.iter().map(|operator| operator.weight).sum();
    let mut rest = random.u32(..sum);
    for operator in &OPERATORS {
        if rest < operator.weight {
            return operator;
        }
        rest -= operator.weight;
    }
    unreachable!("what was drawn is less than the sum of all weights")
}
