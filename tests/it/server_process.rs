//! The real program as an editor starts it.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::client::range;
use crate::support::editor::Editor;
use crate::support::program::Workshop;

#[test]
fn an_editor_starts_it_heals_with_it_and_ends_it() {
    let workshop = Workshop::new();
    // Editors add flags of their own.
    let mut editor = Editor::start(workshop.command(&["lsp", "--stdio", "--log-level=4"]));
    let hello = json!({"processId": std::process::id(), "rootUri": null, "capabilities": {}});
    let hello = editor.ask(1, "initialize", &hello);
    assert_eq!(hello["serverInfo"]["name"], "salve");
    editor.notify("initialized", &json!({}));
    let uri = "untitled:Untitled-1";
    let text = "while True\n    pass\n";
    let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
    editor.notify("textDocument/didOpen", &json!({"textDocument": document}));
    let params = json!({"textDocument": {"uri": uri}, "range": range((0, 0), (0, 0)), "context": {"diagnostics": []}});
    // Asked at once, before the interpreter may have answered: an editor asks again.
    let edit = json!({"changes": {uri: [{"range": range((0, 10), (0, 10)), "newText": ":"}]}});
    let is_offered = (2..2000).any(|id| {
        let actions = editor.ask(id, "textDocument/codeAction", &params);
        actions[0]["edit"] == edit
    });
    assert!(is_offered);
    assert_eq!(editor.ask(3000, "shutdown", &Value::Null), Value::Null);
    editor.notify("exit", &Value::Null);
    // Its input is still open.
    assert_eq!(editor.code(), Some(0));
}

#[test]
fn it_ends_when_the_process_that_it_serves_is_gone() {
    let workshop = Workshop::new();
    let mut served = Command::new("sleep").arg("600").spawn().expect("a process");
    let mut editor = Editor::start(workshop.command(&["lsp"]));
    let hello = json!({"processId": served.id(), "rootUri": null, "capabilities": {}});
    editor.ask(1, "initialize", &hello);
    served.kill().expect("it can be ended");
    served.wait().expect("it ends");
    assert_eq!(editor.code(), Some(1));
}
