//! How a server is reached: through proxies, past them, with which certificates, at which of this machine's addresses.

use salve::engine::ports::{ModelError, ModelErrorKind as Kind};
use salve::llm::ModelSettings;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::{ask, model, settings};
use crate::support::relay::{Proxy, TlsDoor};
use crate::support::scripted_http::{ScriptedHttp, answer, json};

/// A name that nobody has (RFC 6761), so that only a proxy can lead there.
const ELSEWHERE: &str = "model.invalid";

async fn answered(settings: ModelSettings) {
    let reply = ask(&model(settings)).await.expect("an answer");
    assert_eq!(reply.text, "x = 1");
}

async fn refused(settings: ModelSettings) -> ModelError {
    let settings = ModelSettings {
        retries: 0,
        ..settings
    };
    ask(&model(settings)).await.expect_err("no answer")
}

#[tokio::test]
async fn only_the_right_authority_is_trusted() {
    let server = ScriptedHttp::start(vec![answer("x = 1"); 2]).await;
    let door = TlsDoor::open(&server.address, &["localhost", "127.0.0.1"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, &door.authority).expect("it is written");
    for host in ["localhost", "127.0.0.1"] {
        let there = ModelSettings {
            url: format!("https://{host}:{}/v1", door.port),
            ..settings(&server)
        };
        let error = refused(there.clone()).await;
        assert_eq!(error.kind, Kind::Unreachable, "{error:?}");
        assert!(error.message.contains("TLS"), "{error:?}");
        assert!(error.hint.expect("a hint").contains("caFile"));
        answered(ModelSettings {
            ca_file: Some(file.clone()),
            ..there
        })
        .await;
    }
    let other = TlsDoor::open(&server.address, &["localhost"]).await;
    let error = refused(ModelSettings {
        url: format!("https://localhost:{}/v1", other.port),
        ca_file: Some(file),
        ..settings(&server)
    })
    .await;
    assert!(
        error.message.contains("TLS"),
        "another authority: {error:?}"
    );
    assert_eq!(server.seen().len(), 2, "nothing is sent before that");
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let plain = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(answer).await.expect("it reads");
        }
    });
    let nobody = ScriptedHttp::start([]).await;
    let error = refused(ModelSettings {
        url: format!("https://127.0.0.1:{port}/v1"),
        ..settings(&nobody)
    })
    .await;
    plain.abort();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(error.message.contains("TLS"), "{error:?}");
}

#[test]
fn a_file_of_certificates_that_is_none_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path
    };
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (path, says) in [
        (folder.path().join("missing.pem"), "cannot be read"),
        (
            file("empty.pem", "no certificate at all"),
            "holds no certificate",
        ),
        (file("damaged.pem", damaged), ""),
    ] {
        let settings = ModelSettings {
            ca_file: Some(path.clone()),
            ..ModelSettings::default()
        };
        let clock = std::sync::Arc::new(crate::support::python::FixedClock);
        let error = salve::llm::ProviderModel::new(settings, clock).expect_err("refused");
        assert_eq!(error.kind, Kind::Configuration, "{error:?}");
        let path = path.display().to_string();
        assert!(
            says.is_empty() || error.message.starts_with(&path),
            "{error:?}"
        );
        assert!(error.message.contains(says), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_elsewhere_is_reached_through_the_proxy_of_the_settings() {
    let server = ScriptedHttp::start([answer("x = 1"), answer("x = 1")]).await;
    // Without TLS the proxy reads the request, and with TLS it only sees where it goes.
    answered(ModelSettings {
        url: format!("http://{ELSEWHERE}/v1"),
        proxy: Some(server.address.clone()),
        ..settings(&server)
    })
    .await;
    assert_eq!(
        server.seen()[0].line,
        format!("POST http://{ELSEWHERE}/v1/chat/completions")
    );

    let door = TlsDoor::open(&server.address, &[ELSEWHERE]).await;
    let proxy = Proxy::start(door.port).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, &door.authority).expect("it is written");
    answered(ModelSettings {
        url: format!("https://{ELSEWHERE}/v1"),
        proxy: Some(proxy.address.clone()),
        ca_file: Some(file),
        ..settings(&server)
    })
    .await;
    let asked = proxy.asked();
    assert!(asked[0].starts_with(&format!("CONNECT {ELSEWHERE}:443 ")));
    assert!(!asked.concat().contains("sk-hush"), "{asked:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_and_its_password_is_not() {
    let refusing = ScriptedHttp::start([json("407 Who are you", &[], "{}")]).await;
    let error = refused(ModelSettings {
        url: format!("https://{ELSEWHERE}/v1"),
        proxy: Some(refusing.address.replace("http://", "http://me:hidden@")),
        ..settings(&refusing)
    })
    .await;
    assert_eq!(error.kind, Kind::Unreachable, "{error:?}");
    assert!(error.message.contains("proxy"), "{error:?}");
    assert!(!format!("{error:?}").contains("hidden"), "{error:?}");

    let settings = ModelSettings {
        url: format!("https://{ELSEWHERE}/v1"),
        proxy: Some("http://me:hidden@:::".to_owned()),
        ..settings(&refusing)
    };
    let clock = std::sync::Arc::new(crate::support::python::FixedClock);
    let error = salve::llm::ProviderModel::new(settings, clock).expect_err("no proxy");
    assert_eq!(error.kind, Kind::Configuration, "{error:?}");
    assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
}

#[tokio::test]
async fn this_machine_is_never_reached_through_a_proxy() {
    let server = ScriptedHttp::start([answer("x = 1")]).await;
    answered(ModelSettings {
        proxy: Some("http://127.0.0.1:9".to_owned()),
        ..settings(&server)
    })
    .await;
}

/// The other half of the test below, run in a process of its own: the environment of this one cannot be changed safely.
#[tokio::test]
async fn asks_as_the_environment_says() {
    let Ok(url) = std::env::var("SALVE_TEST_ASK") else {
        return;
    };
    let nobody = ScriptedHttp::start([]).await;
    let outcome = ask(&model(ModelSettings {
        url,
        retries: 0,
        ..settings(&nobody)
    }))
    .await;
    let reached = outcome.is_ok_and(|reply| reply.text == "x = 1");
    let wanted = std::env::var("SALVE_TEST_REACHED").expect("it is told");
    assert_eq!(reached.to_string(), wanted);
}

#[tokio::test]
async fn the_proxies_of_the_environment_and_its_exceptions_are_heeded() {
    let elsewhere = format!("http://{ELSEWHERE}/v1");
    for (is_here, except, by_proxy, reached) in [
        (false, "", 1, true),
        (false, "other.invalid,.invalid", 0, false),
        (false, ELSEWHERE, 0, false),
        (true, "", 0, true),
    ] {
        let proxy = ScriptedHttp::start([answer("x = 1")]).await;
        let server = ScriptedHttp::start([answer("x = 1")]).await;
        let url = match is_here {
            true => format!("{}/v1", server.address),
            false => elsewhere.clone(),
        };
        let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        let mut program =
            tokio::process::Command::new(std::env::current_exe().expect("this program"));
        program
            .args(["--exact", "llm::transport::asks_as_the_environment_says"])
            .envs(variables.map(|name| (name, &proxy.address)))
            .env_remove("no_proxy")
            .env_remove("REQUEST_METHOD")
            .env("NO_PROXY", except)
            .env("SALVE_TEST_ASK", &url)
            .env("SALVE_TEST_REACHED", reached.to_string());
        let output = program.output().await.expect("it runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{url} {except}: {printed}");
        assert!(printed.contains("1 passed"), "{printed}");
        assert_eq!(proxy.seen().len(), by_proxy, "{url} {except}");
        assert_eq!(server.seen().len(), usize::from(is_here), "{url} {except}");
    }
}

#[tokio::test]
async fn this_machine_is_looked_for_at_both_of_its_addresses() {
    for (listens, urls) in [
        (
            "127.0.0.1:0",
            ["http://127.0.0.1", "http://localhost", "http://[::1]"],
        ),
        (
            "[::1]:0",
            ["http://127.0.0.1", "http://localhost", "http://[::1]"],
        ),
    ] {
        let Ok(listener) = TcpListener::bind(listens).await else {
            // A machine without IPv6 has one address only.
            assert_ne!(listens, "127.0.0.1:0");
            continue;
        };
        let port = listener.local_addr().expect("its address").port();
        let server = ScriptedHttp::start_at(listener, vec![answer("x = 1"); urls.len()]);
        for url in urls {
            answered(ModelSettings {
                url: format!("{url}:{port}/v1"),
                ..settings(&server)
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_stays() {
    let other = ScriptedHttp::start([answer("x = 1")]).await;
    let location = format!("location: {}/v1/chat/completions", other.address);
    let moved = json("307 Temporary Redirect", &[&location], "");
    let server = ScriptedHttp::start([moved]).await;
    let error = refused(settings(&server)).await;
    assert_eq!(error.kind, Kind::Configuration, "{error:?}");
    assert_eq!(other.seen().len(), 0);
}
