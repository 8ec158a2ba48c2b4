//! What became of a fix: how far its pattern, its templates and its code are trusted from then on.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::record::{DAY, wire_name};
use super::{judged, pool, templates};
use crate::engine::ports::Outcome;
use crate::learn::Template;
use crate::learn::confidence::Tally;

/// The weight of an outcome that a person gave by hand.
const FULL_WEIGHT: f64 = 1.0;

/// The weight of the failure of a fix that was shown while another was taken.
const PASSED_OVER_WEIGHT: f64 = 0.3;

/// Examples that are kept of a pattern, the newest.
const EXAMPLES_PER_PATTERN: u32 = 5;

/// Outcomes whose order is remembered of a pattern.
const RECENT_OUTCOMES: usize = 20;

/// The fix that an outcome is about.
struct Subject {
    candidate_id: i64,
    pattern_id: i64,
    language: String,
    file_hash: String,
    signature: String,
    edit_hash: String,
    /// The template that made it, if one did.
    learned: Option<i64>,
    levels: Levels,
    confidence: Option<f64>,
}

/// The templates of a fix.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Levels {
    /// What an acceptance would make of it.
    Possible(Vec<Template>),
    /// What one has made of it, by the ids.
    Kept(Vec<i64>),
}

fn subject(connection: &Connection, fix_id: &str) -> rusqlite::Result<Option<Subject>> {
    connection
        .prepare_cached(
            "SELECT candidate.id, pattern_id, lang, file_hash, sig, edit_hash,
                 CASE origin WHEN 'learned' THEN CAST(origin_ref AS INTEGER) END, templates, confidence
             FROM candidate_key
             JOIN candidate ON candidate.id = candidate_key.candidate_id
             JOIN error_event ON error_event.id = candidate.event_id
             WHERE candidate_key.key = ?1",
        )?
        .query_row([fix_id], |row| {
            let levels: Option<String> = row.get(7)?;
            Ok(Subject {
                candidate_id: row.get(0)?,
                pattern_id: row.get(1)?,
                language: row.get(2)?,
                file_hash: row.get(3)?,
                signature: row.get(4)?,
                edit_hash: row.get(5)?,
                learned: row.get(6)?,
                // Templates that another version wrote and this one cannot read teach nothing.
                levels: levels
                    .and_then(|levels| serde_json::from_str(&levels).ok())
                    .unwrap_or(Levels::Kept(Vec::new())),
                confidence: row.get(8)?,
            })
        })
        .optional()
}

pub(super) fn write(
    connection: &Connection,
    fix_id: &str,
    outcome: Outcome,
    at: i64,
) -> rusqlite::Result<()> {
    let Some(subject) = subject(connection, fix_id)? else {
        tracing::debug!(
            fix_id,
            ?outcome,
            "an outcome of a fix that is not in the record"
        );
        return Ok(());
    };
    let fresh = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO outcome(key, kind, candidate_id, at, weight, predicted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            fix_id,
            wire_name(&outcome),
            subject.candidate_id,
            at,
            weight(outcome),
            subject.confidence,
        ])?;
    if fresh == 0 {
        return Ok(());
    }
    match outcome {
        Outcome::Accepted => accept(connection, &subject, at)?,
        Outcome::Survived => count(connection, subject.pattern_id, outcome)?,
        Outcome::PassedOver => {
            count(connection, subject.pattern_id, outcome)?;
            weigh(connection, &subject, at, None, &|tally| {
                tally.with_failure(PASSED_OVER_WEIGHT, at)
            })?;
        }
        Outcome::Rejected | Outcome::Undone | Outcome::EditedAway => {
            fail(connection, fix_id, &subject, outcome, at)?;
        }
    }
    connection
        .prepare_cached(
            "UPDATE pattern SET last_outcome_at = max(coalesce(last_outcome_at, ?2), ?2) WHERE id = ?1",
        )?
        .execute(params![subject.pattern_id, at])?;
    judged::judge_gold(connection, subject.pattern_id, at)
}

/// What an outcome adds to the successes or the failures.
fn weight(outcome: Outcome) -> f64 {
    match outcome {
        Outcome::Accepted | Outcome::Rejected | Outcome::Undone | Outcome::EditedAway => {
            FULL_WEIGHT
        }
        Outcome::PassedOver => PASSED_OVER_WEIGHT,
        // The acceptance has counted already.
        Outcome::Survived => 0.0,
    }
}

fn accept(connection: &Connection, subject: &Subject, at: i64) -> rusqlite::Result<()> {
    if let Levels::Possible(levels) = &subject.levels {
        templates::keep(
            connection,
            &subject.language,
            subject.pattern_id,
            levels,
            at,
        )?;
    }
    let ids = weigh(connection, subject, at, Some('a'), &|tally| {
        tally.with_success(FULL_WEIGHT, at)
    })?;
    if let Levels::Possible(levels) = &subject.levels {
        templates::cap(connection, &subject.language, levels, at)?;
        // From now on they are found by their ids, which are a hundredth of their size.
        connection
            .prepare_cached("UPDATE candidate SET templates = ?2 WHERE id = ?1")?
            .execute(params![
                subject.candidate_id,
                serde_json::to_string(&ids).unwrap_or_default()
            ])?;
    }
    connection
        .prepare_cached(
            "UPDATE pattern SET accepted = accepted + 1,
                 last_accepted_at = max(coalesce(last_accepted_at, ?2), ?2) WHERE id = ?1",
        )?
        .execute(params![subject.pattern_id, at])?;
    count_place(connection, subject.pattern_id, "file", &subject.file_hash)?;
    let day = at.div_euclid(DAY).to_string();
    count_place(connection, subject.pattern_id, "day", &day)?;
    // Whoever accepts an edit takes back that it was rejected before.
    connection
        .prepare_cached("DELETE FROM rejected_edit WHERE sig = ?1 AND edit_hash = ?2")?
        .execute([&subject.signature, &subject.edit_hash])?;
    connection
        .prepare_cached(
            "INSERT INTO pattern_example(pattern_id, before_tok, after_tok, file_hash, at)
             SELECT pattern_id, before_tok, after_tok, ?2, ?3 FROM candidate WHERE id = ?1",
        )?
        .execute(params![subject.candidate_id, subject.file_hash, at])?;
    connection
        .prepare_cached(
            "DELETE FROM pattern_example WHERE pattern_id = ?1 AND id NOT IN
                 (SELECT id FROM pattern_example WHERE pattern_id = ?1 ORDER BY id DESC LIMIT ?2)",
        )?
        .execute(params![subject.pattern_id, EXAMPLES_PER_PATTERN])?;
    Ok(())
}

/// A failure; if the fix had been accepted, its success never was one. A fix fails once, in whatever way first.
fn fail(
    connection: &Connection,
    fix_id: &str,
    subject: &Subject,
    outcome: Outcome,
    at: i64,
) -> rusqlite::Result<()> {
    if outcome == Outcome::Rejected {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO rejected_edit(sig, edit_hash, at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![subject.signature, subject.edit_hash, at])?;
    }
    let failed_before = connection
        .prepare_cached(
            "UPDATE outcome SET weight = 0 WHERE key = ?1 AND kind = ?2 AND EXISTS
                 (SELECT 1 FROM outcome AS other WHERE other.key = ?1 AND other.kind <> ?2
                      AND other.kind IN ('rejected', 'undone', 'edited_away'))",
        )?
        .execute([fix_id, &wire_name(&outcome)])?;
    if failed_before > 0 {
        return Ok(());
    }
    let accepted: Option<(i64, f64)> = connection
        .prepare_cached("SELECT at, weight FROM outcome WHERE key = ?1 AND kind = 'accepted'")?
        .query_row([fix_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((accepted_at, weight)) = accepted {
        // Rejecting what was applied takes it back.
        let outcome = match outcome {
            Outcome::Rejected => Outcome::Undone,
            outcome => outcome,
        };
        count(connection, subject.pattern_id, outcome)?;
        let mark = if outcome == Outcome::Undone { 'u' } else { 'e' };
        weigh(connection, subject, at, Some(mark), &|tally| {
            tally
                .without_success(weight, accepted_at)
                .with_failure(FULL_WEIGHT, at)
        })?;
        connection
            .prepare_cached("UPDATE pattern SET accepted = accepted - 1 WHERE id = ?1")?
            .execute([subject.pattern_id])?;
        connection
            .prepare_cached("UPDATE outcome SET weight = 0 WHERE key = ?1 AND kind = 'accepted'")?
            .execute([fix_id])?;
        Ok(())
    } else {
        count(connection, subject.pattern_id, outcome)?;
        weigh(connection, subject, at, Some('r'), &|tally| {
            tally.with_failure(FULL_WEIGHT, at)
        })
        .map(drop)
    }
}

/// Changes the weights of the fix's code, pattern and templates, and appends to the pattern's recent outcomes. Returns
/// the ids of the templates.
fn weigh(
    connection: &Connection,
    subject: &Subject,
    at: i64,
    mark: Option<char>,
    change: &dyn Fn(Tally) -> Tally,
) -> rusqlite::Result<BTreeSet<i64>> {
    pool::weigh(connection, subject.pattern_id, change)?;
    let (tally, recent): (Tally, String) = connection
        .prepare_cached("SELECT s, f, weighed_at, recent FROM pattern WHERE id = ?1")?
        .query_row([subject.pattern_id], |row| {
            Ok((pool::tally(row, 0)?, row.get(3)?))
        })?;
    let tally = change(tally);
    let marks: Vec<char> = recent.chars().chain(mark).collect();
    let newest = marks.len().saturating_sub(RECENT_OUTCOMES);
    connection
        .prepare_cached(
            "UPDATE pattern SET s = ?2, f = ?3, weighed_at = ?4, recent = ?5 WHERE id = ?1",
        )?
        .execute(params![
            subject.pattern_id,
            tally.successes,
            tally.failures,
            tally.at,
            marks.iter().skip(newest).collect::<String>(),
        ])?;
    let mut ids = match &subject.levels {
        Levels::Possible(levels) => templates::ids(connection, &subject.language, levels)?,
        Levels::Kept(ids) => ids.iter().copied().collect(),
    };
    // The one that made it is not among them where other levels are made today than when it was accepted.
    ids.extend(subject.learned);
    templates::weigh(connection, &ids, at, change)?;
    Ok(ids)
}

/// Counts an outcome that is not an acceptance.
fn count(connection: &Connection, pattern_id: i64, outcome: Outcome) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE pattern SET rejected = rejected + (?2 = 'rejected'), undone = undone + (?2 = 'undone'),
                 edited_away = edited_away + (?2 = 'edited_away'),
                 passed_over = passed_over + (?2 = 'passed_over'), survived = survived + (?2 = 'survived')
             WHERE id = ?1",
        )?
        .execute(params![pattern_id, wire_name(&outcome)])
        .map(drop)
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
