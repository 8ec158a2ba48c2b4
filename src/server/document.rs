//! One open document: its text, what the client was given for it, and how its changes reach the job that follows it.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tower_lsp::ls_types::Uri;

use super::follow::{
    self, Applied, Change, Event, Hunk, MAX_FOLLOWED, Maker, OfferedFix, Run, Step, Text,
};
use super::state::{Changed, Desk, Report, Revision, Snapshot};
use crate::text::{Document, Edit, PositionEncoding};

/// Findings of one document whose listed fixes are remembered.
const MAX_LISTED: usize = 200;

/// Fixes that the client was given together, and the text that they lead to.
struct Offer {
    applied: Applied,
    /// Whether the person chose among fixes that they saw.
    is_seen: bool,
    result: String,
    /// How many more changes may come until it is given up: a client may send each edit on its own.
    patience: usize,
}

/// An open document. Its owner locks it.
pub(super) struct OpenDocument {
    pub(super) uri: Uri,
    pub(super) document: Document,
    pub(super) revision: Revision,
    pub(super) bell: watch::Sender<u64>,
    pub(super) reports: watch::Sender<Option<Arc<Report>>>,
    pub(super) hurry: Arc<Notify>,
    pub(super) job: Option<AbortHandle>,
    offers: Vec<Offer>,
    /// Findings of this revision that are in the record, by their place in the report.
    recorded: HashSet<usize>,
    /// The fixes that were listed for one finding each, the newest last.
    listed: Vec<Vec<String>>,
    fingerprint: u64,
    run: Run,
    events: Option<UnboundedSender<Event>>,
    /// Changes that may be part of a fix that is being applied.
    held: Vec<Step>,
}

impl Drop for OpenDocument {
    fn drop(&mut self) {
        if let Some(job) = &self.job {
            job.abort();
        }
    }
}

impl OpenDocument {
    /// A document that was just opened.
    pub(super) fn new(uri: &Uri, revision: Revision, version: i32, text: &str) -> (Self, Desk) {
        let (bell, bell_heard) = watch::channel(0);
        let (reports, _) = watch::channel(None);
        let document = Document::new(text, version);
        let fingerprint = document.fingerprint();
        let (events, heard) = unbounded_channel();
        let is_followed = text.len() <= MAX_FOLLOWED;
        let whole = Text {
            text: text.into(),
            fingerprint,
        };
        let desk = Desk {
            bell: bell_heard,
            reports: reports.clone(),
            hurry: Arc::default(),
            follow: is_followed.then_some((whole, heard)),
        };
        let opened = OpenDocument {
            uri: uri.clone(),
            document,
            revision,
            bell,
            reports,
            hurry: Arc::clone(&desk.hurry),
            job: None,
            offers: Vec::new(),
            recorded: HashSet::new(),
            listed: Vec::new(),
            fingerprint,
            run: Run::default(),
            events: is_followed.then_some(events),
            held: Vec::new(),
        };
        (opened, desk)
    }

    /// Whether its changes are followed.
    pub(super) fn is_followed(&self) -> bool {
        self.events.is_some()
    }

    /// Applies changes in their order.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: &[Change<'_>],
        encoding: PositionEncoding,
    ) -> Changed {
        let mut outcome = Changed::default();
        let before = self.document.clone();
        let mut hunks = Vec::new();
        for change in changes {
            match follow::change(&mut self.document, change, encoding) {
                Ok(changed) => hunks.extend(changed),
                Err(error) => outcome.ignored.push(error),
            }
        }
        self.document.set_version(version);
        let taken = self.take_accepted();
        if let Some(offer) = taken.as_ref().filter(|offer| offer.is_seen) {
            outcome.accepted = offer.applied.ids();
            outcome.passed_over = self.others(&outcome.accepted);
        }
        self.follow(&before, hunks, taken);
        outcome
    }

    /// Remembers that the client was given fixes whose edits make `result` of the text.
    pub(super) fn offer(
        &mut self,
        snapshot: &Snapshot,
        fixes: Vec<OfferedFix>,
        edits: &[Edit],
        is_seen: bool,
        result: String,
    ) {
        let applied = Applied {
            fixes,
            edits: edits.to_vec(),
            before: Arc::clone(&snapshot.text),
            fingerprint: self.fingerprint,
        };
        // The newest one is what the client is about to apply, if it does.
        let ids = applied.ids();
        self.offers.retain(|offer| offer.applied.ids() != ids);
        self.offers.push(Offer {
            applied,
            is_seen,
            result,
            patience: edits.len().max(1),
        });
    }

    /// Of the findings of this revision whose fixes are listed, those that are not in the record yet.
    pub(super) fn list(&mut self, report: &Report, findings: &[usize]) -> Vec<usize> {
        let healed = report.proof.as_ref().map(|proof| &proof.healed.findings);
        let mut new = Vec::new();
        for place in findings {
            if self.recorded.insert(*place) {
                new.push(*place);
                let found = healed.and_then(|healed| healed.get(*place));
                let ids = found.map(|found| found.fixes.iter().map(|fix| fix.id.clone()).collect());
                self.listed.extend(ids);
            }
        }
        let surplus = self.listed.len().saturating_sub(MAX_LISTED);
        self.listed.drain(..surplus);
        new
    }

    /// Takes up that there is something new to examine.
    pub(super) fn renew(&mut self, revision: Revision) {
        self.revision = revision;
        self.recorded.clear();
        self.bell.send_modify(|count| *count += 1);
    }

    fn take_accepted(&mut self) -> Option<Offer> {
        if self.offers.is_empty() {
            return None;
        }
        let text = self.document.text();
        if let Some(taken) = self.offers.iter().rposition(|offer| offer.result == text) {
            let taken = self.offers.swap_remove(taken);
            self.offers.clear();
            return Some(taken);
        }
        self.offers.retain_mut(|offer| {
            offer.patience -= 1;
            offer.patience > 0
        });
        None
    }

    /// The fixes that were listed beside these, for the same finding.
    pub(super) fn others(&self, fixes: &[String]) -> Vec<String> {
        self.listed
            .iter()
            .filter(|listed| listed.iter().any(|id| fixes.contains(id)))
            .flatten()
            .filter(|id| !fixes.contains(id))
            .cloned()
            .collect()
    }

    /// The text now.
    pub(super) fn text(&self) -> Text {
        Text {
            text: self.document.text().into(),
            fingerprint: self.fingerprint,
        }
    }

    /// Tells the job that follows the document what its text has become, and how.
    fn follow(&mut self, before: &Document, hunks: Vec<Hunk>, taken: Option<Offer>) {
        if self.events.is_none() {
            return;
        }
        if self.document.len() > MAX_FOLLOWED {
            self.events = None;
            return;
        }
        let left = Text {
            text: "".into(),
            fingerprint: self.fingerprint,
        };
        let left = |is_left: bool| {
            is_left.then(|| Text {
                text: before.text().into(),
                ..left
            })
        };
        self.fingerprint = self.document.fingerprint();
        let (maker, left) = match taken {
            Some(Offer { applied, .. }) => {
                // What came before belongs to it.
                let before = Text {
                    text: Arc::clone(&applied.before),
                    fingerprint: applied.fingerprint,
                };
                (Maker::Salve(Box::new(applied), self.text()), Some(before))
            }
            None if follow::is_by_tool(&hunks) => (Maker::Tool(self.text()), left(true)),
            None => (Maker::Hand, left(!self.run.goes_on(before, &hunks))),
        };
        self.run.take(before, &hunks);
        let mut step = Step {
            at: Instant::now(),
            left,
            hunks,
            maker,
            fingerprint: self.fingerprint,
            caret: self.run.caret(),
        };
        if matches!(step.maker, Maker::Salve(..)) {
            let held = std::mem::take(&mut self.held);
            let earlier = held.into_iter().flat_map(|step| step.hunks);
            step.hunks = earlier.chain(step.hunks).collect();
        } else if !self.offers.is_empty() {
            self.held.push(step);
            return;
        }
        self.release();
        self.send(Event::Step(Box::new(step)));
    }

    /// Lets the job hear of what was held back.
    pub(super) fn release(&mut self) {
        for step in std::mem::take(&mut self.held) {
            self.send(Event::Step(Box::new(step)));
        }
    }

    /// Lets the job hear of something that concerns the whole text.
    pub(super) fn tell(&mut self, event: impl FnOnce(Text, Instant) -> Event) {
        if self.events.is_some() {
            self.release();
            self.send(event(self.text(), Instant::now()));
        }
    }

    fn send(&self, event: Event) {
        if let Some(events) = &self.events {
            // The job ends with the session.
            let _ = events.send(event);
        }
    }

    /// Lets the job hear that the document is closed.
    pub(super) fn end(mut self) {
        self.tell(Event::Closed);
    }
}
