//! Records of every schema that was ever shipped open with this version, with all that is in them.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use salve::engine::ports::Knowledge;
use salve::store::SCHEMA_VERSION;

use super::support::{START, accept, integrity, known, open, place};

/// The dump of a record as a version with that schema left it; each holds the same accepted and the same rejected fix.
fn dump(version: usize) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/store/schemas/{version:03}.sql"))
}

/// Everything that defines the schema, in the order of the names.
fn definition(path: &Path) -> Vec<(String, Option<String>)> {
    let connection = Connection::open(path).expect("the file opens");
    let mut statement = connection
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .expect("the schema can be read");
    statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("the schema can be read")
        .collect::<Result<_, _>>()
        .expect("rows")
}

#[test]
fn every_past_schema_is_brought_forward_with_its_data() {
    let (_fresh_folder, fresh) = place();
    drop(open(&fresh));
    for version in 1..=SCHEMA_VERSION {
        let dump = dump(version);
        let sql = std::fs::read_to_string(&dump).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; add a dump of a record with the schema {version}: sqlite3 salve.db .dump",
                dump.display()
            )
        });
        let (_folder, path) = place();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&sql).unwrap();
        let found: i64 = old
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(found, version as i64, "{}", dump.display());
        drop(old);

        let store = open(&path);
        assert_eq!(store.trouble(), None, "schema {version}");
        let totals = store.statistics().unwrap();
        assert_eq!(totals.total_successes, 1, "schema {version}");
        let accepted = totals
            .recent_patterns
            .iter()
            .find(|pattern| pattern.cluster_id == "SYN.MISSING_COLON:function_def")
            .unwrap();
        assert_eq!(accepted.last_success, Some(START), "schema {version}");
        assert_eq!(store.rejected("colon-after-class").unwrap(), ["e2"]);
        let templates = known(&store);
        assert_eq!(
            templates.len(),
            usize::from(version >= 3),
            "schema {version}"
        );
        accept(&store, "new", "b.py", START);
        assert_eq!(store.statistics().unwrap().total_successes, 2);
        drop(store);
        assert_eq!(definition(&path), definition(&fresh), "schema {version}");
        assert_eq!(integrity(&path), "ok");
    }
}

#[test]
fn the_newest_schema_has_a_dump_and_no_later_one_has() {
    assert!(dump(SCHEMA_VERSION).exists());
    assert!(!dump(SCHEMA_VERSION + 1).exists());
}
