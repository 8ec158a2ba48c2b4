use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::causes::is_named_by;
use super::figures::Share;
use super::{Outcome, Row};

/// How often the code of the first finding says what was done, by the table in `docs/causes.md`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Naming {
    /// Of the rows with a single cause that is in the table.
    pub right: Share,
    /// The same for each cause.
    pub by_cause: BTreeMap<String, Share>,
}

/// Judges the names of what was found first.
pub fn naming(rows: &[Row], outcomes: &[Outcome]) -> Naming {
    let mut naming = Naming::default();
    for (row, outcome) in std::iter::zip(rows, outcomes) {
        let Some(cause) = row.single_cause() else {
            continue;
        };
        let code = outcome
            .findings
            .first()
            .map_or("", |found| found.code.as_str());
        if let Some(right) = is_named_by(cause, code) {
            naming.right.note(right);
            let own = naming.by_cause.entry(cause.to_owned()).or_default();
            own.note(right);
        }
    }
    naming
}
