//! Finding and reading configuration files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The project's file.
pub const PROJECT_FILE: &str = "salve.json";

/// The user's file, below the platform's configuration folder.
pub const USER_FILE: &str = "salve/config.json";

/// Largest configuration file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// What a configuration file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRole {
    /// The person's own.
    User,
    /// The project's.
    Project,
    /// Given with `--config`.
    Given,
}

/// A configuration file and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// What it is for.
    pub role: FileRole,
    /// Where it is, or would be.
    pub path: PathBuf,
    /// What became of it.
    pub state: FileState,
}

/// What became of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It was read.
    Read,
    /// There is none.
    Absent,
    /// It is there, but could not be used.
    Unusable(String),
}

/// The settings in a JSON file; `Ok(None)` if there is no such file, else why it could not be used.
pub(super) fn read_json(path: &Path) -> Result<Option<Value>, String> {
    let Some(text) = read(path)? else {
        return Ok(None);
    };
    let values: Value = serde_json::from_str(&text).map_err(|error| {
        format!(
            "is not JSON: line {}, column {}: {}",
            error.line(),
            error.column(),
            without_place(&error)
        )
    })?;
    match values {
        Value::Object(_) => Ok(Some(values)),
        _ => {
            Err("is not a JSON object, as in { \"python\": { \"version\": \"3.11\" } }".to_owned())
        }
    }
}

/// The `[tool.salve]` table of a `pyproject.toml`; `Ok(None)` where there is no file or no such table.
pub(super) fn read_pyproject(path: &Path) -> Result<Option<Value>, String> {
    let Some(text) = read(path)? else {
        return Ok(None);
    };
    // Most such files have no table of ours, and their mistakes are not ours to report.
    if !text.contains("tool.salve") && !text.contains("salve]") {
        return Ok(None);
    }
    let table: toml::Table =
        toml::from_str(&text).map_err(|error| format!("is not TOML: {}", error.message()))?;
    let Some(values) = table.get("tool").and_then(|tool| tool.get("salve")) else {
        return Ok(None);
    };
    match serde_json::to_value(values) {
        Ok(values @ Value::Object(_)) => Ok(Some(values)),
        _ => Err("`tool.salve` is not a table".to_owned()),
    }
}

/// The project's file for `folder`: the nearest folder upwards that has one, up to the root of the repository.
///
/// Of a `salve.json` and a `pyproject.toml` in one folder the first is taken. The second value is the other one, if it
/// has settings too.
pub(super) fn find_project_file(folder: &Path) -> (Option<ProjectFile>, Option<PathBuf>) {
    for folder in folder.ancestors() {
        let own = folder.join(PROJECT_FILE);
        let pyproject = folder.join("pyproject.toml");
        let own_values = read_json(&own);
        let shared_values = read_pyproject(&pyproject);
        match (own_values, shared_values) {
            (Ok(None), Ok(None)) => {}
            (Ok(None), values) => return (Some(ProjectFile::new(pyproject, values)), None),
            (values, shared) => {
                let other = matches!(shared, Ok(Some(_))).then_some(pyproject);
                return (Some(ProjectFile::new(own, values)), other);
            }
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    (None, None)
}

/// A project's file with its settings, or why it has none.
pub(super) struct ProjectFile {
    pub(super) path: PathBuf,
    pub(super) values: Result<Option<Value>, String>,
}

impl ProjectFile {
    fn new(path: PathBuf, values: Result<Option<Value>, String>) -> Self {
        Self { path, values }
    }
}

fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("is not a file".to_owned()),
        Ok(metadata) if metadata.len() > MAX_BYTES => {
            return Err("is larger than 1 MB, which no configuration is".to_owned());
        }
        Ok(_) => {}
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(
            text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
        )),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err("is not UTF-8".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The message of a JSON error without the ` at line 1 column 2` at its end.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message
        .rsplit_once(" at line ")
        .map_or(message.clone(), |(what, _)| what.to_owned())
}
