//! Files that cannot be used: nothing in them is lost, and the person is told.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use salve::engine::ports::Knowledge;
use salve::store::{SCHEMA_VERSION, Store};

use super::support::{START, accept, integrity, number, open, place};

/// The files in the record's folder, by name.
fn beside(path: &Path) -> Vec<String> {
    let folder = path.parent().expect("the record has a folder");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

fn is_recording(store: &Store) -> bool {
    accept(store, "one more", "more.py", START);
    store.statistics().expect("statistics").total_successes == 1
}

/// The trouble's message begins with the path and the hint says what to do.
fn trouble(store: &Store, path: &Path) -> String {
    let trouble = store.trouble().expect("the store tells");
    assert!(
        trouble.message.starts_with(&path.display().to_string()),
        "{}",
        trouble.message
    );
    let hint = trouble.hint.expect("a hint");
    format!("{} / {hint}", trouble.message)
}

fn aside(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.corrupt-{START}", path.display()))
}

#[test]
fn a_file_of_garbage_is_put_aside_and_a_new_record_begun() {
    let (_folder, path) = place();
    let garbage = b"\x00\x01 no database \xff".repeat(500);
    fs::write(&path, &garbage).unwrap();
    let store = open(&path);
    assert!(trouble(&store, &path).contains("salve.db.corrupt-"));
    assert!(is_recording(&store));
    store.flush().unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 1);
    assert_eq!(fs::read(aside(&path)).unwrap(), garbage);

    drop(store);
    assert_eq!(open(&path).trouble(), None, "told once");
}

#[test]
fn a_record_with_a_damaged_page_is_put_aside_whole() {
    let (_folder, path) = place();
    {
        let store = open(&path);
        for round in 0..200 {
            accept(&store, &format!("f{round}"), &format!("{round}.py"), START);
        }
    }
    let size = fs::metadata(&path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(4_096)).unwrap();
    file.write_all(&vec![0xa5; 4 * 4_096]).unwrap();
    drop(file);
    let damaged = fs::read(&path).unwrap();

    let store = open(&path);
    assert!(trouble(&store, &path).contains("damaged"));
    assert!(is_recording(&store));
    assert_eq!(fs::read(aside(&path)).unwrap(), damaged);
    assert_eq!(fs::metadata(aside(&path)).unwrap().len(), size);
    assert_eq!(integrity(&path), "ok");
    assert!(!beside(&path).contains(&"salve.db.lock".to_owned()));
}

#[test]
fn a_truncated_record_is_put_aside() {
    let (_folder, path) = place();
    accept(&open(&path), "f", "a.py", START);
    let size = fs::metadata(&path).unwrap().len();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(size / 2 + 100).unwrap();
    let store = open(&path);
    assert!(aside(&path).exists());
    assert!(is_recording(&store));
}

#[test]
fn a_source_file_named_by_mistake_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.py");
    fs::write(&path, "print('hello')\n").unwrap();
    let store = open(&path);
    assert!(trouble(&store, &path).contains("left alone"));
    assert!(is_recording(&store));
    assert!(store.flush().is_err(), "nothing is on disk");
    drop(store);
    assert_eq!(fs::read_to_string(&path).unwrap(), "print('hello')\n");
    assert_eq!(beside(&path), ["main.py"]);
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    for (mark, journal) in [(0, "DELETE"), (4711, "DELETE"), (0, "WAL"), (4711, "WAL")] {
        let (_folder, path) = place();
        let other = Connection::open(&path).unwrap();
        other.pragma_update(None, "application_id", mark).unwrap();
        other
            .query_row(&format!("PRAGMA journal_mode = {journal}"), (), |_| Ok(()))
            .unwrap();
        other
            .execute_batch("CREATE TABLE notes(x); INSERT INTO notes VALUES ('precious')")
            .unwrap();
        // Still open: in the WAL mode part of it is only in its log.
        let before = (fs::read(&path).unwrap(), beside(&path));
        let store = open(&path);
        assert!(trouble(&store, &path).contains("another program"));
        assert!(is_recording(&store), "in memory");
        drop(store);
        assert_eq!(
            (fs::read(&path).unwrap(), beside(&path)),
            before,
            "{mark} {journal}"
        );
        let kept: String = other
            .query_row("SELECT x FROM notes", (), |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "precious");
    }
}

#[test]
fn a_place_that_cannot_be_written_to_means_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let directory = folder.path().join("directory.db");
    fs::create_dir(&directory).unwrap();
    for path in [
        file.join("salve.db"),
        file.join("deeper/salve.db"),
        directory,
    ] {
        let store = open(&path);
        assert!(trouble(&store, &path).contains("cannot be opened"));
        assert!(is_recording(&store));
        assert!(store.flush().is_err(), "nothing is on disk");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "no folder");
}

/// Where even root cannot create a file.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_refuses_files_means_memory() {
    let path = Path::new("/proc/self/salve.db");
    let store = open(path);
    assert!(trouble(&store, path).contains("cannot be opened"));
    assert!(is_recording(&store));
}

#[test]
fn the_record_of_a_newer_salve_is_read_and_not_changed() {
    let (_folder, path) = place();
    accept(&open(&path), "f", "a.py", START);
    let newer = Connection::open(&path).unwrap();
    newer
        .execute_batch("CREATE TABLE from_the_future(x)")
        .unwrap();
    newer
        .pragma_update(None, "user_version", SCHEMA_VERSION as i64 + 1)
        .unwrap();
    drop(newer);
    let before = fs::read(&path).unwrap();

    let store = open(&path);
    assert!(trouble(&store, &path).contains("newer salve"));
    accept(&store, "not recorded", "b.py", START);
    assert_eq!(store.statistics().unwrap().total_successes, 1);
    assert!(store.flush().is_err(), "nothing is on disk");
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 1);
}

#[test]
fn a_newer_salve_that_changes_the_record_under_way_stops_the_older() {
    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f", "a.py", START);
    store.flush().unwrap();
    assert_eq!(store.trouble(), None);
    let newer = Connection::open(&path).unwrap();
    let version = SCHEMA_VERSION + 1;
    newer
        .execute_batch(&format!(
            "BEGIN IMMEDIATE; ALTER TABLE outcome ADD COLUMN from_the_future TEXT NOT NULL DEFAULT 'x';
             PRAGMA user_version = {version}; COMMIT"
        ))
        .unwrap();

    accept(&store, "not recorded", "b.py", START);
    assert!(store.flush().is_err(), "nothing more is written");
    let told = trouble(&store, &path);
    assert!(told.contains("newer salve"), "{told}");
    accept(&store, "nor this", "c.py", START);
    assert!(store.flush().is_err());
    assert_eq!(trouble(&store, &path), told, "one notice");
    assert_eq!(
        store.statistics().unwrap().total_successes,
        1,
        "it is still read"
    );
    assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 1);
    drop(store);
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn a_record_that_is_removed_under_way_is_begun_anew() {
    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f1", "a.py", START);
    store.flush().unwrap();
    for name in beside(&path) {
        fs::remove_file(path.with_file_name(name)).unwrap();
    }
    accept(&store, "f2", "a.py", START);
    store.flush().unwrap();
    drop(store);
    assert_eq!(open(&path).statistics().unwrap().total_successes, 1);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_record() {
    use std::os::unix::fs::PermissionsExt;

    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f", "a.py", START);
    store.flush().unwrap();
    for name in beside(&path) {
        let mode = fs::metadata(path.with_file_name(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn the_folder_is_made_where_it_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("share/salve/salve.db");
    let store = open(&path);
    assert_eq!(store.trouble(), None);
    assert!(path.exists());
}
