//! The way to a model's answer, step by step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A step on the way to a model's answer, in the order in which they are taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ProbeStep {
    /// The name of the host leads to an address.
    Address,
    /// Somebody listens there.
    Port,
    /// The server proves who it is.
    Tls,
    /// It answers as a model's server does.
    Server,
    /// It takes the key.
    Key,
    /// It has the model.
    Model,
    /// The model answers a question.
    Answer,
}

impl ProbeStep {
    /// Every step, in order.
    pub const ALL: [Self; 7] = [
        Self::Address,
        Self::Port,
        Self::Tls,
        Self::Server,
        Self::Key,
        Self::Model,
        Self::Answer,
    ];

    /// The step in a person's words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Address => "address resolves",
            Self::Port => "port open",
            Self::Tls => "TLS",
            Self::Server => "server answers",
            Self::Key => "key accepted",
            Self::Model => "model present",
            Self::Answer => "real answer",
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// As it should.
    Passed,
    /// This is what is wrong.
    Failed,
    /// It does not apply, such as TLS to a server that speaks none.
    Skipped,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Probed {
    /// The step.
    pub step: ProbeStep,
    /// How it went.
    pub outcome: ProbeOutcome,
    /// What was found, in plain words.
    pub detail: String,
    /// What to do next, where it failed.
    pub hint: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: u64,
}
