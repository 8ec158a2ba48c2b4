//! How a connection stands. Events go in, a status comes out; nothing here asks anybody or looks at a clock.

use crate::engine::ports::{
    ConnectionState as State, ConnectionStatus, ModelError, ModelErrorKind as Kind, PastError,
};

/// How long a server that asks for a pause without saying for how long is left alone, in seconds.
const UNNAMED_PAUSE: i64 = 10;

/// Whether a server holds the model in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// It does.
    Loaded,
    /// It has to load it first.
    NotLoaded,
    /// It does not say, or has no such notion.
    Unknown,
}

/// Something that was seen of a server.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event<'seen> {
    /// A question was sent; its answer is waited for.
    Asked,
    /// The first piece of an answer came, for a question that was waiting.
    FirstPiece,
    /// A question that was waiting does so no more: it failed or was given up.
    WaitsNoMore,
    /// A whole answer of this model came.
    Answered(&'seen str),
    /// A question failed.
    Failed(&'seen ModelError),
    /// A free check found the model.
    Found {
        /// The model that is used.
        model: &'seen str,
        /// Whether it is in memory.
        memory: Memory,
        /// Round trip in milliseconds.
        millis: u64,
    },
    /// A free check failed.
    CheckFailed {
        /// Why.
        error: &'seen ModelError,
        /// How long it took, in milliseconds.
        millis: u64,
    },
}

/// A connection, as far as it was seen. All times are Unix seconds.
#[derive(Debug)]
pub(super) struct Connection {
    status: ConnectionStatus,
    /// Questions that wait for the first piece of their answer.
    waiting: usize,
    /// Whether only an answer can end the present failure, because free calls succeed nevertheless.
    needs_answer: bool,
}

impl Connection {
    /// A connection of which nothing was seen yet.
    pub fn new(status: ConnectionStatus, now: i64) -> Self {
        Self {
            status: ConnectionStatus {
                since: Some(now),
                ..status
            },
            waiting: 0,
            needs_answer: false,
        }
    }

    /// What is known at this time.
    pub fn status(&mut self, now: i64) -> &ConnectionStatus {
        self.end_pause(now);
        &self.status
    }

    /// Takes note of what was seen.
    pub fn take(&mut self, event: Event<'_>, now: i64) {
        self.end_pause(now);
        match event {
            Event::Asked => {
                self.waiting += 1;
                if self.status.state == State::Cold {
                    self.enter(State::Loading, now);
                }
            }
            Event::FirstPiece => {
                self.waiting = self.waiting.saturating_sub(1);
                self.note_answer(now);
                if self.status.state != State::Ready {
                    self.enter(State::Reachable, now);
                }
            }
            Event::WaitsNoMore => {
                self.waiting = self.waiting.saturating_sub(1);
                if self.status.state == State::Loading && self.waiting == 0 {
                    self.enter(State::Cold, now);
                }
            }
            Event::Answered(model) => {
                self.note_answer(now);
                self.status.model = Some(model.to_owned());
                self.enter(State::Ready, now);
            }
            Event::Failed(error) => self.fail(error, false, now),
            Event::Found {
                model,
                memory,
                millis,
            } => {
                self.status.latency_millis = Some(millis);
                self.note_answer(now);
                self.find(model, memory, now);
            }
            Event::CheckFailed { error, millis } => {
                self.status.latency_millis = Some(millis);
                self.fail(error, true, now);
            }
        }
    }

    /// What a free check that found the model means.
    fn find(&mut self, model: &str, memory: Memory, now: i64) {
        let is_same = self.status.model.as_deref() == Some(model);
        self.status.model = Some(model.to_owned());
        let state = match (memory, self.status.state) {
            // Asking for the list is free, so it is answered whether or not there is credit or patience left.
            (_, State::RateLimited) => return,
            // Many servers list their models without a key, and some list what they do not serve.
            (Memory::Unknown, State::ModelMissing) if self.needs_answer => return,
            (_, State::Failing | State::AuthFailed) if self.needs_answer => return,
            (Memory::NotLoaded, _) if self.waiting > 0 => State::Loading,
            (Memory::NotLoaded, _) => State::Cold,
            // The server may call a model loaded before it is.
            (Memory::Loaded, State::Loading) if self.waiting > 0 => State::Loading,
            // Only an answer makes it ready, and only a failure or another model after that unmakes it.
            (_, State::Ready) if is_same => State::Ready,
            _ => State::Reachable,
        };
        self.enter(state, now);
    }

    fn fail(&mut self, error: &ModelError, by_check: bool, now: i64) {
        self.status.checked_at = Some(now);
        let state = match error.kind {
            // The fault of one question says nothing of the next.
            Kind::BadRequest | Kind::ContextTooLong | Kind::ContentBlocked | Kind::BudgetSpent => {
                return;
            }
            Kind::Unreachable => State::Unreachable,
            // A question may take too long for a server that answers well; a check takes no time.
            Kind::Timeout if by_check => State::Unreachable,
            Kind::Auth => State::AuthFailed,
            Kind::ModelMissing => State::ModelMissing,
            Kind::Loading => State::Loading,
            Kind::RateLimited => State::RateLimited,
            Kind::Quota
            | Kind::Overloaded
            | Kind::Timeout
            | Kind::Protocol
            | Kind::Configuration => State::Failing,
        };
        self.enter(state, now);
        match state {
            State::Unreachable => self.status.up_since = None,
            // Nothing is wrong with a server that is about to answer.
            State::Loading => return,
            State::RateLimited => {
                let pause = error.retry_after_millis.map_or(UNNAMED_PAUSE, seconds);
                self.status.limited_until = Some(now.saturating_add(pause));
            }
            _ => {}
        }
        if state != State::Unreachable && error.kind != Kind::Timeout {
            self.status.up_since.get_or_insert(now);
        }
        self.needs_answer = error.kind == Kind::Quota
            || !by_check && matches!(error.kind, Kind::Auth | Kind::ModelMissing);
        self.status.error = Some(error.message.clone());
        self.status.last_error = Some(PastError {
            at: now,
            message: error.message.clone(),
        });
    }

    fn note_answer(&mut self, now: i64) {
        self.status.checked_at = Some(now);
        self.status.up_since.get_or_insert(now);
    }

    /// Where a pause is over, the server that asked for it may be asked again. What it will say nobody knows.
    fn end_pause(&mut self, now: i64) {
        if let Some(until) = self.status.limited_until
            && until <= now
        {
            self.enter(State::Unchecked, until);
        }
    }

    fn enter(&mut self, state: State, now: i64) {
        if self.status.state != state {
            self.status.state = state;
            self.status.since = Some(now);
        }
        self.status.error = None;
        self.status.limited_until = None;
        self.needs_answer = false;
    }
}

/// Milliseconds in whole seconds, rounded up.
fn seconds(millis: u64) -> i64 {
    i64::try_from(millis.div_ceil(1000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
