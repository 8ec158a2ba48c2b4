//! What `salve patterns` prints.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::ports::PatternSummary;
use crate::store::Imported;

/// The patterns.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternsListOutput {
    /// The database's file.
    pub database: String,
    /// The patterns, the last used first.
    pub patterns: Vec<PatternSummary>,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternsForgetOutput {
    /// How many patterns.
    pub patterns: u64,
    /// Copies of the record that were removed, since they held it too.
    pub removed_copies: Vec<String>,
    /// Damaged records that were put aside and may still hold it.
    pub damaged_records: Vec<String>,
    /// Why some bytes may still be there for a while.
    pub trouble: Option<String>,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternsExportOutput {
    /// The file that was written.
    pub file: String,
    /// How many patterns it holds.
    pub patterns: usize,
    /// How many templates it holds.
    pub templates: usize,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternsImportOutput {
    /// The file that was read.
    pub file: String,
    /// What became of it.
    #[serde(flatten)]
    pub imported: Imported,
}
