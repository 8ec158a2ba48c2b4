//! Changes of the record as they happen, whoever makes them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use tokio::sync::watch;

use super::Shared;
use crate::engine::ports::Patterns;

/// How often the record's revision is read. It tells at no cost worth mentioning whether another process has written.
const PULSE: Duration = Duration::from_millis(200);

/// How often an open page hears that the server is there, if nothing else happens.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Counts the changes of the record from now on, until nobody listens any more.
pub fn watch(record: Arc<dyn Patterns>) -> watch::Receiver<u64> {
    let (sender, receiver) = watch::channel(0);
    tokio::spawn(async move {
        let mut known = None;
        let mut pulse = tokio::time::interval(PULSE);
        pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = pulse.tick() => {}
                () = sender.closed() => return,
            }
            // A record that cannot be read has not changed as far as anybody can see.
            let Ok(revision) = tokio::task::block_in_place(|| record.revision()) else {
                continue;
            };
            if known
                .replace(revision)
                .is_some_and(|before| before != revision)
            {
                sender.send_modify(|count| *count += 1);
            }
        }
    });
    receiver
}

/// `GET /api/events`: an event `changed` when the page was opened, and after every change of the record.
pub async fn events(
    State(shared): State<Shared>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = shared.changes.clone();
    changes.mark_changed();
    let stream = futures_util::stream::unfold(changes, |mut changes| async move {
        changes.changed().await.ok()?;
        let count = *changes.borrow_and_update();
        Some((
            Ok(Event::default()
                .event("changed")
                .id(count.to_string())
                .data(count.to_string())),
            changes,
        ))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}
