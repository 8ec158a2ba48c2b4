//! All seven providers' protocols, with a real model behind them. `tests/model/providers.py` speaks the protocols, and is
//! as strict about questions as the services are.

use std::sync::{Arc, Mutex};

use salve::config::Secret;
use salve::engine::ports::{ConnectionState, Model, ModelError, ModelErrorKind, ModelReply};
use salve::llm::{ModelSettings, ProviderModel, provider_names};

use super::{MOST_LOOKS, PATIENT, is_generating, question, say};
use crate::support::python::FixedClock;

/// The provider's name, and where it listens.
type Place = (&'static str, String);

/// Where the seven are and which key they take; `None` if this run is to do without.
#[expect(
    clippy::print_stderr,
    reason = "who runs the tests is told what was left out"
)]
fn places() -> Option<(Vec<Place>, String)> {
    let Ok(told) = std::env::var("SALVE_TEST_PROVIDERS") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "SALVE_TEST_PROVIDERS is not set: run tests/model/run"
        );
        eprintln!("left out: no SALVE_TEST_PROVIDERS; tests/model/run starts them and sets it");
        return None;
    };
    let key = std::env::var("SALVE_TEST_PROVIDERS_KEY").expect("their key");
    let places = provider_names().map(|name| {
        let mut told = told.split_whitespace();
        let url = told.find_map(|place| place.strip_prefix(&format!("{name}=")));
        let url = url.unwrap_or_else(|| panic!("SALVE_TEST_PROVIDERS lacks {name}"));
        (name, url.to_owned())
    });
    Some((places.collect(), key))
}

fn model((provider, url): &Place, key: &str) -> Arc<ProviderModel> {
    let settings = ModelSettings {
        provider: (*provider).to_owned(),
        url: url.clone(),
        // Azure does not list what it serves.
        model: match *provider {
            "azure" => "local".to_owned(),
            _ => String::new(),
        },
        api_key: Secret::new(key),
        timeouts: Some(PATIENT),
        ..ModelSettings::default()
    };
    Arc::new(ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings"))
}

#[tokio::test]
async fn each_is_found_streams_an_answer_and_counts_it() {
    let Some((places, key)) = places() else {
        return;
    };
    for place in &places {
        let name = place.0;
        let model = model(place, &key);
        let status = model.check().await;
        assert!(
            matches!(
                status.state,
                ConnectionState::Reachable | ConnectionState::Cold
            ),
            "{name}: {status:?}"
        );
        let pieces = Mutex::new(Vec::new());
        let reply = say(&model, "Count from 1 to 5.", 24, &|piece| {
            pieces.lock().expect("no panic").push(piece.to_owned());
        })
        .await;
        let pieces = pieces.into_inner().expect("no panic");
        assert!(pieces.len() > 1, "{name}: it came in pieces: {pieces:?}");
        assert_eq!(pieces.concat(), reply.text, "{name}");
        assert_eq!(reply.provider, name);
        let said = reply.tokens_out.expect("they are counted");
        assert!((1..=24).contains(&said), "{name}: {said}");
        let asked = reply.tokens_in.expect("they are counted");
        assert!((5..=100).contains(&asked), "{name}: {asked}");
        assert_eq!(model.status().state, ConnectionState::Ready, "{name}");
    }
}

#[tokio::test]
async fn each_lists_its_models() {
    let Some((places, key)) = places() else {
        return;
    };
    for place in &places {
        let model = model(place, &key);
        let listed = model.models().await.expect("a list");
        assert!(!listed.is_empty(), "{}", place.0);
        if place.0 != "azure" {
            assert!(listed.iter().any(|model| model.used), "{listed:?}");
        }
    }
}

#[tokio::test]
async fn each_refuses_a_wrong_key_at_once() {
    let Some((places, _)) = places() else {
        return;
    };
    for place in &places {
        let model = model(place, "sk-wrong");
        let status = model.check().await;
        assert_eq!(
            status.state,
            ConnectionState::AuthFailed,
            "{}: {status:?}",
            place.0
        );
        let error = ask(&model, "Hi.").await.expect_err("it is refused");
        assert_eq!(error.kind, ModelErrorKind::Auth, "{}: {error:?}", place.0);
        assert!(!error.message.contains("sk-wrong"), "{error:?}");
    }
}

#[tokio::test]
async fn each_says_that_a_model_is_not_there() {
    let Some((places, key)) = places() else {
        return;
    };
    for place in &places {
        let settings = ModelSettings {
            provider: place.0.to_owned(),
            url: place.1.clone(),
            model: "missing".to_owned(),
            api_key: Secret::new(&key),
            timeouts: Some(PATIENT),
            ..ModelSettings::default()
        };
        let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
        let error = ask(&model, "Hi.").await.expect_err("it is not there");
        assert_eq!(
            error.kind,
            ModelErrorKind::ModelMissing,
            "{}: {error:?}",
            place.0
        );
        // Azure's list says nothing of what is deployed.
        let status = model.check().await;
        if place.0 != "azure" {
            assert_eq!(
                status.state,
                ConnectionState::ModelMissing,
                "{}: {status:?}",
                place.0
            );
        }
    }
}

#[tokio::test]
async fn giving_up_stops_the_model_behind_each() {
    let (Some((places, key)), Some(url)) = (places(), super::address()) else {
        return;
    };
    for place in &places {
        let model = model(place, &key);
        let (sender, mut pieces) = tokio::sync::mpsc::unbounded_channel();
        let asking = tokio::spawn({
            let model = Arc::clone(&model);
            async move {
                let story = "Write a very long story about a dragon.";
                say(&model, story, 3000, &|_| {
                    let _ = sender.send(());
                })
                .await
            }
        });
        pieces.recv().await.expect("a first piece");
        assert!(is_generating(&url).await, "{}: it is at work", place.0);
        asking.abort();
        assert!(asking.await.expect_err("it was given up").is_cancelled());
        let mut looks = 0;
        while is_generating(&url).await {
            looks += 1;
            assert!(looks < MOST_LOOKS, "{}: it goes on", place.0);
            say(&model, "Say yes.", 1, &|_| {}).await;
        }
    }
}

#[tokio::test]
async fn a_model_is_kept_warm_without_a_token() {
    let Some((places, key)) = places() else {
        return;
    };
    for place in &places {
        let model = model(place, &key);
        say(&model, "Say yes.", 1, &|_| {}).await;
        model.keep_warm().await;
        let status = model.status();
        assert!(status.error.is_none(), "{}: {status:?}", place.0);
    }
}

async fn ask(model: &ProviderModel, text: &str) -> Result<ModelReply, ModelError> {
    model.complete(&question(text), &|_| {}).await
}
