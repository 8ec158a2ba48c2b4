//! Reading patterns: fade their weights to now, pool them by code, judge them.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::engine::ports::{PatternStats, PatternSummary};
use crate::learn::confidence::{
    GOLD_DAYS, GOLD_FILES, GOLD_OUTCOMES, GoldCase, Posterior, Prior, Tally,
};

/// Most patterns in [`PatternStats::recent_patterns`].
const RECENT_PATTERNS: usize = 10;

/// Which patterns to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatternFilter {
    /// Only those of this code, such as `SYN.MISSING_COLON`.
    pub code: Option<String>,
    /// Only those that meet the gold rule.
    pub gold_only: bool,
    /// At most so many, the last used first; all if `None`.
    pub limit: Option<usize>,
}

struct Row {
    id: i64,
    group: (String, String),
    cluster: String,
    description: String,
    tally: Tally,
    accepted: u64,
    files: u64,
    days: u64,
    last_accepted_at: Option<i64>,
    recent: String,
    gold: bool,
}

/// A row with what is believed of it.
struct Judged {
    row: Row,
    posterior: Posterior,
}

impl Judged {
    fn gold_case(&self) -> GoldCase {
        let undos = |last: usize| {
            let newest = self.row.recent.chars().rev().take(last);
            newest.filter(|&mark| mark == 'u').count()
        };
        GoldCase {
            posterior: self.posterior,
            outcomes: self.row.tally.outcomes(),
            files: self.row.files,
            days: self.row.days,
            undos_in_last_20: undos(20),
            undos_in_last_10: undos(10),
        }
    }

    /// Gold is granted when an outcome comes in; it is lost then, or by mere age.
    fn is_gold(&self) -> bool {
        self.row.gold && !self.gold_case().demotes()
    }

    fn into_summary(self) -> PatternSummary {
        PatternSummary {
            gold: self.is_gold(),
            avg_confidence: self.posterior.mean(),
            cluster_id: self.row.cluster,
            fix_description: self.row.description,
            last_success: self.row.last_accepted_at,
            success_count: self.row.accepted,
        }
    }
}

/// The totals as of `now` (Unix seconds).
pub(super) fn totals(connection: &Connection, now: i64) -> rusqlite::Result<PatternStats> {
    let patterns = judged(connection, None, now)?;
    let total = patterns.len();
    let confidence: f64 = patterns
        .iter()
        .map(|pattern| pattern.posterior.mean())
        .sum();
    Ok(PatternStats {
        total_patterns: total.try_into().unwrap_or(u64::MAX),
        total_successes: patterns.iter().map(|pattern| pattern.row.accepted).sum(),
        gold_standard_count: patterns
            .iter()
            .filter(|pattern| pattern.is_gold())
            .map(|_| 1_u64)
            .sum(),
        overall_avg_confidence: (total > 0).then(|| confidence / total as f64),
        recent_patterns: patterns
            .into_iter()
            .take(RECENT_PATTERNS)
            .map(Judged::into_summary)
            .collect(),
    })
}

/// The patterns that pass the filter as of `now` (Unix seconds), the last used first.
pub(super) fn list(
    connection: &Connection,
    filter: &PatternFilter,
    now: i64,
) -> rusqlite::Result<Vec<PatternSummary>> {
    Ok(judged(connection, filter.code.as_deref(), now)?
        .into_iter()
        .map(Judged::into_summary)
        .filter(|pattern| pattern.gold || !filter.gold_only)
        .take(filter.limit.unwrap_or(usize::MAX))
        .collect())
}

/// Grants or withdraws a pattern's gold after an outcome.
pub(super) fn judge_gold(
    connection: &Connection,
    pattern_id: i64,
    now: i64,
) -> rusqlite::Result<()> {
    let (code, gold, hopeless): (String, bool, bool) = connection
        .prepare_cached(
            "SELECT code, gold, accepted + rejected < ?2 OR files < ?3 OR days < ?4
             FROM pattern WHERE id = ?1",
        )?
        .query_row(
            params![
                pattern_id,
                GOLD_OUTCOMES,
                i64::try_from(GOLD_FILES).unwrap_or(i64::MAX),
                i64::try_from(GOLD_DAYS).unwrap_or(i64::MAX),
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
    // Pooling the whole code is the costly part.
    if !gold && hopeless {
        return Ok(());
    }
    let patterns = judged(connection, Some(&code), now)?;
    let Some(pattern) = patterns.iter().find(|pattern| pattern.row.id == pattern_id) else {
        return Ok(());
    };
    let case = pattern.gold_case();
    let gold = if pattern.row.gold {
        !case.demotes()
    } else {
        case.promotes()
    };
    if gold != pattern.row.gold {
        connection
            .prepare_cached("UPDATE pattern SET gold = ?2 WHERE id = ?1")?
            .execute(params![pattern_id, gold])?;
    }
    Ok(())
}

/// All patterns with an outcome, the last used first, each judged with the others of its code as prior.
fn judged(connection: &Connection, code: Option<&str>, now: i64) -> rusqlite::Result<Vec<Judged>> {
    let rows = connection
        .prepare_cached(
            "SELECT id, lang, code, cluster, description, s, f, weighed_at, accepted, files, days,
                 last_accepted_at, recent, gold
             FROM pattern
             WHERE last_outcome_at IS NOT NULL AND (?1 IS NULL OR code = ?1)
             ORDER BY last_outcome_at DESC, id DESC",
        )?
        .query_map([code], |row| {
            Ok(Row {
                id: row.get(0)?,
                group: (row.get(1)?, row.get(2)?),
                cluster: row.get(3)?,
                description: row.get(4)?,
                tally: Tally {
                    successes: row.get(5)?,
                    failures: row.get(6)?,
                    at: row.get(7)?,
                }
                .as_of(now),
                accepted: row.get::<_, i64>(8)?.try_into().unwrap_or_default(),
                files: row.get::<_, i64>(9)?.try_into().unwrap_or_default(),
                days: row.get::<_, i64>(10)?.try_into().unwrap_or_default(),
                last_accepted_at: row.get(11)?,
                recent: row.get(12)?,
                gold: row.get(13)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<Row>>>()?;
    let mut pools: HashMap<(String, String), (f64, f64)> = HashMap::new();
    for row in &rows {
        let pool = pools.entry(row.group.clone()).or_default();
        pool.0 += row.tally.successes;
        pool.1 += row.tally.failures;
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            // A pattern's own outcomes would count twice if they were in its prior too.
            let (successes, failures) = pools.get(&row.group).copied().unwrap_or_default();
            let prior = Prior::pooled(
                successes - row.tally.successes,
                failures - row.tally.failures,
            );
            Judged {
                posterior: prior.updated(row.tally),
                row,
            }
        })
        .collect())
}
