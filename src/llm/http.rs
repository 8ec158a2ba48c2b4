//! One address and one key: headers, time limits and size limits.

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::address::{at_both_families, is_loopback};
use super::client::client;
use super::failure::{Explain, Refusal};
use super::obstacle::{Obstacle, cause, obstacle};
use super::retry::{Failure, requested_wait};
use super::settings::{ModelSettings, Timeouts};
use super::wire::complaint;
use crate::engine::ports::{ModelError, ModelErrorKind};

/// Largest body that is read in one piece, in bytes. Lists of models and complaints are far smaller.
const LARGEST_BODY: usize = 4 << 20;

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

impl Http {
    /// Prepares a client for the addresses of `base`. Nothing is sent yet.
    pub fn new(
        explain: Explain,
        base: &Url,
        timeouts: Timeouts,
        settings: &ModelSettings,
    ) -> Result<Self, ModelError> {
        let client = client(&explain, base, timeouts, settings)?;
        let key_header = if explain.key.is_empty() {
            None
        } else {
            let (name, prefix) = explain.provider.key_header;
            let name = HeaderName::from_static(name);
            let value = format!("{prefix}{}", explain.key.reveal());
            let mut value = HeaderValue::from_str(&value).map_err(|_| {
                explain.error(
                    ModelErrorKind::Configuration,
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
                .prepared(self.client.get(at_both_families(url)))
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
            .prepared(self.client.post(at_both_families(url)))
            .header(
                ACCEPT,
                "text/event-stream, application/x-ndjson, application/json",
            )
            .json(body);
        match timeout_at(first_byte, request.send()).await {
            Ok(sent) => sent.map_err(|error| self.not_sent(&error)),
            Err(_) => Err(Failure::new(self.first_byte_missing())),
        }
    }

    pub fn first_byte_missing(&self) -> ModelError {
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
                .map_err(|error| Failure::new(self.explain.broken_off(&cause(&error))))?;
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
    pub fn refusal(&self, body: &Body, model: &str, now: i64) -> Failure {
        let parsed: Option<Value> = serde_json::from_str(&body.text).ok();
        let repeat = body.headers.get("x-should-retry");
        self.explain.refusal(
            &Refusal {
                status: body.status,
                complaint: parsed.and_then(|parsed| complaint(&parsed)),
                body: &body.text,
                wait: requested_wait(&body.headers, now),
                repeat: repeat.and_then(|value| value.to_str().ok()?.parse().ok()),
                model,
            },
            self.explain.provider.wire.optional_parameters(),
        )
    }

    /// A request with the key and the headers of the protocol.
    fn prepared(&self, mut request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        for (name, value) in self.explain.provider.wire.headers() {
            request = request.header(*name, *value);
        }
        match &self.key_header {
            Some((name, value)) => request.header(name, value.clone()),
            None => request,
        }
    }

    fn not_sent(&self, error: &reqwest::Error) -> Failure {
        if error.is_connect() || error.is_timeout() {
            let obstacle = obstacle(error);
            let mut failure = Failure::new(self.explain.not_connected(obstacle, &cause(error)));
            failure.obstacle = Some(obstacle);
            // Nobody listens on this machine, or somebody cannot prove who it is: that does not pass by itself.
            let here = error.url().is_some_and(is_loopback);
            failure.passing &= !here && obstacle != Obstacle::Tls;
            failure
        } else {
            Failure::new(self.explain.broken_off(&cause(error)))
        }
    }
}
