//! `a =< b`, `f(a. b)`, `if a = b:`, `from re as x`: one token in another one's place.

use super::field::Field;
use super::{naming, tokens};
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::text::Edit;

const RULE: &str = "replace_token";

/// Proposes what each token near the complaint may have been meant to be.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.near() {
        if !field.close().contains(&at)
            && words.kind(at) == Some(TokenKind::Name)
            && !words.is_first(at)
        {
            continue;
        }
        let text = words.text(at);
        if let Some((_, meant)) = tokens::CONFUSED.iter().find(|(token, _)| *token == text) {
            for new in *meant {
                push(field, at, new, out);
            }
        }
        for new in other_words(field, at) {
            if new != text {
                push(field, at, new, out);
            }
        }
    }
    for lone in &field.lone {
        let shapes = [Bracket::Round, Bracket::Square, Bracket::Curly];
        for bracket in shapes.into_iter().filter(|shape| *shape != lone.bracket) {
            let new = if lone.opens {
                bracket.open()
            } else {
                bracket.close()
            };
            push(field, lone.at, new, out);
        }
        // `map(sum(xs))` with a bracket for the comma.
        let others: &[&str] = if lone.opens {
            &[",", "=", "."]
        } else {
            &[",", ":", "="]
        };
        for at in field.like(*lone) {
            for new in others {
                push(field, at, new, out);
            }
        }
    }
}

/// The words of the grammar that a word may stand for.
fn other_words(field: &Field<'_, '_>, at: usize) -> Vec<&'static str> {
    let words = &field.words;
    let keyword = words.kind(at) == Some(TokenKind::Keyword);
    if !keyword && !words.is_name(at) {
        return Vec::new();
    }
    let mut found: Vec<&'static str> = Vec::new();
    if field.starts_statement(at) {
        let last = words.line_last(at);
        let block = words.text(last) == ":" || words.has_body(last);
        let follows = !matches!(words.text(at + 1), "=" | "." | "," | "");
        if keyword || follows && !words.touches_next(at) || words.text(at + 1) == ":" {
            let set = if block || words.text(at + 1) == ":" {
                tokens::BLOCK_WORDS
            } else {
                tokens::SIMPLE_WORDS
            };
            found.extend(set);
        }
    } else if keyword || words.ends_operand(at.wrapping_sub(1)) && words.starts_operand(at + 1) {
        if matches!(words.text(at), "None" | "True" | "False" | "lambda") {
            return found;
        }
        found.extend(tokens::INFIX_WORDS);
        if words.before(at) == "not" {
            found.retain(|word| *word == "in");
        }
    }
    found
}

fn push(field: &Field<'_, '_>, at: usize, new: &str, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let span = words.span(at);
    let edit = if new.starts_with(char::is_alphabetic) {
        words.replace_by_word(at, at, new)
    } else {
        Edit::replace(span, new)
    };
    out.push(naming::replace(field, RULE, (at, at), new, edit));
}
