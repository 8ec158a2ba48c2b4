//! What the commands about the model print.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::ConnectionTest;
use crate::engine::ports::ConnectionStatus;
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
