//! The outcomes of all patterns of a code: the prior of each of them.
//!
//! Fading is linear, so the sum is kept as one tally and follows each outcome, however many patterns there are.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::learn::confidence::Tally;

/// Reads a tally from three columns beginning with this one.
pub(super) fn tally(row: &Row<'_>, first: usize) -> rusqlite::Result<Tally> {
    Ok(Tally {
        successes: row.get(first)?,
        failures: row.get(first + 1)?,
        at: row.get::<_, Option<i64>>(first + 2)?.unwrap_or_default(),
    })
}

/// What became of the fixes of all patterns of this code.
pub(super) fn of(connection: &Connection, lang: &str, code: &str) -> rusqlite::Result<Tally> {
    let known = connection
        .prepare_cached("SELECT s, f, weighed_at FROM code_pool WHERE lang = ?1 AND code = ?2")?
        .query_row([lang, code], |row| tally(row, 0))
        .optional()?;
    known.map_or_else(|| sum(connection, lang, code), Ok)
}

fn sum(connection: &Connection, lang: &str, code: &str) -> rusqlite::Result<Tally> {
    connection
        .prepare_cached(
            "SELECT s, f, weighed_at FROM pattern
             WHERE lang = ?1 AND code = ?2 AND last_outcome_at IS NOT NULL",
        )?
        .query_map([lang, code], |row| tally(row, 0))?
        .try_fold(Tally::default(), |sum, one| Ok(sum.plus(one?)))
}

/// Changes what is known of the code of a pattern. To be called before the pattern itself is changed.
pub(super) fn weigh(
    connection: &Connection,
    pattern_id: i64,
    change: impl FnOnce(Tally) -> Tally,
) -> rusqlite::Result<()> {
    let (lang, code): (String, String) = connection
        .prepare_cached("SELECT lang, code FROM pattern WHERE id = ?1")?
        .query_row([pattern_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tally = change(of(connection, &lang, &code)?);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO code_pool(lang, code, s, f, weighed_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![lang, code, tally.successes, tally.failures, tally.at])?;
    Ok(())
}
