//! Several models as one: who is asked, what it may cost, and what goes into the record.

use std::sync::Arc;
use std::time::Duration;

use salve::config::Secret;
use salve::engine::ports::{
    CallOutcome, Ledger, Message, Model, ModelCall, ModelErrorKind as Kind, ModelRequest, Role,
    Spending,
};
use salve::engine::{Budget, Chain, Limit, Link, Prices, Terms};
use salve::llm::{ModelSettings, ProviderModel};
use salve::store::Store;

use crate::support::python::FixedClock;
use crate::support::scripted_http::{Act, ScriptedHttp, answer, events, json, piece};

const KEY: &str = "sk-canary-0123456789";

/// A record in a folder of its own, and the models that write to it.
struct Scene {
    store: Arc<Store>,
    folder: tempfile::TempDir,
    budget: Budget,
    cloud_fallback: bool,
    keeps_text: bool,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("salve.db");
        Self {
            store: Arc::new(Store::open_with_clock(path, Arc::new(FixedClock))),
            folder,
            budget: Budget::default(),
            cloud_fallback: false,
            keeps_text: false,
        }
    }

    fn chain(&self, links: impl IntoIterator<Item = Link>) -> Arc<Chain> {
        let mut links = links.into_iter();
        let terms = Terms {
            budget: self.budget,
            cloud_fallback: self.cloud_fallback,
            keeps_text: self.keeps_text,
        };
        Arc::new(Chain::new(
            links.next().expect("somebody to ask"),
            links.collect(),
            terms,
            Arc::clone(&self.store) as _,
            Arc::new(FixedClock),
        ))
    }

    fn calls(&self) -> Vec<ModelCall> {
        self.store.calls(99).expect("the record answers")
    }
}

fn settings(url: String) -> ModelSettings {
    ModelSettings {
        provider: "custom".to_owned(),
        url,
        model: "coder".to_owned(),
        api_key: Secret::new(KEY),
        retries: 0,
        backoff: Duration::ZERO,
        ..ModelSettings::default()
    }
}

fn link(settings: ModelSettings) -> Link {
    let model = ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings");
    Link {
        model: Arc::new(model),
        prices: Some(Prices {
            input: 1_000_000,
            output: 2_000_000,
        }),
    }
}

/// On this machine.
fn local(server: &ScriptedHttp) -> Link {
    link(settings(format!("{}/v1", server.address)))
}

/// On the Internet as far as anybody can tell: reached through a proxy, which answers itself.
fn cloud(proxy: &ScriptedHttp) -> Link {
    link(ModelSettings {
        proxy: Some(proxy.address.clone()),
        ..settings("http://models.example.org/v1".to_owned())
    })
}

/// Where nobody listens.
async fn nowhere() -> Link {
    let server = ScriptedHttp::start([]).await;
    local(&server)
}

fn question() -> ModelRequest {
    ModelRequest {
        messages: vec![Message {
            role: Role::User,
            content: "mend this".to_owned(),
        }],
        max_tokens: 64,
        redactions: 2,
        ..ModelRequest::default()
    }
}

#[tokio::test]
async fn another_one_is_asked_while_the_first_cannot_answer() {
    for (first, kind) in [
        (vec![], Kind::Unreachable),
        (vec![json("503 Busy", &[], "{}")], Kind::Overloaded),
        (
            vec![json("429 Slow", &["retry-after: 3600"], "{}")],
            Kind::RateLimited,
        ),
    ] {
        let scene = Scene::new();
        let (first, second) = (
            ScriptedHttp::start(first).await,
            ScriptedHttp::start([answer("x = 1")]).await,
        );
        let chain = scene.chain([local(&first), local(&second)]);
        let reply = chain
            .complete(&question(), &|_| {})
            .await
            .expect("an answer");
        assert_eq!(
            (reply.text.as_str(), reply.model.as_str()),
            ("x = 1", "coder")
        );
        let outcomes: Vec<_> = scene.calls().iter().map(|call| call.outcome).collect();
        assert_eq!(
            outcomes,
            [CallOutcome::Answered, CallOutcome::Failed(kind)],
            "the newest first"
        );
    }
}

#[tokio::test]
async fn a_second_answer_never_follows_half_a_first() {
    let scene = Scene::new();
    let mut half = events();
    half.push(piece("x = "));
    let first = ScriptedHttp::start([half]).await;
    let second = ScriptedHttp::start([answer("x = 1")]).await;
    let chain = scene.chain([local(&first), local(&second)]);
    let error = chain
        .complete(&question(), &|_| {})
        .await
        .expect_err("half an answer");
    assert_eq!(error.kind, Kind::Unreachable);
    assert_eq!(second.seen().len(), 0);
    assert!(scene.calls()[0].tokens_in > 0, "it was read");
}

#[tokio::test]
async fn a_budget_of_money_needs_prices() {
    let mut scene = Scene::new();
    scene.budget.day.cost_micros = Some(1_000_000);
    let proxy = ScriptedHttp::start([answer("x = 1")]).await;
    let unpriced = Link {
        prices: None,
        ..cloud(&proxy)
    };
    let error = scene
        .chain([unpriced])
        .complete(&question(), &|_| {})
        .await
        .expect_err("nobody knows what it costs");
    assert_eq!(error.kind, Kind::BudgetSpent);
    assert_eq!(proxy.seen().len(), 0);
}

#[tokio::test]
async fn nobody_else_is_asked_about_a_fault_of_the_question_a_key_or_a_filter() {
    for (status, body, kind) in [
        ("400 Bad Request", "{}", Kind::BadRequest),
        ("401 Unauthorized", "{}", Kind::Auth),
        ("402 Payment Required", "{}", Kind::Quota),
        (
            "400 Bad Request",
            r#"{"error":{"message":"no","code":"content_filter"}}"#,
            Kind::ContentBlocked,
        ),
    ] {
        let scene = Scene::new();
        let first = ScriptedHttp::start([json(status, &[], body)]).await;
        let second = ScriptedHttp::start([answer("x = 1")]).await;
        let chain = scene.chain([local(&first), local(&second)]);
        let error = chain
            .complete(&question(), &|_| {})
            .await
            .expect_err(status);
        assert_eq!(error.kind, kind);
        assert_eq!(second.seen().len(), 0, "{status}");
    }
}

#[tokio::test]
async fn code_goes_to_the_internet_only_where_that_was_permitted() {
    let mut scene = Scene::new();
    let proxy = ScriptedHttp::start([answer("x = 1")]).await;
    let chain = scene.chain([nowhere().await, cloud(&proxy)]);
    let error = chain
        .complete(&question(), &|_| {})
        .await
        .expect_err("nobody may be asked");
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(
        error.message.contains("`model.cloudFallback` is off"),
        "{error}"
    );
    assert_eq!(proxy.seen().len(), 0);

    scene.cloud_fallback = true;
    let chain = scene.chain([nowhere().await, cloud(&proxy)]);
    let reply = chain
        .complete(&question(), &|_| {})
        .await
        .expect("an answer");
    assert_eq!(reply.text, "x = 1");
    assert!(
        proxy.seen()[0]
            .line
            .starts_with("POST http://models.example.org/v1/chat/completions")
    );
}

#[tokio::test]
async fn a_budget_is_asked_about_and_not_overspent() {
    let mut scene = Scene::new();
    // The question takes 3 tokens by estimate, and its answer at most 64; the answer then says that it took 11 and 3.
    scene.budget.day = Limit {
        tokens: Some(80),
        cost_micros: None,
    };
    let proxy = ScriptedHttp::start([answer("x = 1"), answer("x = 2")]).await;
    let chain = scene.chain([cloud(&proxy)]);
    let reply = chain
        .complete(&question(), &|_| {})
        .await
        .expect("an answer");
    assert_eq!(
        reply.spent,
        Spending {
            tokens: 14,
            cost_micros: 17
        }
    );
    let error = chain
        .complete(&question(), &|_| {})
        .await
        .expect_err("more than is left");
    assert_eq!(error.kind, Kind::BudgetSpent);
    assert!(error.message.contains("14 used"), "{error}");
    assert_eq!(proxy.seen().len(), 1, "nothing was sent");
    let agreed = ModelRequest {
        beyond_budget: true,
        ..question()
    };
    chain.complete(&agreed, &|_| {}).await.expect("an answer");
    assert_eq!(scene.calls().len(), 2);
    assert_eq!(scene.calls()[0].cost_micros, Some(17));
    assert_eq!(scene.calls()[0].redactions, 2);
}

#[tokio::test]
async fn what_one_fix_used_up_counts_and_what_is_local_is_free() {
    let mut scene = Scene::new();
    scene.budget.fix = Limit {
        tokens: None,
        cost_micros: Some(200),
    };
    let proxy = ScriptedHttp::start([answer("x = 1")]).await;
    let late = ModelRequest {
        already_spent: Spending {
            tokens: 0,
            cost_micros: 100,
        },
        ..question()
    };
    let error = scene
        .chain([cloud(&proxy)])
        .complete(&late, &|_| {})
        .await
        .expect_err("too dear");
    assert!(error.message.contains("for one fix"), "{error}");
    let server = ScriptedHttp::start([answer("x = 1")]).await;
    let chain = scene.chain([local(&server)]);
    let reply = chain.complete(&late, &|_| {}).await.expect("it is free");
    assert_eq!(reply.spent, Spending::default());
    let call = scene.calls().remove(0);
    assert!(call.local);
    assert_eq!((call.tokens_in, call.tokens_out), (11, 3));
    assert_eq!(call.cost_micros, Some(0));
}

#[tokio::test]
async fn a_call_that_is_given_up_is_on_record() {
    let scene = Scene::new();
    let mut server = ScriptedHttp::start([vec![Act::Hang]]).await;
    let chain = scene.chain([local(&server)]);
    let asking = tokio::spawn({
        let chain = Arc::clone(&chain);
        async move { chain.complete(&question(), &|_| {}).await }
    });
    server.request_arrived().await;
    asking.abort();
    assert!(asking.await.expect_err("it was given up").is_cancelled());
    assert_eq!(scene.calls()[0].outcome, CallOutcome::Cancelled);
}

#[tokio::test]
async fn the_text_is_kept_only_where_that_was_asked_for_and_a_key_never() {
    for keeps_text in [false, true] {
        let mut scene = Scene::new();
        scene.keeps_text = keeps_text;
        let server = ScriptedHttp::start([
            answer("x = 1"),
            json("401 No", &[], &format!(r#"{{"error":"wrong key {KEY}"}}"#)),
        ])
        .await;
        let chain = scene.chain([local(&server)]);
        chain
            .complete(&question(), &|_| {})
            .await
            .expect("an answer");
        chain
            .complete(&question(), &|_| {})
            .await
            .expect_err("a wrong key");
        let texts: Vec<_> = scene.calls().into_iter().map(|call| call.text).collect();
        let text = keeps_text.then(|| "mend this".to_owned());
        assert_eq!(texts, [text.clone(), text]);
        drop((chain, scene.store));
        for entry in scene.folder.path().read_dir().expect("a folder") {
            let bytes = std::fs::read(entry.expect("a file").path()).expect("a file");
            let holds = |needle: &str| {
                bytes
                    .windows(needle.len())
                    .any(|window| window == needle.as_bytes())
            };
            assert!(!holds(KEY));
            assert_eq!(holds("mend this"), keeps_text);
        }
    }
}
