//! Where exactly a token goes between two words, with the space that its kind has around it.

use super::field::Field;
use crate::text::{Edit, Span};

impl Field<'_, '_> {
    /// Puts `token` into the gap before the word at `at`; at the end of the line before if that word starts one.
    pub fn insert(&self, at: usize, token: &str) -> Edit {
        let words = &self.words;
        let left = words.span(at.wrapping_sub(1));
        if at == words.len() || words.is_first(at) {
            let tight = matches!(
                token,
                "," | ":" | "():" | ";" | ")" | "]" | "}" | "(" | "." | "()"
            );
            let space = if tight || at == 0 { "" } else { " " };
            return Edit::insert(left.end, format!("{space}{token}"));
        }
        let right = words.span(at);
        let gap = Span::new(left.end, right.start);
        let ends = words.ends_operand(at - 1);
        match token {
            ")" | "]" | "}" | ":" | "()" => Edit::insert(left.end, token),
            "," | ";" if gap.is_empty() && words.starts_operand(at) => {
                Edit::insert(left.end, format!("{token} "))
            }
            "," | ";" => Edit::insert(left.end, token),
            "(" | "[" if ends => Edit::replace(gap, token),
            "(" | "[" | "{" | "@" => Edit::insert(right.start, token),
            "." | "_" => Edit::replace(gap, token),
            "!" => Edit::insert(right.start, token),
            "=" if !ends => Edit::insert(left.end, token),
            "=" if words.text(at) == "=" => Edit::insert(right.start, token),
            _ if ends => Edit::replace(gap, format!(" {token} ")),
            _ if words.starts_operand(at) => self.before_operand(at, gap, token),
            _ => {
                let opened = matches!(words.before(at), "(" | "[" | "{");
                let head = if opened { "" } else { " " };
                let word = words.text(at).starts_with(char::is_alphanumeric);
                let tail = if gap.is_empty() && word { " " } else { "" };
                Edit::insert(left.end, format!("{head}{token}{tail}"))
            }
        }
    }

    /// Puts a word or a sign before the operand that it belongs to.
    fn before_operand(&self, at: usize, gap: Span, token: &str) -> Edit {
        let is_word = |text: &str| text.ends_with(char::is_alphanumeric);
        let head = if gap.is_empty() && is_word(self.words.before(at)) {
            " "
        } else {
            ""
        };
        let tail = if is_word(token) { " " } else { "" };
        Edit::insert(gap.end, format!("{head}{token}{tail}"))
    }

    /// Puts `token` before the first word of a line.
    pub fn insert_at_start(&self, at: usize, token: &str) -> Edit {
        let tight = matches!(token, "(" | "[" | "{" | "@");
        let space = if tight { "" } else { " " };
        Edit::insert(self.words.span(at).start, format!("{token}{space}"))
    }
}
