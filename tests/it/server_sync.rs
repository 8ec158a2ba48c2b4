//! Documents come, change and go, in clients that count differently.

use serde_json::{Value, json};
use tower_lsp::ls_types::notification::LogMessage;

use crate::support::client::{Client, range};
use crate::support::engine::Bench;

const URI: &str = "file:///work/a.py";

#[tokio::test]
async fn each_version_gets_its_diagnostics_and_closing_withdraws_them() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.open(URI, 1, "x = 1\n").await;
    assert_eq!(client.diagnostics(1).await, []);
    client.change(URI, 7, ((0, 4), (0, 5)), "2").await;
    assert_eq!(client.diagnostics(7).await, []);
    client.close(URI).await;
    client.withdrawn().await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn other_languages_and_unknown_documents_are_left_alone() {
    let bench = Bench::new();
    let (mut client, _) =
        Client::start(bench.parts(), json!({"textDocument": {"diagnostic": {}}})).await;
    let document = json!({"uri": URI, "languageId": "rust", "version": 1, "text": "fn ("});
    client
        .notify("textDocument/didOpen", json!({"textDocument": document}))
        .await;
    client.change(URI, 2, ((0, 0), (0, 0)), "x").await;
    client.close("file:///work/never.py").await;
    let pulled = client
        .ask(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": URI}}),
        )
        .await;
    assert_eq!(pulled.expect("a report")["items"], json!([]));
    let actions = json!({"textDocument": {"uri": URI}, "range": range((0, 0), (0, 0)), "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", actions).await;
    assert_eq!(actions.expect("no actions"), Value::Null);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_reversed_range_is_reported_once_and_changes_nothing() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.open(URI, 1, "x = 1\ny = 2\n").await;
    client.change(URI, 2, ((1, 3), (0, 1)), "(").await;
    client.change(URI, 3, ((1, 3), (0, 1)), "(").await;
    let logged = client.expect::<LogMessage>().await;
    assert!(logged.message.starts_with(URI), "{logged:?}");
    assert!(logged.message.contains("reversed"), "{logged:?}");
    assert_eq!(client.diagnostics(3).await, []);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn the_same_diagnostics_are_not_sent_twice_to_a_client_that_pulls() {
    let bench = Bench::new();
    let (mut client, _) =
        Client::start(bench.parts(), json!({"textDocument": {"diagnostic": {}}})).await;
    client.open(URI, 1, "x = 1\n").await;
    let first = client
        .ask(
            "textDocument/diagnostic",
            json!({"textDocument": {"uri": URI}}),
        )
        .await;
    let first = first.expect("a report");
    assert_eq!(first["kind"], "full");
    client.change(URI, 2, ((0, 4), (0, 5)), "2").await;
    let again = json!({"textDocument": {"uri": URI}, "previousResultId": first["resultId"]});
    let again = client
        .ask("textDocument/diagnostic", again)
        .await
        .expect("a report");
    assert_eq!(
        again,
        json!({"kind": "unchanged", "resultId": first["resultId"]})
    );
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_document_opened_twice_has_the_second_text() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.open(URI, 1, "x = 1\n").await;
    client.open(URI, 2, "y = 1\n").await;
    assert_eq!(client.diagnostics(2).await, []);
    assert_eq!(client.finish().await, 0);
}
