//! Opening the file: claim, check, migrate; step back where it cannot be used, and never lose what is in it.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::aside::{self, Aside, with_suffix};
use super::backup::{self, CopyError};
use super::filesystem;
use super::schema::{self, APPLICATION_ID, MIGRATIONS, MigrateError};
use crate::engine::ports::KnowledgeError;

/// How long a writer waits for another process. SQLite's waiting is unfair, so it is ample.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Up to this size the file is checked at every open: the check takes a few milliseconds for a megabyte.
const CHEAP_CHECK_BYTES: u64 = 4 << 20;

/// Opening is one at a time in a process: closing any handle of a file drops the process's locks on it.
static OPENING: Mutex<()> = Mutex::new(());

/// Where notes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Into the file.
    File,
    /// Nowhere; the file is only read, since a newer salve has written it.
    ReadOnly,
    /// Into memory: they are gone with the process.
    Memory,
}

/// A database that can be used, and what a person should know of it.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) mode: Mode,
    pub(super) trouble: Option<KnowledgeError>,
}

/// Why the file is not used.
#[derive(Debug)]
enum Refusal {
    Foreign,
    Newer,
    Corrupt(String),
    Remote(String),
    Unusable(String),
}

/// How thoroughly the file is checked before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// When it is cheap, or the last close was not clean.
    Usual,
    /// Completely: SQLite has called the file damaged.
    Full,
}

/// Opens the record at `path`, or in memory if that cannot be; fails only if SQLite itself does.
///
/// `now` (Unix seconds) names the files that are put aside.
pub(super) fn open(path: &Path, now: i64, check: Check) -> Result<Opened, KnowledgeError> {
    let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let (refusal, moved) = match open_file(path, check) {
        Ok(connection) => return Ok(in_file(connection, None)),
        Err(Refusal::Corrupt(why)) if is_named_like_a_database(path) => {
            let aside = aside::move_aside(path, now, || {
                // One that a neighbor has just put aside is not begun under this lock.
                path.exists() && matches!(open_file(path, check), Err(Refusal::Corrupt(_)))
            });
            match (aside, open_file(path, check)) {
                (Ok(aside), Ok(connection)) => {
                    let trouble = aside.map(|aside| moved_aside(path, &why, &aside));
                    return Ok(in_file(connection, trouble));
                }
                (Ok(aside), Err(refusal)) => (refusal, aside),
                (Err(error), _) => (
                    Refusal::Corrupt(format!("{why}; it cannot be moved aside: {error}")),
                    None,
                ),
            }
        }
        Err(refusal) => (refusal, None),
    };
    if matches!(refusal, Refusal::Newer)
        && let Ok(connection) = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        && connection.busy_timeout(BUSY_TIMEOUT).is_ok()
    {
        return Ok(Opened {
            connection,
            mode: Mode::ReadOnly,
            trouble: Some(explain(path, &refusal, None)),
        });
    }
    let trouble = explain(path, &refusal, moved.as_ref());
    let connection = in_memory().map_err(|error| KnowledgeError {
        message: format!("{}; nor can it be kept in memory: {error}", trouble.message),
        hint: trouble.hint.clone(),
    })?;
    Ok(Opened {
        connection,
        mode: Mode::Memory,
        trouble: Some(trouble),
    })
}

/// A connection for reading beside the writer's, which never holds that up.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;")?;
    leave_the_log(&connection)?;
    Ok(connection)
}

/// Has the connection end without tidying up: the last one to close removes the log by its name, and where another file
/// has taken the record's place that log is the other's.
pub(super) fn leave_the_log(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map(drop)
}

/// What a person should know when a newer salve has changed the record under way.
pub(super) fn newer(path: &Path) -> KnowledgeError {
    explain(path, &Refusal::Newer, None)
}

fn in_file(connection: Connection, trouble: Option<KnowledgeError>) -> Opened {
    Opened {
        connection,
        mode: Mode::File,
        trouble,
    }
}

fn in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    match schema::migrate(&mut connection, MIGRATIONS, |_, _| Ok(())) {
        Ok(()) => Ok(connection),
        Err(MigrateError::Sqlite(error)) => Err(error),
        Err(_) => Err(rusqlite::Error::InvalidQuery),
    }
}

/// Leaves a file alone that a person named by mistake, such as a source file: only a database is put aside.
fn is_named_like_a_database(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["db", "sqlite", "sqlite3"]
            .iter()
            .any(|usual| extension.eq_ignore_ascii_case(usual))
    })
}

fn open_file(path: &Path, check: Check) -> Result<Connection, Refusal> {
    let unusable = |error: std::io::Error| Refusal::Unusable(error.to_string());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unusable)?;
    }
    if let Some(kind) = filesystem::remote_kind(path) {
        return Err(Refusal::Remote(kind));
    }
    if !path.exists() {
        // A neighbor that begins the record at the same time must not lose its log to this.
        aside::alone(path, || begin(path)).map_err(unusable)?;
    }
    let size = fs::metadata(path).map_err(unusable)?.len();
    if size > 0 && is_foreign(path) {
        return Err(Refusal::Foreign);
    }
    // A clean close leaves no log behind; a running neighbor does, and then the check is merely superfluous.
    let log = fs::metadata(with_suffix(path, "-wal")).map_or(0, |log| log.len());

    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(refusal)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(refusal)?;
    connection
        .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;")
        .map_err(refusal)?;
    match check {
        Check::Full => verify(&connection, "PRAGMA integrity_check(1)")?,
        Check::Usual if size > 0 && (log > 0 || size <= CHEAP_CHECK_BYTES) => {
            verify(&connection, "PRAGMA quick_check(1)")?;
        }
        Check::Usual => {}
    }
    schema::migrate(&mut connection, MIGRATIONS, |connection, version| {
        before_migration(connection, path, version)
    })
    .map_err(|error| match error {
        MigrateError::Foreign => Refusal::Foreign,
        MigrateError::Newer => Refusal::Newer,
        MigrateError::Sqlite(error) => refusal(error),
        MigrateError::Copy(error) => Refusal::Unusable(format!(
            "no copy of it can be made before it is changed: {error}"
        )),
    })?;
    // Only after the claim: the header in the main file then says whose it is, whatever happens to the log.
    write_ahead(&connection).map_err(refusal)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 8388608;",
        )
        .map_err(refusal)?;
    Ok(connection)
}

/// Switches to the write-ahead log. Readers then never wait for writers.
///
/// Where neighbors keep the file busy the old journal stays for now: slower, but as safe.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    match connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(())) {
        Err(error) if is_busy(&error) => Ok(()),
        outcome => outcome,
    }
}

/// Begins an empty file where there is none. What was not removed together with an earlier record is nothing to it.
fn begin(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(with_suffix(path, suffix));
    }
    create_private(path)
}

/// What is remembered of a person's work is for that person: other users of the machine cannot read it.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Whether another program's mark is in the header. Reads without a lock, a log or a trace in the folder.
fn is_foreign(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(immutable_uri(path), flags)
        .and_then(|connection| {
            connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))
        })
        .is_ok_and(|id| id != APPLICATION_ID)
}

/// See <https://www.sqlite.org/uri.html>, section 3.1 and the parameter `immutable`.
pub(super) fn immutable_uri(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut uri = String::from("file:");
    let bytes = absolute.as_os_str().as_encoded_bytes();
    if cfg!(windows) {
        uri.push('/');
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

fn verify(connection: &Connection, check: &str) -> Result<(), Refusal> {
    let verdict: String = connection
        .query_row(check, (), |row| row.get(0))
        .map_err(refusal)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(Refusal::Corrupt(verdict))
    }
}

/// Copies the database as it was before its schema changes, once for each version.
fn before_migration(connection: &Connection, path: &Path, version: usize) -> Result<(), CopyError> {
    let copy = with_suffix(path, &format!(".schema-{version}"));
    if copy.exists() {
        return Ok(());
    }
    backup::copy_to(connection, &copy)
}

fn refusal(error: rusqlite::Error) -> Refusal {
    if is_corrupt(&error) {
        Refusal::Corrupt(error.to_string())
    } else {
        Refusal::Unusable(error.to_string())
    }
}

/// Whether the file is damaged or no database at all.
pub(super) fn is_corrupt(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Whether another process holds the lock.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

fn moved_aside(path: &Path, why: &str, aside: &Aside) -> KnowledgeError {
    let (instead, missing) = match &aside.copy_of {
        Some(day) => (
            format!("its copy of {day} took its place"),
            "what was recorded after that day's copy was made is missing; ",
        ),
        None => ("a new one was begun".to_owned(), ""),
    };
    KnowledgeError {
        message: format!(
            "{}: the record was damaged ({why}); {instead}",
            path.display()
        ),
        hint: Some(format!(
            "{missing}the damaged record is kept as {}; what can be read of it: sqlite3 that-file .recover",
            aside.path.display()
        )),
    }
}

fn explain(path: &Path, refusal: &Refusal, aside: Option<&Aside>) -> KnowledgeError {
    let shown = path.display();
    let (what, hint) = match refusal {
        Refusal::Foreign => (
            "this SQLite file belongs to another program; it was left alone".to_owned(),
            "choose another path for salve's record",
        ),
        Refusal::Newer => (
            "a newer salve has written this record; it is read, but nothing is added".to_owned(),
            "update salve, or choose another path for this version's record",
        ),
        Refusal::Corrupt(why) => (
            format!("not a record that salve can read ({why}); it was left alone"),
            "choose another path for salve's record, or move the file away",
        ),
        Refusal::Remote(kind) => (
            format!(
                "this folder is on a network file system ({kind}), on which SQLite's locks cannot be trusted"
            ),
            "choose a path on a local disk for salve's record",
        ),
        Refusal::Unusable(why) => (
            format!("the record cannot be opened: {why}"),
            "check that the folder can be written to, or choose another path for salve's record",
        ),
    };
    let kept = match refusal {
        Refusal::Newer => "",
        _ => "; until then what salve learns is gone when it ends",
    };
    let aside = aside.map_or_else(String::new, |aside| {
        format!("; the damaged record is kept as {}", aside.path.display())
    });
    KnowledgeError {
        message: format!("{shown}: {what}{aside}"),
        hint: Some(format!("{hint}{kept}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_survives_being_written_as_a_uri() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["plain.db", "with space.db", "100%?#&.db", "grün.db"] {
            let path = folder.path().join(name);
            let connection = Connection::open(&path).unwrap();
            connection
                .pragma_update(None, "application_id", 4711)
                .unwrap();
            drop(connection);
            assert!(is_foreign(&path), "{name}");
        }
    }

    #[test]
    fn only_files_named_like_databases_are_moved() {
        assert!(is_named_like_a_database(Path::new("/a/salve.db")));
        assert!(is_named_like_a_database(Path::new("SALVE.SQLITE3")));
        assert!(!is_named_like_a_database(Path::new("/a/main.py")));
        assert!(!is_named_like_a_database(Path::new("/a/notes")));
    }

    #[test]
    fn the_copy_before_a_migration_is_whole_and_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salve.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("CREATE TABLE a(x); INSERT INTO a VALUES (1)")
            .unwrap();
        before_migration(&connection, &path, 1).unwrap();
        connection.execute_batch("UPDATE a SET x = 2").unwrap();
        before_migration(&connection, &path, 1).unwrap();
        let copy = Connection::open(folder.path().join("salve.db.schema-1")).unwrap();
        let kept: i64 = copy
            .query_row("SELECT x FROM a", (), |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 1);
    }
}
