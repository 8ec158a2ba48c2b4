//! The schema: an append-only list of migrations, each run once and whole.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::backup::CopyError;

/// Marks a SQLite file as salve's: `salv` in ASCII, kept in the file's header.
pub(super) const APPLICATION_ID: i32 = 0x7361_6c76;

/// Every migration that was ever shipped, oldest first. Never change one: append.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_record.sql"),
    include_str!("migrations/002_model_calls.sql"),
    include_str!("migrations/003_templates.sql"),
    include_str!("migrations/004_audit.sql"),
];

/// Why a database cannot be brought to the newest schema.
#[derive(Debug)]
pub(super) enum MigrateError {
    /// It belongs to another program.
    Foreign,
    /// A newer salve has written it.
    Newer,
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// No copy could be made before the schema was to be changed.
    Copy(CopyError),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings the database to the newest schema. Does nothing to one that is foreign or newer.
///
/// `before` is called with the version found just before an existing schema is changed, outside of any transaction.
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[&str],
    before: impl FnOnce(&Connection, usize) -> Result<(), CopyError>,
) -> Result<(), MigrateError> {
    // One transaction: a neighbor that claims the file between two reads would make it look foreign.
    let reading = connection.transaction()?;
    let found = examine(&reading)?;
    drop(reading);
    if missing(found, migrations)?.is_empty() {
        return Ok(());
    }
    if let Found::Ours { version } = found {
        before(connection, version).map_err(MigrateError::Copy)?;
    }
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    // Another process may have migrated it while this one waited for the lock.
    let found = examine(&transaction)?;
    for migration in missing(found, migrations)? {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    let version = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()?;
    Ok(())
}

/// Whether this version can use the database as it is, or bring it forward.
pub(super) fn is_known(connection: &Connection) -> rusqlite::Result<bool> {
    let found = examine(connection)?;
    Ok(matches!(found, Found::Ours { .. }) && missing(found, MIGRATIONS).is_ok())
}

/// Whether a newer version has changed the database's schema since this one opened it.
pub(super) fn is_newer(connection: &Connection) -> rusqlite::Result<bool> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).is_ok_and(|version| version > MIGRATIONS.len()))
}

#[derive(Clone, Copy)]
enum Found {
    Empty,
    Ours { version: usize },
    Foreign,
}

fn examine(connection: &Connection) -> rusqlite::Result<Found> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if id == APPLICATION_ID {
        return Ok(
            usize::try_from(version).map_or(Found::Foreign, |version| Found::Ours { version })
        );
    }
    let things: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    Ok(match (id, version, things) {
        (0, 0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

fn missing<'m>(found: Found, migrations: &'m [&'m str]) -> Result<&'m [&'m str], MigrateError> {
    match found {
        Found::Empty => Ok(migrations),
        Found::Ours { version } => migrations.get(version..).ok_or(MigrateError::Newer),
        Found::Foreign => Err(MigrateError::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES (7);";
    const SECOND: &str = "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'kept';";

    fn database() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a.db")).unwrap();
        (folder, connection)
    }

    fn version(connection: &Connection) -> i64 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn an_older_schema_is_brought_forward_with_its_data_and_announced_once() {
        let (_folder, mut connection) = database();
        migrate(&mut connection, &[FIRST], |_, _| panic!("nothing to save")).unwrap();
        let mut announced = Vec::new();
        for _ in 0..2 {
            migrate(&mut connection, &[FIRST, SECOND], |_, version| {
                announced.push(version);
                Ok(())
            })
            .unwrap();
        }
        let row: (i64, String) = connection
            .query_row("SELECT x, y FROM a", (), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, (7, "kept".to_owned()));
        assert_eq!(announced, [1]);
        assert_eq!(version(&connection), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let (_folder, mut connection) = database();
        migrate(&mut connection, &[FIRST], |_, _| Ok(())).unwrap();
        let broken = "ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO nowhere VALUES (1);";
        let outcome = migrate(&mut connection, &[FIRST, broken], |_, _| Ok(()));
        assert!(matches!(outcome, Err(MigrateError::Sqlite(_))));
        assert_eq!(version(&connection), 1);
        migrate(&mut connection, &[FIRST, SECOND], |_, _| Ok(())).unwrap();
        assert_eq!(version(&connection), 2);
    }

    #[test]
    fn a_newer_or_foreign_database_is_refused() {
        let (_folder, mut connection) = database();
        migrate(&mut connection, &[FIRST, SECOND], |_, _| Ok(())).unwrap();
        let newer = migrate(&mut connection, &[FIRST], |_, _| Ok(()));
        assert!(matches!(newer, Err(MigrateError::Newer)));

        let (_folder, mut connection) = database();
        connection.execute_batch("CREATE TABLE notes(x)").unwrap();
        let foreign = migrate(&mut connection, &[FIRST], |_, _| Ok(()));
        assert!(matches!(foreign, Err(MigrateError::Foreign)));
    }
}
