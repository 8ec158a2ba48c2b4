//! What is set aside where nothing cures: as little text as lets the parser read on with as few complaints as possible.

use std::collections::BTreeSet;

use super::budget::Budget;
use super::mask::masks;
use super::search::{Cure, cures};
use super::sources::Sources;
use crate::lang::python::{ParseError, Version, tokenize};
use crate::text::{Edit, Span, apply};

/// A piece of text without what nothing cures.
#[derive(Debug)]
pub struct Aside {
    /// The change.
    pub edit: Edit,
    /// The piece of text afterwards.
    pub text: String,
    /// The place above the complaint where the mistake is, if what was set aside begins there.
    pub above: Option<Span>,
    /// Lines that the parser still complains about.
    pub left: usize,
    /// How much is set aside, in words; a statement that nothing is known against counts as many.
    pub words: usize,
}

/// A line that is complained about is as bad as so many words that are set aside; so is a statement that is set aside
/// although the complaint is about another one.
const WORDS_OF_COMPLAINT: usize = 25;

/// A cure that does more than this is doubted.
const DOUBTFUL: u32 = 16;
/// What it costs to set a place aside, besides the words.
const ASIDE: u32 = 45;

/// The gentlest way to read on after `error` without a change to the first `head` bytes; `None` if the parser gets no
/// further whatever is set aside.
///
/// What is set aside badly leaves a body without its header or a bracket without its partner behind, and the parser
/// complains about them as well: so the complaints that are left say which way was right.
pub fn aside(
    piece: &str,
    error: &ParseError,
    head: usize,
    version: Version,
    budget: &mut Budget,
) -> Option<Aside> {
    let mut best: Option<(usize, Aside)> = None;
    for mask in masks(piece, error) {
        if mask.edit.span.start < head {
            continue;
        }
        let Ok(text) = apply(piece, std::slice::from_ref(&mask.edit)) else {
            continue;
        };
        let words = tokenize(mask.edit.span.of(piece)).len() + mask.others * WORDS_OF_COMPLAINT;
        if best.as_ref().is_some_and(|(least, _)| words >= *least) {
            continue;
        }
        let growth = text.len() as isize - piece.len() as isize;
        let end = mask.edit.span.end.max(error.span.start);
        let complaints = budget.parse(&text, version).1;
        let stays = complaints
            .first()
            .is_some_and(|left| left.span.start <= end.saturating_add_signed(growth));
        if stays {
            continue;
        }
        let left = lines_of(&complaints, &text);
        let badness = left * WORDS_OF_COMPLAINT + words;
        if best.as_ref().is_none_or(|(least, _)| badness < *least) {
            let above = mask.above;
            best = Some((
                badness,
                Aside {
                    edit: mask.edit,
                    text,
                    above,
                    left,
                    words,
                },
            ));
        }
    }
    best.map(|(_, aside)| aside)
}

/// Whether a cure does so much to the place that it may be wrong.
pub fn is_doubtful(cure: &Cure) -> bool {
    effort(cure) > DOUBTFUL
}

/// Whether a cure explains a place better than to set it aside.
///
/// A wrong change leaves complaints behind that are nobody's mistake. So it has to be looked ahead: what the complaints
/// that are left take must cost less than it does to set the place aside. One that leaves no more behind than that is
/// better, whatever it does: it is shown to a person, who would have nothing otherwise.
pub fn is_better(
    cure: &Cure,
    aside: &Aside,
    version: Version,
    sources: &Sources<'_>,
    budget: &mut Budget,
) -> bool {
    let limit = ASIDE.saturating_add(u32::try_from(aside.words).unwrap_or(u32::MAX));
    let mut cost = effort(cure);
    let mut text = cure.text.clone();
    loop {
        let left = budget.parse(&text, version).1;
        let Some(next) = left.first().filter(|_| lines_of(&left, &text) > aside.left) else {
            return true;
        };
        if cost > limit || budget.is_spent() {
            return false;
        }
        let Some(next) = cures(&text, next, version, sources, budget)
            .into_iter()
            .next()
        else {
            return false;
        };
        cost = cost.saturating_add(effort(&next).max(1));
        text = next.text;
    }
}

/// How much a cure does to the place, whatever it shows elsewhere; in the measure of a proposal's cost.
fn effort(cure: &Cure) -> u32 {
    let steps = cure.steps.iter();
    steps.fold(0, |sum, step| sum.saturating_add(step.cost))
}

/// How many lines the complaints are about.
fn lines_of(complaints: &[ParseError], text: &str) -> usize {
    let mut line = 0;
    let mut at = 0;
    let mut lines = BTreeSet::new();
    for complaint in complaints {
        let start = complaint.span.start.min(text.len());
        if let Some(between) = text.get(at..start) {
            line += between.bytes().filter(|byte| *byte == b'\n').count();
            at = start;
        }
        lines.insert(line);
    }
    lines.len()
}
