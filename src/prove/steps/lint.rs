//! The lint step: ruff, where the project uses it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::super::declared::read;
use super::super::interpreter::{Lookup, find_tool, folders_up_to};
use super::tool::{Complaint, Job, is_whole, judge};
use crate::engine::ports::{Change, ToolReport, ToolVerdict};

const TOOL: &str = "ruff";

/// One entry of `ruff check --output-format json`.
#[derive(Deserialize)]
struct Entry {
    /// Missing or `invalid-syntax` where the text cannot be read.
    code: Option<String>,
    message: String,
    location: Place,
    end_location: Place,
}

#[derive(Deserialize)]
struct Place {
    row: usize,
}

/// What ruff says of a change; `None` if the project does not use it.
///
/// Its settings are data, so it may be asked in a workspace that is not trusted; but then it does not come from there.
pub(in super::super) async fn lint(
    change: &Change<'_>,
    lookup: &Lookup,
    limit: Duration,
) -> Option<ToolReport> {
    let file = lookup
        .folder
        .join(change.path.map_or(Path::new("untitled.py"), Path::new));
    uses_ruff(file.parent()?, lookup).then_some(())?;
    let start = Instant::now();
    let verdict = match find_tool(TOOL, lookup) {
        Some(program) => ask(&program, &file, change, lookup, limit)
            .await
            .unwrap_or_else(|reason| ToolVerdict::Unavailable { reason }),
        None => ToolVerdict::Unavailable {
            reason: "the project uses ruff, which is not installed; install it in the project's environment"
                .to_owned(),
        },
    };
    Some(ToolReport {
        tool: TOOL,
        verdict,
        millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn uses_ruff(folder: &Path, lookup: &Lookup) -> bool {
    let root = lookup.root.as_deref().unwrap_or(&lookup.folder);
    folders_up_to(folder, Some(root)).any(|folder| {
        ["ruff.toml", ".ruff.toml"]
            .iter()
            .any(|name| folder.join(name).is_file())
            || read(&folder.join("pyproject.toml"))
                .and_then(|text| text.parse::<toml::Table>().ok())
                .is_some_and(|table| table.get("tool").and_then(|tool| tool.get(TOOL)).is_some())
    })
}

async fn ask(
    program: &Path,
    file: &Path,
    change: &Change<'_>,
    lookup: &Lookup,
    limit: Duration,
) -> Result<ToolVerdict, String> {
    let check = async |text: &str| complaints(program, file, text, lookup, limit).await;
    let (before, after) = if is_whole(change.before) {
        let (before, after) = tokio::try_join!(check(change.before), check(change.after))?;
        (Some(before), after)
    } else {
        (None, check(change.after).await?)
    };
    Ok(judge(change, before, after))
}

async fn complaints(
    program: &Path,
    file: &Path,
    text: &str,
    lookup: &Lookup,
    limit: Duration,
) -> Result<Vec<Complaint>, String> {
    let mut arguments: Vec<_> = [
        "check",
        "--no-fix",
        "--no-cache",
        "--quiet",
        "--exit-zero",
        "--output-format",
        "json",
        "--stdin-filename",
    ]
    .map(Into::into)
    .to_vec();
    arguments.push(PathBuf::from(file).into_os_string());
    arguments.push("-".into());
    let outcome = Job {
        program,
        arguments,
        input: text.as_bytes(),
        folder: None,
        variables: &lookup.environment.for_all,
        limit,
    }
    .run()
    .await?;
    if !outcome.status.success() {
        return Err(outcome.failure(program));
    }
    let entries: Vec<Entry> = serde_json::from_slice(&outcome.report)
        .map_err(|error| format!("{}: does not answer like ruff: {error}", program.display()))?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| {
            let code = entry.code.filter(|code| code != "invalid-syntax")?;
            Some(Complaint {
                code,
                message: entry.message,
                lines: (entry.location.row, entry.end_location.row),
            })
        })
        .collect())
}
