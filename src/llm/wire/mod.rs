//! The protocols. A new one is a file here that implements [`Wire`], and a row of the catalog that names it.
//!
//! Everything here is pure: bodies and addresses in, bodies and addresses out. Nothing is sent.

mod anthropic;
mod complaint;
mod gemini;
mod ollama;
mod openai;

use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::Value;

use crate::engine::ports::ModelRequest;

pub(super) use anthropic::Anthropic;
pub(super) use complaint::{Complaint, complaint};
pub(super) use gemini::Gemini;
pub(super) use ollama::Ollama;
pub(super) use openai::{Dialect, OpenAiChat};

/// The lesson that a model thinks before it speaks, so that its limit of tokens must leave room for both.
pub(super) const THINKS: &str = "thinks";
/// Room for thinking, in tokens.
const THINKING_ROOM: u32 = 4096;

/// What a model taught: the parameters that it refuses, and whether it thinks ([`THINKS`]).
pub(super) type Lessons = BTreeSet<String>;

/// How one protocol says things.
pub(super) trait Wire: Send + Sync {
    /// How the pieces of a streamed answer are told apart.
    fn framing(&self) -> Framing;

    /// Headers that every request carries, besides the key.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The base addresses that may be meant by `address`, likeliest first; at least one.
    fn bases(&self, address: Url) -> Vec<Url>;

    /// Where the models are listed. Asking is free of charge, and fails with a wrong key.
    fn models_url(&self, base: &Url) -> Url;

    /// The models in a list; `None` if the body is not such a list.
    fn models(&self, body: &Value) -> Option<Vec<Listed>>;

    /// Whether a model in the list is the one that a person names so.
    fn is_named(&self, listed: &str, wanted: &str) -> bool {
        listed == wanted
    }

    /// Whether the list holds what can be asked. If not, a name that is missing there may work, and one that is there
    /// may not.
    fn lists_what_it_serves(&self) -> bool {
        true
    }

    /// The model that the address itself names.
    fn model_in(&self, _base: &Url) -> Option<String> {
        None
    }

    /// Where a completion is asked for.
    fn completion_url(&self, base: &Url, model: &str) -> Url;

    /// The body that asks for a streamed answer, as the model taught to ask it.
    fn body(&self, request: &ModelRequest, model: &str, lessons: &Lessons) -> Value;

    /// The parameters that may be left out, or said another way, when a model refuses them.
    fn optional_parameters(&self) -> &'static [&'static str];

    /// Adds one piece of a streamed answer to `answer` and returns the text in it.
    fn piece(&self, body: &Value, answer: &mut Answer) -> String;

    /// Reads a whole answer that was not streamed; `None` if the body is no answer.
    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String>;

    /// Where the server tells what is in memory, best first; empty where nobody can tell. Asking is free of charge,
    /// loads nothing and aborts nothing.
    fn residence_urls(&self, _base: &Url) -> Vec<Url> {
        Vec::new()
    }

    /// What the answer from one of [`Wire::residence_urls`] says; `None` if it says nothing of it, so that the next one
    /// is asked.
    fn residence(&self, _status: u16, _body: &Value) -> Option<Residence> {
        None
    }

    /// The request that keeps a model in memory, as it was loaded, without generating a token: where to post what. `None`
    /// where there is no such thing.
    fn warm(&self, _base: &Url, _model: &str, _loaded: &Resident) -> Option<(Url, Value)> {
        None
    }
}

/// How the pieces of a streamed answer are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// Server-sent events, `text/event-stream`.
    Events,
    /// One JSON value a line, `application/x-ndjson`.
    Lines,
}

/// A model as its server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// The name to ask for.
    pub name: String,
    /// Whether it answers questions; others embed, draw or listen.
    pub chats: bool,
}

/// What is in a server's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Residence {
    /// These models, and no others.
    Models(Vec<Resident>),
    /// The model, whichever it is: the server has one only.
    Whole,
    /// The server is loading its model right now.
    Loading,
}

impl Residence {
    /// The model in memory that a person names so; `None` if it is not there.
    pub fn find(&self, wire: &dyn Wire, model: &str) -> Option<&Resident> {
        match self {
            Self::Models(models) => models.iter().find(|resident| {
                let mut names = resident.names.iter();
                names.any(|name| wire.is_named(name, model))
            }),
            Self::Whole | Self::Loading => None,
        }
    }
}

/// A model in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Resident {
    /// What it answers to.
    pub names: Vec<String>,
    /// Longest prompt and answer together, in tokens, as it was loaded.
    pub context: Option<u64>,
    /// Whether it is still being loaded.
    pub loading: bool,
}

/// What an answer is known to be, while it comes in.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Length of the prompt in bytes, so that one that was cut can be told.
    pub prompt_bytes: usize,
    /// The text so far.
    pub text: String,
    /// Why the model would not answer, in its own words.
    pub refusal: String,
    /// The model, as the server names it.
    pub model: Option<String>,
    /// Tokens of the prompt.
    pub tokens_in: Option<u64>,
    /// Tokens of the answer, those of thinking included.
    pub tokens_out: Option<u64>,
    /// Why the model stopped; `None` while it has not.
    pub finish: Option<Finish>,
    /// Whether the server said that nothing follows.
    pub done: bool,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    /// It had said everything.
    Stop,
    /// It reached the limit of tokens.
    Length,
    /// A filter stopped it.
    Blocked,
    /// It was asked only a part of the prompt: the rest did not fit, and nobody said so.
    PromptCut,
}

/// What is wrong with an event of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EventFault {
    /// The server reports a failure in the middle of its answer.
    Complaint(Complaint),
    /// It is not what the protocol promises.
    Malformed,
}

/// Adds one event of a stream, or one line, to `answer` and returns the text in it.
pub(super) fn read_event(
    wire: &dyn Wire,
    data: &str,
    answer: &mut Answer,
) -> Result<String, EventFault> {
    // OpenAI's end of a stream; no other protocol has a word like it.
    if data.trim() == "[DONE]" {
        answer.done = true;
        return Ok(String::new());
    }
    let body: Value = serde_json::from_str(data).map_err(|_| EventFault::Malformed)?;
    if let Some(complaint) = complaint(&body) {
        return Err(EventFault::Complaint(complaint));
    }
    if !body.is_object() {
        return Err(EventFault::Malformed);
    }
    Ok(wire.piece(&body, answer))
}

/// The limit of tokens that is sent for an answer of at most `max_tokens`.
fn limit(max_tokens: u32, lessons: &Lessons) -> u32 {
    if lessons.contains(THINKS) {
        max_tokens.saturating_add(THINKING_ROOM)
    } else {
        max_tokens
    }
}

/// A sampling temperature through its decimal form, so that 0.2 is not sent as 0.20000000298023224.
fn temperature(request: &ModelRequest) -> Value {
    let decimal = request.temperature.to_string().parse::<f64>();
    decimal.map_or(Value::Null, Value::from)
}

/// The text at a path of names, or empty.
fn text<'body>(body: &'body Value, path: &str) -> &'body str {
    body.pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Parts of the names of models that cannot chat.
const NOT_FOR_CHAT: [&str; 22] = [
    "embed",
    "rerank",
    "bge-",
    "whisper",
    "tts",
    "moderation",
    "clip",
    "dall-e",
    "image",
    "audio",
    "realtime",
    "transcribe",
    "sora",
    "veo",
    "imagen",
    "lyria",
    "aqa",
    "davinci",
    "babbage",
    "computer-use",
    "deep-research",
    "robotics",
];

/// Whether the name of a model is one of a model that chats.
fn sounds_like_chat(name: &str) -> bool {
    let name = name.to_lowercase();
    !NOT_FOR_CHAT.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ports::{Message, Role};

    /// A short conversation with standing orders.
    pub(super) fn request() -> ModelRequest {
        let message = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        ModelRequest {
            messages: vec![message(Role::System, "be brief"), message(Role::User, "hi")],
            max_tokens: 9,
            temperature: 0.2,
            ..ModelRequest::default()
        }
    }

    pub(super) fn lessons(names: &[&str]) -> Lessons {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Feeds `events` to `wire` and returns the text and what became known.
    pub(super) fn read(wire: &dyn Wire, events: &[&str]) -> (String, Answer) {
        let mut answer = Answer::default();
        let text = events
            .iter()
            .map(|data| read_event(wire, data, &mut answer).expect("a good event"))
            .collect();
        (text, answer)
    }

    #[test]
    fn embedding_models_are_not_asked() {
        assert!(!sounds_like_chat("text-embedding-nomic-embed-text-v1.5"));
        assert!(sounds_like_chat("qwen2.5-coder-7b-instruct"));
    }

    #[test]
    fn what_is_no_event_is_told_apart_from_a_complaint() {
        for wire in [
            &OpenAiChat(Dialect::Plain) as &dyn Wire,
            &Anthropic,
            &Gemini,
            &Ollama,
        ] {
            let fault = |data| read_event(wire, data, &mut Answer::default()).err();
            assert_eq!(fault("{"), Some(EventFault::Malformed));
            assert_eq!(fault("7"), Some(EventFault::Malformed));
            for complaint in [
                r#"{"error":{"message":"x"}}"#,
                r#"{"error":"x"}"#,
                r#"[{"error":{"message":"x"}}]"#,
            ] {
                assert!(matches!(fault(complaint), Some(EventFault::Complaint(_))));
            }
            // What a protocol adds next year is not a failure.
            assert_eq!(fault(r#"{"type":"new"}"#), None);
        }
    }
}
