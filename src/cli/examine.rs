//! Examines many files, two at a time, and hands over what was found in the order of the files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};

use super::assemble::Assembled;
use super::collect::STDIN;
use super::globals::Context;
use super::output::Problem;
use super::source::{SourceFile, undecodable};
use super::{Exit, Report};
use crate::engine::{Engine, Healed, Input};
use crate::taxonomy;
use crate::text::SourceEncoding;

/// Files that are examined at the same time; as many texts are in memory.
const WORKERS: usize = 2;

/// Stack of a thread that examines, in bytes: nesting in a person's text must not overflow it. Only what is used costs memory.
pub const STACK: usize = 64 * 1024 * 1024;

/// From how many files on a bar is shown.
const BAR_FROM: usize = 20;

/// Which codes count.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Only these codes; a prefix counts for all that start with it (`SYN`, `SYN.MISSING`).
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these codes; outranks --select.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    ignore: Vec<String>,
}

impl Selection {
    /// Refuses prefixes that no code starts with.
    pub fn check(&self) -> Result<(), Report> {
        for prefix in self.select.iter().chain(&self.ignore) {
            let known = taxonomy::entries()
                .iter()
                .any(|entry| starts_with(entry.code.as_str(), prefix));
            if !known {
                let report = Report::new(Exit::Usage, format!("no code starts with `{prefix}`"));
                return Err(match taxonomy::nearest(prefix) {
                    Some(meant) => report.hint(format!("Did you mean {meant}?")),
                    None => report.hint("docs/taxonomy.md lists all codes."),
                });
            }
        }
        Ok(())
    }

    fn covers(&self, code: &str) -> bool {
        let any = |prefixes: &[String]| prefixes.iter().any(|prefix| starts_with(code, prefix));
        (self.select.is_empty() || any(&self.select)) && !any(&self.ignore)
    }
}

fn starts_with(code: &str, prefix: &str) -> bool {
    code.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// A file, and what was found and proven on it.
#[derive(Debug, Clone)]
pub struct Examined {
    /// What to call it.
    pub name: String,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// As it was read.
    pub source: SourceFile,
    /// What the engine was given.
    pub input: Input,
    /// How the text is written back; `None` where the bytes are no text.
    pub encoding: Option<SourceEncoding>,
    /// What was found and proven.
    pub healed: Healed,
}

/// What is examined.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A file.
    File(PathBuf),
    /// Standard input, to be called so.
    Stdin(String),
}

/// Runs a future on threads that have room for deep nesting.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Report> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(|error| {
            Report::new(Exit::Internal, "no threads could be started").caused_by(&error)
        })?;
    Ok(runtime.block_on(future))
}

/// Examines the subjects and hands each outcome to `take`, in their order. Memory holds few texts at a time.
pub async fn examine(
    context: &Context,
    assembled: &Assembled,
    subjects: Vec<Subject>,
    selection: &Selection,
    mut take: impl AsyncFnMut(&Engine, Result<Examined, Problem>, &ProgressBar) -> Result<(), Report>,
) -> Result<(), Report> {
    let bar = if context.shows_progress() && subjects.len() >= BAR_FROM {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files {eta}");
        let bar = ProgressBar::new(subjects.len() as u64);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let selection = Arc::new(selection.clone());
    let mut outcomes = stream::iter(subjects)
        .map(|subject| {
            let engine = assembled.engine.clone();
            let (version, names) = (assembled.python_version, assembled.names);
            let name = name_of(&subject);
            let selection = Arc::clone(&selection);
            async move {
                // A task of its own: a panic on one file must not keep the others from being examined.
                let task = tokio::spawn(async move {
                    let mut examined = examine_one(&engine, subject, version).await?;
                    examined.healed.findings.retain(|healed| {
                        let code = healed.finding.code;
                        (names || code.family() != "NAME") && selection.covers(code.as_str())
                    });
                    Ok(examined)
                });
                match task.await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Problem {
                        path: name,
                        message: CRASHED.to_owned(),
                    }),
                }
            }
        })
        .buffered(WORKERS);
    while let Some(outcome) = outcomes.next().await {
        take(&assembled.engine, outcome, &bar).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The message of a problem that is a bug of salve.
pub const CRASHED: &str =
    "salve crashed on this file, which is a bug in salve; please report it with the file";

async fn examine_one(
    engine: &Engine,
    subject: Subject,
    python_version: (u8, u8),
) -> Result<Examined, Problem> {
    let name = name_of(&subject);
    let (path, read) = match subject {
        Subject::File(path) => {
            let read = SourceFile::read(&path);
            (Some(path), read)
        }
        Subject::Stdin(_) => (None, SourceFile::read_stdin()),
    };
    let source = read.map_err(|message| Problem {
        path: name.clone(),
        message,
    })?;
    let input = Input {
        text: source.shown_text(),
        path: path.as_deref().map(absolute),
        document_version: None,
        python_version,
    };
    let (healed, encoding) = match &source.decoded {
        Ok(decoded) => (engine.heal(&input).await, Some(decoded.encoding)),
        Err(error) => (undecodable(error, &input.text), None),
    };
    Ok(Examined {
        name,
        path,
        source,
        input,
        encoding,
        healed,
    })
}

fn name_of(subject: &Subject) -> String {
    match subject {
        Subject::File(path) => path.display().to_string(),
        Subject::Stdin(name) => name.clone(),
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path)
        .unwrap_or_else(|_| path.to_path_buf())
        .to_string_lossy()
        .into_owned()
}

/// The subjects that the given paths lead to, and the problems on the way. Standard input stands alone.
pub fn subjects(
    paths: &[PathBuf],
    stdin_name: Option<&str>,
) -> Result<(Vec<Subject>, super::collect::Collected), Report> {
    if paths.iter().any(|path| path.as_os_str() == STDIN) {
        if paths.len() > 1 {
            let report = Report::new(Exit::Usage, "`-` cannot be combined with other paths");
            return Err(report.hint("Check standard input and files in two commands."));
        }
        let name = stdin_name.unwrap_or("<stdin>").to_owned();
        return Ok((
            vec![Subject::Stdin(name)],
            super::collect::Collected::default(),
        ));
    }
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut collected = super::collect::collect(paths);
    let files = std::mem::take(&mut collected.files);
    Ok((files.into_iter().map(Subject::File).collect(), collected))
}
