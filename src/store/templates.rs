//! Templates: kept when a fix is accepted, weighed with it, looked up at every examination.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::decoded::Decoded;
use super::pool;
use crate::engine::ports::KnownTemplate;
use crate::learn::Template;
use crate::learn::confidence::{DEMOTION_QUANTILE, Posterior, Prior, Tally};

/// Templates that are kept of one complaint; those of gold patterns do not count.
pub(super) const MOST_PER_COMPLAINT: usize = 192;

/// Proofs after which a template is judged by them.
const TRIES: i64 = 20;

/// Weighted outcomes that what other records know is worth at most, so that one's own can outvote it.
pub(super) const IMPORTED_WEIGHT: f64 = 20.0;

/// Keeps those of an accepted fix that are not kept yet.
pub(super) fn keep(
    connection: &Connection,
    language: &str,
    pattern_id: i64,
    templates: &[Template],
    at: i64,
) -> rusqlite::Result<()> {
    for template in templates {
        let complaint_id = complaint(connection, language, &template.complaint)?;
        connection
            .prepare_cached(
                "INSERT INTO template(id, pattern_id, complaint_id, hash, level, body, last_at)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM template), ?1, ?2, unhex(?3), ?4, ?5, ?6)
                 ON CONFLICT(complaint_id, hash) DO NOTHING",
            )?
            .execute(params![
                pattern_id,
                complaint_id,
                template.hash(),
                template.level,
                template.to_json(),
                at,
            ])?;
    }
    Ok(())
}

fn complaint(connection: &Connection, language: &str, complaint: &str) -> rusqlite::Result<i64> {
    let known = connection
        .prepare_cached("SELECT id FROM complaint WHERE lang = ?1 AND complaint = ?2")?
        .query_row([language, complaint], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO complaint(lang, complaint) VALUES (?1, ?2)")?
        .insert([language, complaint])
}

/// Those of these templates that are kept.
pub(super) fn ids(
    connection: &Connection,
    language: &str,
    templates: &[Template],
) -> rusqlite::Result<BTreeSet<i64>> {
    let mut find = connection.prepare_cached(
        "SELECT template.id FROM complaint JOIN template ON template.complaint_id = complaint.id
         WHERE lang = ?1 AND complaint = ?2 AND hash = unhex(?3)",
    )?;
    let mut ids = BTreeSet::new();
    for template in templates {
        let id: Option<i64> = find
            .query_row([language, &template.complaint, &template.hash()], |row| {
                row.get(0)
            })
            .optional()?;
        ids.extend(id);
    }
    Ok(ids)
}

/// Changes the weights of templates after an outcome at `at` (Unix seconds).
pub(super) fn weigh(
    connection: &Connection,
    ids: &BTreeSet<i64>,
    at: i64,
    change: &dyn Fn(Tally) -> Tally,
) -> rusqlite::Result<()> {
    for id in ids {
        let known = connection
            .prepare_cached("SELECT s, f, weighed_at FROM template WHERE id = ?1")?
            .query_row([id], |row| pool::tally(row, 0))
            .optional()?;
        if let Some(tally) = known.map(change) {
            connection
                .prepare_cached(
                    "UPDATE template SET s = ?2, f = ?3, weighed_at = ?4, last_at = max(last_at, ?5)
                     WHERE id = ?1",
                )?
                .execute(params![id, tally.successes, tally.failures, tally.at, at])?;
        }
    }
    Ok(())
}

/// Removes the weakest and oldest where more are kept of a complaint than [`MOST_PER_COMPLAINT`].
pub(super) fn cap(
    connection: &Connection,
    language: &str,
    templates: &[Template],
    now: i64,
) -> rusqlite::Result<()> {
    let complaints: BTreeSet<&str> = templates
        .iter()
        .map(|template| template.complaint.as_str())
        .collect();
    for name in complaints {
        let complaint_id = complaint(connection, language, name)?;
        let mut kept = connection
            .prepare_cached(
                "SELECT template.s, template.f, template.weighed_at, template.imported_s, template.imported_f,
                     template.imported_at, template.id, template.last_at
                 FROM template JOIN pattern ON pattern.id = pattern_id
                 WHERE complaint_id = ?1 AND NOT gold AND pinned_at IS NULL",
            )?
            .query_map([complaint_id], |row| {
                let known = pool::tally(row, 0)?.plus(pool::tally(row, 3)?).as_of(now);
                let trust = Prior::neutral().updated(known).mean();
                Ok((trust, row.get(7)?, row.get(6)?))
            })?
            .collect::<rusqlite::Result<Vec<(f64, i64, i64)>>>()?;
        kept.sort_by(|one, other| {
            let trust = other.0.total_cmp(&one.0);
            trust.then_with(|| (other.1, other.2).cmp(&(one.1, one.2)))
        });
        for (_, _, id) in kept.iter().skip(MOST_PER_COMPLAINT) {
            remove(connection, *id)?;
        }
    }
    Ok(())
}

fn remove(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM template WHERE id = ?1")?
        .execute([id])
        .map(drop)
}

/// Counts that a fix of this template was shown.
pub(super) fn exposed(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE template SET exposures = exposures + 1 WHERE id = ?1")?
        .execute([id])
        .map(drop)
}

/// Counts a proof of what a template made; one that hardly ever holds is removed, unless a person pinned its pattern.
pub(super) fn validated(
    connection: &Connection,
    id: i64,
    holds: bool,
    at: i64,
) -> rusqlite::Result<()> {
    let counted: Option<(i64, bool)> = connection
        .prepare_cached(
            "UPDATE template SET v_ok = v_ok + ?2, v_fail = v_fail + NOT ?2,
                 last_at = iif(?2, max(last_at, ?3), last_at)
             WHERE id = ?1
             RETURNING pattern_id, v_ok + v_fail >= ?4 AND v_ok * 5 < v_ok + v_fail",
        )?
        .query_row(params![id, holds, at, TRIES], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((pattern_id, hopeless)) = counted else {
        return Ok(());
    };
    let pinned: bool = connection
        .prepare_cached(
            "UPDATE pattern SET v_ok = v_ok + ?2, v_fail = v_fail + NOT ?2 WHERE id = ?1
             RETURNING pinned_at IS NOT NULL",
        )?
        .query_row(params![pattern_id, holds], |row| row.get(0))?;
    if hopeless && !pinned {
        remove(connection, id)?;
    }
    Ok(())
}

/// A pattern as far as its templates need it.
struct Parent {
    code: String,
    tally: Tally,
    imported: Tally,
    gold: bool,
    pinned: bool,
}

impl Parent {
    /// Whether so much time has passed that it is gold no more; outcomes are judged when they come in.
    fn has_faded(&self, pool: Tally) -> bool {
        let others = pool.without(self.tally);
        let known = self.tally.plus(self.imported.at_most(IMPORTED_WEIGHT));
        !Prior::pooled(others.successes, others.failures)
            .updated(known)
            .lower_bound_reaches(DEMOTION_QUANTILE)
    }
}

/// The templates for a complaint as of `now` (Unix seconds), the most trusted first.
pub(super) fn lookup(
    connection: &Connection,
    decoded: &Decoded,
    language: &str,
    complaint: &str,
    now: i64,
) -> rusqlite::Result<Vec<KnownTemplate>> {
    let mut select = connection.prepare_cached(
        "SELECT template.id, body, template.s, template.f, template.weighed_at,
             template.imported_s, template.imported_f, template.imported_at,
             code, pattern.s, pattern.f, pattern.weighed_at,
             pattern.imported_s, pattern.imported_f, pattern.imported_at, gold, pinned_at IS NOT NULL
         FROM complaint
         JOIN template ON template.complaint_id = complaint.id
         JOIN pattern ON pattern.id = template.pattern_id
         WHERE complaint.lang = ?1 AND complaint.complaint = ?2",
    )?;
    let mut rows = select.query([language, complaint])?;
    let mut pools: HashMap<String, Tally> = HashMap::new();
    let mut known = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let Some(template) = decoded.template(row.get_ref(1)?.as_str()?) else {
            tracing::debug!(id, "a template that cannot be read");
            continue;
        };
        let tally = pool::tally(row, 2)?.as_of(now);
        let imported = pool::tally(row, 5)?.as_of(now);
        let parent = Parent {
            code: row.get(8)?,
            tally: pool::tally(row, 9)?.as_of(now),
            imported: pool::tally(row, 12)?.as_of(now),
            gold: row.get(15)?,
            pinned: row.get(16)?,
        };
        let pool = match pools.get(&parent.code) {
            Some(pool) => *pool,
            None => {
                let pool = pool::of(connection, language, &parent.code)?.as_of(now);
                pools.insert(parent.code.clone(), pool);
                pool
            }
        };
        known.push(KnownTemplate {
            id,
            template,
            successes: tally.successes,
            failures: tally.failures,
            posterior: posterior(tally, imported, &parent, pool),
            is_gold: parent.pinned || parent.gold && !parent.has_faded(pool),
        });
    }
    known.sort_by(|one, other| {
        let trust = other.posterior.mean().total_cmp(&one.posterior.mean());
        trust.then_with(|| other.successes.total_cmp(&one.successes))
    });
    Ok(known)
}

/// A template's own outcomes upon those of the rest of its pattern, upon those of the rest of its code.
fn posterior(tally: Tally, imported: Tally, parent: &Parent, pool: Tally) -> Posterior {
    // Whatever counted below must not count above again.
    let siblings = parent.tally.without(tally);
    let others = pool.without(parent.tally);
    let elsewhere = parent.imported.without(imported).at_most(IMPORTED_WEIGHT);
    let pattern =
        Prior::pooled(others.successes, others.failures).updated(siblings.plus(elsewhere));
    Prior::of_rate(pattern.mean()).updated(tally.plus(imported.at_most(IMPORTED_WEIGHT)))
}
