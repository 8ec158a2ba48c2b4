//! What becomes of fixes, and what people mend by hand: observed in the changes of the text, never asked for.
//!
//! Every open document has a job of its own, which hears of each change in order. It looks at the text in moments only:
//! when the person turns to another line, saves, rests or closes it, and where something else than typing changed it.

mod applied;
mod by_hand;
mod run;
mod track;
mod verify;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use tower_lsp::ls_types::Uri;

pub use applied::{Applied, OfferedFix, Unseen};
use applied::{Verdict, Watch};
use by_hand::{ByHand, Candidate};
pub use run::Run;
pub use track::{Change, Hunk, change, is_by_tool};

use super::convert::path_of;
use super::parts::Parts;
use super::requests::execute_command::note_one;
use super::session::Session;
use crate::diagnose::Finding;
use crate::engine::{Healed, Input};
use crate::text::PositionIndex;

/// Longest text that is followed, in bytes. What is longer was not written by hand.
pub const MAX_FOLLOWED: usize = 1 << 20;

/// Whoever changes nothing for so long has finished.
const QUIET: Duration = Duration::from_secs(10);

/// Nobody changes a text and saves it within this time: the editor does, when it saves.
const REFLEX: Duration = Duration::from_millis(100);

/// A text as it is at some moment.
#[derive(Debug, Clone)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// Its fingerprint.
    pub fingerprint: u64,
}

/// Who changed a text.
#[derive(Debug, Clone)]
pub enum Maker {
    /// The person, or what looks the same.
    Hand,
    /// A formatter, a rename, another version of the file. What the text is then.
    Tool(Text),
    /// A fix of salve. What the text is then.
    Salve(Box<Applied>, Text),
}

/// One message with changes.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// The text that the person left, if this goes on elsewhere.
    pub left: Option<Text>,
    /// What changed, in order.
    pub hunks: Vec<Hunk>,
    /// Who did it.
    pub maker: Maker,
    /// The fingerprint of the text after it.
    pub fingerprint: u64,
    /// Where the person is after it.
    pub caret: usize,
}

/// What a document's job hears.
#[derive(Debug)]
pub enum Event {
    /// The text changed.
    Step(Box<Step>),
    /// It was saved.
    Saved(Text, Instant),
    /// It was closed.
    Closed(Text, Instant),
}

/// Why a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Opened,
    /// The person turns to another line.
    Left,
    Saved,
    /// The person rests.
    Quiet,
    Closed,
    /// A tool changed it.
    Tool,
    /// A fix of salve changed it.
    Salve,
}

/// A text that is looked at.
struct Moment<'text> {
    kind: Kind,
    at: Instant,
    text: &'text Arc<str>,
    fingerprint: u64,
    index: &'text PositionIndex,
    findings: &'text [Finding],
    /// Whether the last change was the editor's, on saving.
    is_reflex: bool,
}

/// What is known of one document. Knows no clock and asks nobody.
#[derive(Default)]
struct Follower {
    watch: Watch,
    by_hand: ByHand,
    caret: usize,
    /// When the text changed since it was looked at.
    changed: Option<Instant>,
    is_large: bool,
}

impl Follower {
    fn step(&mut self, step: &Step) -> Vec<Verdict> {
        self.by_hand.step(&step.hunks, step.fingerprint);
        self.caret = step.caret;
        self.changed = Some(step.at);
        let typed = |hunk: &Hunk| hunk.inserted.len().max(hunk.removed.len());
        self.is_large = step.hunks.iter().map(typed).sum::<usize>() > 2;
        self.watch.step(&step.hunks, step.fingerprint, step.at)
    }

    fn moment(
        &mut self,
        moment: &mut Moment<'_>,
        applied: Option<Applied>,
    ) -> (Vec<Verdict>, Vec<Candidate>) {
        moment.is_reflex = moment.kind == Kind::Saved
            && self.is_large
            && self.changed.is_some_and(|at| moment.at < at + REFLEX);
        self.changed = None;
        let candidates = self.by_hand.moment(moment, self.caret);
        let settled = self.by_hand.settled(moment.index);
        let verdicts = self.watch.moment(moment, &settled);
        if let Some(applied) = applied {
            let there: Vec<_> = moment
                .findings
                .iter()
                .map(|finding| (finding.code, moment.index.line_of(finding.span.start)))
                .collect();
            self.watch.take(applied, moment.text, &there, moment.at);
        }
        (verdicts, candidates)
    }

    /// When to look at the text, if nothing happens.
    fn quiet(&self) -> Option<Instant> {
        let waits = self.by_hand.is_waiting() || self.watch.is_touched();
        self.changed
            .filter(|_| waits)
            .map(|changed| changed + QUIET)
    }

    fn deadline(&self) -> Option<Instant> {
        self.quiet().into_iter().chain(self.watch.deadline()).min()
    }
}

/// Follows a document until it is closed.
pub async fn follow(
    session: Arc<Session>,
    uri: Uri,
    opened: Text,
    mut events: UnboundedReceiver<Event>,
) {
    let mut job = Job {
        session,
        uri,
        follower: Follower::default(),
        recorded: HashSet::new(),
    };
    job.look(Kind::Opened, &opened, None, Instant::now()).await;
    loop {
        let event = match job.follower.deadline() {
            None => events.recv().await,
            Some(deadline) => tokio::select! {
                biased;
                event = events.recv() => event,
                () = tokio::time::sleep_until(deadline) => {
                    job.rest(&events).await;
                    continue;
                }
            },
        };
        match event {
            None => return,
            Some(Event::Step(step)) => job.step(*step).await,
            Some(Event::Saved(text, at)) => job.look(Kind::Saved, &text, None, at).await,
            Some(Event::Closed(text, at)) => job.look(Kind::Closed, &text, None, at).await,
        }
    }
}

struct Job {
    session: Arc<Session>,
    uri: Uri,
    follower: Follower,
    /// What was recorded as done by hand: the text before and after.
    recorded: HashSet<(Arc<str>, String)>,
}

impl Job {
    async fn step(&mut self, mut step: Step) {
        if let Some(left) = step.left.take() {
            self.look(Kind::Left, &left, None, step.at).await;
        }
        let verdicts = self.follower.step(&step);
        self.note(verdicts).await;
        match step.maker {
            Maker::Hand => {}
            Maker::Tool(text) => self.look(Kind::Tool, &text, None, step.at).await,
            Maker::Salve(applied, text) => {
                self.look(Kind::Salve, &text, Some(*applied), step.at).await;
            }
        }
    }

    /// The time has come for something.
    async fn rest(&mut self, events: &UnboundedReceiver<Event>) {
        let now = Instant::now();
        let verdicts = self.follower.watch.due(now);
        self.note(verdicts).await;
        if self.follower.quiet().is_some_and(|quiet| quiet <= now)
            && let Some(text) = self.session.state.text(&self.uri)
            // What is still to be heard of is newer.
            && events.is_empty()
        {
            self.look(Kind::Quiet, &text, None, now).await;
        }
    }

    async fn look(&mut self, kind: Kind, text: &Text, applied: Option<Applied>, at: Instant) {
        let Some(parts) = self.session.parts().await else {
            return;
        };
        let input = self.input(&parts, &text.text);
        let engine = parts.engine.clone();
        let diagnosing = tokio::task::spawn_blocking(move || engine.diagnose(&input));
        let findings = match diagnosing.await {
            Ok(findings) => findings,
            Err(error) => {
                tracing::error!("a text could not be looked at: {error}");
                return;
            }
        };
        let index = PositionIndex::new(&text.text);
        let mut moment = Moment {
            kind,
            at,
            text: &text.text,
            fingerprint: text.fingerprint,
            index: &index,
            findings: &findings,
            is_reflex: false,
        };
        let (verdicts, candidates) = self.follower.moment(&mut moment, applied);
        self.note(verdicts).await;
        for candidate in candidates {
            self.prove(&parts, candidate).await;
        }
    }

    /// Has a candidate proven, and recorded if it is a fix.
    async fn prove(&mut self, parts: &Arc<Parts>, candidate: Candidate) {
        let before = self.input(parts, &candidate.before);
        let engine = parts.engine.clone();
        let runtime = tokio::runtime::Handle::current();
        let proving = tokio::task::spawn_blocking(move || {
            let verified = runtime.block_on(verify::verify(&engine, &before, &candidate));
            (verified, engine, before, candidate)
        });
        let (verified, engine, before, candidate) = match proving.await {
            Ok(proven) => proven,
            Err(error) => {
                tracing::error!("a change could not be proven: {error}");
                return;
            }
        };
        self.follower
            .by_hand
            .decide(candidate.id, verified.decision);
        let Some(healed) = verified.healed else {
            return;
        };
        // One change may cure several findings; it is one fix.
        let key = (Arc::clone(&candidate.before), healed.clone());
        if !self.recorded.insert(key) {
            return;
        }
        let recording = tokio::task::spawn_blocking(move || {
            engine.record_by_hand(&before, &candidate.finding, &healed)
        });
        if let Err(error) = recording.await {
            tracing::error!("a fix by hand could not be recorded: {error}");
        }
    }

    async fn note(&self, verdicts: Vec<Verdict>) {
        for verdict in verdicts {
            if let Some(unseen) = verdict.unseen
                && let Some(parts) = self.session.parts().await
            {
                let shown = Healed {
                    findings: vec![unseen.found],
                    text: None,
                    cut_short: false,
                };
                parts.engine.record_shown(&unseen.input, &shown);
            }
            note_one(&self.session, &verdict.fix, verdict.outcome).await;
        }
    }

    fn input(&self, parts: &Parts, text: &Arc<str>) -> Input {
        Input {
            text: Arc::clone(text),
            path: path_of(&self.uri),
            document_version: None,
            python_version: parts.settings.python_version,
        }
    }
}
