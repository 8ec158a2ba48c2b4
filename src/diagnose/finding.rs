use serde::{Deserialize, Serialize};

use crate::taxonomy::Code;
use crate::text::Span;

/// How bad a finding is.
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
pub enum Severity {
    /// The language accepts it, but it almost surely fails or means something else.
    Warning,
    /// The language rejects the text because of it, or running it raises.
    Error,
}

/// Another place that explains a finding, such as the bracket that was never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there, in plain words.
    pub message: String,
}

/// One mistake in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of mistake.
    pub code: Code,
    /// The construct that it damages, as in the code's clusters (`function_def`); `None` where none applies.
    pub construct: Option<&'static str>,
    /// The damaged place: the mistake, not where a parser gave up.
    pub span: Span,
    /// What is wrong and what to do, in plain words, without a final full stop.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
    /// Places that explain it.
    pub related: Vec<Related>,
}

impl Finding {
    /// The group of like mistakes: `FAMILY.CODE:construct`, or the code alone where no construct applies.
    pub fn cluster(&self) -> String {
        match self.construct {
            Some(construct) => format!("{}:{construct}", self.code),
            None => self.code.to_string(),
        }
    }
}
