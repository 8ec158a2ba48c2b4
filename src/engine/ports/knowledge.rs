//! What salve remembers of findings, fixes and what people made of them.

use serde::{Deserialize, Serialize};

use super::PatternStats;
use crate::engine::{Evidence, Source};
use crate::learn::Template;

pub use crate::learn::KnownTemplate;

/// A finding that was shown to a person, and the proven fixes shown with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Language, such as `python`.
    pub language: String,
    /// `SYN.MISSING_COLON`
    pub code: String,
    /// `SYN.MISSING_COLON:function_def`
    pub cluster: String,
    /// What found it: `parse`, `name`.
    pub source: String,
    /// SHA-256 of the file's path, in hexadecimal; the path itself is not recorded.
    pub file_hash: String,
    /// SHA-256 of the workspace's root, in hexadecimal.
    pub workspace_id: Option<String>,
    /// Interpreter and version, where known.
    pub tool_version: Option<String>,
    /// Line from one.
    pub line: u32,
    /// What the finding has in common with others of its shape: the rejected edits are kept by it.
    pub signature: String,
    /// When, in Unix seconds.
    pub at: i64,
    /// The fixes, best first.
    pub candidates: Vec<ShownFix>,
}

/// A proven fix as it goes into the record.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownFix {
    /// The fix's id.
    pub id: String,
    /// Who proposed it.
    pub source: Source,
    /// What it does, for people: becomes the pattern's description.
    pub description: String,
    /// SHA-256 of the edits relative to the finding, in hexadecimal.
    pub edit_hash: String,
    /// What the edit inserts and deletes, with names and literals abstracted: the pattern's key beside the cluster.
    pub skeleton: String,
    /// The proof.
    pub evidence: Evidence,
    /// The text around the edit before and after, redacted to tokens; an example of the pattern.
    pub before: String,
    /// See `before`.
    pub after: String,
    /// Milliseconds from request to proof.
    pub latency_millis: u64,
    /// Tokens of the prompt, for a model's fix.
    pub tokens_in: Option<u64>,
    /// Tokens of the answer, for a model's fix.
    pub tokens_out: Option<u64>,
    /// How likely it was said to be right, 0 to 1; `None` where nothing was said.
    pub confidence: Option<f64>,
    /// The editor's version of the document, where there is one.
    pub document_version: Option<i32>,
    /// The change as templates, the most specific first; empty if it is too large to be one.
    pub templates: Vec<Template>,
}

/// What became of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person applied it.
    Accepted,
    /// It was applied, and is still there after the next save, or ten minutes later.
    Survived,
    /// It was applied, and taken back within a minute.
    Undone,
    /// It was applied, and then the person changed the place again, or the error came back.
    EditedAway,
    /// It was shown, and the person took another one for the same finding.
    PassedOver,
    /// The person said no.
    Rejected,
}

/// Why the record could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct KnowledgeError {
    /// What happened, with the file concerned.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl KnowledgeError {
    /// What happened and what to do about it, in one line.
    pub fn in_one_line(&self) -> String {
        super::in_one_line(&self.message, self.hint.as_deref())
    }
}

/// What salve remembers. Recording never waits and never fails the caller: healing goes on without a database.
pub trait Knowledge: Send + Sync {
    /// Notes a finding and the fixes that were shown.
    fn shown(&self, shown: Shown);

    /// Notes what became of a fix that was shown before.
    fn outcome(&self, fix_id: &str, outcome: Outcome, at: i64);

    /// Edit hashes that were rejected for findings of this signature. May wait for the disk.
    fn rejected(&self, signature: &str) -> Result<Vec<String>, KnowledgeError>;

    /// The templates for what a parser complains about, such as `SYN.MISSING_COLON:if`, the most trusted first. Fast
    /// enough for every keystroke: a writer never holds it up.
    fn templates(
        &self,
        language: &str,
        complaint: &str,
    ) -> Result<Vec<KnownTemplate>, KnowledgeError>;

    /// Notes whether what a template made of a text was proven.
    fn validated(&self, template: i64, holds: bool, at: i64);

    /// The totals. May wait for the disk.
    fn statistics(&self) -> Result<PatternStats, KnowledgeError>;

    /// Waits until everything that was noted is on disk.
    fn flush(&self) -> Result<(), KnowledgeError>;

    /// Why nothing is being recorded, if so.
    fn trouble(&self) -> Option<KnowledgeError>;
}
