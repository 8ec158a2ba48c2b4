//! The same slip at every like place: `{'a' = 1, 'b' = 2}`, `if a = b and c = d:`, `f(a b c)`.

use std::collections::BTreeMap;

use super::field::Field;
use super::{insert_token, naming, tokens};
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "like_places";

/// Proposes a replacement, a deletion or a separator at all like places of a statement, or of a bracket, at once.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let mut alike: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for at in field.around() {
        let opener = words.opener(at).map_or(0, |(_, opener)| opener + 1);
        let place = if opener == 0 {
            words.len() + 1 + field.statement_first(at)
        } else {
            opener
        };
        alike.entry((words.text(at), place)).or_default().push(at);
        // Any bracket of the statement.
        alike.entry((words.text(at), 0)).or_default().push(at);
    }
    alike.retain(|_, places| {
        places.len() > 1 && places.len() < 30 && places.iter().any(|at| field.close().contains(at))
    });
    for ((text, _), places) in &alike {
        let Some(first) = places.first().copied() else {
            continue;
        };
        let meant = tokens::CONFUSED.iter().find(|(token, _)| token == text);
        for new in meant
            .map_or(&[] as &[&str], |(_, meant)| meant)
            .iter()
            .take(5)
        {
            let edits: Vec<Edit> = places
                .iter()
                .map(|&at| {
                    if new.starts_with(char::is_alphabetic) {
                        words.replace_by_word(at, at, new)
                    } else {
                        Edit::replace(words.span(at), *new)
                    }
                })
                .collect();
            push(
                naming::replace(
                    field,
                    RULE,
                    (first, first),
                    new,
                    Edit::delete(words.span(first)),
                ),
                edits,
                out,
            );
        }
        let sign = matches!(
            words.kind(first),
            Some(TokenKind::Operator | TokenKind::Unknown)
        );
        if sign && !matches!(*text, "," | "." | ":" | "=") {
            let edits = places.iter().map(|&at| words.delete(at)).collect();
            push(naming::delete(field, first), edits, out);
        }
    }
    separators(field, out);
}

fn push(mut proposal: Proposal, edits: Vec<Edit>, out: &mut Vec<Proposal>) {
    // Edits that touch would be one: leave such places to single edits.
    let mut sorted = edits.clone();
    sorted.sort();
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [left, right] if left.span.end >= right.span.start))
    {
        return;
    }
    proposal.rule = RULE;
    proposal.cost += 2;
    proposal.edits = edits;
    proposal.title = format!("{} everywhere in the statement", proposal.title);
    out.push(proposal);
}

/// `[1 2 3]`
fn separators(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let mut by_place: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in field.around().filter(|at| *at > 0) {
        let gap = field.gap(at);
        if gap.ends && gap.starts && insert_token::is_apart(field, gap) {
            let place = words
                .opener(at)
                .map_or(words.len() + field.statement_first(at), |(_, opener)| {
                    opener
                });
            by_place.entry(place).or_default().push(at);
        }
    }
    for places in by_place
        .values()
        .filter(|places| places.len() > 1 && places.len() < 60)
    {
        let Some(first) = places.first().copied() else {
            continue;
        };
        if !places.iter().any(|at| field.close().contains(at)) {
            continue;
        }
        for token in [",", "_", "+"] {
            let edits: Vec<Edit> = places
                .iter()
                .map(|&at| {
                    if token == "_" {
                        Edit::replace(Span::new(words.span(at - 1).end, words.span(at).start), "_")
                    } else {
                        field.insert(at, token)
                    }
                })
                .collect();
            push(
                naming::insert(field, first, token, Edit::delete(words.span(first))),
                edits,
                out,
            );
        }
    }
}
