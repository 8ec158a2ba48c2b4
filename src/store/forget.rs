//! Forgetting for good: no row, no page that was freed, no log and no copy holds it afterwards.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::json;

use super::audit::{self, Front};
use super::backup;
use crate::engine::ports::KnowledgeError;

/// What to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forget {
    /// The pattern of this id, with all that was shown and decided about its fixes.
    Pattern(i64),
    /// Every pattern, and every finding that was shown. Calls to models stay.
    Everything,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// How many patterns.
    pub patterns: u64,
    /// Copies of the record that were removed, since they held it too.
    pub copies: Vec<PathBuf>,
    /// Damaged records that were put aside and may still hold it; they are the person's to remove.
    pub left: Vec<PathBuf>,
    /// Why some bytes may still be there until another salve ends.
    pub trouble: Option<String>,
}

/// Forgets in the record at `path`, and in what salve has copied of it.
pub(super) fn forget(
    connection: &Connection,
    path: &Path,
    what: Forget,
    (now, front): (i64, Front),
) -> Result<Forgotten, KnowledgeError> {
    let unwritable = |error: rusqlite::Error| KnowledgeError {
        message: format!("{}: nothing was forgotten: {error}", path.display()),
        hint: None,
    };
    let patterns = remove_rows(connection, what, (now, front)).map_err(unwritable)?;
    if patterns == 0 && what != Forget::Everything {
        return Ok(Forgotten {
            patterns,
            copies: Vec::new(),
            left: Vec::new(),
            trouble: None,
        });
    }
    let unclean = |error: &dyn std::fmt::Display| KnowledgeError {
        message: format!(
            "{}: it is forgotten, but its bytes are not all gone: {error}",
            path.display()
        ),
        hint: Some("close the editors that use this record, and forget again".to_owned()),
    };
    let trouble = wipe(connection).map_err(|error| unclean(&error))?;
    let (copies, left) = remove_copies(path, what).map_err(|error| unclean(&error))?;
    // What else was in the copies must not be without one; where none can be made now, there is one tomorrow.
    if what != Forget::Everything
        && !copies.is_empty()
        && let Ok(Some(copy)) = backup::due(connection, path, now)
        && let Err(error) = backup::make(connection, path, &copy)
    {
        tracing::warn!("{}: not copied today: {error}", path.display());
    }
    Ok(Forgotten {
        patterns,
        copies,
        left,
        trouble,
    })
}

fn remove_rows(
    connection: &Connection,
    what: Forget,
    (now, front): (i64, Front),
) -> rusqlite::Result<u64> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let patterns = match what {
        Forget::Pattern(id) => {
            for statement in [
                "DELETE FROM rejected_edit WHERE (sig, edit_hash) IN
                     (SELECT sig, edit_hash FROM candidate JOIN error_event ON error_event.id = event_id
                      WHERE pattern_id = ?1)",
                "DELETE FROM outcome WHERE candidate_id IN (SELECT id FROM candidate WHERE pattern_id = ?1)",
                // The candidates go with their events.
                "DELETE FROM error_event WHERE id IN (SELECT event_id FROM candidate WHERE pattern_id = ?1)
                     AND NOT EXISTS (SELECT 1 FROM candidate
                          WHERE event_id = error_event.id AND pattern_id <> ?1)",
                "DELETE FROM candidate WHERE pattern_id = ?1",
                "DELETE FROM code_pool WHERE (lang, code) IN (SELECT lang, code FROM pattern WHERE id = ?1)",
            ] {
                transaction.execute(statement, [id])?;
            }
            transaction.execute("DELETE FROM pattern WHERE id = ?1", [id])?
        }
        Forget::Everything => {
            transaction.execute_batch(
                "DELETE FROM rejected_edit; DELETE FROM outcome; DELETE FROM error_event;
                 DELETE FROM code_pool;
                 -- What was exported before is somebody else's from now on, and can be imported.
                 UPDATE identity SET name = lower(hex(randomblob(16)));",
            )?;
            transaction.execute("DELETE FROM pattern", ())?
        }
    };
    transaction.execute(
        "DELETE FROM complaint WHERE id NOT IN (SELECT complaint_id FROM template)",
        (),
    )?;
    if patterns > 0 {
        let fields = json!({ "patterns": patterns });
        audit::ordered(&transaction, now, front, "pattern.forget", fields)?;
    }
    transaction.commit()?;
    Ok(patterns.try_into().unwrap_or(u64::MAX))
}

/// Writes the file anew without free pages, and empties its log. `Some` if a neighbor still reads the old log.
fn wipe(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection.execute_batch("PRAGMA secure_delete = ON; VACUUM;")?;
    let is_busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    Ok(is_busy.then(|| {
        "another program reads the record just now; the last bytes go when it is done".to_owned()
    }))
}

/// Removes the copies that salve made; a damaged record that was put aside only if everything is to go.
fn remove_copies(path: &Path, what: Forget) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut removed, mut left) = (Vec::new(), Vec::new());
    for file in beside(path) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !name.contains(".corrupt-") || what == Forget::Everything {
            fs::remove_file(&file)?;
            removed.push(file);
        } else {
            left.push(file);
        }
    }
    Ok((removed, left))
}

/// What salve has put beside the record: copies, and damaged records with their logs.
fn beside(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let parent = path.parent();
    let folder = parent.filter(|folder| !folder.as_os_str().is_empty());
    let mut files: Vec<PathBuf> = fs::read_dir(folder.unwrap_or(Path::new(".")))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let entry = entry.file_name();
            let rest = entry
                .to_str()
                .and_then(|entry| entry.strip_prefix(name.as_ref()));
            [".schema-", ".backup-", ".corrupt-"]
                .iter()
                .any(|mark| rest.is_some_and(|rest| rest.starts_with(mark)))
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}
