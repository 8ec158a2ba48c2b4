//! Writing notes, and what was shown: each function runs inside the writer's transaction.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::audit::Deed;
use super::{ledger, outcomes, templates};
use crate::engine::Source;
use crate::engine::ports::{ModelCall, Outcome, RefusedParameter, Shown, ShownFix};

/// Something to be written down.
#[derive(Debug)]
pub(super) enum Note {
    /// A finding and its fixes were shown.
    Shown(Box<Shown>),
    /// Something became of a fix.
    Outcome {
        fix_id: String,
        outcome: Outcome,
        at: i64,
    },
    /// What a template made of a text was proven, or was not.
    Validated { template: i64, holds: bool, at: i64 },
    /// A model was called.
    Called(Box<ModelCall>),
    /// A model does not take a parameter.
    Refused(Box<RefusedParameter>),
    /// Something for the audit log alone.
    Did { deed: Deed, at: i64 },
}

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Ids that a candidate is known by; each new proof of the same fix brings another, the oldest are forgotten. So many that
/// several editors with the same mistake in a file without a path do not make each other's ids be forgotten.
const KEYS_PER_CANDIDATE: u32 = 64;

/// Longest text of one column in bytes; longer ones are cut, since the record must stay small.
const LONGEST_TEXT: usize = 4_096;

pub(super) fn write(connection: &Connection, note: &Note) -> rusqlite::Result<()> {
    match note {
        Note::Shown(shown) => write_shown(connection, shown),
        Note::Outcome {
            fix_id,
            outcome,
            at,
        } => outcomes::write(connection, fix_id, *outcome, *at),
        Note::Validated {
            template,
            holds,
            at,
        } => templates::validated(connection, *template, *holds, *at),
        Note::Called(call) => ledger::write_call(connection, call),
        Note::Refused(parameter) => ledger::write_refused(connection, parameter),
        Note::Did { .. } => Ok(()),
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
    let levels = (!fix.templates.is_empty())
        .then(|| serde_json::to_string(&fix.templates).unwrap_or_default());
    let (candidate_id, exposures): (i64, i64) = connection
        .prepare_cached(
            "INSERT INTO candidate(event_id, pattern_id, origin, origin_ref, edit_hash, errors_left,
                 together_with, interpreter, tokens_in, tokens_out, latency_ms, doc_version,
                 before_tok, after_tok, templates, confidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT(event_id, edit_hash) DO UPDATE SET exposures = exposures + 1,
                 templates = coalesce(excluded.templates, templates),
                 confidence = coalesce(excluded.confidence, confidence)
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
                levels,
                fix.confidence,
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
        if let Source::Learned { template } = fix.source {
            templates::exposed(connection, template)?;
        }
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

/// Who proposed the fix, as `Source` is written on the wire: its kind, and its name or number.
fn origin_of(fix: &ShownFix) -> (String, Option<String>) {
    let source = serde_json::to_value(&fix.source).unwrap_or_default();
    let text = |field: &str| Some(clip(source.get(field)?.as_str()?).to_owned());
    let name = match &fix.source {
        Source::Learned { template } => Some(template.to_string()),
        Source::Rule { .. } | Source::Person | Source::Model { .. } => text("name"),
    };
    (
        text("kind").unwrap_or_else(|| fix.source.label().to_owned()),
        name,
    )
}

/// The name by which an enum's value is written on the wire, such as `compile`.
pub(super) fn wire_name(value: &impl serde::Serialize) -> String {
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
