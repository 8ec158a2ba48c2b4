//! What was learned as one JSON file: written without a word of anybody's code, read with suspicion.
//!
//! What another record knows is kept apart from what was seen here, by that record's name: importing a file again, or a
//! newer one of the same record, takes the place of what was imported before. It is a prior that one's own outcomes
//! outvote.

use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::judged::{Which, read};
use super::templates::IMPORTED_WEIGHT;
use super::{pool, templates};
use crate::lang::python::is_keyword;
use crate::learn::Template;
use crate::learn::confidence::Tally;

/// The version of the file's format that this salve writes, and the only one that it reads.
const VERSION: u32 = 1;

/// Most bytes of a text in an imported file.
const LONGEST_TEXT: usize = 300;

/// Names that are no secret of anybody's program.
const COMMON_NAMES: [&str; 36] = [
    "Exception",
    "ImportError",
    "IndexError",
    "KeyError",
    "TypeError",
    "ValueError",
    "abs",
    "all",
    "any",
    "append",
    "bool",
    "case",
    "cls",
    "dict",
    "elif",
    "enumerate",
    "float",
    "format",
    "input",
    "int",
    "isinstance",
    "items",
    "len",
    "list",
    "match",
    "max",
    "min",
    "open",
    "print",
    "range",
    "self",
    "set",
    "str",
    "sum",
    "super",
    "tuple",
];

/// What a record has learned. The file is meant to be read: look at it before you pass it on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exported {
    /// The version of this format: 1.
    pub salve_patterns: u32,
    /// The record's name, drawn by chance: 32 hexadecimal digits.
    pub source: String,
    /// When, in Unix seconds.
    pub exported_at: i64,
    /// What was learned.
    pub patterns: Vec<ExportedPattern>,
}

/// A shape of fix for a cluster of mistakes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportedPattern {
    /// Language, such as `python`.
    pub language: String,
    /// `SYN.MISSING_COLON`
    pub code: String,
    /// `SYN.MISSING_COLON:function_def`
    pub cluster: String,
    /// SHA-256 of what the fix inserts and deletes with names and literals abstracted, in hexadecimal.
    pub skeleton: String,
    /// What the fix does.
    pub description: String,
    /// Successes as they weighed at the time of the export.
    pub successes: f64,
    /// Failures as they weighed at the time of the export.
    pub failures: f64,
    /// Its templates, those apart in which a name, a text or a number of the person's code stands.
    pub templates: Vec<ExportedTemplate>,
}

/// The change as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportedTemplate {
    /// What is put in place of what, and between which tokens.
    #[schemars(with = "Template")]
    pub template: Value,
    /// Successes as they weighed at the time of the export.
    pub successes: f64,
    /// Failures as they weighed at the time of the export.
    pub failures: f64,
}

/// What became of an imported file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Patterns that were taken over.
    pub patterns: u64,
    /// Templates that were taken over.
    pub templates: u64,
    /// Patterns and templates of which the same was known from that record before.
    pub known: u64,
    /// What was refused.
    pub refused: Vec<Refused>,
}

/// A part of an imported file that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Which part: `the file`, `pattern 3`, `pattern 3, template 2`, counted from one.
    pub part: String,
    /// Why.
    pub reason: String,
}

pub(super) fn export(connection: &Connection, now: i64) -> rusqlite::Result<Exported> {
    let mut patterns = Vec::new();
    for pattern in read(connection, Which::Used(None), now)? {
        let skeleton = connection
            .prepare_cached("SELECT skeleton_hash FROM pattern WHERE id = ?1")?
            .query_row([pattern.id], |row| row.get(0))?;
        patterns.push(ExportedPattern {
            skeleton,
            templates: export_templates(connection, pattern.id, now)?,
            language: pattern.lang,
            code: pattern.code,
            cluster: pattern.cluster,
            description: pattern.description,
            successes: pattern.tally.successes,
            failures: pattern.tally.failures,
        });
    }
    Ok(Exported {
        salve_patterns: VERSION,
        source: identity(connection)?,
        exported_at: now,
        patterns,
    })
}

fn export_templates(
    connection: &Connection,
    pattern_id: i64,
    now: i64,
) -> rusqlite::Result<Vec<ExportedTemplate>> {
    let rows: Vec<(String, Tally)> = connection
        .prepare_cached(
            "SELECT body, s, f, weighed_at FROM template WHERE pattern_id = ?1 ORDER BY level, id",
        )?
        .query_map([pattern_id], |row| {
            Ok((row.get(0)?, pool::tally(row, 1)?.as_of(now)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows
        .into_iter()
        .filter(|(_, tally)| tally.outcomes() > 0.0)
        .filter_map(|(body, tally)| {
            let template: Value = serde_json::from_str(&body).ok()?;
            (!tells_of_code(&template)).then_some(ExportedTemplate {
                template,
                successes: tally.successes,
                failures: tally.failures,
            })
        })
        .collect())
}

/// Whether a text in it says something of the program that it was learned from. Only the complaint is salve's own.
fn tells_of_code(template: &Value) -> bool {
    match template {
        Value::String(text) if text == "edge" => false,
        Value::String(text) => text
            .split(|character: char| !(character.is_alphanumeric() || character == '_'))
            .any(|word| {
                word.chars().count() > 2
                    && !is_keyword(word)
                    && COMMON_NAMES.binary_search(&word).is_err()
            }),
        Value::Array(items) => items.iter().any(tells_of_code),
        Value::Object(fields) => fields.iter().any(|(name, value)| match name.as_str() {
            // Words of the format and of the taxonomy.
            "complaint" | "line" | "block" | "hole" => false,
            _ => tells_of_code(value),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn identity(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT name FROM identity", (), |row| row.get(0))
}

/// What one record knows of a pattern or a template.
struct Evidence<'e> {
    source: &'e str,
    pattern_id: i64,
    /// SHA-256 of the template in hexadecimal; empty for the pattern itself.
    hash: String,
    tally: Tally,
}

pub(super) fn import(
    connection: &Connection,
    exported: &Exported,
    now: i64,
) -> rusqlite::Result<Imported> {
    let mut imported = Imported::default();
    if let Err(reason) = check_file(exported, &identity(connection)?) {
        imported.refuse("the file".to_owned(), reason);
        return Ok(imported);
    }
    // A clock that is ahead must not make it weigh more.
    let at = exported.exported_at.min(now);
    for (number, pattern) in (1..).zip(&exported.patterns) {
        let part = format!("pattern {number}");
        if let Err(reason) = check_pattern(pattern) {
            imported.refuse(part, reason);
            continue;
        }
        let pattern_id = pattern_of(connection, pattern)?;
        let evidence = |hash: String, successes: f64, failures: f64| Evidence {
            source: &exported.source,
            pattern_id,
            hash,
            tally: Tally {
                successes,
                failures,
                at,
            },
        };
        let own = evidence(String::new(), pattern.successes, pattern.failures);
        if own.keep(connection)? {
            imported.patterns += 1;
        } else {
            imported.known += 1;
        }
        let mut taken = Vec::new();
        for (number, template) in (1..).zip(&pattern.templates) {
            let checked = check_weights(template.successes, template.failures).and_then(|()| {
                Template::from_json(&template.template.to_string())
                    .map_err(|error| error.to_string())
            });
            match checked {
                Err(reason) => imported.refuse(format!("{part}, template {number}"), reason),
                Ok(known) => {
                    let hash = known.hash();
                    let own = evidence(hash, template.successes, template.failures);
                    if own.keep(connection)? {
                        imported.templates += 1;
                        taken.push(known);
                    } else {
                        imported.known += 1;
                    }
                }
            }
        }
        templates::keep(connection, &pattern.language, pattern_id, &taken, at)?;
        sum_up(connection, pattern_id)?;
        templates::cap(connection, &pattern.language, &taken, now)?;
    }
    Ok(imported)
}

impl Imported {
    fn refuse(&mut self, part: String, reason: String) {
        self.refused.push(Refused { part, reason });
    }
}

impl Evidence<'_> {
    /// Keeps it in the place of what was known from the same record; `false` if that was as new.
    fn keep(&self, connection: &Connection) -> rusqlite::Result<bool> {
        connection
            .prepare_cached(
                "INSERT INTO imported(source, pattern_id, hash, s, f, at) VALUES (?1, ?2, unhex(?3), ?4, ?5, ?6)
                 ON CONFLICT(source, pattern_id, hash) DO UPDATE
                     SET s = excluded.s, f = excluded.f, at = excluded.at WHERE excluded.at > at",
            )?
            .execute(params![
                self.source,
                self.pattern_id,
                self.hash,
                self.tally.successes,
                self.tally.failures,
                self.tally.at,
            ])
            .map(|changed| changed > 0)
    }
}

fn check_file(exported: &Exported, own: &str) -> Result<(), String> {
    let is_name = exported.source.len() == 32 && is_hexadecimal(&exported.source);
    if exported.salve_patterns != VERSION {
        Err(format!(
            "it is of version {} of the format; this salve reads version {VERSION}",
            exported.salve_patterns
        ))
    } else if !is_name {
        Err("its source is not 32 hexadecimal digits".to_owned())
    } else if exported.source == own {
        Err("this very record has exported it; what was seen here would count twice".to_owned())
    } else {
        Ok(())
    }
}

fn check_pattern(pattern: &ExportedPattern) -> Result<(), String> {
    let texts = [
        &pattern.language,
        &pattern.code,
        &pattern.cluster,
        &pattern.description,
    ];
    if texts.iter().any(|text| text.len() > LONGEST_TEXT) {
        Err(format!("a text is longer than {LONGEST_TEXT} bytes"))
    } else if crate::taxonomy::entry(&pattern.code).is_none() {
        Err(format!("there is no code {}", pattern.code))
    } else if pattern.cluster.split(':').next() != Some(pattern.code.as_str()) {
        Err("the cluster is not one of its code".to_owned())
    } else if pattern.skeleton.len() != 64 || !is_hexadecimal(&pattern.skeleton) {
        Err("the skeleton is not 64 hexadecimal digits".to_owned())
    } else {
        check_weights(pattern.successes, pattern.failures)
    }
}

fn check_weights(successes: f64, failures: f64) -> Result<(), String> {
    let is_weight = |weight: f64| (0.0..=1e9).contains(&weight);
    if is_weight(successes) && is_weight(failures) {
        Ok(())
    } else {
        Err("successes and failures are not from 0 to 1,000,000,000".to_owned())
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn pattern_of(connection: &Connection, pattern: &ExportedPattern) -> rusqlite::Result<i64> {
    let key = [
        &pattern.language,
        &pattern.code,
        &pattern.cluster,
        &pattern.skeleton,
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
            pattern.language,
            pattern.code,
            pattern.cluster,
            pattern.skeleton,
            pattern.description,
        ])
}

/// Brings together what all other records know of a pattern and its templates.
fn sum_up(connection: &Connection, pattern_id: i64) -> rusqlite::Result<()> {
    let rows: Vec<(Vec<u8>, Tally)> = connection
        .prepare_cached("SELECT hash, s, f, at FROM imported WHERE pattern_id = ?1 ORDER BY hash")?
        .query_map([pattern_id], |row| Ok((row.get(0)?, pool::tally(row, 1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for same in rows.chunk_by(|one, other| one.0 == other.0) {
        let Some((hash, _)) = same.first() else {
            continue;
        };
        let sum = same
            .iter()
            .fold(Tally::default(), |sum, (_, one)| sum.plus(*one))
            .at_most(IMPORTED_WEIGHT);
        let statement = if hash.is_empty() {
            "UPDATE pattern SET imported_s = ?3, imported_f = ?4, imported_at = ?5 WHERE id = ?1 AND ?2 = x''"
        } else {
            "UPDATE template SET imported_s = ?3, imported_f = ?4, imported_at = ?5
             WHERE pattern_id = ?1 AND hash = ?2"
        };
        connection.prepare_cached(statement)?.execute(params![
            pattern_id,
            hash,
            sum.successes,
            sum.failures,
            sum.at
        ])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells(text: &str) -> bool {
        let template =
            serde_json::json!({"complaint": "SYN.MISSING_COLON:if", "before": [{"text": text}]});
        tells_of_code(&template)
    }

    #[test]
    fn common_names_are_found_by_searching_in_halves() {
        assert!(COMMON_NAMES.is_sorted());
    }

    #[test]
    fn names_texts_and_numbers_of_a_program_stay_here() {
        for own in [
            "customer",
            "'hunter2'",
            "4711",
            "# see Meyer",
            "print(total)",
            "größe",
        ] {
            assert!(tells(own), "{own}");
        }
        for common in ["if", ")", ":=", "print", "self", "''", "0", "x", "\n    "] {
            assert!(!tells(common), "{common}");
        }
    }

    #[test]
    fn the_words_of_the_format_tell_nothing() {
        let template = serde_json::json!({
            "complaint": "SYN.MISSING_COLON:function_def", "level": 3, "head": "while",
            "before": ["edge", {"hole": ["string", 0]}], "after": [{"line": "shallower"}],
            "deleted": [], "inserted": [{"text": ":"}, {"copy": 0}, {"line": "deeper"}]
        });
        assert!(!tells_of_code(&template));
    }
}
