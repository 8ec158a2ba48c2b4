//! Everything that is known of one pattern.

use rusqlite::{Connection, Row};

use super::calibration::calibration;
use super::decoded::Decoded;
use super::judged::{Which, read};
use super::templates;
use crate::engine::ports::{Example, PastOutcome, PatternDetail, TemplateDetail};

/// Most outcomes in [`PatternDetail::history`].
const HISTORY: u32 = 50;

/// The pattern of this id as of `now` (Unix seconds); `None` where there is none.
pub(super) fn pattern(
    connection: &Connection,
    id: i64,
    now: i64,
) -> rusqlite::Result<Option<PatternDetail>> {
    let Some(pattern) = read(connection, Which::One(id), now)?.pop() else {
        return Ok(None);
    };
    let (proofs_held, proofs_failed) = connection
        .prepare_cached("SELECT v_ok, v_fail FROM pattern WHERE id = ?1")?
        .query_row([id], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    Ok(Some(PatternDetail {
        summary: pattern.summary(),
        language: pattern.lang.clone(),
        files: pattern.files,
        days: pattern.days,
        pinned_at: pattern.pinned_at,
        imported_successes: pattern.imported.successes,
        imported_failures: pattern.imported.failures,
        proofs_held,
        proofs_failed,
        history: history(connection, id)?,
        templates: levels(connection, id, now)?,
        examples: examples(connection, id)?,
        calibration: calibration(connection, Some(id))?,
    }))
}

fn history(connection: &Connection, id: i64) -> rusqlite::Result<Vec<PastOutcome>> {
    connection
        .prepare_cached(
            "SELECT outcome.at, outcome.kind, candidate.origin, outcome.predicted,
                 outcome.weight > 0 OR outcome.kind = 'survived'
             FROM candidate JOIN outcome ON outcome.candidate_id = candidate.id
             WHERE candidate.pattern_id = ?1
             ORDER BY outcome.at DESC, outcome.kind LIMIT ?2",
        )?
        .query_map([id, i64::from(HISTORY)], |row| {
            Ok(PastOutcome {
                at: row.get(0)?,
                outcome: row.get(1)?,
                proposed_by: row.get(2)?,
                predicted: row.get(3)?,
                counts: row.get(4)?,
            })
        })?
        .collect()
}

fn levels(connection: &Connection, id: i64, now: i64) -> rusqlite::Result<Vec<TemplateDetail>> {
    let complaints: Vec<(String, String)> = connection
        .prepare_cached(
            "SELECT DISTINCT complaint.lang, complaint.complaint
             FROM template JOIN complaint ON complaint.id = complaint_id WHERE pattern_id = ?1",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut counts = connection.prepare_cached(
        "SELECT v_ok, v_fail, exposures, last_at FROM template WHERE id = ?1 AND pattern_id = ?2",
    )?;
    let mut levels = Vec::new();
    let decoded = Decoded::default();
    for (lang, complaint) in complaints {
        for known in templates::lookup(connection, &decoded, &lang, &complaint, now)? {
            let own = counts.query_map([known.id, id], |row| {
                Ok(TemplateDetail {
                    id: known.id,
                    complaint: complaint.clone(),
                    level: known.template.level,
                    description: known.template.describe(),
                    avg_confidence: known.posterior.mean(),
                    lower_bound: known.posterior.lower_bound(),
                    successes: known.successes,
                    failures: known.failures,
                    proofs_held: count(row, 0)?,
                    proofs_failed: count(row, 1)?,
                    exposures: count(row, 2)?,
                    last_used: row.get(3)?,
                })
            })?;
            for detail in own {
                levels.push(detail?);
            }
        }
    }
    levels.sort_by_key(|one| (one.level, one.id));
    Ok(levels)
}

fn examples(connection: &Connection, id: i64) -> rusqlite::Result<Vec<Example>> {
    connection
        .prepare_cached(
            "SELECT at, before_tok, after_tok FROM pattern_example WHERE pattern_id = ?1 ORDER BY id DESC",
        )?
        .query_map([id], |row| {
            Ok(Example {
                at: row.get(0)?,
                before: row.get(1)?,
                after: row.get(2)?,
            })
        })?
        .collect()
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    Ok(u64::try_from(count).unwrap_or_default())
}
