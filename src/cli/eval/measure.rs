use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diagnose::{Finding, Severity};
use crate::engine::ports::CompileVerdict;
use crate::engine::{Engine, Fix, Healed, Input};
use crate::lang::python::same_program;
use crate::text::{PositionEncoding, PositionIndex, apply};

use super::Row;
use super::unrecorded::{in_process, unrecorded_engine};
use crate::prove::CPythonProver;

/// Most healed texts that are kept and compared per row.
pub const MAX_TEXTS: usize = 5;

/// What salve made of one row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// The row's name.
    pub id: String,
    /// What was found, in the order of the text.
    pub findings: Vec<Found>,
    /// The whole healed text, best first.
    pub fixes: Vec<String>,
    /// How long the diagnosis took.
    pub diagnose_ms: f64,
    /// How long it took to find and prove the fixes, diagnosis included.
    pub fix_ms: f64,
    /// The panic that ended the work on this row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crashed: Option<String>,
    /// Whether a finding says that the language rejects the text.
    #[serde(skip)]
    pub rejects: bool,
    /// Whether the project's interpreter compiles the best healed text.
    #[serde(skip)]
    pub compiles: bool,
    /// Place of the expected text among `fixes`, from zero.
    #[serde(skip)]
    pub exact_at: Option<usize>,
    /// Whether a finding says so without the interpreter's help.
    #[serde(skip)]
    pub rejects_in_process: bool,
    /// How long it took to find fixes and to prove them by parsing, without the interpreter; measured on rows with a
    /// single error.
    #[serde(skip)]
    pub in_process_ms: Option<f64>,
    /// How long the interpreter took to start just before this row, where that was measured.
    #[serde(skip)]
    pub interpreter_start_ms: Option<f64>,
}

/// One finding as it is written to the rows file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Found {
    /// Line from one.
    pub line: u32,
    /// Column from one, in characters.
    pub column: u32,
    /// `SYN.MISSING_COLON`
    pub code: String,
    /// `SYN.MISSING_COLON:function_def`
    pub cluster: String,
    /// What it says.
    pub message: String,
}

/// What is measured: an engine that proves with the interpreter, and one that has none.
#[derive(Clone)]
pub struct Subject {
    engine: Engine,
    in_process: Engine,
    prover: Arc<CPythonProver>,
    python_version: (u8, u8),
}

impl Subject {
    /// Judges by `python_version`, `(major, minor)`, and proves with `prover`.
    pub fn new(prover: Arc<CPythonProver>, python_version: (u8, u8)) -> Self {
        let engine = unrecorded_engine(prover.clone());
        Self {
            in_process: in_process(&engine),
            engine,
            prover,
            python_version,
        }
    }

    /// The interpreter that proves; `None` when there is none.
    pub async fn interpreter(&self) -> Option<String> {
        self.engine.prover.interpreter().await
    }

    /// How long the interpreter takes to start right now.
    pub async fn start_millis(&self) -> Option<f64> {
        Some(milliseconds(self.prover.start_time().await?))
    }

    /// Diagnoses and heals one row.
    pub async fn measure(&self, row: &Row) -> Outcome {
        let input = Input {
            text: row.code.as_str().into(),
            path: None,
            document_version: None,
            python_version: self.python_version,
        };
        let start = Instant::now();
        let known = self.engine.diagnose(&input);
        let diagnose_ms = milliseconds(start.elapsed());

        let mut in_process_ms = None;
        if row.is_single_error() {
            let start = Instant::now();
            self.in_process.heal(&input).await;
            in_process_ms = Some(milliseconds(start.elapsed()));
        }

        let start = Instant::now();
        let healed = self.engine.heal(&input).await;
        let fix_ms = milliseconds(start.elapsed());

        let fixes = healed_texts(&row.code, &healed);
        let compiles = match fixes.first() {
            Some(text) => {
                self.engine.prover.compile(text.as_bytes()).await.verdict
                    == CompileVerdict::Accepted
            }
            None => false,
        };
        let exact_at = row
            .expected_text()
            .and_then(|expected| fixes.iter().position(|text| same_program(text, expected)));
        let index = PositionIndex::new(&row.code);
        let findings = healed.findings.iter().map(|healed| &healed.finding);
        Outcome {
            id: row.id.clone(),
            rejects: findings.clone().any(is_error),
            findings: findings
                .map(|finding| found(&row.code, &index, finding))
                .collect(),
            fixes,
            diagnose_ms,
            fix_ms,
            crashed: None,
            compiles,
            exact_at,
            rejects_in_process: known.iter().any(is_error),
            in_process_ms,
            interpreter_start_ms: None,
        }
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// The whole text as it would be after healing, best first: all best fixes together, then with one finding's best fix
/// replaced by its second, then by its third, and so on. At most [`MAX_TEXTS`], all different.
fn healed_texts(text: &str, healed: &Healed) -> Vec<String> {
    let Some(best) = &healed.text else {
        return Vec::new();
    };
    let mut texts = vec![best.clone()];
    let mut seen: HashSet<String> = texts.iter().cloned().collect();
    let ranks = healed.findings.iter().map(|finding| finding.fixes.len());
    for rank in 1..ranks.max().unwrap_or(0) {
        for (place, finding) in healed.findings.iter().enumerate() {
            let Some(fix) = finding.fixes.get(rank) else {
                continue;
            };
            let others = healed.findings.iter().enumerate();
            let others = others.filter(|(other, _)| *other != place);
            let others = others.filter_map(|(_, finding)| finding.fixes.first());
            let Some(alternative) = apply_together(text, fix, others) else {
                continue;
            };
            if seen.insert(alternative.clone()) {
                texts.push(alternative);
            }
            if texts.len() == MAX_TEXTS {
                return texts;
            }
        }
    }
    texts
}

/// Applies `fix` and as many of `others` as fit beside it.
fn apply_together<'fixes>(
    text: &str,
    fix: &Fix,
    others: impl Iterator<Item = &'fixes Fix>,
) -> Option<String> {
    let mut edits = fix.edits.clone();
    let mut result = apply(text, &edits).ok()?;
    for other in others {
        let mut more = edits.clone();
        more.extend(other.edits.iter().cloned());
        if let Ok(healed) = apply(text, &more) {
            edits = more;
            result = healed;
        }
    }
    Some(result)
}

fn found(text: &str, index: &PositionIndex, finding: &Finding) -> Found {
    let start = index.position(text, finding.span.start, PositionEncoding::Utf32);
    Found {
        line: start.line + 1,
        column: start.character + 1,
        code: finding.code.to_string(),
        cluster: finding.cluster(),
        message: finding.message.clone(),
    }
}

fn milliseconds(time: Duration) -> f64 {
    // Microseconds are as fine as the figures are read.
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Evidence, HealedFinding, Source};
    use crate::taxonomy::Code;
    use crate::text::{Applicability, Edit, Span};

    fn finding(fixes: Vec<Edit>) -> HealedFinding {
        HealedFinding {
            finding: Finding {
                code: Code::new("SYN.MISSING_COLON"),
                construct: None,
                span: Span::empty(0),
                message: String::new(),
                severity: Severity::Error,
                related: Vec::new(),
            },
            fixes: fixes
                .into_iter()
                .map(|edit| Fix {
                    id: String::new(),
                    action: String::new(),
                    edits: vec![edit],
                    applicability: Applicability::Unsafe,
                    source: Source::Rule {
                        name: String::new(),
                    },
                    evidence: Evidence::default(),
                })
                .collect(),
        }
    }

    #[test]
    fn alternatives_replace_one_fix_at_a_time() {
        let put = |offset, text: &str| Edit::insert(offset, text);
        let healed = Healed {
            findings: vec![
                finding(vec![put(1, "1"), put(1, "2"), put(1, "3")]),
                finding(vec![put(2, "4"), put(2, "5")]),
            ],
            text: Some("a1b4".to_owned()),
            cut_short: false,
        };
        assert_eq!(
            healed_texts("ab", &healed),
            ["a1b4", "a2b4", "a1b5", "a3b4"]
        );
    }

    #[test]
    fn what_does_not_fit_beside_an_alternative_is_left_out() {
        let healed = Healed {
            findings: vec![
                finding(vec![Edit::insert(0, "x"), Edit::delete(Span::new(0, 2))]),
                finding(vec![Edit::delete(Span::new(1, 2))]),
            ],
            text: Some("xac".to_owned()),
            cut_short: false,
        };
        assert_eq!(healed_texts("abc", &healed), ["xac", "c"]);
    }

    #[test]
    fn nothing_healed_is_no_text() {
        let healed = Healed {
            findings: vec![finding(Vec::new())],
            text: None,
            cut_short: false,
        };
        assert!(healed_texts("ab", &healed).is_empty());
    }
}
