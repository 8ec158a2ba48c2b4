//! What must hold for every provider, each in its own words.

use std::sync::{Arc, Mutex};

use salve::engine::ports::{ConnectionState, Model, ModelError, ModelErrorKind as Kind};
use salve::llm::{Learned, ModelSettings, ProviderModel, Timeouts, provider_names};

use super::voices::{Fault, VOICES, Voice};
use super::{LONG, SHORT, ask, model, question, settings};
use crate::support::scripted_http::{Act, ScriptedHttp, json};

fn settings_for(voice: &Voice, server: &ScriptedHttp) -> ModelSettings {
    ModelSettings {
        provider: voice.provider.to_owned(),
        url: format!("{}{}", server.address, voice.path),
        ..settings(server)
    }
}

fn model_for(voice: &Voice, server: &ScriptedHttp) -> ProviderModel {
    model(settings_for(voice, server))
}

/// Asks a server that plays `script`, and returns the failure and how many requests it took.
async fn fail(voice: &Voice, timeouts: Timeouts, script: Vec<Vec<Act>>) -> (ModelError, usize) {
    let server = ScriptedHttp::start(script).await;
    let model = model(ModelSettings {
        timeouts: Some(timeouts),
        ..settings_for(voice, &server)
    });
    let error = ask(&model).await.expect_err(voice.provider);
    assert!(error.message.starts_with(&server.address), "{error:?}");
    assert!(!error.message.contains("sk-hush"), "{error:?}");
    assert!(error.hint.is_some(), "{error:?}");
    assert_ne!(model.status().state, ConnectionState::Ready);
    (error, server.seen().len())
}

/// How a failure ends for each provider: its kind, and how many requests it took.
async fn check(what: &str, expected: (Kind, usize), script: impl Fn(&Voice) -> Vec<Vec<Act>>) {
    for voice in &VOICES {
        let (error, requests) = fail(voice, LONG, script(voice)).await;
        assert_eq!(
            (error.kind, requests),
            expected,
            "{what}, {}: {}",
            voice.provider,
            error.message
        );
    }
}

#[test]
fn each_provider_is_one_of_the_voices() {
    let voices: Vec<_> = VOICES.iter().map(|voice| voice.provider).collect();
    assert_eq!(provider_names().collect::<Vec<_>>(), voices);
}

#[tokio::test]
async fn an_answer_is_streamed_and_counted() {
    for voice in &VOICES {
        let mut acts = voice.stream([voice.piece("x"), voice.piece(" = 1")]);
        acts.extend(voice.finish(false));
        let server = ScriptedHttp::start([acts]).await;
        let model = model_for(voice, &server);
        let pieces = Mutex::new(Vec::new());
        let on_piece = |piece: &str| pieces.lock().expect("no panic").push(piece.to_owned());
        let reply = model.complete(&question(), &on_piece).await;
        let reply = reply.expect(voice.provider);
        assert_eq!(pieces.into_inner().expect("no panic"), ["x", " = 1"]);
        assert_eq!(reply.text, "x = 1", "{}", voice.provider);
        assert_eq!(reply.model, "coder", "{}", voice.provider);
        assert_eq!((reply.tokens_in, reply.tokens_out), (Some(11), Some(3)));
        assert!(!reply.truncated, "{}", voice.provider);
        assert_eq!(model.status().state, ConnectionState::Ready);

        let seen = &server.seen()[0];
        assert_eq!(seen.line, voice.asks);
        assert!(
            seen.headers.iter().any(|line| line == voice.key),
            "{seen:?}"
        );
        let keys = seen.headers.iter().filter(|line| line.contains("sk-hush"));
        assert_eq!(keys.count(), 1, "the key stands in one header: {seen:?}");
        assert!(!seen.line.contains("sk-hush") && !seen.body.contains("sk-hush"));
        let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
        assert_eq!(body.pointer(voice.limit), Some(&64.into()), "{body}");
        assert!(seen.body.contains("mend `x = `"), "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_streamed_or_cut_off_is_one_too() {
    for voice in &VOICES {
        let mut cut = voice.stream([voice.piece("x")]);
        cut.extend(voice.finish(true));
        let server = ScriptedHttp::start([voice.whole("x = 1"), cut]).await;
        let model = model_for(voice, &server);
        let reply = ask(&model).await.expect(voice.provider);
        assert_eq!((reply.text.as_str(), reply.truncated), ("x = 1", false));
        assert_eq!((reply.tokens_in, reply.tokens_out), (Some(11), Some(3)));
        let reply = ask(&model).await.expect(voice.provider);
        assert_eq!((reply.text.as_str(), reply.truncated), ("x", true));
    }
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once_and_what_does_three_times() {
    for (fault, kind, requests) in [
        (Fault::Missing, Kind::ModelMissing, 1),
        (Fault::WrongKey, Kind::Auth, 1),
        (Fault::Spend, Kind::Quota, 1),
        (Fault::TooLong, Kind::ContextTooLong, 1),
        (Fault::Bad, Kind::BadRequest, 1),
        (Fault::Limit(0), Kind::RateLimited, 3),
        (Fault::Limit(3_600_000), Kind::RateLimited, 1),
        (Fault::Boom, Kind::Overloaded, 3),
        (Fault::Overload, Kind::Overloaded, 3),
    ] {
        let script = |voice: &Voice| vec![voice.refusal(fault); 5];
        check(&format!("{fault:?}"), (kind, requests), script).await;
    }
}

#[tokio::test]
async fn a_limit_is_waited_for_or_told() {
    for voice in &VOICES {
        let limited = voice.refusal(Fault::Limit(0));
        let script = [limited.clone(), limited, voice.answer("x = 1")];
        let server = ScriptedHttp::start(script).await;
        let reply = ask(&model_for(voice, &server)).await;
        assert_eq!(reply.expect(voice.provider).text, "x = 1");
        let far = voice.refusal(Fault::Limit(3_600_000));
        let (error, _) = fail(voice, LONG, vec![far]).await;
        assert_eq!(error.retry_after_millis, Some(3_600_000));
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_repeated_only_if_nothing_came() {
    check("cut after a piece", (Kind::Unreachable, 1), |voice| {
        vec![voice.stream([voice.piece("x = ")]), voice.answer("x = 1")]
    })
    .await;
    for voice in &VOICES {
        let script = [voice.stream([]), vec![], voice.answer("x = 1")];
        let server = ScriptedHttp::start(script).await;
        let reply = ask(&model_for(voice, &server)).await;
        assert_eq!(reply.expect(voice.provider).text, "x = 1");
        assert_eq!(server.seen().len(), 3, "{}", voice.provider);
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_of_an_answer_is_one() {
    check("in the middle", (Kind::Overloaded, 1), |voice| {
        let acts = [voice.piece("x"), voice.failure()];
        vec![voice.stream(acts), voice.answer("x = 1")]
    })
    .await;
    check("under 200 at once", (Kind::Overloaded, 3), |voice| {
        vec![voice.stream([voice.failure()]); 5]
    })
    .await;
}

#[tokio::test]
async fn silence_ends_in_time() {
    let first = Timeouts {
        first_byte: SHORT,
        ..LONG
    };
    let idle = Timeouts {
        idle: SHORT,
        ..LONG
    };
    for voice in &VOICES {
        for (timeouts, acts) in [
            (first, vec![Act::Hang]),
            (idle, voice.stream([voice.piece("x"), Act::Hang])),
        ] {
            let (error, requests) = fail(voice, timeouts, vec![acts]).await;
            assert_eq!((error.kind, requests), (Kind::Timeout, 1));
        }
    }
}

#[tokio::test]
async fn a_blocked_answer_is_told_apart() {
    for voice in &VOICES {
        let Some(blocked) = voice.blocked() else {
            continue;
        };
        let (error, requests) = fail(voice, LONG, vec![blocked]).await;
        assert_eq!((error.kind, requests), (Kind::ContentBlocked, 1));
    }
}

#[tokio::test]
async fn what_is_no_answer_is_not_taken_for_one() {
    for (what, body) in [
        ("a page", "<html>Welcome</html>"),
        ("nothing", "{}"),
        ("a list", "[]"),
        ("a number", "7"),
    ] {
        check(what, (Kind::Protocol, 1), |_| {
            vec![json("200 OK", &[], body)]
        })
        .await;
    }
    check("LM Studio's 200", (Kind::Configuration, 1), |_| {
        let body = r#"{"error":"Unexpected endpoint or method. (POST /x)"}"#;
        vec![json("200 OK", &[], body)]
    })
    .await;
    check("garbage", (Kind::Protocol, 1), |voice| {
        let garbage = Act::Send(b"data: {\"a\n\n".to_vec());
        vec![voice.stream([voice.piece("x"), garbage])]
    })
    .await;
    check("bytes", (Kind::Protocol, 1), |voice| {
        let bytes = Act::Send(b"data: \"\xff\xfe\"\n\n".to_vec());
        vec![voice.stream([voice.piece("x"), bytes])]
    })
    .await;
    check("no end", (Kind::Protocol, 1), |voice| {
        vec![voice.stream([Act::SendForEver(vec![b'x'; 1 << 16])])]
    })
    .await;
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    check("endless", (Kind::Protocol, 1), |voice| {
        let Act::Send(long) = voice.piece(&"x".repeat(60_000)) else {
            unreachable!("a piece is sent")
        };
        vec![voice.stream([Act::SendForEver(long)])]
    })
    .await;
}

#[tokio::test]
async fn a_refused_parameter_is_left_out_from_then_on_also_by_the_next_process() {
    for voice in &VOICES {
        let refused = voice.refused();
        let mut script: Vec<_> = refused.iter().map(|(_, acts)| acts.clone()).collect();
        script.extend([
            voice.answer("x = 1"),
            voice.answer("x = 2"),
            voice.answer("x = 3"),
        ]);
        let server = ScriptedHttp::start(script).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&told);
        let learned = Learned::with([], move |lesson| {
            ears.lock().expect("no panic").push(lesson.clone());
        });
        let model = model_for(voice, &server).with_learned(Arc::new(learned));
        assert_eq!(ask(&model).await.expect(voice.provider).text, "x = 1");
        assert_eq!(ask(&model).await.expect(voice.provider).text, "x = 2");
        let told = told.lock().expect("no panic").clone();
        assert_eq!(told.len(), refused.len(), "{told:?}");
        let again = Learned::with(told, |lesson| panic!("{lesson:?} is known"));
        let model = model_for(voice, &server).with_learned(Arc::new(again));
        assert_eq!(ask(&model).await.expect(voice.provider).text, "x = 3");
        let seen = server.seen();
        assert_eq!(seen.len(), refused.len() + 3, "{}", voice.provider);
        let bodies: Vec<serde_json::Value> = seen
            .iter()
            .map(|seen| serde_json::from_str(&seen.body).expect("JSON"))
            .collect();
        for (place, _) in &refused {
            assert!(bodies[0].pointer(place).is_some(), "{place}: {}", bodies[0]);
            let later = bodies[refused.len()..].iter();
            assert!(
                later.clone().all(|body| body.pointer(place).is_none()),
                "{place}"
            );
        }
    }
}

#[tokio::test]
async fn a_model_is_chosen_from_the_list() {
    for voice in &VOICES {
        let list = voice.list(&["nomic-embed", "coder", "other"]);
        let server = ScriptedHttp::start([list, json("404 Not Found", &[], "{}")]).await;
        let model = model(ModelSettings {
            model: String::new(),
            ..settings_for(voice, &server)
        });
        let status = model.check().await;
        assert_eq!(server.seen()[0].line, voice.lists);
        if voice.provider == "azure" {
            // Its list says nothing of what is deployed.
            assert_eq!(status.state, ConnectionState::ModelMissing, "{status:?}");
            continue;
        }
        assert_eq!(status.state, ConnectionState::Reachable, "{status:?}");
        let chosen = status.model.expect("it is chosen");
        assert_eq!(chosen.trim_end_matches(":latest"), "coder");
    }
}

#[tokio::test]
async fn a_retired_model_is_told_with_what_is_there() {
    for voice in VOICES.iter().filter(|voice| voice.provider != "azure") {
        let server = ScriptedHttp::start([voice.list(&["new", "newer"])]).await;
        let status = model_for(voice, &server).check().await;
        assert_eq!(status.state, ConnectionState::ModelMissing, "{status:?}");
        let error = status.error.expect("a reason");
        assert!(error.contains("new") && error.contains("newer"), "{error}");
    }
}

#[tokio::test]
async fn a_check_says_what_is_wrong() {
    for voice in &VOICES {
        for (response, state) in [
            (voice.refusal(Fault::WrongKey), ConnectionState::AuthFailed),
            (voice.refusal(Fault::Boom), ConnectionState::Failing),
            (
                voice.refusal(Fault::Limit(9000)),
                ConnectionState::RateLimited,
            ),
            (json("200 OK", &[], "<html>"), ConnectionState::Failing),
            (json("200 OK", &[], "{}"), ConnectionState::Failing),
            (vec![], ConnectionState::Unreachable),
        ] {
            let shown = format!("{}: {response:.200?}", voice.provider);
            let server = ScriptedHttp::start([response]).await;
            let status = model_for(voice, &server).check().await;
            assert_eq!(status.state, state, "{shown}");
            assert!(status.error.is_some(), "{shown}");
        }
    }
}

#[tokio::test]
async fn what_is_in_memory_is_told_where_the_server_tells() {
    let lmstudio = &VOICES[0];
    let ollama = &VOICES[1];
    let said = |body: &str| json("200 OK", &[], body);
    let unknown = said(r#"{"error":"Unexpected endpoint or method."}"#);
    for (voice, answers, state) in [
        (
            lmstudio,
            vec![said(
                r#"{"models":[{"key":"coder","loaded_instances":[{"id":"coder"}]}]}"#,
            )],
            ConnectionState::Reachable,
        ),
        (
            lmstudio,
            vec![said(
                r#"{"models":[{"key":"coder","loaded_instances":[]}]}"#,
            )],
            ConnectionState::Cold,
        ),
        (
            lmstudio,
            vec![
                unknown.clone(),
                said(r#"{"data":[{"id":"coder","state":"loaded"}]}"#),
            ],
            ConnectionState::Reachable,
        ),
        (
            lmstudio,
            vec![unknown.clone(), unknown.clone()],
            ConnectionState::Reachable,
        ),
        (
            ollama,
            vec![said(r#"{"models":[{"name":"coder:latest"}]}"#)],
            ConnectionState::Reachable,
        ),
        (
            ollama,
            vec![said(r#"{"models":[]}"#)],
            ConnectionState::Cold,
        ),
    ] {
        let shown = format!("{}: {answers:?}", voice.provider);
        let mut script = vec![voice.list(&["coder"])];
        script.extend(answers);
        let server = ScriptedHttp::start(script).await;
        let status = model_for(voice, &server).check().await;
        assert_eq!(status.state, state, "{shown}");
    }
}
