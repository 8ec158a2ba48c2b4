//! Jails that stand before they are needed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::sandbox::{Cell, Sandbox, Setting, Task};
use super::verdict::{Run, RunVerdict};

/// Most jails that wait. Each holds one idle interpreter, some 10 MB.
const WAITING: usize = 2;

/// Runs programs of one setting, each in a jail that was set up beforehand and is used once.
///
/// It must be used inside a tokio runtime. Nothing is started before the first run, or [`Pool::warm_up`]. Jails that
/// wait end when this is dropped, or after a while without a run.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    sandbox: Sandbox,
    setting: Setting,
    idle: Duration,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    cells: VecDeque<(Cell, Instant)>,
    /// Jails that are being set up.
    coming: usize,
    is_watched: bool,
}

impl Pool {
    /// A pool whose jails wait for at most `idle`.
    pub fn new(sandbox: Sandbox, setting: Setting, idle: Duration) -> Self {
        Self {
            shared: Arc::new(Shared {
                sandbox,
                setting,
                idle,
                waiting: Mutex::default(),
            }),
        }
    }

    /// Runs one program. Another jail takes the place of the one that is used up.
    pub async fn run(&self, task: &Task) -> Run {
        let waiting = self.shared.take();
        if let Some(cell) = waiting {
            let (run, remains) = cell.run(task).await;
            // Only now: setting the next one up would have slowed this one down.
            tokio::spawn(remains.clear());
            self.warm_up();
            // One that broke while it waited has run nothing.
            if run.verdict != RunVerdict::SandboxFailed {
                return run;
            }
        }
        let run = self.shared.sandbox.run(&self.shared.setting, task).await;
        self.warm_up();
        run
    }

    /// Sets jails up for the runs to come, in the background.
    pub fn warm_up(&self) {
        let mut waiting = self.shared.waiting();
        while waiting.cells.len() + waiting.coming < WAITING {
            waiting.coming += 1;
            tokio::spawn(Arc::clone(&self.shared).refill());
        }
    }

    /// How many jails wait.
    pub fn ready(&self) -> usize {
        self.shared.waiting().cells.len()
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Cell> {
        self.waiting().cells.pop_front().map(|(cell, _)| cell)
    }

    async fn refill(self: Arc<Self>) {
        let opened = self.sandbox.open(&self.setting).await;
        let mut waiting = self.waiting();
        waiting.coming = waiting.coming.saturating_sub(1);
        match opened {
            Ok(cell) => waiting.cells.push_back((cell, Instant::now())),
            // The next run meets the same trouble, and says so.
            Err(error) => tracing::info!("no sandbox waits for the next run: {error}"),
        }
        if !waiting.is_watched && !waiting.cells.is_empty() {
            waiting.is_watched = true;
            tokio::spawn(watch(Arc::downgrade(&self)));
        }
    }

    /// Ends what has waited for long; says when to look again, or `None` if nothing waits.
    fn end_idle(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut waiting = self.waiting();
        let idle = self.idle;
        waiting
            .cells
            .retain(|(_, since)| now.duration_since(*since) < idle);
        let oldest = waiting.cells.front().map(|(_, since)| *since);
        waiting.is_watched = oldest.is_some();
        oldest.map(|oldest| oldest + idle)
    }
}

/// Ends idle jails in time, for as long as there is one and the pool lives.
async fn watch(shared: Weak<Shared>) {
    while let Some(next) = shared.upgrade().and_then(|shared| shared.end_idle()) {
        tokio::time::sleep_until(next.into()).await;
    }
}
