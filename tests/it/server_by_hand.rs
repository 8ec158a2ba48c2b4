//! Fixes that people make by hand are recognized, and nothing else is taken for one.

use std::sync::Arc;
use std::time::Duration;

use salve::damage::damages;
use salve::text::{Edit, Span};
use serde_json::json;

use crate::support::client::Client;
use crate::support::engine::Bench;
use crate::support::typist::{Typist, Witness};

const URI: &str = "file:///work/a.py";
/// The colon is missing after `def total(xs)`.
const BROKEN: &str = "def total(xs)\n    return sum(xs)\n\n\nprint(total([1]))\n";
const COLON: usize = 13;
const SECOND: Duration = Duration::from_secs(1);

async fn opened(text: &str) -> (Typist, Arc<Witness>) {
    let witness = Witness::new();
    let mut bench = Bench::new();
    bench.engine.knowledge = Arc::clone(&witness) as _;
    let (client, _) = Client::start(bench.parts(), json!({})).await;
    (Typist::open(client, URI, text).await, witness)
}

/// Ends the session, and gives the codes that were healed by hand.
async fn healed(typist: Typist, witness: &Witness) -> Vec<String> {
    assert_eq!(typist.client.finish().await, 0);
    let by_hand = witness.by_hand().into_iter();
    by_hand.map(|(code, _)| code).collect()
}

#[tokio::test(start_paused = true)]
async fn a_mistake_that_was_there_and_is_mended_is_learned_from() {
    let (mut typist, witness) = opened(BROKEN).await;
    typist.type_in(COLON, ":").await;
    typist.save().await;
    assert_eq!(typist.client.finish().await, 0);
    let by_hand = witness.by_hand();
    let [(code, fix)] = by_hand.as_slice() else {
        panic!("one fix: {by_hand:?}");
    };
    assert_eq!(code, "SYN.MISSING_COLON");
    assert_eq!(fix.skeleton, "- +:");
}

#[tokio::test(start_paused = true)]
async fn turning_elsewhere_closing_and_resting_finish_a_fix() {
    for way in ["elsewhere", "close", "rest", "end"] {
        let (mut typist, witness) = opened(BROKEN).await;
        typist.type_in(COLON, ":").await;
        match way {
            "elsewhere" => {
                let at = typist.find("print");
                typist.type_in(at, "x = 1\n").await;
            }
            "close" => {
                let client = typist.close().await;
                assert_eq!(client.finish().await, 0);
                assert_eq!(witness.by_hand().len(), 1, "{way}");
                continue;
            }
            "rest" => {
                typist.pause(11 * SECOND).await;
                typist.pause(SECOND).await;
            }
            _ => {}
        }
        assert_eq!(
            healed(typist, &witness).await,
            ["SYN.MISSING_COLON"],
            "{way}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn several_mistakes_are_several_fixes() {
    let text = "def f(a)\n    return a\n\n\ndef g(b):\n    return (b\n\n\nx = 1\n";
    let (mut typist, witness) = opened(text).await;
    typist.type_in(8, ":").await;
    let at = typist.find("(b\n") + 2;
    typist.type_in(at, ")").await;
    typist.save().await;
    let healed = healed(typist, &witness).await;
    assert_eq!(healed.len(), 2, "{healed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mistake_that_was_left_behind_while_typing_has_settled() {
    let (mut typist, witness) = opened("").await;
    typist.type_in(0, BROKEN).await;
    typist.type_in(COLON, ":").await;
    typist.save().await;
    assert_eq!(healed(typist, &witness).await, ["SYN.MISSING_COLON"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_being_typed_is_no_mistake() {
    let program = "import os\n\n\ndef read(path, limit):\n    \"\"\"Read it.\n\n    Or not.\n    \"\"\"\n    try:\n        names = [\n            os.path.join(path, 'a'),\n            {'b': (1, 2)},\n        ]\n    except OSError as error:\n        print('failed', error)\n        return []\n    else:\n        return names[:limit]\n";
    for closes in [false, true] {
        for saves in [false, true] {
            let (mut typist, witness) = opened("").await;
            typist.closes = closes;
            let mut at = 0;
            for piece in program.split_inclusive([' ', '(', '\n', '\'']) {
                at = typist.type_in(at, piece).await;
                if saves {
                    typist.save().await;
                    typist.pause(11 * SECOND).await;
                }
            }
            assert_eq!(typist.text, program);
            typist.save().await;
            let healed = healed(typist, &witness).await;
            assert!(healed.is_empty(), "{closes} {saves}: {healed:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn going_on_where_one_had_stopped_is_no_fix() {
    let (mut typist, witness) = opened("import os\n\n\nx = 1\n").await;
    let end = typist.text.len();
    let stopped = typist.type_in(end, "names = [\n    x,\n    os.sep").await;
    typist.save().await;
    let line = typist.type_in(0, "# Elsewhere.\n").await;
    typist.save().await;
    typist.type_in(stopped + line, ",\n]\n").await;
    typist.save().await;
    let healed = healed(typist, &witness).await;
    assert!(healed.is_empty(), "{healed:?}");
}

#[tokio::test(start_paused = true)]
async fn taking_a_mistake_back_is_no_fix() {
    let whole = BROKEN.replacen(")\n", "):\n", 1);
    let (mut typist, witness) = opened(&whole).await;
    typist.erase(Span::new(COLON, COLON + 1)).await;
    let at = typist.find("print");
    typist.paste(Span::empty(at), "# Here\n").await;
    typist.save().await;
    // Undone one after the other, as editors do.
    typist.paste(Span::new(at, at + 7), "").await;
    typist.paste(Span::empty(COLON), ":").await;
    typist.save().await;
    assert_eq!(typist.text, whole);
    let healed = healed(typist, &witness).await;
    assert!(healed.is_empty(), "{healed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_fix_that_is_undone_and_made_again_is_one() {
    let (mut typist, witness) = opened(BROKEN).await;
    typist.type_in(COLON, ":").await;
    typist.save().await;
    typist.erase(Span::new(COLON, COLON + 1)).await;
    typist.save().await;
    typist.type_in(COLON, ":").await;
    typist.save().await;
    assert_eq!(healed(typist, &witness).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn deleting_hiding_and_writing_on_are_no_fixes() {
    // The broken line goes.
    let broken = "x = 1\nfor y in x print(y)\nz = 2\n";
    let (mut typist, witness) = opened(broken).await;
    typist.paste(Span::new(6, 28), "").await;
    typist.save().await;
    assert!(healed(typist, &witness).await.is_empty());
    // It becomes a comment.
    let (mut typist, witness) = opened(broken).await;
    typist.type_in(6, "# ").await;
    typist.save().await;
    assert!(healed(typist, &witness).await.is_empty());
    // It becomes a string.
    let (mut typist, witness) = opened(broken).await;
    typist.type_in(6, "'''\n").await;
    let at = typist.find("z = 2");
    typist.type_in(at, "'''\n").await;
    typist.save().await;
    assert!(healed(typist, &witness).await.is_empty());
    // The person writes what was not written yet.
    let (mut typist, witness) = opened("def f(a):\n").await;
    typist.type_in(10, "    return a + 1\n").await;
    typist.save().await;
    assert!(healed(typist, &witness).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_a_tool_does_is_no_fix() {
    let broken = "def f(a)\n    return a\n\n\nf( 1 )\n";
    // A formatter, or another version of the file.
    let (mut typist, witness) = opened(broken).await;
    let edits = [Edit::insert(8, ":"), Edit::delete(Span::new(27, 28))];
    typist.replace_all(&edits).await;
    typist.save().await;
    assert!(healed(typist, &witness).await.is_empty());
    // One line of another version of the file.
    let (mut typist, witness) = opened(broken).await;
    typist.paste(Span::new(0, 9), "def f(a):\n").await;
    typist.pause(11 * SECOND).await;
    assert!(healed(typist, &witness).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_use_of_a_name_that_is_changed_by_hand_is_no_fix() {
    let text = "total = 1\n\n\ndef f():\n    print(total)\n    return total\n";
    let (mut typist, witness) = opened(text).await;
    typist.type_in(0, "sum_").await;
    typist.save().await;
    let at = typist.find("(total") + 1;
    typist.type_in(at, "sum_").await;
    typist.save().await;
    let at = typist.find("return total") + 7;
    typist.type_in(at, "sum_").await;
    typist.save().await;
    let healed = healed(typist, &witness).await;
    assert!(healed.is_empty(), "{healed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_fix_of_salve_is_not_by_hand() {
    let (mut typist, witness) = opened(BROKEN).await;
    let at = crate::support::client::range((0, 0), (0, 0));
    let params = json!({"textDocument": {"uri": URI}, "range": at, "context": {"diagnostics": []}});
    let listed = typist.client.ask("textDocument/codeAction", params).await;
    assert!(listed.is_ok(), "{listed:?}");
    typist.paste(Span::empty(COLON), ":").await;
    typist.save().await;
    let at = typist.find("print");
    typist.type_in(at, "x = 1\n").await;
    assert!(healed(typist, &witness).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn damage_that_is_mended_by_hand_is_recognized() {
    let sample = include_str!("../../src/damage/sample.py");
    let rows = damages(sample, 7, 40);
    assert!(rows.len() >= 30, "{}", rows.len());
    let (mut recorded, mut missed) = (0, Vec::new());
    for (number, row) in rows.iter().enumerate() {
        let (mut typist, witness) = opened(&row.code).await;
        typist.closes = number % 2 == 0;
        typist.change_to(&row.fixed).await;
        typist.save().await;
        let healed = healed(typist, &witness).await;
        if healed.is_empty() {
            missed.push(row.operator);
        } else {
            recorded += 1;
        }
    }
    // What is healed by writing or deleting whole lines is none of a person's fixes.
    assert!(
        recorded * 20 >= rows.len() * 19,
        "{recorded} of {}: {missed:?}",
        rows.len()
    );
}
