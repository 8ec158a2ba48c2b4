use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::{Outcome, Row, RowsFile, Subject};
use crate::cli::Report;

/// Rows that are measured at the same time.
const WORKERS: usize = 2;

/// How often the start of the interpreter is measured, spread evenly over the rows: both then suffer alike from
/// whatever else the machine does.
const STARTS: usize = 20;

/// Measures every row, [`WORKERS`] at a time, and returns the outcomes in the order of the rows.
pub async fn measure_all(
    subject: &Subject,
    rows: &Arc<[Row]>,
    bar: &ProgressBar,
    mut sink: Option<&mut RowsFile>,
) -> Result<Vec<Outcome>, Report> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let next = Arc::new(AtomicUsize::new(0));
    let pause = rows.len().div_ceil(STARTS).max(1);
    for _ in 0..WORKERS {
        let (subject, rows) = (subject.clone(), Arc::clone(rows));
        let (sender, next) = (sender.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= rows.len() {
                    return;
                }
                let start = if index % pause == 0 {
                    subject.start_millis().await
                } else {
                    None
                };
                let mut outcome = measure_or_crash(&subject, &rows, index).await;
                outcome.interpreter_start_ms = start;
                if sender.send((index, outcome)).is_err() {
                    return;
                }
            }
        });
    }
    drop(sender);

    let mut early = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(rows.len());
    while let Some((index, outcome)) = receiver.recv().await {
        bar.inc(1);
        early.insert(index, outcome);
        while let Some(outcome) = early.remove(&outcomes.len()) {
            if let Some(sink) = sink.as_deref_mut() {
                sink.write(&outcome)?;
            }
            outcomes.push(outcome);
        }
    }
    bar.finish_and_clear();
    if let Some(sink) = sink {
        sink.finish()?;
    }
    Ok(outcomes)
}

/// Measures one row in a task of its own, so that a panic costs this row only.
async fn measure_or_crash(subject: &Subject, rows: &Arc<[Row]>, index: usize) -> Outcome {
    let (own_subject, own_rows) = (subject.clone(), Arc::clone(rows));
    let task = tokio::spawn(async move {
        match own_rows.get(index) {
            Some(row) => own_subject.measure(row).await,
            None => Outcome::default(),
        }
    });
    task.await.unwrap_or_else(|error| Outcome {
        id: rows
            .get(index)
            .map(|row| row.id.clone())
            .unwrap_or_default(),
        crashed: Some(error.to_string()),
        ..Outcome::default()
    })
}
