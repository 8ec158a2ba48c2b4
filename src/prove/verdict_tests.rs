//! Verdicts on made-up reports: one for every way in which a run can end.

use super::jail::{Ending, KilledBy, Layers, Report};
use super::unseen::Place;
use super::verdict::{Run, RunVerdict};

/// A report of these events, each written with its fields in plain text.
fn report(events: &[&[&str]], ending: Ending) -> Report {
    let hex = |field: &&str| -> String {
        let digits: String = field.bytes().map(|byte| format!("{byte:02x}")).collect();
        if digits.is_empty() {
            "-".to_owned()
        } else {
            digits
        }
    };
    let line = |event: &&[&str]| {
        let (name, fields) = event.split_first().expect("an event has a name");
        let fields: Vec<String> = fields.iter().map(hex).collect();
        format!("secret {name} {}", fields.join(" "))
            .trim_end()
            .to_owned()
    };
    Report {
        ending,
        killed_by: None,
        nonce: "secret".to_owned(),
        events: events.iter().map(line).collect(),
        stdout: String::new(),
        stderr: String::new(),
        truncated: false,
        wall_ms: 1,
        cpu_ms: 1,
        peak_rss_bytes: 1,
    }
}

fn judge(report: Report) -> Run {
    let place = Place {
        file: "/no/such/folder/main.py".as_ref(),
        project: None,
        home: None,
        module_path: &[],
    };
    Run::judge(report, Layers::default(), place)
}

#[track_caller]
fn check(events: &[&[&str]], status: i32, expected: RunVerdict, words: &str) {
    let run = judge(report(events, Ending::Exited(status)));
    assert_eq!(run.verdict, expected, "{events:?}: {}", run.reason);
    assert!(run.reason.contains(words), "{events:?}: {}", run.reason);
}

const UP: &[&str] = &["python", "3", "12"];
const COMPILED: &[&str] = &["compiled"];
const DONE: &[&str] = &["done"];
const NAME_ERROR: &[&str] = &[
    "error",
    "NameError",
    "name 'x' is not defined",
    "/no/such/folder/main.py",
    "3",
    "0",
    "NameError Exception BaseException object",
    "x",
];

#[test]
fn an_end_is_a_pass_only_if_everything_says_so() {
    use RunVerdict::{ExitedEarly, Fail, Incomplete, Pass};
    check(&[UP, COMPILED, DONE], 0, Pass, "came to its end");
    check(&[UP, COMPILED, DONE], 120, Fail, "status 120");
    check(&[UP, COMPILED], 0, ExitedEarly, "without coming to its end");
    check(&[UP, COMPILED], 3, Incomplete, "status 3");
    check(&[], 0, ExitedEarly, "without coming");
    let exit = |status, last| ["exit", status, last];
    check(&[&exit("0", "1")], 0, Pass, "last statement");
    check(&[&exit("0", "0")], 0, ExitedEarly, "before its last");
    check(&[&exit("2", "0")], 2, Fail, "status 2");
    check(&[&exit("0", "1")], 2, Fail, "status");
    check(
        &[UP, COMPILED, NAME_ERROR],
        1,
        Fail,
        "NameError on line 3 of main.py",
    );
    check(&[UP, NAME_ERROR, DONE], 0, Fail, "NameError");
}

#[test]
fn what_the_program_writes_itself_is_forged() {
    let mut forged = report(&[UP, COMPILED, DONE], Ending::Exited(0));
    forged.events.push("another done".to_owned());
    assert_eq!(judge(forged).verdict, RunVerdict::Forged);
    let mut garbled = report(&[UP], Ending::Exited(0));
    garbled.events.push("secret done xyz".to_owned());
    assert_eq!(judge(garbled).verdict, RunVerdict::Forged);
    let mut empty = report(&[UP, DONE], Ending::Exited(0));
    empty.events.push(String::new());
    assert_eq!(judge(empty).verdict, RunVerdict::Forged);
}

#[test]
fn who_was_ended_from_outside_has_neither_passed_nor_failed() {
    for (killed_by, expected) in [
        (KilledBy::Time, RunVerdict::Timeout),
        (KilledBy::Memory, RunVerdict::Limit),
        (KilledBy::Output, RunVerdict::Limit),
        (KilledBy::Disk, RunVerdict::Limit),
        (KilledBy::Processes, RunVerdict::Limit),
        (KilledBy::Verdict, RunVerdict::Forged),
    ] {
        let mut report = report(&[UP, COMPILED, DONE], Ending::Signaled(9));
        report.killed_by = Some(killed_by);
        assert_eq!(judge(report).verdict, expected, "{killed_by:?}");
    }
    let mut failed_before = report(&[UP, NAME_ERROR], Ending::Signaled(9));
    failed_before.killed_by = Some(KilledBy::Time);
    assert_eq!(judge(failed_before).verdict, RunVerdict::Fail);
    let crash = judge(report(&[UP, COMPILED], Ending::Signaled(11)));
    assert_eq!(crash.verdict, RunVerdict::Crash);
    assert!(crash.reason.contains("SIGSEGV"), "{}", crash.reason);
}

#[test]
fn a_denial_or_a_question_is_no_verdict() {
    let denied: &[&str] = &["denied", "use the network"];
    let asked: &[&str] = &["asked"];
    for ending in [DONE, NAME_ERROR] {
        let status = i32::from(ending == NAME_ERROR);
        check(
            &[UP, denied, ending],
            status,
            RunVerdict::Inconclusive,
            "use the network",
        );
        check(
            &[UP, asked, ending],
            status,
            RunVerdict::Inconclusive,
            "input",
        );
    }
    let classes = "PermissionError OSError Exception BaseException object";
    let refused = [
        "error",
        "PermissionError",
        "[Errno 13]",
        "",
        "0",
        "13",
        classes,
        "/x",
    ];
    check(&[UP, &refused], 1, RunVerdict::Inconclusive, "denies");
    let own = [
        "error",
        "AppError",
        "no",
        "",
        "0",
        "0",
        "AppError Exception",
        "",
    ];
    let cause = [
        "cause",
        "PermissionError",
        "[Errno 13]",
        "",
        "0",
        "13",
        classes,
        "/x",
    ];
    check(&[UP, &own], 1, RunVerdict::Fail, "AppError");
    check(&[UP, &own, &cause], 1, RunVerdict::Inconclusive, "denies");
    let nameless = [
        "error",
        "gaierror",
        "[Errno -2]",
        "",
        "0",
        "-2",
        "gaierror OSError",
        "",
    ];
    check(&[UP, &nameless], 1, RunVerdict::Inconclusive, "denies");
    let mut of_child = report(&[UP, NAME_ERROR], Ending::Exited(1));
    of_child.stderr = "x\nPermissionError: [Errno 1] Operation not permitted\n".to_owned();
    assert_eq!(judge(of_child).verdict, RunVerdict::Inconclusive);
    let mut other = report(&[UP, NAME_ERROR], Ending::Exited(1));
    other.stderr = "FileNotFoundError: [Errno 2] No such file\n".to_owned();
    assert_eq!(judge(other).verdict, RunVerdict::Fail);
}

#[test]
fn what_is_used_up_is_a_limit() {
    for (kind, classes, number, message) in [
        ("MemoryError", "MemoryError Exception", "0", ""),
        (
            "OSError",
            "OSError Exception",
            "28",
            "No space left on device",
        ),
        ("OSError", "OSError Exception", "24", "Too many open files"),
        (
            "RuntimeError",
            "RuntimeError Exception",
            "0",
            "can't start new thread",
        ),
    ] {
        let error = ["error", kind, message, "", "0", number, classes, ""];
        check(&[UP, &error], 1, RunVerdict::Limit, "grants no more");
    }
}

#[test]
fn an_exception_of_a_thread_is_no_clean_end() {
    let thread = [
        "thread",
        "KeyError",
        "'x'",
        "",
        "4",
        "0",
        "KeyError Exception",
        "",
    ];
    check(&[UP, &thread, DONE], 0, RunVerdict::Inconclusive, "threads");
    check(&[UP, &thread, NAME_ERROR], 1, RunVerdict::Fail, "NameError");
}

#[test]
fn tests_pass_if_there_are_some_and_none_fails() {
    let tests = |passed, failed, skipped, status| ["tests", passed, failed, skipped, status];
    check(
        &[UP, &tests("3", "0", "1", "0")],
        0,
        RunVerdict::Pass,
        "3 tests pass",
    );
    check(
        &[UP, &tests("1", "0", "0", "0")],
        0,
        RunVerdict::Pass,
        "1 test passes",
    );
    check(
        &[UP, NAME_ERROR, &tests("1", "2", "0", "1")],
        1,
        RunVerdict::Fail,
        "2 of 3",
    );
    check(
        &[UP, &tests("0", "0", "2", "0")],
        0,
        RunVerdict::Inconclusive,
        "no tests",
    );
    check(
        &[UP, &tests("0", "0", "0", "5")],
        5,
        RunVerdict::Inconclusive,
        "no tests",
    );
    check(
        &[UP, &tests("0", "0", "0", "4")],
        4,
        RunVerdict::Inconclusive,
        "status 4",
    );
    check(
        &[UP, &["missing", "pytest"]],
        1,
        RunVerdict::Inconclusive,
        "not installed",
    );
    check(
        &[UP, &["broken", "OSError"]],
        1,
        RunVerdict::Inconclusive,
        "pytest itself",
    );
}

#[test]
fn whether_it_compiled_is_known_apart() {
    let syntax = [
        "error",
        "SyntaxError",
        "invalid syntax",
        "/m.py",
        "1",
        "0",
        "SyntaxError",
        "",
    ];
    let compiled = |events: &[&[&str]]| judge(report(events, Ending::Exited(1))).compiled;
    assert_eq!(compiled(&[UP, &["rejected"], &syntax]), Some(false));
    assert_eq!(compiled(&[UP, COMPILED, NAME_ERROR]), Some(true));
    assert_eq!(compiled(&[UP, NAME_ERROR]), None);
    assert_eq!(
        judge(report(&[UP], Ending::Exited(1))).version,
        Some((3, 12))
    );
}
