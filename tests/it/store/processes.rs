//! Several processes on one file: this test binary starts itself again as its own neighbor.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use salve::engine::ports::{Knowledge, Outcome};

use super::support::{START, accept, fix, integrity, number, open, place, shown};

const ROLE: &str = "SALVE_TEST_NEIGHBOR";
const RECORD: &str = "SALVE_TEST_RECORD";
const NAME: &str = "SALVE_TEST_NAME";

/// How many fixes a neighbor accepts.
const ACCEPTED: usize = 20;

/// The command that runs [`neighbor`] in a process of its own.
fn neighbor_command(role: &str, record: &Path, name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary has a path"));
    command
        .args([
            "--exact",
            "store::processes::neighbor",
            "--ignored",
            "--nocapture",
        ])
        .env(ROLE, role)
        .env(RECORD, record)
        .env(NAME, name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

fn start(role: &str, record: &Path, name: &str) -> Child {
    neighbor_command(role, record, name)
        .spawn()
        .expect("a neighbor starts")
}

/// Reads until a line begins with `prefix`, and returns the rest of it.
fn line_after(output: &mut impl BufRead, prefix: &str) -> String {
    let mut line = String::new();
    while output.read_line(&mut line).expect("a neighbor can be read") > 0 {
        // The test harness writes on the same stream, sometimes without a line end.
        if let Some((_, rest)) = line.split_once(prefix) {
            return rest.trim().to_owned();
        }
        line.clear();
    }
    panic!("a neighbor ended without saying {prefix:?}");
}

#[test]
#[ignore = "started by the tests of this file as another process"]
fn neighbor() {
    let (Ok(role), Ok(record), Ok(name)) = (
        std::env::var(ROLE),
        std::env::var(RECORD),
        std::env::var(NAME),
    ) else {
        panic!("this is no test of its own");
    };
    let record = Path::new(&record);
    let say = |text: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{text}").unwrap();
        out.flush().unwrap();
    };
    match role.as_str() {
        "accepts" => {
            let store = open(record);
            for round in 0..ACCEPTED {
                accept(&store, &format!("{name} {round}"), &name, START);
                if round % 8 == 0 {
                    store.flush().unwrap();
                }
            }
            store.flush().unwrap();
            assert_eq!(store.trouble(), None);
        }
        "shows" => {
            let store = open(record);
            store.shown(shown("a.py", START, vec![fix(&name)]));
            store.flush().unwrap();
            say("shown:");
            // Stays until it is told to go: the file is in use by both.
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        }
        "accepts until killed" => {
            let store = open(record);
            for round in 0.. {
                accept(&store, &format!("{name} {round}"), &name, START);
                store.flush().unwrap();
                say(&format!("kept: {}", round + 1));
            }
        }
        "accepts when told" => {
            let store = open(record);
            for line in std::io::stdin().lines() {
                accept(&store, &format!("{name} {}", line.unwrap()), &name, START);
                store.flush().unwrap();
                assert_eq!(store.trouble(), None);
                say("kept:");
            }
        }
        "locks" => {
            let connection = rusqlite::Connection::open(record).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            say("locked:");
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
            connection.execute_batch("ROLLBACK").unwrap();
        }
        "accepts until full" => {
            let store = open(record);
            for round in 0.. {
                let mut large = fix(&format!("{name} {round}"));
                large.before = "x".repeat(4_000);
                large.edit_hash = format!("e{round}");
                store.shown(shown("a.py", START, vec![large]));
                match store.flush() {
                    Ok(()) => say(&format!("kept: {}", round + 1)),
                    Err(error) => {
                        assert_eq!(store.trouble(), Some(error.clone()));
                        // Whoever asks still gets an answer.
                        assert!(store.rejected("any").unwrap().is_empty());
                        say(&format!("full: {}", error.message));
                        return;
                    }
                }
            }
        }
        other => panic!("no such role: {other}"),
    }
}

#[test]
fn neighbors_that_begin_a_record_together_all_find_their_notes_in_it() {
    let (_folder, path) = place();
    let names = [
        "a.py", "b.py", "c.py", "d.py", "e.py", "f.py", "g.py", "h.py",
    ];
    let neighbors: Vec<Child> = names
        .iter()
        .map(|name| start("accepts", &path, name))
        .collect();
    for neighbor in neighbors {
        let output = neighbor.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let totals = open(&path).statistics().unwrap();
    assert_eq!(totals.total_successes, (names.len() * ACCEPTED) as u64);
    assert_eq!(totals.total_patterns, 1);
    assert_eq!(number(&path, "SELECT files FROM pattern"), 8);
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn neighbors_that_find_an_old_record_bring_it_forward_once_and_copy_it_as_it_was() {
    let (_folder, path) = place();
    let dump = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/store/schemas/001.sql"
    );
    let old = std::fs::read_to_string(dump).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(&old).unwrap();
    drop(connection);
    let accepted = number(&path, "SELECT count(*) FROM outcome");
    let neighbors: Vec<Child> = (0..8)
        .map(|neighbor| start("accepts", &path, &format!("{neighbor}.py")))
        .collect();
    for neighbor in neighbors {
        let output = neighbor.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
    }
    let now = number(&path, "SELECT count(*) FROM outcome");
    assert_eq!(now, accepted + 8 * ACCEPTED as i64);
    assert_eq!(integrity(&path), "ok");
    let copy = path.with_file_name("salve.db.schema-1");
    assert_eq!(number(&copy, "PRAGMA user_version"), 1);
    assert_eq!(number(&copy, "SELECT count(*) FROM outcome"), accepted);
    assert_eq!(integrity(&copy), "ok");
}

#[test]
fn a_fix_shown_by_one_process_can_be_accepted_in_another() {
    let (_folder, path) = place();
    let store = open(&path);
    let mut neighbor = start("shows", &path, "from next door");
    let mut output = BufReader::new(neighbor.stdout.take().unwrap());
    line_after(&mut output, "shown:");
    store.outcome("from next door", Outcome::Accepted, START);
    assert_eq!(store.statistics().unwrap().total_successes, 1);
    drop(neighbor.stdin.take());
    assert!(neighbor.wait().unwrap().success());
}

#[test]
fn a_killed_process_loses_nothing_that_was_flushed() {
    let (_folder, path) = place();
    let mut kept = 0;
    for round in 0..5 {
        let mut neighbor = start("accepts until killed", &path, &format!("round {round}"));
        let mut output = BufReader::new(neighbor.stdout.take().unwrap());
        let mut last = 0;
        while last < 10 + round {
            last = line_after(&mut output, "kept:").parse().unwrap();
        }
        neighbor.kill().unwrap();
        neighbor.wait().unwrap();
        kept += last as u64;

        let store = open(&path);
        assert_eq!(store.trouble(), None);
        let found = store.statistics().unwrap().total_successes;
        assert!(found >= kept, "{found} of {kept} acceptances");
        // What was written between the last line that was read and the kill is there too.
        kept = found;
    }
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn a_neighbor_that_locks_the_file_neither_holds_up_nor_loses_notes() {
    let (_folder, path) = place();
    let store = open(&path);
    store.flush().unwrap();
    let mut neighbor = start("locks", &path, "");
    let mut output = BufReader::new(neighbor.stdout.take().unwrap());
    line_after(&mut output, "locked:");
    // The lock is held until the neighbor's input ends below: were noting to wait for it, this would hang.
    for round in 0..200 {
        accept(&store, &format!("f{round}"), "a.py", START);
    }
    let error = store.flush().unwrap_err();
    assert!(error.message.contains("salve.db"), "{}", error.message);
    assert!(error.hint.unwrap().contains("locked"));
    assert!(store.trouble().is_some());

    drop(neighbor.stdin.take());
    assert!(neighbor.wait().unwrap().success());
    store.flush().unwrap();
    assert_eq!(store.trouble(), None);
    assert_eq!(store.statistics().unwrap().total_successes, 200);
}

#[test]
fn neighbors_whose_record_is_removed_go_on_in_a_new_one_together() {
    let (_folder, path) = place();
    let mut neighbors: Vec<_> = ["a.py", "b.py", "c.py"]
        .iter()
        .map(|name| {
            let mut neighbor = start("accepts when told", &path, name);
            let output = BufReader::new(neighbor.stdout.take().unwrap());
            (neighbor, output)
        })
        .collect();
    let mut tell = |told: usize, word: &str| {
        let (neighbor, output) = &mut neighbors[told];
        writeln!(neighbor.stdin.as_mut().unwrap(), "{word}").unwrap();
        line_after(output, "kept:");
    };
    for told in 0..3 {
        tell(told, "before");
    }
    for removed in 0..3 {
        // The log and what the neighbors share stay behind, as when a person removes what looks like the record.
        std::fs::remove_file(&path).unwrap();
        for told in [removed, 0, 1, 2, 0, 1, 2] {
            tell(told, &format!("{removed} {told}"));
        }
        assert_eq!(integrity(&path), "ok");
        assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 3);
    }
    for (mut neighbor, _) in neighbors {
        drop(neighbor.stdin.take());
        assert!(neighbor.wait().unwrap().success());
    }
    assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 3);
    assert_eq!(integrity(&path), "ok");
}

/// The limit on a file's size stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_what_was_kept_stays() {
    let (_folder, path) = place();
    drop(open(&path));
    let mut shell = Command::new("sh");
    // Blocks of 512 bytes; without the trap the signal would end the process.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\""]);
    let inner = neighbor_command("accepts until full", &path, "f");
    shell.arg(inner.get_program()).args(inner.get_args());
    for (key, value) in inner.get_envs() {
        shell.env(key, value.unwrap());
    }
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("full: "), "{said}");
    let kept = said.lines().filter(|line| line.contains("kept: ")).count();
    assert!(kept > 0, "{said}");
    assert_eq!(integrity(&path), "ok");
    let found = number(&path, "SELECT count(*) FROM candidate");
    assert!(found >= kept as i64, "{found} of {kept}");
}
