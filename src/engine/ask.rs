use std::collections::HashSet;

use super::heal::{HealedFinding, compatible, hide_warnings};
use super::ports::{Message, Model, ModelError, ModelErrorKind, ModelReply, ModelRequest, Role};
use super::proof::{Bench, Candidate};
use super::{Engine, Evidence, Fix, Input, Source, Step, StepKind, Verdict, record};
use crate::diagnose::Finding;
use crate::lang::python::Version;
use crate::learn::{edit_hash, signature};
use crate::prompt::{ORDERS, Proposal, Region, another_try, answer_limit, proposals, question};
use crate::repair::{CostModel, Mistake, examine};
use crate::text::{Applicability, PositionIndex, apply};

/// Most answers that a model is asked for about one finding.
const MOST_TRIES: u32 = 3;
/// An answer that was cut off gets this many times more tokens at the next try.
const MORE_TOKENS: u32 = 4;
/// Why an answer that came before is not looked at again.
const REPEATED: &str = "that answer was given before";
/// Why an answer that a person turned down is not offered again.
const REJECTED: &str = "that answer was rejected before";
/// The first answer is the model's likeliest; later ones have to differ.
const TEMPERATURES: [f32; MOST_TRIES as usize] = [0.0, 0.4, 0.8];

/// How far an ask has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskProgress<'piece> {
    /// An answer is asked for; the number of the try, from one.
    Asking(u32),
    /// A piece of the answer came.
    Piece(&'piece str),
    /// What the answer means is being proven.
    Proving,
}

/// What came of asking a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AskOutcome {
    /// The proven fix, if there is one: [`Applicability::Unsafe`] if it is small, else
    /// [`Applicability::DisplayOnly`]. Never safe: a model's meaning is never certain.
    pub fix: Option<Fix>,
    /// The model that answered last, as its provider names it.
    pub model: Option<String>,
    /// How many answers were asked for.
    pub tries: u32,
    /// Tokens of all prompts, where the provider counts them.
    pub tokens_in: Option<u64>,
    /// Tokens of all answers, where the provider counts them.
    pub tokens_out: Option<u64>,
    /// Why each answer that was no good was none, in plain words.
    pub failures: Vec<String>,
}

impl Engine {
    /// Asks the model to cure a finding, proves what it answers, and tells it why an answer was no good.
    ///
    /// Dropping the future cancels the question down to the server and the proof down to its process. Nothing is
    /// recorded.
    ///
    /// # Errors
    /// When the model cannot be asked, or fails before anything could be proven.
    pub async fn ask(
        &self,
        input: &Input,
        finding: &Finding,
        progress: &(dyn for<'piece> Fn(AskProgress<'piece>) + Send + Sync),
    ) -> Result<AskOutcome, ModelError> {
        let Some(model) = &self.model else {
            return Err(ModelError {
                kind: ModelErrorKind::Configuration,
                message: "no model is configured".to_owned(),
                hint: Some("set `provider` and `url` of the model in the configuration".to_owned()),
                retry_after_millis: None,
            });
        };
        let mut outcome = AskOutcome::default();
        let Some(region) = Region::around(&input.text, finding.span) else {
            let reason = "the lines concerned are too long to be sent to a model";
            outcome.failures.push(reason.to_owned());
            return Ok(outcome);
        };
        let version = input.python_version.into();
        let at = finding.span.start;
        let mut ask = Ask {
            model: model.as_ref(),
            input,
            finding,
            region,
            progress,
            bench: Bench::new(self.prover.as_ref(), input).await,
            before: examine(&input.text, version, &self.costs).mistakes,
            costs: &self.costs,
            // A record that cannot be read forbids nothing.
            rejected: self
                .knowledge
                .rejected(&signature(&input.text, &finding.cluster(), at))
                .unwrap_or_default(),
            seen: HashSet::new(),
            best: None,
        };
        let failed = ask.run(&mut outcome).await;
        match (ask.best, failed) {
            (None, Err(error)) => Err(error),
            (best, _) => {
                outcome.fix = best.map(|found| found.into_fix(finding));
                Ok(outcome)
            }
        }
    }

    /// Notes in the record that a model's fix was shown to a person, with what it cost.
    pub fn record_asked(&self, input: &Input, finding: &Finding, outcome: &AskOutcome) {
        let healed = HealedFinding {
            finding: finding.clone(),
            fixes: outcome.fix.iter().cloned().collect(),
        };
        let mut shown = record::shown(input, &healed, self.clock.now());
        for candidate in &mut shown.candidates {
            candidate.tokens_in = outcome.tokens_in;
            candidate.tokens_out = outcome.tokens_out;
        }
        self.knowledge.shown(shown);
    }
}

/// One finding that a model is asked about.
struct Ask<'call> {
    model: &'call dyn Model,
    input: &'call Input,
    costs: &'call CostModel,
    finding: &'call Finding,
    region: Region,
    progress: &'call (dyn for<'piece> Fn(AskProgress<'piece>) + Send + Sync),
    bench: Bench<'call>,
    /// The mistakes of the text as it is.
    before: Vec<Mistake>,
    /// Names of the edits that the person turned down for such a finding.
    rejected: Vec<String>,
    /// Texts that were proposed before: what failed once is not tried, and not offered, again.
    seen: HashSet<String>,
    best: Option<Found>,
}

/// A proposal that was proven.
struct Found {
    proposal: Proposal,
    evidence: Evidence,
    model: String,
}

impl Ask<'_> {
    async fn run(&mut self, outcome: &mut AskOutcome) -> Result<(), ModelError> {
        let first = question(&self.input.text, self.region, &self.finding.message);
        let mut messages = vec![message(Role::System, ORDERS), message(Role::User, first)];
        let mut max_tokens = answer_limit(self.region);
        for (number, temperature) in (1..).zip(TEMPERATURES) {
            (self.progress)(AskProgress::Asking(number));
            outcome.tries = number;
            let request = ModelRequest {
                messages: messages.clone(),
                max_tokens,
                temperature,
                ..ModelRequest::default()
            };
            let pass_on = |piece: &str| (self.progress)(AskProgress::Piece(piece));
            let reply = self.model.complete(&request, &pass_on).await?;
            count(outcome, &reply);
            (self.progress)(AskProgress::Proving);
            let Some(reason) = self.prove(&reply).await else {
                return Ok(());
            };
            if reason == REPEATED && self.best.is_some() {
                // The model stands by what was proven already.
                return Ok(());
            }
            // The question and the last answer only, and no answer that was repeated: what a small model sees, it says
            // again.
            messages.truncate(2);
            if reply.truncated {
                max_tokens = max_tokens.saturating_mul(MORE_TOKENS);
            } else if reason != REPEATED && !reply.text.trim().is_empty() {
                messages.push(message(Role::Assistant, reply.text));
                messages.push(message(Role::User, another_try(&reason)));
            }
            outcome.failures.push(reason);
        }
        Ok(())
    }

    /// Proves what an answer may mean; `None` if that gives a fix to offer at once, else why it does not.
    async fn prove(&mut self, reply: &ModelReply) -> Option<String> {
        let all = proposals(&self.input.text, self.region, &reply.text);
        let mut reason = if all.is_empty() {
            "the answer does not hold the corrected code, or changes nothing"
        } else {
            REPEATED
        }
        .to_owned();
        for proposal in all {
            if !self.seen.insert(proposal.text.clone()) {
                continue;
            }
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
                let failed = evidence
                    .steps
                    .into_iter()
                    .find(|step| step.verdict == Verdict::Failed);
                let detail = failed.and_then(|step| step.detail);
                reason = detail.unwrap_or_else(|| "it could not be proven".to_owned());
                continue;
            }
            let one_click = proposal.is_one_click();
            let is_better = self
                .best
                .as_ref()
                .is_none_or(|best| rank(&proposal) < rank(&best.proposal));
            if is_better {
                self.best = Some(Found {
                    proposal,
                    evidence,
                    model: reply.model.clone(),
                });
            }
            if one_click {
                return None;
            }
            reason =
                "it changes more than the error needs; keep everything else as it is".to_owned();
        }
        Some(if reply.truncated {
            "the answer was cut off".to_owned()
        } else {
            reason
        })
    }
}

impl Ask<'_> {
    /// What is proven of a text that the model proposes: the mistake is gone and none is new; and it compiles, with the
    /// other mistakes repaired by rule.
    async fn prove_candidate(&mut self, candidate: &str) -> Evidence {
        let version: Version = self.input.python_version.into();
        let mut after = examine(candidate, version, self.costs);
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

impl Found {
    fn into_fix(self, finding: &Finding) -> Fix {
        Fix {
            id: uuid::Uuid::new_v4().to_string(),
            action: format!("Repair {}", finding.code),
            applicability: if self.proposal.is_one_click() {
                Applicability::Unsafe
            } else {
                Applicability::DisplayOnly
            },
            edits: self.proposal.edits,
            source: Source::Model { name: self.model },
            evidence: self.evidence,
            // Nobody knows how often a model is right.
            likelihood: 0.5,
            replaces: Vec::new(),
        }
    }
}

/// Small changes first.
fn rank(proposal: &Proposal) -> (bool, crate::prompt::Change) {
    (!proposal.is_one_click(), proposal.change)
}

fn message(role: Role, content: impl Into<String>) -> Message {
    Message {
        role,
        content: content.into(),
    }
}

fn count(outcome: &mut AskOutcome, reply: &ModelReply) {
    let add = |total: Option<u64>, more: Option<u64>| match (total, more) {
        (None, None) => None,
        (total, more) => Some(total.unwrap_or(0).saturating_add(more.unwrap_or(0))),
    };
    outcome.tokens_in = add(outcome.tokens_in, reply.tokens_in);
    outcome.tokens_out = add(outcome.tokens_out, reply.tokens_out);
    outcome.model = Some(reply.model.clone());
}
