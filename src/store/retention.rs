//! What is forgotten, so that the record stays small.
//!
//! Outcomes, patterns with an outcome and rejected edits are the person's and stay for ever. An event that nobody
//! answered goes after [`KEPT_SECONDS`], or earlier if there are more than [`KEPT_EVENTS`] of them, with its
//! candidates and proofs; a pattern that nobody ever answered goes with the last of its candidates. What an acceptance
//! would make of a candidate goes after [`LEVELS_KEPT_SECONDS`]. Calls to models go after [`CALLS_KEPT_SECONDS`].

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// Seconds that an unanswered event is kept: 90 days.
const KEPT_SECONDS: i64 = 90 * 86_400;

/// Unanswered events that are kept, the newest.
const KEPT_EVENTS: i64 = 20_000;

/// Seconds that the templates of a candidate are kept beside it: 7 days. They would be most of the file.
const LEVELS_KEPT_SECONDS: i64 = 7 * 86_400;

/// Seconds that a call to a model is kept: 400 days, so that a year can be looked back upon.
const CALLS_KEPT_SECONDS: i64 = 400 * 86_400;

/// Seconds that the text of a call is kept, where it is kept at all: 30 days.
const TEXTS_KEPT_SECONDS: i64 = 30 * 86_400;

const UNANSWERED: &str =
    "NOT EXISTS (SELECT 1 FROM candidate JOIN outcome ON outcome.candidate_id = candidate.id
     WHERE candidate.event_id = error_event.id)";

/// Forgets what is too old as of `now` (Unix seconds); returns how many events went.
pub(super) fn prune(connection: &mut Connection, now: i64) -> rusqlite::Result<usize> {
    prune_calls(connection, now)?;
    connection.execute(
        "UPDATE candidate SET templates = NULL WHERE templates IS NOT NULL
             AND event_id IN (SELECT id FROM error_event WHERE last_at < ?1)",
        [now.saturating_sub(LEVELS_KEPT_SECONDS)],
    )?;
    prune_beyond(connection, now, KEPT_EVENTS)
}

fn prune_calls(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM model_call WHERE at < ?1",
        [now.saturating_sub(CALLS_KEPT_SECONDS)],
    )?;
    connection.execute(
        "UPDATE model_call SET text = NULL WHERE at < ?1 AND text IS NOT NULL",
        [now.saturating_sub(TEXTS_KEPT_SECONDS)],
    )?;
    Ok(())
}

fn prune_beyond(connection: &mut Connection, now: i64, kept: i64) -> rusqlite::Result<usize> {
    let oldest = now.saturating_sub(KEPT_SECONDS);
    let surplus: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM error_event WHERE last_at < ?1)
             OR (SELECT count(*) FROM error_event) > ?2",
        [oldest, kept],
        |row| row.get(0),
    )?;
    if !surplus {
        return Ok(0);
    }
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let gone = transaction.execute(
        &format!("DELETE FROM error_event WHERE last_at < ?1 AND {UNANSWERED}"),
        [oldest],
    )? + transaction.execute(
        &format!(
            "DELETE FROM error_event WHERE id IN (SELECT id FROM error_event WHERE {UNANSWERED}
                 ORDER BY last_at DESC, id DESC LIMIT -1 OFFSET ?1)"
        ),
        params![kept],
    )?;
    transaction.execute(
        "DELETE FROM pattern WHERE last_outcome_at IS NULL AND imported_at IS NULL AND pinned_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM candidate WHERE candidate.pattern_id = pattern.id)",
        (),
    )?;
    transaction.commit()?;
    Ok(gone)
}
