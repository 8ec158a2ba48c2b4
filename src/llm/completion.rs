//! One attempt to get an answer: ask, read the stream, judge what came.

use std::collections::BTreeSet;

use eventsource_stream::{EventStreamError, Eventsource};
use futures_util::StreamExt;
use reqwest::{Response, Url};
use tokio::time::Instant;

use super::address::join;
use super::failure::Refusal;
use super::http::{Body, Http, StreamFault, bytes, is_event_stream};
use super::retry::Failure;
use super::wire::{Answer, Complaint, EventFault, Finish, Wire};
use crate::engine::ports::{ModelErrorKind, ModelReply, ModelRequest};

/// Longest answer, in bytes of text. Nobody asks for more than a function.
const LONGEST_ANSWER: usize = 1 << 20;

/// What one attempt needs.
pub(super) struct Attempt<'call> {
    pub http: &'call Http,
    pub wire: &'static dyn Wire,
    pub base: &'call Url,
    pub model: &'call str,
    pub request: &'call ModelRequest,
    pub refused: BTreeSet<&'static str>,
    pub progress: &'call (dyn Fn(&str) + Send + Sync),
    /// Unix seconds.
    pub now: i64,
}

impl Attempt<'_> {
    /// Asks once. After the first piece was handed on, a failure lasts: a second answer must not follow half a first.
    pub async fn run(&self) -> Result<ModelReply, Failure> {
        let first_byte = Instant::now() + self.http.timeouts.first_byte;
        let mut body = self.wire.body(self.request, self.model, &self.refused);
        let url = join(self.base, &self.wire.completion_path(self.model));
        let response = self.http.post(url, &body, first_byte).await?;
        let mut answer = Answer::default();
        if !response.status().is_success() {
            let refused = self.http.read_whole(response).await?;
            let mut failure = self.refusal(&refused);
            // A parameter that was not sent cannot be left out.
            failure.parameter = failure.parameter.filter(|name| {
                body.as_object_mut()
                    .is_some_and(|body| body.contains_key(*name))
            });
            return Err(failure);
        }
        let read = if is_event_stream(response.headers()) {
            self.read_stream(response, first_byte, &mut answer).await
        } else {
            self.read_answer(response, &mut answer).await
        };
        read.and_then(|()| self.judge(&mut answer))
            .map_err(|failure| {
                if answer.text.is_empty() {
                    failure
                } else {
                    failure.lasting()
                }
            })
    }

    /// Reads an answer that the server did not stream although it was asked to.
    async fn read_answer(&self, response: Response, answer: &mut Answer) -> Result<(), Failure> {
        let body = self.http.read_whole(response).await?;
        let parsed: Option<serde_json::Value> = serde_json::from_str(&body.text).ok();
        match parsed {
            Some(parsed) if self.wire.complaint(&parsed).is_some() => Err(self.refusal(&body)),
            Some(parsed) => match self.wire.whole(&parsed, answer) {
                Some(piece) => self.take(&piece, answer),
                None => Err(self.malformed("the answer holds no choice")),
            },
            None => Err(self.malformed("the answer is neither a stream of events nor JSON")),
        }
    }

    async fn read_stream(
        &self,
        response: Response,
        first_byte: Instant,
        answer: &mut Answer,
    ) -> Result<(), Failure> {
        let stream = bytes(response, first_byte, self.http.timeouts).eventsource();
        let mut stream = std::pin::pin!(stream);
        while let Some(event) = stream.next().await {
            let event = event.map_err(|fault| self.stream_fault(fault))?;
            let piece = self
                .wire
                .event(&event.data, answer)
                .map_err(|fault| match fault {
                    EventFault::Complaint(complaint) => self.complaint(complaint),
                    EventFault::Malformed => self.malformed("a piece of the answer is not JSON"),
                })?;
            self.take(&piece, answer)?;
            if answer.done {
                break;
            }
        }
        Ok(())
    }

    fn take(&self, piece: &str, answer: &mut Answer) -> Result<(), Failure> {
        if piece.is_empty() {
            return Ok(());
        }
        if answer.text.len() + piece.len() > LONGEST_ANSWER {
            return Err(self.malformed("the answer does not end"));
        }
        answer.text.push_str(piece);
        (self.progress)(piece);
        Ok(())
    }

    /// Whether what came is an answer.
    fn judge(&self, answer: &mut Answer) -> Result<ModelReply, Failure> {
        if answer.finish == Some(Finish::Blocked)
            || answer.text.is_empty() && !answer.refusal.is_empty()
        {
            return Err(self.complaint(Complaint {
                message: std::mem::take(&mut answer.refusal),
                names: "content_filter".to_owned(),
                ..Complaint::default()
            }));
        }
        if !answer.done && answer.finish.is_none() {
            return Err(Failure::new(
                self.http.explain.broken_off("the answer stops short"),
            ));
        }
        let truncated = answer.finish == Some(Finish::Length);
        // A model that thinks may use its whole limit up before it says a word: that is an answer cut off.
        if answer.text.trim().is_empty() && !truncated {
            let message = format!(
                "{}: model '{}' answered nothing",
                self.http.explain.url, self.model
            );
            return Err(Failure::new(self.http.explain.error(
                ModelErrorKind::Protocol,
                message,
                "ask again, or choose another model",
            )));
        }
        Ok(ModelReply {
            text: std::mem::take(&mut answer.text),
            model: answer.model.take().unwrap_or_else(|| self.model.to_owned()),
            provider: self.http.explain.provider.name.to_owned(),
            tokens_in: answer.tokens_in,
            tokens_out: answer.tokens_out,
            truncated,
        })
    }

    fn refusal(&self, body: &Body) -> Failure {
        self.http.refusal(body, self.wire, self.model, self.now)
    }

    fn complaint(&self, complaint: Complaint) -> Failure {
        self.http.explain.refusal(
            &Refusal {
                status: 200,
                complaint: Some(complaint),
                body: "",
                wait: None,
                repeat: None,
                model: self.model,
            },
            &[],
        )
    }

    fn malformed(&self, what: &str) -> Failure {
        Failure::new(self.http.explain.malformed(what))
    }

    fn stream_fault(&self, fault: EventStreamError<StreamFault>) -> Failure {
        let explain = &self.http.explain;
        Failure::new(match fault {
            EventStreamError::Transport(StreamFault::Silent(limit)) => {
                explain.timed_out("the answer did not go on", limit)
            }
            EventStreamError::Transport(StreamFault::Broken(cause)) => explain.broken_off(&cause),
            EventStreamError::Transport(StreamFault::Endless) => {
                explain.malformed("the answer does not end")
            }
            EventStreamError::Utf8(_) => explain.malformed("the answer is not UTF-8"),
            EventStreamError::Parser(_) => {
                explain.malformed("the answer is not a stream of events")
            }
        })
    }
}
