//! The heartbeat of the connection to a model: looks at it with free calls, keeps a loaded model loaded, and revives what
//! does that when it died or hangs. Knows the model's port only.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::engine::ports::{ConnectionState, Model};

/// Longest pause before a service on the Internet is looked at again while something is wrong, or while it is not kept
/// alive.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);

/// How often a connection is looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Within this time a change is seen.
    pub heartbeat: Duration,
    /// How often a loaded model is kept; `None` for never.
    pub keep_alive: Option<Duration>,
    /// How long keeping it may take: as long as loading it, should it have been unloaded just then.
    pub patience: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(30),
            keep_alive: Some(Duration::from_secs(300)),
            patience: Duration::from_secs(300),
        }
    }
}

impl Rhythm {
    /// The pause between two looks: so short that the slowest look ends within one heartbeat of what it sees.
    fn pause(&self) -> Duration {
        self.heartbeat
            .saturating_sub(self.check())
            .max(Duration::from_millis(1))
    }

    /// Longest time that one look may take. A model's own limit must not be longer.
    pub fn check(&self) -> Duration {
        (self.heartbeat / 3).min(Duration::from_secs(10))
    }
}

/// Looks after the connection of a model. Never ends.
pub async fn look_after(model: Arc<dyn Model>, rhythm: Rhythm) {
    let mut beats = interval(rhythm.pause());
    // After a stall one look is enough.
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut keeper = rhythm
        .keep_alive
        .map(|every| Keeper::new(&model, every, rhythm));
    let mut pace = Pace::new(rhythm);
    loop {
        beats.tick().await;
        if let Some(keeper) = &mut keeper {
            keeper.revive().await;
        }
        let status = model.status();
        if pace.is_due(status.state, model.is_local(), Instant::now()) {
            check(&model, rhythm.heartbeat).await;
        }
    }
}

/// Has the model look at its server. What goes wrong there must not end the heartbeat.
async fn check(model: &Arc<dyn Model>, limit: Duration) {
    let model = Arc::clone(model);
    let mut look = Task::start(async move {
        model.check().await;
    });
    match timeout(limit, &mut look.0).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!("looking at the connection failed: {error}"),
        Err(_) => tracing::warn!("looking at the connection took longer than a heartbeat"),
    }
}

/// When to look. A server nearby is looked at with every beat. One on the Internet is looked at when nothing is known of
/// it yet, and while something is wrong, less and less often; else keeping it alive tells enough, and where it is not
/// kept alive, it is looked at now and then.
struct Pace {
    rhythm: Rhythm,
    pause: Duration,
    next: Option<Instant>,
    /// When one that is well is looked at again.
    next_while_well: Option<Instant>,
}

impl Pace {
    fn new(rhythm: Rhythm) -> Self {
        Self {
            rhythm,
            pause: rhythm.heartbeat,
            next: None,
            next_while_well: None,
        }
    }

    fn is_due(&mut self, state: ConnectionState, is_local: bool, now: Instant) -> bool {
        if is_local {
            return true;
        }
        match state {
            // It says itself until when.
            ConnectionState::Off | ConnectionState::RateLimited => false,
            state if state.answers() => {
                let next = self.next_while_well.unwrap_or(now + LONGEST_BACKOFF);
                let is_due = self.rhythm.keep_alive.is_none() && now >= next;
                *self = Self {
                    next_while_well: (!is_due).then_some(next),
                    ..Self::new(self.rhythm)
                };
                is_due
            }
            _ if self.next.is_some_and(|next| now < next) => false,
            _ => {
                self.next = Some(now + self.pause);
                self.pause = (self.pause * 2).min(LONGEST_BACKOFF.max(self.rhythm.heartbeat));
                true
            }
        }
    }
}

/// A task that ends with this handle.
pub struct Task(JoinHandle<()>);

impl Task {
    /// Starts it.
    pub fn start(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// Waits for its end, and says how it ended.
    pub async fn ended(&mut self) -> String {
        match (&mut self.0).await {
            Ok(()) => "it ended".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Keeps a loaded model loaded, in a task of its own: that may take long.
struct Keeper {
    model: Arc<dyn Model>,
    every: Duration,
    rhythm: Rhythm,
    task: Task,
    /// By when the task must have got on.
    deadline: Arc<Mutex<Instant>>,
}

impl Keeper {
    fn new(model: &Arc<dyn Model>, every: Duration, rhythm: Rhythm) -> Self {
        let deadline = Arc::new(Mutex::new(Instant::now()));
        Self {
            model: Arc::clone(model),
            every,
            rhythm,
            task: start(model, every, rhythm, &deadline),
            deadline,
        }
    }

    /// Starts the task anew if it died or hangs.
    async fn revive(&mut self) {
        let is_late =
            Instant::now() > *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
        if self.task.0.is_finished() {
            let died = self.task.ended().await;
            tracing::error!("keeping the model loaded failed, and starts anew: {died}");
        } else if is_late {
            tracing::error!("keeping the model loaded got stuck, and starts anew");
        } else {
            return;
        }
        self.task = start(&self.model, self.every, self.rhythm, &self.deadline);
    }
}

fn start(
    model: &Arc<dyn Model>,
    every: Duration,
    rhythm: Rhythm,
    deadline: &Arc<Mutex<Instant>>,
) -> Task {
    let get_on = {
        let deadline = Arc::clone(deadline);
        // A beat of grace, for a machine that is busy.
        move |limit: Duration| {
            *deadline.lock().unwrap_or_else(PoisonError::into_inner) =
                Instant::now() + limit + rhythm.heartbeat;
        }
    };
    get_on(every);
    let model = Arc::clone(model);
    Task::start(async move {
        loop {
            get_on(every);
            sleep(every).await;
            get_on(rhythm.patience);
            model.keep_warm().await;
        }
    })
}

#[cfg(test)]
mod tests;
