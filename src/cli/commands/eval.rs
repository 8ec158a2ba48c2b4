use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::assemble::{Place, prover, python_version};
use crate::cli::eval::{Row, RowsFile, Subject, measure_all, page, read, summarize};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};

/// Measure salve on rows of broken programs.
///
/// Diagnoses and heals every program, proves the fixes as an editor would, and compares them with the known ones.
/// Nothing is recorded.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON Lines: one `{id, lang, code, fixed?, error?, meta?}` per line.
    file: PathBuf,
    /// Measure only the first N rows.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Write what was found and healed, one JSON object per row, in the order of the rows.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
}

/// Runs `salve eval`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = read(&arguments.file, arguments.limit)?;
    rows.retain(|row| {
        let known = row.lang == "python";
        if !known {
            *skipped.entry(row.lang.clone()).or_default() += 1;
        }
        known
    });
    let rows: Arc<[Row]> = rows.into();
    let mut sink = match &arguments.rows {
        Some(path) => Some(RowsFile::create(path)?),
        None => None,
    };
    let loaded = context.configuration()?;
    let figures = block_on(async {
        let prover = prover(loaded, &context.environment, &Place::of_process());
        let version = python_version(loaded, &prover).await;
        let subject = Subject::new(Arc::new(prover), version);
        let bar = progress(context, rows.len());
        let outcomes = measure_all(&subject, &rows, &bar, sink.as_mut()).await?;
        let mut figures = summarize(&rows, &outcomes);
        figures.interpreter = subject.interpreter().await;
        figures.skipped = skipped;
        Ok(figures)
    })??;
    context.print(&page(&figures))?;
    context.print_json(&Output::Eval(Box::new(figures)))?;
    Ok(Exit::Fine)
}

fn progress(context: &Context, rows: usize) -> ProgressBar {
    if !context.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(rows as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} rows  {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
