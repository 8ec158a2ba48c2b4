//! Writing notes: each function runs inside the writer's transaction.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{ledger, statistics};
use crate::engine::ports::{ModelCall, Outcome, RefusedParameter, Shown, ShownFix};
use crate::learn::confidence::Tally;

/// Something to be written down.
#[derive(Debug)]
pub(super) enum Note {
    /// A finding and its fixes were shown.
    Shown(Box<Shown>),
    /// A fix was accepted or rejected.
    Outcome {
        fix_id: String,
        outcome: Outcome,
        at: i64,
    },
    /// A model was called.
    Called(Box<ModelCall>),
    /// A model does not take a parameter.
    Refused(Box<RefusedParameter>),
}

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Ids that a candidate is known by; each new proof of the same fix brings another, the oldest are forgotten.
const KEYS_PER_CANDIDATE: u32 = 16;

/// Examples that are kept of a pattern, the newest.
const EXAMPLES_PER_PATTERN: u32 = 5;

/// Outcomes whose order is remembered of a pattern.
const RECENT_OUTCOMES: usize = 20;

/// Longest text of one column in bytes; longer ones are cut, since the record must stay small.
const LONGEST_TEXT: usize = 4_096;

/// The weight of an outcome that a person gave by hand.
const FULL_WEIGHT: f64 = 1.0;

pub(super) fn write(connection: &Connection, note: &Note) -> rusqlite::Result<()> {
    match note {
        Note::Shown(shown) => write_shown(connection, shown),
        Note::Outcome {
            fix_id,
            outcome,
            at,
        } => write_outcome(connection, fix_id, *outcome, *at),
        Note::Called(call) => ledger::write_call(connection, call),
        Note::Refused(parameter) => ledger::write_refused(connection, parameter),
    }
}

fn write_shown(connection: &Connection, shown: &Shown) -> rusqlite::Result<()> {
    // The same mistake in the same file is one event a day, however often a keystroke shows it again.
    let event_id: i64 = connection
        .prepare_cached(
            "INSERT INTO error_event(first_at, last_at, day, lang, code, cluster, source, file_hash,
                 workspace_id, tool_version, line, sig)
             VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT(sig, file_hash, day) DO UPDATE SET
                 last_at = max(last_at, excluded.last_at), line = excluded.line
             RETURNING id",
        )?
        .query_row(
            params![
                shown.at,
                shown.at.div_euclid(DAY),
                clip(&shown.language),
                clip(&shown.code),
                clip(&shown.cluster),
                clip(&shown.source),
                clip(&shown.file_hash),
                shown.workspace_id.as_deref().map(clip),
                shown.tool_version.as_deref().map(clip),
                shown.line,
                clip(&shown.signature),
            ],
            |row| row.get(0),
        )?;
    shown
        .candidates
        .iter()
        .try_for_each(|fix| write_candidate(connection, event_id, shown, fix))
}

fn write_candidate(
    connection: &Connection,
    event_id: i64,
    shown: &Shown,
    fix: &ShownFix,
) -> rusqlite::Result<()> {
    if let Some((candidate_id, _)) = candidate_of(connection, &fix.id)? {
        connection
            .prepare_cached("UPDATE candidate SET exposures = exposures + 1 WHERE id = ?1")?
            .execute([candidate_id])?;
        return Ok(());
    }
    let pattern_id = pattern_of(connection, shown, fix)?;
    let (origin, origin_ref) = origin_of(fix);
    let (candidate_id, exposures): (i64, i64) = connection
        .prepare_cached(
            "INSERT INTO candidate(event_id, pattern_id, origin, origin_ref, edit_hash, errors_left,
                 together_with, interpreter, tokens_in, tokens_out, latency_ms, doc_version,
                 before_tok, after_tok)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT(event_id, edit_hash) DO UPDATE SET exposures = exposures + 1
             RETURNING id, exposures",
        )?
        .query_row(
            params![
                event_id,
                pattern_id,
                origin,
                origin_ref,
                clip(&fix.edit_hash),
                whole(fix.evidence.errors_left),
                whole(fix.evidence.together_with),
                fix.evidence.interpreter.as_deref().map(clip),
                fix.tokens_in.map(whole),
                fix.tokens_out.map(whole),
                whole(fix.latency_millis),
                fix.document_version,
                clip(&fix.before),
                clip(&fix.after),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
    connection
        .prepare_cached("INSERT INTO candidate_key(key, candidate_id) VALUES (?1, ?2)")?
        .execute(params![fix.id, candidate_id])?;
    if exposures == 1 {
        connection
            .prepare_cached("UPDATE pattern SET exposures = exposures + 1 WHERE id = ?1")?
            .execute([pattern_id])?;
        write_proof(connection, candidate_id, fix)
    } else {
        connection
            .prepare_cached(
                "DELETE FROM candidate_key WHERE candidate_id = ?1 AND id NOT IN
                     (SELECT id FROM candidate_key WHERE candidate_id = ?1 ORDER BY id DESC LIMIT ?2)",
            )?
            .execute(params![candidate_id, KEYS_PER_CANDIDATE])
            .map(drop)
    }
}

fn write_proof(connection: &Connection, candidate_id: i64, fix: &ShownFix) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO validation(candidate_id, level, verdict, ms, detail)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for step in &fix.evidence.steps {
        insert.execute(params![
            candidate_id,
            wire_name(&step.kind),
            wire_name(&step.verdict),
            whole(step.millis),
            step.detail.as_deref().map(clip),
        ])?;
    }
    Ok(())
}

/// The candidate and its pattern that were shown under this id.
fn candidate_of(connection: &Connection, fix_id: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    connection
        .prepare_cached(
            "SELECT candidate.id, candidate.pattern_id
             FROM candidate_key JOIN candidate ON candidate.id = candidate_key.candidate_id
             WHERE candidate_key.key = ?1",
        )?
        .query_row([fix_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// The pattern of this shape, created where there is none yet.
fn pattern_of(connection: &Connection, shown: &Shown, fix: &ShownFix) -> rusqlite::Result<i64> {
    let skeleton_hash = format!("{:x}", Sha256::digest(fix.skeleton.as_bytes()));
    let key = params![
        clip(&shown.language),
        clip(&shown.code),
        clip(&shown.cluster),
        skeleton_hash
    ];
    let known = connection
        .prepare_cached(
            "SELECT id FROM pattern
             WHERE lang = ?1 AND code = ?2 AND cluster = ?3 AND skeleton_hash = ?4",
        )?
        .query_row(key, |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached(
            "INSERT INTO pattern(lang, code, cluster, skeleton_hash, description)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .insert(params![
            clip(&shown.language),
            clip(&shown.code),
            clip(&shown.cluster),
            skeleton_hash,
            clip(&fix.description),
        ])
}

fn write_outcome(
    connection: &Connection,
    fix_id: &str,
    outcome: Outcome,
    at: i64,
) -> rusqlite::Result<()> {
    let Some((candidate_id, pattern_id)) = candidate_of(connection, fix_id)? else {
        tracing::debug!(
            fix_id,
            ?outcome,
            "an outcome of a fix that is not in the record"
        );
        return Ok(());
    };
    let fresh = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO outcome(key, kind, candidate_id, at, weight)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            fix_id,
            wire_name(&outcome),
            candidate_id,
            at,
            FULL_WEIGHT
        ])?;
    if fresh == 0 {
        return Ok(());
    }
    match outcome {
        Outcome::Accepted => accept(connection, candidate_id, pattern_id, at)?,
        Outcome::Rejected | Outcome::Undone | Outcome::EditedAway => {
            reject(connection, fix_id, candidate_id, pattern_id, at)?;
        }
        Outcome::Survived | Outcome::PassedOver => {}
    }
    connection
        .prepare_cached(
            "UPDATE pattern SET last_outcome_at = max(coalesce(last_outcome_at, ?2), ?2) WHERE id = ?1",
        )?
        .execute(params![pattern_id, at])?;
    statistics::judge_gold(connection, pattern_id, at)
}

fn accept(
    connection: &Connection,
    candidate_id: i64,
    pattern_id: i64,
    at: i64,
) -> rusqlite::Result<()> {
    weigh(connection, pattern_id, 'a', |tally| {
        tally.with_success(FULL_WEIGHT, at)
    })?;
    connection
        .prepare_cached(
            "UPDATE pattern SET accepted = accepted + 1,
                 last_accepted_at = max(coalesce(last_accepted_at, ?2), ?2) WHERE id = ?1",
        )?
        .execute(params![pattern_id, at])?;
    let (file_hash, signature, edit_hash): (String, String, String) = connection
        .prepare_cached(
            "SELECT file_hash, sig, edit_hash
             FROM candidate JOIN error_event ON error_event.id = candidate.event_id
             WHERE candidate.id = ?1",
        )?
        .query_row([candidate_id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    count_place(connection, pattern_id, "file", &file_hash)?;
    count_place(
        connection,
        pattern_id,
        "day",
        &at.div_euclid(DAY).to_string(),
    )?;
    // Whoever accepts an edit takes back that it was rejected before.
    connection
        .prepare_cached("DELETE FROM rejected_edit WHERE sig = ?1 AND edit_hash = ?2")?
        .execute([&signature, &edit_hash])?;
    connection
        .prepare_cached(
            "INSERT INTO pattern_example(pattern_id, before_tok, after_tok, file_hash, at)
             SELECT pattern_id, before_tok, after_tok, ?2, ?3 FROM candidate WHERE id = ?1",
        )?
        .execute(params![candidate_id, file_hash, at])?;
    connection
        .prepare_cached(
            "DELETE FROM pattern_example WHERE pattern_id = ?1 AND id NOT IN
                 (SELECT id FROM pattern_example WHERE pattern_id = ?1 ORDER BY id DESC LIMIT ?2)",
        )?
        .execute(params![pattern_id, EXAMPLES_PER_PATTERN])?;
    Ok(())
}

/// A rejected fix is a failure; one that had been accepted was undone, and then its success never was one.
fn reject(
    connection: &Connection,
    fix_id: &str,
    candidate_id: i64,
    pattern_id: i64,
    at: i64,
) -> rusqlite::Result<()> {
    let accepted: Option<(i64, f64)> = connection
        .prepare_cached("SELECT at, weight FROM outcome WHERE key = ?1 AND kind = 'accepted'")?
        .query_row([fix_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match accepted {
        Some((accepted_at, weight)) => {
            weigh(connection, pattern_id, 'u', |tally| {
                tally
                    .without_success(weight, accepted_at)
                    .with_failure(FULL_WEIGHT, at)
            })?;
            connection
                .prepare_cached("UPDATE pattern SET accepted = accepted - 1 WHERE id = ?1")?
                .execute([pattern_id])?;
            connection
                .prepare_cached(
                    "UPDATE outcome SET weight = 0 WHERE key = ?1 AND kind = 'accepted'",
                )?
                .execute([fix_id])?;
        }
        None => weigh(connection, pattern_id, 'r', |tally| {
            tally.with_failure(FULL_WEIGHT, at)
        })?,
    }
    connection
        .prepare_cached("UPDATE pattern SET rejected = rejected + 1 WHERE id = ?1")?
        .execute([pattern_id])?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO rejected_edit(sig, edit_hash, at)
             SELECT sig, edit_hash, ?2
             FROM candidate JOIN error_event ON error_event.id = candidate.event_id
             WHERE candidate.id = ?1",
        )?
        .execute(params![candidate_id, at])?;
    Ok(())
}

/// Changes a pattern's weights and appends to its recent outcomes.
fn weigh(
    connection: &Connection,
    pattern_id: i64,
    mark: char,
    change: impl FnOnce(Tally) -> Tally,
) -> rusqlite::Result<()> {
    let (tally, recent): (Tally, String) = connection
        .prepare_cached("SELECT s, f, weighed_at, recent FROM pattern WHERE id = ?1")?
        .query_row([pattern_id], |row| {
            let tally = Tally {
                successes: row.get(0)?,
                failures: row.get(1)?,
                at: row.get(2)?,
            };
            Ok((tally, row.get(3)?))
        })?;
    let tally = change(tally);
    let mut newest: Vec<char> = recent.chars().rev().take(RECENT_OUTCOMES - 1).collect();
    newest.reverse();
    newest.push(mark);
    connection
        .prepare_cached(
            "UPDATE pattern SET s = ?2, f = ?3, weighed_at = ?4, recent = ?5 WHERE id = ?1",
        )?
        .execute(params![
            pattern_id,
            tally.successes,
            tally.failures,
            tally.at,
            String::from_iter(newest),
        ])?;
    Ok(())
}

/// Counts a file or a day once for each pattern.
fn count_place(
    connection: &Connection,
    pattern_id: i64,
    kind: &str,
    place: &str,
) -> rusqlite::Result<()> {
    let fresh = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO pattern_place(pattern_id, kind, place) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![pattern_id, kind, place])?;
    if fresh == 1 {
        connection
            .prepare_cached(
                "UPDATE pattern SET files = files + (?2 = 'file'), days = days + (?2 = 'day')
                 WHERE id = ?1",
            )?
            .execute(params![pattern_id, kind])?;
    }
    Ok(())
}

/// Who proposed the fix, as `Source` is written on the wire: its kind and its name.
fn origin_of(fix: &ShownFix) -> (String, Option<String>) {
    let source = serde_json::to_value(&fix.source).unwrap_or_default();
    let text = |field: &str| Some(clip(source.get(field)?.as_str()?).to_owned());
    (
        text("kind").unwrap_or_else(|| fix.source.label().to_owned()),
        text("name"),
    )
}

/// The name by which an enum's value is written on the wire, such as `compile`.
fn wire_name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::from("unknown"),
    }
}

/// SQLite's integers are signed; counts that do not fit are as large as can be.
pub(super) fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

pub(super) fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_TEXT))
        .unwrap_or(text)
}
