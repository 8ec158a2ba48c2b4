use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use crate::cli::assemble::{Place, prover, python_version};
use crate::cli::eval::{Figures, Outcome, Row, Share, measure, read, summarize, unrecorded_engine};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};
use crate::engine::Engine;

/// Rows that are measured at the same time.
const WORKERS: usize = 2;

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
        let engine = unrecorded_engine(Arc::new(prover));
        let bar = progress(context, rows.len());
        let outcomes = measure_all(&engine, &rows, version, &bar, sink.as_mut()).await?;
        let mut figures = summarize(&rows, &outcomes);
        figures.interpreter = engine.prover.interpreter().await;
        figures.skipped = skipped;
        Ok(figures)
    })??;
    context.print(&page(&figures))?;
    context.print_json(&Output::Eval(figures))?;
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

/// Measures every row, [`WORKERS`] at a time, and returns the outcomes in the order of the rows.
async fn measure_all(
    engine: &Engine,
    rows: &Arc<[Row]>,
    version: (u8, u8),
    bar: &ProgressBar,
    mut sink: Option<&mut RowsFile>,
) -> Result<Vec<Outcome>, Report> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..WORKERS {
        let (engine, rows) = (engine.clone(), Arc::clone(rows));
        let (sender, next) = (sender.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= rows.len() {
                    return;
                }
                let outcome = measure_or_crash(&engine, &rows, index, version).await;
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
async fn measure_or_crash(
    engine: &Engine,
    rows: &Arc<[Row]>,
    index: usize,
    version: (u8, u8),
) -> Outcome {
    let (own_engine, own_rows) = (engine.clone(), Arc::clone(rows));
    let task = tokio::spawn(async move {
        match own_rows.get(index) {
            Some(row) => measure(&own_engine, row, version).await,
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

/// The file that `--rows` names.
struct RowsFile {
    path: PathBuf,
    file: BufWriter<File>,
}

impl RowsFile {
    fn create(path: &Path) -> Result<Self, Report> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    fn write(&mut self, outcome: &Outcome) -> Result<(), Report> {
        serde_json::to_writer(&mut self.file, outcome)
            .map_err(std::io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|error| cannot_write(&self.path, &error))
    }

    fn finish(&mut self) -> Result<(), Report> {
        self.file
            .flush()
            .map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Report {
    Report::new(
        Exit::Usage,
        format!("{}: cannot be written", path.display()),
    )
    .caused_by(error)
    .hint("name a file in a folder that exists and is yours")
}

/// The figures as a person reads them.
fn page(figures: &Figures) -> String {
    let mut page = String::new();
    let mut line = |name: &str, value: String| page.push_str(&format!("{name:<28}{value}\n"));
    line("rows", figures.rows.to_string());
    for (language, rows) in &figures.skipped {
        line(
            "skipped",
            format!("{rows} rows of {language}: salve does not heal it yet"),
        );
    }
    let interpreter = figures.interpreter.clone();
    line(
        "interpreter",
        interpreter.unwrap_or_else(|| "none: fixes are parsed, not compiled".to_owned()),
    );
    if figures.crashed > 0 {
        line("crashed", figures.crashed.to_string());
    }
    for (name, share) in [
        ("detected", figures.detected),
        ("false positives", figures.false_positives),
        ("first finding on its line", figures.first_line),
        ("with a proven fix", figures.fixed),
        ("healed text compiles", figures.compiles),
        ("exact, best fix", figures.exact.top1),
        ("exact, among best 5", figures.exact.top5),
    ] {
        line(name, percent(share));
    }
    if let Some(findings) = figures.findings_per_row {
        line("findings per broken row", format!("{findings:.2}"));
    }
    for (name, times) in [
        ("diagnosis", figures.diagnose_millis),
        ("proven fixes", figures.fix_millis),
    ] {
        line(
            name,
            format!("p50 {:.2} ms, p95 {:.2} ms", times.p50, times.p95),
        );
    }
    if !figures.exact_by_edits.is_empty() {
        line(
            "\nedited tokens",
            format!(" {:<24}exact, among best 5", "exact, best fix"),
        );
    }
    for group in &figures.exact_by_edits {
        let (top1, top5) = (percent(group.top1), percent(group.top5));
        line(group.edits, format!("{top1:<24}{top5}"));
    }
    page
}

/// `93.1 % (27 of 29)`
fn percent(share: Share) -> String {
    match share.share {
        Some(part) => format!("{:.1} % ({} of {})", part * 100.0, share.count, share.of),
        None => "no such rows".to_owned(),
    }
}
