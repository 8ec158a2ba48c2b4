//! Putting a damaged file out of the way, whole and under a name that tells when, and the newest good copy in its place.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::backup;

/// A damaged database that is out of the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Aside {
    /// Where it is now.
    pub(super) path: PathBuf,
    /// The day of the copy that took its place, as in `2026-11-23` (UTC); `None` if there was none that is whole.
    pub(super) copy_of: Option<String>,
}

/// Renames the database with its log to `<path>.corrupt-<now>`, and puts the newest copy that is whole in its place.
///
/// `None` if `still_corrupt` finds, once this process is the only one here, that a neighbor was quicker.
///
/// # Errors
/// Those of the file system; nothing is removed then.
pub(super) fn move_aside(
    path: &Path,
    now: i64,
    still_corrupt: impl FnOnce() -> bool,
) -> io::Result<Option<Aside>> {
    alone(path, || match still_corrupt() {
        true => exchange(path, now).map(Some),
        false => Ok(None),
    })
}

/// Does something about the files at `path` while no other salve does.
pub(super) fn alone<T>(path: &Path, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let lock_path = with_suffix(path, ".lock");
    let lock = File::create(&lock_path)?;
    lock.lock()?;
    let done = work();
    // Best effort: a lock file that stays is empty and harmless.
    let _ = fs::remove_file(&lock_path);
    done
}

fn exchange(path: &Path, now: i64) -> io::Result<Aside> {
    // Ready before the place is free: a neighbor that finds it empty begins a new record there.
    let copy = backup::stand_in(path);
    let aside = rename_all(path, now)?;
    let copy_of = copy.and_then(|copy| {
        copy.take_place(path)
            .map_err(|error| tracing::warn!("no copy took the record's place: {error}"))
            .ok()
    });
    Ok(Aside {
        path: aside,
        copy_of,
    })
}

fn rename_all(path: &Path, now: i64) -> io::Result<PathBuf> {
    let mut aside = with_suffix(path, &format!(".corrupt-{now}"));
    let mut again = 1;
    while aside.exists() {
        again += 1;
        aside = with_suffix(path, &format!(".corrupt-{now}-{again}"));
    }
    // The log goes first: it must never lie beside a database that it does not belong to.
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// The path with something appended to its last component.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(suffix);
    PathBuf::from(longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_moves_together_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        for (round, expected) in ["a.db.corrupt-9", "a.db.corrupt-9-2"].iter().enumerate() {
            fs::write(&path, format!("main {round}")).unwrap();
            fs::write(with_suffix(&path, "-wal"), "log").unwrap();
            let aside = move_aside(&path, 9, || true).unwrap().unwrap();
            assert_eq!(aside.copy_of, None);
            let aside = aside.path;
            assert_eq!(aside, folder.path().join(expected));
            assert_eq!(fs::read_to_string(&aside).unwrap(), format!("main {round}"));
            assert!(with_suffix(&aside, "-wal").exists());
            assert!(!path.exists());
        }
    }

    #[test]
    fn a_file_that_a_neighbor_has_replaced_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        fs::write(&path, "new").unwrap();
        assert_eq!(move_aside(&path, 9, || false).unwrap(), None);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}
