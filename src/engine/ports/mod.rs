//! What the engine needs from outside. Adapters implement these; tests use the real adapters.

mod connection;
mod knowledge;
mod ledger;
mod model;
mod patterns;
mod probe;
mod prover;

pub use connection::{ConnectionState, ConnectionStatus, PastError};
pub use knowledge::{Knowledge, KnowledgeError, KnownTemplate, Outcome, Shown, ShownFix};
pub use ledger::{CallOutcome, Ledger, ModelCall, Period, RefusedParameter, Spending};
pub use model::{
    ListedModel, Message, Model, ModelError, ModelErrorKind, ModelReply, ModelRequest, Purpose,
    Role,
};
pub use patterns::{
    Calibration, CalibrationBin, Example, GoldSource, PastOutcome, PatternDetail, PatternFilter,
    PatternStats, PatternSummary, Patterns, TemplateDetail,
};
pub use probe::{ProbeOutcome, ProbeStep, Probed};
pub use prover::{
    Change, Compilation, CompileError, CompileVerdict, Prover, ToolReport, ToolVerdict, Trial,
    TrialVerdict,
};

/// The time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

/// What happened and what to do about it, in one line.
pub fn in_one_line(message: &str, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{message}; {hint}"),
        None => message.to_owned(),
    }
}
