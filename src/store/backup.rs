//! Copies of the record: one a day, of which the newest that is whole stands in for a record that was damaged.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use super::aside::with_suffix;
use super::open::immutable_uri;
use super::schema;

/// Copies that are kept, the newest.
const KEPT: usize = 3;

/// What follows the record's name in that of a copy; then comes the day, as in `2026-11-23`.
const MARK: &str = ".backup-";

/// How the name of a copy that is being made ends.
const PARTIAL: &str = ".partial";

/// A copy that is still being made after this time was given up, when its process was killed.
const GIVEN_UP: Duration = Duration::from_secs(86_400);

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A copy that was checked, ready to take the record's place.
pub(super) struct StandIn {
    /// The day on which it was made, as in `2026-11-23` (UTC).
    pub(super) day: String,
    file: TempPath,
}

impl StandIn {
    /// Takes the place of the record at `path`, where nothing may be by now.
    pub(super) fn take_place(self, path: &Path) -> io::Result<String> {
        self.file.persist_noclobber(path)?;
        Ok(self.day)
    }
}

/// Where the copy of the day of `now` (Unix seconds) belongs; `None` if it is there already.
pub(super) fn due(
    connection: &Connection,
    path: &Path,
    now: i64,
) -> rusqlite::Result<Option<PathBuf>> {
    let day: String =
        connection.query_row("SELECT date(?1, 'unixepoch')", [now], |row| row.get(0))?;
    let copy = with_suffix(path, &format!("{MARK}{day}"));
    Ok((!copy.exists()).then_some(copy))
}

/// Makes the copy, and lets go of the oldest.
pub(super) fn make(connection: &Connection, path: &Path, copy: &Path) -> Result<(), CopyError> {
    sweep(path);
    // Unless a neighbor was quicker.
    if !copy.exists() {
        copy_to(connection, copy)?;
    }
    for (_, old) in copies(path).into_iter().skip(KEPT) {
        fs::remove_file(old)?;
    }
    Ok(())
}

/// Copies the database as it is, without what was deleted from it. Nobody but its owner can read the copy, and it is
/// there whole or not at all; one that is there already stays.
pub(super) fn copy_to(connection: &Connection, copy: &Path) -> Result<(), CopyError> {
    let partial = partial(copy)?;
    let name = partial
        .to_str()
        .ok_or_else(|| rusqlite::Error::InvalidPath(partial.to_path_buf()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    OpenOptions::new().write(true).open(&partial)?.sync_all()?;
    match partial.persist_noclobber(copy).map_err(|error| error.error) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// An empty file of the owner's alone, beside what it will become.
fn partial(copy: &Path) -> io::Result<TempPath> {
    let name = copy.file_name().unwrap_or_default();
    let file = tempfile::Builder::new()
        .prefix(name)
        .suffix(PARTIAL)
        .tempfile_in(folder_of(copy))?;
    Ok(file.into_temp_path())
}

/// The newest copy of the record at `path` that is whole; `None` if there is none.
pub(super) fn stand_in(path: &Path) -> Option<StandIn> {
    copies(path).into_iter().find_map(|(day, copy)| {
        let staged = is_whole(&copy).and_then(|is_whole| {
            let file = partial(path)?;
            fs::copy(&copy, &file)?;
            Ok(is_whole.then_some(StandIn { day, file }))
        });
        staged.unwrap_or_else(|error| {
            tracing::warn!("{}: this copy is no help: {error}", copy.display());
            None
        })
    })
}

/// Whether SQLite finds nothing wrong with a copy, and this version can use it.
fn is_whole(copy: &Path) -> Result<bool, CopyError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(immutable_uri(copy), flags)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    Ok(verdict == "ok" && schema::is_known(&connection)?)
}

/// The copies of the record at `path` with their days, the newest first.
fn copies(path: &Path) -> Vec<(String, PathBuf)> {
    let mut copies: Vec<_> = beside(path)
        .filter_map(|(rest, file)| is_day(&rest).then_some((rest, file)))
        .collect();
    copies.sort_unstable_by(|one, other| other.cmp(one));
    copies
}

/// Removes what was left of copies whose making was given up.
fn sweep(path: &Path) {
    for (rest, file) in beside(path) {
        let is_old = |file: &Path| {
            let changed = fs::metadata(file)?.modified()?;
            let age = SystemTime::now().duration_since(changed);
            Ok::<_, io::Error>(age.is_ok_and(|age| age > GIVEN_UP))
        };
        if rest.ends_with(PARTIAL) && is_old(&file).unwrap_or(false) {
            // Best effort: it is tried again tomorrow.
            let _ = fs::remove_file(file);
        }
    }
}

/// The files beside the record whose names begin as a copy's, with the rest of their names.
fn beside(path: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beginning = format!("{name}{MARK}");
    fs::read_dir(folder_of(path))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(move |entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix(&beginning)?.to_owned();
            Some((rest, entry.path()))
        })
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    let folder = parent.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn is_day(text: &str) -> bool {
    text.len() == "2026-11-23".len()
        && text.char_indices().all(|(at, character)| match at {
            4 | 7 => character == '-',
            _ => character.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_are_days() {
        assert!(is_day("2026-11-23"));
        for other in [
            "2026-11-2",
            "2026-11-23x",
            "2026.11.23",
            "2026-11-23abc.partial",
            "grün-11-2",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }

    #[test]
    fn what_was_given_up_is_swept_and_what_is_being_made_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salve.db");
        let old = folder.path().join("salve.db.backup-2026-11-22x1.partial");
        let new = folder.path().join("salve.db.backup-2026-11-22x2.partial");
        for file in [&old, &new] {
            fs::write(file, "part").unwrap();
        }
        let file = OpenOptions::new().write(true).open(&old).unwrap();
        file.set_modified(SystemTime::now() - 2 * GIVEN_UP).unwrap();
        sweep(&path);
        assert!(!old.exists());
        assert!(new.exists());
    }
}
