//! `salve model status` and `test`, and `salve config load-defaults`: each way to fail names its step.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::model_server::ModelServer;
use crate::support::program::{Run, Workshop};
use crate::support::scripted_http::{Act, ScriptedHttp, json as reply};

const KEY: &str = "sk-canary-4711";

fn user_file(workshop: &Workshop) -> PathBuf {
    workshop.root().join("config/salve/config.json")
}

fn load(workshop: &Workshop, more: &[&str]) -> Command {
    workshop.command(&[&["config", "load-defaults"], more].concat())
}

fn finish(workshop: &Workshop, mut command: Command) -> Run {
    workshop.finish(command.output().expect("salve starts"))
}

/// Loads defaults for a server of OpenAI's protocol at `url`, which fails, and returns the step that is named.
fn check_failure(url: &str) -> (String, Run) {
    let workshop = Workshop::new();
    let more = ["--provider", "openai", "--url", url, "--json"];
    let mut command = load(&workshop, &more);
    command
        .env("OPENAI_API_KEY", KEY)
        .env("SALVE_PROVIDERS_OPENAI_API_KEY_ENV", "OPENAI_API_KEY")
        // The limit of a look follows from it.
        .env("SALVE_MODEL_HEARTBEAT_SECONDS", "2");
    let run = finish(&workshop, command);
    assert_eq!(run.code, 4, "{run:?}");
    assert!(!user_file(&workshop).exists(), "nothing is saved");
    let result = run.json();
    assert_eq!(result["savedTo"], Value::Null);
    let steps = result["test"]["steps"].as_array().expect("steps");
    let (last, passed) = steps.split_last().expect("a step");
    assert!(passed.iter().all(|step| step["outcome"] != "failed"));
    assert_eq!(last["outcome"], "failed", "{last:#}");
    assert!(
        last["hint"].is_string() && last["millis"].is_u64(),
        "{last:#}"
    );
    assert!(run.err.starts_with("error: step '"), "{run:?}");
    assert!(run.err.contains("hint: "), "{run:?}");
    assert!(!run.all().contains(KEY), "{run:?}");
    (last["step"].as_str().expect("a name").to_owned(), run)
}

async fn scripted(script: Vec<Vec<Act>>) -> (String, Run) {
    let server = ScriptedHttp::start(script).await;
    let url = format!("{}/v1", server.address);
    tokio::task::spawn_blocking(move || check_failure(&url))
        .await
        .expect("no panic")
}

#[test]
fn a_name_that_nobody_knows_is_the_address() {
    assert_eq!(check_failure("https://salve.invalid/v1").0, "address");
}

#[test]
fn where_nobody_listens_it_is_the_port() {
    let (step, run) = check_failure("http://127.0.0.1:9/v1");
    assert_eq!(step, "port");
    assert!(run.err.contains("127.0.0.1:9"), "{run:?}");
}

#[test]
fn a_server_that_hangs_is_no_server() {
    let server = ModelServer::start("llamacpp");
    server.hang();
    let (step, run) = check_failure(&format!("{}/v1", server.address()));
    assert_eq!(step, "server", "{run:?}");
}

#[test]
fn a_server_without_tls_is_told() {
    let server = ModelServer::start("llamacpp");
    let url = server.address().replace("http://", "https://");
    assert_eq!(check_failure(&format!("{url}/v1")).0, "tls");
}

#[tokio::test]
async fn what_answers_something_else_is_no_server_of_models() {
    let page = reply("200 OK", &[], "<html>");
    assert_eq!(scripted(vec![page]).await.0, "server");
}

#[tokio::test]
async fn a_wrong_key_is_the_key_and_never_repeated() {
    let refusal = format!(r#"{{"error": {{"message": "Incorrect API key: {KEY}"}}}}"#);
    let (step, run) = scripted(vec![reply("401 Unauthorized", &[], &refusal)]).await;
    assert_eq!(step, "key", "{run:?}");
}

#[tokio::test]
async fn a_key_that_only_a_question_shows_to_be_wrong_is_the_key_too() {
    let list = reply("200 OK", &[], r#"{"data": [{"id": "gpt-9"}]}"#);
    let (step, run) = scripted(vec![list, reply("401 Unauthorized", &[], "{}")]).await;
    assert_eq!(step, "key", "{run:?}");
}

#[tokio::test]
async fn a_list_without_a_model_that_chats_is_the_model() {
    let list = reply("200 OK", &[], r#"{"data": [{"id": "text-embedding-3"}]}"#);
    assert_eq!(scripted(vec![list]).await.0, "model");
}

#[tokio::test]
async fn a_model_that_does_not_answer_is_the_answer() {
    let list = reply("200 OK", &[], r#"{"data": [{"id": "gpt-9"}]}"#);
    let broke = r#"{"error": {"message": "no credit", "code": "insufficient_quota"}}"#;
    let (step, run) = scripted(vec![list, reply("429 No", &[], broke)]).await;
    assert_eq!(step, "answer");
    assert!(run.err.contains("no credit"), "{run:?}");
}

#[test]
fn what_answers_is_saved_beside_what_is_there() {
    let server = ModelServer::start("ollama");
    let workshop = Workshop::new();
    let file = user_file(&workshop);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let before = json!({
        "diagnostics": {"delayMillis": 100},
        "providers": {"ollama": {"model": "gone", "inputPrice": 1}},
    });
    fs::write(&file, before.to_string()).expect("a file");
    let url = server.address();
    let run = finish(
        &workshop,
        load(&workshop, &["--provider", "ollama", "--url", &url]),
    );
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "✓ address resolves",
        "✓ real answer",
        "saved to …/config/salve",
    ] {
        assert!(run.out.contains(part), "{part}: {run:?}");
    }
    let after: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    assert_eq!(
        after,
        json!({
            "diagnostics": {"delayMillis": 100},
            "providers": {"ollama": {"inputPrice": 1, "url": url}},
            "model": {"provider": "ollama"},
        })
    );

    let status = workshop.run(&["model", "status", "--json"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert_eq!(status.json()["state"], "reachable");
    let test = workshop.run(&["model", "test"]);
    assert_eq!(test.code, 0, "{test:?}");
    assert!(test.out.contains("✓ real answer"), "{test:?}");

    drop(server);
    let status = workshop.run(&["model", "status"]);
    assert_eq!(status.code, 4, "{status:?}");
    assert!(status.out.contains("ollama: nobody answers"), "{status:?}");
    let test = workshop.run(&["model", "test", "--json"]);
    assert_eq!(test.code, 4, "{test:?}");
    assert_eq!(test.json()["steps"][1]["step"], "port");
}

#[test]
fn a_file_of_defaults_is_tested_and_saved_as_a_whole() {
    let server = ModelServer::start("llamacpp");
    let workshop = Workshop::new();
    let defaults = json!({
        "model": {"provider": "custom", "idleTimeoutMillis": 50_000},
        "providers": {"custom": {"url": format!("{}/v1", server.address()), "model": "coder"}},
    });
    workshop.file("team.json", defaults.to_string());
    let run = finish(
        &workshop,
        load(&workshop, &["--from", "team.json", "--json"]),
    );
    assert_eq!(run.code, 0, "{run:?}");
    let saved = fs::read(user_file(&workshop)).expect("a file");
    let saved: Value = serde_json::from_slice(&saved).expect("JSON");
    assert_eq!(saved, defaults);

    let wrong = json!({
        "model": {"provider": "custom"},
        "providers": {"custom": {"url": format!("{}/v1", server.address()), "model": "other"}},
    });
    workshop.file("team.json", wrong.to_string());
    let run = finish(&workshop, load(&workshop, &["--from", "team.json"]));
    assert_eq!(run.code, 4, "{run:?}");
    assert!(
        run.err.contains("step 'model present' failed") && run.err.contains("there are: coder"),
        "{run:?}"
    );
    let still = fs::read(user_file(&workshop)).expect("a file");
    let still: Value = serde_json::from_slice(&still).expect("JSON");
    assert_eq!(still, defaults, "what was saved before stays");
}

#[test]
fn a_file_that_is_wrong_is_neither_tested_nor_overwritten() {
    let workshop = Workshop::new();
    for (defaults, says) in [
        (r#"{"model": {"provider": "psychic"}}"#, "model.provider"),
        (r#"{"modle": {"provider": "ollama"}}"#, "modle"),
        (
            r#"{"workspace": {"trusted": true}}"#,
            "nothing to do with models",
        ),
        (
            r#"{"model": {"provider": "off"}}"#,
            "nobody who can be asked",
        ),
        ("{", "team.json"),
    ] {
        workshop.file("team.json", defaults);
        let run = finish(&workshop, load(&workshop, &["--from", "team.json"]));
        assert_eq!(run.code, 2, "{defaults}: {run:?}");
        assert!(run.err.contains(says), "{defaults}: {run:?}");
    }
    let run = finish(&workshop, load(&workshop, &["--from", "nowhere.json"]));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("does not exist"), "{run:?}");
    let run = finish(&workshop, load(&workshop, &["--url", "ftp://h"]));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(!user_file(&workshop).exists());

    let file = user_file(&workshop);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(&file, "{ broken").expect("a file");
    let run = finish(&workshop, load(&workshop, &[]));
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "{ broken");
}

#[test]
fn what_outranks_the_saved_settings_is_said() {
    let server = ModelServer::start("ollama");
    let workshop = Workshop::new();
    let url = server.address();
    let mut command = load(&workshop, &["--provider", "ollama", "--url", &url]);
    command.env("SALVE_MODEL_PROVIDER", "lmstudio");
    let run = finish(&workshop, command);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.err.contains("`model.provider` stays \"lmstudio\"")
            && run.err.contains("SALVE_MODEL_PROVIDER"),
        "{run:?}"
    );
}

#[test]
fn without_a_model_there_is_nothing_to_test() {
    let workshop = Workshop::new();
    let mut command = workshop.command(&["model", "status"]);
    command.env("SALVE_MODEL_PROVIDER", "off");
    let run = finish(&workshop, command);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("salve config load-defaults"), "{run:?}");
    let mut command = workshop.command(&["model", "test"]);
    command.env("SALVE_MODEL_PROVIDER", "off");
    let run = finish(&workshop, command);
    assert_eq!(run.code, 2, "{run:?}");
}
