//! The dashboard as browsers, programs and attackers meet it: over real sockets, above a real record.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use salve::dashboard::Dashboard;
use salve::engine::ports::{Knowledge as _, Outcome};
use salve::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::store::support::{accept, fix, shown};

/// When everything happens, in Unix seconds.
const NOW: i64 = 1_735_689_600;

/// A dashboard that runs, and its record.
struct Bench {
    record: PathBuf,
    address: SocketAddr,
    token: String,
    client: Client,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        // Its client wants one even where nothing is encrypted; another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let record = folder.path().join("record.db");
        let dashboard = Dashboard::bind(0, Arc::new(Store::open(&record)))
            .await
            .expect("a free port");
        let address = dashboard.address();
        let url = dashboard.url();
        let (_, token) = url.split_once('#').expect("a token");
        tokio::spawn(dashboard.serve(std::future::pending()));
        Self {
            record,
            address,
            token: token.to_owned(),
            client: Client::builder().no_proxy().build().expect("a client"),
            _folder: folder,
        }
    }

    /// A request of a stranger.
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.address))
            .timeout(Duration::from_secs(30))
    }

    /// A request of who knows the token.
    fn known(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, path)
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self
            .known(Method::GET, path)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.expect("JSON")
    }

    /// The record as another process has it open.
    fn elsewhere(&self) -> Store {
        Store::open(&self.record)
    }
}

/// Waits until the page would be told of a change.
async fn hear<B: AsRef<[u8]>>(events: &mut (impl Stream<Item = reqwest::Result<B>> + Unpin)) {
    let mut heard = String::new();
    while !heard.contains("event: changed") {
        let more = events.next().await.expect("more").expect("bytes");
        heard.push_str(&String::from_utf8_lossy(more.as_ref()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_in_the_address_opens_the_page_and_is_seen_by_nobody_else() {
    let bench = Bench::new().await;
    let door = bench.ask(Method::GET, "/").send().await.expect("an answer");
    let door = door.text().await.expect("a page");
    assert!(
        door.contains("Who is there?") && !door.contains("What salve learned"),
        "{door}"
    );

    let entered = bench
        .ask(Method::POST, "/api/session")
        .header("x-salve", "1")
        .json(&json!({ "token": bench.token }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(entered.status(), StatusCode::NO_CONTENT);
    let cookie = entered.headers()[SET_COOKIE]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );

    let (pair, _) = cookie.split_once(';').expect("a pair");
    let page = bench
        .ask(Method::GET, "/")
        .header(COOKIE, pair)
        .send()
        .await;
    let page = page.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .expect("text");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
    let page = page.text().await.expect("a page");
    assert!(page.contains("Nothing yet."), "{page}");
    assert!(!page.contains(&bench.token), "the token is in the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_not_let_in_is_refused() {
    let bench = Bench::new().await;
    let wrong = format!("Bearer {}0", &bench.token[1..]);
    let long = format!("Bearer {}", "a".repeat(4_000));
    let port = bench.address.port();
    let known = |path| bench.known(Method::GET, path);
    let ask = |path| bench.ask(Method::GET, path);
    let pin = || bench.known(Method::POST, "/api/patterns/1/pin");
    let session = || bench.ask(Method::POST, "/api/session");
    let token = json!({ "token": bench.token });
    let attacks = [
        (
            "another name for loopback",
            421,
            known("/").header(HOST, "evil.test"),
        ),
        (
            "that name with the port",
            421,
            known("/").header(HOST, format!("evil.test:{port}")),
        ),
        (
            "our name as a part",
            421,
            known("/").header(HOST, format!("127.0.0.1:{port}.evil.test")),
        ),
        ("no port", 421, known("/").header(HOST, "127.0.0.1")),
        ("another port", 421, known("/").header(HOST, "127.0.0.1:1")),
        (
            "every address",
            421,
            known("/").header(HOST, format!("0.0.0.0:{port}")),
        ),
        (
            "health for others",
            421,
            ask("/api/health").header(HOST, "evil.test"),
        ),
        (
            "another site",
            403,
            known("/").header(ORIGIN, "https://evil.test"),
        ),
        (
            "another port's site",
            403,
            known("/").header(ORIGIN, "http://127.0.0.1:1"),
        ),
        (
            "our site, encrypted",
            403,
            known("/").header(ORIGIN, format!("https://127.0.0.1:{port}")),
        ),
        ("a sandboxed frame", 403, known("/").header(ORIGIN, "null")),
        (
            "a site as browsers say it",
            403,
            known("/").header("sec-fetch-site", "cross-site"),
        ),
        (
            "another port as browsers say it",
            403,
            known("/").header("sec-fetch-site", "same-site"),
        ),
        ("no token", 401, ask("/api/patterns")),
        ("no token for a page", 401, ask("/patterns")),
        (
            "a wrong token",
            401,
            ask("/api/patterns").header(AUTHORIZATION, &wrong),
        ),
        (
            "a long token",
            401,
            ask("/api/patterns").header(AUTHORIZATION, &long),
        ),
        (
            "an empty token",
            401,
            ask("/api/patterns").header(AUTHORIZATION, "Bearer "),
        ),
        (
            "the token in the address",
            401,
            ask(&format!("/api/patterns?token={}", bench.token)),
        ),
        (
            "another server's cookie",
            401,
            ask("/patterns").header(COOKIE, format!("salve-1={}", bench.token)),
        ),
        ("events without a token", 401, ask("/api/events")),
        (
            "events for another site",
            403,
            known("/api/events").header(ORIGIN, "https://evil.test"),
        ),
        (
            "a form",
            415,
            pin()
                .header("x-salve", "1")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body("pinned=true"),
        ),
        (
            "text",
            415,
            pin()
                .header("x-salve", "1")
                .header(CONTENT_TYPE, "text/plain")
                .body("{}"),
        ),
        (
            "JSON that a form could send",
            415,
            pin().json(&json!({ "pinned": true })),
        ),
        (
            "a wrong token for the cookie",
            401,
            session()
                .header("x-salve", "1")
                .json(&json!({ "token": wrong })),
        ),
        ("the cookie for a form", 415, session().json(&token)),
        (
            "the cookie for another site",
            403,
            session()
                .header("x-salve", "1")
                .header(ORIGIN, "https://evil.test")
                .json(&token),
        ),
        (
            "more than anybody sends",
            413,
            pin()
                .header("x-salve", "1")
                .header(CONTENT_TYPE, "application/json")
                .body(" ".repeat(100_000)),
        ),
        (
            "what is not known",
            422,
            pin()
                .header("x-salve", "1")
                .json(&json!({ "pinned": true, "other": 1 })),
        ),
        (
            "a way out of the folder",
            404,
            known("/assets/..%2f..%2fCargo.toml"),
        ),
        (
            "a file of this machine",
            404,
            known("/assets/%2fetc%2fpasswd"),
        ),
        (
            "another method",
            405,
            bench
                .known(Method::DELETE, "/api/patterns/1")
                .header("x-salve", "1")
                .json(&json!({})),
        ),
    ];
    for (name, status, attack) in attacks {
        let answer = attack.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{name}");
        let text = answer.text().await.expect("a text");
        assert!(!text.contains(&bench.token), "{name}: {text}");
    }
    // The same, as it is meant.
    let pinned = pin()
        .header("x-salve", "1")
        .json(&json!({ "pinned": true }))
        .send()
        .await;
    assert_eq!(pinned.expect("an answer").status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_accepts_is_told_and_shown() {
    let bench = Bench::new().await;
    let events = bench
        .known(Method::GET, "/api/events")
        .send()
        .await
        .expect("events");
    let mut events = events.bytes_stream();
    hear(&mut events).await;

    let elsewhere = bench.elsewhere();
    accept(&elsewhere, "one", "a.py", NOW);
    drop(elsewhere);
    hear(&mut events).await;
    let stats = bench.json("/api/success-patterns/stats").await;
    assert_eq!(stats["stats"]["total_successes"], 1, "{stats}");
    assert_eq!(
        stats["recent_patterns"][0]["cluster_id"], "SYN.MISSING_COLON:function_def",
        "{stats}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_is_pinned_and_seen_to_be_gold() {
    let bench = Bench::new().await;
    let elsewhere = bench.elsewhere();
    accept(&elsewhere, "one", "a.py", NOW);
    drop(elsewhere);
    let known = bench.json("/api/patterns").await;
    let id = known[0]["id"].as_i64().expect("a number");
    let pin = bench
        .known(Method::POST, &format!("/api/patterns/{id}/pin"))
        .header("x-salve", "1")
        .json(&json!({ "pinned": true }));
    assert_eq!(
        pin.send().await.expect("an answer").status(),
        StatusCode::NO_CONTENT
    );
    let detail = bench.json(&format!("/api/patterns/{id}")).await;
    assert_eq!(detail["summary"]["gold"], true, "{detail}");
    assert_eq!(detail["summary"]["goldSource"], "human", "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_text_on_every_page() {
    let bench = Bench::new().await;
    let elsewhere = bench.elsewhere();
    let mut hostile = fix("one");
    hostile.before = "<script>alert(1)</script>".to_owned();
    hostile.after = "\"><img src=x onerror=alert(1)>".to_owned();
    hostile.description = "</title><script>alert(2)</script>".to_owned();
    elsewhere.shown(shown("a.py", NOW, vec![hostile]));
    elsewhere.outcome("one", Outcome::Accepted, NOW);
    drop(elsewhere);
    for path in ["/", "/patterns", "/patterns/1"] {
        let page = bench
            .known(Method::GET, path)
            .send()
            .await
            .expect("an answer");
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        let page = page.text().await.expect("a page");
        assert!(page.contains("&lt;script&gt;alert"), "{path}: {page}");
        assert!(
            !page.contains("<script>alert") && !page.contains("<img"),
            "{path}: {page}"
        );
    }
}
