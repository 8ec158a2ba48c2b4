//! A person asks the model in an editor: offered, shown as it comes, cancelled, confirmed, recorded.

use std::sync::Arc;

use salve::engine::ports::{Knowledge as _, Model};
use salve::llm::{ModelSettings, ProviderModel};
use salve::server::protocol::{CONNECTION_STATUS, ConnectionStatusChanged, MODEL_PREVIEW};
use serde_json::{Value, json};
use tower_lsp::ls_types::notification::{Progress, ShowMessage};
use tower_lsp::ls_types::request::{ApplyWorkspaceEdit, WorkDoneProgressCreate};
use tower_lsp::ls_types::{ProgressParamsValue, WorkDoneProgress};

use crate::support::client::{Client, Sent, range};
use crate::support::engine::Bench;
use crate::support::python::FixedClock;
use crate::support::scripted_http::{Act, ScriptedHttp, answer, events, json as reply, piece};

const URI: &str = "file:///work/a.py";
const BROKEN: &str = "s = '😀'\n\ndef area(w, h):\n    retrun w * h\n";
const GOOD: &str = "```python\ndef area(w, h):\n    return w * h\n```";
const REQUEST_CANCELLED: i64 = -32800;

async fn model(script: Vec<Vec<Act>>) -> (ScriptedHttp, Bench) {
    let listed = reply("200 OK", &[], r#"{"data": [{"id": "coder"}]}"#);
    let server = ScriptedHttp::start([vec![listed], script].concat()).await;
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: format!("{}/v1", server.address),
        model: "coder".to_owned(),
        retries: 0,
        ..ModelSettings::default()
    };
    let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
    (
        server,
        Bench::with_model(Some(Arc::new(model) as Arc<dyn Model>)),
    )
}

/// A session in which the server has looked at the connection and the document is open.
async fn start(server: &mut ScriptedHttp, bench: &Bench, capabilities: Value) -> Client {
    let (mut client, _) = Client::start(bench.parts(), capabilities).await;
    server.request_arrived().await;
    let status = client.expect::<ConnectionStatusChanged>().await;
    assert_eq!(
        serde_json::to_value(status.state).expect("JSON"),
        "reachable"
    );
    client.open(URI, 1, BROKEN).await;
    client.diagnostics(1).await;
    client
}

/// What another server reports.
fn others_diagnostic() -> Value {
    json!({"range": range((3, 4), (3, 10)), "message": "invalid syntax", "source": "other", "code": 17})
}

/// The command of the last action, which is the one that asks.
async fn asking_command(client: &mut Client) -> Value {
    let context = json!({"diagnostics": [others_diagnostic()]});
    let params =
        json!({"textDocument": {"uri": URI}, "range": range((3, 4), (3, 4)), "context": context});
    let actions = client
        .ask("textDocument/codeAction", params)
        .await
        .expect("actions");
    let last = actions
        .as_array()
        .and_then(|actions| actions.last())
        .expect("an action")
        .clone();
    assert_eq!(last["title"], "Heal with coder: invalid syntax");
    assert_eq!(last["kind"], "quickfix.salve.ask");
    assert_eq!(last["diagnostics"], json!([others_diagnostic()]));
    assert_eq!(last.get("isPreferred"), None);
    last["command"].clone()
}

async fn run(client: &mut Client, command: &Value) -> Sent {
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.send("workspace/executeCommand", params).await
}

#[tokio::test]
async fn a_models_fix_is_applied_after_confirmation_and_recorded() {
    let (mut server, bench) = model(vec![answer(GOOD)]).await;
    let capabilities = json!({"workspace": {"workspaceEdit": {
        "documentChanges": true, "changeAnnotationSupport": {},
    }}});
    let mut client = start(&mut server, &bench, capabilities).await;
    let command = asking_command(&mut client).await;
    let asked = run(&mut client, &command).await;
    let (id, apply) = client.expect_request::<ApplyWorkspaceEdit>().await;
    let edit = &apply["edit"];
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 1}));
    let annotation = change["edits"][0]["annotationId"]
        .as_str()
        .expect("an annotation");
    assert_eq!(
        edit["changeAnnotations"][annotation]["needsConfirmation"],
        true
    );
    let inserted: Vec<&str> = change["edits"]
        .as_array()
        .expect("edits")
        .iter()
        .filter_map(|edit| edit["newText"].as_str())
        .collect();
    assert!(inserted.concat().contains("u"), "{edit}");

    client.respond(id, json!({"applied": true})).await;
    let result = client.answer(asked).await.expect("an answer");
    assert_eq!(result["applied"], true);
    assert!(
        result["message"]
            .as_str()
            .is_some_and(|title| title.contains("(coder, compiles)")),
        "{result}"
    );
    let status = client.expect::<ConnectionStatusChanged>().await;
    assert_eq!(serde_json::to_value(status.state).expect("JSON"), "ready");
    let status = client
        .ask(CONNECTION_STATUS, Value::Null)
        .await
        .expect("a status");
    assert_eq!(status["state"], "ready");
    assert_eq!(client.finish().await, 0);
    bench.store.flush().expect("the record is written");
}

#[tokio::test]
async fn the_preview_is_what_the_model_is_sent() {
    let (mut server, bench) = model(vec![answer(GOOD)]).await;
    let mut client = start(&mut server, &bench, json!({})).await;
    let command = asking_command(&mut client).await;
    let params = command["arguments"][0].clone();
    let preview = client.ask(MODEL_PREVIEW, params.clone()).await;
    let preview = preview.expect("a preview");
    assert_eq!(server.seen().len(), 1, "the look at the connection");
    let asked = run(&mut client, &command).await;
    let (id, _) = client.expect_request::<ApplyWorkspaceEdit>().await;
    client.respond(id, json!({"applied": false})).await;
    client.answer(asked).await.expect("an answer");
    let sent: Value = serde_json::from_str(&server.seen()[1].body).expect("JSON");
    assert_eq!(preview["messages"], sent["messages"]);
    assert_eq!(
        (&preview["model"], &preview["firstLine"]),
        (&json!("coder"), &json!(3))
    );
    client.expect::<ConnectionStatusChanged>().await;
    let mut old = params;
    old["version"] = json!(0);
    client
        .ask(MODEL_PREVIEW, old)
        .await
        .expect_err("another version");
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn progress_is_shown_and_its_button_stops_the_model() {
    let mut endless = events();
    endless.extend([piece(&"x".repeat(100)), Act::Hang]);
    let (mut server, bench) = model(vec![endless]).await;
    let mut client = start(
        &mut server,
        &bench,
        json!({"window": {"workDoneProgress": true}}),
    )
    .await;
    let command = asking_command(&mut client).await;
    let asked = run(&mut client, &command).await;
    let (id, created) = client.expect_request::<WorkDoneProgressCreate>().await;
    client.respond(id, Value::Null).await;
    let mut shown = Vec::new();
    while shown
        .last()
        .is_none_or(|last: &String| !last.contains("characters"))
    {
        let step = client.expect::<Progress>().await;
        assert_eq!(json!(step.token), created["token"]);
        shown.push(describe(step.value));
    }
    assert_eq!(
        shown,
        [
            "begin: Asking the model: invalid syntax",
            "waiting for the model",
            "100 characters received"
        ]
    );
    client
        .notify(
            "window/workDoneProgress/cancel",
            json!({"token": created["token"]}),
        )
        .await;
    let error = client.answer(asked).await.expect_err("it was cancelled");
    assert_eq!(error["code"], REQUEST_CANCELLED);
    assert_eq!(describe(client.expect::<Progress>().await.value), "end");
    server.request_arrived().await;
    server.client_gone().await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_cancelled_request_stops_the_model() {
    let (mut server, bench) = model(vec![vec![Act::Hang]]).await;
    let mut client = start(&mut server, &bench, json!({})).await;
    let command = asking_command(&mut client).await;
    let asked = run(&mut client, &command).await;
    server.request_arrived().await;
    client.cancel(asked).await;
    let error = client.answer(asked).await.expect_err("it was cancelled");
    assert_eq!(error["code"], REQUEST_CANCELLED);
    server.client_gone().await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_change_of_the_text_stops_the_model() {
    let (mut server, bench) = model(vec![vec![Act::Hang]]).await;
    let mut client = start(&mut server, &bench, json!({})).await;
    let command = asking_command(&mut client).await;
    let asked = run(&mut client, &command).await;
    server.request_arrived().await;
    client.change(URI, 2, ((0, 0), (0, 0)), "#").await;
    let error = client.answer(asked).await.expect_err("the text is another");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| message.contains("ask again")),
        "{error}"
    );
    server.client_gone().await;
    client.diagnostics(2).await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn an_answer_that_proves_nothing_is_said_and_changes_nothing() {
    let (mut server, bench) = model(vec![answer("I cannot do that."); 6]).await;
    let mut client = start(&mut server, &bench, json!({})).await;
    let command = asking_command(&mut client).await;
    let asked = run(&mut client, &command).await;
    let result = client.answer(asked).await.expect("an answer");
    assert_eq!(
        (&result["applied"], &result["fixId"]),
        (&json!(false), &Value::Null)
    );
    let told = client.expect::<ShowMessage>().await;
    assert_eq!(json!(told.message), result["message"]);
    client.expect::<ConnectionStatusChanged>().await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn an_edit_for_an_old_text_is_never_sent() {
    let mut slow = events();
    slow.push(Act::Hang);
    let (mut server, bench) = model(vec![slow]).await;
    let mut client = start(&mut server, &bench, json!({})).await;
    let command = asking_command(&mut client).await;
    client.change(URI, 2, ((0, 0), (0, 0)), "#").await;
    client.diagnostics(2).await;
    let asked = run(&mut client, &command).await;
    let error = client.answer(asked).await.expect_err("the text is another");
    assert_eq!(error["code"], -32801);
    assert_eq!(server.seen().len(), 1, "the model was not asked");
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_model_that_cannot_be_reached_is_not_offered() {
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: "http://127.0.0.1:1/v1".to_owned(),
        model: "coder".to_owned(),
        retries: 0,
        ..ModelSettings::default()
    };
    let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
    let bench = Bench::with_model(Some(Arc::new(model)));
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    let status = client.expect::<ConnectionStatusChanged>().await;
    assert_eq!(
        serde_json::to_value(status.state).expect("JSON"),
        "unreachable"
    );
    client.open(URI, 1, "x = 1\n").await;
    assert_eq!(client.diagnostics(1).await, []);
    let context = json!({"diagnostics": [{"range": range((0, 0), (0, 1)), "message": "m", "source": "other"}]});
    let params =
        json!({"textDocument": {"uri": URI}, "range": range((0, 0), (0, 0)), "context": context});
    let actions = client.ask("textDocument/codeAction", params).await;
    assert_eq!(actions.expect("actions"), json!([]));
    assert_eq!(client.finish().await, 0);
}

fn describe(value: ProgressParamsValue) -> String {
    let ProgressParamsValue::WorkDone(step) = value;
    match step {
        WorkDoneProgress::Begin(begin) => {
            assert_eq!(begin.cancellable, Some(true));
            format!("begin: {}", begin.title)
        }
        WorkDoneProgress::Report(report) => report.message.unwrap_or_default(),
        WorkDoneProgress::End(_) => "end".to_owned(),
    }
}
