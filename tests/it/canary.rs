//! A key is looked for everywhere but in the one header that carries it.

use std::fs::{self, File};
use std::path::Path;

use serde_json::json;

use crate::support::client::range;
use crate::support::editor::Editor;
use crate::support::program::Workshop;
use crate::support::scripted_http::{Act, ScriptedHttp, Seen, answer, json as reply};

const CANARY: &str = "canary-0123456789-abcdefghij";

/// A mistake that no rule heals, beside a line in which somebody left the key.
fn broken() -> String {
    format!("class Session:\n    secret = '{CANARY}'\n    session = yield\n")
}

/// The person's own line may be shown to the person, where the key stands in quotes.
fn without_own_line(shown: &[u8]) -> String {
    String::from_utf8_lossy(shown).replace(&format!("'{CANARY}'"), "''")
}

fn holds(bytes: &[u8]) -> bool {
    bytes
        .windows(CANARY.len())
        .any(|window| window == CANARY.as_bytes())
}

/// The files below a folder that hold the key, but for the person's own.
fn files_with_key(folder: &Path, own: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_with_key(&path, own, found);
        } else if path != own && fs::read(&path).is_ok_and(|bytes| holds(&bytes)) {
            found.push(path.display().to_string());
        }
    }
}

/// The processes of this machine that hold the key among their arguments; `children_of` also in their environment.
#[cfg(target_os = "linux")]
fn processes_with_key(children_of: u32) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("a folder").flatten() {
        let process = entry.path();
        // Processes come and go while this looks.
        let read = |name: &str| fs::read(process.join(name)).unwrap_or_default();
        let parent = String::from_utf8_lossy(&read("status")).into_owned();
        let is_child = parent.contains(&format!("\nPPid:\t{children_of}\n"));
        if holds(&read("cmdline")) || is_child && holds(&read("environ")) {
            found.push(process.display().to_string());
        }
    }
    found
}

/// The key was sent in one header of each request that needs it, and nowhere else.
fn check_requests(seen: &[Seen]) {
    assert!(!seen.is_empty());
    for request in seen {
        assert!(!request.line.contains(CANARY), "{}", request.line);
        assert!(!request.body.contains(CANARY), "{}", request.body);
        let headers: Vec<_> = request
            .headers
            .iter()
            .filter(|header| header.contains(CANARY))
            .collect();
        assert_eq!(headers, [&format!("authorization: Bearer {CANARY}")]);
    }
}

fn models() -> Vec<Act> {
    reply("200 OK", &[], r#"{"data": [{"id": "coder"}]}"#)
}

fn repeats_the_key() -> Vec<Act> {
    let body =
        format!(r#"{{"error":{{"message":"Incorrect key: {CANARY}","code":"invalid_api_key"}}}}"#);
    reply("401 Unauthorized", &[], &body)
}

#[tokio::test]
async fn the_command_line_shows_a_key_to_nobody() {
    let workshop = Workshop::new();
    let own = workshop.file("x.py", broken());
    let healed = answer("```\nclass Session:\n    secret = ''\n    session = ''\n```");
    let fix = &["-vvv", "fix", "--model"][..];
    for (arguments, script) in [
        (fix, vec![healed]),
        (fix, vec![answer("no"); 9]),
        (fix, vec![repeats_the_key()]),
        (
            &["--json", "-vvv", "fix", "--model"],
            vec![repeats_the_key()],
        ),
        (&["-vvv", "doctor"], vec![models()]),
        (&["-vvv", "doctor"], vec![repeats_the_key()]),
    ] {
        let server = ScriptedHttp::start(script).await;
        let mut command = workshop.command(arguments);
        command
            .env("SALVE_MODEL_PROVIDER", "openai")
            .env(
                "SALVE_PROVIDERS_OPENAI_URL",
                format!("{}/v1", server.address),
            )
            .env("SALVE_PROVIDERS_OPENAI_MODEL", "coder")
            .env("SALVE_PRIVACY_RECORD_PROMPTS", "true")
            .env("OPENAI_API_KEY", CANARY)
            .env("RUST_BACKTRACE", "full");
        // Elsewhere, so that the script goes on being played.
        let run = tokio::task::spawn_blocking(move || command.output().expect("salve starts"))
            .await
            .expect("no panic");
        for shown in [run.stdout, run.stderr] {
            let shown = without_own_line(&shown);
            assert!(!shown.contains(CANARY), "{arguments:?}: {shown}");
        }
        check_requests(&server.seen());
        let is_question = |seen: &Seen| seen.body.contains("class Session");
        let asks = arguments.contains(&"fix");
        assert_eq!(server.seen().iter().any(is_question), asks, "{arguments:?}");
    }
    let mut found = Vec::new();
    files_with_key(workshop.root(), &own, &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_language_server_shows_a_key_to_nobody() {
    for from_editor in [true, false] {
        let workshop = Workshop::new();
        let log = workshop.root().join("log");
        let mut server = ScriptedHttp::start(
            [models(), repeats_the_key()]
                .into_iter()
                .chain(std::iter::repeat_n(vec![Act::Hang], 99)),
        )
        .await;
        let mut command = workshop.command(&["lsp"]);
        command
            .env("SALVE_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .env("SALVE_MODEL_PROVIDER", "openai")
            .env(
                "SALVE_PROVIDERS_OPENAI_URL",
                format!("{}/v1", server.address),
            );
        if !from_editor {
            command.env("OPENAI_API_KEY", CANARY);
        }
        let options = if from_editor {
            json!({ "keys": { "openai": CANARY } })
        } else {
            json!({})
        };
        let file = File::create(&log).expect("a file");
        let conversation = tokio::task::spawn_blocking(move || {
            let mut editor = Editor::start_with_log(command, file);
            let hello = json!({"processId": null, "rootUri": null, "capabilities": {}, "initializationOptions": options});
            editor.ask(1, "initialize", &hello);
            editor.notify("initialized", &json!({}));
            let uri = "untitled:Untitled-1";
            let text = "def connect(host)\n    return host\n";
            let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
            editor.notify("textDocument/didOpen", &json!({"textDocument": document}));
            let mut said = Vec::new();
            let params = json!({"uri": uri, "version": 1, "range": range((0, 17), (0, 17)), "message": "expected ':'"});
            let ask = json!({"command": "salve.ask", "arguments": [params]});
            // Refused with the key in its words; then asked again, without an answer.
            for id in [2, 3] {
                editor.send(&json!({"jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand", "params": ask}));
                let mut is_answered = id != 2;
                while !is_answered {
                    let message = editor.read();
                    is_answered = message["id"] == id;
                    said.push(message.to_string());
                }
            }
            (editor, said)
        });
        let (mut editor, said) = conversation.await.expect("no panic");
        // The list, the refusal, and the question that nobody answers.
        for _ in 0..3 {
            server.request_arrived().await;
        }
        assert_eq!(processes_with_key(editor.id()), Vec::<String>::new());
        editor.notify("exit", &json!(null));
        editor.code();
        assert!(!said.concat().contains(CANARY), "{said:?}");
        assert!(said.concat().contains("[key]"), "{said:?}");
        let log_text = fs::read_to_string(&log).expect("a log");
        assert!(!log_text.is_empty());
        if let Some(at) = log_text.find(CANARY) {
            panic!(
                "…{}…",
                &log_text[at.saturating_sub(300)..(at + 40).min(log_text.len())]
            );
        }
        check_requests(&server.seen());
        let mut found = Vec::new();
        files_with_key(workshop.root(), Path::new(""), &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}
