//! What is known of the connection to a model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the connection stands. Never claims more than was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// No model is configured.
    Off,
    /// Configured, not checked yet.
    Unchecked,
    /// Nobody answers.
    Unreachable,
    /// The key was refused.
    AuthFailed,
    /// The server answers, but has no such model.
    ModelMissing,
    /// The server has the model, but has not loaded it: the first answer takes as long as loading does.
    Cold,
    /// The server is loading the model.
    Loading,
    /// The server answers, takes the key and has the model; no completion has come back since the last failure.
    Reachable,
    /// A completion came back, and nothing failed since.
    Ready,
    /// The server asks to be left alone for a while.
    RateLimited,
    /// The server answers with errors.
    Failing,
}

impl ConnectionState {
    /// Whether nothing is known that would keep a question from being answered.
    pub const fn answers(self) -> bool {
        matches!(
            self,
            Self::Cold | Self::Loading | Self::Reachable | Self::Ready
        )
    }

    /// The state in a person's words, to follow the provider and the model.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unchecked => "not checked yet",
            Self::Unreachable => "nobody answers",
            Self::AuthFailed => "the key was refused",
            Self::ModelMissing => "the server has no such model",
            Self::Cold => "the model is not loaded yet",
            Self::Loading => "the model is being loaded",
            Self::Reachable => "reachable",
            Self::Ready => "ready",
            Self::RateLimited => "asks to be left alone for a while",
            Self::Failing => "fails",
        }
    }
}

/// The connection to the model as far as it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionStatus {
    /// What is known.
    pub state: ConnectionState,
    /// The provider's name, such as `lmstudio`.
    pub provider: String,
    /// The address that is used, without a key.
    pub url: String,
    /// The model that is used, where one is chosen.
    pub model: Option<String>,
    /// When the present state began, in Unix seconds.
    pub since: Option<i64>,
    /// Since when the server has answered without interruption, in Unix seconds; `null` while it does not.
    pub up_since: Option<i64>,
    /// When the server was asked last, in Unix seconds.
    pub checked_at: Option<i64>,
    /// Round trip of the last check in milliseconds.
    pub latency_millis: Option<u64>,
    /// Until when the server asks to be left alone, in Unix seconds; `null` if it does not.
    pub limited_until: Option<i64>,
    /// What is wrong now, in plain words; `null` if nothing is.
    pub error: Option<String>,
    /// The last failure, also if it is over.
    pub last_error: Option<PastError>,
}

/// A failure that may be over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PastError {
    /// When, in Unix seconds.
    pub at: i64,
    /// What happened, in plain words.
    pub message: String,
}

impl ConnectionStatus {
    /// The status of a connection that nobody has looked at, to a server of which nothing else is known.
    pub fn new(state: ConnectionState, provider: &str, url: &str) -> Self {
        Self {
            state,
            provider: provider.to_owned(),
            url: url.to_owned(),
            model: None,
            since: None,
            up_since: None,
            checked_at: None,
            latency_millis: None,
            limited_until: None,
            error: None,
            last_error: None,
        }
    }

    /// Whether it says more than when the server was asked, and how fast it answered, to somebody who was told `known`.
    pub fn is_news_after(&self, known: &Self) -> bool {
        (
            &self.state,
            &self.provider,
            &self.url,
            &self.model,
            &self.error,
        ) != (
            &known.state,
            &known.provider,
            &known.url,
            &known.model,
            &known.error,
        )
    }
}
