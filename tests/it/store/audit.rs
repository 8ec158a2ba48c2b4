//! The audit log: entries that are only ever added, and that tell when one was changed.

use rusqlite::Connection;
use salve::engine::ports::Patterns as _;
use salve::engine::ports::{CallOutcome, Knowledge, Ledger as _, ModelCall, Outcome, Purpose};
use salve::store::{Deed, Forget, Store};
use serde_json::Value;

use super::support::{DAY, START, accept, fix, number, open, place, shown};

fn entries(store: &Store, since: Option<&str>) -> Vec<Value> {
    let log = store.audit(since).expect("it is read").expect("a time");
    log.lines
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn actions(store: &Store) -> Vec<String> {
    let entries = entries(store, None);
    let actions = entries.iter().filter_map(|entry| entry["action"].as_str());
    actions.map(str::to_owned).collect()
}

#[test]
fn each_deed_is_entered_once_without_code_or_paths() {
    let (_folder, path) = place();
    let store = open(&path);
    store.serve_editor();
    for _ in 0..3 {
        // Keystrokes show it again and again.
        store.shown(shown("hash-of-a", START, vec![fix("f1")]));
    }
    store.outcome("f1", Outcome::Accepted, START + 1);
    store.outcome("f1", Outcome::Accepted, START + 2);
    store.outcome("f1", Outcome::Survived, START + 3);
    store.outcome("unknown", Outcome::Accepted, START + 4);
    store.called(ModelCall {
        at: START + 5,
        provider: "openai".to_owned(),
        url: "https://models.example/v1".to_owned(),
        model: Some("coder".to_owned()),
        local: false,
        purpose: Purpose::Heal,
        bytes_sent: 1_200,
        bytes_received: 300,
        tokens_in: 400,
        tokens_out: 90,
        cost_micros: None,
        redactions: 2,
        millis: 900,
        outcome: CallOutcome::Answered,
        text: Some("total = price".to_owned()),
    });
    store.did(Deed::ConfigChange(vec!["model.provider".to_owned()]));
    assert_eq!(
        actions(&store),
        [
            "fix.offer",
            "fix.accept",
            "fix.survive",
            "model.request",
            "config.change"
        ]
    );
    let entries = entries(&store, None);
    let said: String = entries
        .iter()
        .filter_map(|entry| {
            let mut entry = entry.as_object()?.clone();
            for other in ["hash", "prevHash", "head", "version"] {
                entry.remove(other);
            }
            Some(format!("{}\n", Value::from(entry)))
        })
        .collect();
    insta::assert_snapshot!(said, @r#"
    {"action":"fix.offer","actor":"server","at":1735689600,"code":"SYN.MISSING_COLON","fix":"f1","proof":"compile","seq":1,"source":"rule","target":"hash-of-a"}
    {"action":"fix.accept","actor":"person","at":1735689601,"code":"SYN.MISSING_COLON","fix":"f1","seq":2,"source":"rule","target":"hash-of-a"}
    {"action":"fix.survive","actor":"server","at":1735689603,"code":"SYN.MISSING_COLON","fix":"f1","seq":3,"source":"rule","target":"hash-of-a"}
    {"action":"model.request","actor":"server","at":1735689605,"bytesSent":1200,"local":false,"model":"coder","provider":"openai","purpose":"heal","redactions":2,"result":"answered","seq":4,"tokensIn":400,"tokensOut":90}
    {"action":"config.change","actor":"person","at":1735689600,"keys":["model.provider"],"seq":5}
    {}
    "#);
    let all = Value::from(entries).to_string();
    for secret in [
        "total = price",
        "models.example",
        "NAME",
        "salve.db",
        "def ",
    ] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[test]
fn entries_are_neither_changed_nor_removed_and_whoever_manages_it_is_found_out() {
    for (change, wrong) in [
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        (
            "UPDATE audit SET fields = replace(fields, 'rule', 'person') WHERE seq = 1",
            1,
        ),
        ("UPDATE audit SET target = NULL WHERE seq = 2", 2),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 3),
        ("DELETE FROM audit WHERE seq = 1", 2),
        ("UPDATE audit SET seq = 99 WHERE seq = 4", 99),
        ("UPDATE audit SET fields = 'x' WHERE seq = 4", 4),
    ] {
        let (_folder, path) = place();
        let store = open(&path);
        for name in ["f1", "f2"] {
            accept(&store, name, name, START);
        }
        let checked = store.check_audit(None).unwrap();
        assert_eq!((checked.entries, checked.wrong), (4, None));
        drop(store);
        let other = Connection::open(&path).unwrap();
        let refused = other.execute(change, ()).unwrap_err();
        assert!(refused.to_string().contains("never"), "{refused}");
        other
            .execute_batch(
                "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed",
            )
            .unwrap();
        other.execute(change, ()).unwrap();
        drop(other);
        let checked = open(&path).check_audit(None).unwrap();
        assert_eq!(checked.wrong.map(|(seq, _)| seq), Some(wrong), "{change}");
    }
}

#[test]
fn only_a_head_that_was_kept_shows_that_the_end_was_cut_off() {
    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f1", "a.py", START);
    let first = store.check_audit(None).unwrap().head.unwrap();
    accept(&store, "f2", "b.py", START);
    let second = store.check_audit(None).unwrap().head.unwrap();
    assert_eq!(store.audit(None).unwrap().unwrap().head.unwrap(), second);
    drop(store);
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("DROP TRIGGER audit_is_never_removed; DELETE FROM audit WHERE seq > 2")
        .unwrap();
    drop(other);
    let store = open(&path);
    for (head, has_head) in [
        (&first, true),
        (&first.to_uppercase(), true),
        (&second, false),
    ] {
        let checked = store.check_audit(Some(head)).unwrap();
        assert_eq!(
            (checked.wrong, checked.has_head),
            (None, Some(has_head)),
            "{head}"
        );
    }
}

#[test]
fn entries_of_a_day_begin_where_it_begins() {
    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f1", "a.py", START);
    accept(&store, "f2", "b.py", START + DAY);
    let count = |since| entries(&store, Some(since)).len() - 1;
    assert_eq!(count("2025-01-01"), 4);
    assert_eq!(count("2025-01-02"), 2);
    assert_eq!(count("2025-01-02T00:00:01"), 0);
    let last = entries(&store, Some("2025-01-03")).pop().unwrap();
    assert_eq!(last["head"].as_str().map(str::len), Some(64));
    assert_eq!(store.audit(Some("yesterday?")).unwrap(), None);
}

#[test]
fn old_events_are_forgotten_and_the_log_still_fits() {
    let (_folder, path) = place();
    {
        let store = open(&path);
        store.shown(shown("a.py", START, vec![fix("f1")]));
        accept(&store, "f2", "b.py", START);
    }
    let clock = super::support::clock();
    clock.set(START + 500 * DAY);
    let store = Store::open_with_clock(&path, clock);
    store.flush().unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM error_event"), 1);
    let checked = store.check_audit(None).unwrap();
    assert_eq!((checked.entries, checked.wrong), (3, None));
}

#[test]
fn what_is_ordered_about_patterns_is_entered_and_forgetting_leaves_a_log_that_fits() {
    let (_folder, path) = place();
    let store = open(&path);
    accept(&store, "f1", "a.py", START);
    store.flush().unwrap();
    let id = number(&path, "SELECT id FROM pattern");
    assert!(store.pin(id, true).unwrap());
    assert!(store.pin(id, false).unwrap());
    assert!(!store.pin(id + 1, true).unwrap());
    store.export().unwrap();
    assert_eq!(store.forget(Forget::Pattern(id)).unwrap().patterns, 1);
    assert_eq!(
        actions(&store),
        [
            "fix.offer",
            "fix.accept",
            "pattern.pin",
            "pattern.unpin",
            "pattern.export",
            "pattern.forget"
        ]
    );
    let checked = store.check_audit(None).unwrap();
    assert_eq!((checked.entries, checked.wrong), (6, None));
    store.forget(Forget::Everything).unwrap();
    assert_eq!(store.check_audit(None).unwrap().wrong, None);
    drop(store);
    assert_eq!(super::support::integrity(&path), "ok");
}
