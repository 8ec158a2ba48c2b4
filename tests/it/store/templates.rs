//! What outcomes make of templates, and looking them up beside whoever writes.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use salve::engine::Source;
use salve::engine::ports::{Knowledge, Outcome, ShownFix};
use salve::learn::Item;
use salve::store::Store;

use super::support::{
    COMPLAINT, DAY, START, accept, clock, fix, known, number, open, place, shown, taught, template,
};

/// Shows a fix in a file of its own, and says what became of it.
fn outcomes(store: &Store, fix: ShownFix, outcomes: &[Outcome]) {
    let id = fix.id.clone();
    store.shown(shown(&format!("{id}.py"), START, vec![fix]));
    for outcome in outcomes {
        store.outcome(&id, *outcome, START);
    }
}

/// Weighted successes and failures of the template of this level.
fn weights(store: &Store, level: u8) -> (f64, f64) {
    let all = known(store);
    let one = all
        .iter()
        .find(|known| known.template.level == level)
        .unwrap_or_else(|| panic!("no template of level {level}"));
    (one.successes, one.failures)
}

#[test]
fn what_was_accepted_is_known_at_once_in_all_its_levels() {
    let (_folder, path) = place();
    let store = open(&path);
    assert!(known(&store).is_empty());
    outcomes(&store, taught("f1"), &[]);
    assert!(
        known(&store).is_empty(),
        "what was only shown teaches nothing"
    );
    store.outcome("f1", Outcome::Accepted, START);
    let templates = known(&store);
    assert_eq!(templates.len(), 2);
    for known in &templates {
        assert_eq!(
            *known.template,
            template(known.template.level, known.template.before.len() as u8 - 1)
        );
        assert_eq!((known.successes, known.failures), (1.0, 0.0));
        // Four outcomes' worth of prior at one half, and one success: (2 + 1) / (4 + 1).
        assert!((known.posterior.mean() - 0.6).abs() < 1e-9);
        assert!(!known.is_gold);
    }
    assert!(store.templates("python", "SYN.OTHER").unwrap().is_empty());
    assert!(store.templates("rust", COMPLAINT).unwrap().is_empty());

    drop(store);
    assert_eq!(known(&open(&path)).len(), 2, "and after reopening");
}

#[test]
fn a_template_leans_on_its_pattern_and_its_code_and_counts_nothing_twice() {
    let (_folder, path) = place();
    let store = open(&path);
    let general = |id: &str, names| ShownFix {
        templates: vec![template(0, names), template(3, 0)],
        ..fix(id)
    };
    for round in 0..8 {
        outcomes(
            &store,
            general(&format!("a{round}"), 1),
            &[Outcome::Accepted],
        );
    }
    outcomes(&store, general("b", 2), &[Outcome::Accepted]);
    let mean = |names: usize, level: u8| {
        let all = known(&store);
        let is_it = |known: &&salve::engine::ports::KnownTemplate| {
            known.template.level == level && known.template.before.len() == names + 1
        };
        all.iter().find(is_it).unwrap().posterior.mean()
    };
    // All of the pattern's outcomes are the general template's own; above it is only the code, of which nothing else
    // is known.
    assert!((mean(0, 3) - (2.0 + 9.0) / (4.0 + 9.0)).abs() < 1e-9);
    // The eight outcomes of the other specific template are evidence for the pattern: (2 + 8) / (4 + 8).
    let pattern = 10.0 / 12.0;
    assert!((mean(2, 0) - (4.0 * pattern + 1.0) / 5.0).abs() < 1e-9);
    let trust: Vec<f64> = known(&store)
        .iter()
        .map(|known| known.posterior.mean())
        .collect();
    assert!(trust.is_sorted_by(|one, other| one >= other), "{trust:?}");
}

#[test]
fn each_outcome_weighs_what_it_should_once() {
    use Outcome::{Accepted, EditedAway, PassedOver, Rejected, Survived, Undone};
    for (what, expected) in [
        (&[Accepted, Accepted][..], (2.0, 0.0)),
        (&[Accepted, Survived, Survived], (2.0, 0.0)),
        (&[Accepted, Undone, Undone], (1.0, 1.0)),
        (&[Accepted, Survived, EditedAway], (1.0, 1.0)),
        (&[Accepted, Undone, Rejected, EditedAway], (1.0, 1.0)),
        (&[Accepted, Rejected], (1.0, 1.0)),
        (&[Rejected, Undone], (1.0, 1.0)),
        (&[PassedOver, PassedOver], (1.0, 0.3)),
    ] {
        let (_folder, path) = place();
        let store = open(&path);
        outcomes(&store, taught("first"), &[Accepted]);
        outcomes(&store, taught("second"), what);
        assert_eq!(weights(&store, 0), expected, "{what:?}");
        assert_eq!(weights(&store, 3), expected, "{what:?}");
        let pattern = &store.statistics().unwrap().recent_patterns[0];
        let sum = expected.0 + expected.1;
        assert!((pattern.weighted_outcomes - sum).abs() < 1e-9, "{what:?}");
        let count = |outcome| u64::from(what.contains(&outcome));
        assert_eq!(pattern.survived_count, count(Survived), "{what:?}");
        assert_eq!(pattern.passed_over_count, count(PassedOver), "{what:?}");
        // Only an explicit no keeps an edit from being offered again.
        let rejected = store.rejected("colon-after-signature").unwrap();
        assert_eq!(rejected.is_empty(), !what.contains(&Rejected), "{what:?}");
    }
}

#[test]
fn a_failure_makes_no_templates() {
    let (_folder, path) = place();
    let store = open(&path);
    outcomes(&store, taught("f1"), &[Outcome::Rejected]);
    assert!(known(&store).is_empty());
}

#[test]
fn the_template_that_made_a_fix_answers_for_it() {
    let (_folder, path) = place();
    let store = open(&path);
    outcomes(&store, taught("f1"), &[Outcome::Accepted]);
    let made = known(&store)[0].clone();
    // A change that is too large for templates of its own, or of which other levels are made today.
    let learned = ShownFix {
        source: Source::Learned { template: made.id },
        edit_hash: "e2".to_owned(),
        ..fix("f2")
    };
    outcomes(&store, learned, &[Outcome::Rejected]);
    let failed: Vec<(i64, f64)> = known(&store)
        .iter()
        .map(|known| (known.id, known.failures))
        .collect();
    for (id, failures) in failed {
        assert_eq!(failures, if id == made.id { 1.0 } else { 0.0 });
    }
    let exposures = format!("SELECT exposures FROM template WHERE id = {}", made.id);
    assert_eq!(number(&path, &exposures), 1);
}

#[test]
fn a_template_of_which_hardly_anything_is_proven_goes_after_twenty_tries() {
    let (_folder, path) = place();
    let store = open(&path);
    outcomes(&store, taught("f1"), &[Outcome::Accepted]);
    let ids: Vec<i64> = known(&store).iter().map(|known| known.id).collect();
    for round in 0..20 {
        // Three of twenty hold for the one, four of twenty for the other.
        store.validated(ids[0], round < 3, START);
        store.validated(ids[1], round < 4, START);
    }
    store.flush().unwrap();
    let left: Vec<i64> = known(&store).iter().map(|known| known.id).collect();
    assert_eq!(left, [ids[1]]);
    assert_eq!(number(&path, "SELECT v_ok FROM pattern"), 7);
    assert_eq!(number(&path, "SELECT v_fail FROM pattern"), 33);
    store.validated(4_711, true, START);
    store.flush().unwrap();
    assert_eq!(store.trouble(), None);
}

#[test]
fn the_weakest_and_oldest_templates_of_a_complaint_make_room() {
    let (_folder, path) = place();
    let store = open(&path);
    // Texts of their own make templates of their own.
    let numbered = |number: usize| {
        let mut one = template(0, 0);
        one.before.push(Item::Text(format!("word{number}")));
        one
    };
    let teach = |number: usize, outcomes: &[Outcome]| {
        let id = format!("f{number}");
        let at = START + number as i64;
        let one = ShownFix {
            templates: vec![numbered(number)],
            edit_hash: format!("e{number}"),
            ..fix(&id)
        };
        store.shown(shown(&format!("{number}.py"), at, vec![one]));
        for outcome in outcomes {
            store.outcome(&id, *outcome, at);
        }
    };
    teach(0, &[Outcome::Accepted, Outcome::Undone]);
    for number in 1..192 {
        teach(number, &[Outcome::Accepted]);
    }
    store.flush().unwrap();
    assert_eq!(known(&store).len(), 192);
    teach(192, &[Outcome::Accepted]);
    teach(193, &[Outcome::Accepted]);
    store.flush().unwrap();
    let left = known(&store);
    assert_eq!(left.len(), 192);
    let has = |number| left.iter().any(|known| *known.template == numbered(number));
    assert!(!has(0), "the one that failed");
    assert!(!has(1), "the oldest of the others");
    assert!(has(2) && has(193));
}

#[test]
fn a_writer_holds_no_lookup_up() {
    let (_folder, path) = place();
    let store = open(&path);
    outcomes(&store, taught("f1"), &[Outcome::Accepted]);
    store.outcome("f1", Outcome::Rejected, START);
    store.flush().unwrap();
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE template SET s = 100, f = 0")
        .unwrap();
    // The lock is held until the end of the test: were a lookup to wait for it, there would be no answer.
    accept(&store, "waits", "b.py", START);
    let beside = store.templates("python", COMPLAINT).unwrap();
    assert_eq!((beside[0].successes, beside[0].failures), (0.0, 1.0));
    assert_eq!(store.rejected("colon-after-signature").unwrap(), ["e1"]);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(weights(&store, 0), (100.0, 0.0));
}

#[test]
fn in_memory_they_are_known_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let store = open(&file.join("salve.db"));
    assert!(store.trouble().is_some());
    outcomes(&store, taught("f1"), &[Outcome::Accepted]);
    assert_eq!(known(&store).len(), 2);
}

#[test]
fn lookups_follow_the_record_to_a_new_file() {
    let (_folder, path) = place();
    let store = open(&path);
    outcomes(&store, taught("f1"), &[Outcome::Accepted]);
    store.flush().unwrap();
    let folder = path.parent().unwrap_or(Path::new("/"));
    for entry in fs::read_dir(folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    accept(&store, "f2", "a.py", START);
    store.flush().unwrap();
    assert!(known(&store).is_empty(), "the old file is gone");
    outcomes(&store, taught("f3"), &[Outcome::Accepted]);
    assert_eq!(known(&store).len(), 2);
}

#[test]
fn what_a_candidate_would_teach_is_kept_for_a_week() {
    let (_folder, path) = place();
    outcomes(&open(&path), taught("f1"), &[]);
    let clock = clock();
    clock.set(START + 8 * DAY);
    let store = Store::open_with_clock(&path, clock);
    store.outcome("f1", Outcome::Accepted, START + 8 * DAY);
    assert!(known(&store).is_empty());
    assert_eq!(store.statistics().unwrap().total_successes, 1);
}
