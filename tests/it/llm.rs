//! Models over real sockets: what holds for all providers ([`matrix`]), and what one server or another does besides.

mod connection;
mod matrix;
mod transport;
mod voices;

use std::sync::Arc;
use std::time::Duration;

use salve::config::Secret;
use salve::engine::ports::{
    ConnectionState, Message, Model, ModelError, ModelErrorKind as Kind, ModelReply, ModelRequest,
    Role,
};
use salve::llm::{ModelSettings, ProviderModel, Timeouts};

use crate::support::python::FixedClock;
use crate::support::scripted_http::{
    Act, ScriptedHttp, answer, event, events, finish, json, piece,
};

/// Long enough for a busy machine, and never waited for.
const LONG: Timeouts = Timeouts {
    connect: Duration::from_secs(60),
    first_byte: Duration::from_secs(60),
    idle: Duration::from_secs(60),
    total: Duration::from_secs(60),
    check: Duration::from_secs(60),
};
/// For what never comes.
const SHORT: Duration = Duration::from_millis(250);

fn settings(server: &ScriptedHttp) -> ModelSettings {
    ModelSettings {
        provider: "custom".to_owned(),
        url: format!("{}/v1", server.address),
        model: "coder".to_owned(),
        api_key: Secret::new("sk-hush"),
        timeouts: Some(LONG),
        retries: 2,
        backoff: Duration::from_millis(1),
        ..ModelSettings::default()
    }
}

fn model(settings: ModelSettings) -> ProviderModel {
    ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings")
}

fn question() -> ModelRequest {
    ModelRequest {
        messages: vec![Message {
            role: Role::User,
            content: "mend `x = `".to_owned(),
        }],
        max_tokens: 64,
        temperature: 0.0,
        ..ModelRequest::default()
    }
}

async fn ask(model: &ProviderModel) -> Result<ModelReply, ModelError> {
    model.complete(&question(), &|_| {}).await
}

/// Asks a server that plays `script`, and returns the failure and how many requests it took.
async fn check_fault(script: Vec<Vec<Act>>) -> (ModelError, usize) {
    check_fault_within(LONG, script).await
}

async fn check_fault_within(timeouts: Timeouts, script: Vec<Vec<Act>>) -> (ModelError, usize) {
    let server = ScriptedHttp::start(script).await;
    let model = model(ModelSettings {
        timeouts: Some(timeouts),
        ..settings(&server)
    });
    let error = ask(&model).await.expect_err("a failure");
    assert!(error.message.contains("127.0.0.1"), "{error:?}");
    assert!(!error.message.contains("sk-hush"), "{error:?}");
    assert!(error.hint.is_some(), "{error:?}");
    assert_ne!(model.status().state, ConnectionState::Ready);
    (error, server.seen().len())
}

fn complaint(status: &str, headers: &[&str], code: &str, message: &str) -> Vec<Act> {
    let body = serde_json::json!({ "error": { "message": message, "type": "t", "param": null, "code": code } });
    json(status, headers, &body.to_string())
}

fn stream(acts: impl IntoIterator<Item = Act>) -> Vec<Act> {
    let mut all = events();
    all.extend(acts);
    all
}

#[tokio::test]
async fn characters_cut_in_two_come_out_whole() {
    let whole = "data: {\"choices\":[{\"delta\":{\"content\":\"naïve 🩹\"},\"finish_reason\":\"stop\"}]}\n\n";
    let acts = whole.bytes().map(|byte| Act::Send(vec![byte]));
    let server = ScriptedHttp::start([stream(acts)]).await;
    let reply = ask(&model(settings(&server))).await.expect("an answer");
    assert_eq!(reply.text, "naïve 🩹");
}

#[tokio::test]
async fn nobody_listens() {
    let server = ScriptedHttp::start([]).await;
    let mut settings = settings(&server);
    settings.provider = "lmstudio".to_owned();
    drop(server);
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    settings.url = format!("http://{}/v1", free.local_addr().expect("its address"));
    drop(free);
    let model = model(settings);
    let error = ask(&model).await.expect_err("nobody is there");
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(error.hint.expect("a hint").contains("start LM Studio"));
    assert_eq!(model.status().state, ConnectionState::Unreachable);
    assert_eq!(model.check().await.state, ConnectionState::Unreachable);
}

#[tokio::test]
async fn a_missing_model_is_not_tried_again() {
    let missing = complaint("404 Not Found", &[], "model_not_found", "no such model");
    let (error, requests) = check_fault(vec![missing]).await;
    assert_eq!((error.kind, requests), (Kind::ModelMissing, 1));
    let unloaded = json(
        "400 Bad Request",
        &[],
        r#"{"error":"No models loaded. Please load a model"}"#,
    );
    assert_eq!(check_fault(vec![unloaded]).await.0.kind, Kind::ModelMissing);
}

#[tokio::test]
async fn a_limit_is_waited_for_in_every_form() {
    for headers in [
        &["retry-after: 0"][..],
        &["retry-after-ms: 1", "retry-after: 3600"],
        &[
            "retry-after: Wed, 21 Oct 2015 07:28:00 GMT",
            "date: Wed, 21 Oct 2015 07:28:00 GMT",
        ],
        &["retry-after: Wed, 21 Oct 2015 07:28:00 GMT"],
        &[],
    ] {
        let limited = complaint(
            "429 Too Many Requests",
            headers,
            "rate_limit_exceeded",
            "slow",
        );
        let server = ScriptedHttp::start([limited.clone(), limited, answer("x = 1")]).await;
        let reply = ask(&model(settings(&server))).await;
        assert_eq!(reply.expect("an answer").text, "x = 1", "{headers:?}");
        assert_eq!(server.seen().len(), 3, "{headers:?}");
    }
}

#[tokio::test]
async fn a_limit_that_lasts_is_told_with_its_wait() {
    let limited = |wait| {
        complaint(
            "429 Too Many Requests",
            &[wait],
            "rate_limit_exceeded",
            "slow",
        )
    };
    let (error, requests) = check_fault(vec![limited("retry-after: 3600")]).await;
    assert_eq!((error.kind, requests), (Kind::RateLimited, 1));
    assert_eq!(error.retry_after_millis, Some(3_600_000));
    let (error, requests) = check_fault(vec![limited("retry-after: 0"); 5]).await;
    assert_eq!((error.kind, requests), (Kind::RateLimited, 3));
}

#[tokio::test]
async fn what_does_not_pass_is_not_tried_again() {
    for (response, kind) in [
        (
            complaint(
                "429 Too Many Requests",
                &["retry-after: 0"],
                "insufficient_quota",
                "pay",
            ),
            Kind::Quota,
        ),
        (
            complaint("402 Payment Required", &[], "x", "pay"),
            Kind::Quota,
        ),
        (
            complaint("400 Bad Request", &[], "content_filter", "no"),
            Kind::ContentBlocked,
        ),
        (
            complaint("400 Bad Request", &[], "context_length_exceeded", "no"),
            Kind::ContextTooLong,
        ),
        (
            complaint("400 Bad Request", &[], "x", "no"),
            Kind::BadRequest,
        ),
        (
            complaint("500 Oops", &["x-should-retry: false"], "x", "no"),
            Kind::Overloaded,
        ),
        (
            json("404 Not Found", &[], "nothing here"),
            Kind::Configuration,
        ),
        (
            json(
                "307 Temporary Redirect",
                &["location: http://127.0.0.1:9/"],
                "",
            ),
            Kind::Configuration,
        ),
    ] {
        let (error, requests) = check_fault(vec![response]).await;
        assert_eq!((error.kind, requests), (kind, 1), "{}", error.message);
    }
}

#[tokio::test]
async fn a_server_that_fails_is_tried_again() {
    for status in [
        "500 Oops",
        "502 Bad Gateway",
        "503 Busy",
        "504 Late",
        "409 Conflict",
    ] {
        let (error, requests) = check_fault(vec![json(status, &[], "oops"); 5]).await;
        assert_eq!((error.kind, requests), (Kind::Overloaded, 3), "{status}");
    }
    let (error, requests) = check_fault(vec![json("408 Request Timeout", &[], ""); 5]).await;
    assert_eq!((error.kind, requests), (Kind::Timeout, 3));
}

#[tokio::test]
async fn silence_after_the_headers_ends_in_time() {
    let timeouts = Timeouts {
        first_byte: SHORT,
        ..LONG
    };
    let (error, _) = check_fault_within(timeouts, vec![stream([Act::Hang])]).await;
    assert_eq!(error.kind, Kind::Timeout);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_altogether_ends_in_time() {
    let timeouts = Timeouts {
        total: SHORT,
        ..LONG
    };
    let script = vec![stream([piece("x"), Act::Hang])];
    let (error, _) = check_fault_within(timeouts, script).await;
    assert_eq!(error.kind, Kind::Timeout);
}

#[tokio::test]
async fn a_failure_in_the_middle_of_an_answer_is_one() {
    for (data, kind) in [
        (
            r#"{"error":{"message":"died","type":"server_error"}}"#,
            Kind::Overloaded,
        ),
        (
            r#"{"error":{"message":"died","code":500}}"#,
            Kind::Overloaded,
        ),
        (r#"{"error":"died"}"#, Kind::Protocol),
    ] {
        let script = vec![stream([piece("x"), event(data)]), answer("x = 1")];
        let (error, requests) = check_fault(script).await;
        assert_eq!((error.kind, requests), (kind, 1), "{data}");
        assert!(error.message.contains("died"), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_not_taken_for_one() {
    for response in [
        json("200 OK", &[], "<html>Welcome</html>"),
        json("200 OK", &[], r#"{"choices":[]}"#),
        json("200 OK", &[], "{}"),
        json(
            "200 OK",
            &[],
            r#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#,
        ),
        stream([event("no JSON")]),
        stream([event("[1]")]),
        stream([event("[DONE]")]),
        stream([finish("stop")]),
        stream([Act::Send(b"data: {\"a\":\"\xff\xfe\"}\n\n".to_vec())]),
        stream([Act::SendForEver(vec![b'x'; 1 << 16])]),
    ] {
        let shown = format!("{response:.200?}");
        let (error, requests) = check_fault(vec![response]).await;
        assert_eq!(
            (error.kind, requests),
            (Kind::Protocol, 1),
            "{shown}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_blocked_answer_is_told_apart() {
    let refusal = r#"{"choices":[{"delta":{"refusal":"I will not"},"finish_reason":"stop"}]}"#;
    for acts in [
        vec![finish("content_filter")],
        vec![event(refusal), event("[DONE]")],
    ] {
        let (error, requests) = check_fault(vec![stream(acts)]).await;
        assert_eq!((error.kind, requests), (Kind::ContentBlocked, 1));
    }
}

#[tokio::test]
async fn a_model_that_thinks_gets_room_for_it_from_then_on() {
    let used_up = stream([finish("length")]);
    let server = ScriptedHttp::start([used_up.clone(), answer("x = 1"), used_up]).await;
    let model = model(settings(&server));
    assert_eq!(ask(&model).await.expect("an answer").text, "x = 1");
    let reply = ask(&model).await.expect("a reply that is cut off");
    assert!(reply.truncated && reply.text.is_empty());
    let limits: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| serde_json::from_str::<serde_json::Value>(&seen.body).expect("JSON"))
        .map(|body| body["max_tokens"].as_u64().expect("a limit"))
        .collect();
    assert_eq!((limits.len(), limits[0]), (3, 64));
    assert!(limits[1] > 2048 && limits[2] == limits[1], "{limits:?}");
}

#[tokio::test]
async fn a_refused_parameter_is_left_out_and_remembered() {
    let refuse = |param: &str| {
        let body = serde_json::json!({ "error": { "message": "Unsupported", "param": param, "code": "unsupported_parameter" } });
        json("400 Bad Request", &[], &body.to_string())
    };
    let server = ScriptedHttp::start([
        refuse("max_tokens"),
        refuse("temperature"),
        answer("x = 1"),
        answer("x = 2"),
        refuse("temperature"),
    ])
    .await;
    let model = model(settings(&server));
    assert_eq!(ask(&model).await.expect("an answer").text, "x = 1");
    assert_eq!(ask(&model).await.expect("an answer").text, "x = 2");
    let bodies: Vec<serde_json::Value> = server
        .seen()
        .iter()
        .map(|seen| serde_json::from_str(&seen.body).expect("JSON"))
        .collect();
    assert_eq!(bodies.len(), 4);
    assert_eq!(bodies[1]["max_completion_tokens"], 64);
    for body in &bodies[2..] {
        assert_eq!(body["max_tokens"], serde_json::Value::Null);
        assert_eq!(body["temperature"], serde_json::Value::Null);
    }
    let error = ask(&model)
        .await
        .expect_err("what was not sent cannot be left out");
    assert_eq!(error.kind, Kind::BadRequest);
    assert_eq!(
        model.status().state,
        ConnectionState::Ready,
        "one question's fault"
    );
}

#[tokio::test]
async fn giving_up_closes_the_connection() {
    for before in [vec![Act::Hang], stream([piece("x"), Act::Hang])] {
        let mut server = ScriptedHttp::start([before]).await;
        let model = Arc::new(model(settings(&server)));
        let asking = tokio::spawn({
            let model = Arc::clone(&model);
            async move { ask(&model).await }
        });
        server.request_arrived().await;
        asking.abort();
        assert!(asking.await.expect_err("it was given up").is_cancelled());
        server.client_gone().await;
    }
}
