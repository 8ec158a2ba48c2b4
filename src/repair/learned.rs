//! What was learned from accepted fixes as proposals, and what it says of the proposals of others.

use std::collections::HashMap;
use std::sync::Arc;

use super::LEARNED;
use super::proposal::Proposal;
use super::site::{Site, short};
use super::small_edits::identity;
use super::sources::Complaint;
use crate::learn::{Belief, KnownTemplate, Learned, Reading, fits, keys};
use crate::text::{Edit, Span};

/// Most changes that templates propose for one place.
const MAX_LEARNED: usize = 40;

/// Adds to `out` what the templates for this complaint make of the site; where `out` holds the same change already, it
/// is told what is believed of it instead.
pub fn propose(site: &Site<'_>, learned: &dyn Learned, about: Complaint, out: &mut Vec<Proposal>) {
    let reading = Reading::new(site.text);
    let keys = keys(&reading, &complaint(site), site.error.span.start);
    let count = match about {
        Complaint::Same => keys.len() - 1,
        Complaint::Any => keys.len(),
    };
    let known: Vec<Arc<[KnownTemplate]>> = keys
        .iter()
        .take(count)
        .map(|key| learned.templates(key))
        .collect();
    let mut changes = changes(site, &reading, known.iter().flat_map(|known| known.iter()));
    for proposal in out.iter_mut() {
        if let Some(change) = changes.remove(&identity(site.text, &proposal.edits)) {
            proposal.belief = Belief::of(&change.templates);
        }
    }
    let mut new: Vec<(f64, Change<'_>, Belief)> = changes
        .into_values()
        .filter_map(|change| {
            let belief = Belief::of(&change.templates)?;
            Some((belief.rank.lower_bound(), change, belief))
        })
        .collect();
    new.sort_by(
        |(left_bound, left, left_belief), (right_bound, right, right_belief)| {
            right_bound
                .total_cmp(left_bound)
                .then(left_belief.level.cmp(&right_belief.level))
                .then(left.distance.cmp(&right.distance))
                .then(left.edits.cmp(&right.edits))
        },
    );
    new.truncate(MAX_LEARNED);
    out.extend(
        new.into_iter()
            .map(|(bound, change, belief)| proposal(site, change, belief, bound)),
    );
}

/// By what templates are looked up: what the parser complains about.
pub fn complaint(site: &Site<'_>) -> String {
    let (code, construct, _) = site.complaint();
    match construct {
        Some(construct) => format!("{code}:{construct}"),
        None => code.to_string(),
    }
}

/// A change that templates make, and which do.
struct Change<'known> {
    edits: Vec<Edit>,
    templates: Vec<&'known KnownTemplate>,
    distance: usize,
}

/// The changes that the templates make of the lines that may hold the mistake, by their identity.
fn changes<'known>(
    site: &Site<'_>,
    reading: &Reading<'_>,
    known: impl Iterator<Item = &'known KnownTemplate>,
) -> HashMap<u64, Change<'known>> {
    let suspects = site.suspects.clone();
    let line_start = |line: usize| {
        site.layout
            .lines
            .get(line)
            .map_or(site.text.len(), |line| line.span.start)
    };
    let first = reading.at(line_start(suspects.start)).saturating_sub(1);
    let last = reading.at(line_start(suspects.end)).max(first);
    let at = reading.at(site.error.span.start);
    let mut changes: HashMap<u64, Change<'known>> = HashMap::new();
    for known in known {
        for fit in fits(&known.template, reading, at, first..last + 1) {
            let change = changes
                .entry(identity(site.text, &fit.edits))
                .or_insert_with(|| Change {
                    edits: fit.edits,
                    templates: Vec::new(),
                    distance: fit.distance,
                });
            if !change.templates.iter().any(|other| other.id == known.id) {
                change.templates.push(known);
            }
        }
    }
    changes
}

fn proposal(site: &Site<'_>, change: Change<'_>, belief: Belief, bound: f64) -> Proposal {
    let (code, construct, message) = site.complaint();
    let span = change
        .edits
        .iter()
        .map(|edit| edit.span)
        .reduce(Span::cover)
        .unwrap_or(site.error.span);
    let title = title(site.text, &change.edits);
    let mut proposal = Proposal::new(
        LEARNED,
        *code,
        cost(bound, &belief, change.distance),
        span,
        change.edits,
    )
    .construct(*construct)
    .message(message.clone())
    .title(title)
    .unsafe_fix();
    proposal.belief = Some(belief);
    proposal
}

/// What a change costs of which nothing but this is known.
fn cost(bound: f64, belief: &Belief, distance: usize) -> u32 {
    let nats = -bound.max(1e-4).ln();
    let cost = 10.0 * nats + f64::from(belief.level) + 0.3 * distance.min(20) as f64;
    cost.round() as u32
}

/// What the change does, as an order.
fn title(text: &str, edits: &[Edit]) -> String {
    let [edit] = edits else {
        return "Move the lines as in a fix that was accepted".to_owned();
    };
    let (old, new) = (edit.span.of(text).trim(), edit.replacement.trim());
    let (old, new) = (short(old), short(new));
    match (old.is_empty(), new.is_empty()) {
        (true, true) if edit.replacement.contains('\n') => "Begin a new line".to_owned(),
        (true, true) => "Change the indentation".to_owned(),
        (true, false) => format!("Add '{new}'"),
        (false, true) => format!("Remove '{old}'"),
        (false, false) => format!("Replace '{old}' with '{new}'"),
    }
}
