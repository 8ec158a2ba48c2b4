//! What an engine is taught before it is measured: fixes that a person would have accepted, or made by hand.

use std::collections::HashMap;
use std::sync::Arc;

use tempfile::TempDir;

use super::Row;
use super::unrecorded::Stopped;
use crate::cli::{Exit, Report};
use crate::damage::shuffled;
use crate::engine::ports::{Knowledge, Outcome};
use crate::engine::{Engine, Input};
use crate::lang::python::same_program;
use crate::store::Store;
use crate::text::apply;

/// A record of its own, gone when the measurement ends.
pub struct School {
    store: Arc<Store>,
    _folder: TempDir,
}

/// Rows that are taught before what was noted is waited for.
const BATCH: usize = 32;

impl School {
    /// An empty record.
    ///
    /// # Errors
    /// If there is no place for it.
    pub fn new() -> Result<Self, Report> {
        let folder = tempfile::tempdir().map_err(|error| {
            Report::new(Exit::Usage, "no folder for a record could be made").caused_by(&error)
        })?;
        Ok(Self {
            store: Arc::new(Store::open_with_clock(
                folder.path().join("lessons.db"),
                Arc::new(Stopped),
            )),
            _folder: folder,
        })
    }

    /// Where engines remember what they are taught.
    pub fn knowledge(&self) -> Arc<dyn Knowledge> {
        self.store.clone()
    }

    /// Teaches the fixes of `rows`, one after the other, as if each had been shown what `engine` has for it then, and
    /// its author had taken that or done it by hand.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub async fn teach(
        &self,
        engine: &Engine,
        rows: &[Row],
        version: (u8, u8),
    ) -> Result<(), Report> {
        for (count, row) in (1..).zip(rows) {
            if let Some(fixed) = row.expected_text() {
                teach_one(engine, row, fixed, version).await;
            }
            if count % BATCH == 0 || count == rows.len() {
                self.store
                    .flush()
                    .map_err(|error| Report::new(Exit::Usage, error.message.clone()))?;
            }
        }
        Ok(())
    }
}

async fn teach_one(engine: &Engine, row: &Row, fixed: &str, version: (u8, u8)) {
    let input = Input {
        text: row.code.as_str().into(),
        // Each row is a file of its own.
        path: Some(row.id.clone()),
        document_version: None,
        python_version: version,
    };
    let healed = engine.heal(&input).await;
    engine.record_shown(&input, &healed);
    let is_right = |text: &str| same_program(text, fixed);
    let all_at_once = healed.text.as_deref().is_some_and(is_right);
    let mut accepted = all_at_once;
    for found in &healed.findings {
        let alone = found
            .fixes
            .iter()
            .position(|fix| apply(&row.code, &fix.edits).is_ok_and(|text| is_right(&text)));
        let taken = if all_at_once { Some(0) } else { alone };
        accepted |= taken.is_some();
        for (place, fix) in found.fixes.iter().enumerate() {
            let outcome = if taken == Some(place) {
                Outcome::Accepted
            } else {
                Outcome::PassedOver
            };
            engine.record_outcome(&fix.id, outcome);
        }
    }
    if let Some(first) = healed.findings.first().filter(|_| !accepted) {
        engine.record_by_hand(&input, &first.finding, fixed);
    }
}

/// The rows in two halves, so that of every cluster of first findings one half is in each.
pub fn halves(engine: &Engine, rows: Vec<Row>, version: (u8, u8)) -> (Vec<Row>, Vec<Row>) {
    let mut seen: HashMap<String, Vec<Row>> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    for row in rows {
        let found = engine.diagnose(&Input {
            text: row.code.as_str().into(),
            path: None,
            document_version: None,
            python_version: version,
        });
        let cluster = found
            .first()
            .map_or_else(String::new, |finding| finding.cluster());
        if !seen.contains_key(&cluster) {
            order.push(cluster.clone());
        }
        seen.entry(cluster).or_default().push(row);
    }
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for cluster in order {
        let mut rows = seen.remove(&cluster).unwrap_or_default();
        let rest = rows.split_off(rows.len() / 2);
        first.extend(rows);
        second.extend(rest);
    }
    // Whoever learns from the first few of them learns from all clusters.
    (shuffled(first, 1), second)
}
