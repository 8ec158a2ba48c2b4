//! What an interpreter needs to read to come up, found out without starting it.

use std::fs;
use std::path::{Path, PathBuf};

/// An interpreter's executable, and what else belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The executable to start: for a virtual environment the link in it, which makes the interpreter find it.
    pub executable: PathBuf,
    /// Files and folders that it reads.
    pub readable: Vec<PathBuf>,
}

impl Surroundings {
    /// What belongs to `executable`; `None` if it is a script, such as a version manager's shim: then only the
    /// interpreter itself can say what it is.
    ///
    /// No more than libraries is ever readable, and only where a standard library lies: an installation may share its
    /// folder with a person's files (`--prefix=$HOME`), and a virtual environment may come from somebody who would like
    /// them read.
    pub fn of(executable: &Path) -> Option<Self> {
        let real = fs::canonicalize(executable).ok()?;
        if !is_program(&real) {
            return None;
        }
        // Only the last name may be a link: folders that are links lead out of what can be seen.
        let folder = fs::canonicalize(executable.parent()?).ok()?;
        let executable = folder.join(executable.file_name()?);
        let mut readable = vec![executable.clone(), real.clone()];
        readable.extend(libraries(prefix(&real)?));
        let environment = prefix(&executable)?;
        let settings = environment.join("pyvenv.cfg");
        if settings.is_file() {
            let packages = ["lib", "lib64"].map(|name| environment.join(name));
            readable.extend(packages.into_iter().filter(|folder| is_own_folder(folder)));
            readable.push(settings.clone());
            // An environment of copies, not links, names the folder of its interpreter (PEP 405).
            let text = fs::read_to_string(&settings).unwrap_or_default();
            let home = text.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case("home")
                    .then(|| PathBuf::from(value.trim()))
            });
            let home = home.filter(|home| is_program(&home.join("python3")));
            readable.extend(
                home.as_deref()
                    .and_then(Path::parent)
                    .into_iter()
                    .flat_map(libraries),
            );
        }
        Some(Self {
            executable,
            readable,
        })
    }
}

/// The folder that holds `bin/python`.
fn prefix(executable: &Path) -> Option<&Path> {
    executable.parent()?.parent()
}

/// The folders of a standard library below `prefix`, and the shared libraries beside them.
fn libraries(prefix: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["lib", "lib64"].map(|name| prefix.join(name)) {
        let entries: Vec<PathBuf> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        if !entries.iter().any(|path| is_standard_library(path)) {
            continue;
        }
        found.extend(entries.into_iter().filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            is_standard_library(path) || name.starts_with("lib") && name.contains(".so")
        }));
    }
    found
}

fn is_standard_library(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (name.starts_with("python3") || name.starts_with("pypy3")) && folder.join("os.py").is_file()
}

/// Whether this is a folder itself, not a link to somebody else's.
fn is_own_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|known| known.is_dir())
}

/// Whether a file is a program for the machine, not a script.
fn is_program(path: &Path) -> bool {
    let mut magic = [0; 4];
    fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic))
        .is_ok_and(|()| &magic == b"\x7fELF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_cannot_name_folders_to_be_read() {
        let root = tempfile::tempdir().expect("a folder");
        let home = root.path().join("home");
        let environment = root.path().join("project/.venv");
        for folder in [
            home.join("bin"),
            home.join("lib/notes"),
            environment.join("bin"),
        ] {
            fs::create_dir_all(folder).expect("a folder");
        }
        let program = home.join("bin/python3");
        fs::write(&program, b"\x7fELF and more").expect("a file");
        fs::write(environment.join("bin/python"), b"\x7fELF and more").expect("a file");
        let settings = format!("HOME = /usr/bin\nhome = {}\n", home.join("bin").display());
        fs::write(environment.join("pyvenv.cfg"), settings).expect("a file");
        let readable = |executable: &Path| {
            let found = Surroundings::of(executable).expect("it is a program");
            found
                .readable
                .iter()
                .any(|path| path.starts_with(home.join("lib")) || *path == home)
        };
        assert!(!readable(&environment.join("bin/python")));
        assert!(
            !readable(&program),
            "a folder that has a `bin` is no installation"
        );
    }
}
