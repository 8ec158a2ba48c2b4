//! The state that an editor is shown, against what happens to a real server process: it is killed, stopped, unloaded and
//! started again under the running language server.
//!
//! `SALVE_CONNECTION_CYCLES` says how often, and `SALVE_CONNECTION_BEAT` how long a heartbeat is, in milliseconds. How
//! long each change took to be shown is printed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use salve::engine::ports::{ConnectionState as State, ConnectionStatus, Model};
use salve::llm::{ModelSettings, ProviderModel, Timeouts};
use salve::server::protocol::{
    CONNECTION_STATUS, ConnectionStatusChanged, MODEL_LIST, TEST_CONNECTION,
};
use salve::server::{Parts, PartsFactory, Rhythm, ServerSettings};
use serde_json::{Value, json};

use crate::support::client::{Client, Sent};
use crate::support::engine::{Bench, settings};
use crate::support::model_server::ModelServer;
use crate::support::python::FixedClock;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}

/// An editor, a language server and the server of a model.
pub struct Stage {
    /// The server of the model.
    pub server: ModelServer,
    client: Client,
    beat: Duration,
    shown: Option<ConnectionStatus>,
    slowest: Duration,
    changes: usize,
    _bench: Bench,
}

impl Stage {
    async fn start(kind: &str, beat: Duration) -> Self {
        let path = if kind == "ollama" { "" } else { "/v1" };
        let server = ModelServer::start(kind);
        let settings = ModelSettings {
            provider: if kind == "llamacpp" { "custom" } else { kind }.to_owned(),
            url: format!("{}{path}", server.address()),
            model: "coder".to_owned(),
            ..ModelSettings::default()
        };
        Self::with(server, settings, beat).await
    }

    /// A stage with this server.
    pub async fn with(server: ModelServer, settings: ModelSettings, beat: Duration) -> Self {
        let rhythm = Rhythm {
            heartbeat: beat,
            keep_alive: Some(beat),
            ..Rhythm::default()
        };
        let settings = ModelSettings {
            retries: 0,
            backoff: Duration::from_millis(10),
            timeouts: Some(Timeouts {
                check: rhythm.check(),
                ..Timeouts::LOCAL
            }),
            ..settings
        };
        let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
        let bench = Bench::with_model(Some(Arc::new(model) as Arc<dyn Model>));
        let (client, _) = Client::start(parts(&bench, rhythm), json!({})).await;
        Self {
            server,
            client,
            beat,
            shown: None,
            slowest: Duration::ZERO,
            changes: 0,
            _bench: bench,
        }
    }

    /// Waits until the editor is shown `state`, and returns the whole status.
    pub async fn shows(&mut self, state: State) -> ConnectionStatus {
        let began = Instant::now();
        loop {
            if let Some(shown) = &self.shown
                && shown.state == state
            {
                let took = began.elapsed();
                self.slowest = self.slowest.max(took);
                self.changes += 1;
                return shown.clone();
            }
            self.shown = Some(self.client.expect::<ConnectionStatusChanged>().await);
        }
    }

    /// Has the model asked a question.
    async fn ask(&mut self) -> Sent {
        let params = json!({"command": TEST_CONNECTION, "arguments": []});
        self.client.send("workspace/executeCommand", params).await
    }

    async fn answered(&mut self, asked: Sent) -> Value {
        self.client.answer(asked).await.expect("a result")
    }

    /// Has the model answer a question.
    pub async fn is_ready_after_an_answer(&mut self) {
        let asked = self.ask().await;
        let test = self.answered(asked).await;
        assert_eq!(test["passed"], true, "{test:#}");
        self.shows(State::Ready).await;
    }

    /// Ends the session.
    #[expect(clippy::print_stderr, reason = "a figure for whoever runs it by hand")]
    pub async fn finish(mut self) {
        eprintln!(
            "{} changes, the slowest shown after {:?} of a heartbeat of {:?}",
            self.changes, self.slowest, self.beat
        );
        self.client.ignore::<ConnectionStatusChanged>();
        assert_eq!(self.client.finish().await, 0);
    }
}

fn parts(bench: &Bench, rhythm: Rhythm) -> PartsFactory {
    let parts = Parts {
        engine: bench.engine.clone(),
        settings: ServerSettings {
            rhythm,
            ..settings()
        },
        warnings: Vec::new(),
        defaults: None,
    };
    Arc::new(move |_| parts.clone())
}

/// Kills, stops, unloads, hides and starts again, and expects the right state each time.
async fn check_cycles(kind: &'static str) {
    let beat = Duration::from_millis(number("SALVE_CONNECTION_BEAT", 1500));
    let mut stage = Stage::start(kind, beat).await;
    let knows_memory = kind != "llamacpp";
    let idle = if knows_memory {
        State::Cold
    } else {
        State::Reachable
    };
    stage.shows(idle).await;
    for _ in 0..number("SALVE_CONNECTION_CYCLES", 1) {
        if knows_memory {
            stage.server.tell("slow");
            let asked = stage.ask().await;
            stage.shows(State::Loading).await;
            stage.server.tell("load");
            let test = stage.answered(asked).await;
            assert_eq!(test["passed"], true, "{test:#}");
            stage.shows(State::Ready).await;

            stage.server.tell("unload");
            stage.shows(State::Cold).await;
            // Nothing that is done to keep a model loaded loads one.
            let listed = stage.client.ask(MODEL_LIST, Value::Null).await;
            assert_eq!(listed.expect("a list")["models"][0]["loaded"], false);
        } else {
            stage.server.tell("busy");
            stage.shows(State::Loading).await;
            stage.server.tell("idle");
            stage.shows(State::Reachable).await;
        }
        stage.is_ready_after_an_answer().await;

        stage.server.hang();
        let status = stage.shows(State::Unreachable).await;
        assert_eq!(status.up_since, None);
        stage.server.go_on();
        let status = stage.shows(State::Reachable).await;
        assert_eq!(status.error, None);
        assert!(status.up_since.is_some() && status.last_error.is_some());
        stage.is_ready_after_an_answer().await;

        stage.server.tell("hide");
        // What keeps it loaded may miss it first, and does not know which others are there.
        while !stage
            .shows(State::ModelMissing)
            .await
            .error
            .is_some_and(|error| error.contains("'coder' (there are: another)"))
        {
            stage.shown = None;
        }
        stage.server.tell("show");
        stage.shows(State::Reachable).await;
        stage.is_ready_after_an_answer().await;

        stage.server.kill();
        stage.shows(State::Unreachable).await;
        stage.server.restart();
        stage.shows(idle).await;
    }
    stage.finish().await;
}

#[tokio::test]
async fn what_happens_to_ollama_is_shown() {
    check_cycles("ollama").await;
}

#[tokio::test]
async fn what_happens_to_lm_studio_is_shown() {
    check_cycles("lmstudio").await;
}

#[tokio::test]
async fn what_happens_to_llama_cpp_is_shown() {
    check_cycles("llamacpp").await;
}

#[tokio::test]
async fn the_models_are_listed_with_what_is_loaded_and_used() {
    let mut stage = Stage::start("ollama", Duration::from_secs(30)).await;
    stage.shows(State::Cold).await;
    let listed = stage.client.ask(MODEL_LIST, Value::Null).await;
    let listed = listed.expect("a list");
    assert_eq!(
        (&listed["provider"], &listed["models"], &listed["error"]),
        (
            &json!("ollama"),
            &json!([{"name": "coder:latest", "used": true, "loaded": false}]),
            &Value::Null
        )
    );
    stage.server.kill();
    let listed = stage.client.ask(MODEL_LIST, Value::Null).await;
    assert!(listed.expect("an answer")["error"].is_string());
    stage.finish().await;
}

#[tokio::test]
async fn a_test_ends_with_the_step_that_fails() {
    let mut stage = Stage::start("lmstudio", Duration::from_secs(30)).await;
    stage.server.tell("hide");
    let asked = stage.ask().await;
    let test = stage.answered(asked).await;
    assert_eq!(test["passed"], false);
    let steps = test["steps"].as_array().expect("steps");
    let names: Vec<_> = steps
        .iter()
        .filter_map(|step| step["step"].as_str())
        .collect();
    assert_eq!(names, ["address", "port", "tls", "server", "key", "model"]);
    assert_eq!(steps[5]["outcome"], "failed");
    assert!(steps[5]["hint"].is_string());
    let status = stage.client.ask(CONNECTION_STATUS, Value::Null).await;
    assert_eq!(status.expect("a status")["state"], "model_missing");
    stage.finish().await;
}
