//! Broken Python in an editor: the squiggle, the light bulb, the edit, what is remembered.

use salve::engine::ports::Knowledge as _;
use serde_json::{Value, json};

use crate::support::client::{Client, range};
use crate::support::engine::Bench;

const URI: &str = "file:///work/caf%C3%A9%20a.py";
/// The colon is missing after `def total(xs)`.
const BROKEN: &str = "def total(xs)\n    return sum(xs)\n";
const CONTENT_MODIFIED: i64 = -32801;

fn action_params(line: u32, only: Value) -> Value {
    let mut context = json!({"diagnostics": []});
    if !only.is_null() {
        context["only"] = only;
    }
    json!({"textDocument": {"uri": URI}, "range": range((line, 0), (line, 0)), "context": context})
}

async fn actions(client: &mut Client, line: u32) -> Vec<Value> {
    listed(client, action_params(line, Value::Null)).await
}

async fn listed(client: &mut Client, params: Value) -> Vec<Value> {
    let answer = client
        .ask("textDocument/codeAction", params)
        .await
        .expect("actions");
    answer.as_array().expect("a list").clone()
}

async fn opened(bench: &Bench, capabilities: Value, text: &str) -> Client {
    let (mut client, _) = Client::start(bench.parts(), capabilities).await;
    client.open(URI, 1, text).await;
    client
}

fn accepted(bench: &Bench) -> u64 {
    bench.store.flush().expect("the record is written");
    bench
        .store
        .statistics()
        .expect("the record is read")
        .total_successes
}

#[tokio::test]
async fn a_finding_is_published_with_all_that_the_client_understands() {
    let bench = Bench::new();
    let capabilities = json!({"textDocument": {"publishDiagnostics": {
        "relatedInformation": true, "codeDescriptionSupport": true,
    }}});
    let mut client = opened(&bench, capabilities, BROKEN).await;
    let diagnostics = client.diagnostics(1).await;
    let [diagnostic] = diagnostics.as_slice() else {
        panic!("one mistake, one diagnostic: {diagnostics:?}");
    };
    let diagnostic = serde_json::to_value(diagnostic).expect("JSON");
    assert_eq!(diagnostic["code"], "SYN.MISSING_COLON");
    assert_eq!(diagnostic["source"], "salve");
    assert_eq!(diagnostic["severity"], 1);
    assert_eq!(diagnostic["range"]["start"]["line"], 0);
    let href = diagnostic["codeDescription"]["href"]
        .as_str()
        .expect("a link");
    assert!(href.ends_with("#synmissing_colon"), "{href}");
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_client_that_announces_nothing_gets_the_whole_edit_at_once() {
    let bench = Bench::new();
    let mut client = opened(&bench, json!({}), BROKEN).await;
    let diagnostics = client.diagnostics(1).await;
    let actions = actions(&mut client, 0).await;
    let first = &actions[0];
    assert_eq!(first["kind"], "quickfix.salve.SYN.MISSING_COLON");
    assert_eq!(first["isPreferred"], true);
    assert_eq!(first["diagnostics"], json!(diagnostics));
    let title = first["title"].as_str().expect("a title");
    assert!(title.ends_with("(rule, compiles)"), "{title}");
    let edit = json!({"changes": {URI: [{"range": range((0, 13), (0, 13)), "newText": ":"}]}});
    assert_eq!(first["edit"], edit);
    assert_eq!(first.get("command"), None);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_client_that_runs_commands_tells_of_the_acceptance() {
    let bench = Bench::new();
    let capabilities = json!({
        "workspace": {"executeCommand": {}, "workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": {"isPreferredSupport": true}},
    });
    let mut client = opened(&bench, capabilities, BROKEN).await;
    client.diagnostics(1).await;
    let actions = actions(&mut client, 0).await;
    let changed = &actions[0]["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(*changed, json!({"uri": URI, "version": 1}));
    assert_eq!(accepted(&bench), 0);
    let command = &actions[0]["command"];
    assert_eq!(command["command"], "salve.accept");
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    let answer = client.ask("workspace/executeCommand", params.clone()).await;
    assert_eq!(answer, Ok(Value::Null));
    // Told twice, it was accepted once: so it is when the editor also shows the edit.
    client.change(URI, 2, ((0, 13), (0, 13)), ":").await;
    client
        .ask("workspace/executeCommand", params)
        .await
        .expect("it is known");
    client.diagnostics(2).await;
    assert_eq!(accepted(&bench), 1);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_client_that_runs_no_commands_shows_the_acceptance_by_its_text() {
    let bench = Bench::new();
    let mut client = opened(&bench, json!({}), BROKEN).await;
    client.diagnostics(1).await;
    actions(&mut client, 0).await;
    client.change(URI, 2, ((0, 13), (0, 13)), ":").await;
    assert_eq!(client.diagnostics(2).await, []);
    assert_eq!(accepted(&bench), 1);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn what_was_only_typed_is_no_acceptance() {
    let bench = Bench::new();
    let mut client = opened(&bench, json!({}), BROKEN).await;
    client.diagnostics(1).await;
    client.change(URI, 2, ((0, 13), (0, 13)), ":").await;
    assert_eq!(client.diagnostics(2).await, []);
    assert_eq!(accepted(&bench), 0);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn an_action_is_resolved_for_the_text_for_which_it_was_listed_only() {
    let bench = Bench::new();
    let capabilities =
        json!({"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}});
    let mut client = opened(&bench, capabilities, BROKEN).await;
    client.diagnostics(1).await;
    let action = actions(&mut client, 0).await[0].clone();
    assert_eq!(action.get("edit"), None);
    let resolved = client
        .ask("codeAction/resolve", action.clone())
        .await
        .expect("an edit");
    let edit = json!({"changes": {URI: [{"range": range((0, 13), (0, 13)), "newText": ":"}]}});
    assert_eq!(resolved["edit"], edit);
    assert_eq!(resolved["title"], action["title"]);

    client.change(URI, 2, ((1, 0), (1, 0)), "    # why\n").await;
    let stale = client.ask("codeAction/resolve", action.clone()).await;
    assert_eq!(
        stale.expect_err("the text has changed")["code"],
        CONTENT_MODIFIED
    );
    client.diagnostics(2).await;
    client.close(URI).await;
    let closed = client.ask("codeAction/resolve", action).await;
    assert_eq!(
        closed.expect_err("the document is closed")["code"],
        CONTENT_MODIFIED
    );
    client.withdrawn().await;
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn only_the_kinds_that_are_wanted_are_listed() {
    let bench = Bench::new();
    let text = "def f(a)\n    return a\n\n\ndef g(b)\n    return b\n";
    let mut client = opened(&bench, json!({}), text).await;
    assert_eq!(client.diagnostics(1).await.len(), 2);
    let kinds = |actions: Vec<Value>| -> Vec<String> {
        let kind = |action: &Value| action["kind"].as_str().expect("a kind").to_owned();
        actions.iter().map(kind).collect()
    };
    let all = listed(&mut client, action_params(0, Value::Null)).await;
    assert_eq!(
        kinds(all),
        ["quickfix.salve.SYN.MISSING_COLON", "source.fixAll.salve"]
    );
    let quick = listed(&mut client, action_params(0, json!(["quickfix"]))).await;
    assert_eq!(kinds(quick), ["quickfix.salve.SYN.MISSING_COLON"]);
    let other = listed(
        &mut client,
        action_params(0, json!(["refactor", "quickfix.salve.ask"])),
    )
    .await;
    assert_eq!(other, [Value::Null; 0]);
    // Wherever the cursor is, all is all.
    let all = listed(&mut client, action_params(3, json!(["source.fixAll"]))).await;
    let [all] = all.as_slice() else {
        panic!("one action: {all:?}");
    };
    assert_eq!(all["title"], "Apply all 2 safe fixes");
    let colon = |line| json!({"range": range((line, 8), (line, 8)), "newText": ":"});
    assert_eq!(all["edit"], json!({"changes": {URI: [colon(0), colon(4)]}}));
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn a_rejected_fix_is_not_offered_again() {
    let bench = Bench::new();
    let mut client = opened(
        &bench,
        json!({"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}}),
        BROKEN,
    )
    .await;
    client.diagnostics(1).await;
    let before = actions(&mut client, 0).await;
    let fix = &before[0]["data"]["fixIds"];
    let reject = json!({"command": "salve.reject", "arguments": [{"uri": URI, "fixIds": fix}]});
    bench.store.flush().expect("what was shown is written");
    client
        .ask("workspace/executeCommand", reject)
        .await
        .expect("it is noted");
    // Rejecting has the text examined again; its diagnostics come again too.
    client.diagnostics(1).await;
    let title = &before[0]["title"];
    let after = actions(&mut client, 0).await;
    assert!(
        !after.iter().any(|action| action["title"] == *title),
        "{after:?}"
    );
    assert_eq!(client.finish().await, 0);
}

#[tokio::test]
async fn columns_count_what_was_agreed() {
    let text = "s = '😀é'; x = (1, 2\n";
    let cases = [("utf-8", 23), ("utf-16", 20), ("utf-32", 19)];
    for (encoding, end) in cases {
        let bench = Bench::new();
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        let (mut client, hello) = Client::start(bench.parts(), capabilities).await;
        let agreed = hello.capabilities.position_encoding.expect("an encoding");
        assert_eq!(agreed.as_str(), encoding);
        client.open(URI, 1, text).await;
        assert_eq!(client.diagnostics(1).await.len(), 1);
        let actions = actions(&mut client, 0).await;
        let edit = &actions[0]["edit"]["changes"][URI];
        assert_eq!(
            *edit,
            json!([{"range": range((0, end), (0, end)), "newText": ")"}]),
            "{encoding}"
        );
        client.change(URI, 2, ((0, end), (0, end)), ")").await;
        assert_eq!(client.diagnostics(2).await, [], "{encoding}");
        assert_eq!(client.finish().await, 0);
    }
}

#[tokio::test]
async fn a_client_that_may_count_bytes_gets_lines_instead_of_columns() {
    let bench = Bench::new();
    let text = "s = '😀é'; x = (1, 2\ny = (1, 2\n";
    let mut client = opened(&bench, json!({}), text).await;
    assert_eq!(client.diagnostics(1).await.len(), 2);
    let first = actions(&mut client, 0).await;
    assert_eq!(
        first[0]["edit"]["changes"][URI],
        json!([{"range": range((0, 0), (1, 0)), "newText": "s = '😀é'; x = (1, 2)\n"}])
    );
    let second = actions(&mut client, 1).await;
    assert_eq!(
        second[0]["edit"]["changes"][URI],
        json!([{"range": range((1, 9), (1, 9)), "newText": ")"}]),
        "in ASCII all columns are the same"
    );
    assert_eq!(client.finish().await, 0);
}
