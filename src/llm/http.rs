//! One client: connections, headers, time limits and size limits.

use std::sync::Once;
use std::time::Duration;

use futures_util::{Stream, stream};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::address::is_loopback;
use super::failure::{Explain, Refusal};
use super::retry::{Failure, requested_wait};
use super::settings::Timeouts;
use super::wire::Wire;
use crate::engine::ports::ModelErrorKind;

/// Largest body that is read in one piece, in bytes. Lists of models and complaints are far smaller.
const LARGEST_BODY: usize = 4 << 20;
/// Largest stream, in bytes on the wire: each token comes wrapped in some hundred bytes.
const LARGEST_STREAM: usize = 16 << 20;
/// Longest line of a stream, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// Talks to one address with one key.
pub(super) struct Http {
    client: Client,
    key_header: Option<(HeaderName, HeaderValue)>,
    pub explain: Explain,
    pub timeouts: Timeouts,
}

/// A body that was read whole.
pub(super) struct Body {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// Why a stream of bytes ended early.
#[derive(Debug)]
pub(super) enum StreamFault {
    /// Nothing came for so long.
    Silent(Duration),
    /// The connection broke.
    Broken(String),
    /// More came than any answer needs.
    Endless,
}

impl Http {
    /// Prepares a client. Nothing is sent yet.
    pub fn new(
        explain: Explain,
        wire: &dyn Wire,
        base: &Url,
        timeouts: Timeouts,
    ) -> Result<Self, crate::engine::ports::ModelError> {
        install_cryptography();
        let mut builder = Client::builder()
            .user_agent(concat!("salve/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeouts.connect)
            // A redirect would carry the key and the code to an address that nobody configured.
            .redirect(reqwest::redirect::Policy::none());
        if is_loopback(base) {
            builder = builder.no_proxy();
        }
        let unusable =
            |what: String, hint: &str| explain.error(ModelErrorKind::Configuration, what, hint);
        let client = builder.build().map_err(|error| {
            unusable(
                format!(
                    "{}: no client can be set up ({})",
                    explain.url,
                    causes(&error)
                ),
                "check the proxy variables of the environment and the system's certificates",
            )
        })?;
        let key_header = if explain.key.is_empty() {
            None
        } else {
            let (name, value) = wire.key_header(explain.key.reveal());
            let name = HeaderName::from_static(name);
            let mut value = HeaderValue::from_str(&value).map_err(|_| {
                unusable(
                    format!("{}: the key holds characters that no key has", explain.url),
                    "copy the key again, without quotes and line breaks",
                )
            })?;
            value.set_sensitive(true);
            Some((name, value))
        };
        Ok(Self {
            client,
            key_header,
            explain,
            timeouts,
        })
    }

    /// Reads a small body, within the time for checks.
    pub async fn get(&self, url: Url) -> Result<Body, Failure> {
        let limit = self.timeouts.check;
        let work = async {
            let response = self
                .with_key(self.client.get(url))
                .send()
                .await
                .map_err(|error| self.not_sent(&error))?;
            self.read_whole(response).await
        };
        timeout(limit, work).await.unwrap_or_else(|_| {
            Err(Failure::new(
                self.explain.timed_out("no answer to a check", limit),
            ))
        })
    }

    /// Sends a question and returns when the headers of the answer are there.
    pub async fn post(
        &self,
        url: Url,
        body: &Value,
        first_byte: Instant,
    ) -> Result<Response, Failure> {
        let request = self
            .with_key(self.client.post(url))
            .header(ACCEPT, "text/event-stream, application/json")
            .json(body);
        match timeout_at(first_byte, request.send()).await {
            Ok(sent) => sent.map_err(|error| self.not_sent(&error)),
            Err(_) => Err(Failure::new(self.first_byte_missing())),
        }
    }

    pub fn first_byte_missing(&self) -> crate::engine::ports::ModelError {
        self.explain
            .timed_out("no answer", self.timeouts.first_byte)
    }

    /// Reads a body whole, as far as the limit.
    pub async fn read_whole(&self, mut response: Response) -> Result<Body, Failure> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = Vec::new();
        loop {
            let chunk = timeout(self.timeouts.idle, response.chunk())
                .await
                .map_err(|_| {
                    Failure::new(
                        self.explain
                            .timed_out("the answer did not go on", self.timeouts.idle),
                    )
                })?
                .map_err(|error| Failure::new(self.explain.broken_off(&causes(&error))))?;
            let Some(chunk) = chunk else { break };
            if bytes.len() + chunk.len() > LARGEST_BODY {
                return Err(Failure::new(
                    self.explain.malformed("the answer does not end"),
                ));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Body {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// What a body that is not an answer means.
    pub fn refusal(&self, body: &Body, wire: &dyn Wire, model: &str, now: i64) -> Failure {
        let parsed: Option<Value> = serde_json::from_str(&body.text).ok();
        let repeat = body.headers.get("x-should-retry");
        self.explain.refusal(
            &Refusal {
                status: body.status,
                complaint: parsed.and_then(|parsed| wire.complaint(&parsed)),
                body: &body.text,
                wait: requested_wait(&body.headers, now),
                repeat: repeat.and_then(|value| value.to_str().ok()?.parse().ok()),
                model,
            },
            wire.optional_parameters(),
        )
    }

    fn with_key(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.key_header {
            Some((name, value)) => request.header(name, value.clone()),
            None => request,
        }
    }

    fn not_sent(&self, error: &reqwest::Error) -> Failure {
        if error.is_connect() || error.is_timeout() {
            let failure = Failure::new(self.explain.not_connected(&causes(error)));
            let here = error.url().is_some_and(is_loopback);
            // Nobody listens on this machine: that does not pass by itself.
            if here { failure.lasting() } else { failure }
        } else {
            Failure::new(self.explain.broken_off(&causes(error)))
        }
    }
}

/// The bytes of a response within the limits: until `first_byte` for the first ones, `idle` between the others.
pub(super) fn bytes(
    response: Response,
    first_byte: Instant,
    timeouts: Timeouts,
) -> impl Stream<Item = Result<impl AsRef<[u8]>, StreamFault>> {
    struct Reading {
        response: Response,
        deadline: Instant,
        limit: Duration,
        total: usize,
        line: usize,
    }
    let reading = Reading {
        response,
        deadline: first_byte,
        limit: timeouts.first_byte,
        total: 0,
        line: 0,
    };
    stream::try_unfold(reading, move |mut reading| async move {
        let chunk = timeout_at(reading.deadline, reading.response.chunk())
            .await
            .map_err(|_| StreamFault::Silent(reading.limit))?
            .map_err(|error| StreamFault::Broken(causes(&error)))?;
        let Some(chunk) = chunk else { return Ok(None) };
        reading.total += chunk.len();
        reading.line = match chunk.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => chunk.len() - end,
            None => reading.line + chunk.len(),
        };
        if reading.total > LARGEST_STREAM || reading.line > LONGEST_LINE {
            return Err(StreamFault::Endless);
        }
        reading.limit = timeouts.idle;
        reading.deadline = Instant::now() + timeouts.idle;
        Ok(Some((chunk, reading)))
    })
}

/// Whether a response announces server-sent events.
pub(super) fn is_event_stream(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with("text/event-stream"))
}

/// The innermost cause of an error: the outer ones repeat the address, which may hold a password.
fn causes(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Chooses ring for TLS, once in this process. Another choice that was made before is as good.
fn install_cryptography() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}
