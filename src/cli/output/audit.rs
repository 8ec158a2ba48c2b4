//! What the commands about the audit log print.

use schemars::JsonSchema;
use serde::Serialize;

/// Whether the entries of the audit log fit together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerifyOutput {
    /// The database's file.
    pub database: String,
    /// How many entries there are.
    pub entries: u64,
    /// The hash of the last entry, in hexadecimal; `null` where there is none.
    pub head: Option<String>,
    /// The first entry that does not fit; `null` if all do.
    pub wrong: Option<MisfitOutput>,
    /// Whether the head that was given is the hash of one of the entries; `null` if none was given.
    pub has_head: Option<bool>,
}

/// An entry that does not fit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MisfitOutput {
    /// Its number.
    pub seq: i64,
    /// Why it does not fit.
    pub why: String,
}

/// An audit log that was written into a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditExportOutput {
    /// The file.
    pub file: String,
    /// How many entries it holds.
    pub entries: usize,
    /// The hash of the last entry, in hexadecimal; `null` where there is none.
    pub head: Option<String>,
}
