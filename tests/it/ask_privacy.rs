//! What a model is shown: exactly what the preview says, nothing secret, and nothing of files that are kept from it.

use std::sync::Arc;

use salve::engine::{Asking, Spend};
use salve::prompt::{NeverSent, Secrets};
use salve::text::apply;

use crate::ask::{Case, GOOD, model_at};
use crate::support::scripted_http::{ScriptedHttp, answer};

/// Something that only a person's own machine knows; put together here, so that no scanner takes it for a leak.
fn token() -> String {
    ["gh", "p_", &"a1B2".repeat(9)].concat()
}

fn secretive() -> String {
    let token = token();
    format!(
        "def connect(host, user)\n    token = \"{token}\"\n    url = f\"https://{{user}}:hunter2secret@{{host}}/\"\n    return open_it(url, token)\n"
    )
}

#[tokio::test]
async fn the_preview_is_what_is_sent_byte_for_byte() {
    let text = secretive();
    let case = Case::new(&text, "connect(host, user)");
    let (asked, engine, input, finding) = case.ask(vec![answer("no")]).await;
    let preview = engine.preview(&input, &finding).expect("it may be sent");
    let sent = &asked.questions[0]["messages"];
    assert_eq!(
        serde_json::to_value(&preview.messages).expect("JSON"),
        *sent
    );
    assert_eq!(preview.provider, "custom");
    assert_eq!((preview.first_line, preview.last_line), (1, 4));
    let bytes: usize = preview
        .messages
        .iter()
        .map(|message| message.content.len())
        .sum();
    assert_eq!(preview.bytes, bytes as u64);
    let kinds: Vec<(&str, u32)> = preview
        .redactions
        .iter()
        .map(|hidden| (hidden.kind.as_str(), hidden.count))
        .collect();
    assert_eq!(
        kinds,
        [("GitHub personal token", 1), ("password in an address", 1)]
    );
}

#[tokio::test]
async fn secrets_are_never_sent_and_come_back_into_the_fix() {
    let text = secretive();
    let good = text
        .replace(&token(), "HIDDEN_1")
        .replace("hunter2secret", "HIDDEN_2")
        .replace("user)\n", "user):\n");
    let bad = good.replace("user):\n", "user:\n");
    let mut case = Case::new(&text, "connect(host, user)");
    case.message = format!("cannot connect with {}", token());
    let (asked, ..) = case.ask(vec![answer(&bad), answer(&good)]).await;
    for question in &asked.questions {
        let question = question.to_string();
        assert!(question.contains("HIDDEN_1") && question.contains("HIDDEN_2"));
        assert!(!question.contains(&token()) && !question.contains("hunter2secret"));
    }
    let outcome = asked.outcome.expect("an answer");
    assert!(outcome.redactions >= 6, "{}", outcome.redactions);
    let fix = outcome.fix.expect("a fix");
    assert_eq!(
        apply(&text, &fix.edits),
        Ok(text.replace("user)\n", "user):\n"))
    );
    assert_eq!(
        asked.compiled.last(),
        Some(&text.replace("user)\n", "user):\n"))
    );
}

#[tokio::test]
async fn an_answer_that_moves_a_secret_is_turned_down() {
    let text = secretive();
    let good = text
        .replace(&token(), "HIDDEN_1")
        .replace("hunter2secret", "HIDDEN_2")
        .replace("user)\n", "user):\n");
    let moves = good.replace("    return", "    print(\"HIDDEN_1\")\n    return");
    let case = Case::new(&text, "connect(host, user)");
    let (asked, ..) = case.ask(vec![answer(&moves), answer(&good)]).await;
    let outcome = asked.outcome.expect("an answer");
    assert_eq!(
        outcome.failures,
        ["every string that stands for a hidden value has to stay where it is, as it is"]
    );
    assert!(outcome.fix.is_some());
}

#[tokio::test]
async fn known_values_are_never_sent() {
    let text = "def area(w, h)\n    return w * h * swordfish9\n";
    let mut case = Case::new(text, "area(w, h)");
    let variables = [("MY_API_KEY".to_owned(), "swordfish9".to_owned())];
    case.asking = Asking::new(Secrets::new(variables, []), NeverSent::default());
    let (asked, ..) = case.ask(vec![answer("no"); 6]).await;
    assert!(
        asked
            .questions
            .iter()
            .all(|question| !question.to_string().contains("swordfish9"))
    );
    assert_eq!(asked.outcome.expect("answers").redactions, 6);
}

#[tokio::test]
async fn a_file_that_is_kept_from_models_is_refused() {
    let patterns = ["billing/".to_owned()];
    for (path, reason) in [
        (
            "/work/billing/a.py",
            "/work/billing/a.py: is kept from models by `privacy.ignore`",
        ),
        (
            "/work/credentials.py",
            "/work/credentials.py: is a file that usually holds secrets, so no model is shown it",
        ),
    ] {
        let mut case = Case::new("def area(w, h)\n    return w * h\n", "area(w, h)");
        case.path = Some(path.to_owned());
        let files = NeverSent::new(&patterns).expect("patterns");
        case.asking = Asking::new(Secrets::default(), files);
        let (asked, engine, input, finding) = case.ask(vec![answer(GOOD)]).await;
        let outcome = asked.outcome.expect("no failure");
        assert_eq!((outcome.fix, outcome.tries), (None, 0));
        assert_eq!(outcome.failures, [reason]);
        assert!(asked.questions.is_empty());
        assert_eq!(engine.preview(&input, &finding), Err(reason.to_owned()));
    }
}

#[tokio::test]
async fn what_failed_once_is_not_proven_again_in_a_later_ask() {
    let bad = "```\ndef area(w, h:\n    return w * h\n```";
    let text = "def area(w, h)\n    return w * h\n";
    let case = Case::new(text, "area(w, h)");
    let (asked, mut engine, input, finding) = case.ask(vec![answer(bad); 6]).await;
    let first = asked.outcome.expect("answers");
    assert!(
        first.failures[0].contains("never closed"),
        "{:?}",
        first.failures
    );
    let server = ScriptedHttp::start(vec![answer(bad); 6]).await;
    engine.model = Some(Arc::new(model_at(&server)));
    let again = engine
        .ask(&input, &finding, Spend::WithinBudget, &|_| {})
        .await
        .expect("answers");
    assert_eq!(again.failures, ["that answer was given before"; 6]);
}

#[tokio::test]
async fn the_edges_of_a_region_hide_what_reaches_over_them() {
    let key = ["-----BEGIN PRIVATE", " KEY-----\nMIIBabcdefg123456789\n"].concat();
    let text = format!("def area(w, h)\n    return w * h\n    x = '''{key}\n\n'''\n");
    let case = Case::new(&text, "area(w, h)");
    let asked = case.ask(vec![answer(GOOD); 6]).await.0;
    assert!(
        asked
            .questions
            .iter()
            .all(|question| !question.to_string().contains("MIIBabc"))
    );
}
