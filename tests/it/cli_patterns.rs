//! `salve patterns`: what was learned can be seen, pinned, forgotten for good, passed on and taken over.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use salve::engine::ports::{Knowledge, Outcome, ShownFix};
use salve::learn::Template;
use salve::store::Store;
use serde_json::{Value, json};

use crate::store::support::{COMPLAINT, fix, number, shown, taught};
use crate::support::program::{Run, Workshop};

/// A word of a person's program, which must not outlive being forgotten, nor be exported.
const MARKER: &str = "zanzibar4711";

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock").as_secs() as i64
}

fn record(workshop: &Workshop) -> PathBuf {
    workshop.root().join("record/salve.db")
}

fn patterns(workshop: &Workshop, arguments: &[&str]) -> Run {
    let database = record(workshop).display().to_string();
    let given = ["patterns", arguments[0], "--database", &database];
    workshop.run(&[&given[..], &arguments[1..]].concat())
}

/// Two patterns: one with four outcomes and three templates, the most specific with a word of the program in it, and
/// one that was rejected.
fn fill(path: &Path) {
    let store = Store::open(path);
    let specific = Template::from_json(&format!(
        r#"{{"complaint":"{COMPLAINT}","level":0,"before":[{{"text":"{MARKER}"}},{{"text":")"}}],
            "deleted":[],"after":[{{"line":"deeper"}}],"inserted":[{{"text":":"}}]}}"#
    ))
    .expect("a template");
    for (number, outcomes) in [
        &[Outcome::Accepted, Outcome::Survived][..],
        &[Outcome::Accepted],
        &[Outcome::Accepted, Outcome::Undone],
        &[Outcome::PassedOver],
    ]
    .iter()
    .enumerate()
    {
        let id = format!("f{number}");
        let mut one = ShownFix {
            confidence: Some(0.5),
            before: format!("def {MARKER} ( )"),
            after: format!("def {MARKER} ( ) :"),
            edit_hash: format!("{MARKER}-{number}"),
            ..taught(&id)
        };
        one.templates.insert(0, specific.clone());
        let mut shown = shown(&format!("hash of file {number}"), now(), vec![one]);
        shown.signature = format!("{MARKER} signature");
        store.shown(shown);
        for outcome in *outcomes {
            store.outcome(&id, *outcome, now());
        }
    }
    let rejected = ShownFix {
        skeleton: "another".to_owned(),
        description: "Take the line away".to_owned(),
        ..fix("rejected")
    };
    store.shown(shown("other.py", now(), vec![rejected]));
    store.outcome("rejected", Outcome::Rejected, now());
    store.flush().expect("the record is on disk");
}

/// The files of the record's folder in which the marker stands.
fn marked(path: &Path) -> Vec<String> {
    let folder = path.parent().expect("a folder");
    let files = fs::read_dir(folder).expect("the folder can be listed");
    let mut marked: Vec<String> = files
        .map(|entry| entry.expect("an entry").path())
        .filter(|file| {
            let bytes = fs::read(file).expect("a file");
            bytes
                .windows(MARKER.len())
                .any(|window| window == MARKER.as_bytes())
        })
        .map(|file| {
            file.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    marked.sort();
    marked
}

#[test]
fn the_list_tells_what_became_of_each_pattern() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    insta::assert_snapshot!(patterns(&workshop, &["list"]).all(), @r"
    exit 0
    --- out
        id confidence at least accepted rejected undone passed over  survived  shown  gold    pattern
         2       45 %     13 %        0        1      0           0         0      1          SYN.MISSING_COLON:function_def: Take the line away
         1       46 %     18 %        2        0      1           1         1      4          SYN.MISSING_COLON:function_def: Add ':' after the signature
    --- err
    ");
    let output = patterns(&workshop, &["list", "--limit", "1", "--json"]).json();
    assert_eq!(output["command"], "patternsList");
    assert_eq!(output["patterns"].as_array().expect("a list").len(), 1);
    let none = patterns(&workshop, &["list", "--gold"]);
    assert!(none.out.contains("no such pattern"), "{none:?}");
    let none = patterns(&workshop, &["list", "--code", "SYN.OTHER", "--json"]).json();
    assert_eq!(none["patterns"], json!([]));
}

#[test]
fn a_pattern_is_shown_with_all_that_is_known_of_it() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    let run = patterns(&workshop, &["show", "1"]);
    for part in [
        "Add ':' after the signature\nSYN.MISSING_COLON:function_def (python), pattern 1",
        "shown 4 times; 2 accepted in 3 files on 1 day, 0 rejected, 1 undone, 0 edited away, 1 passed over, 1 survived",
        "  0. put `:` after `zanzibar4711 )` before `line deeper`\n     for SYN.MISSING_COLON:function_def;",
        "  3. put `:` after `)` before `line deeper`",
        "2.0 right, 1.3 wrong; 0 of 0 proofs held; shown 0 times",
        "    before: def zanzibar4711 ( )\n",
        "accepted (proposed by: rule, said 50 %, taken back)",
        "Predictions that were decided: 4, Brier score 0.250",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let specific = run.out.find("  0. put").expect("a level");
    assert!(specific < run.out.find("  3. put").expect("a level"));

    let missing = patterns(&workshop, &["show", "77"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.err.contains("there is no pattern 77"),
        "{missing:?}"
    );
}

#[test]
fn a_pin_is_told_and_changes_no_number() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    let before = patterns(&workshop, &["show", "1", "--json"]).json();
    let confidence = |output: &Value| {
        let said = output["summary"]["avgConfidence"]
            .as_f64()
            .expect("a number");
        (said * 1e4).round()
    };
    let run = patterns(&workshop, &["pin", "1"]);
    assert!(
        run.out.contains("pinned as gold; its confidence stays"),
        "{run:?}"
    );
    let pinned = patterns(&workshop, &["show", "1", "--json"]).json();
    assert_eq!(pinned["summary"]["goldSource"], "human");
    assert_eq!(confidence(&pinned), confidence(&before));
    let list = patterns(&workshop, &["list", "--gold"]);
    assert!(list.out.contains("pinned"), "{list:?}");
    let stats = workshop.run(&[
        "stats",
        "--database",
        &record(&workshop).display().to_string(),
    ]);
    assert!(stats.out.contains("1 gold"), "{stats:?}");
    assert!(
        stats.out.contains("gold because you pinned it"),
        "{stats:?}"
    );
    let store = Store::open(record(&workshop));
    let templates = store.templates("python", COMPLAINT).expect("a lookup");
    assert!(templates.iter().all(|known| known.is_gold));
    drop(store);

    patterns(&workshop, &["unpin", "1"]);
    let unpinned = patterns(&workshop, &["show", "1", "--json"]).json();
    assert_eq!(unpinned["summary"], before_without_time(&unpinned, &before));
    assert_eq!(patterns(&workshop, &["pin", "77"]).code, 2);
}

/// The summary of `before`, with the numbers that fade by the second as they are in `now`.
fn before_without_time(now: &Value, before: &Value) -> Value {
    let mut summary = before["summary"].clone();
    for fading in ["avgConfidence", "lowerBound", "weightedOutcomes"] {
        summary[fading] = now["summary"][fading].clone();
    }
    summary
}

#[test]
fn what_is_forgotten_is_in_no_file_any_more_and_the_rest_stays() {
    let workshop = Workshop::new();
    let path = record(&workshop);
    fill(&path);
    // What salve itself copies before a migration and once a day; and free pages that still hold old rows.
    for copy in [".schema-2", ".backup-2025-01-01", ".backup-2025-01-02"] {
        fs::copy(&path, format!("{}{copy}", path.display())).expect("a copy");
    }
    let beside = rusqlite::Connection::open(&path).expect("the record opens");
    beside
        .execute_batch("PRAGMA secure_delete = OFF; UPDATE pattern_example SET before_tok = 'x'")
        .expect("a change");
    // An editor has the record open all the while.
    let neighbor = Store::open(&path);
    assert!(
        !neighbor
            .templates("python", COMPLAINT)
            .expect("a lookup")
            .is_empty()
    );
    assert!(marked(&path).len() >= 4, "{:?}", marked(&path));

    let run = patterns(&workshop, &["forget", "1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("1 pattern forgotten"), "{run:?}");
    assert_eq!(marked(&path), Vec::<String>::new());
    assert!(
        neighbor
            .templates("python", COMPLAINT)
            .expect("a lookup")
            .is_empty()
    );
    assert_eq!(number(&path, "SELECT count(*) FROM pattern"), 1);
    for (table, rows) in [
        ("template", 0),
        ("complaint", 0),
        ("pattern_example", 0),
        ("outcome", 1),
        ("candidate", 1),
        ("error_event", 1),
        ("rejected_edit", 1),
    ] {
        let count = number(&path, &format!("SELECT count(*) FROM {table}"));
        assert_eq!(count, rows, "{table}");
    }
    assert_eq!(patterns(&workshop, &["forget", "1"]).code, 2, "it is gone");
}

#[test]
fn everything_is_forgotten_only_on_a_clear_word() {
    let workshop = Workshop::new();
    let path = record(&workshop);
    fill(&path);
    let aside = format!("{}.corrupt-1735689600", path.display());
    fs::write(&aside, MARKER).expect("a file");
    let run = patterns(&workshop, &["forget", "--all"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("add --yes"), "{run:?}");
    assert_eq!(number(&path, "SELECT count(*) FROM pattern"), 2);

    let one = patterns(&workshop, &["forget", "2"]);
    assert!(one.err.contains("may still hold it"), "{one:?}");
    let run = patterns(&workshop, &["forget", "--all", "--yes", "--json"]);
    assert_eq!(run.json()["patterns"], 1, "{run:?}");
    assert_eq!(marked(&path), Vec::<String>::new());
    assert!(!Path::new(&aside).exists());
    for table in [
        "pattern",
        "template",
        "outcome",
        "candidate",
        "error_event",
        "rejected_edit",
    ] {
        let count = number(&path, &format!("SELECT count(*) FROM {table}"));
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn an_export_is_what_its_schema_says_and_tells_nothing_of_the_code() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    let file = workshop.project().join("learned.json");
    let run = patterns(&workshop, &["export", "learned.json"]);
    assert_eq!(run.out, "learned.json: 2 patterns with 2 templates\n");
    let text = fs::read_to_string(&file).expect("the file");
    assert!(!text.contains(MARKER), "{text}");
    let exported: Value = serde_json::from_str(&text).expect("JSON");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/patterns.schema.json");
    let schema = fs::read_to_string(schema).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    jsonschema::validate(&schema, &exported).expect("as the schema says");
    let again = patterns(&workshop, &["export", "learned.json"]);
    assert_eq!(again.code, 2, "a file that exists is not overwritten");
    let piped = patterns(&workshop, &["export", "-"]).json();
    assert_eq!(piped["patterns"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_is_imported_counts_apart_once_and_never_in_the_place_of_ones_own() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    patterns(&workshop, &["export", "learned.json"]);
    let own = patterns(&workshop, &["import", "learned.json"]);
    assert_eq!(own.code, 2);
    assert!(
        own.out.contains("this very record has exported it"),
        "{own:?}"
    );

    let colleague = Workshop::new();
    let text = fs::read(workshop.project().join("learned.json")).expect("the file");
    colleague.file("learned.json", &text);
    let run = patterns(&colleague, &["import", "learned.json"]);
    assert_eq!(
        run.out,
        "learned.json: took 2 patterns and 2 templates, knew 0 already, refused 0\n"
    );
    let path = record(&colleague);
    let templates = |path: &Path| {
        let store = Store::open(path);
        let mut known = store.templates("python", COMPLAINT).expect("a lookup");
        known.sort_by_key(|known| known.template.level);
        known
    };
    let known = templates(&path);
    assert_eq!(known.len(), 2);
    assert_eq!(
        (known[0].successes, known[0].failures),
        (0.0, 0.0),
        "not one's own"
    );
    assert!(known[0].posterior.mean() > 0.5, "and yet evidence");
    let store = Store::open(&path);
    assert_eq!(store.statistics().expect("statistics").total_patterns, 0);
    drop(store);

    let content = || {
        let imported = "SELECT CAST(sum(s + f + at) * 1000 AS INTEGER) FROM imported";
        let weights = "SELECT CAST(sum(imported_s + imported_f) * 1000 AS INTEGER) FROM pattern";
        (number(&path, imported), number(&path, weights))
    };
    let before = content();
    let again = patterns(&colleague, &["import", "learned.json"]);
    assert_eq!(
        again.out,
        "learned.json: took 0 patterns and 0 templates, knew 4 already, refused 0\n"
    );
    assert_eq!(content(), before);

    // One's own outcomes come beside it.
    let store = Store::open(&path);
    store.shown(shown("a.py", now(), vec![taught("own")]));
    store.outcome("own", Outcome::Rejected, now());
    store.flush().expect("on disk");
    drop(store);
    patterns(&colleague, &["import", "learned.json"]);
    let after = templates(&path);
    assert_eq!((after[0].successes, after[0].failures.round()), (0.0, 1.0));
    assert!(after[0].posterior.mean() < known[0].posterior.mean());
    assert_eq!(content(), before);
}

#[test]
fn an_import_weighs_at_most_twenty_outcomes() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    let mut exported = patterns(&workshop, &["export", "-"]).json();
    for source in ["1", "2", "3"] {
        exported["source"] = source.repeat(32).into();
        exported["patterns"][0]["successes"] = 30_000.0.into();
        for template in exported["patterns"][1]["templates"]
            .as_array_mut()
            .expect("a list")
        {
            template["successes"] = 30_000.0.into();
        }
        workshop.file("learned.json", exported.to_string());
        assert_eq!(patterns(&workshop, &["import", "learned.json"]).code, 0);
    }
    let path = record(&workshop);
    for table in ["pattern", "template"] {
        let most = format!(
            "SELECT CAST(max(imported_s + imported_f) * 1000 + 0.5 AS INTEGER) FROM {table}"
        );
        assert!(number(&path, &most) <= 20_000, "{table}");
        assert!(number(&path, &most) > 19_000, "{table}");
    }
}

#[test]
fn what_is_wrong_in_an_import_is_refused_and_told() {
    let workshop = Workshop::new();
    fill(&record(&workshop));
    let whole = patterns(&workshop, &["export", "-"]).json();
    let colleague = Workshop::new();
    let import = |exported: &Value| {
        colleague.file("learned.json", exported.to_string());
        patterns(&colleague, &["import", "learned.json"])
    };
    let changed = |pointer: &str, value: Value| {
        let mut exported = whole.clone();
        *exported.pointer_mut(pointer).expect(pointer) = value;
        exported
    };
    for (pointer, value, reason) in [
        ("/salvePatterns", json!(2), "the file: it is of version 2"),
        ("/source", json!("../x"), "the file: its source"),
        (
            "/patterns/0/code",
            json!("SYN.UNHEARD_OF"),
            "pattern 1: there is no code",
        ),
        (
            "/patterns/0/cluster",
            json!("NAME.X:y"),
            "pattern 1: the cluster",
        ),
        (
            "/patterns/0/skeleton",
            json!("zz"),
            "pattern 1: the skeleton",
        ),
        (
            "/patterns/0/successes",
            json!(-1.0),
            "pattern 1: successes and failures",
        ),
        (
            "/patterns/0/description",
            json!("x".repeat(301)),
            "pattern 1: a text is longer",
        ),
        (
            "/patterns/1/templates/0/template/inserted",
            json!([{"copy": 7}]),
            "pattern 2, template 1: what is copied",
        ),
        (
            "/patterns/1/templates/0/template/inserted",
            json!([{"run": "rm"}]),
            "pattern 2, template 1: not a template",
        ),
    ] {
        let run = import(&changed(pointer, value));
        assert!(run.out.contains(reason), "{reason}: {run:?}");
    }
    // The rest of what was refused in part was taken.
    assert_eq!(
        number(&record(&colleague), "SELECT count(*) FROM pattern"),
        2
    );
    assert_eq!(
        number(&record(&colleague), "SELECT count(*) FROM template"),
        2
    );
    for text in [
        "",
        "{}",
        "[1, 2",
        r#"{"salvePatterns": 1, "surprise": true}"#,
    ] {
        colleague.file("learned.json", text);
        let run = patterns(&colleague, &["import", "learned.json"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("learned.json: not an export"), "{run:?}");
    }
    let missing = patterns(&colleague, &["import", "nowhere.json"]);
    assert!(
        missing.err.contains("nowhere.json: cannot be read"),
        "{missing:?}"
    );
}
