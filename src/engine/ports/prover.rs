//! Proving texts: what is asked of a project's own interpreter and tools, and what they say.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

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
