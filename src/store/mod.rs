//! The record: findings, fixes, proofs and outcomes in SQLite.
//!
//! Several salves may use one file at once. Within a process one thread owns the connection; recording hands a note
//! to it and never waits. Where the file cannot be used the record goes on in memory, and [`Store::trouble`] says why.
//! Unanswered events are forgotten after a while; nothing that a person decided is.

#![expect(
    clippy::disallowed_methods,
    reason = "the record is a file, and its own clock is the system's"
)]

mod aside;
mod audit;
mod backup;
mod calibration;
mod care;
mod decoded;
mod detail;
mod exchange;
mod filesystem;
mod forget;
mod judged;
mod ledger;
mod open;
mod outcomes;
mod patterns;
mod pool;
mod reader;
mod record;
mod retention;
mod schema;
mod statistics;
mod templates;
mod writer;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

use crate::engine::ports::{
    Clock, Knowledge, KnowledgeError, KnownTemplate, Outcome, PatternStats, Shown,
};
pub use audit::{Checked, Deed, Front, Log};
use decoded::Decoded;
pub use exchange::{Exported, ExportedPattern, ExportedTemplate, Imported, Refused};
pub use forget::{Forget, Forgotten};
use open::{Check, Mode, Opened};
use record::Note;
use writer::{MOST_WAITING, Message, Shared, Writer};

/// The newest schema, which this version writes: `PRAGMA user_version`.
pub const SCHEMA_VERSION: usize = schema::MIGRATIONS.len();

/// How long a caller waits for an answer or a flush; longer than a writer waits for a neighbor's lock.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// How long a lookup waits for one's own outcome to be written: what was just accepted is known at once.
const SETTLING_WAIT: Duration = Duration::from_millis(200);

/// How long the end of the process waits for what is still to be written.
const CLOSE_WAIT: Duration = Duration::from_secs(3);

/// The record in a SQLite file.
pub struct Store {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    sender: Sender<Message>,
    shared: Arc<Shared>,
    decoded: Arc<Decoded>,
}

/// The system's time.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .unwrap_or_default()
    }
}

impl Store {
    /// Opens the record at `path`, with its folder if need be.
    ///
    /// Always gives a store: where the file is not to be used it is one in memory, and [`Store::trouble`] says why.
    pub fn open(path: impl AsRef<Path>) -> Self {
        Self::open_with_clock(path, Arc::new(SystemClock))
    }

    /// Like [`Store::open`], with another clock than the system's: by it outcomes fade and old events are forgotten.
    pub fn open_with_clock(path: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Self {
        let path = path.as_ref().to_owned();
        let shared = Arc::new(Shared::default());
        let (connection, mode) = match open::open(&path, clock.now(), Check::Usual) {
            Ok(Opened {
                connection,
                mode,
                trouble,
            }) => {
                shared.set_standing(trouble);
                shared.reader.follow(&path, mode);
                (Some(connection), mode)
            }
            Err(trouble) => {
                shared.set_standing(Some(trouble));
                (None, Mode::Memory)
            }
        };
        let (sender, messages) = mpsc::channel();
        let writer = Writer {
            path: path.clone(),
            clock: Arc::clone(&clock),
            connection,
            mode,
            shared: Arc::clone(&shared),
            identity: filesystem::identity(&path),
            waiting: VecDeque::new(),
            retry_at: None,
            care: None,
            day: None,
        };
        let started = std::thread::Builder::new()
            .name("salve-record".to_owned())
            .spawn(move || writer.run(&messages));
        if let Err(error) = started {
            shared.set_standing(Some(KnowledgeError {
                message: format!(
                    "{}: the record's thread cannot be started: {error}",
                    path.display()
                ),
                hint: None,
            }));
        }
        Self {
            path,
            clock,
            sender,
            shared,
            decoded: Arc::default(),
        }
    }

    /// Enters from now on into the audit log what is done as done by the language server.
    pub fn serve_editor(&self) {
        self.shared.serves_editor.store(true, Ordering::Relaxed);
    }

    fn note(&self, note: Note) {
        let waiting = self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        if waiting >= MOST_WAITING || self.sender.send(Message::Note(note)).is_err() {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Asks the thread that owns the connection, after everything that was noted before.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, KnowledgeError> {
        let (reply, answer) = mpsc::channel();
        let path = self.path.clone();
        let question = Message::Question(Box::new(move |connection| {
            let outcome = connection.and_then(|connection| {
                question(connection).map_err(|error| unreadable(&path, &error))
            });
            // A caller that gave up waiting needs no answer.
            let _ = reply.send(outcome);
        }));
        self.wait_for(question, &answer)
    }

    /// Asks the file beside the writer, or the writer's thread where there is no file.
    fn look_up<T: Send + 'static>(
        &self,
        question: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, KnowledgeError> {
        self.settle();
        match self.shared.reader.ask(&question) {
            Some(answer) => answer.map_err(|error| unreadable(&self.path, &error)),
            None => self.ask(question),
        }
    }

    /// Waits a moment for outcomes that were noted since the last time.
    fn settle(&self) {
        if !self.shared.unsettled.swap(false, Ordering::Relaxed) {
            return;
        }
        let (reply, settled) = mpsc::channel();
        let question = Message::Question(Box::new(move |_| {
            // A caller that gave up waiting needs no answer.
            let _ = reply.send(());
        }));
        if self.sender.send(question).is_ok() {
            let _ = settled.recv_timeout(SETTLING_WAIT);
        }
    }

    fn wait_for<T>(
        &self,
        message: Message,
        answer: &Receiver<Result<T, KnowledgeError>>,
    ) -> Result<T, KnowledgeError> {
        // If the thread is gone the reply's sender is gone too, and the wait ends at once.
        let _ = self.sender.send(message);
        answer.recv_timeout(ANSWER_WAIT).unwrap_or_else(|error| {
            Err(self.trouble().unwrap_or_else(|| KnowledgeError {
                message: match error {
                    RecvTimeoutError::Timeout => format!(
                        "{}: the record did not answer within {} seconds",
                        self.path.display(),
                        ANSWER_WAIT.as_secs()
                    ),
                    RecvTimeoutError::Disconnected => {
                        format!("{}: the record's thread has ended", self.path.display())
                    }
                },
                hint: None,
            }))
        })
    }
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> KnowledgeError {
    KnowledgeError {
        message: format!("{}: the record cannot be read: {error}", path.display()),
        hint: None,
    }
}

impl Knowledge for Store {
    fn shown(&self, shown: Shown) {
        self.note(Note::Shown(Box::new(shown)));
    }

    fn outcome(&self, fix_id: &str, outcome: Outcome, at: i64) {
        self.note(Note::Outcome {
            fix_id: fix_id.to_owned(),
            outcome,
            at,
        });
        self.shared.unsettled.store(true, Ordering::Relaxed);
    }

    fn rejected(&self, signature: &str) -> Result<Vec<String>, KnowledgeError> {
        let signature = signature.to_owned();
        self.look_up(move |connection| {
            connection
                .prepare_cached("SELECT edit_hash FROM rejected_edit WHERE sig = ?1")?
                .query_map([&signature], |row| row.get(0))?
                .collect()
        })
    }

    fn templates(
        &self,
        language: &str,
        complaint: &str,
    ) -> Result<Vec<KnownTemplate>, KnowledgeError> {
        let (language, complaint) = (language.to_owned(), complaint.to_owned());
        let now = self.clock.now();
        let decoded = Arc::clone(&self.decoded);
        self.look_up(move |connection| {
            templates::lookup(connection, &decoded, &language, &complaint, now)
        })
    }

    fn validated(&self, template: i64, holds: bool, at: i64) {
        self.note(Note::Validated {
            template,
            holds,
            at,
        });
    }

    fn statistics(&self) -> Result<PatternStats, KnowledgeError> {
        let now = self.clock.now();
        self.ask(move |connection| statistics::totals(connection, now))
    }

    fn flush(&self) -> Result<(), KnowledgeError> {
        let (reply, answer) = mpsc::channel();
        self.wait_for(Message::Flush(reply), &answer)
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        self.shared.trouble().or_else(|| {
            let dropped = self.shared.dropped.load(Ordering::Relaxed);
            (dropped > 0).then(|| KnowledgeError {
                message: format!(
                    "{}: {dropped} notes were not recorded because too many were waiting",
                    self.path.display()
                ),
                hint: None,
            })
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let (reply, closed) = mpsc::channel();
        if self.sender.send(Message::Close(reply)).is_ok() {
            let _ = closed.recv_timeout(CLOSE_WAIT);
        }
    }
}
