//! The search that diagnosis and repair share: which changes make the parse go on, the likeliest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::budget::Budget;
use super::costs::{Features, Outcome, Scene, step_cost};
use super::proposal::Proposal;
use super::site::Site;
use super::sources::{Complaint, Sources};
use crate::diagnose::python::semantic_errors;
use crate::lang::python::{Lines, ParseError, Version};
use crate::text::{Edit, apply};

/// A change that holds, with the piece of text as it is afterwards.
#[derive(Debug, Clone)]
pub struct Cure {
    /// One proposal, or several for a place with several mistakes; in the order in which they were found. The edits of
    /// each refer to the text after those before it.
    pub steps: Vec<Proposal>,
    /// The piece of text afterwards.
    pub text: String,
    /// The first complaint that is left in it.
    pub rest: Option<ParseError>,
    /// How unlikely it is: ten times the negative logarithm of its probability, up to a constant of the place.
    pub cost: i32,
    /// What the cost model saw of each step; kept only where it is to learn from it.
    pub features: Vec<Features>,
}

/// Most mistakes at one place that are cured together.
const MAX_DEPTH: usize = 3;
/// Most changes at one place that are tried.
const MAX_TRIES: usize = 250;
/// Most cures that are kept: more than a person is shown, as some of them turn out to be of no use.
const MAX_CURES: usize = 10;
/// Bytes that the parser may give up earlier after a first step: one that breaks what it read before is no step.
const BACK: usize = 12;
/// Most half-cured texts that are looked at for further steps.
const MAX_EXPANSIONS: usize = 8;
/// What one more step costs in the middle: a half-cured text waits in the queue as if it were that far already.
const MIDDLE_STEP: i32 = 15;
/// A change that costs this much more than the best cure is not worth a try: it is over a hundred times less likely.
const SPAN: i32 = 50;
/// The same while learning: what seems unlikely now may turn out to be likely.
const SPAN_TO_LEARN: i32 = 80;
/// What a change costs more for each word that it takes away, whatever was learned: people remove what is left over more
/// often than they would forgive a tool that removes what they meant to keep.
const LOST_WORD: f32 = 20.0;

/// The cures for the first complaint about `text`, best first; empty if there are none.
///
/// A uniform-cost search: whatever is likeliest is tried next, be it a first change or another one to a text that is
/// half cured, until what is left is too unlikely to matter.
pub fn cures(
    text: &str,
    error: &ParseError,
    version: Version,
    sources: &Sources<'_>,
    budget: &mut Budget,
) -> Vec<Cure> {
    let mut cured = search(text, error, version, sources, Complaint::Same, budget);
    if cured.is_empty() && !sources.costs.is_learning() {
        cured = search(text, error, version, sources, Complaint::Any, budget);
    }
    cured.sort_by_key(|cure| (cure.cost, cure.reach()));
    if !sources.costs.is_learning() {
        cured.truncate(MAX_CURES);
    }
    cured
}

fn search(
    text: &str,
    error: &ParseError,
    version: Version,
    sources: &Sources<'_>,
    complaint: Complaint,
    budget: &mut Budget,
) -> Vec<Cure> {
    let mut search = Search {
        version,
        sources,
        complaint,
        budget,
        queue: BinaryHeap::new(),
        queued: 0,
        places: Vec::new(),
        halves: Vec::new(),
        seen: HashSet::from([text.to_owned()]),
        cured: Vec::new(),
        limit: i32::MAX,
        tries: 0,
    };
    let start = Cure {
        steps: Vec::new(),
        text: text.to_owned(),
        rest: Some(error.clone()),
        cost: 0,
        features: Vec::new(),
    };
    let known = search.budget.parse(text, version).1;
    search.expand(Half {
        cure: start,
        known: starts(&known),
    });
    search.run();
    search.cured
}

impl Cure {
    /// Where several changes explain the text alike, the one that lets the parser read further is right more often.
    fn reach(&self) -> Reverse<usize> {
        Reverse(
            self.rest
                .as_ref()
                .map_or(usize::MAX, |rest| rest.span.start),
        )
    }
}

struct Search<'run> {
    version: Version,
    sources: &'run Sources<'run>,
    complaint: Complaint,
    budget: &'run mut Budget,
    /// By cost; then in the order in which they were thought of.
    queue: BinaryHeap<Reverse<(i32, usize, Next)>>,
    /// How often something was put into the queue.
    queued: usize,
    places: Vec<Place>,
    halves: Vec<Option<Half>>,
    seen: HashSet<String>,
    /// By cost.
    cured: Vec<Cure>,
    /// What costs more is not tried.
    limit: i32,
    tries: usize,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// Try a proposal: indexes of the place and of the proposal.
    Try(usize, usize),
    /// Look for further steps from a half-cured text, by its index.
    Expand(usize),
}

/// A half-cured text that waits for further steps.
struct Half {
    cure: Cure,
    /// Where the parser complains about it.
    known: Vec<usize>,
}

/// A text that is not cured yet, and what may be done about it.
struct Place {
    base: Cure,
    error: ParseError,
    layout: Lines,
    /// Where the parser complains about it.
    known: Vec<usize>,
    thoughts: Vec<Thought>,
}

/// A proposal that may be tried.
struct Thought {
    proposal: Proposal,
    /// Its score as far as can be told before it is tried.
    score: f32,
    features: Features,
}

impl Search<'_> {
    fn run(&mut self) {
        while let Some(Reverse((cost, _, next))) = self.queue.pop() {
            if cost > self.limit || self.tries >= MAX_TRIES || self.budget.is_spent() {
                return;
            }
            match next {
                Next::Try(place, proposal) => self.attempt(place, proposal),
                Next::Expand(half) if self.places.len() <= MAX_EXPANSIONS => {
                    if let Some(half) = self.halves.get_mut(half).and_then(Option::take) {
                        self.expand(half);
                    }
                }
                Next::Expand(_) => {}
            }
        }
    }

    /// Keeps a cure. What costs far more than the best one is not worth a try from then on, nor what costs more than
    /// all those that are wanted.
    fn keep(&mut self, cure: Cure) {
        let at = self.cured.partition_point(|known| known.cost <= cure.cost);
        self.cured.insert(at, cure);
        let cost = |at: usize| self.cured.get(at).map(|cure| cure.cost);
        let Some(best) = cost(0) else {
            return;
        };
        self.limit = if self.sources.costs.is_learning() {
            best.saturating_add(SPAN_TO_LEARN)
        } else {
            let enough = cost(MAX_CURES - 1).unwrap_or(i32::MAX);
            best.saturating_add(SPAN).min(enough)
        };
    }

    /// Thinks of every change that may take `base` further.
    fn expand(&mut self, half: Half) {
        let Half { cure: base, known } = half;
        let Some(error) = base.rest.clone() else {
            return;
        };
        let site = Site::new(&base.text, error);
        let mut scene = Scene::new(&site, self.sources.costs.language());
        let mut thoughts = Vec::new();
        for proposal in self.sources.propose(&site, self.complaint) {
            let mut features = scene.features(&proposal, &base.steps);
            let score = self.sources.costs.score(&features)
                + self.loss(&proposal, &base.text)
                + self.sources.adjustment(&proposal);
            let reached = base.cost.saturating_add(step_cost(score));
            if reached > self.limit {
                continue;
            }
            self.enqueue(reached, Next::Try(self.places.len(), thoughts.len()));
            if !self.sources.costs.is_learning() {
                features = Features::default();
            }
            thoughts.push(Thought {
                proposal,
                score,
                features,
            });
        }
        let (layout, error) = (site.layout, site.error);
        self.places.push(Place {
            base,
            error,
            layout,
            known,
            thoughts,
        });
    }

    /// What a change costs for what it takes away.
    fn loss(&self, proposal: &Proposal, text: &str) -> f32 {
        // The rules' own costs count it already.
        if self.sources.costs.is_learning() || !self.sources.costs.is_trained() {
            return 0.0;
        }
        LOST_WORD * proposal.words_lost(text) as f32
    }

    fn enqueue(&mut self, cost: i32, next: Next) {
        self.queue.push(Reverse((cost, self.queued, next)));
        self.queued += 1;
    }

    /// Makes a change and looks how far the parser reads then.
    fn attempt(&mut self, place: usize, thought: usize) {
        let Some(place) = self.places.get(place) else {
            return;
        };
        let Some(thought) = place.thoughts.get(thought) else {
            return;
        };
        let Ok(text) = apply(&place.base.text, &thought.proposal.edits) else {
            return;
        };
        if !self.seen.insert(text.clone()) {
            return;
        }
        self.tries += 1;
        let (parsed, errors) = self.budget.parse(&text, self.version);
        let known = starts(&errors);
        let rest = errors.into_iter().next();
        let progress = progress(place, &thought.proposal.edits, &text, rest.as_ref());
        if matches!(progress, Progress::None) {
            return;
        }
        let growth = text.len() as isize - place.base.text.len() as isize;
        let outcome = Outcome {
            is_whole: rest.is_none(),
            reveals: rest.as_ref().is_some_and(|rest| {
                let before = rest.span.start.saturating_add_signed(-growth);
                !place.known.contains(&before)
            }),
            // A text that parses may still put a `return` where no function is.
            misplaced: if rest.is_none() {
                semantic_errors(&parsed, &text, self.version.into()).len()
            } else {
                0
            },
        };
        let told = outcome.features(&thought.proposal);
        let mut cure = place.base.clone();
        let step = step_cost(thought.score + self.sources.costs.score(&told));
        cure.cost = cure.cost.saturating_add(step);
        if self.sources.costs.is_learning() {
            let mut features = thought.features.clone();
            features.add(&told);
            cure.features.push(features);
        }
        cure.steps.push(thought.proposal.clone());
        cure.text = text;
        cure.rest = rest;
        match progress {
            Progress::Cured => self.keep(cure),
            Progress::Further if cure.steps.len() < MAX_DEPTH => {
                let next = Next::Expand(self.halves.len());
                self.enqueue(cure.cost.saturating_add(MIDDLE_STEP), next);
                self.halves.push(Some(Half { cure, known }));
            }
            Progress::Further | Progress::None => {}
        }
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

fn progress(from: &Place, edits: &[Edit], after: &str, rest: Option<&ParseError>) -> Progress {
    let Some(rest) = rest else {
        return Progress::Cured;
    };
    let error = &from.error;
    let last_edit = edits.iter().map(|edit| edit.span.end).max().unwrap_or(0);
    let growth: isize = edits
        .iter()
        .map(|edit| edit.replacement.len() as isize - edit.span.len() as isize)
        .sum();
    // The end of the damaged place, in the text before.
    let damaged = last_edit.max(error.span.start);
    let line_end = from
        .layout
        .lines
        .get(from.layout.line_at(damaged))
        .map_or(from.base.text.len(), |line| line.span.end);
    let line_end_after = line_end.saturating_add_signed(growth);
    let error_after = error.span.start.saturating_add_signed(growth);
    let stays = rest.kind == error.kind && rest.span.start == error_after;
    if stays {
        Progress::None
    } else if rest.span.start > line_end_after
        && !is_at_break(after, rest.span.start, line_end_after)
    {
        Progress::Cured
    } else if rest.span.start >= error_after
        || rest.kind != error.kind && rest.span.start + BACK >= error_after
    {
        // Another complaint at the same place is the next mistake's.
        Progress::Further
    } else {
        Progress::None
    }
}

/// Where complaints are.
fn starts(complaints: &[ParseError]) -> Vec<usize> {
    let starts = complaints.iter().map(|complaint| complaint.span.start);
    starts.collect()
}

/// Whether a complaint at `offset` is about the line break that ends the line at `line_end`.
fn is_at_break(text: &str, offset: usize, line_end: usize) -> bool {
    text.get(line_end..offset)
        .is_some_and(|between| between.chars().all(|c| matches!(c, '\n' | '\r')))
        && offset >= text.len()
}
