//! Which files a command is about.

use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::output::Problem;

/// Endings of Python source files.
const ENDINGS: [&str; 3] = ["py", "pyi", "pyw"];

/// Standard input, as a path on the command line.
pub const STDIN: &str = "-";

/// The files to examine, and the paths that lead to none.
#[derive(Debug, Default)]
pub struct Collected {
    /// Files, in alphabetical order within each path given, each one once.
    pub files: Vec<PathBuf>,
    /// What could not be searched.
    pub problems: Vec<Problem>,
    /// Whether a path was given that does not exist or is of no use.
    pub wrong_path: bool,
}

/// Finds the Python files below the given paths. A file that is named is always taken; folders are searched as git
/// does, without ignored and hidden files and without following links.
pub fn collect(paths: &[PathBuf]) -> Collected {
    let mut collected = Collected::default();
    for path in paths {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => search(path, &mut collected),
            Ok(metadata) if !metadata.is_file() => {
                let message = "is not a regular file; pipe the text in and use `-` for it";
                collected.wrong(path, message);
            }
            Ok(_) if path.extension().is_some_and(|ending| ending == "ipynb") => {
                collected.wrong(path, "is a notebook, which salve does not read yet");
            }
            Ok(_) => collected.files.push(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                collected.wrong(path, "does not exist");
            }
            Err(error) => collected.wrong(path, &format!("cannot be read: {error}")),
        }
    }
    let mut seen = std::collections::HashSet::new();
    collected.files.retain(|path| seen.insert(path.clone()));
    collected
}

impl Collected {
    fn wrong(&mut self, path: &Path, message: &str) {
        self.wrong_path = true;
        self.problems.push(Problem {
            path: path.display().to_string(),
            message: message.to_owned(),
        });
    }
}

fn search(folder: &Path, collected: &mut Collected) {
    let walk = WalkBuilder::new(folder)
        // A folder that is not a repository yet may have a `.gitignore` all the same.
        .require_git(false)
        .sort_by_file_path(Path::cmp)
        .filter_entry(|entry| {
            let name = entry.file_name();
            !(entry.file_type().is_some_and(|kind| kind.is_dir())
                && (name == "__pycache__" || name == "node_modules" || name == "site-packages"))
        })
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                let is_python = entry
                    .path()
                    .extension()
                    .and_then(|ending| ending.to_str())
                    .is_some_and(|ending| ENDINGS.contains(&ending));
                if is_file && is_python {
                    let path = entry.into_path();
                    // `salve check` without a path should say `a.py`, not `./a.py`.
                    let path = path
                        .strip_prefix("./")
                        .map(Path::to_path_buf)
                        .unwrap_or(path);
                    collected.files.push(path);
                }
            }
            Err(error) => collected.problems.push(Problem {
                path: folder.display().to_string(),
                message: format!("cannot be searched: {error}"),
            }),
        }
    }
}
