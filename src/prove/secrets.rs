//! What in a project is nobody's business but the person's.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::prompt::NeverSent;

/// Most files and folders of a project that are looked at.
const MAX_ENTRIES: usize = 200_000;

/// Files that usually hold secrets: the same that no model is shown.
static SECRET: LazyLock<NeverSent> = LazyLock::new(NeverSent::default);

/// Endings of programs: what is imported is no secret, whatever its name.
const PROGRAMS: [&str; 4] = [".py", ".pyi", ".js", ".ts"];

/// Every secret below `root`, and every socket; absolute paths in alphabetical order.
///
/// Virtual environments and installed packages come from elsewhere: only sockets are looked for in them, and only if
/// `has_sockets`, for a program that could connect to one.
///
/// # Errors
/// If the root cannot be read, or the project is too large to be looked through.
pub(super) fn secrets(root: &Path, has_sockets: bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), false)];
    let mut seen = 0;
    while let Some((folder, is_foreign)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if folder == root => return Err(error),
            // Nor will the program be able to read it.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            seen += 1;
            if seen > MAX_ENTRIES {
                return Err(io::Error::other(format!(
                    "{}: more than {MAX_ENTRIES} files, too many to look for secrets before a run",
                    root.display()
                )));
            }
            let (path, name) = (entry.path(), entry.file_name());
            let kind = entry.file_type()?;
            let name = name.to_string_lossy();
            if is_socket(kind) || !is_foreign && is_secret(root, &path, kind.is_dir()) {
                // What a link leads to is the secret.
                found.extend(
                    fs::canonicalize(&path)
                        .ok()
                        .filter(|real| real.starts_with(root)),
                );
                found.push(path);
            } else if kind.is_dir() {
                let is_foreign = is_foreign || comes_from_elsewhere(&path, &name);
                if !is_foreign || has_sockets {
                    folders.push((path, is_foreign));
                }
            }
        }
    }
    let mut unique = HashSet::new();
    found.retain(|path| unique.insert(path.clone()));
    found.sort();
    Ok(found)
}

/// Whether a file below `root`, or all of a folder, holds secrets.
fn is_secret(root: &Path, path: &Path, is_folder: bool) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    if !SECRET.usually_holds_secrets(&below) {
        return false;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    if is_folder {
        // Others may hold programs too; what else is in them is found when they are looked through.
        return name.starts_with('.');
    }
    !PROGRAMS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(unix)]
fn is_socket(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&kind)
}

#[cfg(not(unix))]
fn is_socket(_kind: fs::FileType) -> bool {
    false
}

/// Whether a folder holds what was installed.
fn comes_from_elsewhere(folder: &Path, name: &str) -> bool {
    matches!(name, "node_modules" | "site-packages" | "__pycache__")
        || folder.join("pyvenv.cfg").is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_secret_and_nothing_else() {
        let project = tempfile::tempdir().expect("a folder");
        let root = project.path().canonicalize().expect("it exists");
        for file in [
            "app.py",
            "credentials.py",
            "docs/key.md",
            ".env",
            ".ENV.local",
            "config/prod.env",
            "config/server.pem",
            ".venv/pyvenv.cfg",
            ".venv/lib/cacert.pem",
            ".git/config",
            ".git-credentials",
            "id_ecdsa",
            "secrets/__init__.py",
            "secrets/token.txt",
        ] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, "x").expect("a file");
        }
        let found = secrets(&root, false).expect("it can be read");
        let shown: Vec<_> = found
            .iter()
            .filter_map(|path| path.strip_prefix(&root).ok()?.to_str())
            .collect();
        assert_eq!(
            shown,
            [
                ".ENV.local",
                ".env",
                ".git",
                ".git-credentials",
                "config/prod.env",
                "config/server.pem",
                "id_ecdsa",
                "secrets/token.txt"
            ]
        );
        let socket = root.join(".venv/lib/daemon.sock");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        let masked = |has_sockets| secrets(&root, has_sockets).expect("it can be read");
        assert!(!masked(false).contains(&socket) && masked(true).contains(&socket));
    }
}
