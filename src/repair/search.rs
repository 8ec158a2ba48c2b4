//! The search that diagnosis and repair share: which proposals make the parse go on, and which of them to believe.

use super::budget::Budget;
use super::proposal::Proposal;
use super::rules;
use super::site::Site;
use crate::diagnose::python::semantic_errors;
use crate::lang::python::{ParseError, Version};
use crate::text::{Edit, apply};

/// A proposal that holds, with the piece of text as it is afterwards.
#[derive(Debug, Clone)]
pub struct Cure {
    /// One proposal, or several for a place with several mistakes; in the order in which they were found. The edits of
    /// each refer to the text after those before it.
    pub steps: Vec<Proposal>,
    /// The piece of text afterwards.
    pub text: String,
    /// The first complaint that is left in it.
    pub rest: Option<ParseError>,
    cost: u32,
}

/// Most mistakes at one place that are cured together.
const MAX_DEPTH: usize = 3;
/// Most half-cured texts that are looked at further, at each depth.
const BEAM: usize = 4;
/// Most proposals for one place that are tried.
const MAX_PROPOSALS: usize = 300;
/// Most cures that are kept.
const MAX_CURES: usize = 12;
/// Changes that cost this much more than the best cure are not tried: they are ten times less likely.
const SPAN: u32 = 24;

/// What it costs a cure that the parser complains afterwards where it did not before.
const NEW_COMPLAINT: u32 = 30;

/// The cures for the first complaint about `text`, best first; empty if no rule has one.
pub fn cures(text: &str, error: &ParseError, version: Version, budget: &mut Budget) -> Vec<Cure> {
    let start = Cure {
        steps: Vec::new(),
        text: text.to_owned(),
        rest: Some(error.clone()),
        cost: 0,
    };
    let mut frontier = vec![start];
    for _ in 0..MAX_DEPTH {
        let mut cured = Vec::new();
        let mut half = Vec::new();
        for base in &frontier {
            let Some(error) = base.rest.clone() else {
                continue;
            };
            let known: Vec<usize> = budget
                .parse(&base.text, version)
                .1
                .iter()
                .map(|error| error.span.start)
                .collect();
            let site = Site::new(&base.text, error);
            let mut proposals = rules::propose(&site);
            proposals.sort_by_key(|proposal| proposal.cost);
            for proposal in proposals.into_iter().take(MAX_PROPOSALS) {
                let Ok(text) = apply(&base.text, &proposal.edits) else {
                    continue;
                };
                if text == base.text
                    || cured
                        .iter()
                        .chain(&half)
                        .any(|seen: &Cure| seen.text == text)
                {
                    continue;
                }
                let hopeless = |best: &Cure| base.cost + proposal.cost > best.cost + SPAN;
                if budget.is_spent() || cured.iter().any(hopeless) {
                    break;
                }
                let (parsed, errors) = budget.parse(&text, version);
                let rest = errors.into_iter().next();
                // A text that parses may still put a `return` where no function is.
                let misplaced = if rest.is_none() {
                    semantic_errors(&parsed, &text, version.into()).len()
                } else {
                    0
                };
                let progress = progress(&site, &proposal.edits, &text, rest.as_ref());
                let mut steps = base.steps.clone();
                let growth = text.len() as isize - base.text.len() as isize;
                let reveals = rest.as_ref().is_some_and(|rest| {
                    !known.contains(&rest.span.start.saturating_add_signed(-growth))
                });
                let cost = base.cost
                    + proposal.cost
                    + if reveals { NEW_COMPLAINT } else { 0 }
                    + u32::try_from(misplaced)
                        .unwrap_or(u32::MAX)
                        .saturating_mul(NEW_COMPLAINT);
                steps.push(proposal);
                let cure = Cure {
                    steps,
                    text,
                    rest,
                    cost,
                };
                match progress {
                    Progress::Cured => cured.push(cure),
                    Progress::Further => half.push(cure),
                    Progress::None => {}
                }
            }
        }
        if !cured.is_empty() {
            // Where several changes explain the text alike, the one that lets the parser read further is right more often.
            cured.sort_by_key(|cure| {
                (
                    cure.cost,
                    cure.rest
                        .as_ref()
                        .map_or(0, |rest| usize::MAX - rest.span.start),
                )
            });
            cured.truncate(MAX_CURES);
            return cured;
        }
        half.sort_by_key(|cure| cure.cost);
        half.truncate(BEAM);
        frontier = half;
    }
    Vec::new()
}

impl Cure {
    /// How unlikely it is, in the measure of [`Proposal::cost`].
    pub fn cost(&self) -> u32 {
        self.cost
    }
}

enum Progress {
    /// The place is clean; what is left lies on a later line.
    Cured,
    /// The parser reads further, but still complains about this place.
    Further,
    /// No better than before.
    None,
}

fn progress(site: &Site<'_>, edits: &[Edit], after: &str, rest: Option<&ParseError>) -> Progress {
    let Some(rest) = rest else {
        return Progress::Cured;
    };
    let last_edit = edits.iter().map(|edit| edit.span.end).max().unwrap_or(0);
    let growth: isize = edits
        .iter()
        .map(|edit| edit.replacement.len() as isize - edit.span.len() as isize)
        .sum();
    // The end of the damaged place, in the text before.
    let damaged = last_edit.max(site.error.span.start);
    let line_end = site
        .layout
        .lines
        .get(site.layout.line_at(damaged))
        .map_or(site.text.len(), |line| line.span.end);
    let line_end_after = line_end.saturating_add_signed(growth);
    let error_after = site.error.span.start.saturating_add_signed(growth);
    let stays = rest.kind == site.error.kind && rest.span.start == error_after;
    if stays {
        Progress::None
    } else if rest.span.start > line_end_after
        && !is_at_break(after, rest.span.start, line_end_after)
    {
        Progress::Cured
    } else if rest.span.start > error_after || rest.kind != site.error.kind {
        // Another complaint at the same place is the next mistake's.
        Progress::Further
    } else {
        Progress::None
    }
}

/// Whether a complaint at `offset` is about the line break that ends the line at `line_end`.
fn is_at_break(text: &str, offset: usize, line_end: usize) -> bool {
    text.get(line_end..offset)
        .is_some_and(|between| between.chars().all(|c| matches!(c, '\n' | '\r')))
        && offset >= text.len()
}
