//! Rows of our own: damage to library code that is on the machine anyway.

use std::path::Path;

use super::Row;
use super::row::{KnownError, Meta};
use crate::cli::Report;
use crate::cli::library::python_files;
use crate::damage::{Damaged, damages, damages_of, frequent_operators, shuffled};
use crate::lang::python::{Version, parse, syntax_errors};

/// Most rows of one file, as long as there are other files.
const PER_FILE: usize = 3;

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
    let files = python_files(folder)?;
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

/// Rows of the fifteen most frequent kinds of damage that can be undone: `each` to learn from, and [`UNSEEN`] of other
/// files to measure, of every kind; fewer if there is not enough code. The same files and seed give the same rows.
///
/// # Errors
/// If the folder cannot be read or holds no Python.
pub fn rows_of_kinds(
    folder: &Path,
    seed: u64,
    each: usize,
    version: (u8, u8),
) -> Result<(Vec<Row>, Vec<Row>), Report> {
    let files = shuffled(python_files(folder)?, seed);
    let sources: Vec<String> = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .collect();
    let (mut learned, mut unseen) = (Vec::new(), Vec::new());
    // No file gives both examples and what is measured.
    let (taught, measured) = sources.split_at(sources.len() / 4);
    for kind in frequent_operators(KINDS) {
        let of = |sources: &[String], count: usize| -> Vec<Row> {
            let damaged = sources
                .iter()
                .zip(seed..)
                .flat_map(|(source, own)| damages_of(source, kind, own, 1));
            let broken = damaged.filter(|damaged| {
                !parses(&damaged.code, version) && parses(&damaged.fixed, version)
            });
            broken
                .take(count)
                .zip(1..)
                .map(|(damaged, number)| row(format!("{kind}:{number}"), damaged))
                .collect()
        };
        learned.extend(of(taught, each));
        unseen.extend(of(measured, UNSEEN));
    }
    Ok((learned, unseen))
}

/// Kinds of damage that [`rows_of_kinds`] knows.
const KINDS: usize = 15;

/// Rows of each kind that are measured.
const UNSEEN: usize = 100;

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
