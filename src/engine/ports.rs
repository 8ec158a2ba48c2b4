//! What the engine needs from outside. Adapters implement these; tests use the real adapters.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Evidence, Source};

/// The time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

/// What the project's interpreter says of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileVerdict {
    /// It compiles.
    Accepted,
    /// It does not.
    Rejected(CompileError),
    /// Nobody could say: no interpreter, it hung, it died.
    Unavailable {
        /// Why, and what to do about it.
        reason: String,
    },
}

/// An interpreter's complaint about a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileError {
    /// The exception's class, such as `SyntaxError`.
    pub kind: String,
    /// The exception's message.
    pub message: String,
    /// Line from one; `None` where the interpreter names none.
    pub line: Option<u32>,
    /// Column from one in characters; `None` where the interpreter names none.
    pub column: Option<u32>,
}

/// A compile step's outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compilation {
    /// What was found.
    pub verdict: CompileVerdict,
    /// Wall time in milliseconds.
    pub millis: u64,
}

/// A text before and after a fix, for tools that judge the difference.
#[derive(Debug, Clone, Copy)]
pub struct Change<'text> {
    /// The text before.
    pub before: &'text str,
    /// The text after.
    pub after: &'text str,
    /// The file's path, where it has one.
    pub path: Option<&'text str>,
}

/// What a tool of the project says of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolVerdict {
    /// It has nothing to say that it did not say before.
    NothingNew,
    /// It complains about what the fix brings in, in its own words, each with its code.
    New(Vec<String>),
    /// It could not say: it is not installed, failed, or took too long.
    Unavailable {
        /// Why, and what to do about it.
        reason: String,
    },
}

/// The outcome of a step that a tool of the project takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolReport {
    /// The tool, such as `ruff`.
    pub tool: &'static str,
    /// What it found.
    pub verdict: ToolVerdict,
    /// Wall time in milliseconds.
    pub millis: u64,
}

/// What running the person's program in the sandbox says of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What was found.
    pub verdict: TrialVerdict,
    /// In a person's words.
    pub detail: String,
    /// How many tests passed, where tests were run.
    pub tests: Option<u32>,
    /// Wall time in milliseconds, both texts together.
    pub millis: u64,
}

/// What was found by running the text before and the text after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrialVerdict {
    /// The text before showed its error, the text after does not; or the tests pass.
    Held,
    /// The text after does what the fix should have ended, or breaks what worked.
    Broken,
    /// Neither: it was denied something, waits for input, takes too long, or shows another error.
    Undecided,
}

/// Proves texts outside this process: first what runs nothing of the person's program.
///
/// Dropping a future gives its work up.
#[async_trait]
pub trait Prover: Send + Sync {
    /// Compiles `source` with the project's interpreter.
    async fn compile(&self, source: &[u8]) -> Compilation;

    /// The interpreter in a person's words: `CPython 3.11.7 (/usr/bin/python3)`; `None` when there is none.
    async fn interpreter(&self) -> Option<String>;

    /// What the project's linter says of a change; `None` if the project uses none.
    async fn lint(&self, _change: &Change<'_>) -> Option<ToolReport> {
        None
    }

    /// What the project's type checker says of a change; `None` if the project uses none, or may not be trusted.
    async fn check_types(&self, _change: &Change<'_>) -> Option<ToolReport> {
        None
    }

    /// Runs the program before and after a change in the sandbox; `None` if that was not permitted, or the file is not
    /// one to run.
    ///
    /// A program can make its own verdict look as it likes. So what comes of this only ever adds to the evidence.
    async fn run(&self, _change: &Change<'_>) -> Option<Trial> {
        None
    }

    /// Runs the tests that concern the file, before and after a change, in the sandbox; `None` if that was not
    /// permitted, or there are none.
    async fn run_tests(&self, _change: &Change<'_>) -> Option<Trial> {
        None
    }

    /// The top-level modules that the file at `path` can import besides those that come with Python; `None` if nobody
    /// knows.
    async fn modules(&self, _path: Option<&str>) -> Option<BTreeSet<String>> {
        None
    }
}

/// Who speaks in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing orders.
    System,
    /// The question.
    User,
    /// The model's earlier answer.
    Assistant,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// Most tokens that the answer may have.
    pub max_tokens: u32,
    /// Sampling temperature, 0 for the likeliest answer.
    pub temperature: f32,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelReply {
    /// The whole text.
    pub text: String,
    /// The model that answered, as its provider names it.
    pub model: String,
    /// Tokens of the prompt, where the provider counts them.
    pub tokens_in: Option<u64>,
    /// Tokens of the answer, where the provider counts them.
    pub tokens_out: Option<u64>,
    /// Whether the answer was cut off at `max_tokens`.
    pub truncated: bool,
}

/// Why a model gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelErrorKind {
    /// Nobody listens at the address, or the connection broke.
    Unreachable,
    /// The key is missing or wrong.
    Auth,
    /// There is no such model, or none is loaded.
    ModelMissing,
    /// Too many requests.
    RateLimited,
    /// The account has no credit left.
    Quota,
    /// The server is overloaded or failed.
    Overloaded,
    /// The server refused the request.
    BadRequest,
    /// The prompt does not fit the model.
    ContextTooLong,
    /// The content was blocked by the provider.
    ContentBlocked,
    /// Nothing came within the time allowed.
    Timeout,
    /// The answer is not what the protocol promises.
    Protocol,
    /// The configuration cannot work.
    Configuration,
}

/// A failed call to a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What the engine can act on.
    pub kind: ModelErrorKind,
    /// What happened, with the address or model concerned.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How long the provider asks to wait, in milliseconds.
    pub retry_after_millis: Option<u64>,
}

/// What is known of the connection to the model. Never claims more than was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// The server lists the model; no completion has come back yet.
    Listed,
    /// A completion came back.
    Ready,
    /// The server answers with errors.
    Failing,
}

/// The connection to the model as far as it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// When this was found out, in Unix seconds.
    pub checked_at: Option<i64>,
    /// Round trip of the check in milliseconds.
    pub latency_millis: Option<u64>,
    /// The last failure in plain words.
    pub error: Option<String>,
}

/// A language model.
#[async_trait]
pub trait Model: Send + Sync {
    /// Asks, and hands each piece of the answer to `progress` as it comes.
    ///
    /// Dropping the future cancels the request down to the server.
    async fn complete(
        &self,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError>;

    /// Asks the server what it has, without generating a token.
    async fn check(&self) -> ConnectionStatus;

    /// What is known without asking.
    fn status(&self) -> ConnectionStatus;
}

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
    /// The editor's version of the document, where there is one.
    pub document_version: Option<i32>,
}

/// What became of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person applied it.
    Accepted,
    /// The person said no.
    Rejected,
}

/// Totals over all patterns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternStats {
    /// Patterns with at least one outcome.
    pub total_patterns: u64,
    /// Accepted fixes.
    pub total_successes: u64,
    /// Patterns that meet the gold rule.
    pub gold_standard_count: u64,
    /// Mean of the patterns' confidence; `None` while there is no pattern.
    pub overall_avg_confidence: Option<f64>,
    /// The patterns that were used last, newest first; at most 10.
    pub recent_patterns: Vec<PatternSummary>,
}

/// One pattern in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternSummary {
    /// `SYN.MISSING_COLON:function_def`
    pub cluster_id: String,
    /// What the fix does.
    pub fix_description: String,
    /// When it was last accepted, in Unix seconds.
    pub last_success: Option<i64>,
    /// How often it was accepted.
    pub success_count: u64,
    /// Posterior mean of its being right, 0 to 1.
    pub avg_confidence: f64,
    /// Whether it meets the gold rule.
    pub gold: bool,
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

/// What salve remembers. Recording never waits and never fails the caller: healing goes on without a database.
pub trait Knowledge: Send + Sync {
    /// Notes a finding and the fixes that were shown.
    fn shown(&self, shown: Shown);

    /// Notes what became of a fix that was shown before.
    fn outcome(&self, fix_id: &str, outcome: Outcome, at: i64);

    /// Edit hashes that were rejected for findings of this signature. May wait for the disk.
    fn rejected(&self, signature: &str) -> Result<Vec<String>, KnowledgeError>;

    /// The totals. May wait for the disk.
    fn statistics(&self) -> Result<PatternStats, KnowledgeError>;

    /// Waits until everything that was noted is on disk.
    fn flush(&self) -> Result<(), KnowledgeError>;

    /// Why nothing is being recorded, if so.
    fn trouble(&self) -> Option<KnowledgeError>;
}
