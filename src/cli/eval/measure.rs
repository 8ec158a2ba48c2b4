use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diagnose::{Finding, Severity};
use crate::engine::ports::{CompileVerdict, Knowledge};
use crate::engine::{Engine, Fix, Healed, HealedFinding, Input};
use crate::lang::python::same_program;
use crate::text::{Applicability, Edit, PositionEncoding, PositionIndex, apply};

use super::Row;
use super::unrecorded::{in_process, unrecorded_engine};
use crate::prove::CPythonProver;
use crate::repair::CostModel;

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
    pub compiles: bool,
    /// Place of the expected text among `fixes`, from zero.
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

impl Outcome {
    /// Whether the best healed text compiles and is another program than the expected one, and nobody is asked to look
    /// at a fix before it is made.
    pub fn is_wrong_unasked(&self) -> bool {
        self.compiles
            && self.exact_at != Some(0)
            && !self.findings.iter().any(|found| found.needs_review)
    }
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
    /// How likely each of its fixes is meant, best first.
    pub likelihoods: Vec<f64>,
    /// How certain the best one is: as [`Applicability`] is written.
    pub applicability: Option<Applicability>,
    /// Whether a person looks at the best one before it is made.
    pub needs_review: bool,
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
    /// Judges by `python_version`, `(major, minor)`, searches by `costs` and proves with `prover`.
    pub fn new(
        prover: Arc<CPythonProver>,
        costs: Arc<CostModel>,
        python_version: (u8, u8),
    ) -> Self {
        let engine = unrecorded_engine(prover.clone(), costs);
        Self {
            in_process: in_process(&engine),
            engine,
            prover,
            python_version,
        }
    }

    /// The same subject, which remembers by `knowledge` and, if it is `learned_only`, proposes nothing else.
    pub fn remembering(mut self, knowledge: Arc<dyn Knowledge>, learned_only: bool) -> Self {
        self.engine.knowledge = knowledge;
        self.engine.learned_only = learned_only;
        self.in_process = in_process(&self.engine);
        self
    }

    /// What is measured.
    pub fn engine(&self) -> &Engine {
        &self.engine
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
        let findings = healed.findings.iter();
        Outcome {
            id: row.id.clone(),
            rejects: findings.clone().any(|healed| is_error(&healed.finding)),
            findings: findings
                .map(|healed| found(&row.code, &index, healed))
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

/// The whole text as it would be after healing, best first: one fix for each finding, the likeliest choices first. At
/// most [`MAX_TEXTS`], all different.
fn healed_texts(text: &str, healed: &Healed) -> Vec<String> {
    let Some(best) = &healed.text else {
        return Vec::new();
    };
    let mut texts = vec![best.clone()];
    let mut seen: HashSet<String> = texts.iter().cloned().collect();
    let mut choices = vec![(1.0, vec![0; healed.findings.len()])];
    let mut thought_of: HashSet<Vec<usize>> = HashSet::new();
    while texts.len() < MAX_TEXTS
        && let Some(likeliest) = (0..choices.len()).max_by(|a, b| {
            let odds = |at: &usize| {
                choices
                    .get(*at)
                    .map_or(0.0, |(odds, _): &(f64, Vec<usize>)| *odds)
            };
            // Of equals the one that was thought of first.
            odds(a).total_cmp(&odds(b)).then(b.cmp(a))
        })
    {
        let (odds, choice) = choices.remove(likeliest);
        if let Some(alternative) = chosen(text, healed, &choice)
            && seen.insert(alternative.clone())
        {
            texts.push(alternative);
        }
        // Next come the texts that differ in one more finding, by one rank.
        for place in 0..choice.len().min(MAX_VARIED) {
            let mut next = choice.clone();
            let Some(rank) = next.get_mut(place) else {
                continue;
            };
            let likelihood = |rank: usize| {
                let fix = healed
                    .findings
                    .get(place)
                    .and_then(|found| found.fixes.get(rank));
                fix.map(|fix| fix.likelihood.max(1e-6))
            };
            let Some((before, after)) = likelihood(*rank).zip(likelihood(*rank + 1)) else {
                continue;
            };
            *rank += 1;
            if thought_of.insert(next.clone()) {
                choices.push((odds * after / before, next));
            }
        }
    }
    texts
}

/// Most findings whose fixes are varied.
const MAX_VARIED: usize = 20;

/// The text with the fix of the given rank for each finding, as far as they fit beside each other.
fn chosen(text: &str, healed: &Healed, ranks: &[usize]) -> Option<String> {
    let fixes: Vec<(usize, &Fix)> = healed
        .findings
        .iter()
        .zip(ranks)
        .enumerate()
        .filter_map(|(at, (finding, rank))| Some((at, finding.fixes.get(*rank)?)))
        .collect();
    let mut edits = Vec::new();
    let mut result = None;
    // What was chosen on purpose goes before what is merely the best.
    let mut ordered: Vec<&(usize, &Fix)> = fixes.iter().collect();
    ordered.sort_by_key(|(at, _)| std::cmp::Reverse(ranks.get(*at).copied()));
    for (at, fix) in ordered {
        let is_replaced = fixes
            .iter()
            .any(|(other, fix)| other != at && fix.replaces.contains(at));
        if is_replaced {
            continue;
        }
        let mut more: Vec<Edit> = edits.clone();
        more.extend(fix.edits.iter().cloned());
        if let Ok(healed) = apply(text, &more) {
            edits = more;
            result = Some(healed);
        }
    }
    result
}

fn found(text: &str, index: &PositionIndex, healed: &HealedFinding) -> Found {
    let finding = &healed.finding;
    let start = index.position(text, finding.span.start, PositionEncoding::Utf32);
    Found {
        line: start.line + 1,
        column: start.character + 1,
        code: finding.code.to_string(),
        cluster: finding.cluster(),
        message: finding.message.clone(),
        likelihoods: healed.fixes.iter().map(|fix| fix.likelihood).collect(),
        applicability: healed.fixes.first().map(|fix| fix.applicability),
        needs_review: healed.fixes.first().is_some_and(Fix::needs_review),
    }
}

fn milliseconds(time: Duration) -> f64 {
    // Microseconds are as fine as the figures are read.
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Evidence, Source};
    use crate::taxonomy::Code;
    use crate::text::Span;

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
            fixes: std::iter::zip(fixes, [0.5, 0.2, 0.1])
                .map(|(edit, likelihood)| Fix {
                    id: String::new(),
                    action: String::new(),
                    edits: vec![edit],
                    applicability: Applicability::Unsafe,
                    source: Source::Rule {
                        name: String::new(),
                    },
                    evidence: Evidence::default(),
                    likelihood,
                    confidence: None,
                    replaces: Vec::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn the_likeliest_choices_come_first() {
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
            ["a1b4", "a2b4", "a1b5", "a3b4", "a2b5"]
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
