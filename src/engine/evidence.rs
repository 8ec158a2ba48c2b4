use serde::{Deserialize, Serialize};

/// What a proof step did.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The exact parser reads the text with strictly fewer errors and none that is new.
    Parse,
    /// The project's interpreter compiles the text.
    Compile,
}

/// How a proof step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be decided: no interpreter, timed out, denied.
    Inconclusive,
}

/// One step of a proof and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What a person should know of it, such as the interpreter's message.
    pub detail: Option<String>,
}

/// What was proven of a fix on one version of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Evidence {
    /// The steps in the order in which they were taken.
    pub steps: Vec<Step>,
    /// The interpreter that compiled, such as `CPython 3.11.7 (/usr/bin/python3)`.
    pub interpreter: Option<String>,
    /// How many other fixes of the same text were applied with it for the compile step.
    pub together_with: usize,
    /// How many errors stay in the text when only this fix is applied.
    pub errors_left: usize,
}

impl Evidence {
    /// The highest step that passed, unless one failed.
    pub fn level(&self) -> Option<StepKind> {
        if self
            .steps
            .iter()
            .any(|step| step.verdict == Verdict::Failed)
        {
            return None;
        }
        self.steps
            .iter()
            .filter(|step| step.verdict == Verdict::Passed)
            .map(|step| step.kind)
            .max()
    }

    /// Whether the fix may be shown at all.
    pub fn is_proven(&self) -> bool {
        self.level().is_some()
    }

    /// The proof in a few words for a title: `compiles`, `compiles with 2 other fixes`, `parses, not compiled`.
    ///
    /// Mistakes that nothing cures are set aside for the compile step, and the words say so.
    pub fn summary(&self) -> String {
        let compiles = match (self.level(), self.together_with) {
            (None, _) => return "not proven".to_owned(),
            (Some(StepKind::Parse), _) => return "parses, not compiled".to_owned(),
            (Some(StepKind::Compile), 0) => "compiles".to_owned(),
            (Some(StepKind::Compile), 1) => "compiles with 1 other fix".to_owned(),
            (Some(StepKind::Compile), others) => format!("compiles with {others} other fixes"),
        };
        match self.errors_left.saturating_sub(self.together_with) {
            0 => compiles,
            1 => format!("{compiles}, 1 mistake set aside"),
            aside => format!("{compiles}, {aside} mistakes set aside"),
        }
    }
}
