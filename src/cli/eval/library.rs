//! Rows of our own: damage to library code that is on the machine anyway.

use std::path::{Path, PathBuf};

use super::Row;
use super::row::{KnownError, Meta};
use crate::cli::{Exit, Report};
use crate::damage::{Damaged, damages, shuffled};
use crate::lang::python::{Version, parse, syntax_errors};

/// Most rows of one file, as long as there are other files.
const PER_FILE: usize = 3;

/// Folders of a library that are not the library: packages from elsewhere, and tests with programs that are broken or
/// odd on purpose.
const NOT_LIBRARY: [&str; 6] = [
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "idle_test",
    "__pycache__",
];

/// `count` rows of damage to the Python files below `folder`, judged by `version`; fewer if there is not enough code.
/// The same files and the same seed give the same rows.
///
/// # Errors
/// If the folder cannot be read or holds no Python.
pub fn damaged_rows(
    folder: &Path,
    seed: u64,
    count: usize,
    version: (u8, u8),
) -> Result<Vec<Row>, Report> {
    let mut files = Vec::new();
    python_files(folder, &mut files).map_err(|error| {
        Report::new(Exit::Usage, format!("{}: cannot be read", folder.display()))
            .caused_by(&error)
            .hint("name a folder of Python files")
    })?;
    if files.is_empty() {
        return Err(Report::new(
            Exit::Usage,
            format!("{}: holds no Python", folder.display()),
        )
        .hint("name a folder of Python files"));
    }
    let per_file = count.div_ceil(files.len()).max(PER_FILE);
    let mut rows = Vec::new();
    for (file, own) in std::iter::zip(shuffled(files, seed), seed..) {
        if rows.len() >= count {
            break;
        }
        // A file in another encoding, or one that went away, is no loss.
        let Ok(source) = std::fs::read_to_string(&file) else {
            continue;
        };
        let name = file.strip_prefix(folder).unwrap_or(&file).display();
        let damaged = damages(&source, own, per_file);
        let broken = damaged
            .into_iter()
            .filter(|damaged| !parses(&damaged.code, version) && parses(&damaged.fixed, version));
        rows.extend(std::iter::zip(1.., broken).map(|(number, damaged)| {
            row(format!("{name}:{number}:{}", damaged.operator), damaged)
        }));
    }
    rows.truncate(count);
    Ok(rows)
}

fn row(id: String, damaged: Damaged) -> Row {
    Row {
        id,
        lang: "python".to_owned(),
        code: damaged.code,
        fixed: Some(damaged.fixed),
        error: Some(KnownError {
            line: Some(damaged.line),
            stage: None,
        }),
        meta: Some(Meta {
            line: Some(damaged.line),
            exact: Some(damaged.recoverable),
            tok_edits: None,
            n_errors: Some(damaged.mistakes),
            cause: None,
            op: Some(damaged.operator.to_owned()),
        }),
    }
}

fn parses(text: &str, version: (u8, u8)) -> bool {
    syntax_errors(&parse(text, Version::from(version))).is_empty()
}

/// The Python files of a library in alphabetical order, whatever git would ignore.
fn python_files(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str());
        if path.is_symlink() || name.is_none_or(|name| NOT_LIBRARY.contains(&name)) {
            continue;
        }
        if path.is_dir() {
            // What may not be read below is left out.
            let _ = python_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "py") {
            files.push(path);
        }
    }
    Ok(())
}
