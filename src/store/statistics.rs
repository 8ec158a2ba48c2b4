//! What was learned, in numbers: the totals, the list of patterns.

use rusqlite::Connection;

use super::calibration::calibration;
use super::judged::{Judged, Which, read};
use crate::engine::ports::{PatternFilter, PatternStats, PatternSummary};

/// Most patterns in [`PatternStats::recent_patterns`].
const RECENT_PATTERNS: usize = 10;

/// The totals as of `now` (Unix seconds).
pub(super) fn totals(connection: &Connection, now: i64) -> rusqlite::Result<PatternStats> {
    let patterns = read(connection, Which::Used(None), now)?;
    let total = patterns.len();
    let sum = |count: fn(&Judged) -> u64| patterns.iter().map(count).sum();
    let confidence: f64 = patterns
        .iter()
        .map(|pattern| pattern.posterior.mean())
        .sum();
    let templates: i64 =
        connection.query_row("SELECT count(*) FROM template", (), |row| row.get(0))?;
    Ok(PatternStats {
        total_patterns: u64::try_from(total).unwrap_or(u64::MAX),
        total_templates: u64::try_from(templates).unwrap_or_default(),
        total_successes: sum(|pattern| pattern.accepted),
        total_rejected: sum(|pattern| pattern.rejected),
        total_undone: sum(|pattern| pattern.undone),
        total_edited_away: sum(|pattern| pattern.edited_away),
        total_passed_over: sum(|pattern| pattern.passed_over),
        total_survived: sum(|pattern| pattern.survived),
        total_exposures: sum(|pattern| pattern.exposures),
        gold_standard_count: sum(|pattern| u64::from(pattern.gold_source().is_some())),
        overall_avg_confidence: (total > 0).then(|| confidence / total as f64),
        calibration: calibration(connection, None)?,
        recent_patterns: patterns
            .iter()
            .take(RECENT_PATTERNS)
            .map(Judged::summary)
            .collect(),
    })
}

/// The patterns that pass the filter as of `now` (Unix seconds), the last used first.
pub(super) fn list(
    connection: &Connection,
    filter: &PatternFilter,
    now: i64,
) -> rusqlite::Result<Vec<PatternSummary>> {
    Ok(read(connection, Which::Known(filter.code.as_deref()), now)?
        .iter()
        .filter(|pattern| !filter.gold_only || pattern.gold_source().is_some())
        .take(filter.limit.unwrap_or(usize::MAX))
        .map(Judged::summary)
        .collect())
}
