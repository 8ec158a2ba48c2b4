//! What was accepted once heals the next mistake of its family, through a real record and a real interpreter.

use std::sync::Arc;

use salve::engine::ports::{Knowledge, Outcome, Patterns as _};
use salve::engine::{Engine, Healed, Input, Source};

use crate::support::engine::Bench;

fn input(text: &str) -> Input {
    Input {
        text: text.into(),
        path: Some(format!("{}.py", text.len())),
        document_version: None,
        python_version: (3, 11),
    }
}

/// An engine that proposes nothing but what it learned.
fn pupil(bench: &Bench) -> Engine {
    Engine {
        learned_only: true,
        ..bench.engine.clone()
    }
}

async fn teach_by_hand(engine: &Engine, bench: &Bench, before: &str, after: &str) {
    let before = input(before);
    let healed = engine.heal(&before).await;
    let found = healed.findings.first().expect("a finding");
    assert!(engine.record_by_hand(&before, &found.finding, after));
    bench.store.flush().expect("it is written");
}

fn best(healed: &Healed) -> Option<&str> {
    healed.text.as_deref()
}

#[tokio::test]
async fn a_fix_made_by_hand_heals_the_next_mistake_of_its_family() {
    let bench = Bench::new();
    let engine = pupil(&bench);
    let other = input("class Stack(object)\n    size = 0\n");
    assert_eq!(best(&engine.heal(&other).await), None);

    teach_by_hand(
        &engine,
        &bench,
        "def f(x)\n    return x\n",
        "def f(x):\n    return x\n",
    )
    .await;
    let healed = engine.heal(&other).await;
    assert_eq!(best(&healed), Some("class Stack(object):\n    size = 0\n"));
    let fix = &healed.findings[0].fixes[0];
    assert!(
        matches!(fix.source, Source::Learned { .. }),
        "{:?}",
        fix.source
    );
    assert!(fix.evidence.is_proven());
    assert!(
        fix.title().contains("(learned from 1 fix, compiles)"),
        "{}",
        fix.title()
    );
    let known = fix.confidence.expect("what is known of it");
    assert!(!known.is_enough(), "one fix is not enough: {}", known.mean);
}

#[tokio::test]
async fn what_turns_out_right_is_trusted_and_what_is_rejected_is_not_offered_again() {
    let bench = Bench::new();
    let engine = pupil(&bench);
    for name in ["one", "two", "three", "four", "five"] {
        let before = format!("def {name}(x)\n    return x\n");
        let after = format!("def {name}(x):\n    return x\n");
        teach_by_hand(&engine, &bench, &before, &after).await;
    }
    let next = input("def six(x)\n    return x\n");
    let healed = engine.heal(&next).await;
    let fix = healed.findings[0].fixes[0].clone();
    let known = fix.confidence.expect("what is known of it");
    assert!(known.is_enough(), "{}", known.mean);

    engine.record_shown(&next, &healed);
    engine.record_outcome(&fix.id, Outcome::Rejected);
    bench.store.flush().expect("it is written");
    let again = engine.heal(&next).await;
    assert!(
        again.findings[0]
            .fixes
            .iter()
            .all(|other| other.edits != fix.edits),
        "a rejected edit came back"
    );
}

#[tokio::test]
async fn a_record_that_taught_nothing_changes_nothing() {
    let bench = Bench::new();
    let text = input("def f(x)\n    return x\n");
    let before = bench.engine.heal(&text).await;
    let blank = Engine {
        knowledge: Arc::new(crate::support::python::Blank),
        ..bench.engine.clone()
    };
    let after = blank.heal(&text).await;
    assert_eq!(best(&before), best(&after));
    assert_eq!(before.findings[0].fixes[0].confidence, None);
}

#[tokio::test]
async fn a_fix_heals_where_the_parser_complains_about_something_else() {
    let bench = Bench::new();
    let engine = pupil(&bench);
    teach_by_hand(&engine, &bench, "y = f(x\nz = 1\n", "y = f(x)\nz = 1\n").await;
    let healed = engine.heal(&input("if f(x:\n    pass\n")).await;
    assert_eq!(best(&healed), Some("if f(x):\n    pass\n"));
}

#[tokio::test]
async fn what_was_about_to_be_taken_is_counted_as_proven() {
    let bench = Bench::new();
    let engine = pupil(&bench);
    teach_by_hand(&engine, &bench, "y = f(x\nz = 1\n", "y = f(x)\nz = 1\n").await;
    let next = input("a = g(b\nc = 2\n");
    let mut healed = engine.heal(&next).await;
    engine.prove_further(&next, &mut healed).await;
    bench.store.flush().expect("it is written");
    let Source::Learned { template } = healed.findings[0].fixes[0].source else {
        panic!("{:?}", healed.findings[0].fixes[0].source);
    };
    let pattern = bench.store.pattern(1).expect("it is read").expect("one");
    let used = pattern.templates.iter().find(|known| known.id == template);
    let used = used.expect("it is kept");
    assert_eq!((used.proofs_held, used.proofs_failed), (1, 0));
}
