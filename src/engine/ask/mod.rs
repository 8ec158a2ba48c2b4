//! A model is asked about one finding, and what it answers is proven.

mod asking;
mod attempt;
mod prompt;

use std::collections::HashSet;

pub use asking::Asking;
pub use prompt::{Preview, Redacted};

use attempt::{Attempt, Found};
use prompt::Prompt;

use super::heal::HealedFinding;
use super::ports::{ModelError, ModelErrorKind, ModelReply, Spending};
use super::proof::Bench;
use super::{Engine, Fix, Input, Spend, record};
use crate::diagnose::Finding;
use crate::learn::signature;
use crate::prompt::{APPROACHES, Failure};
use crate::repair::examine;

/// An answer that was cut off gets this many times more tokens at the next try.
const MORE_TOKENS: u32 = 4;

/// A model that has given the same answers this often stands by what was proven of them.
const STANDS_BY: u32 = 2;

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
    /// The proven fix, if there is one: [`Applicability::Unsafe`](crate::text::Applicability::Unsafe) if it is small or
    /// tests show that it is right, else [`Applicability::DisplayOnly`](crate::text::Applicability::DisplayOnly). Never
    /// safe: a model's meaning is never certain.
    pub fix: Option<Fix>,
    /// The model that answered last, as its provider names it.
    pub model: Option<String>,
    /// How many answers were asked for.
    pub tries: u32,
    /// Tokens of all prompts, where the provider counts them.
    pub tokens_in: Option<u64>,
    /// Tokens of all answers, where the provider counts them.
    pub tokens_out: Option<u64>,
    /// How many secrets were replaced in all that was sent.
    pub redactions: u32,
    /// Why each answer that was no good was none, in plain words; without a try, why nothing was sent.
    pub failures: Vec<String>,
}

impl Engine {
    /// Asks the model to cure a finding, proves what it answers, and tells it why an answer was no good.
    ///
    /// Dropping the future cancels the question down to the server and the proof down to its process. Nothing is
    /// recorded.
    ///
    /// # Errors
    /// When the model cannot be asked, or fails before anything could be proven; [`ModelErrorKind::BudgetSpent`] where
    /// the person has to agree first.
    pub async fn ask(
        &self,
        input: &Input,
        finding: &Finding,
        spend: Spend,
        progress: &(dyn for<'piece> Fn(AskProgress<'piece>) + Send + Sync),
    ) -> Result<AskOutcome, ModelError> {
        let Some(model) = &self.model else {
            return Err(ModelError {
                kind: ModelErrorKind::Configuration,
                message: "no model is configured".to_owned(),
                hint: Some("set `model.provider`, or `salve config load-defaults`".to_owned()),
                retry_after_millis: None,
            });
        };
        let mut outcome = AskOutcome::default();
        let mut prompt = match Prompt::new(self, input, finding) {
            Ok(prompt) => prompt,
            Err(reason) => {
                outcome.failures.push(reason);
                return Ok(outcome);
            }
        };
        let version = input.python_version.into();
        let mut attempt = Attempt {
            engine: self,
            input,
            finding,
            bench: Bench::new(self.prover.as_ref(), input).await.of_model(),
            before: examine(&input.text, version, &self.costs).mistakes,
            // A record that cannot be read forbids nothing.
            rejected: self
                .knowledge
                .rejected(&signature(
                    &input.text,
                    &finding.cluster(),
                    finding.span.start,
                ))
                .unwrap_or_default(),
            seen: HashSet::new(),
            tests_failed: None,
            best: None,
        };
        let mut spent = Spending::default();
        let mut room = 1;
        let mut repeated = 0;
        let mut failure: Option<Failure> = None;
        for (number, approach) in (1..).zip(APPROACHES) {
            progress(AskProgress::Asking(number));
            outcome.tries = number;
            let mut request = prompt.request(approach, failure.as_ref());
            request.max_tokens = request.max_tokens.saturating_mul(room);
            request.already_spent = spent;
            request.beyond_budget = spend == Spend::BeyondBudget;
            outcome.redactions = outcome.redactions.saturating_add(request.redactions);
            let pass_on = |piece: &str| progress(AskProgress::Piece(piece));
            let reply = match model.complete(&request, &pass_on).await {
                Ok(reply) => reply,
                Err(_) if attempt.best.is_some() => break,
                Err(error) => return Err(error),
            };
            count(&mut outcome, &reply);
            spent.tokens = spent.tokens.saturating_add(reply.spent.tokens);
            spent.cost_micros = spent.cost_micros.saturating_add(reply.spent.cost_micros);
            progress(AskProgress::Proving);
            let Some(trouble) = attempt.prove(&reply, &prompt).await else {
                break;
            };
            repeated += u32::from(trouble.is_repeated);
            if repeated >= STANDS_BY && attempt.best.as_ref().is_some_and(Found::is_decided) {
                break;
            }
            if reply.truncated {
                room = MORE_TOKENS;
            } else if !trouble.is_repeated && !reply.text.trim().is_empty() {
                failure = Some(Failure {
                    answer: reply.text,
                    reason: trouble.reason.clone(),
                });
            }
            outcome.failures.push(trouble.reason);
        }
        outcome.fix = attempt.best.map(|found: Found| found.into_fix(finding));
        Ok(outcome)
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

fn count(outcome: &mut AskOutcome, reply: &ModelReply) {
    let add = |total: Option<u64>, more: Option<u64>| match (total, more) {
        (None, None) => None,
        (total, more) => Some(total.unwrap_or(0).saturating_add(more.unwrap_or(0))),
    };
    outcome.tokens_in = add(outcome.tokens_in, reply.tokens_in);
    outcome.tokens_out = add(outcome.tokens_out, reply.tokens_out);
    outcome.model = Some(reply.model.clone());
}
