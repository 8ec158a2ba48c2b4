//! What is known of a connection, and the settings that make one.

use std::sync::Arc;

use salve::config::Secret;
use salve::engine::ports::{ConnectionState, Model, ModelErrorKind as Kind};
use salve::llm::{ModelSettings, ProviderModel};

use super::{ask, model, settings};
use crate::support::python::FixedClock;
use crate::support::scripted_http::{Act, ScriptedHttp, answer, json};

#[tokio::test]
async fn a_check_lists_and_claims_no_more() {
    let list = json(
        "200 OK",
        &[],
        r#"{"data":[{"id":"nomic-embed"},{"id":"coder"},{"id":"other"}]}"#,
    );
    let server = ScriptedHttp::start([list.clone(), answer("x = 1"), list.clone(), list]).await;
    let model = model(ModelSettings {
        model: String::new(),
        ..settings(&server)
    });
    let status = model.check().await;
    assert_eq!(status.state, ConnectionState::Reachable);
    assert_eq!(status.model.as_deref(), Some("coder"));
    assert_eq!(status.checked_at, Some(FixedClock::NOW));
    assert!(status.latency_millis.is_some());
    ask(&model).await.expect("an answer");
    assert_eq!(model.check().await.state, ConnectionState::Ready);
    let lines: Vec<_> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/models",
            "POST /v1/chat/completions",
            "GET /v1/models"
        ],
        "the model is chosen once, and a check generates nothing"
    );
}

#[tokio::test]
async fn what_a_check_saw_before_an_answer_does_not_unmake_it() {
    for late in [json("500 Oops", &[], "{}"), json("401 No", &[], "{}")] {
        let go_on = Arc::new(tokio::sync::Notify::new());
        let mut slow = vec![Act::Wait(Arc::clone(&go_on))];
        slow.extend(late);
        let mut server = ScriptedHttp::start([slow, answer("x = 1")]).await;
        let model = Arc::new(model(settings(&server)));
        let checking = tokio::spawn({
            let model = Arc::clone(&model);
            async move { model.check().await }
        });
        server.request_arrived().await;
        ask(&model).await.expect("an answer");
        go_on.notify_one();
        let status = checking.await.expect("no panic");
        assert_eq!(status.state, ConnectionState::Ready, "{status:?}");
        assert_eq!(status.error, None);
    }
}

#[tokio::test]
async fn a_check_says_what_is_missing() {
    let list = |body: &str| json("200 OK", &[], body);
    for (response, state) in [
        (list(r#"{"data":[]}"#), ConnectionState::ModelMissing),
        (
            list(r#"{"data":[{"id":"another"}]}"#),
            ConnectionState::ModelMissing,
        ),
        (
            list(r#"{"error":"Unexpected endpoint or method. (GET /models)"}"#),
            ConnectionState::Failing,
        ),
        (list("<html>"), ConnectionState::Failing),
        (json("401 No", &[], "{}"), ConnectionState::AuthFailed),
        (json("500 Oops", &[], "{}"), ConnectionState::Failing),
        (vec![], ConnectionState::Unreachable),
    ] {
        let shown = format!("{response:.200?}");
        let server = ScriptedHttp::start([response]).await;
        let status = model(settings(&server)).check().await;
        assert_eq!(status.state, state, "{shown}");
        assert!(status.error.is_some(), "{shown}");
    }
}

#[tokio::test]
async fn an_address_without_its_version_is_completed() {
    let lost = json(
        "200 OK",
        &[],
        r#"{"error":"Unexpected endpoint or method."}"#,
    );
    let list = json("200 OK", &[], r#"{"data":[{"id":"coder"}]}"#);
    let server = ScriptedHttp::start([lost, list, answer("x = 1")]).await;
    let model = model(ModelSettings {
        url: format!("{}/api/", server.address),
        ..settings(&server)
    });
    assert_eq!(ask(&model).await.expect("an answer").text, "x = 1");
    let lines: Vec<_> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(
        lines,
        [
            "GET /api/models",
            "GET /api/v1/models",
            "POST /api/v1/chat/completions"
        ]
    );
}

#[test]
fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    for (settings, says) in [
        (
            ModelSettings {
                provider: "psychic".to_owned(),
                ..ModelSettings::default()
            },
            "psychic",
        ),
        (
            ModelSettings {
                provider: "custom".to_owned(),
                ..ModelSettings::default()
            },
            "not the address",
        ),
        (
            ModelSettings {
                url: "ftp://h".to_owned(),
                ..ModelSettings::default()
            },
            "ftp://h",
        ),
        (
            ModelSettings {
                provider: "openai".to_owned(),
                url: "http://api.openai.com/v1".to_owned(),
                ..ModelSettings::default()
            },
            "in the clear",
        ),
        (
            ModelSettings {
                api_key: Secret::new("sk\u{1}hush"),
                ..ModelSettings::default()
            },
            "key",
        ),
    ] {
        let error = ProviderModel::new(settings, Arc::new(FixedClock)).expect_err("refused");
        assert_eq!(error.kind, Kind::Configuration);
        assert!(error.message.contains(says), "{error:?}");
        assert!(error.hint.is_some());
    }
}

#[test]
fn the_default_is_lm_studio_and_the_key_is_never_printed() {
    let model = model(ModelSettings {
        api_key: Secret::new("sk-hush"),
        ..ModelSettings::default()
    });
    assert_eq!(model.status().url, "http://127.0.0.1:1234/v1");
    assert_eq!(model.status().state, ConnectionState::Unchecked);
    assert!(!format!("{model:?}").contains("hush"));
}
