//! The tools that projects use, as `tests/all` installs them.

use std::path::PathBuf;

/// The folder in which `tests/all` installs tools, and those of `PATH`.
pub fn tools() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let installed = std::env::var_os("SALVE_TEST_TOOLS").map(PathBuf::from);
    let home = std::env::home_dir().unwrap_or_default();
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or(home.join(".cache"), PathBuf::from);
    folders.push(installed.unwrap_or(cache.join("salve-tests")).join("bin"));
    for tool in ["ruff", "mypy"] {
        let is_there = folders.iter().any(|folder| folder.join(tool).is_file());
        assert!(
            is_there,
            "no {tool}; run `tests/all install` once, which installs it"
        );
    }
    folders
}
