//! Damage: valid programs broken the way people break them, so that a repairer can be taught and measured on any
//! code that there is.
//!
//! A piece of whole statements is cut out of a file, and one operator (now and then a few) of the table in
//! `operators.rs` damages it. Same seed, same damage. Nothing here knows how to heal.

mod brackets;
mod foreign;
mod layout;
mod lines;
mod operators;
mod pasted;
mod piece;
mod punctuation;
mod quotes;
mod site;
#[cfg(test)]
mod tests;
mod unfinished;
mod words;

use std::collections::HashSet;

use fastrand::Rng;

use crate::lang::python::{Version, parse, syntax_errors};
use crate::text::apply;

use operators::{OPERATORS, Operator, draw};
use piece::pieces;
use site::Site;

/// The version of Python by which a text is a program or none.
const VERSION: Version = Version {
    major: 3,
    minor: 13,
};

/// One in how many rows has several mistakes, as a share of 100.
const SEVERAL_PERCENT: usize = 12;

/// Pieces on which an operator is tried before another is drawn.
const PIECES_PER_OPERATOR: usize = 6;

/// Draws for each row that was asked for, before there are fewer.
const DRAWS_PER_ROW: usize = 12;

/// A damaged program with the one that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The damaged text; no parser accepts it.
    pub code: String,
    /// The text as it was, which parses.
    pub fixed: String,
    /// What was done, such as `drop_colon`; `several` for more than one thing.
    pub operator: &'static str,
    /// The damaged line of `code`, from one; the first of several.
    pub line: u32,
    /// How many mistakes were made: 1 to 3.
    pub mistakes: usize,
    /// Whether `code` still holds all that is needed to find `fixed`: not where text of the person's own is gone.
    pub recoverable: bool,
}

/// Cuts pieces of 6 to 90 lines out of a valid Python file and damages them.
///
/// Returns `count` rows, all different, or fewer where the file does not have enough to damage; none for a file that
/// does not parse. Line breaks become `\n`.
pub fn damages(source: &str, seed: u64, count: usize) -> Vec<Damaged> {
    let mut random = Rng::with_seed(seed);
    let source = source.replace("\r\n", "\n");
    let pieces = pieces(&source);
    let mut rows = Vec::with_capacity(count);
    let mut seen = HashSet::new();
    for _ in 0..count.saturating_mul(DRAWS_PER_ROW) {
        if rows.len() == count || pieces.is_empty() {
            break;
        }
        let several = random.usize(..100) < SEVERAL_PERCENT;
        let operator = draw(&mut random);
        let row = (0..PIECES_PER_OPERATOR).find_map(|_| {
            let fixed = pieces.cut(&mut random)?;
            if several {
                damage_several(fixed, &mut random)
            } else {
                damage_once(fixed, operator, &mut random)
            }
        });
        if let Some(row) = row
            && seen.insert(row.code.clone())
        {
            rows.push(row);
        }
    }
    rows
}

/// Pieces of a valid Python file, each damaged once by the operator of this name; at most `count`, all different.
pub fn damages_of(source: &str, operator: &str, seed: u64, count: usize) -> Vec<Damaged> {
    let mut random = Rng::with_seed(seed);
    let source = source.replace("\r\n", "\n");
    let pieces = pieces(&source);
    let Some(operator) = OPERATORS.iter().find(|known| known.name == operator) else {
        return Vec::new();
    };
    let mut rows: Vec<Damaged> = Vec::new();
    for _ in 0..count * PIECES_PER_OPERATOR {
        if rows.len() == count || pieces.is_empty() {
            break;
        }
        let cut = pieces.cut(&mut random);
        let row = cut.and_then(|fixed| damage_once(fixed, operator, &mut random));
        rows.extend(row.filter(|row| !rows.iter().any(|known| known.code == row.code)));
    }
    rows
}

/// The `count` most frequent kinds of damage that can be undone by what is left of the text, the most frequent first.
pub fn frequent_operators(count: usize) -> Vec<&'static str> {
    let mut frequent: Vec<&Operator> = OPERATORS.iter().filter(|known| known.recoverable).collect();
    frequent.sort_by_key(|operator| std::cmp::Reverse(operator.weight));
    frequent
        .iter()
        .take(count)
        .map(|operator| operator.name)
        .collect()
}

/// `items` in an order that depends on the seed only.
pub fn shuffled<T>(mut items: Vec<T>, seed: u64) -> Vec<T> {
    Rng::with_seed(seed).shuffle(&mut items);
    items
}

/// What the operators are called: every value of [`Damaged::operator`] but `several`.
pub fn operator_names() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|operator| operator.name)
}

fn parses(text: &str) -> bool {
    syntax_errors(&parse(text, VERSION)).is_empty()
}

fn damage_once(fixed: String, operator: &Operator, random: &mut Rng) -> Option<Damaged> {
    let edits = (operator.damage)(&Site::new(&fixed), random)?;
    let first = edits.iter().map(|edit| edit.span.start).min()?;
    let code = apply(&fixed, &edits).ok()?;
    if code == fixed || parses(&code) {
        return None;
    }
    Some(Damaged {
        line: line_of(&fixed, first),
        code,
        fixed,
        operator: operator.name,
        mistakes: 1,
        recoverable: operator.recoverable,
    })
}

/// Two or three mistakes on lines of their own, each of which breaks the text by itself.
fn damage_several(fixed: String, random: &mut Rng) -> Option<Damaged> {
    let site = Site::new(&fixed);
    let wanted = if random.usize(..4) == 0 { 3 } else { 2 };
    let mut edits = Vec::new();
    let mut lines = HashSet::new();
    let mut mistakes = 0;
    let mut recoverable = true;
    for _ in 0..4 * wanted {
        if mistakes == wanted {
            break;
        }
        let operator = draw(random);
        let Some(more) = (operator.damage)(&site, random) else {
            continue;
        };
        let touched: HashSet<u32> = more
            .iter()
            .flat_map(|edit| line_of(&fixed, edit.span.start)..=line_of(&fixed, edit.span.end))
            .collect();
        let alone = apply(&fixed, &more).ok();
        if !touched.is_disjoint(&lines) || alone.is_none_or(|text| parses(&text)) {
            continue;
        }
        lines.extend(touched);
        edits.extend(more);
        recoverable &= operator.recoverable;
        mistakes += 1;
    }
    let first = edits.iter().map(|edit| edit.span.start).min()?;
    let code = apply(&fixed, &edits).ok()?;
    if mistakes < 2 || parses(&code) {
        return None;
    }
    Some(Damaged {
        line: line_of(&fixed, first),
        code,
        fixed,
        operator: "several",
        mistakes,
        recoverable,
    })
}

/// The line, from one, that holds byte `offset`.
fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().iter().take(offset);
    let breaks = before.filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}
