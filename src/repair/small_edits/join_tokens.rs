//! `a = = b`, `el if`, `my name = 1`: one token in two pieces.

use super::field::Field;
use super::{naming, tokens};
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::text::Edit;

const RULE: &str = "join_tokens";

/// Proposes to join each token near the complaint with the next one of its line.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.close() {
        if at + 1 >= words.len() || words.is_last(at) {
            continue;
        }
        let (left, right) = (words.text(at), words.text(at + 1));
        let span = words.cover(at, at + 1);
        let joined = format!("{left}{right}");
        let is_word = |index| {
            matches!(
                words.kind(index),
                Some(TokenKind::Name | TokenKind::Keyword | TokenKind::Number)
            )
        };
        let mut push = |new: String| {
            let edit = Edit::replace(span, new.clone());
            let mut proposal = naming::replace(field, RULE, (at, at + 1), &new, edit);
            proposal.cost = proposal.cost.min(26);
            out.push(proposal);
        };
        if tokens::JOINED.contains(&joined.as_str()) {
            push(joined);
        } else if is_word(at) && is_word(at + 1) {
            if words.kind(at) != Some(TokenKind::Number) {
                push(format!("{left}_{right}"));
            }
            push(joined.clone());
            // `else if` is the word `elif` of other languages.
            if joined == "elseif" {
                push("elif".to_owned());
            }
        } else if is_word(at)
            && matches!(words.kind(at + 1), Some(TokenKind::String { .. }))
            && left.len() <= 2
            || words.kind(at) == Some(TokenKind::Number) && (right == "." || right.starts_with('.'))
            || matches!(
                (words.kind(at), words.kind(at + 1)),
                (
                    Some(TokenKind::String { .. }),
                    Some(TokenKind::String { .. })
                )
            )
        {
            push(joined);
        }
    }
}
