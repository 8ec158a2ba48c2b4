//! Copies of the record: made once a day, and put in the place of one that is damaged.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use salve::engine::ports::Knowledge;
use salve::store::Store;

use super::support::{DAY, HandClock, START, accept, clock, fix, integrity, number, place, shown};

const ACCEPTED: &str = "SELECT count(*) FROM outcome";

/// The days of which there are copies, in order.
fn days(path: &Path) -> Vec<String> {
    let beginning = format!("{}.backup-", path.display());
    let folder = fs::read_dir(path.parent().expect("a folder")).expect("it can be listed");
    let mut days: Vec<String> = folder
        .filter_map(|entry| {
            let name = entry.expect("an entry").path().display().to_string();
            Some(name.strip_prefix(&beginning)?.to_owned())
        })
        .collect();
    days.sort();
    days
}

fn copy(path: &Path, day: &str) -> PathBuf {
    PathBuf::from(format!("{}.backup-{day}", path.display()))
}

fn at(path: &Path, clock: &Arc<HandClock>, now: i64) -> Store {
    clock.set(now);
    Store::open_with_clock(path, Arc::clone(clock) as _)
}

fn damage(path: &Path, offset: u64) {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(path)
        .expect("it is there");
    file.seek(SeekFrom::Start(offset)).expect("a place");
    file.write_all(&vec![0xa5; 4 * 4_096]).expect("it is ours");
}

#[test]
fn a_copy_is_made_once_a_day_and_the_newest_are_kept() {
    let (_folder, path) = place();
    let clock = clock();
    {
        let store = at(&path, &clock, START);
        accept(&store, "f0", "a.py", START);
    }
    assert_eq!(
        days(&path),
        [""; 0],
        "there was nothing yet that could be lost"
    );
    for day in 1..=5 {
        let now = START + day * DAY;
        drop(at(&path, &clock, now));
        for round in 0..2 {
            let store = at(&path, &clock, now);
            accept(&store, &format!("f{day} {round}"), "a.py", now);
        }
    }
    assert_eq!(days(&path), ["2025-01-04", "2025-01-05", "2025-01-06"]);
    for (day, accepted) in [("2025-01-04", 5), ("2025-01-05", 7), ("2025-01-06", 9)] {
        let copy = copy(&path, day);
        assert_eq!(number(&copy, ACCEPTED), accepted, "{day}");
        assert_eq!(integrity(&copy), "ok");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&copy).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{mode:o}");
        }
    }
}

#[test]
fn a_day_that_begins_while_the_record_is_open_brings_a_copy() {
    let (_folder, path) = place();
    let clock = clock();
    let store = at(&path, &clock, START);
    accept(&store, "f0", "a.py", START);
    store.flush().unwrap();
    clock.set(START + DAY);
    store.flush().unwrap();
    drop(store);
    assert_eq!(days(&path), ["2025-01-02"]);
}

#[test]
fn the_newest_whole_copy_takes_the_place_of_a_damaged_record() {
    let (_folder, path) = place();
    let clock = clock();
    for day in 0..4 {
        // The day's copy is made beside the record's thread: it is there when the record is closed.
        drop(at(&path, &clock, START + day * DAY));
        let store = at(&path, &clock, START + day * DAY);
        accept(&store, &format!("f{day}"), "a.py", START + day * DAY);
    }
    assert_eq!(days(&path), ["2025-01-02", "2025-01-03", "2025-01-04"]);
    damage(&path, 4_096);
    damage(&copy(&path, "2025-01-04"), 4_096);
    let damaged = fs::read(&path).unwrap();

    let now = START + 4 * DAY;
    let store = at(&path, &clock, now);
    let trouble = store.trouble().unwrap();
    assert!(
        trouble
            .message
            .contains("its copy of 2025-01-03 took its place"),
        "{trouble:?}"
    );
    let hint = trouble.hint.unwrap();
    assert!(hint.contains("what was recorded after"), "{hint}");
    assert_eq!(store.statistics().unwrap().total_successes, 2);
    accept(&store, "after", "b.py", now);
    store.flush().unwrap();
    assert_eq!(store.statistics().unwrap().total_successes, 3);
    drop(store);
    assert_eq!(integrity(&path), "ok");
    let aside = PathBuf::from(format!("{}.corrupt-{now}", path.display()));
    assert_eq!(fs::read(aside).unwrap(), damaged);
    assert_eq!(at(&path, &clock, now).trouble(), None, "told once");
}

#[test]
fn damage_that_opening_does_not_look_for_is_found_before_the_days_copy() {
    let (_folder, path) = place();
    let clock = clock();
    {
        let store = at(&path, &clock, START);
        for round in 0..1_000 {
            let mut large = fix(&format!("f{round}"));
            large.before = "x".repeat(4_000);
            large.edit_hash = format!("e{round}");
            store.shown(shown("a.py", START, vec![large]));
        }
        store.flush().unwrap();
        accept(&store, "f", "a.py", START);
    }
    drop(at(&path, &clock, START + DAY));
    assert_eq!(days(&path), ["2025-01-02"]);
    let size = fs::metadata(&path).unwrap().len();
    assert!(
        size > 4 << 20,
        "so large that opening does not look: {size}"
    );
    damage(&path, size / 2 / 4_096 * 4_096);

    let now = START + 2 * DAY;
    drop(at(&path, &clock, now));
    assert_eq!(days(&path), ["2025-01-02"], "what is damaged is not copied");
    assert!(PathBuf::from(format!("{}.corrupt-{now}", path.display())).exists());
    assert_eq!(integrity(&path), "ok");
    assert_eq!(number(&path, ACCEPTED), 1);
}
