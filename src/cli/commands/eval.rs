use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use crate::cli::eval::{Figures, Outcome, Row, Share, measure, read, summarize, unrecorded_engine};
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
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `salve eval`.
pub fn run(arguments: &Arguments) -> Result<Exit, Report> {
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| {
            Report::new(Exit::Internal, "no threads could be started").caused_by(&error)
        })?;
    let figures = runtime.block_on(async {
        let engine = unrecorded_engine();
        let interpreter = engine.prover.interpreter().await;
        let version = python_version(interpreter.as_deref());
        let outcomes = measure_all(&engine, &rows, version, sink.as_mut()).await?;
        let mut figures = summarize(&rows, &outcomes);
        figures.interpreter = interpreter;
        figures.skipped = skipped;
        Ok(figures)
    })?;
    let mut out = anstream::stdout().lock();
    let written = if arguments.json {
        serde_json::to_writer_pretty(&mut out, &figures)
            .map_err(std::io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        print(&mut out, &figures)
    };
    // Nobody reads on: not our failure.
    let _ = written;
    Ok(Exit::Fine)
}

/// Measures every row, [`WORKERS`] at a time, and returns the outcomes in the order of the rows.
async fn measure_all(
    engine: &Engine,
    rows: &Arc<[Row]>,
    version: (u8, u8),
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

    let bar = ProgressBar::new(rows.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} rows  {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
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

fn print(out: &mut impl Write, figures: &Figures) -> std::io::Result<()> {
    writeln!(out, "{:<28}{}", "rows", figures.rows)?;
    for (language, rows) in &figures.skipped {
        writeln!(
            out,
            "{:<28}{rows} rows of {language}: salve does not heal it yet",
            "skipped"
        )?;
    }
    let interpreter = figures.interpreter.as_deref();
    writeln!(
        out,
        "{:<28}{}",
        "interpreter",
        interpreter.unwrap_or("none: fixes are parsed, not compiled")
    )?;
    if figures.crashed > 0 {
        writeln!(out, "{:<28}{}", "crashed", figures.crashed)?;
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
        writeln!(out, "{name:<28}{}", percent(share))?;
    }
    if let Some(findings) = figures.findings_per_row {
        writeln!(out, "{:<28}{findings:.2}", "findings per broken row")?;
    }
    writeln!(
        out,
        "{:<28}p50 {:.2} ms, p95 {:.2} ms",
        "diagnosis", figures.diagnose_ms.p50, figures.diagnose_ms.p95
    )?;
    writeln!(
        out,
        "{:<28}p50 {:.2} ms, p95 {:.2} ms",
        "proven fixes", figures.fix_ms.p50, figures.fix_ms.p95
    )?;
    if !figures.exact_by_edits.is_empty() {
        writeln!(
            out,
            "\n{:<28}{:<24}exact, among best 5",
            "edited tokens", "exact, best fix"
        )?;
    }
    for group in &figures.exact_by_edits {
        writeln!(
            out,
            "{:<28}{:<24}{}",
            group.edits,
            percent(group.exact.top1),
            percent(group.exact.top5)
        )?;
    }
    Ok(())
}

/// `93.1 % (27 of 29)`
fn percent(share: Share) -> String {
    match share.share {
        Some(part) => format!("{:.1} % ({} of {})", part * 100.0, share.count, share.of),
        None => "no such rows".to_owned(),
    }
}

/// The version in an interpreter's name: `CPython 3.11.7 (…)`; without an interpreter the newest that is known.
fn python_version(interpreter: Option<&str>) -> (u8, u8) {
    let numbers = interpreter.and_then(|name| name.split_whitespace().nth(1));
    let mut numbers = numbers.unwrap_or_default().split('.');
    let major = numbers.next().and_then(|number| number.parse().ok());
    let minor = numbers.next().and_then(|number| number.parse().ok());
    major.zip(minor).unwrap_or((3, 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_interpreters() {
        assert_eq!(
            python_version(Some("CPython 3.11.7 (/usr/bin/python3)")),
            (3, 11)
        );
        assert_eq!(python_version(None), (3, 14));
    }
}
