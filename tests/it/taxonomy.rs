//! The table of codes: every row complete, every example true, every code in the sources known.

mod sources;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use salve::taxonomy::{Entry, classify_message, entries, page};
use serde_json::json;

use crate::support::drift;

/// Fails with every row of which `wrong` has something to say.
#[track_caller]
fn check_rows(wrong: impl Fn(&Entry) -> Option<String>) {
    let complaints: Vec<String> = entries()
        .iter()
        .filter_map(|entry| wrong(entry).map(|complaint| format!("{}: {complaint}", entry.code)))
        .collect();
    assert!(
        complaints.is_empty(),
        "grammars/python/taxonomy:\n{}",
        complaints.join("\n")
    );
}

/// Complains of `what` unless it holds.
fn unless(holds: bool, what: impl Into<String>) -> Option<String> {
    (!holds).then(|| what.into())
}

#[test]
fn every_code_is_well_formed_and_unique() {
    let shape = regex::Regex::new(r"^[A-Z]+\.[A-Z][A-Z0-9_]*$").expect("a pattern");
    check_rows(|entry| {
        unless(
            shape.is_match(entry.code.as_str()),
            "is not FAMILY.CODE in capitals",
        )
    });
    let codes: BTreeSet<&str> = entries().iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(codes.len(), entries().len(), "a code is there twice");
    assert!(
        codes.len() >= 192,
        "a released code is gone: there are only {}",
        codes.len()
    );
}

#[test]
fn every_row_is_explained_in_a_few_plain_sentences() {
    check_rows(|entry| {
        let titled = (1..=60).contains(&entry.title.chars().count()) && !entry.title.ends_with('.');
        let sentences = entry.explanation.matches(['.', '?']).count();
        unless(titled, "`title` has 1 to 60 characters and no full stop")
            .or_else(|| {
                unless(
                    entry.explanation.ends_with('.'),
                    "`explanation` ends with a full stop",
                )
            })
            .or_else(|| unless(sentences >= 2, "`explanation` has at least two sentences"))
            .or_else(|| {
                unless(
                    entry.explanation.len() <= 480,
                    "`explanation` has at most 480 bytes",
                )
            })
    });
}

#[test]
fn every_construct_is_snake_case_and_there_once() {
    let shape = regex::Regex::new("^[a-z][a-z0-9]*(_[a-z0-9]+)*$").expect("a pattern");
    check_rows(|entry| {
        let distinct: BTreeSet<&String> = entry.constructs.iter().collect();
        let odd = entry
            .constructs
            .iter()
            .find(|construct| !shape.is_match(construct));
        unless(
            distinct.len() == entry.constructs.len(),
            "a construct is there twice",
        )
        .or_else(|| odd.map(|construct| format!("{construct:?} is not snake_case")))
    });
}

#[test]
fn every_reference_names_a_tool_and_its_rule() {
    let shape =
        regex::Regex::new(r"^(ruff [A-Z]+\d*|pyright report[A-Za-z]+)$").expect("a pattern");
    check_rows(|entry| {
        let odd = entry
            .references
            .iter()
            .find(|reference| !shape.is_match(reference));
        odd.map(|reference| {
            format!("{reference:?} is neither `ruff CODE` nor `pyright reportRule`")
        })
    });
}

#[test]
fn what_python_says_is_classified_as_its_row() {
    check_rows(|entry| {
        let speaks = !entry.messages.is_empty() || !entry.own_exceptions.is_empty();
        let wrong = entry.says.iter().find_map(|line| {
            let (exception, message) = line.split_once(": ").unwrap_or((line, ""));
            let found = classify_message(exception, message);
            unless(
                found == Some(entry.code),
                format!("{line:?} is classified as {found:?}"),
            )
        });
        unless(
            speaks != entry.says.is_empty(),
            "`says` and `messages` or `own_exceptions` go together",
        )
        .or_else(|| {
            unless(
                entry.messages.is_empty() || !entry.exceptions.is_empty(),
                "`messages` of no exception",
            )
        })
        .or(wrong)
    });
}

/// Whether Python rejects the text of the example, instead of failing when it runs.
fn is_rejected(entry: &Entry) -> bool {
    let syntax = ["SyntaxError", "IndentationError", "TabError"];
    let mut exceptions = entry.exceptions.iter().chain(&entry.own_exceptions);
    exceptions.any(|exception| syntax.contains(&exception.as_str()))
}

#[test]
fn every_example_is_what_it_says() {
    let rows: Vec<_> = entries()
        .iter()
        .map(|entry| {
            json!({
                "code": entry.code,
                "before": entry.before,
                "after": entry.after,
                "rejected": is_rejected(entry),
                "accepted_since": entry.accepted_since,
            })
        })
        .collect();
    let mut python = Command::new("python3")
        .args(["-I", "-c", include_str!("taxonomy/compile_examples.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is on the path: the examples are compiled with it");
    let mut input = python.stdin.take().expect("a pipe");
    input
        .write_all(json!(rows).to_string().as_bytes())
        .expect("python3 reads the rows");
    drop(input);
    let output = python.wait_with_output().expect("python3 ends");
    assert!(output.status.success(), "python3 fails: {}", output.status);
    let problems: Vec<String> = serde_json::from_slice(&output.stdout).expect("a list of problems");
    assert!(
        problems.is_empty(),
        "grammars/python/taxonomy:\n{}",
        problems.join("\n")
    );
}

#[test]
fn the_reference_is_what_the_table_generates() {
    drift::check("docs/taxonomy.md", &page::render());
}
