//! A connection that several calls report to, and that somebody can wait on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::connection::{Connection, Event};
use crate::engine::ports::{Clock, ConnectionStatus, ModelError};

/// A connection with the clock that it goes by.
pub(super) struct Watched {
    connection: Mutex<Connection>,
    news: watch::Sender<()>,
    under_way: AtomicUsize,
    /// When a piece of an answer came last.
    last_piece: Mutex<Option<Instant>>,
    clock: Arc<dyn Clock>,
}

impl Watched {
    /// A connection of which nothing was seen yet.
    pub fn new(status: ConnectionStatus, clock: Arc<dyn Clock>) -> Self {
        Self {
            connection: Mutex::new(Connection::new(status, clock.now())),
            news: watch::channel(()).0,
            under_way: AtomicUsize::new(0),
            last_piece: Mutex::default(),
            clock,
        }
    }

    /// What is known now.
    pub fn status(&self) -> ConnectionStatus {
        self.lock().status(self.clock.now()).clone()
    }

    /// Takes note of what was seen, all at once.
    pub fn take(&self, events: &[Event<'_>]) {
        let now = self.clock.now();
        let mut connection = self.lock();
        let before = connection.status(now).clone();
        for event in events {
            connection.take(*event, now);
        }
        let is_news = connection.status(now).is_news_after(&before);
        drop(connection);
        if is_news {
            self.news.send_replace(());
        }
    }

    /// Notes that a question is sent.
    pub fn ask(&self) -> Question<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.take(&[Event::Asked]);
        Question {
            connection: self,
            is_waiting: Mutex::new(true),
        }
    }

    /// Whether a piece of an answer came since then: a server that sends one is not silent, however late it is with others.
    pub fn heard_since(&self, then: Instant) -> bool {
        let last = self.last_piece.lock();
        last.unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|last| last >= then)
    }

    /// Whether a question is under way.
    pub fn is_asked(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) > 0
    }

    /// Waits until what is known is news to somebody who was told `known`.
    pub async fn changed(&self, known: &ConnectionStatus) {
        let mut news = self.news.subscribe();
        loop {
            let status = self.status();
            if status.is_news_after(known) {
                return;
            }
            let pause = status
                .limited_until
                .map(|until| until.saturating_sub(self.clock.now()).max(1))
                .and_then(|seconds| u64::try_from(seconds).ok());
            let pause_is_over = async {
                match pause {
                    Some(seconds) => sleep(Duration::from_secs(seconds)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = news.changed() => {}
                () = pause_is_over => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // Nothing that runs under the lock leaves it half changed.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question that is under way. Dropping it gives it up.
pub(super) struct Question<'watched> {
    connection: &'watched Watched,
    is_waiting: Mutex<bool>,
}

impl Question<'_> {
    /// A piece of the answer came.
    pub fn piece(&self) {
        let last = self.connection.last_piece.lock();
        *last.unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if self.stops_waiting() {
            self.connection.take(&[Event::FirstPiece]);
        }
    }

    /// The question failed, but is asked once more.
    pub fn stumbled(&self, error: &ModelError) {
        self.connection.take(&[Event::Failed(error)]);
    }

    /// The answer of `model` is whole, or there will be none.
    pub fn end(self, outcome: Result<&str, &ModelError>) {
        let waited = self.stops_waiting();
        let (last, first) = match outcome {
            Ok(model) => (Event::Answered(model), Event::FirstPiece),
            Err(error) => (Event::Failed(error), Event::WaitsNoMore),
        };
        match waited {
            true => self.connection.take(&[first, last]),
            false => self.connection.take(&[last]),
        }
    }

    fn stops_waiting(&self) -> bool {
        let mut is_waiting = self
            .is_waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut is_waiting, false)
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.connection.under_way.fetch_sub(1, Ordering::Relaxed);
        if self.stops_waiting() {
            self.connection.take(&[Event::WaitsNoMore]);
        }
    }
}
