//! What was done in a person's name: entries that are only ever added, each with a hash over itself and the one before.
//!
//! An entry holds no code, no path and no key: files are named by their hashes, settings by their names. It is written in
//! the transaction of the note that it is about, so that there is never one without the other.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::Store;
use super::record::{self, Note, clip, wire_name};
use crate::engine::ports::{CallOutcome, KnowledgeError, ModelCall, Outcome, Shown, ShownFix};
use crate::engine::{Source, Verdict};

/// What the first entry says of the hash before it.
const BEFORE_ALL: [u8; 32] = [0; 32];

/// Who does what is recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Front {
    /// The command line.
    #[default]
    CommandLine,
    /// The language server, for an editor.
    Server,
}

impl Front {
    /// The program, for what it does of its own accord or by order.
    const fn program(self) -> &'static str {
        match self {
            Self::CommandLine => "command line",
            Self::Server => "server",
        }
    }

    /// Whoever decides: in an editor the person, and on the command line whatever called it.
    const fn decides(self) -> &'static str {
        match self {
            Self::CommandLine => "command line",
            Self::Server => "person",
        }
    }
}

/// Something that a person did which leaves no other trace in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Settings of these names were written to the person's file.
    ConfigChange(Vec<String>),
    /// So many patterns were exported.
    PatternExport(usize),
}

/// Something to be entered.
struct Entry<'deed> {
    /// When, in Unix seconds.
    at: i64,
    /// `person`, `server` or `command line`.
    actor: &'static str,
    /// `fix.accept`
    action: &'deed str,
    /// The hash of the file concerned, where one is.
    target: Option<&'deed str>,
    /// The rest: names with texts, whole numbers, truth values, or lists of texts.
    fields: Value,
}

/// Whether the entries fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many entries there are.
    pub entries: u64,
    /// The hash of the last entry, in hexadecimal; `None` where there is none.
    pub head: Option<String>,
    /// The number of the first entry that does not fit, with the reason.
    pub wrong: Option<(i64, String)>,
    /// Whether the head that was asked for is the hash of one of the entries; `None` if none was asked for.
    pub has_head: Option<bool>,
}

/// Entries as lines of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// One object a line; the last one names the head.
    pub lines: Vec<String>,
    /// The hash of the last entry, in hexadecimal; `None` where there is none.
    pub head: Option<String>,
}

impl Store {
    /// Enters what was done into the audit log. Never waits.
    pub fn did(&self, deed: Deed) {
        let at = self.clock.now();
        self.note(Note::Did { deed, at });
    }

    /// Checks every entry of the audit log against the one before it, and whether `head` (in hexadecimal) is the hash of
    /// one of them. May wait for the disk.
    ///
    /// # Errors
    /// When the file cannot be read, or not within ten seconds.
    pub fn check_audit(&self, head: Option<&str>) -> Result<Checked, KnowledgeError> {
        let head = head.map(str::to_ascii_lowercase);
        self.ask(move |connection| check(connection, head.as_deref()))
    }

    /// The entries of the audit log since the day or the time `since` (`2026-11-23` or `2026-11-23T08:00:00`, UTC), or
    /// all of them. `None` if that is no time. May wait for the disk.
    ///
    /// # Errors
    /// When the file cannot be read, or not within ten seconds.
    pub fn audit(&self, since: Option<&str>) -> Result<Option<Log>, KnowledgeError> {
        let since = since.map(str::to_owned);
        self.ask(move |connection| export(connection, since.as_deref()))
    }
}

/// Writes a note, and with it the entry about what it tells.
pub(super) fn write(connection: &Connection, note: &Note, front: Front) -> rusqlite::Result<()> {
    match note {
        Note::Shown(shown) => {
            record::write(connection, note)?;
            shown
                .candidates
                .iter()
                .try_for_each(|fix| offered(connection, shown, fix, front))
        }
        Note::Outcome {
            fix_id,
            outcome,
            at,
        } => {
            let was_known = is_known(connection, fix_id, *outcome)?;
            record::write(connection, note)?;
            if was_known {
                return Ok(());
            }
            became(connection, fix_id, *outcome, *at, front)
        }
        Note::Called(call) => {
            record::write(connection, note)?;
            asked(connection, call, front)
        }
        Note::Did { deed, at } => {
            let (action, fields) = match deed {
                Deed::ConfigChange(keys) => ("config.change", json!({ "keys": keys })),
                Deed::PatternExport(count) => ("pattern.export", json!({ "patterns": count })),
            };
            ordered(connection, *at, front, action, fields)
        }
        Note::Validated { .. } | Note::Refused(_) => record::write(connection, note),
    }
}

/// Enters what a person ordered. Belongs into the transaction in which it is done.
pub(super) fn ordered(
    connection: &Connection,
    at: i64,
    front: Front,
    action: &str,
    fields: Value,
) -> rusqlite::Result<()> {
    let entry = Entry {
        at,
        actor: front.decides(),
        action,
        target: None,
        fields,
    };
    append(connection, &entry)
}

/// A fix is offered once a day for a mistake, however often a keystroke shows it again.
fn offered(
    connection: &Connection,
    shown: &Shown,
    fix: &ShownFix,
    front: Front,
) -> rusqlite::Result<()> {
    let exposures: Option<i64> = connection
        .prepare_cached(
            "SELECT exposures FROM candidate JOIN candidate_key ON candidate_id = candidate.id WHERE key = ?1",
        )?
        .query_row([&fix.id], |row| row.get(0))
        .optional()?;
    if exposures != Some(1) {
        return Ok(());
    }
    let passed = |step: &&crate::engine::Step| step.verdict == Verdict::Passed;
    let proof = fix
        .evidence
        .steps
        .iter()
        .filter(passed)
        .map(|step| step.kind)
        .max();
    let model = match &fix.source {
        Source::Model { name } => Some(clip(name)),
        _ => None,
    };
    let mut fields = json!({
        "fix": fix.id,
        "code": shown.code,
        "source": kind_of(&fix.source),
        "proof": proof.map(|kind| wire_name(&kind)),
    });
    for (name, value) in [
        ("model", model.map(Value::from)),
        ("tokensIn", fix.tokens_in.map(Value::from)),
        ("tokensOut", fix.tokens_out.map(Value::from)),
    ] {
        if let (Some(value), Some(fields)) = (value, fields.as_object_mut()) {
            fields.insert(name.to_owned(), value);
        }
    }
    let entry = Entry {
        at: shown.at,
        actor: front.program(),
        action: "fix.offer",
        target: Some(&shown.file_hash),
        fields,
    };
    append(connection, &entry)
}

fn is_known(connection: &Connection, fix_id: &str, outcome: Outcome) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outcome WHERE key = ?1 AND kind = ?2)")?
        .query_row([fix_id, &wire_name(&outcome)], |row| row.get(0))
}

fn became(
    connection: &Connection,
    fix_id: &str,
    outcome: Outcome,
    at: i64,
    front: Front,
) -> rusqlite::Result<()> {
    let subject = connection
        .prepare_cached(
            "SELECT file_hash, code, origin FROM outcome
             JOIN candidate ON candidate.id = outcome.candidate_id
             JOIN error_event ON error_event.id = candidate.event_id
             WHERE outcome.key = ?1 AND outcome.kind = ?2",
        )?
        .query_row([fix_id, &wire_name(&outcome)], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .optional()?;
    // A fix that is not in the record: nothing became of anything.
    let Some((file, code, source)) = subject else {
        return Ok(());
    };
    let (action, actor) = match outcome {
        Outcome::Accepted => ("fix.accept", front.decides()),
        // Nobody does anything for that.
        Outcome::Survived => ("fix.survive", front.program()),
        Outcome::Undone => ("fix.undo", front.decides()),
        Outcome::EditedAway => ("fix.edit_away", front.decides()),
        Outcome::PassedOver => ("fix.pass_over", front.decides()),
        Outcome::Rejected => ("fix.reject", front.decides()),
    };
    let entry = Entry {
        at,
        actor,
        action,
        target: Some(&file),
        fields: json!({ "fix": fix_id, "code": code, "source": source }),
    };
    append(connection, &entry)
}

fn asked(connection: &Connection, call: &ModelCall, front: Front) -> rusqlite::Result<()> {
    let result = match call.outcome {
        CallOutcome::Answered => "answered".to_owned(),
        CallOutcome::Cancelled => "cancelled".to_owned(),
        CallOutcome::Failed(kind) => wire_name(&kind),
    };
    let entry = Entry {
        at: call.at,
        actor: front.program(),
        action: "model.request",
        target: None,
        fields: json!({
            "provider": clip(&call.provider),
            "model": call.model.as_deref().map(clip),
            "local": call.local,
            "purpose": call.purpose,
            "bytesSent": call.bytes_sent,
            "tokensIn": call.tokens_in,
            "tokensOut": call.tokens_out,
            "redactions": call.redactions,
            "result": result,
        }),
    };
    append(connection, &entry)
}

/// `rule`, `learned`, `person` or `model`.
fn kind_of(source: &Source) -> &'static str {
    match source {
        Source::Rule { .. } => "rule",
        Source::Learned { .. } => "learned",
        Source::Person => "person",
        Source::Model { .. } => "model",
    }
}

/// Adds an entry. Belongs into the transaction of what it is about, and that must have begun as a writer's.
fn append(connection: &Connection, entry: &Entry<'_>) -> rusqlite::Result<()> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row((), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    let (last, before) = last.unwrap_or((0, BEFORE_ALL.to_vec()));
    let mut fields: BTreeMap<&str, Value> = entry
        .fields
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    fields.insert("version", Value::from(env!("CARGO_PKG_VERSION")));
    let mut kept = Kept {
        seq: last + 1,
        at: entry.at,
        actor: entry.actor.to_owned(),
        action: entry.action.to_owned(),
        target: entry.target.map(|target| clip(target).to_owned()),
        fields: serde_json::to_string(&fields).unwrap_or_default(),
        before,
        hash: Vec::new(),
    };
    kept.hash = kept.expected().unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT INTO audit(seq, at, actor, action, target, fields, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kept.seq,
            kept.at,
            kept.actor,
            kept.action,
            kept.target,
            kept.fields,
            kept.before,
            kept.hash
        ])?;
    Ok(())
}

/// An entry as it is in the file.
struct Kept {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    target: Option<String>,
    fields: String,
    before: Vec<u8>,
    hash: Vec<u8>,
}

/// Reads entries in their order.
const ENTRIES: &str = "SELECT seq, at, actor, action, target, fields, prev_hash, hash FROM audit";

impl Kept {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            target: row.get(4)?,
            fields: row.get(5)?,
            before: row.get(6)?,
            hash: row.get(7)?,
        })
    }

    /// All of it but the hashes, its names in alphabetical order; `None` if the fields are no object.
    fn canonical(&self) -> Option<BTreeMap<String, Value>> {
        let fields: Map<String, Value> = serde_json::from_str(&self.fields).ok()?;
        let mut all: BTreeMap<_, _> = fields.into_iter().collect();
        let own = [
            ("seq", Some(Value::from(self.seq))),
            ("at", Some(Value::from(self.at))),
            ("actor", Some(Value::from(self.actor.as_str()))),
            ("action", Some(Value::from(self.action.as_str()))),
            ("target", self.target.as_deref().map(Value::from)),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                all.insert(name.to_owned(), value);
            }
        }
        Some(all)
    }

    /// The hash that it must have: SHA-256 of the hash before it and its canonical JSON.
    fn expected(&self) -> Option<Vec<u8>> {
        let text = serde_json::to_string(&self.canonical()?).ok()?;
        let hash = Sha256::new().chain_update(&self.before).chain_update(text);
        Some(hash.finalize().to_vec())
    }
}

fn check(connection: &Connection, head: Option<&str>) -> rusqlite::Result<Checked> {
    let mut statement = connection.prepare(&format!("{ENTRIES} ORDER BY seq"))?;
    let mut checked = Checked {
        entries: 0,
        head: None,
        wrong: None,
        has_head: head.map(|_| false),
    };
    let (mut last, mut before) = (0, BEFORE_ALL.to_vec());
    for entry in statement.query_map((), Kept::read)? {
        let entry = entry?;
        checked.entries += 1;
        let why = if entry.seq != last + 1 {
            Some(format!("entry {} is missing before it", last + 1))
        } else if entry.before != before {
            Some("it does not follow the entry before it".to_owned())
        } else if entry.expected().as_ref() != Some(&entry.hash) {
            Some("it was changed after it was written".to_owned())
        } else {
            None
        };
        if let (Some(why), None) = (why, &checked.wrong) {
            checked.wrong = Some((entry.seq, why));
        }
        let hash = hexadecimal(&entry.hash);
        if head == Some(hash.as_str()) {
            checked.has_head = Some(true);
        }
        checked.head = Some(hash);
        (last, before) = (entry.seq, entry.hash);
    }
    Ok(checked)
}

fn export(connection: &Connection, since: Option<&str>) -> rusqlite::Result<Option<Log>> {
    let from: Option<i64> = match since {
        Some(since) => connection.query_row("SELECT unixepoch(?1)", [since], |row| row.get(0))?,
        None => Some(i64::MIN),
    };
    let Some(from) = from else { return Ok(None) };
    let mut log = Log {
        lines: Vec::new(),
        head: None,
    };
    // From the first one of that time to the end, so that nothing between is left out when clocks went backwards.
    let entries =
        format!("{ENTRIES} WHERE seq >= (SELECT min(seq) FROM audit WHERE at >= ?1) ORDER BY seq");
    let mut statement = connection.prepare(&entries)?;
    for entry in statement.query_map([from], Kept::read)? {
        let entry = entry?;
        let mut line: Map<String, Value> =
            entry.canonical().unwrap_or_default().into_iter().collect();
        let hash = hexadecimal(&entry.hash);
        line.insert("prevHash".to_owned(), hexadecimal(&entry.before).into());
        line.insert("hash".to_owned(), hash.clone().into());
        log.lines.push(Value::from(line).to_string());
        log.head = Some(hash);
    }
    if log.head.is_none() {
        log.head = connection
            .query_row(
                "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1",
                (),
                |row| row.get(0),
            )
            .optional()?
            .map(|hash: Vec<u8>| hexadecimal(&hash));
    }
    log.lines.push(json!({ "head": log.head }).to_string());
    Ok(Some(log))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
