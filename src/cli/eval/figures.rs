use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::lang::python::{lexical_tokens, token_edits};

use super::naming::{Naming, naming};
use super::single::{SingleErrors, single_errors};
use super::{Outcome, Row};

/// A share of rows, with both numbers so that it can be checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// `count / of`; `None` when there is nothing to divide.
    pub share: Option<f64>,
}

impl Share {
    /// Counts one more.
    pub fn note(&mut self, holds: bool) {
        self.count += usize::from(holds);
        self.of += 1;
        self.share = Some(self.count as f64 / self.of as f64);
    }
}

/// How often the expected text is the best, or among the best five.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exactness {
    /// The best healed text is the expected program.
    pub top1: Share,
    /// One of the best five is.
    pub top5: Share,
}

impl Exactness {
    fn note(&mut self, exact_at: Option<usize>) {
        self.top1.note(exact_at == Some(0));
        self.top5.note(exact_at.is_some());
    }
}

/// Exactness on the rows whose known fix changes a like number of tokens.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ByEdits {
    /// How many tokens the known fix changes: `1`, or from and to: `4-5`.
    pub edits: &'static str,
    /// The best healed text is the expected program.
    pub top1: Share,
    /// One of the best five is.
    pub top5: Share,
}

/// Most edited tokens of a group, and what the group is called.
const GROUPS: [(usize, &str); 7] = [
    (0, "0"),
    (1, "1"),
    (2, "2"),
    (3, "3"),
    (5, "4-5"),
    (10, "6-10"),
    (usize::MAX, "11+"),
];

/// A known fix with fewer tokens than this is short: what published figures of repairers are about.
const SHORT: usize = 80;

/// Exactness for each group of [`GROUPS`].
#[derive(Default)]
struct Groups([Exactness; GROUPS.len()]);

impl Groups {
    fn note(&mut self, edits: usize, exact_at: Option<usize>) {
        let group = GROUPS.partition_point(|(most, _)| *most < edits);
        if let Some(exact) = self.0.get_mut(group) {
            exact.note(exact_at);
        }
    }

    fn filled(self) -> Vec<ByEdits> {
        std::iter::zip(GROUPS, self.0)
            .filter(|(_, exact)| exact.top1.of > 0)
            .map(|((_, edits), exact)| ByEdits {
                edits,
                top1: exact.top1,
                top5: exact.top5,
            })
            .collect()
    }
}

/// What was measured on rows that the parser accepts and what comes after it does not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompileStage {
    /// Those with a finding of severity error.
    pub detected: Share,
    /// Those with one that salve makes without asking the interpreter.
    pub detected_in_process: Share,
}

/// Times in milliseconds, or a ratio of such.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// Half of the rows took at most this long.
    pub p50: f64,
    /// 19 of 20 rows took at most this long.
    pub p95: f64,
}

/// What was measured on a file of rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Rows that were measured.
    pub rows: usize,
    /// Rows of other languages, by language: not measured.
    pub skipped: BTreeMap<String, usize>,
    /// Rows on which salve panicked; counted as rows on which it found nothing.
    pub crashed: usize,
    /// The interpreter that proves; `None` when there is none.
    pub interpreter: Option<String>,
    /// Of the rows with an error: those with a finding of severity error.
    pub detected: Share,
    /// Of the rows without an error: those with any finding.
    pub false_positives: Share,
    /// Of the rows whose line is known: those whose first finding names it.
    pub first_line: Share,
    /// Findings per row with an error, on average.
    pub findings_per_row: Option<f64>,
    /// Of the rows with an error: those with at least one proven fix.
    pub fixed: Share,
    /// Of the rows with an error: those whose best healed text the interpreter compiles.
    pub compiles: Share,
    /// Of the rows whose fix is known and recoverable.
    pub exact: Exactness,
    /// Of the same rows: those where nobody is asked to look at a fix before it is made, and the text compiles and is
    /// another program.
    pub wrong_unasked: Share,
    /// The same by the number of tokens that the known fix changes.
    pub exact_by_edits: Vec<ByEdits>,
    /// The same where the known fix has fewer than 80 tokens, as the language reference counts them.
    pub exact_short_by_edits: Vec<ByEdits>,
    /// Of the rows with exactly one mistake; `None` if there are none.
    pub single_errors: Option<SingleErrors>,
    /// Whether the first finding's code says what was done.
    pub naming: Naming,
    /// Of the rows that only what comes after the parser rejects.
    pub compile_stage: CompileStage,
    /// Time for the findings alone.
    pub diagnose_millis: Times,
    /// Time for findings and proven fixes.
    pub fix_millis: Times,
}

/// Sums up; `outcomes` are those of `rows`, in the same order.
pub fn summarize(rows: &[Row], outcomes: &[Outcome]) -> Figures {
    let mut figures = Figures {
        rows: rows.len(),
        ..Figures::default()
    };
    let mut findings = 0;
    let (mut groups, mut short) = (Groups::default(), Groups::default());
    for (row, outcome) in rows.iter().zip(outcomes) {
        figures.crashed += usize::from(outcome.crashed.is_some());
        if row.error.is_none() {
            figures.false_positives.note(!outcome.findings.is_empty());
            continue;
        }
        findings += outcome.findings.len();
        figures.detected.note(outcome.rejects);
        figures.fixed.note(!outcome.fixes.is_empty());
        figures.compiles.note(outcome.compiles);
        if row.is_compile_stage() {
            let stage = &mut figures.compile_stage;
            stage.detected.note(outcome.rejects);
            stage.detected_in_process.note(outcome.rejects_in_process);
        }
        if let Some(expected) = row.expected_line() {
            let first = outcome.findings.first();
            figures
                .first_line
                .note(first.is_some_and(|found| found.line == expected));
        }
        if let Some(expected) = row.expected_text() {
            let known = row.meta.as_ref().and_then(|meta| meta.tok_edits);
            let edits = known.unwrap_or_else(|| token_edits(&row.code, expected));
            figures.exact.note(outcome.exact_at);
            figures.wrong_unasked.note(outcome.is_wrong_unasked());
            groups.note(edits, outcome.exact_at);
            if lexical_tokens(expected) < SHORT {
                short.note(edits, outcome.exact_at);
            }
        }
    }
    figures.exact_by_edits = groups.filled();
    figures.exact_short_by_edits = short.filled();
    figures.single_errors = single_errors(rows, outcomes);
    figures.naming = naming(rows, outcomes);
    figures.findings_per_row =
        (figures.detected.of > 0).then(|| findings as f64 / figures.detected.of as f64);
    figures.diagnose_millis = times(outcomes.iter().map(|outcome| outcome.diagnose_ms));
    figures.fix_millis = times(outcomes.iter().map(|outcome| outcome.fix_ms));
    figures
}

/// The value in the middle; `None` if there are none.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    (!values.is_empty()).then(|| percentile(&values, 50))
}

/// Half of the values, and 19 of 20, are at most these.
pub fn times(millis: impl Iterator<Item = f64>) -> Times {
    let mut millis: Vec<f64> = millis.collect();
    millis.sort_by(f64::total_cmp);
    Times {
        p50: percentile(&millis, 50),
        p95: percentile(&millis, 95),
    }
}

/// The smallest of the sorted values that at least `percent` of them do not exceed; 0 if there are none.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::eval::measure::Found;

    fn row(json: &str) -> Row {
        serde_json::from_str(json).expect("a row")
    }

    fn outcome(line: u32, exact_at: Option<usize>) -> Outcome {
        Outcome {
            findings: vec![Found {
                likelihoods: Vec::new(),
                applicability: None,
                needs_review: false,
                line,
                column: 1,
                code: "SYN.MISSING_COLON".to_owned(),
                cluster: "SYN.MISSING_COLON:if".to_owned(),
                message: "expected ':'".to_owned(),
            }],
            fixes: vec!["x".to_owned()],
            rejects: true,
            exact_at,
            ..Outcome::default()
        }
    }

    #[test]
    fn every_row_counts_where_it_belongs() {
        let rows = [
            row(
                r#"{"id":"a","lang":"python","code":"if a\n b","fixed":"if a:\n b","error":{"line":1}}"#,
            ),
            row(
                r#"{"id":"b","lang":"python","code":"x","fixed":"y","error":{"line":2},"meta":{"tok_edits":7}}"#,
            ),
            row(
                r#"{"id":"c","lang":"python","code":"x","fixed":"y","error":{"line":2},"meta":{"exact":false}}"#,
            ),
            row(r#"{"id":"d","lang":"python","code":"x"}"#),
        ];
        let outcomes = [
            outcome(1, Some(0)),
            outcome(1, Some(3)),
            Outcome::default(),
            outcome(1, None),
        ];
        let figures = summarize(&rows, &outcomes);
        let pair = |share: Share| (share.count, share.of);
        assert_eq!(pair(figures.detected), (2, 3));
        assert_eq!(pair(figures.false_positives), (1, 1));
        assert_eq!(pair(figures.first_line), (1, 3));
        assert_eq!(pair(figures.fixed), (2, 3));
        assert_eq!(pair(figures.exact.top1), (1, 2));
        assert_eq!(pair(figures.exact.top5), (2, 2));
        let groups = figures.exact_by_edits.iter().map(|group| group.edits);
        assert_eq!(groups.collect::<Vec<_>>(), ["1", "6-10"]);
        assert_eq!(figures.findings_per_row, Some(2.0 / 3.0));
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(percentile(&[], 50), 0.0);
        assert_eq!(percentile(&[1.0], 95), 1.0);
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(
            (percentile(&twenty, 50), percentile(&twenty, 95)),
            (10.0, 19.0)
        );
    }
}
