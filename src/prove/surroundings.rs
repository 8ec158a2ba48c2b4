//! What an interpreter needs to read to come up, found out without starting it.

use std::fs;
use std::path::{Path, PathBuf};

/// An interpreter's executable and the folders that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The executable to start: for a virtual environment the link in it, which makes the interpreter find it.
    pub executable: PathBuf,
    /// Folders that it reads.
    pub readable: Vec<PathBuf>,
}

impl Surroundings {
    /// What belongs to `executable`; `None` if it is a script, such as a version manager's shim: then only the
    /// interpreter itself can say what it is.
    pub fn of(executable: &Path) -> Option<Self> {
        let real = fs::canonicalize(executable).ok()?;
        if !is_program(&real) {
            return None;
        }
        let mut readable = vec![prefix(&real)?];
        // Links of links: each may lie in an installation of its own.
        let environment = prefix(executable)?;
        if let Ok(settings) = fs::read_to_string(environment.join("pyvenv.cfg")) {
            readable.push(environment);
            // The folder of the interpreter that the environment was made of (PEP 405).
            let home = settings.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == "home").then(|| PathBuf::from(value.trim()))
            });
            readable.extend(
                home.as_deref()
                    .and_then(Path::parent)
                    .map(Path::to_path_buf),
            );
        }
        readable.retain(|folder| folder.parent().is_some());
        Some(Self {
            executable: executable.to_owned(),
            readable,
        })
    }
}

/// The folder that holds `bin/python`.
fn prefix(executable: &Path) -> Option<PathBuf> {
    Some(executable.parent()?.parent()?.to_owned())
}

/// Whether a file is a program for the machine, not a script.
fn is_program(path: &Path) -> bool {
    let mut magic = [0; 4];
    fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic))
        .is_ok_and(|()| &magic == b"\x7fELF")
}
