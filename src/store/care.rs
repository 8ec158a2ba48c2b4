//! What is done for the record once a day, beside the thread that writes: a check of all of it, and a copy.

use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::backup::{self, CopyError};
use super::open;

/// What the check found, or why there is no copy.
#[derive(Debug, thiserror::Error)]
pub(super) enum CareError {
    /// The record is damaged.
    #[error("{0}")]
    Damaged(String),
    /// The record is well as far as is known, and could not be copied.
    #[error(transparent)]
    Copy(CopyError),
}

impl<E: Into<CopyError>> From<E> for CareError {
    fn from(error: E) -> Self {
        match error.into() {
            CopyError::Sqlite(error) if open::is_corrupt(&error) => {
                Self::Damaged(error.to_string())
            }
            error => Self::Copy(error),
        }
    }
}

/// The work of one day.
pub(super) struct Care(JoinHandle<Result<(), CareError>>);

impl Care {
    /// Begins it; `None` if there is no thread to be had for it.
    pub(super) fn begin(path: &Path, now: i64) -> Option<Self> {
        let path = PathBuf::from(path);
        thread::Builder::new()
            .name("salve-record-care".to_owned())
            .spawn(move || take_care(&path, now))
            .map_err(|error| tracing::warn!("the record is not copied today: {error}"))
            .ok()
            .map(Self)
    }

    /// Whether it is done.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_finished()
    }

    /// Waits until it is done.
    pub(super) fn finish(self) -> Result<(), CareError> {
        // A panic was reported where it happened.
        self.0.join().unwrap_or(Ok(()))
    }
}

fn take_care(path: &Path, now: i64) -> Result<(), CareError> {
    let connection = open::reader(path)?;
    let Some(copy) = backup::due(&connection, path, now)? else {
        return Ok(());
    };
    // Before the copy, so that a good one is never replaced by a bad one.
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    if verdict != "ok" {
        return Err(CareError::Damaged(verdict));
    }
    Ok(backup::make(&connection, path, &copy)?)
}

/// Whether there is anything that would be missed.
pub(super) fn is_worth_it(connection: &Connection) -> bool {
    connection
        .query_row("SELECT EXISTS (SELECT 1 FROM error_event)", (), |row| {
            row.get(0)
        })
        .unwrap_or(false)
}
