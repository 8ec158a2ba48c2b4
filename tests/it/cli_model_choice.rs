//! `salve model list`, `use`, `key` and `calls`.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::program::{Run, Workshop};
use crate::support::scripted_http::{Act, ScriptedHttp, answer, json as reply};

const KEY: &str = "sk-canary-4711";

fn listed() -> Vec<Act> {
    reply(
        "200 OK",
        &[],
        r#"{"data": [{"id": "embed-small"}, {"id": "coder"}, {"id": "writer"}]}"#,
    )
}

/// Runs the program against a server that plays `script`.
async fn run(workshop: &Workshop, script: Vec<Vec<Act>>, arguments: &[&str]) -> Run {
    let server = ScriptedHttp::start(script).await;
    let mut command = workshop.command(arguments);
    command.env(
        "SALVE_PROVIDERS_LMSTUDIO_URL",
        format!("{}/v1", server.address),
    );
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let mut run = workshop.finish(output.expect("no panic").expect("salve starts"));
    for text in [&mut run.out, &mut run.err] {
        *text = text.replace(&server.address, "http://server");
    }
    run
}

#[tokio::test]
async fn the_models_are_listed_with_the_one_that_is_used() {
    let workshop = Workshop::new();
    let lost = || reply("404 Not Found", &[], "{}");
    let script = vec![listed(), lost(), lost(), lost()];
    let run = run(&workshop, script, &["model", "list"]).await;
    insta::assert_snapshot!(run.all(), @r"
    exit 0
    --- out
      embed-small
    * coder
      writer
    --- err
    ");
}

#[tokio::test]
async fn a_model_is_chosen_from_those_that_are_there() {
    let workshop = Workshop::new();
    let file = workshop.root().join("config/salve/config.json");
    let lost = || reply("404 Not Found", &[], "{}");
    let script = || vec![listed(), lost(), lost(), lost()];
    let choose = ["model", "use", "lmstudio", "gone"];
    let refused = run(&workshop, script(), &choose).await;
    insta::assert_snapshot!(refused.all(), @r"
    exit 4
    --- out
    --- err
    error: http://server/v1: there is no model 'gone' (there are: coder, writer); nothing was saved
    hint: `salve model list --provider lmstudio` lists those that are there
    ");
    assert!(!file.exists());
    let chosen = run(&workshop, script(), &["model", "use", "lmstudio", "writer"]).await;
    assert_eq!(chosen.code, 0, "{chosen:?}");
    let text = fs::read_to_string(&file).expect("a file");
    let saved: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        saved,
        json!({ "model": { "provider": "lmstudio" }, "providers": { "lmstudio": { "model": "writer" } } })
    );
    // A model of Ollama's goes by its name without the tag too.
    let tags = r#"{"models": [{"name": "coder:latest", "model": "coder:latest"}]}"#;
    let server = ScriptedHttp::start([
        reply("200 OK", &[], tags),
        reply("200 OK", &[], r#"{"models": []}"#),
    ])
    .await;
    let mut command = workshop.command(&["model", "use", "ollama", "coder"]);
    command.env("SALVE_PROVIDERS_OLLAMA_URL", &server.address);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let chosen = workshop.finish(output.expect("no panic").expect("salve starts"));
    assert_eq!(chosen.code, 0, "{chosen:?}");
    assert_eq!(chosen.err, "", "{chosen:?}");
    // Changing the provider is one setting, and the other's model is still there.
    let chosen = run(&workshop, Vec::new(), &["model", "use", "ollama"]).await;
    assert_eq!(chosen.code, 0, "{chosen:?}");
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains("ollama") && text.contains("writer"), "{text}");
    fs::write(&file, "{ oops").expect("a file");
    let broken = run(&workshop, Vec::new(), &["model", "use", "ollama"]).await;
    assert_eq!(broken.code, 2, "{broken:?}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "{ oops");
}

#[test]
fn a_key_is_kept_listed_and_forgotten_without_being_shown() {
    let workshop = Workshop::new();
    let keys = workshop.root().join("config/salve/keys.json");
    let empty = workshop.run_with_input(&["model", "key", "set", "openai"], b"\n");
    assert_eq!(empty.code, 2, "{empty:?}");
    // There is no store of secrets here, so the file is taken.
    let kept = workshop.run_with_input(
        &["model", "key", "set", "openai"],
        format!("{KEY}\n").as_bytes(),
    );
    insta::assert_snapshot!(kept.all(), @r"
    exit 0
    --- out
    the key of openai is kept in …/config/salve/keys.json, which only you can read
    --- err
    ");
    let mode = fs::metadata(&keys).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut listing = workshop.command(&["model", "key", "list"]);
    listing.env("GEMINI_API_KEY", KEY);
    let listed = workshop.finish(listing.output().expect("salve starts"));
    insta::assert_snapshot!(listed.all(), @r"
    exit 0
    --- out
    openai     the file of keys
    gemini     environment variable GEMINI_API_KEY
    --- err
    ");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let open = workshop.run(&["model", "key", "list"]);
    assert_eq!(open.code, 2, "{open:?}");
    assert!(open.err.contains("others can read the keys"), "{open:?}");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let forgotten = workshop.run(&["--json", "model", "key", "forget", "openai"]);
    assert_eq!(forgotten.json()["keys"], json!([]));
    assert!(!fs::read_to_string(&keys).expect("a file").contains(KEY));
}

#[tokio::test]
async fn a_key_that_was_kept_is_sent_and_the_call_is_shown() {
    let workshop = Workshop::new();
    workshop.file("a.py", "class Total:\n    price = yield\n");
    let key = ["model", "key", "set", "lmstudio", "--file"];
    let kept = workshop.run_with_input(&key, KEY.as_bytes());
    assert_eq!(kept.code, 0, "{kept:?}");
    let none = workshop.run(&["model", "calls"]);
    assert!(none.out.starts_with("No model was asked yet."), "{none:?}");

    let server = ScriptedHttp::start([
        listed(),
        answer("```\nclass Total:\n    price = 0\n```"),
        answer("no"),
    ])
    .await;
    let mut command = workshop.command(&["fix", "--model", "--apply"]);
    command.env(
        "SALVE_PROVIDERS_LMSTUDIO_URL",
        format!("{}/v1", server.address),
    );
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let fixed = workshop.finish(output.expect("no panic").expect("salve starts"));
    assert_eq!(fixed.code, 0, "{fixed:?}");
    let header = format!("authorization: Bearer {KEY}");
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.headers.contains(&header))
    );
    let shown = workshop.run(&["--json", "model", "calls"]);
    let calls = &shown.json()["calls"];
    assert_eq!(calls[0]["outcome"], "answered", "{shown:?}");
    assert_eq!(calls[0]["local"], true);
    assert_eq!(calls[0]["text"], serde_json::Value::Null);
    assert_eq!(shown.json()["today"]["tokens"], 0);
    assert!(
        workshop
            .run(&["model", "calls"])
            .out
            .contains("answered in")
    );
}
