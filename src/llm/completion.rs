//! One attempt to get an answer: ask, read the stream, judge what came.

use futures_util::StreamExt;
use reqwest::{Response, Url};
use tokio::time::Instant;

use super::failure::Refusal;
use super::frames::{StreamFault, frames, is_stream};
use super::http::{Body, Http};
use super::retry::Failure;
use super::wire::{
    Answer, Complaint, EventFault, Finish, Lessons, THINKS, Wire, complaint, read_event,
};
use crate::engine::ports::{ModelErrorKind, ModelReply, ModelRequest, Spending};

/// Longest answer, in bytes of text. Nobody asks for more than a function.
const LONGEST_ANSWER: usize = 1 << 20;

/// What one attempt needs.
pub(super) struct Attempt<'call> {
    pub http: &'call Http,
    pub base: &'call Url,
    pub model: &'call str,
    pub request: &'call ModelRequest,
    pub lessons: Lessons,
    pub progress: &'call (dyn Fn(&str) + Send + Sync),
    /// Unix seconds.
    pub now: i64,
}

impl Attempt<'_> {
    /// Asks once. After the first piece was handed on, a failure lasts: a second answer must not follow half a first.
    pub async fn run(&self) -> Result<ModelReply, Failure> {
        let first_byte = Instant::now() + self.http.timeouts.first_byte;
        let wire = self.wire();
        let body = wire.body(self.request, self.model, &self.lessons);
        let url = wire.completion_url(self.base, self.model);
        let response = self.http.post(url, &body, first_byte).await?;
        let mut answer = Answer {
            prompt_bytes: usize::try_from(self.request.bytes()).unwrap_or(usize::MAX),
            ..Answer::default()
        };
        if !response.status().is_success() {
            let refused = self.http.read_whole(response).await?;
            let mut failure = self.refusal(&refused);
            // A parameter that was not sent cannot be left out.
            failure.lesson = failure.lesson.filter(|lesson| {
                let mut lessons = self.lessons.clone();
                lessons.insert((*lesson).to_owned());
                wire.body(self.request, self.model, &lessons) != body
            });
            return Err(failure);
        }
        let read = if is_stream(response.headers(), wire.framing()) {
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

    fn wire(&self) -> &'static dyn Wire {
        self.http.explain.provider.wire
    }

    /// Reads an answer that the server did not stream although it was asked to.
    async fn read_answer(&self, response: Response, answer: &mut Answer) -> Result<(), Failure> {
        let body = self.http.read_whole(response).await?;
        let parsed: Option<serde_json::Value> = serde_json::from_str(&body.text).ok();
        match parsed {
            Some(parsed) if complaint(&parsed).is_some() => Err(self.refusal(&body)),
            Some(parsed) => match self.wire().whole(&parsed, answer) {
                Some(piece) => self.take(&piece, answer),
                None => Err(self.malformed("the answer holds no choice")),
            },
            None => Err(self.malformed("the answer is neither a stream nor JSON")),
        }
    }

    async fn read_stream(
        &self,
        response: Response,
        first_byte: Instant,
        answer: &mut Answer,
    ) -> Result<(), Failure> {
        let wire = self.wire();
        let mut frames = frames(response, wire.framing(), first_byte, self.http.timeouts);
        while let Some(frame) = frames.next().await {
            let frame = frame.map_err(|fault| self.stream_fault(fault))?;
            let piece = read_event(wire, &frame, answer).map_err(|fault| match fault {
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
        if answer.finish == Some(Finish::PromptCut) {
            return Err(self.complaint(Complaint {
                message: "the beginning of the prompt was cut off silently".to_owned(),
                names: "context_length".to_owned(),
                ..Complaint::default()
            }));
        }
        if !answer.done && answer.finish.is_none() {
            return Err(Failure::new(
                self.http.explain.broken_off("the answer stops short"),
            ));
        }
        let truncated = answer.finish == Some(Finish::Length);
        // A model that thinks may use its whole limit up before it says a word: that is an answer cut off. Once that is
        // known it gets room for both.
        let thinks = truncated && !self.lessons.contains(THINKS);
        if answer.text.trim().is_empty() && (thinks || !truncated) {
            let message = format!(
                "{}: model '{}' answered nothing",
                self.http.explain.url, self.model
            );
            let mut failure = Failure::new(self.http.explain.error(
                ModelErrorKind::Protocol,
                message,
                "ask again, or choose another model",
            ));
            failure.lesson = thinks.then_some(THINKS);
            return Err(failure);
        }
        Ok(ModelReply {
            text: std::mem::take(&mut answer.text),
            model: answer.model.take().unwrap_or_else(|| self.model.to_owned()),
            provider: self.http.explain.provider.name.to_owned(),
            tokens_in: answer.tokens_in,
            tokens_out: answer.tokens_out,
            truncated,
            spent: Spending::default(),
        })
    }

    fn refusal(&self, body: &Body) -> Failure {
        self.http.refusal(body, self.model, self.now)
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

    fn stream_fault(&self, fault: StreamFault) -> Failure {
        let explain = &self.http.explain;
        Failure::new(match fault {
            StreamFault::Silent(limit) => explain.timed_out("the answer did not go on", limit),
            StreamFault::Broken(cause) => explain.broken_off(&cause),
            StreamFault::Malformed(what) => explain.malformed(what),
        })
    }
}
