//! What becomes of the record while the real server runs: the server stays up, the person is told once, and healing goes
//! on.
#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use salve::store::SCHEMA_VERSION;

use crate::support::healer::Healer;
use crate::support::program::Workshop;

fn start(command: Command) -> Healer {
    Healer::start(command, "file:///work/a").expect("the server starts")
}

fn database(workshop: &Workshop) -> PathBuf {
    workshop.root().join("salve.db")
}

/// The server with a record in the workshop's own folder.
fn lsp(workshop: &Workshop) -> Command {
    let mut command = workshop.command(&["lsp"]);
    command.env("SALVE_DATABASE", database(workshop));
    command
}

/// A workshop with a record in which one fix was accepted.
fn with_record() -> Workshop {
    let workshop = Workshop::new();
    let mut healer = start(lsp(&workshop));
    healer.heal().expect("healed");
    assert_eq!(healer.accepted().expect("totals"), 1);
    assert_eq!(healer.finish().expect("it ends"), Some(0));
    workshop
}

fn integrity(path: &Path) -> String {
    let connection = Connection::open(path).expect("it opens");
    let verdict = connection.query_row("PRAGMA integrity_check", (), |row| row.get(0));
    verdict.expect("a verdict")
}

/// Healing goes on, and nothing but `words` was said, once.
fn goes_on_and_tells_once(mut healer: Healer, words: &str) {
    let told = healer.wait_until_told(words);
    told.unwrap_or_else(|error| panic!("{error}: {:?}", healer.told));
    for _ in 0..3 {
        healer.heal().expect("healing goes on");
    }
    // A trouble is looked for every two seconds, and each of these answers comes after the messages before it.
    for _ in 0..3 {
        let _ = healer.accepted();
    }
    let told = std::mem::take(&mut healer.told);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(healer.finish().expect("it ends"), Some(0));
}

#[test]
fn a_disk_that_is_full_is_told_once() {
    let workshop = with_record();
    let path = database(&workshop);
    let size = fs::metadata(&path).expect("a record").len();
    let inner = lsp(&workshop);
    let mut shell = Command::new("sh");
    // Blocks of 512 bytes; without the trap the signal would end the process.
    let limit = size / 512 + 64;
    shell.args([
        "-c",
        &format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\""),
    ]);
    shell.arg(inner.get_program()).args(inner.get_args());
    shell.current_dir(workshop.project()).env_clear();
    for (key, value) in inner.get_envs() {
        shell.env(key, value.unwrap_or_default());
    }
    let mut healer = start(shell);
    let mut accepted = 1;
    while healer.told.is_empty() {
        healer.heal().expect("healing goes on");
        if let Ok(now) = healer.accepted() {
            accepted = accepted.max(now);
        }
    }
    goes_on_and_tells_once(healer, "cannot be written");
    assert_eq!(integrity(&path), "ok");
    let mut healer = start(lsp(&workshop));
    let found = healer.accepted().expect("totals");
    assert!(found >= accepted, "{found} of {accepted}");
    assert_eq!(healer.finish().expect("it ends"), Some(0));
}

#[test]
fn a_home_that_cannot_be_written_to_is_told_once() {
    use std::os::unix::process::CommandExt as _;

    let workshop = with_record();
    let path = database(&workshop);
    let before = fs::read(&path).expect("a record");
    // Whoever is not its owner may look at everything and write nowhere.
    for open in [workshop.root(), &path] {
        fs::set_permissions(open, fs::Permissions::from_mode(0o555)).expect("it is ours");
    }
    let mut command = lsp(&workshop);
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    goes_on_and_tells_once(start(command), "salve.db");
    assert_eq!(fs::read(&path).expect("a record"), before);
    fs::set_permissions(workshop.root(), fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_record_that_is_damaged_is_replaced_for_all_servers_and_that_is_told_once() {
    let workshop = with_record();
    let path = database(&workshop);
    // The second start of the day makes the copy.
    assert_eq!(start(lsp(&workshop)).finish().expect("it ends"), Some(0));
    let mut first = start(lsp(&workshop));
    first.heal().expect("healed");
    assert_eq!(first.accepted().expect("totals"), 2);
    for name in ["salve.db", "salve.db-wal"] {
        let path = workshop.root().join(name);
        let length = fs::metadata(&path).expect("a file").len();
        let mut file = fs::OpenOptions::new().write(true).open(path).expect("ours");
        let garbage = vec![0xa5; usize::try_from(length).expect("small")];
        file.write_all(&garbage).expect("it is ours");
    }
    let mut second = start(lsp(&workshop));
    second
        .wait_until_told("took its place")
        .expect("it is told");
    second.heal().expect("healing goes on");
    assert_eq!(second.accepted().expect("totals"), 2);
    first.heal().expect("healing goes on");
    assert_eq!(first.accepted().expect("totals"), 3);
    assert_eq!(first.told, [""; 0]);
    assert_eq!(first.finish().expect("it ends"), Some(0));
    goes_on_and_tells_once(second, "took its place");
    assert_eq!(integrity(&path), "ok");
    let kept: i64 = Connection::open(&path)
        .and_then(|record| record.query_row("SELECT count(*) FROM outcome", (), |row| row.get(0)))
        .expect("a number");
    assert_eq!(kept, 6);
}

#[test]
fn a_newer_version_that_changes_the_record_stops_this_one_and_that_is_told_once() {
    let workshop = with_record();
    let path = database(&workshop);
    let mut healer = start(lsp(&workshop));
    healer.heal().expect("healed");
    assert_eq!(healer.accepted().expect("totals"), 2);
    let newer = Connection::open(&path).expect("it opens");
    let version = SCHEMA_VERSION + 1;
    newer
        .execute_batch(&format!(
            "ALTER TABLE outcome ADD COLUMN future TEXT; PRAGMA user_version = {version}"
        ))
        .expect("it is ours");
    healer.heal().expect("healing goes on");
    goes_on_and_tells_once(healer, "newer salve");
    let kept: i64 = newer
        .query_row("SELECT count(*) FROM outcome", (), |row| row.get(0))
        .expect("a number");
    assert_eq!(kept, 2, "nothing was added");
    drop(newer);
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn a_record_that_is_removed_is_begun_anew() {
    let workshop = with_record();
    let path = database(&workshop);
    let mut healer = start(lsp(&workshop));
    healer.heal().expect("healed");
    assert_eq!(healer.accepted().expect("totals"), 2);
    for name in ["salve.db", "salve.db-wal", "salve.db-shm"] {
        fs::remove_file(workshop.root().join(name)).expect("it is there");
    }
    healer.heal().expect("healing goes on");
    assert_eq!(healer.accepted().expect("totals"), 1);
    assert_eq!(healer.told, [""; 0]);
    assert_eq!(healer.finish().expect("it ends"), Some(0));
    assert_eq!(integrity(&path), "ok");
}
