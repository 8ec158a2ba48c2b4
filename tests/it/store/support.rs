//! What the tests of the record share: a clock that is set by hand, and findings to note.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use salve::engine::ports::{Clock, Knowledge, KnownTemplate, Outcome, Shown, ShownFix};
use salve::engine::{Evidence, Source, Step, StepKind, Verdict};
use salve::learn::Template;
use salve::store::Store;

pub const DAY: i64 = 86_400;

/// 2025-01-01T00:00:00Z
pub const START: i64 = 1_735_689_600;

/// A clock that stands still until it is set.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub fn clock() -> Arc<HandClock> {
    Arc::new(HandClock(AtomicI64::new(START)))
}

/// A folder of its own, and the path of a record in it that does not exist yet.
pub fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("salve.db");
    (folder, path)
}

pub fn open(path: &Path) -> Store {
    Store::open_with_clock(path, clock())
}

pub fn fix(id: &str) -> ShownFix {
    ShownFix {
        id: id.to_owned(),
        source: Source::Rule {
            name: "missing_colon".to_owned(),
        },
        description: "Add ':' after the signature".to_owned(),
        edit_hash: "e1".to_owned(),
        skeleton: "+ ':'".to_owned(),
        evidence: Evidence {
            steps: vec![Step::new(StepKind::Compile, Verdict::Passed, 12, None)],
            interpreter: Some("CPython 3.12.1".to_owned()),
            together_with: 0,
            errors_left: 0,
        },
        before: "def NAME ( )".to_owned(),
        after: "def NAME ( ) :".to_owned(),
        latency_millis: 15,
        tokens_in: None,
        tokens_out: None,
        confidence: None,
        document_version: Some(3),
        templates: Vec::new(),
    }
}

pub fn shown(file: &str, at: i64, candidates: Vec<ShownFix>) -> Shown {
    Shown {
        language: "python".to_owned(),
        code: "SYN.MISSING_COLON".to_owned(),
        cluster: "SYN.MISSING_COLON:function_def".to_owned(),
        source: "parse".to_owned(),
        file_hash: file.to_owned(),
        workspace_id: None,
        tool_version: Some("CPython 3.12.1".to_owned()),
        line: 4,
        signature: "colon-after-signature".to_owned(),
        at,
        candidates,
    }
}

/// What the templates of these tests are looked up by.
pub const COMPLAINT: &str = "SYN.MISSING_COLON:function_def";

/// A template that puts a colon after a parenthesis and so many names, in this level.
pub fn template(level: u8, names: u8) -> Template {
    let holes: String = (0..names)
        .map(|hole| format!(r#",{{"hole":["name",{hole}]}}"#))
        .collect();
    Template::from_json(&format!(
        r#"{{"complaint":"{COMPLAINT}","level":{level},"before":[{{"text":")"}}{holes}],
            "deleted":[],"after":[{{"line":"deeper"}}],"inserted":[{{"text":":"}}]}}"#
    ))
    .expect("a template")
}

/// A fix with two levels.
pub fn taught(id: &str) -> ShownFix {
    ShownFix {
        templates: vec![template(0, 1), template(3, 0)],
        ..fix(id)
    }
}

/// The templates of these tests' complaint, once all that was noted is written.
pub fn known(store: &Store) -> Vec<KnownTemplate> {
    // A record in memory has no disk.
    let _ = store.flush();
    store.templates("python", COMPLAINT).expect("a lookup")
}

/// One number out of the file, read beside the store.
pub fn number(path: &Path, query: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .expect("a timeout can be set");
    connection
        .query_row(query, (), |row| row.get(0))
        .expect("the query gives a number")
}

/// SQLite's own verdict on the whole file.
pub fn integrity(path: &Path) -> String {
    rusqlite::Connection::open(path)
        .expect("the file opens")
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .expect("SQLite gives a verdict")
}

/// Notes one fix and its acceptance.
pub fn accept(store: &Store, id: &str, file: &str, at: i64) {
    store.shown(shown(file, at, vec![fix(id)]));
    store.outcome(id, Outcome::Accepted, at);
}
