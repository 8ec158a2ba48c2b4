use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use crate::engine::Preview;

/// What a model would be sent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptsOutput {
    /// One for each finding that would be asked about, in the order of the files.
    pub prompts: Vec<PromptOutput>,
    /// The files that could not be examined.
    pub problems: Vec<Problem>,
}

/// What a model would be sent about one finding.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptOutput {
    /// The path as it was given or found.
    pub path: String,
    /// The line of the finding, from one.
    pub line: u32,
    /// What would be sent; `null` if nothing would be.
    pub prompt: Option<Preview>,
    /// Why nothing would be sent.
    pub refused: Option<String>,
}
