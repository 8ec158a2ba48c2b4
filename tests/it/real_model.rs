//! The whole way to a real model and back. `tests/model/run` starts one and runs these.
//!
//! What is asserted is that every part works together, not how clever the model is.

#[cfg(unix)]
mod connection;
mod providers;

use std::sync::Arc;
use std::time::Duration;

use salve::diagnose::{Finding, Severity};
use salve::engine::ports::{
    ConnectionState, Message, Model, ModelErrorKind, ModelReply, ModelRequest, Role,
};
use salve::engine::{Engine, Input, Spend};
use salve::llm::{ModelSettings, ProviderModel, Timeouts};
use salve::repair::CostModel;
use salve::taxonomy::Code;
use salve::text::{Applicability, Span, apply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::support::python::{Blank, FixedClock, Python};

/// Generous: a machine with one busy core generates two tokens a second.
const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(30),
    first_byte: Duration::from_secs(600),
    idle: Duration::from_secs(300),
    total: Duration::from_secs(1200),
    check: Duration::from_secs(120),
};
/// How often the server is asked whether it stopped. Each time it also generates an answer, which takes a while.
const MOST_LOOKS: usize = 100;

/// Where the model is; `None` if this run is to do without.
#[expect(
    clippy::print_stderr,
    reason = "who runs the tests is told what was left out"
)]
fn address() -> Option<String> {
    if let Ok(url) = std::env::var("SALVE_TEST_MODEL_URL") {
        return Some(url);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "SALVE_TEST_MODEL_URL is not set: run tests/model/run"
    );
    eprintln!("left out: no SALVE_TEST_MODEL_URL; tests/model/run starts a model and sets it");
    None
}

fn model(url: &str) -> Arc<ProviderModel> {
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: url.to_owned(),
        timeouts: Some(PATIENT),
        ..ModelSettings::default()
    };
    Arc::new(ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings"))
}

async fn say(
    model: &ProviderModel,
    text: &str,
    max_tokens: u32,
    on_piece: &(dyn Fn(&str) + Send + Sync),
) -> ModelReply {
    let request = ModelRequest {
        max_tokens,
        ..question(text)
    };
    model.complete(&request, on_piece).await.expect("an answer")
}

fn question(text: &str) -> ModelRequest {
    ModelRequest {
        messages: vec![Message {
            role: Role::User,
            content: text.to_owned(),
        }],
        max_tokens: 8,
        ..ModelRequest::default()
    }
}

#[tokio::test]
async fn it_is_listed_first_and_ready_after_an_answer() {
    let Some(url) = address() else { return };
    let model = model(&url);
    let status = model.check().await;
    assert_eq!(status.state, ConnectionState::Reachable, "{status:?}");
    let listed = model.models().await.expect("a list");
    assert!(
        listed
            .iter()
            .any(|one| one.used && one.loaded == Some(true)),
        "llama.cpp says that it is in memory: {listed:?}"
    );
    let (sender, mut pieces) = mpsc::unbounded_channel();
    let reply = say(&model, "Count from 1 to 5.", 24, &|piece| {
        sender.send(piece.to_owned()).expect("the test listens");
    })
    .await;
    drop(sender);
    let mut streamed = Vec::new();
    while let Some(piece) = pieces.recv().await {
        streamed.push(piece);
    }
    assert!(streamed.len() > 1, "it came in pieces: {streamed:?}");
    assert_eq!(streamed.concat(), reply.text);
    assert_eq!(Some(&reply.model), status.model.as_ref());
    assert!(reply.tokens_in.is_some_and(|tokens| tokens > 0));
    assert!(
        reply
            .tokens_out
            .is_some_and(|tokens| (1..=24).contains(&tokens))
    );
    assert_eq!(model.status().state, ConnectionState::Ready);
    assert_eq!(model.check().await.state, ConnectionState::Ready);
}

#[tokio::test]
async fn a_wrong_address_is_found_out_and_a_short_one_is_completed() {
    let Some(url) = address() else { return };
    let root = url.trim_end_matches("/v1");
    assert_eq!(model(root).check().await.state, ConnectionState::Reachable);
    let lost = model(&format!("{root}/elsewhere/v1"));
    let status = lost.check().await;
    assert_eq!(status.state, ConnectionState::Failing, "{status:?}");
}

#[tokio::test]
async fn a_prompt_that_does_not_fit_is_told_apart() {
    let Some(url) = address() else { return };
    let model = model(&url);
    let error = model
        .complete(&question(&"word ".repeat(30_000)), &|_| {})
        .await
        .expect_err("too long");
    assert_eq!(error.kind, ModelErrorKind::ContextTooLong, "{error:?}");
}

#[tokio::test]
async fn giving_up_stops_the_model() {
    let Some(url) = address() else { return };
    let model = model(&url);
    let (sender, mut pieces) = mpsc::unbounded_channel();
    let asking = tokio::spawn({
        let model = Arc::clone(&model);
        async move {
            say(
                &model,
                "Write a very long story about a dragon.",
                3000,
                &|_| {
                    let _ = sender.send(());
                },
            )
            .await
        }
    });
    pieces.recv().await.expect("a first piece");
    assert!(is_generating(&url).await, "the model is at work");
    asking.abort();
    assert!(asking.await.expect_err("it was given up").is_cancelled());
    for _ in 0..MOST_LOOKS {
        if !is_generating(&url).await {
            return;
        }
        say(&model, "Say yes.", 1, &|_| {}).await;
    }
    panic!("the model goes on although nobody listens");
}

#[tokio::test]
async fn a_finding_is_asked_about_and_the_answer_proven() {
    let Some(url) = address() else { return };
    let text = "def area(w, h)\n    return w * h\n";
    let engine = Engine {
        prover: Arc::new(Python::new()),
        model: Some(model(&url)),
        knowledge: Arc::new(Blank),
        clock: Arc::new(FixedClock),
        costs: CostModel::embedded(),
        asking: Arc::default(),
        learned_only: false,
    };
    let input = Input {
        text: text.into(),
        path: None,
        document_version: None,
        python_version: (3, 11),
    };
    let finding = Finding {
        code: Code::new("SYN.MISSING_COLON"),
        construct: Some("function_def"),
        span: Span::empty(14),
        message: "expected ':'".to_owned(),
        severity: Severity::Error,
        related: Vec::new(),
    };
    let outcome = engine
        .ask(&input, &finding, Spend::WithinBudget, &|_| {})
        .await
        .expect("the model answers");
    eprintln!("{outcome:#?}");
    assert!((1..=3).contains(&outcome.tries));
    assert!(outcome.tokens_out.is_some_and(|tokens| tokens > 0));
    if let Some(fix) = outcome.fix {
        assert!(fix.evidence.is_proven());
        assert_ne!(fix.applicability, Applicability::Safe);
        let healed = apply(text, &fix.edits).expect("the edits fit");
        assert!(healed.contains(':'), "{healed}");
    } else {
        assert_eq!(outcome.failures.len(), 3);
    }
}

/// Whether any of the server's slots is at work, as llama.cpp tells it.
async fn is_generating(url: &str) -> bool {
    let host = url
        .trim_start_matches("http://")
        .split('/')
        .next()
        .expect("a host");
    let mut stream = tokio::net::TcpStream::connect(host)
        .await
        .expect("the server listens");
    let request = format!("GET /slots HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut response = String::new();
    stream
        .read_to_string(&mut response)
        .await
        .expect("it answers");
    assert!(response.contains("\"is_processing\""), "{response:.300}");
    response.contains("\"is_processing\":true")
}
