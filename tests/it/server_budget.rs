//! In an editor, more than the budget is spent only after the person agreed.

use std::sync::Arc;
use std::time::Duration;

use salve::engine::ports::{CallOutcome, Ledger as _};
use salve::engine::{Budget, Chain, Limit, Link, Terms};
use salve::llm::{ModelSettings, ProviderModel};
use salve::server::protocol::ConnectionStatusChanged;
use serde_json::{Value, json};
use tower_lsp::ls_types::request::{ApplyWorkspaceEdit, ShowMessageRequest};

use crate::support::client::{Client, range};
use crate::support::engine::Bench;
use crate::support::python::FixedClock;
use crate::support::scripted_http::{ScriptedHttp, answer, json as reply};

const URI: &str = "file:///work/a.py";
const BROKEN: &str = "def area(w, h):\n    retrun w * h\n";
const GOOD: &str = "```python\ndef area(w, h):\n    return w * h\n```";

/// A service on the Internet as far as anybody can tell, for which there is no budget.
async fn start() -> (ScriptedHttp, Bench, Client) {
    let listed = reply("200 OK", &[], r#"{"data": [{"id": "coder"}]}"#);
    // Whether it is loading the model is asked too, of which a service knows nothing.
    let unknown = reply("404 Not Found", &[], "{}");
    let proxy = ScriptedHttp::start([listed, unknown, answer(GOOD)]).await;
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: "http://models.example.org/v1".to_owned(),
        model: "coder".to_owned(),
        proxy: Some(proxy.address.clone()),
        retries: 0,
        backoff: Duration::ZERO,
        ..ModelSettings::default()
    };
    let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
    let mut bench = Bench::new();
    let terms = Terms {
        budget: Budget {
            day: Limit {
                tokens: Some(0),
                cost_micros: None,
            },
            ..Budget::default()
        },
        cloud_fallback: false,
        keeps_text: false,
    };
    let first = Link {
        model: Arc::new(model),
        prices: None,
    };
    let ledger = Arc::clone(&bench.store) as _;
    let chain = Chain::new(first, Vec::new(), terms, ledger, Arc::new(FixedClock));
    bench.engine.model = Some(Arc::new(chain));
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.expect::<ConnectionStatusChanged>().await;
    client.open(URI, 1, BROKEN).await;
    client.diagnostics(1).await;
    (proxy, bench, client)
}

fn ask() -> Value {
    let params = json!({"uri": URI, "version": 1, "range": range((1, 4), (1, 10)), "message": "invalid syntax"});
    json!({"command": "salve.ask", "arguments": [params]})
}

fn questions(proxy: &ScriptedHttp) -> usize {
    let seen = proxy.seen();
    seen.iter()
        .filter(|seen| seen.line.starts_with("POST"))
        .count()
}

#[tokio::test]
async fn the_person_agrees_and_it_is_asked() {
    let (proxy, bench, mut client) = start().await;
    let asked = client.send("workspace/executeCommand", ask()).await;
    let (id, question) = client.expect_request::<ShowMessageRequest>().await;
    let words = question["message"].as_str().expect("a message");
    assert!(words.contains("the budget of the day, 0 tokens"), "{words}");
    assert_eq!(questions(&proxy), 0, "nothing is sent before");
    let choice = question["actions"][0].clone();
    assert_eq!(choice["title"], "Ask anyway");
    client.respond(id, choice).await;
    let (id, _) = client.expect_request::<ApplyWorkspaceEdit>().await;
    client.respond(id, json!({"applied": true})).await;
    // Ready, now that it answered.
    client.expect::<ConnectionStatusChanged>().await;
    assert_eq!(
        client.answer(asked).await.expect("an answer")["applied"],
        true
    );
    assert_eq!(questions(&proxy), 1);
    let calls = bench.store.calls(9).expect("the record answers");
    assert_eq!(calls[0].outcome, CallOutcome::Answered);
    assert!(!calls[0].local);
    client.finish().await;
}

#[tokio::test]
async fn the_person_declines_or_cannot_be_asked_and_nothing_is_sent() {
    for declined in [json!({"title": "Do not ask"}), Value::Null] {
        let (proxy, _bench, mut client) = start().await;
        let asked = client.send("workspace/executeCommand", ask()).await;
        let (id, _) = client.expect_request::<ShowMessageRequest>().await;
        client.respond(id, declined).await;
        let error = client.answer(asked).await.expect_err("a refusal");
        let words = error["message"].as_str().expect("a message");
        assert!(words.contains("budget.tokensPerDay"), "{words}");
        assert_eq!(questions(&proxy), 0);
        client.finish().await;
    }
}
