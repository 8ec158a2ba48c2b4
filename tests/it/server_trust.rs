//! Trust: who gives it, when it counts, and that nothing inside the workspace is started without it.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use salve::config::ClientTrust;
use salve::engine::ports::{Compilation, Prover};
use salve::server::{Parts, PartsFactory, Workspace};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower_lsp::ls_types::MessageType;
use tower_lsp::ls_types::notification::{LogMessage, ShowMessage};
use tower_lsp::ls_types::request::WorkspaceDiagnosticRefresh;

use crate::support::client::{Client, range};
use crate::support::editor::Editor;
use crate::support::engine::{Bench, settings};
use crate::support::program::Workshop;
use crate::support::python::{Python, pretender};

/// Python 3.10 and later know it.
const NEW_SYNTAX: &str = "match 1:\n    case _:\n        pass\n";

/// A project whose `.venv` has a Python 3.9, on a machine with a Python 3.13, and an editor that has opened it.
struct Opened {
    workshop: Workshop,
    editor: Editor,
    uri: String,
    unread: Vec<Value>,
}

impl Opened {
    fn with(options: &Value, prepare: impl FnOnce(&Workshop)) -> Self {
        let workshop = Workshop::new();
        pretender(&workshop.root().join("bin/python3"), "3, 13, 0", "machine");
        pretender(
            &workshop.project().join(".venv/bin/python"),
            "3, 9, 1",
            "project",
        );
        prepare(&workshop);
        let mut command = workshop.command(&["lsp"]);
        command.env("PATH", workshop.root().join("bin"));
        let mut editor = Editor::start(command);
        let folder = format!("file://{}", workshop.project().display());
        let hello = json!({
            "processId": null,
            "rootUri": folder,
            "capabilities": {},
            "initializationOptions": options,
        });
        editor.ask(1, "initialize", &hello);
        editor.notify("initialized", &json!({}));
        let uri = format!("{folder}/a.py");
        let document =
            json!({"uri": uri, "languageId": "python", "version": 1, "text": NEW_SYNTAX});
        editor.notify("textDocument/didOpen", &json!({"textDocument": document}));
        Self {
            workshop,
            editor,
            uri,
            unread: Vec::new(),
        }
    }

    fn say(&mut self, params: &Value) {
        self.editor.notify("salve/trustDidChange", params);
    }

    /// The next message of this kind; the others are kept for later.
    fn next(&mut self, method: &str) -> Value {
        loop {
            let is_it = |message: &Value| message["method"] == method;
            if let Some(at) = self.unread.iter().position(is_it) {
                return self.unread.remove(at)["params"].take();
            }
            self.unread.push(self.editor.read());
        }
    }

    /// Whether the next diagnostics are those of Python 3.9.
    fn is_judged_by_the_project(&mut self) -> bool {
        let published = self.next("textDocument/publishDiagnostics");
        let diagnostics = published["diagnostics"].as_array().expect("a list");
        diagnostics
            .iter()
            .any(|diagnostic| diagnostic["code"] == "SYN.VERSION_FEATURE")
    }

    fn started(&self) -> bool {
        self.started_file().exists()
    }

    fn started_file(&self) -> PathBuf {
        self.workshop.project().join(".venv/bin/project")
    }

    fn finish(mut self) {
        assert_eq!(self.editor.ask(99, "shutdown", &Value::Null), Value::Null);
        self.editor.notify("exit", &Value::Null);
        assert_eq!(self.editor.code(), Some(0));
    }
}

#[test]
fn without_trust_nothing_inside_the_workspace_is_started() {
    let mut opened = Opened::with(&Value::Null, |_| ());
    assert!(!opened.is_judged_by_the_project());
    assert!(!opened.started());
    opened.finish();
}

#[test]
fn a_project_cannot_trust_itself() {
    let mut opened = Opened::with(&Value::Null, |workshop| {
        let settings = json!({"workspace": {
            "trusted": true, "trustedFolders": ["/"], "run": true, "runFolders": ["/"],
        }});
        workshop.file("salve.json", settings.to_string());
    });
    assert!(!opened.is_judged_by_the_project());
    for key in ["trusted", "trustedFolders", "run", "runFolders"] {
        let shown = opened.next("window/showMessage");
        let message = shown["message"].as_str().expect("a message");
        assert!(
            message.contains(&format!("`workspace.{key}` is ignored")),
            "{shown}"
        );
    }
    assert!(!opened.started());
    opened.finish();
}

#[test]
fn trust_comes_with_the_first_message_bare_or_as_a_setting() {
    for options in [
        json!({"trusted": true}),
        json!({"workspace": {"trusted": true}}),
        json!({"salve": {"trusted": true, "run": true}}),
    ] {
        let mut opened = Opened::with(&options, |_| ());
        assert!(opened.is_judged_by_the_project(), "{options}");
        assert!(opened.started());
        opened.finish();
    }
}

#[test]
fn the_person_s_own_list_of_folders_counts_until_the_editor_says_otherwise() {
    let list = |workshop: &Workshop| {
        let settings = json!({"workspace": {"trustedFolders": [workshop.root()]}});
        let folder = workshop.root().join("config/salve");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("config.json"), settings.to_string()).expect("a file");
    };
    let mut opened = Opened::with(&Value::Null, list);
    assert!(opened.is_judged_by_the_project());
    opened.finish();
    let mut opened = Opened::with(&json!({"trusted": false}), list);
    assert!(!opened.is_judged_by_the_project());
    assert!(!opened.started());
    opened.finish();
}

#[test]
fn trust_is_given_and_taken_back_while_the_document_is_open() {
    let mut opened = Opened::with(&json!({"trusted": false}), |_| ());
    assert!(!opened.is_judged_by_the_project());
    assert!(!opened.started());
    opened.say(&json!({"trusted": true}));
    assert!(opened.is_judged_by_the_project());
    assert!(opened.started());
    fs::remove_file(opened.started_file()).expect("it was started");
    opened.say(&json!({"trusted": false, "run": true}));
    assert!(!opened.is_judged_by_the_project());
    assert!(!opened.started());
    opened.finish();
}

#[test]
fn what_makes_no_sense_is_logged_and_changes_nothing() {
    let mut opened = Opened::with(&Value::Null, |_| ());
    assert!(!opened.is_judged_by_the_project());
    for wrong in [
        json!({"trusted": "yes"}),
        json!({"run": true}),
        json!({"trusted": true, "run": 1}),
        json!([true, true, true]),
    ] {
        opened.say(&wrong);
        let logged = opened.next("window/logMessage");
        assert_eq!(logged["type"], 1, "{wrong}: {logged}");
        let message = logged["message"].as_str().expect("a message");
        assert!(message.starts_with("salve/trustDidChange: "), "{message}");
        assert!(message.contains("nothing was changed"), "{message}");
    }
    let (uri, text) = (opened.uri.clone(), format!("{NEW_SYNTAX}\n"));
    let change =
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]});
    opened.editor.notify("textDocument/didChange", &change);
    assert!(!opened.is_judged_by_the_project());
    assert!(!opened.started());
    opened.finish();
}

/// What the factory was told, in the order in which it was told.
fn told(bench: &Bench) -> (PartsFactory, Arc<Mutex<Vec<Workspace>>>) {
    let told = Arc::<Mutex<Vec<Workspace>>>::default();
    let (engine, listener) = (bench.engine.clone(), Arc::clone(&told));
    let factory = move |workspace: &Workspace| {
        listener.lock().expect("no panic").push(workspace.clone());
        Parts {
            defaults: None,
            engine: engine.clone(),
            settings: settings(),
            warnings: vec![format!("made for {:?}", workspace.trust)],
        }
    };
    (Arc::new(factory), told)
}

fn word(trusted: impl Into<Option<bool>>, run: impl Into<Option<bool>>) -> ClientTrust {
    ClientTrust {
        trusted: trusted.into(),
        run: run.into(),
    }
}

#[tokio::test]
async fn settings_that_do_not_mention_trust_leave_it_as_it_is() {
    let bench = Bench::new();
    let (factory, told) = told(&bench);
    let mut client = Client::connect(factory);
    let hello = json!({"capabilities": {}, "initializationOptions": {"trusted": true, "run": "yes", "a": 1}});
    client.ask("initialize", hello).await.expect("it starts");
    client.notify("initialized", json!({})).await;
    let is_complaint = |text: &str| text.contains("`run` is \"yes\"");
    let (first, second) = (
        client.expect::<ShowMessage>().await,
        client.expect::<ShowMessage>().await,
    );
    assert_eq!(first.typ, MessageType::WARNING);
    assert!(is_complaint(&first.message) != is_complaint(&second.message));

    let settings = json!({"settings": {"salve": {"a": 2, "run": true}}});
    client
        .notify("workspace/didChangeConfiguration", settings)
        .await;
    client.expect::<ShowMessage>().await;
    // The notification is all that counts from then on.
    client
        .notify("salve/trustDidChange", json!({"trusted": false}))
        .await;
    client.expect::<ShowMessage>().await;
    client
        .notify("salve/trustDidChange", json!({"trusted": false}))
        .await;
    assert_eq!(client.finish().await, 0);
    let told: Vec<_> = told
        .lock()
        .expect("no panic")
        .iter()
        .map(|workspace| (workspace.settings.clone(), workspace.trust))
        .collect();
    assert_eq!(
        told,
        [
            (json!({"a": 1}), word(true, None)),
            (json!({"a": 2}), word(true, true)),
            (json!({"a": 2}), word(false, None)),
        ]
    );
}

/// Tells when a proof begins and when it is given up, and never ends by itself.
struct Endless(UnboundedSender<&'static str>);

struct GivenUp(UnboundedSender<&'static str>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.send("given up").expect("the test listens");
    }
}

#[async_trait]
impl Prover for Endless {
    async fn compile(&self, _source: &[u8]) -> Compilation {
        let _given_up = GivenUp(self.0.clone());
        self.0.send("begun").expect("the test listens");
        std::future::pending().await
    }

    async fn interpreter(&self) -> Option<String> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_trust_back_gives_up_what_is_being_proven() {
    let bench = Bench::new();
    let (begun, mut events) = unbounded_channel();
    let (trusting, plain) = (
        salve::engine::Engine {
            prover: Arc::new(Endless(begun)),
            ..bench.engine.clone()
        },
        bench.engine.clone(),
    );
    let factory: PartsFactory = Arc::new(move |workspace| Parts {
        engine: match workspace.trust.trusted {
            Some(true) => trusting.clone(),
            _ => plain.clone(),
        },
        settings: settings(),
        warnings: Vec::new(),
        defaults: None,
    });
    let (mut client, _) = Client::start(factory, json!({})).await;
    client
        .notify("salve/trustDidChange", json!({"trusted": true}))
        .await;
    client
        .open("file:///work/a.py", 1, "def f()\n    pass\n")
        .await;
    assert_eq!(events.recv().await, Some("begun"));
    assert_eq!(client.diagnostics(1).await.len(), 1);
    client
        .notify("salve/trustDidChange", json!({"trusted": false}))
        .await;
    assert_eq!(events.recv().await, Some("given up"));
    assert_eq!(client.diagnostics(1).await.len(), 1);
    client.notify("salve/trustDidChange", json!([])).await;
    assert_eq!(client.expect::<LogMessage>().await.typ, MessageType::ERROR);
    assert_eq!(client.finish().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_permitted_before_is_not_used_while_the_settings_are_taken_over() {
    let bench = Bench::new();
    let before = Arc::new(Python::new());
    let (trusting, plain) = (
        salve::engine::Engine {
            prover: Arc::clone(&before) as _,
            ..bench.engine.clone()
        },
        bench.engine.clone(),
    );
    let (go_on, may_go_on) = std::sync::mpsc::channel();
    let may_go_on = Mutex::new(may_go_on);
    let factory: PartsFactory = Arc::new(move |workspace| {
        let is_trusted = workspace.trust.trusted == Some(true);
        if workspace.trust.trusted == Some(false) {
            let may_go_on = may_go_on.lock().expect("no panic");
            may_go_on.recv().expect("the test goes on");
        }
        Parts {
            engine: if is_trusted {
                trusting.clone()
            } else {
                plain.clone()
            },
            settings: settings(),
            warnings: Vec::new(),
            defaults: None,
        }
    });
    let uri = "file:///work/a.py";
    let list = json!({"textDocument": {"uri": uri}, "range": range((0, 0), (0, 0)), "context": {"diagnostics": []}});
    let (mut client, _) = Client::start(factory, json!({})).await;
    client
        .notify("salve/trustDidChange", json!({"trusted": true}))
        .await;
    client.open(uri, 1, "def first()\n    pass\n").await;
    assert_eq!(client.diagnostics(1).await.len(), 1);
    let actions = client.ask("textDocument/codeAction", list.clone()).await;
    assert!(actions.expect("a list").is_array());
    client
        .notify("salve/trustDidChange", json!({"trusted": false}))
        .await;
    client.change(uri, 2, ((0, 4), (0, 9)), "second").await;
    let actions = client.send("textDocument/codeAction", list).await;
    go_on.send(()).expect("the factory waits");
    assert!(client.answer(actions).await.expect("a list").is_array());
    assert_eq!(client.diagnostics(2).await.len(), 1);
    assert_eq!(client.finish().await, 0);
    let compiled = before.compiled().concat();
    assert!(
        compiled.contains("first") && !compiled.contains("second"),
        "{compiled}"
    );
}

#[tokio::test]
async fn a_client_that_pulls_is_told_to_pull_again() {
    let bench = Bench::new();
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let (mut client, _) = Client::start(bench.parts(), capabilities).await;
    // Answered as soon as there are parts, which are no reason to pull again.
    client
        .ask("salve/patternStats", Value::Null)
        .await
        .expect("statistics");
    client
        .notify("salve/trustDidChange", json!({"trusted": true}))
        .await;
    let (id, _) = client.expect_request::<WorkspaceDiagnosticRefresh>().await;
    client.respond(id, Value::Null).await;
    assert_eq!(client.finish().await, 0);
}
