//! What outcomes make of patterns.

use proptest::prelude::*;
use salve::engine::ports::PatternFilter;
use salve::engine::ports::Patterns as _;
use salve::engine::ports::{Knowledge, Outcome};
use salve::store::Store;

use super::support::{DAY, START, accept, clock, fix, number, open, place, shown};

#[test]
fn an_accepted_fix_becomes_a_pattern() {
    let (_folder, path) = place();
    let store = open(&path);
    store.shown(shown("a.py", START, vec![fix("f1")]));
    assert_eq!(store.statistics().unwrap().total_patterns, 0);

    store.outcome("f1", Outcome::Accepted, START + 5);
    let totals = store.statistics().unwrap();
    assert_eq!(totals.total_patterns, 1);
    assert_eq!(totals.total_successes, 1);
    assert_eq!(totals.gold_standard_count, 0);
    let pattern = &totals.recent_patterns[0];
    assert_eq!(pattern.cluster_id, "SYN.MISSING_COLON:function_def");
    assert_eq!(pattern.fix_description, "Add ':' after the signature");
    assert_eq!(pattern.last_success, Some(START + 5));
    assert_eq!(pattern.success_count, 1);
    // Four outcomes' worth of prior at one half, and one success: (2 + 1) / (4 + 1).
    assert!((pattern.avg_confidence - 0.6).abs() < 1e-3);
    assert_eq!(store.trouble(), None);
}

#[test]
fn everything_is_there_after_reopening() {
    let (_folder, path) = place();
    {
        let store = open(&path);
        store.shown(shown("a.py", START, vec![fix("f1")]));
        store.outcome("f1", Outcome::Accepted, START);
        store.flush().unwrap();
    }
    assert_eq!(open(&path).statistics().unwrap().total_successes, 1);
}

#[test]
fn the_end_of_the_store_writes_what_was_noted_without_a_flush() {
    let (_folder, path) = place();
    {
        let store = open(&path);
        store.shown(shown("a.py", START, vec![fix("f1")]));
        store.outcome("f1", Outcome::Accepted, START);
    }
    assert_eq!(number(&path, "SELECT count(*) FROM outcome"), 1);
}

#[test]
fn the_same_outcome_of_the_same_fix_counts_once() {
    let (_folder, path) = place();
    let store = open(&path);
    store.shown(shown("a.py", START, vec![fix("f1")]));
    store.outcome("f1", Outcome::Accepted, START);
    store.outcome("f1", Outcome::Accepted, START + 1);
    assert_eq!(store.statistics().unwrap().total_successes, 1);
}

#[test]
fn an_outcome_of_an_unknown_fix_changes_nothing() {
    let (_folder, path) = place();
    let store = open(&path);
    store.outcome("never shown", Outcome::Accepted, START);
    assert_eq!(store.statistics().unwrap().total_patterns, 0);
    assert_eq!(store.trouble(), None);
}

#[test]
fn a_rejected_edit_is_remembered_until_it_is_accepted() {
    let (_folder, path) = place();
    let store = open(&path);
    store.shown(shown("a.py", START, vec![fix("f1")]));
    store.outcome("f1", Outcome::Rejected, START);
    assert_eq!(store.rejected("colon-after-signature").unwrap(), ["e1"]);
    assert!(store.rejected("another signature").unwrap().is_empty());
    let rejected = store.statistics().unwrap();
    assert_eq!(rejected.total_successes, 0);
    assert!(rejected.overall_avg_confidence.unwrap() < 0.5);

    store.shown(shown("b.py", START, vec![fix("f2")]));
    store.outcome("f2", Outcome::Accepted, START);
    assert!(store.rejected("colon-after-signature").unwrap().is_empty());
}

#[test]
fn an_acceptance_that_was_undone_is_a_failure_and_no_success() {
    let (_folder, path) = place();
    let store = open(&path);
    store.shown(shown("a.py", START, vec![fix("f1")]));
    store.outcome("f1", Outcome::Accepted, START);
    store.outcome("f1", Outcome::Rejected, START + 30);
    let totals = store.statistics().unwrap();
    assert_eq!(totals.total_successes, 0);
    // (2 + 0) / (4 + 1)
    assert!((totals.overall_avg_confidence.unwrap() - 0.4).abs() < 1e-3);
}

#[test]
fn a_thousand_keystrokes_are_one_event_and_every_recent_id_still_counts() {
    let (_folder, path) = place();
    let store = open(&path);
    for keystroke in 0..1_000 {
        let id = format!("f{keystroke}");
        store.shown(shown("a.py", START + keystroke, vec![fix(&id)]));
    }
    store.outcome("f998", Outcome::Accepted, START + 2_000);
    store.outcome("f999", Outcome::Accepted, START + 2_000);
    assert_eq!(store.statistics().unwrap().total_successes, 2);
    store.flush().unwrap();
    for (table, rows) in [("error_event", 1), ("candidate", 1), ("candidate_key", 64)] {
        assert_eq!(
            number(&path, &format!("SELECT count(*) FROM {table}")),
            rows,
            "{table}"
        );
    }
    assert_eq!(number(&path, "SELECT exposures FROM candidate"), 1_000);
    assert_eq!(number(&path, "SELECT exposures FROM pattern"), 1);

    store.shown(shown("a.py", START + DAY, vec![fix("next day")]));
    store.shown(shown("b.py", START, vec![fix("other file")]));
    store.flush().unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM error_event"), 3);
    assert_eq!(number(&path, "SELECT exposures FROM pattern"), 3);
}

fn golds(store: &Store) -> u64 {
    store.statistics().expect("statistics").gold_standard_count
}

#[test]
fn gold_takes_evidence_files_and_days_and_two_undos_end_it() {
    let (_folder, path) = place();
    let clock = clock();
    let store = Store::open_with_clock(&path, clock.clone());
    for round in 0..30 {
        accept(&store, &format!("one file {round}"), "a.py", START);
    }
    assert_eq!(golds(&store), 0, "one file, one day");
    accept(&store, "second file", "b.py", START);
    accept(&store, "third file", "c.py", START);
    assert_eq!(golds(&store), 0, "one day");
    clock.set(START + DAY);
    accept(&store, "second day", "a.py", START + DAY);
    assert_eq!(golds(&store), 1);
    let gold = PatternFilter {
        gold_only: true,
        ..PatternFilter::default()
    };
    assert_eq!(store.patterns(&gold).unwrap().len(), 1);

    store.outcome("second day", Outcome::Rejected, START + DAY);
    assert_eq!(golds(&store), 1, "one undo");
    store.outcome("third file", Outcome::Rejected, START + DAY);
    assert_eq!(golds(&store), 0, "two undos");
    assert!(store.patterns(&gold).unwrap().is_empty());
}

#[test]
fn confidence_fades_towards_the_prior_and_gold_with_it() {
    let (_folder, path) = place();
    let clock = clock();
    let store = Store::open_with_clock(&path, clock.clone());
    for round in 0..40 {
        let file = format!("{}.py", round % 3);
        accept(
            &store,
            &format!("f{round}"),
            &file,
            START + (round % 2) * DAY,
        );
    }
    clock.set(START + DAY);
    assert_eq!(golds(&store), 1);
    let fresh = store.statistics().unwrap().overall_avg_confidence.unwrap();
    clock.set(START + 5 * 360 * DAY);
    let faded = store.statistics().unwrap();
    assert_eq!(faded.gold_standard_count, 0);
    assert_eq!(faded.total_successes, 40, "counts do not fade");
    assert!(faded.overall_avg_confidence.unwrap() < fresh - 0.3);
}

#[test]
fn patterns_of_a_code_lend_each_other_credit_but_not_themselves() {
    let (_folder, path) = place();
    let store = open(&path);
    for round in 0..20 {
        accept(&store, &format!("f{round}"), "a.py", START);
    }
    let mut other = fix("other");
    other.skeleton = "- '=' + ':'".to_owned();
    other.edit_hash = "e2".to_owned();
    store.shown(shown("a.py", START, vec![other]));
    store.outcome("other", Outcome::Accepted, START + 1);
    let newest = &store.statistics().unwrap().recent_patterns[0];
    // The prior is 4 at (20 + 1) / (20 + 2); its own success comes on top.
    let expected = (4.0 * 21.0 / 22.0 + 1.0) / 5.0;
    assert!((newest.avg_confidence - expected).abs() < 1e-3);
}

#[test]
fn ten_patterns_are_recent_and_all_can_be_listed() {
    let (_folder, path) = place();
    let store = open(&path);
    for round in 0..12 {
        let mut one = fix(&format!("f{round}"));
        one.skeleton = format!("skeleton {round}");
        one.edit_hash = format!("e{round}");
        one.description = format!("pattern {round}");
        store.shown(shown("a.py", START, vec![one]));
        store.outcome(&format!("f{round}"), Outcome::Accepted, START + round);
    }
    let totals = store.statistics().unwrap();
    assert_eq!(totals.total_patterns, 12);
    assert_eq!(totals.recent_patterns.len(), 10);
    assert_eq!(totals.recent_patterns[0].fix_description, "pattern 11");
    assert_eq!(store.patterns(&PatternFilter::default()).unwrap().len(), 12);
    let other_code = PatternFilter {
        code: Some("SYN.OTHER".to_owned()),
        ..PatternFilter::default()
    };
    assert!(store.patterns(&other_code).unwrap().is_empty());
}

#[test]
fn unanswered_events_are_forgotten_after_three_months_and_answers_never() {
    let (_folder, path) = place();
    {
        let store = open(&path);
        accept(&store, "accepted", "a.py", START);
        let mut ignored = fix("ignored");
        ignored.skeleton = "never answered".to_owned();
        store.shown(shown("b.py", START, vec![ignored]));
    }
    let clock = clock();
    clock.set(START + 91 * DAY);
    let store = Store::open_with_clock(&path, clock);
    assert_eq!(store.statistics().unwrap().total_successes, 1);
    store.flush().unwrap();
    assert_eq!(number(&path, "SELECT count(*) FROM error_event"), 1);
    assert_eq!(number(&path, "SELECT count(*) FROM pattern"), 1);
    assert_eq!(number(&path, "SELECT count(*) FROM candidate_key"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever people do, confidence is a probability, and one more acceptance never lowers it.
    #[test]
    fn confidence_is_a_probability_and_rises_with_acceptances(
        history in prop::collection::vec((0..4_u8, any::<bool>(), 0..400_i64), 0..40)
    ) {
        let (_folder, path) = place();
        let clock = clock();
        let store = Store::open_with_clock(&path, clock.clone());
        let mut now = START;
        for (round, (pattern, accepted, days)) in history.iter().enumerate() {
            now += days * DAY / 10;
            let id = format!("f{round}");
            let mut one = fix(&id);
            one.skeleton = format!("skeleton {pattern}");
            one.edit_hash = format!("e{pattern}");
            store.shown(shown("a.py", now, vec![one]));
            let outcome = if *accepted { Outcome::Accepted } else { Outcome::Rejected };
            store.outcome(&id, outcome, now);
        }
        clock.set(now);
        for pattern in store.patterns(&PatternFilter::default()).unwrap() {
            prop_assert!((0.0..=1.0).contains(&pattern.avg_confidence));
        }
        let mut one = fix("first more");
        one.skeleton = "skeleton 0".to_owned();
        store.shown(shown("z.py", now, vec![one.clone()]));
        store.outcome("first more", Outcome::Accepted, now);
        let before = store.statistics().unwrap().recent_patterns[0].avg_confidence;
        one.id = "second more".to_owned();
        store.shown(shown("z.py", now, vec![one]));
        store.outcome("second more", Outcome::Accepted, now);
        let after = store.statistics().unwrap().recent_patterns[0].avg_confidence;
        prop_assert!(after > before, "{after} after {before}");
    }
}
