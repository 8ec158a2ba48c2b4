//! The type step: mypy, where the project uses it and is trusted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::super::interpreter::{Lookup, find_tool, folders_up_to};
use super::mypy_settings::MypySettings;
use super::tool::{Complaint, Job, is_whole, judge};
use crate::engine::ports::{Change, ToolReport, ToolVerdict};

const TOOL: &str = "mypy";

/// Checks types. What mypy learned of the modules around is kept until this is dropped, because without it mypy takes
/// seconds.
#[derive(Default)]
pub(in super::super) struct TypeChecker {
    scratch: Mutex<Scratch>,
}

/// Where mypy works: one run at a time.
#[derive(Default)]
struct Scratch {
    folder: Option<tempfile::TempDir>,
    last_length: usize,
}

/// What is asked of mypy, and with what.
struct Asked<'call> {
    program: PathBuf,
    interpreter: Option<&'call Path>,
    settings: MypySettings,
    file: PathBuf,
    lookup: &'call Lookup,
    limit: Duration,
}

impl TypeChecker {
    /// What mypy says of a change; `None` if the project does not use it or is not trusted: its settings name files
    /// and programs.
    pub(in super::super) async fn check(
        &self,
        change: &Change<'_>,
        lookup: &Lookup,
        interpreter: Option<&Path>,
        limit: Duration,
    ) -> Option<ToolReport> {
        lookup.trusted.then_some(())?;
        let file = lookup.folder.join(change.path?);
        let root = lookup.root.as_deref().unwrap_or(&lookup.folder);
        let settings =
            folders_up_to(file.parent()?, Some(root)).find_map(MypySettings::of_folder)?;
        let start = Instant::now();
        let verdict = match find_tool(TOOL, lookup) {
            Some(program) => {
                let asked = Asked {
                    program,
                    interpreter,
                    settings,
                    file,
                    lookup,
                    limit,
                };
                self.ask(&asked, change)
                    .await
                    .unwrap_or_else(|reason| ToolVerdict::Unavailable { reason })
            }
            None => ToolVerdict::Unavailable {
                reason: "the project uses mypy, which is not installed; install it in the project's environment"
                    .to_owned(),
            },
        };
        Some(ToolReport {
            tool: TOOL,
            verdict,
            millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    async fn ask(&self, asked: &Asked<'_>, change: &Change<'_>) -> Result<ToolVerdict, String> {
        if !asked.file.is_file() {
            return Err(format!(
                "{}: is not there for mypy to find; save it first",
                asked.file.display()
            ));
        }
        let mut scratch = self.scratch.lock().await;
        let before = if is_whole(change.before) {
            Some(scratch.complaints(asked, change.before).await?)
        } else {
            None
        };
        let after = scratch.complaints(asked, change.after).await?;
        Ok(judge(change, before, after))
    }
}

impl Scratch {
    /// What mypy says of the file as if it held `text`.
    async fn complaints(
        &mut self,
        asked: &Asked<'_>,
        text: &str,
    ) -> Result<Vec<Complaint>, String> {
        let failed = |error: std::io::Error| format!("no room for mypy to work in: {error}");
        let folder = match &self.folder {
            Some(folder) => folder,
            None => {
                let folder = tempfile::Builder::new()
                    .prefix("salve-mypy-")
                    .tempdir()
                    .map_err(failed)?;
                self.folder.insert(folder)
            }
        }
        .path()
        .to_owned();
        // mypy takes another text of the same length for the one that it knows already.
        let mut shadow = format!("{text}\n");
        if shadow.len() == self.last_length {
            shadow.push('\n');
        }
        self.last_length = shadow.len();
        let shadow_file = folder.join("shadow.py");
        std::fs::write(&shadow_file, shadow).map_err(failed)?;
        let settings_file = folder.join(asked.settings.file_name);
        std::fs::write(&settings_file, &asked.settings.text).map_err(failed)?;
        let mut arguments: Vec<OsString> = [
            "--no-error-summary",
            "--no-color-output",
            "--hide-error-context",
            "--show-error-codes",
            "--no-pretty",
            "--config-file",
        ]
        .map(Into::into)
        .to_vec();
        arguments.push(settings_file.into());
        arguments.extend(["--cache-dir".into(), folder.join("cache").into()]);
        if let Some(interpreter) = asked.interpreter {
            arguments.extend(["--python-executable".into(), interpreter.into()]);
        }
        arguments.extend([
            "--shadow-file".into(),
            asked.file.clone().into(),
            shadow_file.into(),
            "--".into(),
            asked.file.clone().into(),
        ]);
        let outcome = Job {
            program: &asked.program,
            arguments,
            input: b"",
            folder: Some(&asked.settings.folder),
            variables: &asked.lookup.environment.for_all,
            limit: asked.limit,
        }
        .run()
        .await?;
        // 1 says that there are complaints; more, that mypy failed.
        if !matches!(outcome.status.code(), Some(0 | 1)) {
            return Err(outcome.failure(&asked.program));
        }
        let report = String::from_utf8_lossy(&outcome.report);
        Ok(report
            .lines()
            .filter_map(|line| complaint(line, asked))
            .collect())
    }
}

/// A line of the report, `path:line:column: error: message  [code]`, if it is about the file.
fn complaint(line: &str, asked: &Asked<'_>) -> Option<Complaint> {
    let (place, message) = line.split_once(": error: ")?;
    let mut place = place.split(':').rev().peekable();
    let mut number = None;
    while let Some(Ok(found)) = place.peek().map(|part| part.parse::<usize>()) {
        number = Some(found);
        place.next();
    }
    let mut path: Vec<&str> = place.collect();
    path.reverse();
    let path = asked.settings.folder.join(path.join(":"));
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if real(&path) != real(&asked.file) {
        return None;
    }
    let (message, code) = message
        .strip_suffix(']')
        .and_then(|message| message.rsplit_once("  ["))
        .unwrap_or((message, "error"));
    let line = number?;
    (code != "syntax").then(|| Complaint {
        code: code.to_owned(),
        message: message.to_owned(),
        lines: (line, line),
    })
}
