use schemars::JsonSchema;
use serde::Serialize;

use super::figures::{Share, Times, median, times};
use super::{Outcome, Row};

/// What was measured on rows with exactly one mistake.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SingleErrors {
    /// Findings for each mistake, on average.
    pub findings_per_mistake: Option<f64>,
    /// Rows with exactly one finding.
    pub exactly_one: Share,
    /// Time from the text to fixes that are proven by parsing, without the interpreter.
    pub in_process_millis: Times,
    /// Time that the interpreter needs to start (`-I -S -c pass`), measured between the rows: the median; `None` when
    /// there is none.
    pub interpreter_start_millis: Option<f64>,
    /// The first of these times as parts of the second: 0.25 is a quarter of a start.
    pub in_process_per_start: Option<Times>,
}

/// Sums up those rows that are known to have one mistake; `None` if there are none.
pub fn single_errors(rows: &[Row], outcomes: &[Outcome]) -> Option<SingleErrors> {
    let single: Vec<&Outcome> = std::iter::zip(rows, outcomes)
        .filter(|(row, _)| row.is_single_error())
        .map(|(_, outcome)| outcome)
        .collect();
    if single.is_empty() {
        return None;
    }
    let findings: usize = single.iter().map(|outcome| outcome.findings.len()).sum();
    let mut exactly_one = Share::default();
    for outcome in &single {
        exactly_one.note(outcome.findings.len() == 1);
    }
    let in_process_millis = times(single.iter().filter_map(|outcome| outcome.in_process_ms));
    let starts = outcomes.iter();
    let start = median(starts.filter_map(|outcome| outcome.interpreter_start_ms));
    Some(SingleErrors {
        findings_per_mistake: Some(findings as f64 / single.len() as f64),
        exactly_one,
        in_process_millis,
        interpreter_start_millis: start,
        in_process_per_start: start.map(|start| Times {
            p50: in_process_millis.p50 / start,
            p95: in_process_millis.p95 / start,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::eval::measure::Found;

    #[test]
    fn only_rows_with_one_mistake_count_and_starts_are_the_yardstick() {
        let row = |errors: usize| -> Row {
            serde_json::from_value(serde_json::json!({
                "id": "a", "lang": "python", "code": "", "meta": {"n_errors": errors}
            }))
            .expect("a row")
        };
        let outcome = |findings: usize, ms: f64, start: Option<f64>| Outcome {
            findings: (0..findings).map(|_| Found::default()).collect(),
            in_process_ms: Some(ms),
            interpreter_start_ms: start,
            ..Outcome::default()
        };
        let rows = [row(1), row(2), row(1)];
        let outcomes = [
            outcome(1, 2.0, Some(8.0)),
            outcome(9, 90.0, Some(4.0)),
            outcome(2, 6.0, None),
        ];
        let single = single_errors(&rows, &outcomes).expect("two such rows");
        assert_eq!(single.findings_per_mistake, Some(1.5));
        assert_eq!((single.exactly_one.count, single.exactly_one.of), (1, 2));
        assert_eq!(single.interpreter_start_millis, Some(4.0));
        let ratio = single.in_process_per_start.expect("there were starts");
        assert_eq!((ratio.p50, ratio.p95), (0.5, 1.5));
        assert_eq!(single_errors(&rows[1..2], &outcomes[1..2]), None);
    }
}
