//! What a person can see and do about what was learned: look, pin, forget, pass on, take over.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::json;

use super::audit::{self, Deed};
use super::exchange::{self, Exported, Imported};
use super::forget::{Forget, Forgotten, forget};
use super::{Store, detail, statistics};
use crate::engine::ports::{
    KnowledgeError, PatternDetail, PatternFilter, PatternSummary, Patterns,
};

impl Patterns for Store {
    fn revision(&self) -> Result<i64, KnowledgeError> {
        self.look_up(|connection| connection.query_row("PRAGMA data_version", (), |row| row.get(0)))
    }

    fn patterns(&self, filter: &PatternFilter) -> Result<Vec<PatternSummary>, KnowledgeError> {
        let (filter, now) = (filter.clone(), self.clock.now());
        self.ask(move |connection| statistics::list(connection, &filter, now))
    }

    fn pattern(&self, id: i64) -> Result<Option<PatternDetail>, KnowledgeError> {
        let now = self.clock.now();
        self.ask(move |connection| detail::pattern(connection, id, now))
    }

    fn pin(&self, id: i64, is_pinned: bool) -> Result<bool, KnowledgeError> {
        let (now, front) = (self.clock.now(), self.shared.front());
        self.change(move |connection| {
            let changed = connection.execute(
                "UPDATE pattern SET pinned_at = iif(?2, coalesce(pinned_at, ?3), NULL) WHERE id = ?1",
                params![id, is_pinned, now],
            )?;
            if changed > 0 {
                let action = if is_pinned { "pattern.pin" } else { "pattern.unpin" };
                audit::ordered(connection, now, front, action, json!({ "pattern": id }))?;
            }
            Ok(changed > 0)
        })
    }
}

impl Store {
    /// Removes patterns for good, from the file, its log and the copies that salve made. May wait for the disk.
    ///
    /// # Errors
    /// When the file cannot be written, or not within ten seconds.
    pub fn forget(&self, what: Forget) -> Result<Forgotten, KnowledgeError> {
        let (path, now) = (self.path.clone(), self.clock.now());
        let front = self.shared.front();
        self.must_be_on_disk()?;
        self.ask(move |connection| Ok(forget(connection, &path, what, (now, front))))?
    }

    /// What was learned, without a word of anybody's code. May wait for the disk.
    ///
    /// # Errors
    /// Those of [`Self::patterns`].
    pub fn export(&self) -> Result<Exported, KnowledgeError> {
        let now = self.clock.now();
        let exported = self.ask(move |connection| exchange::export(connection, now))?;
        self.did(Deed::PatternExport(exported.patterns.len()));
        Ok(exported)
    }

    /// Takes over what another record has learned, beside what was seen here and never in its place. May wait for the
    /// disk.
    ///
    /// # Errors
    /// When the file cannot be written, or not within ten seconds.
    pub fn import(&self, exported: Exported) -> Result<Imported, KnowledgeError> {
        let (now, front) = (self.clock.now(), self.shared.front());
        self.change(move |connection| {
            let patterns = exported.patterns.len();
            let imported = exchange::import(connection, &exported, now)?;
            audit::ordered(
                connection,
                now,
                front,
                "pattern.import",
                json!({ "patterns": patterns }),
            )?;
            Ok(imported)
        })
    }

    /// Changes the record in one transaction.
    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, KnowledgeError> {
        self.must_be_on_disk()?;
        self.ask(move |connection| {
            let transaction =
                Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        })
    }

    /// What a person orders must not end with the process.
    fn must_be_on_disk(&self) -> Result<(), KnowledgeError> {
        crate::engine::ports::Knowledge::flush(self)
    }
}
