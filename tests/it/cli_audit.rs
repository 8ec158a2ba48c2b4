//! `salve audit`.

use std::fs;
use std::process::Command;

use rusqlite::Connection;

use crate::support::program::Workshop;

/// A workshop in which one mistake was healed.
fn healed() -> Workshop {
    let workshop = Workshop::new();
    workshop.file("a.py", "def total(xs)\n    return sum(xs)\n");
    let run = workshop.run(&["fix", "--apply"]);
    assert_eq!(run.code, 0, "{run:?}");
    workshop
}

/// What a snapshot should not depend on: the hashes and the version.
fn without_hashes(text: &str) -> String {
    let mut text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let is_hash =
        |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let hashes: Vec<String> = words.filter(is_hash).map(str::to_owned).collect();
    for hash in hashes {
        text = text.replace(&hash, "HASH");
    }
    text
}

fn tamper(workshop: &Workshop, change: &str) {
    let path = workshop.root().join("data/salve/salve.db");
    let record = Connection::open(path).expect("it opens");
    let triggers = "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed;";
    let changed = record.execute_batch(&format!("{triggers} {change}"));
    changed.expect("it is changed");
}

#[test]
fn a_log_that_fits_is_said_to_with_what_that_does_not_show() {
    let workshop = healed();
    let run = workshop.run(&["audit", "verify"]);
    insta::assert_snapshot!(without_hashes(&run.all()), @r"
    exit 0
    --- out
    …/data/salve/salve.db
    ✓ 2 entries, each follows the one before it
      head: HASH
      The owner of the file could write the whole log anew. To be able to show that it was not, keep the head
      elsewhere (`salve audit export`), and compare with --head.
    --- err
    ");
}

#[test]
fn what_was_changed_is_named() {
    let workshop = healed();
    tamper(&workshop, "UPDATE audit SET at = 1 WHERE seq = 1");
    let run = workshop.run(&["audit", "verify"]);
    insta::assert_snapshot!(without_hashes(&run.all()), @r"
    exit 1
    --- out
    …/data/salve/salve.db
    ✗ 2 entries; entry 1 does not fit: it was changed after it was written
      head: HASH
      The owner of the file could write the whole log anew. To be able to show that it was not, keep the head
      elsewhere (`salve audit export`), and compare with --head.
    --- err
    ");
    let wrong = &workshop.run(&["--json", "audit", "verify"]).json()["wrong"];
    assert_eq!(wrong["seq"], 1);
}

#[test]
fn a_head_that_was_kept_is_compared() {
    let workshop = healed();
    let head = workshop.run(&["--json", "audit", "verify"]).json()["head"].clone();
    let head = head.as_str().expect("a head");
    let compare = ["audit", "verify", "--head", head];
    assert_eq!(workshop.run(&compare).code, 0);
    tamper(&workshop, "DELETE FROM audit WHERE seq = 2");
    assert_eq!(
        workshop.run(&["audit", "verify"]).code,
        0,
        "the owner can do that"
    );
    let run = workshop.run(&compare);
    insta::assert_snapshot!(without_hashes(&run.all()), @r"
    exit 1
    --- out
    …/data/salve/salve.db
    ✓ 1 entry, each follows the one before it
    ✗ the head that was exported is not among them: the log was written anew, or its end was removed
      head: HASH
    --- err
    ");
}

#[test]
fn the_log_is_exported_and_checked_as_the_documentation_says() {
    let workshop = healed();
    let export = ["audit", "export", "-"];
    let run = workshop.run(&export);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.out.lines().count(), 3, "{run:?}");
    let into = workshop.run(&["audit", "export", "log.jsonl"]);
    insta::assert_snapshot!(into.all(), @r"
    exit 0
    --- out
    log.jsonl: 2 entries written
    --- err
    ");
    assert_eq!(
        String::from_utf8_lossy(&workshop.bytes("log.jsonl")),
        run.out
    );

    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audit.md");
    let page = fs::read_to_string(page).expect("it is there");
    let (_, program) = page.split_once("```python\n").expect("a program");
    let (program, _) = program.split_once("```").expect("its end");
    let check = |log: &str| {
        workshop.file("copy.jsonl", log);
        let mut python = Command::new("python3");
        let python = python.args(["-c", program, "copy.jsonl"]);
        let output = python.current_dir(workshop.project()).output();
        let output = output.expect("there is a Python");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let head = workshop.run(&["--json", "audit", "verify"]).json()["head"].clone();
    let head = head.as_str().expect("a head");
    assert_eq!(check(&run.out), (true, format!("head: {head}\n")));
    let changed = run
        .out
        .replace("\"source\":\"rule\"", "\"source\":\"person\"");
    assert_ne!(changed, run.out);
    assert!(!check(&changed).0);
    let (_, without_first) = run.out.split_once('\n').expect("lines");
    assert!(check(without_first).0, "a part of it has its own beginning");
}

#[test]
fn what_is_no_time_is_told() {
    let workshop = healed();
    let run = workshop.run(&["audit", "export", "--since", "once", "-"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 2
    --- out
    --- err
    error: --since once: this is no time
    hint: Write it as in 2026-11-23 or 2026-11-23T08:00:00 (UTC).
    ");
}
