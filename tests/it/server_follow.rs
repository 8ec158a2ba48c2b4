//! What becomes of fixes that were applied: they stay, are taken back, are changed, or others were passed over for them.

use std::sync::Arc;
use std::time::Duration;

use salve::engine::ports::Outcome::{Accepted, EditedAway, PassedOver, Rejected, Survived, Undone};
use salve::text::{Edit, Span};
use serde_json::{Value, json};

use crate::support::client::{Client, range};
use crate::support::engine::Bench;
use crate::support::typist::{Noted, Typist, Witness};

const URI: &str = "file:///work/a.py";
/// The colon is missing after `def total(xs)`.
const BROKEN: &str = "def total(xs)\n    return sum(xs)\n\n\nprint(total([1]))\n";
/// Where it is missing.
const COLON: usize = 13;
const MINUTE: Duration = Duration::from_secs(60);

async fn opened(text: &str) -> (Typist, Arc<Witness>) {
    let witness = Witness::new();
    let mut bench = Bench::new();
    bench.engine.knowledge = Arc::clone(&witness) as _;
    let (client, _) = Client::start(bench.parts(), json!({})).await;
    (Typist::open(client, URI, text).await, witness)
}

async fn actions(typist: &mut Typist, line: u32, only: Value) -> Vec<Value> {
    let mut context = json!({"diagnostics": []});
    if !only.is_null() {
        context["only"] = only;
    }
    let at = range((line, 0), (line, 0));
    let params = json!({"textDocument": {"uri": URI}, "range": at, "context": context});
    let answer = typist.client.ask("textDocument/codeAction", params).await;
    let answer = answer.expect("actions");
    answer.as_array().expect("a list").clone()
}

/// Has the fixes listed, and applies the first.
async fn fixed() -> (Typist, Arc<Witness>) {
    let (mut typist, witness) = opened(BROKEN).await;
    actions(&mut typist, 0, Value::Null).await;
    typist.paste(Span::empty(COLON), ":").await;
    (typist, witness)
}

/// Ends the session, and gives what was noted.
async fn outcomes(typist: Typist, witness: &Witness) -> Vec<salve::engine::ports::Outcome> {
    assert_eq!(typist.client.finish().await, 0);
    let outcomes = witness.outcomes().into_iter();
    outcomes.map(|(_, outcome)| outcome).collect()
}

#[tokio::test(start_paused = true)]
async fn a_fix_that_is_there_when_the_file_is_saved_has_survived() {
    let (mut typist, witness) = fixed().await;
    typist.type_in(0, "# New\n").await;
    typist.save().await;
    typist.save().await;
    assert_eq!(outcomes(typist, &witness).await, [Accepted, Survived]);
}

#[tokio::test(start_paused = true)]
async fn a_fix_that_is_there_after_ten_minutes_has_survived() {
    let (mut typist, witness) = fixed().await;
    typist.pause(9 * MINUTE).await;
    typist.pause(Duration::ZERO).await;
    assert_eq!(witness.outcomes().len(), 1, "not yet");
    typist.pause(MINUTE).await;
    typist.pause(Duration::ZERO).await;
    assert_eq!(outcomes(typist, &witness).await, [Survived]);
}

#[tokio::test(start_paused = true)]
async fn a_fix_that_is_taken_back_within_a_minute_is_undone() {
    let (mut typist, witness) = fixed().await;
    typist.pause(MINUTE / 2).await;
    typist.paste(Span::new(COLON, COLON + 1), "").await;
    assert_eq!(outcomes(typist, &witness).await, [Accepted, Undone]);
}

#[tokio::test(start_paused = true)]
async fn saving_does_not_keep_a_fix_from_being_undone() {
    let (mut typist, witness) = fixed().await;
    typist.save().await;
    typist.paste(Span::new(COLON, COLON + 1), "").await;
    assert_eq!(
        outcomes(typist, &witness).await,
        [Accepted, Survived, Undone]
    );
}

#[tokio::test(start_paused = true)]
async fn a_fix_that_is_taken_back_later_or_changed_is_edited_away() {
    let (mut typist, witness) = fixed().await;
    typist.pause(2 * MINUTE).await;
    typist.paste(Span::new(COLON, COLON + 1), "").await;
    typist.save().await;
    assert_eq!(outcomes(typist, &witness).await, [Accepted, EditedAway]);

    let (mut typist, witness) = fixed().await;
    typist.erase(Span::new(COLON, COLON + 1)).await;
    typist.type_in(COLON, ";").await;
    let outcomes = outcomes(typist, &witness).await;
    assert_eq!(outcomes[0], Accepted);
    assert!(
        outcomes[1] == Undone || outcomes[1] == EditedAway,
        "{outcomes:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn changes_beside_a_fix_do_not_concern_it() {
    let (mut typist, witness) = fixed().await;
    typist.type_in(COLON + 1, "  # The sum.").await;
    typist.type_in(4, "my_").await;
    typist.type_in(0, "import os\n\n\n").await;
    typist.save().await;
    assert_eq!(outcomes(typist, &witness).await, [Accepted, Survived]);
}

#[tokio::test(start_paused = true)]
async fn a_formatter_leaves_a_fix_as_it_is() {
    let (mut typist, witness) = opened("def f(a):\n    return g(a, 'x)\n\n\nf( 1 )\n").await;
    actions(&mut typist, 1, Value::Null).await;
    let at = typist.find("x)") + 1;
    typist.paste(Span::empty(at), "'").await;
    let quote = Edit::replace(Span::new(at - 2, at - 1), "\"");
    let other = Edit::replace(Span::new(at, at + 1), "\"");
    let call = typist.find("f( 1 )");
    let spaces = [
        Edit::delete(Span::new(call + 2, call + 3)),
        Edit::delete(Span::new(call + 4, call + 5)),
    ];
    let all: Vec<Edit> = [quote, other].into_iter().chain(spaces).collect();
    typist.replace_all(&all).await;
    typist.save().await;
    let outcomes = outcomes(typist, &witness).await;
    assert_eq!(
        (outcomes.first(), outcomes.last()),
        (Some(&Accepted), Some(&Survived))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_decided_when_the_document_is_closed_stays_accepted() {
    let (typist, witness) = fixed().await;
    let client = typist.close().await;
    assert_eq!(client.finish().await, 0);
    let outcomes: Vec<_> = witness
        .outcomes()
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect();
    assert_eq!(outcomes, [Accepted]);
}

#[tokio::test(start_paused = true)]
async fn the_other_fixes_of_a_finding_are_passed_over_once() {
    let (mut typist, witness) = opened("x = 1\nprint (y z)\n").await;
    let listed = actions(&mut typist, 1, Value::Null).await;
    let shown = witness.heard();
    let ids: Vec<String> = shown
        .iter()
        .filter_map(|noted| match noted {
            Noted::Shown(shown) => Some(&shown.candidates),
            Noted::Outcome(..) => None,
        })
        .flatten()
        .map(|fix| fix.id.clone())
        .collect();
    assert!(ids.len() > 1, "several fixes: {listed:#?}");
    let line = typist.find("print");
    let at =
        |column: &Value| line + usize::try_from(column.as_u64().expect("a column")).expect("small");
    let edits = listed[0]["edit"]["changes"][URI].as_array().expect("edits");
    let edits: Vec<Edit> = edits
        .iter()
        .map(|edit| {
            let [start, end] = ["start", "end"].map(|end| at(&edit["range"][end]["character"]));
            Edit::replace(
                Span::new(start, end),
                edit["newText"].as_str().expect("a text"),
            )
        })
        .collect();
    typist.replace_all(&edits).await;
    assert_eq!(typist.client.finish().await, 0);
    let outcomes = witness.outcomes();
    assert_eq!(outcomes[0], (ids[0].clone(), Accepted));
    let mut passed: Vec<String> = outcomes[1..]
        .iter()
        .map(|(id, outcome)| {
            assert_eq!(*outcome, PassedOver);
            id.clone()
        })
        .collect();
    passed.sort();
    let mut others = ids[1..].to_vec();
    others.sort();
    assert_eq!(passed, others);
}

#[tokio::test(start_paused = true)]
async fn a_fix_by_fix_all_is_no_evidence_until_it_fails() {
    let (mut typist, witness) = opened(BROKEN).await;
    actions(&mut typist, 0, json!(["source.fixAll"])).await;
    typist.paste(Span::empty(COLON), ":").await;
    typist.save().await;
    assert_eq!(outcomes(typist, &witness).await, []);

    let (mut typist, witness) = opened(BROKEN).await;
    actions(&mut typist, 0, json!(["source.fixAll"])).await;
    typist.paste(Span::empty(COLON), ":").await;
    typist.paste(Span::new(COLON, COLON + 1), "").await;
    assert_eq!(typist.client.finish().await, 0);
    let heard = witness.heard();
    // The record must know the fix before it can hear of its failure.
    let [Noted::Shown(shown), Noted::Outcome(fix, Undone)] = heard.as_slice() else {
        panic!("shown and undone: {heard:?}");
    };
    assert_eq!(shown.candidates[0].id, *fix);
}

#[tokio::test(start_paused = true)]
async fn a_fix_whose_edits_come_one_by_one_is_accepted_and_not_by_hand() {
    let text = "def f(a)\n    return a\n\n\ndef g(b)\n    return b\n";
    let (mut typist, witness) = opened(text).await;
    actions(&mut typist, 0, json!(["source.fixAll"])).await;
    typist.paste(Span::empty(8), ":").await;
    let second = typist.find("g(b)") + 4;
    typist.paste(Span::empty(second), ":").await;
    typist.save().await;
    typist.pause(MINUTE).await;
    assert_eq!(typist.client.finish().await, 0);
    let heard = witness.heard();
    assert!(heard.is_empty(), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_comes_back_and_stays_is_a_failure() {
    let (mut typist, witness) = fixed().await;
    // Another one of the same kind on the same line, which stays.
    let end = typist.find(":\n") + 1;
    typist.paste(Span::new(end - 1, end), "").await;
    typist.pause(2 * MINUTE).await;
    typist.save().await;
    let outcomes = outcomes(typist, &witness).await;
    assert_eq!(outcomes, [Accepted, Undone], "once, and no more");
}

#[tokio::test(start_paused = true)]
async fn rejecting_is_noted_once() {
    let (mut typist, witness) = opened(BROKEN).await;
    actions(&mut typist, 0, Value::Null).await;
    let Noted::Shown(shown) = &witness.heard()[0] else {
        panic!("shown");
    };
    let argument = json!({"uri": URI, "fixIds": [shown.candidates[0].id]});
    let reject = json!({"command": "salve.reject", "arguments": [argument]});
    for _ in 0..2 {
        let answer = typist
            .client
            .ask("workspace/executeCommand", reject.clone())
            .await;
        assert_eq!(answer, Ok(Value::Null));
    }
    assert_eq!(outcomes(typist, &witness).await, [Rejected]);
}
