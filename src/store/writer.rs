//! The one thread that owns the connection: notes are written in batches, questions answered in order.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::audit::{self, Front};
use super::care::{self, Care, CareError};
use super::open::{self, Check, Mode, Opened};
use super::reader::Reader;
use super::record::{DAY, Note};
use super::{filesystem, retention, schema};
use crate::engine::ports::{Clock, KnowledgeError};

/// Notes that may wait to be written. Beyond it the newest are dropped, and `trouble` says so.
pub(super) const MOST_WAITING: usize = 4_096;

/// Most notes in one transaction: short ones let neighbors in.
const BATCH: usize = 64;

/// Pause before notes that could not be written are tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Longest pause before the writer looks whether a new day has begun.
const LOOK: Duration = Duration::from_secs(600);

/// A question to the database, with the way back for its answer inside.
pub(super) type Question = Box<dyn FnOnce(Result<&Connection, KnowledgeError>) + Send>;

/// What the writer is asked to do.
pub(super) enum Message {
    Note(Note),
    Question(Question),
    Flush(Sender<Result<(), KnowledgeError>>),
    Close(Sender<()>),
}

/// What the writer and its callers both see.
#[derive(Default)]
pub(super) struct Shared {
    /// Notes on their way, sent or waiting to be written again.
    pub(super) waiting: AtomicUsize,
    /// Notes that were dropped because too many were waiting.
    pub(super) dropped: AtomicUsize,
    /// Whether an outcome was noted that a lookup should wait for.
    pub(super) unsettled: AtomicBool,
    /// Reads beside the writer.
    pub(super) reader: Reader,
    /// Whether the language server does what is recorded.
    pub(super) serves_editor: AtomicBool,
    /// Found at opening; stays.
    standing: Mutex<Option<KnowledgeError>>,
    /// Of the last attempt to write; goes when one succeeds.
    passing: Mutex<Option<KnowledgeError>>,
}

impl Shared {
    /// Who does what is recorded.
    pub(super) fn front(&self) -> Front {
        match self.serves_editor.load(Ordering::Relaxed) {
            true => Front::Server,
            false => Front::CommandLine,
        }
    }

    pub(super) fn trouble(&self) -> Option<KnowledgeError> {
        let passing = lock(&self.passing).clone();
        passing.or_else(|| lock(&self.standing).clone())
    }

    pub(super) fn set_standing(&self, trouble: Option<KnowledgeError>) {
        *lock(&self.standing) = trouble;
    }

    fn set_passing(&self, trouble: Option<KnowledgeError>) {
        *lock(&self.passing) = trouble;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's state.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) connection: Option<Connection>,
    pub(super) mode: Mode,
    /// Which file the connection belongs to.
    pub(super) identity: Option<(u64, u64)>,
    pub(super) shared: Arc<Shared>,
    pub(super) waiting: VecDeque<Note>,
    /// When to try again after a failure; questions are answered meanwhile.
    pub(super) retry_at: Option<Instant>,
    /// The day's care of the record, while it goes on.
    pub(super) care: Option<Care>,
    /// The last day, in Unix days, on which the record was taken care of.
    pub(super) day: Option<i64>,
}

impl Writer {
    /// Works until it is told to close or nobody can send any more.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            self.look_after();
            let is_idle = self.waiting.is_empty() && self.care.is_none();
            let mut next = match messages.recv_timeout(if is_idle { LOOK } else { RETRY }) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            // Whatever else has come meanwhile goes into the same transaction.
            while let Some(Message::Note(note)) = next {
                self.waiting.push_back(note);
                next = if self.waiting.len() < BATCH {
                    messages.try_recv().ok()
                } else {
                    None
                };
            }
            let pressed = matches!(next, Some(Message::Flush(_) | Message::Close(_)));
            if pressed
                || self
                    .retry_at
                    .is_none_or(|retry_at| Instant::now() >= retry_at)
            {
                self.write_waiting();
            }
            match next {
                Some(Message::Question(question)) => question(self.readable()),
                Some(Message::Flush(reply)) => {
                    let _ = reply.send(self.flush());
                }
                Some(Message::Close(reply)) => {
                    if !self.waiting.is_empty() {
                        tracing::warn!(notes = self.waiting.len(), "not recorded");
                    }
                    self.end_care();
                    self.close();
                    let _ = reply.send(());
                    return;
                }
                Some(Message::Note(_)) | None => {}
            }
        }
        self.write_waiting();
        self.end_care();
        self.close();
    }

    fn readable(&self) -> Result<&Connection, KnowledgeError> {
        self.connection.as_ref().ok_or_else(|| self.unavailable())
    }

    fn unavailable(&self) -> KnowledgeError {
        self.shared.trouble().unwrap_or_else(|| KnowledgeError {
            message: format!("{}: the record is not open", self.path.display()),
            hint: None,
        })
    }

    fn flush(&mut self) -> Result<(), KnowledgeError> {
        if self.mode != Mode::File || !self.waiting.is_empty() {
            return Err(self.unavailable());
        }
        if let Some(connection) = &self.connection {
            // Commits alone survive the end of this process; the checkpoint makes them survive a power cut. A busy
            // neighbor will make up for one that cannot be done now.
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()));
        }
        Ok(())
    }

    /// Does once a day what is to be done for the record, as far as it does not hold up a note.
    fn look_after(&mut self) {
        if self.care.as_ref().is_some_and(Care::is_done) {
            self.end_care();
        }
        let now = self.clock.now();
        let today = now.div_euclid(DAY);
        if self.mode != Mode::File || self.care.is_some() || self.day == Some(today) {
            return;
        }
        self.day = Some(today);
        self.prune(now);
        if self.connection.as_ref().is_some_and(care::is_worth_it) {
            self.care = Care::begin(&self.path, now);
        }
    }

    /// Waits for the day's care of the record, and draws the conclusion.
    fn end_care(&mut self) {
        let Some(care) = self.care.take() else { return };
        match care.finish() {
            Ok(()) => {}
            Err(CareError::Copy(error)) => {
                tracing::warn!("{}: not copied today: {error}", self.path.display());
            }
            Err(CareError::Damaged(why)) => {
                tracing::error!("{}: the record is damaged: {why}", self.path.display());
                self.reopen(Check::Full);
            }
        }
    }

    fn prune(&mut self, now: i64) {
        if let Some(connection) = &mut self.connection
            && let Err(error) = retention::prune(connection, now)
        {
            tracing::debug!(%error, "old events could not be forgotten; the next start tries again");
        }
    }

    fn write_waiting(&mut self) {
        let mut suspected = false;
        while !self.waiting.is_empty() {
            if self.mode == Mode::ReadOnly {
                self.forget(self.waiting.len());
                return;
            }
            if self.is_replaced() {
                // What is written to the file that was there is lost.
                self.reopen(Check::Usual);
            }
            let count = self.waiting.len().min(BATCH);
            let front = self.shared.front();
            let outcome = match &mut self.connection {
                Some(connection) => write_batch(connection, self.waiting.iter().take(count), front),
                None => {
                    self.forget(self.waiting.len());
                    return;
                }
            };
            match outcome {
                Ok(()) => {
                    self.forget(count);
                    if self.retry_at.take().is_some() {
                        self.shared.set_passing(None);
                        self.be_patient(open::BUSY_TIMEOUT);
                    }
                }
                Err(WriteError::Newer) => {
                    self.mode = Mode::ReadOnly;
                    self.shared.set_passing(None);
                    self.shared.set_standing(Some(open::newer(&self.path)));
                }
                Err(WriteError::Sqlite(error))
                    if open::is_corrupt(&error) && self.mode == Mode::File && !suspected =>
                {
                    suspected = true;
                    self.reopen(Check::Full);
                }
                Err(WriteError::Sqlite(error)) => {
                    self.shared.set_passing(Some(self.explain(&error)));
                    self.retry_at = Some(Instant::now() + RETRY);
                    // Whoever asks something must not wait as long for each further attempt.
                    self.be_patient(RETRY / 4);
                    self.shorten();
                    return;
                }
            }
        }
    }

    fn be_patient(&self, patience: Duration) {
        if let Some(connection) = &self.connection
            && let Err(error) = connection.busy_timeout(patience)
        {
            tracing::debug!(%error, "the waiting time for locks stays as it is");
        }
    }

    fn forget(&mut self, count: usize) {
        self.waiting.drain(..count);
        self.shared.waiting.fetch_sub(count, Ordering::Relaxed);
    }

    /// Keeps what waits within its bound when writing goes on failing.
    fn shorten(&mut self) {
        let surplus = self.waiting.len().saturating_sub(MOST_WAITING);
        self.shared.dropped.fetch_add(surplus, Ordering::Relaxed);
        self.forget(surplus);
    }

    /// Opens the record anew; a damaged one is put aside by that.
    fn reopen(&mut self, check: Check) {
        self.close();
        match open::open(&self.path, self.clock.now(), check) {
            Ok(Opened {
                connection,
                mode,
                trouble,
            }) => {
                self.connection = Some(connection);
                self.mode = mode;
                self.identity = filesystem::identity(&self.path);
                if trouble.is_some() {
                    self.shared.set_standing(trouble);
                }
            }
            Err(trouble) => {
                self.mode = Mode::Memory;
                self.shared.set_standing(Some(trouble));
            }
        }
        self.shared.reader.follow(&self.path, self.mode);
    }

    /// Whether the file was removed, or another one has taken its place.
    fn is_replaced(&self) -> bool {
        self.mode == Mode::File && filesystem::identity(&self.path) != self.identity
    }

    /// Closing the last connection folds the log into the file.
    fn close(&mut self) {
        let is_replaced = self.is_replaced();
        self.shared.reader.close();
        if let Some(connection) = self.connection.take()
            && is_replaced
            && let Err(error) = open::leave_the_log(&connection)
        {
            tracing::debug!(%error, "the log may be removed");
        }
    }

    fn explain(&self, error: &rusqlite::Error) -> KnowledgeError {
        let path = self.path.display();
        let hint = if open::is_busy(error) {
            "another program has locked the file; what is to be recorded waits until it lets go"
        } else if error.sqlite_error_code() == Some(ErrorCode::DiskFull) {
            "free some disk space; what is to be recorded waits until then"
        } else {
            "check the file and its folder; what is to be recorded waits until it can be written"
        };
        KnowledgeError {
            message: format!("{path}: the record cannot be written: {error}"),
            hint: Some(hint.to_owned()),
        }
    }
}

/// Why notes were not written.
enum WriteError {
    /// A newer salve has changed the schema.
    Newer,
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Writes the notes in one transaction. A note that SQLite refuses for what it says is left out.
fn write_batch<'n>(
    connection: &mut Connection,
    notes: impl Iterator<Item = &'n Note>,
    front: Front,
) -> Result<(), WriteError> {
    // Immediate: a transaction that begins with reading fails as soon as a neighbor writes first.
    let mut transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    if schema::is_newer(&transaction)? {
        return Err(WriteError::Newer);
    }
    for note in notes {
        let savepoint = transaction.savepoint()?;
        match audit::write(&savepoint, note, front) {
            Ok(()) => savepoint.commit()?,
            Err(error) if is_the_notes_fault(&error) => {
                tracing::warn!(%error, "a note could not be recorded");
                savepoint.finish()?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(transaction.commit()?)
}

fn is_the_notes_fault(error: &rusqlite::Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
        )
    )
}
