use std::collections::HashSet;

use super::ports::{
    CompileVerdict, Message, Model, ModelError, ModelErrorKind, ModelReply, ModelRequest, Role,
};
use super::{Engine, Evidence, Fix, Input, Source, Step, StepKind, Verdict};
use crate::diagnose::Finding;
use crate::prompt::{ORDERS, Proposal, Region, another_try, answer_limit, proposals, question};
use crate::text::Applicability;

/// Most answers that a model is asked for about one finding.
const MOST_TRIES: u32 = 3;
/// An answer that was cut off gets this many times more tokens at the next try.
const MORE_TOKENS: u32 = 4;
/// Why an answer that came before is not looked at again.
const REPEATED: &str = "that answer was given before";
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
        let mut ask = Ask {
            engine: self,
            model: model.as_ref(),
            input,
            region,
            progress,
            seen: HashSet::new(),
            best: None,
        };
        let failed = ask.run(&finding.message, &mut outcome).await;
        match (ask.best, failed) {
            (None, Err(error)) => Err(error),
            (best, _) => {
                outcome.fix = best.map(|found| found.into_fix(finding));
                Ok(outcome)
            }
        }
    }

    /// What is proven of a text that a model proposes.
    async fn prove_candidate(&self, input: &Input, candidate: &str) -> Evidence {
        let _ = input;
        let compilation = self.prover.compile(candidate.as_bytes()).await;
        let (verdict, detail) = match compilation.verdict {
            CompileVerdict::Accepted => (Verdict::Passed, None),
            CompileVerdict::Rejected(error) => {
                let line = error.line.map(|line| format!(" in line {line}"));
                let message = format!(
                    "{}: {}{}",
                    error.kind,
                    error.message,
                    line.unwrap_or_default()
                );
                (Verdict::Failed, Some(message))
            }
            CompileVerdict::Unavailable { reason } => (Verdict::Inconclusive, Some(reason)),
        };
        Evidence {
            steps: vec![Step {
                kind: StepKind::Compile,
                verdict,
                millis: compilation.millis,
                detail,
            }],
            interpreter: self.prover.interpreter().await,
            ..Evidence::default()
        }
    }
}

/// One finding that a model is asked about.
struct Ask<'call> {
    engine: &'call Engine,
    model: &'call dyn Model,
    input: &'call Input,
    region: Region,
    progress: &'call (dyn for<'piece> Fn(AskProgress<'piece>) + Send + Sync),
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
    async fn run(&mut self, complaint: &str, outcome: &mut AskOutcome) -> Result<(), ModelError> {
        let first = question(&self.input.text, self.region, complaint);
        let mut messages = vec![message(Role::System, ORDERS), message(Role::User, first)];
        let mut max_tokens = answer_limit(self.region);
        for (number, temperature) in (1..).zip(TEMPERATURES) {
            (self.progress)(AskProgress::Asking(number));
            outcome.tries = number;
            let request = ModelRequest {
                messages: messages.clone(),
                max_tokens,
                temperature,
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
            // The question and the last answer only: what a small model sees repeated, it repeats.
            messages.truncate(2);
            if reply.truncated {
                max_tokens = max_tokens.saturating_mul(MORE_TOKENS);
            } else if !reply.text.trim().is_empty() {
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
            let evidence = self
                .engine
                .prove_candidate(self.input, &proposal.text)
                .await;
            if !evidence.is_proven() {
                let detail = evidence.steps.into_iter().find_map(|step| step.detail);
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
