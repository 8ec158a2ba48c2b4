use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::assemble::{Place, prover, python_version};
use crate::cli::eval::{
    Row, RowsFile, School, Subject, damaged_rows, halves, measure_all, page, read, rows_of_kinds,
    summarize,
};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};
use crate::prove::CPythonProver;
use crate::repair::CostModel;

/// Rows of damage that are made if nobody says how many.
const DAMAGED: usize = 300;

/// Measure salve on rows of broken programs.
///
/// Diagnoses and heals every program, proves the fixes as an editor would, and compares them with the known ones.
/// Nothing is recorded.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON Lines: one `{id, lang, code, fixed?, error?, meta?}` per line.
    #[arg(required_unless_present = "damage", conflicts_with = "damage")]
    file: Option<PathBuf>,
    /// Measure on damage to the Python files in this folder instead: pieces of them, broken the way people break
    /// programs. Without DIR, the standard library of the interpreter.
    #[arg(long, value_name = "DIR", num_args = 0..=1)]
    damage: Option<Option<PathBuf>>,
    /// What chance makes of the files: the same number, the same damage.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "damage")]
    seed: u64,
    /// Measure only the first N rows; with --damage, make so many (300 if it is not said).
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Search by this cost model, as `salve train` wrote it, instead of the one that comes with salve.
    #[arg(long, value_name = "FILE")]
    costs: Option<PathBuf>,
    /// Learn first: from the known fixes of these rows, as a person's; from the first half of each cluster of FILE
    /// itself if it is `half`; with --damage, from so many examples of each of fifteen kinds of damage, and measure a
    /// hundred unseen ones of each.
    #[arg(long, value_name = "FILE|half|N")]
    learn: Option<String>,
    /// Learn from the first N rows only.
    #[arg(long, value_name = "N", requires = "learn")]
    learn_limit: Option<usize>,
    /// Propose nothing but what was learned: no rules, no search.
    #[arg(long, requires = "learn")]
    learned_only: bool,
    /// Write what was found and healed, one JSON object per row, in the order of the rows.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
}

/// Runs `salve eval`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let mut sink = match &arguments.rows {
        Some(path) => Some(RowsFile::create(path)?),
        None => None,
    };
    let costs = match &arguments.costs {
        Some(path) => Arc::new(cost_model(path)?),
        None => CostModel::embedded(),
    };
    let mut kept = None;
    let figures = block_on(async {
        let prover = prover(loaded, &context.environment, &Place::of_process());
        let version = python_version(loaded, &prover).await;
        let mut taught = Vec::new();
        let mut rows = match (&arguments.file, &arguments.damage) {
            (Some(file), _) => read(file, arguments.limit)?,
            (None, folder) => {
                let folder = library(folder.clone().flatten(), &prover).await?;
                let count = arguments.limit.unwrap_or(DAMAGED);
                match arguments.learned_examples()? {
                    Some(each) => {
                        let (learned, unseen) =
                            rows_of_kinds(&folder, arguments.seed, each, version)?;
                        taught = learned;
                        unseen
                    }
                    None => damaged_rows(&folder, arguments.seed, count, version)?,
                }
            }
        };
        let skipped = skip_other_languages(&mut rows);
        let mut subject = Subject::new(Arc::new(prover), costs, version);
        match (&arguments.file, arguments.learn.as_deref()) {
            (Some(_), Some("half")) => {
                (taught, rows) = halves(subject.engine(), rows, version);
            }
            (Some(_), Some(file)) => taught = read(Path::new(file), None)?,
            _ => {}
        }
        if arguments.learn.is_some() {
            let school = School::new()?;
            subject = subject.remembering(school.knowledge(), arguments.learned_only);
            skip_other_languages(&mut taught);
            taught.truncate(arguments.learn_limit.unwrap_or(usize::MAX));
            school.teach(subject.engine(), &taught, version).await?;
            context.print(&format!("learned from {} fixes\n", taught.len()))?;
            kept = Some(school);
        }
        let rows: Arc<[Row]> = rows.into();
        let bar = progress(context, rows.len());
        let outcomes = measure_all(&subject, &rows, &bar, sink.as_mut()).await?;
        let mut figures = summarize(&rows, &outcomes);
        figures.interpreter = subject.interpreter().await;
        figures.skipped = skipped;
        Ok::<_, Report>(figures)
    })??;
    drop(kept);
    context.print(&page(&figures))?;
    context.print_json(&Output::Eval(Box::new(figures)))?;
    Ok(Exit::Fine)
}

impl Arguments {
    /// From how many examples of each kind of damage is to be learned.
    fn learned_examples(&self) -> Result<Option<usize>, Report> {
        let Some(learn) = &self.learn else {
            return Ok(None);
        };
        learn.parse().map(Some).map_err(|_| {
            Report::new(Exit::Usage, format!("--learn {learn}: not a number"))
                .hint("with --damage, say how many examples of each kind of damage to learn from: --learn 5")
        })
    }
}

fn cost_model(path: &Path) -> Result<CostModel, Report> {
    let unusable = |error: &dyn Error| {
        Report::new(Exit::Usage, format!("{}: no cost model", path.display())).caused_by(error)
    };
    let bytes = std::fs::read(path).map_err(|error| unusable(&error))?;
    CostModel::from_bytes(&bytes).map_err(|error| unusable(&error))
}

/// The folder whose files are damaged.
async fn library(named: Option<PathBuf>, prover: &CPythonProver) -> Result<PathBuf, Report> {
    match named {
        Some(folder) => Ok(folder),
        None => prover.standard_library().await.ok_or_else(|| {
            Report::new(
                Exit::Usage,
                "--damage: there is no Python whose library could be damaged",
            )
            .hint("name a folder of Python files: --damage DIR")
        }),
    }
}

/// Takes out the rows that salve does not heal yet, and says how many there are of each language.
fn skip_other_languages(rows: &mut Vec<Row>) -> BTreeMap<String, usize> {
    let mut skipped = BTreeMap::new();
    rows.retain(|row| {
        let known = row.lang == "python";
        if !known {
            *skipped.entry(row.lang.clone()).or_default() += 1;
        }
        known
    });
    skipped
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
