//! A pattern with what is believed of it: its outcomes faded to now, with the others of its code as prior.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::pool;
use super::templates::IMPORTED_WEIGHT;
use crate::engine::ports::{GoldSource, PatternSummary};
use crate::learn::confidence::{
    GOLD_DAYS, GOLD_FILES, GOLD_OUTCOMES, GoldCase, Posterior, Prior, Tally,
};

/// What is read of each pattern, in the order in which [`Judged::read`] expects it.
const COLUMNS: &str =
    "id, lang, code, cluster, description, s, f, weighed_at, imported_s, imported_f, imported_at,
     accepted, rejected, undone, edited_away, passed_over, survived, exposures, files, days,
     last_accepted_at, recent, gold, pinned_at";

/// A pattern, judged as of a moment.
pub(super) struct Judged {
    pub(super) id: i64,
    pub(super) lang: String,
    pub(super) code: String,
    pub(super) cluster: String,
    pub(super) description: String,
    pub(super) tally: Tally,
    pub(super) imported: Tally,
    pub(super) accepted: u64,
    pub(super) rejected: u64,
    pub(super) undone: u64,
    pub(super) edited_away: u64,
    pub(super) passed_over: u64,
    pub(super) survived: u64,
    pub(super) exposures: u64,
    pub(super) files: u64,
    pub(super) days: u64,
    pub(super) last_accepted_at: Option<i64>,
    pub(super) pinned_at: Option<i64>,
    recent: String,
    meets_the_rule: bool,
    pub(super) posterior: Posterior,
}

impl Judged {
    fn read(row: &Row<'_>, now: i64) -> rusqlite::Result<Self> {
        let count = |column| {
            row.get::<_, i64>(column)
                .map(|count| u64::try_from(count).unwrap_or_default())
        };
        Ok(Self {
            id: row.get(0)?,
            lang: row.get(1)?,
            code: row.get(2)?,
            cluster: row.get(3)?,
            description: row.get(4)?,
            tally: pool::tally(row, 5)?.as_of(now),
            imported: pool::tally(row, 8)?.as_of(now).at_most(IMPORTED_WEIGHT),
            accepted: count(11)?,
            rejected: count(12)?,
            undone: count(13)?,
            edited_away: count(14)?,
            passed_over: count(15)?,
            survived: count(16)?,
            exposures: count(17)?,
            files: count(18)?,
            days: count(19)?,
            last_accepted_at: row.get(20)?,
            recent: row.get(21)?,
            meets_the_rule: row.get(22)?,
            pinned_at: row.get(23)?,
            posterior: Prior::neutral().updated(Tally::default()),
        })
    }

    /// A pattern's own outcomes would count twice if they were in its prior too.
    fn judge(&mut self, pool: Tally) {
        let others = pool.without(self.tally);
        self.posterior = Prior::pooled(others.successes, others.failures)
            .updated(self.tally.plus(self.imported));
    }

    fn gold_case(&self) -> GoldCase {
        let undos = |last: usize| {
            let newest = self.recent.chars().rev().take(last);
            newest.filter(|&mark| mark == 'u').count()
        };
        GoldCase {
            posterior: self.posterior,
            outcomes: self.tally.outcomes(),
            files: self.files,
            days: self.days,
            undos_in_last_20: undos(20),
            undos_in_last_10: undos(10),
        }
    }

    /// Gold by the rule is granted when an outcome comes in; it is lost then, or by mere age. A pin stays.
    pub(super) fn gold_source(&self) -> Option<GoldSource> {
        if self.pinned_at.is_some() {
            Some(GoldSource::Human)
        } else if self.meets_the_rule && !self.gold_case().demotes() {
            Some(GoldSource::Evidence)
        } else {
            None
        }
    }

    pub(super) fn summary(&self) -> PatternSummary {
        let gold_source = self.gold_source();
        PatternSummary {
            id: self.id,
            cluster_id: self.cluster.clone(),
            fix_description: self.description.clone(),
            last_success: self.last_accepted_at,
            success_count: self.accepted,
            rejected_count: self.rejected,
            undone_count: self.undone,
            edited_away_count: self.edited_away,
            passed_over_count: self.passed_over,
            survived_count: self.survived,
            exposures: self.exposures,
            weighted_outcomes: self.tally.outcomes(),
            avg_confidence: self.posterior.mean(),
            lower_bound: self.posterior.lower_bound(),
            gold: gold_source.is_some(),
            gold_source,
        }
    }
}

/// Which patterns to read.
#[derive(Clone, Copy)]
pub(super) enum Which<'w> {
    /// Those with an outcome, of this code if there is one.
    Used(Option<&'w str>),
    /// Those that there is anything to say of: used, imported or pinned; of this code if there is one.
    Known(Option<&'w str>),
    /// The one of this id.
    One(i64),
}

/// The patterns as of `now` (Unix seconds), the last used first.
pub(super) fn read(
    connection: &Connection,
    which: Which<'_>,
    now: i64,
) -> rusqlite::Result<Vec<Judged>> {
    let (condition, code, id) = match which {
        Which::Used(code) => ("last_outcome_at IS NOT NULL", code, None),
        Which::Known(code) => (
            "(last_outcome_at IS NOT NULL OR imported_at IS NOT NULL OR pinned_at IS NOT NULL)",
            code,
            None,
        ),
        Which::One(id) => ("TRUE", None, Some(id)),
    };
    let mut patterns = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM pattern
             WHERE {condition} AND (?1 IS NULL OR code = ?1) AND (?2 IS NULL OR id = ?2)
             ORDER BY last_outcome_at DESC NULLS LAST, id DESC"
        ))?
        .query_map(params![code, id], |row| Judged::read(row, now))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut pools: HashMap<(String, String), Tally> = HashMap::new();
    for pattern in &mut patterns {
        let key = (pattern.lang.clone(), pattern.code.clone());
        let pool = match pools.get(&key) {
            Some(pool) => *pool,
            None => {
                let pool = pool::of(connection, &key.0, &key.1)?.as_of(now);
                pools.insert(key, pool);
                pool
            }
        };
        pattern.judge(pool);
    }
    Ok(patterns)
}

/// Grants or withdraws a pattern's gold after an outcome.
pub(super) fn judge_gold(
    connection: &Connection,
    pattern_id: i64,
    now: i64,
) -> rusqlite::Result<()> {
    let hopeless: bool = connection
        .prepare_cached(
            "SELECT NOT gold AND (files < ?2 OR days < ?3
                 OR accepted + rejected + undone + edited_away + passed_over < ?4)
             FROM pattern WHERE id = ?1",
        )?
        .query_row(
            params![
                pattern_id,
                i64::try_from(GOLD_FILES).unwrap_or(i64::MAX),
                i64::try_from(GOLD_DAYS).unwrap_or(i64::MAX),
                GOLD_OUTCOMES,
            ],
            |row| row.get(0),
        )?;
    if hopeless {
        return Ok(());
    }
    for pattern in read(connection, Which::One(pattern_id), now)? {
        let case = pattern.gold_case();
        let gold = if pattern.meets_the_rule {
            !case.demotes()
        } else {
            case.promotes()
        };
        if gold != pattern.meets_the_rule {
            connection
                .prepare_cached("UPDATE pattern SET gold = ?2 WHERE id = ?1")?
                .execute(params![pattern_id, gold])?;
        }
    }
    Ok(())
}
