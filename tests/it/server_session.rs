//! A session from its first message to the exit code, with clients that behave and clients that do not.

use std::sync::Arc;

use salve::server::{Parts, PartsFactory, reference};
use serde_json::{Value, json};
use tower_lsp::ls_types::MessageType;
use tower_lsp::ls_types::notification::ShowMessage;

use crate::support::client::Client;
use crate::support::drift;
use crate::support::engine::{Bench, settings};

const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const NOT_INITIALIZED: i64 = -32002;

fn code(refused: Result<Value, Value>) -> i64 {
    let error = refused.expect_err("the request is refused");
    error["code"].as_i64().expect("an error has a code")
}

#[test]
fn the_reference_of_the_protocol_is_up_to_date() {
    drift::check("docs/protocol.md", &reference::markdown());
}

#[tokio::test]
async fn says_who_it_is_and_what_it_can_do() {
    let bench = Bench::new();
    let (client, hello) = Client::start(bench.parts(), json!({})).await;
    assert_eq!(hello.server_info.expect("a name").name, "salve");
    let capabilities = serde_json::to_value(hello.capabilities).expect("JSON");
    assert_eq!(
        capabilities,
        json!({
            "positionEncoding": "utf-16",
            "textDocumentSync": {"openClose": true, "change": 2, "save": {}},
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", "source.fixAll.salve"],
                "resolveProvider": false,
            },
            "executeCommandProvider": {"commands": [
                "salve.accept", "salve.reject", "salve.ask", "salve.testConnection", "salve.loadDefaults",
            ]},
        })
    );
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_client_that_pulls_is_offered_pulling() {
    let bench = Bench::new();
    let capabilities = json!({"textDocument": {
        "diagnostic": {},
        "codeAction": {"resolveSupport": {"properties": ["edit"]}},
    }});
    let (client, hello) = Client::start(bench.parts(), capabilities).await;
    assert!(hello.capabilities.diagnostic_provider.is_some());
    let actions = serde_json::to_value(hello.capabilities.code_action_provider).expect("JSON");
    assert_eq!(actions["resolveProvider"], true);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn exit_without_shutdown_is_a_failure() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.ended().await, 1);
}

#[tokio::test]
async fn the_end_of_the_input_ends_the_session() {
    let bench = Bench::new();
    let (client, _) = Client::start(bench.parts(), json!({})).await;
    assert_eq!(client.hang_up().await, 1);
}

#[tokio::test]
async fn requests_before_initialize_are_refused_and_initialize_still_works() {
    let bench = Bench::new();
    let mut client = Client::connect(bench.parts());
    assert_eq!(
        code(client.ask("salve/patternStats", Value::Null).await),
        NOT_INITIALIZED
    );
    let hello = client.ask("initialize", json!({"capabilities": {}})).await;
    assert!(hello.is_ok(), "{hello:?}");
    assert_eq!(
        code(client.ask("initialize", json!({"capabilities": {}})).await),
        INVALID_REQUEST
    );
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn every_request_is_answered_even_unknown_ones() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.notify("unknown/note", json!({})).await;
    client.notify("$/unknownNote", json!({})).await;
    assert_eq!(
        code(client.ask("unknown/request", json!({})).await),
        METHOD_NOT_FOUND
    );
    assert_eq!(
        code(client.ask("$/unknownRequest", json!({})).await),
        METHOD_NOT_FOUND
    );
    assert_eq!(
        code(
            client
                .ask("textDocument/codeAction", json!({"no": 1}))
                .await
        ),
        INVALID_PARAMS
    );
    let command = json!({"command": "salve.unknown", "arguments": []});
    assert_eq!(
        code(client.ask("workspace/executeCommand", command).await),
        INVALID_PARAMS
    );
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_the_session_goes_on() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client
        .write_bytes(b"Content-Length: 12\r\n\r\n{\"bad\": json")
        .await;
    assert_eq!(client.expect_refusal().await["code"], PARSE_ERROR);
    client
        .write_bytes(b"Content-Length: banana\r\n\r\n{}")
        .await;
    assert_eq!(client.expect_refusal().await["code"], PARSE_ERROR);
    client.write_bytes(b"Content-Length: 2\r\n\r\n[]").await;
    assert_eq!(client.expect_refusal().await["code"], INVALID_REQUEST);
    client
        .write_bytes(b"Content-Length: 11\r\n\r\n{\"here\": 1}")
        .await;
    assert_eq!(client.expect_refusal().await["code"], INVALID_REQUEST);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn settings_reach_the_factory_and_its_warnings_the_person_once() {
    let bench = Bench::new();
    let engine = bench.engine.clone();
    let factory: PartsFactory = Arc::new(move |workspace| Parts {
        defaults: None,
        engine: engine.clone(),
        settings: settings(),
        warnings: vec![format!("settings are {}", workspace.settings)],
    });
    let mut client = Client::connect(factory);
    let hello = json!({"capabilities": {}, "initializationOptions": {"a": 1}});
    client
        .ask("initialize", hello)
        .await
        .expect("initialize succeeds");
    client.notify("initialized", json!({})).await;
    let shown = client.expect::<ShowMessage>().await;
    assert_eq!(
        (shown.typ, shown.message.as_str()),
        (MessageType::WARNING, r#"settings are {"a":1}"#)
    );

    let change = |settings: Value| json!({"settings": settings});
    let whole = change(json!({"salve": {"a": 2}, "other": {}}));
    client
        .notify("workspace/didChangeConfiguration", whole)
        .await;
    let shown = client.expect::<ShowMessage>().await;
    assert_eq!(shown.message, r#"settings are {"a":2}"#);
    // Told once is enough, and no settings are no change.
    client
        .notify("workspace/didChangeConfiguration", change(json!({"a": 2})))
        .await;
    client
        .notify("workspace/didChangeConfiguration", change(Value::Null))
        .await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn statistics_and_connection_are_answered_without_a_model() {
    let bench = Bench::new();
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    let statistics = client.ask("salve/patternStats", Value::Null).await;
    assert_eq!(
        statistics.expect("statistics"),
        json!({
            "totalPatterns": 0,
            "totalTemplates": 0,
            "totalSuccesses": 0,
            "totalRejected": 0,
            "totalUndone": 0,
            "totalEditedAway": 0,
            "totalPassedOver": 0,
            "totalSurvived": 0,
            "totalExposures": 0,
            "goldStandardCount": 0,
            "overallAvgConfidence": null,
            "calibration": null,
            "recentPatterns": [],
        })
    );
    let status = client.ask("salve/connectionStatus", Value::Null).await;
    assert_eq!(status.expect("a status")["state"], "off");
    assert_eq!(client.finish().await, 0);
}
