//! Whether a model answers, found out step by step.

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ports::{
    Message, Model, ModelError, ModelErrorKind, ModelRequest, ProbeOutcome, ProbeStep, Probed,
    Purpose, Role,
};

/// Most tokens of the answer. Some services take no fewer.
const FEW_TOKENS: u32 = 16;

/// What came of a test, and where the way to an answer ends if it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionTest {
    /// The provider's name, such as `lmstudio`.
    pub provider: String,
    /// The address, without a key.
    pub url: String,
    /// The model that was asked, where one is chosen.
    pub model: Option<String>,
    /// Whether every step went as it should.
    pub passed: bool,
    /// The steps that were taken, in order; the last one is the one that failed, if one did.
    pub steps: Vec<Probed>,
}

impl ConnectionTest {
    /// The step that failed.
    pub fn failure(&self) -> Option<&Probed> {
        self.steps
            .iter()
            .find(|step| step.outcome == ProbeOutcome::Failed)
    }
}

/// Goes the way to an answer: all free steps first, then a real question, as small as one can be. Hands each step to
/// `on_step` when it was taken, and ends with the first that fails.
pub async fn test_connection(
    model: &dyn Model,
    on_step: &(dyn Fn(&Probed) + Send + Sync),
) -> ConnectionTest {
    let mut steps = model.probe(on_step).await;
    let is_free_way_open = steps
        .iter()
        .all(|step| step.outcome != ProbeOutcome::Failed);
    if is_free_way_open {
        let answer = ask(model).await;
        on_step(&answer);
        // What the answer shows to be wrong was taken for right before.
        steps.retain(|step| step.step < answer.step);
        steps.push(answer);
    }
    let status = model.status();
    ConnectionTest {
        passed: steps
            .iter()
            .all(|step| step.outcome != ProbeOutcome::Failed),
        provider: status.provider,
        url: status.url,
        model: status.model,
        steps,
    }
}

/// The last step; or an earlier one, if the answer shows that this is what is wrong.
async fn ask(model: &dyn Model) -> Probed {
    let request = ModelRequest {
        messages: vec![Message {
            role: Role::User,
            content: "Answer with one word: yes".to_owned(),
        }],
        max_tokens: FEW_TOKENS,
        temperature: 0.0,
        purpose: Purpose::Test,
        ..ModelRequest::default()
    };
    let started = Instant::now();
    let outcome = model.complete(&request, &|_| {}).await;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match outcome {
        Ok(reply) => Probed {
            step: ProbeStep::Answer,
            outcome: ProbeOutcome::Passed,
            detail: format!("{} answered", reply.model),
            hint: None,
            millis,
        },
        Err(error) => failed(step_of(error.kind), error, millis),
    }
}

/// The step that an error of a question belongs to.
const fn step_of(kind: ModelErrorKind) -> ProbeStep {
    match kind {
        // Many servers list their models for everybody, and ask for the key only now.
        ModelErrorKind::Auth => ProbeStep::Key,
        ModelErrorKind::ModelMissing => ProbeStep::Model,
        _ => ProbeStep::Answer,
    }
}

fn failed(step: ProbeStep, error: ModelError, millis: u64) -> Probed {
    Probed {
        step,
        outcome: ProbeOutcome::Failed,
        detail: error.message,
        hint: error.hint,
        millis,
    }
}
