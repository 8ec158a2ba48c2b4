//! What a model's answer may mean, proven.

use std::collections::HashSet;

use super::super::heal::{compatible, hide_warnings, is_error};
use super::super::ports::{Change, ModelReply, TrialVerdict};
use super::super::proof::{Bench, Candidate};
use super::super::{Engine, Evidence, Fix, Input, Source, Step, StepKind, Verdict};
use super::prompt::Prompt;
use crate::diagnose::Finding;
use crate::lang::python::Version;
use crate::learn::edit_hash;
use crate::prompt::{Misplaced, Proposal};
use crate::repair::{Mistake, examine};
use crate::text::{Applicability, PositionIndex, apply};

/// Why an answer that came before is not looked at again.
const REPEATED: &str = "that answer was given before";
/// Why an answer that a person turned down is not offered again.
const REJECTED: &str = "that answer was rejected before";
/// Why an answer that changes more than a mistake needs is asked for once more.
const TOO_MUCH: &str = "it changes more than the error needs; keep everything else as it is";

/// The attempts to cure one finding.
pub(super) struct Attempt<'call> {
    pub(super) engine: &'call Engine,
    pub(super) input: &'call Input,
    pub(super) finding: &'call Finding,
    pub(super) bench: Bench<'call>,
    /// The mistakes of the text as it is.
    pub(super) before: Vec<Mistake>,
    /// Names of the edits that the person turned down for such a finding.
    pub(super) rejected: Vec<String>,
    /// Texts that were proposed before: what failed once is not tried, and not offered, again.
    pub(super) seen: HashSet<String>,
    /// Whether tests that concern the file fail on the text as it is, once that was looked at.
    pub(super) tests_failed: Option<bool>,
    pub(super) best: Option<Found>,
}

/// A proposal that was proven.
pub(super) struct Found {
    proposal: Proposal,
    evidence: Evidence,
    model: String,
    /// Whether tests that failed before pass: that says more than how small the change is.
    by_tests: bool,
    /// Whether anything shows that the mistake is gone: a compiler that rejected the text before, our own finding, a run
    /// or tests. What only shows when the program runs is not proven by compiling it.
    is_shown: bool,
    /// What tests said that did not decide.
    undecided: Option<String>,
}

/// Why an answer gives no fix to offer at once.
pub(super) struct Trouble {
    pub(super) reason: String,
    /// Whether the answer says nothing that no answer before it said.
    pub(super) is_repeated: bool,
}

impl Attempt<'_> {
    /// Proves what an answer may mean; `None` if that gives a fix to offer at once, else why it does not.
    pub(super) async fn prove(
        &mut self,
        reply: &ModelReply,
        prompt: &Prompt<'_>,
    ) -> Option<Trouble> {
        let (all, misplaced) = prompt.proposals(&reply.text);
        let mut is_repeated = !all.is_empty();
        let mut reason = if misplaced > 0 && all.is_empty() {
            Misplaced.to_string()
        } else if all.is_empty() {
            "the answer does not hold the corrected code, or changes nothing".to_owned()
        } else {
            REPEATED.to_owned()
        };
        for proposal in all {
            if !self.seen.insert(proposal.text.clone()) || self.has_failed(&proposal) {
                continue;
            }
            is_repeated = false;
            let (text, at) = (&self.input.text, self.finding.span.start);
            if self
                .rejected
                .contains(&edit_hash(text, at, &proposal.edits))
            {
                REJECTED.clone_into(&mut reason);
                continue;
            }
            let evidence = self.prove_candidate(&proposal.text).await;
            if !evidence.is_proven() {
                let failed = evidence.steps.into_iter();
                let failed = failed.filter(|step| step.verdict == Verdict::Failed);
                let detail = failed.filter_map(|step| step.detail).next();
                reason = detail.unwrap_or_else(|| "it could not be proven".to_owned());
                self.engine.asking.remember(text, &proposal.text);
                continue;
            }
            let found = Found {
                by_tests: self.is_shown_by_tests(&proposal, &evidence).await,
                is_shown: self.is_shown(&evidence),
                undecided: self.undecided_tests(&evidence),
                proposal,
                evidence,
                model: reply.model.clone(),
            };
            let is_enough =
                found.by_tests || found.undecided.is_none() && found.proposal.is_one_click();
            reason = found
                .undecided
                .clone()
                .unwrap_or_else(|| TOO_MUCH.to_owned());
            if self
                .best
                .as_ref()
                .is_none_or(|best| found.rank() < best.rank())
            {
                self.best = Some(found);
            }
            if is_enough {
                return None;
            }
        }
        if reply.truncated {
            "the answer was cut off".clone_into(&mut reason);
        }
        Some(Trouble {
            reason,
            is_repeated,
        })
    }

    fn has_failed(&self, proposal: &Proposal) -> bool {
        let asking = &self.engine.asking;
        asking.has_failed(&self.input.text, &proposal.text)
    }

    /// Whether anything shows that the mistake was there, and is not any more.
    fn is_shown(&self, evidence: &Evidence) -> bool {
        let message = &self.finding.message;
        let is_ours = |mistake: &Mistake| is_error(mistake) || mistake.finding.message == *message;
        self.before.iter().any(is_ours)
            || has(evidence, StepKind::Run, Verdict::Passed)
            || has(evidence, StepKind::Tests, Verdict::Passed)
    }

    /// What tests say of a text that compiled before, if they do not pass: for what shows only when the program runs
    /// they are the judge.
    fn undecided_tests(&self, evidence: &Evidence) -> Option<String> {
        let compiled = !self.before.iter().any(is_error);
        let mut steps = evidence.steps.iter();
        let tests = steps.find(|step| step.kind == StepKind::Tests && compiled)?;
        (tests.verdict == Verdict::Inconclusive).then(|| {
            let detail = tests.detail.as_deref();
            detail.unwrap_or("the tests do not pass").to_owned()
        })
    }

    /// Whether tests that failed before pass now.
    async fn is_shown_by_tests(&mut self, proposal: &Proposal, evidence: &Evidence) -> bool {
        if proposal.is_one_click() || !has(evidence, StepKind::Tests, Verdict::Passed) {
            return false;
        }
        if let Some(failed) = self.tests_failed {
            return failed;
        }
        let as_it_is = Change {
            before: &self.input.text,
            after: &self.input.text,
            path: self.input.path.as_deref(),
        };
        let trial = self.engine.prover.run_tests(&as_it_is).await;
        let failed = trial.is_some_and(|trial| trial.verdict != TrialVerdict::Held);
        self.tests_failed = Some(failed);
        failed
    }

    /// What is proven of a text that the model proposes: the mistake is gone and none is new; and it compiles, with the
    /// other mistakes repaired by rule.
    async fn prove_candidate(&mut self, candidate: &str) -> Evidence {
        let version: Version = self.input.python_version.into();
        let mut after = examine(candidate, version, &self.engine.costs);
        hide_warnings(&self.before, &mut after.mistakes);
        let is_own = |mistake: &Mistake| mistake.finding.message == self.finding.message;
        let own = |mistakes: &[Mistake]| mistakes.iter().filter(|mistake| is_own(mistake)).count();
        let is_new = |mistake: &&Mistake| {
            !self
                .before
                .iter()
                .any(|known| known.finding.message == mistake.finding.message)
        };
        let trouble = after.mistakes.iter().find(is_new).or_else(|| {
            let left = own(&after.mistakes);
            let stays = left > 0 && left >= own(&self.before);
            after
                .mistakes
                .iter()
                .find(|mistake| stays && is_own(mistake))
        });
        if let Some(trouble) = trouble {
            let detail = in_line(trouble, candidate);
            return parsed(Verdict::Failed, Some(detail), after.mistakes.len());
        }
        let left = after.mistakes.len();
        let repairs: Vec<_> = after
            .mistakes
            .iter()
            .filter_map(|mistake| mistake.repairs.first())
            .map(|repair| repair.edits.as_slice())
            .collect();
        let others = repairs.len();
        let groups = std::iter::once(after.set_aside.as_slice()).chain(repairs);
        let whole = apply(candidate, &compatible(groups));
        let gate = self.bench.gate(candidate).await;
        let mut evidence = match &whole {
            Ok(whole) => {
                let candidate = Candidate {
                    whole,
                    alone: candidate,
                    others,
                    left,
                };
                self.bench.prove(&candidate).await
            }
            Err(_) => parsed(Verdict::Failed, None, left),
        };
        if left > 0 && !evidence.is_proven() && left < self.before.len() {
            // Another mistake, which no rule repairs, keeps it from compiling.
            evidence = parsed(Verdict::Passed, None, left);
            evidence.steps.push(gate);
        }
        // A model may write anything, and takes longer than the tools do.
        self.bench.climb(&mut evidence, candidate).await;
        evidence
    }
}

impl Found {
    /// Whether it may be offered for one click; otherwise a person should read it first.
    fn is_one_click(&self) -> bool {
        self.proposal.flags.red.is_empty()
            && self.undecided.is_none()
            && self.is_shown
            && (self.by_tests || self.proposal.is_one_click())
    }

    /// Whether no test speaks against it.
    pub(super) fn is_decided(&self) -> bool {
        self.undecided.is_none()
    }

    /// What tests show first, then what may be taken at once, then small changes.
    fn rank(&self) -> (bool, bool, crate::prompt::Change) {
        let is_tested = has(&self.evidence, StepKind::Tests, Verdict::Passed);
        (!is_tested, !self.is_one_click(), self.proposal.change)
    }

    pub(super) fn into_fix(self, finding: &Finding) -> Fix {
        let applicability = if self.is_one_click() {
            Applicability::Unsafe
        } else {
            Applicability::DisplayOnly
        };
        let mut action = format!("Repair {}", finding.code);
        if applicability == Applicability::DisplayOnly && !self.proposal.flags.is_empty() {
            action.push_str("; read it first: it ");
            action.push_str(&self.proposal.flags.in_words());
        }
        Fix {
            id: uuid::Uuid::new_v4().to_string(),
            action,
            applicability,
            edits: self.proposal.edits,
            source: Source::Model { name: self.model },
            evidence: self.evidence,
            // Nobody knows how often a model is right.
            likelihood: 0.5,
            confidence: None,
            replaces: Vec::new(),
        }
    }
}

fn has(evidence: &Evidence, kind: StepKind, verdict: Verdict) -> bool {
    let mut steps = evidence.steps.iter();
    steps.any(|step| step.kind == kind && step.verdict == verdict)
}

fn parsed(verdict: Verdict, detail: Option<String>, errors_left: usize) -> Evidence {
    Evidence {
        steps: vec![Step::new(StepKind::Parse, verdict, 0, detail)],
        errors_left,
        ..Evidence::default()
    }
}

/// A mistake in words that a model can act on.
fn in_line(mistake: &Mistake, text: &str) -> String {
    let line = PositionIndex::new(text);
    let number = line.line_of(mistake.finding.span.start);
    format!(
        "{}, in the line: {}",
        mistake.finding.message,
        line.line_text(text, number).trim()
    )
}
