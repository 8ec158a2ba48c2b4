//! A connection that only reads, beside the writer's: in WAL mode no writer holds it up.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::open::{self, Mode};

/// How long a reader waits where the file is not in WAL mode and a neighbor writes.
const PATIENCE: Duration = Duration::from_millis(50);

/// Pages of the file that are kept in memory, in kibibytes.
const CACHE_KIB: i64 = 8_192;

/// The connection, while there is a file to read.
#[derive(Default)]
pub(super) struct Reader(Mutex<Option<Connection>>);

impl Reader {
    /// Reads from the file at `path` from now on if the writer uses it in this mode, and from nowhere if not.
    pub(super) fn follow(&self, path: &Path, mode: Mode) {
        let connection = match mode {
            Mode::File | Mode::ReadOnly => open(path)
                .inspect_err(|error| tracing::debug!(%error, "the writer answers all questions"))
                .ok(),
            Mode::Memory => None,
        };
        *self.lock() = connection;
    }

    /// Lets the file go: it is about to be opened anew, or put out of the way.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// Asks the file; `None` where there is none to read.
    pub(super) fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Option<rusqlite::Result<T>> {
        self.lock().as_ref().map(question)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open::reader(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}
