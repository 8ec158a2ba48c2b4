//! What the commands about the model print.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::engine::ConnectionTest;
use crate::engine::ports::{ConnectionStatus, ListedModel, ModelCall, Spending};
use crate::llm::RunningServer;

/// The connection to the model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelStatusOutput {
    /// How it stands.
    #[serde(flatten)]
    pub status: ConnectionStatus,
}

/// A test of the model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelTestOutput {
    /// What came of it.
    #[serde(flatten)]
    pub test: ConnectionTest,
    /// The servers of models on this machine that could be used instead, if it failed.
    pub running: Vec<RunningServer>,
}

/// The models of a server.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelListOutput {
    /// The provider's name, such as `lmstudio`.
    pub provider: String,
    /// The address, without a key.
    pub url: String,
    /// The models, in the server's own order.
    pub models: Vec<ListedModel>,
}

/// A choice of a model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelUseOutput {
    /// The file that was changed.
    pub saved_to: String,
    /// What was set in it.
    pub settings: Map<String, Value>,
}

/// The keys that there are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelKeysOutput {
    /// One for each provider that has one.
    pub keys: Vec<KeyOutput>,
}

/// That there is a key.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyOutput {
    /// Whose it is.
    pub provider: String,
    /// Where it comes from.
    pub from: String,
}

/// What was sent to models.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelCallsOutput {
    /// The calls, the newest first.
    pub calls: Vec<ModelCall>,
    /// What models that are not local used up since midnight (UTC).
    pub today: Spending,
    /// What they used up since the first of the month (UTC).
    pub month: Spending,
}
