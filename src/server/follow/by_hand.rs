//! Fixes that people make by hand: a mistake had settled, the person changed the text, and the mistake is gone.
//!
//! A mistake has settled when the document was opened or saved with it, or when the person typed on another line while
//! it stood: while a line is being typed, what is missing in it is no mistake, and completing it is no fix. Nor is it one
//! to go on where one had stopped typing, to take the mistake back, to delete its line, or to cure a place that another
//! change broke, such as each use of a name that is being changed. What looks like a fix is a [`Candidate`], which the
//! engine then has to prove.

use std::collections::HashMap;
use std::sync::Arc;

use super::track::{Hunk, Side};
use super::{Kind, Moment};
use crate::diagnose::{Finding, Severity};
use crate::taxonomy::Code;
use crate::text::{PositionIndex, Span};

/// Mistakes that are followed in one document.
const MAX_STANDING: usize = 64;

/// Texts of one document that are remembered, to know when one comes back.
const MAX_PAST: usize = 20_000;

/// What may be a fix by hand.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Names the mistake for [`ByHand::decide`].
    pub id: u64,
    /// The last text with the mistake, before the person turned to it.
    pub before: Arc<str>,
    /// The mistake, in that text.
    pub finding: Finding,
    /// The text without it.
    pub after: Arc<str>,
    /// Whether the document was opened with it, so that nothing of it was typed here.
    pub is_old: bool,
}

/// What a candidate turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A fix.
    Fix,
    /// None.
    Nothing,
    /// The person may be in the middle of it.
    NotYet,
}

/// The mistakes of one document and how people heal them.
#[derive(Default)]
pub struct ByHand {
    standing: Vec<Standing>,
    /// The lines that were changed since the last moment, in the order of the last change.
    recent: Vec<Recent>,
    /// When each text was first seen, by its fingerprint.
    past: HashMap<u64, u64>,
    steps: u64,
    last_id: u64,
    had_errors: bool,
}

struct Standing {
    id: u64,
    finding: Finding,
    /// Its lines without the last break.
    lines: Span,
    /// Whether it was there at the last moment.
    is_there: bool,
    has_settled: bool,
    /// Whether it is the person's own mistake, and not what a change of another place comes to.
    is_own: bool,
    is_old: bool,
    /// Where the person stopped typing when it was first seen.
    frontier: Option<usize>,
    /// Whether its lines were changed in this run of typing.
    is_touched: bool,
    /// Whether something was typed on another line since its own were changed.
    is_left: bool,
    base: Option<Base>,
    /// Whether the person went on at the frontier since then.
    goes_on: bool,
    /// When it was first seen.
    born: u64,
    /// The text, by its fingerprint, that was a candidate last.
    tried: Option<u64>,
}

/// The last text with a mistake that had settled, while nobody was changing its lines.
struct Base {
    text: Arc<str>,
    finding: Finding,
    step: u64,
}

struct Recent {
    place: Span,
    is_blank: bool,
}

impl ByHand {
    /// Takes changes up; `fingerprint` is that of the text after them.
    pub fn step(&mut self, hunks: &[Hunk], fingerprint: u64) {
        self.steps += 1;
        if self.past.len() < MAX_PAST {
            self.past.entry(fingerprint).or_insert(self.steps);
        }
        for hunk in hunks {
            self.standing.retain_mut(|standing| standing.follow(hunk));
            self.note(hunk);
        }
    }

    fn note(&mut self, hunk: &Hunk) {
        for recent in &mut self.recent {
            recent.place = hunk.around(recent.place);
        }
        let mut start = hunk.span.start;
        let pieces = hunk.inserted.split('\n').count();
        for (number, piece) in hunk.inserted.split('\n').enumerate() {
            let place = Span::new(start, start + piece.len());
            start = place.end + 1;
            // A break at the end of a line changes what follows, one at its start what precedes.
            let only_breaks = piece.trim().is_empty() && pieces > 1;
            let is_end = number == 0 && hunk.rest.trim().is_empty();
            let is_start = number + 1 == pieces && hunk.head.is_empty();
            if only_breaks && (is_end || is_start) {
                continue;
            }
            let is_blank = hunk.is_blank();
            match self.recent.last_mut() {
                Some(last) if pieces == 1 && last.place.cover(place) == last.place => {
                    last.is_blank &= is_blank;
                }
                _ => self.recent.push(Recent { place, is_blank }),
            }
        }
    }

    /// Looks at what is wrong where the person rests, saves or goes elsewhere. `caret`: where they typed last.
    pub fn moment(&mut self, moment: &Moment<'_>, caret: usize) -> Vec<Candidate> {
        if moment.kind == Kind::Opened {
            self.past.insert(moment.fingerprint, 0);
        }
        let matched = self.matches(moment);
        let mut candidates = Vec::new();
        let mut kept = Vec::new();
        for (mut standing, matched) in std::mem::take(&mut self.standing).into_iter().zip(&matched)
        {
            match matched.and_then(|place| moment.findings.get(place)) {
                Some(finding) => {
                    standing.stay(finding, moment, self.steps);
                    kept.push(standing);
                }
                None if standing.may_be_healed(moment, &self.past) => {
                    candidates.extend(standing.candidate(moment));
                    kept.push(standing);
                }
                None => {}
            }
        }
        let new = (0..moment.findings.len()).filter(|place| !matched.contains(&Some(*place)));
        for finding in new.filter_map(|place| moment.findings.get(place)) {
            if kept.len() < MAX_STANDING {
                let standing = self.first_seen(finding, moment, caret);
                kept.push(standing);
            }
        }
        // What is being healed became another mistake, which has settled in its place.
        let settled: Vec<(usize, u64, Severity)> = kept
            .iter()
            .filter(|standing| standing.is_there && standing.base.is_some())
            .map(|standing| {
                let line = moment.index.line_of(standing.lines.start);
                (line, standing.born, standing.finding.severity)
            })
            .collect();
        kept.retain(|standing| {
            let line = moment.index.line_of(standing.lines.start);
            let since = standing.base.as_ref().map_or(u64::MAX, |base| base.step);
            // A warning that an error hid is not what became of it.
            let became = |(other, born, severity): &(usize, u64, Severity)| {
                *other == line && *born > since && *severity >= standing.finding.severity
            };
            standing.is_there || !settled.iter().any(became)
        });
        candidates.retain(|candidate| kept.iter().any(|standing| standing.id == candidate.id));
        if matches!(moment.kind, Kind::Left | Kind::Tool | Kind::Salve) {
            for standing in &mut kept {
                standing.is_touched = false;
            }
        }
        self.standing = kept;
        self.recent.clear();
        self.had_errors = moment
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        candidates
    }

    /// Notes what a candidate turned out to be.
    pub fn decide(&mut self, id: u64, decision: Decision) {
        if decision != Decision::NotYet {
            self.standing.retain(|standing| standing.id != id);
        }
    }

    /// The mistakes that have settled, with their lines in the text of the last moment.
    pub fn settled(&self, index: &PositionIndex) -> Vec<(Code, usize)> {
        self.standing
            .iter()
            .filter(|standing| standing.is_there && standing.has_settled)
            .map(|standing| {
                let line = index.line_of(standing.finding.span.start);
                (standing.finding.code, line)
            })
            .collect()
    }

    /// Whether a mistake that has settled may be healed by now.
    pub fn is_waiting(&self) -> bool {
        self.standing.iter().any(|standing| standing.base.is_some())
    }

    /// For each mistake that was there, its place among those that are there now.
    fn matches(&self, moment: &Moment<'_>) -> Vec<Option<usize>> {
        let mut free: Vec<bool> = vec![true; moment.findings.len()];
        self.standing
            .iter()
            .map(|standing| {
                let at = standing.finding.span.start;
                let line = moment.index.line_of(at);
                let same = moment
                    .findings
                    .iter()
                    .enumerate()
                    .filter(|(place, finding)| {
                        finding.code == standing.finding.code
                            && moment.index.line_of(finding.span.start) == line
                            && free.get(*place) == Some(&true)
                    });
                let nearest = same.min_by_key(|(_, finding)| finding.span.start.abs_diff(at));
                let place = nearest.map(|(place, _)| place)?;
                if let Some(free) = free.get_mut(place) {
                    *free = false;
                }
                Some(place)
            })
            .collect()
    }

    fn first_seen(&mut self, finding: &Finding, moment: &Moment<'_>, caret: usize) -> Standing {
        self.last_id += 1;
        let lines = lines_of(finding, moment);
        let is_old = moment.kind == Kind::Opened;
        let touched = self
            .recent
            .iter()
            .rposition(|recent| is_within(lines, recent.place));
        let is_left = touched.is_some_and(|touched| {
            let later = self.recent.get(touched + 1..).unwrap_or_default();
            later.iter().any(|recent| !recent.is_blank)
        });
        // Names are looked at only in a text without errors: this one may have been there all along.
        let was_hidden = self.had_errors && finding.severity == Severity::Warning;
        let is_own = is_old || touched.is_some() || was_hidden;
        let has_settled = is_old || is_own && (is_left || moment.kind == Kind::Saved);
        let base = has_settled.then(|| Base {
            text: Arc::clone(moment.text),
            finding: finding.clone(),
            step: self.steps,
        });
        Standing {
            id: self.last_id,
            finding: finding.clone(),
            lines,
            is_there: true,
            has_settled,
            is_own,
            is_old,
            frontier: (!is_old).then_some(caret),
            is_touched: touched.is_some(),
            is_left,
            base,
            goes_on: false,
            born: self.steps,
            tried: None,
        }
    }
}

impl Standing {
    /// Moves with a change; says whether its lines are still there.
    fn follow(&mut self, hunk: &Hunk) -> bool {
        if let Some(frontier) = &mut self.frontier {
            self.goes_on |= hunk.goes_on_at(*frontier);
            *frontier = hunk.moved(*frontier, Side::Right);
        }
        self.finding.span = hunk.inside(self.finding.span);
        if !is_within(self.lines, hunk.span) || only_adds_lines(self.lines, hunk) {
            self.lines = hunk.inside(self.lines);
            self.is_left |= !hunk.is_blank();
            return true;
        }
        let is_gone = hunk.span.start <= self.lines.start
            && hunk.span.end >= self.lines.end
            && hunk.inserted.trim().is_empty();
        if is_gone && self.has_settled {
            tracing::debug!("no fix by hand: its line was deleted");
        }
        self.lines = hunk.around(self.lines);
        self.is_touched = true;
        self.is_left = false;
        !is_gone
    }

    /// Takes up that it is still there.
    fn stay(&mut self, finding: &Finding, moment: &Moment<'_>, step: u64) {
        self.finding = finding.clone();
        self.lines = lines_of(finding, moment);
        self.is_there = true;
        let is_calm = self.is_left || !self.is_touched;
        self.has_settled |= self.is_own && (self.is_left || is_calm && moment.kind == Kind::Saved);
        if self.has_settled && is_calm {
            self.base = Some(Base {
                text: Arc::clone(moment.text),
                finding: finding.clone(),
                step,
            });
            self.goes_on = false;
        }
    }

    /// Takes up that it is gone; says whether the person may have healed it.
    fn may_be_healed(&mut self, moment: &Moment<'_>, past: &HashMap<u64, u64>) -> bool {
        self.is_there = false;
        let Some(base) = &self.base else { return false };
        let came_back = past
            .get(&moment.fingerprint)
            .is_some_and(|first| *first <= base.step);
        let is_by_other = moment.is_reflex || matches!(moment.kind, Kind::Tool | Kind::Salve);
        if is_by_other || self.goes_on || came_back {
            let goes_on = self.goes_on;
            tracing::debug!(is_by_other, goes_on, came_back, "no fix by hand");
            return false;
        }
        true
    }

    /// What the engine has to prove, unless it has already looked at this text.
    fn candidate(&mut self, moment: &Moment<'_>) -> Option<Candidate> {
        let base = self.base.as_ref()?;
        let tried = self.tried.replace(moment.fingerprint);
        (tried != Some(moment.fingerprint)).then(|| Candidate {
            id: self.id,
            before: Arc::clone(&base.text),
            finding: base.finding.clone(),
            after: Arc::clone(moment.text),
            is_old: self.is_old,
        })
    }
}

/// The lines of a finding, without the last break.
fn lines_of(finding: &Finding, moment: &Moment<'_>) -> Span {
    let (index, text) = (moment.index, moment.text);
    let line = index.line_of(finding.span.start);
    let start = index.line_start(line).unwrap_or(text.len());
    Span::new(start, start + index.line_text(text, line).len())
}

/// Whether a place is on lines or at their ends.
fn is_within(lines: Span, place: Span) -> bool {
    place.start <= lines.end && place.end >= lines.start
}

/// Whether a change at the ends of lines adds or removes only others.
fn only_adds_lines(lines: Span, hunk: &Hunk) -> bool {
    let is_break = |character: char| matches!(character, '\n' | '\r');
    let below = hunk.span.start == lines.end
        && !lines.is_empty()
        && (hunk.inserted.is_empty() || hunk.inserted.starts_with(is_break))
        && (hunk.removed.is_empty() || hunk.removed.starts_with(is_break))
        && (hunk.inserted.is_empty() || hunk.removed.is_empty());
    let above = hunk.span.end == lines.start
        && (hunk.inserted.is_empty() || hunk.inserted.ends_with(is_break))
        && (hunk.removed.is_empty() || hunk.removed.ends_with(is_break));
    below || above
}
