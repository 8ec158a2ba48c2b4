//! Folders of Python code that is as it should be.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::{Exit, Report};

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

/// The Python files of the library in `folder`, in alphabetical order, whatever git would ignore.
///
/// # Errors
/// If the folder cannot be read or holds no Python.
pub fn python_files(folder: &Path) -> Result<Vec<PathBuf>, Report> {
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|error| {
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
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
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
            let _ = collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "py") {
            files.push(path);
        }
    }
    Ok(())
}
