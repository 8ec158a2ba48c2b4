//! The record of calls to models: what was sent to whom, what it cost, and what providers taught about themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{KnowledgeError, ModelErrorKind, Purpose};

/// A call to a model as it goes into the record. Never holds a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelCall {
    /// When it began, in Unix seconds.
    pub at: i64,
    /// The provider's name, such as `lmstudio`.
    pub provider: String,
    /// The address, without a key.
    pub url: String,
    /// The model, where one was chosen.
    pub model: Option<String>,
    /// Whether the server is on this machine or in a private network, so that the call is free.
    pub local: bool,
    /// What it was for.
    pub purpose: Purpose,
    /// Bytes of the messages that were sent, in UTF-8.
    pub bytes_sent: u64,
    /// Bytes of the answer's text, in UTF-8.
    pub bytes_received: u64,
    /// Tokens of the prompt: the provider's count, or an estimate.
    pub tokens_in: u64,
    /// Tokens of the answer: the provider's count, or an estimate.
    pub tokens_out: u64,
    /// What it cost, in millionths of the currency of the configured prices; `null` where no price is known.
    pub cost_micros: Option<u64>,
    /// How many secrets were replaced before anything was sent.
    pub redactions: u32,
    /// Wall time in milliseconds.
    pub millis: u64,
    /// What came of it.
    pub outcome: CallOutcome,
    /// The messages as they were sent; only if the person turned that on.
    pub text: Option<String>,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// The model answered.
    Answered,
    /// Whoever asked gave up before the answer was there.
    Cancelled,
    /// It failed in this way.
    Failed(ModelErrorKind),
}

/// A stretch of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// From midnight.
    Day,
    /// From the first midnight of the month.
    Month,
}

/// What models that are not local have used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Spending {
    /// Tokens of prompts and answers.
    pub tokens: u64,
    /// What they cost, in millionths of the currency of the configured prices.
    pub cost_micros: u64,
}

/// A parameter that a model does not take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RefusedParameter {
    /// The provider's name.
    pub provider: String,
    /// The address, without a key.
    pub url: String,
    /// The model.
    pub model: String,
    /// The parameter, as the protocol spells it.
    pub parameter: String,
}

/// Remembers calls to models. Recording never waits and never fails the caller.
pub trait Ledger: Send + Sync {
    /// Notes a call.
    fn called(&self, call: ModelCall);

    /// What was used up in the period around `now` (Unix seconds) by models that are not local. May wait for the disk.
    fn spent(&self, period: Period, now: i64) -> Result<Spending, KnowledgeError>;

    /// The last calls, newest first. May wait for the disk.
    fn calls(&self, most: usize) -> Result<Vec<ModelCall>, KnowledgeError>;

    /// Notes that a model does not take a parameter.
    fn refused(&self, parameter: RefusedParameter);

    /// The parameters that models do not take. May wait for the disk.
    fn refused_parameters(&self) -> Result<Vec<RefusedParameter>, KnowledgeError>;
}
