//! The protocols. A new one is a file here that implements [`Wire`], and a row of the catalog that names it.

mod openai;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::engine::ports::ModelRequest;

pub(super) use openai::OpenAiChat;

/// How one protocol says things. Pure: it sees bodies, never the network.
pub(super) trait Wire: Send + Sync {
    /// The header that carries the key: its name and its value.
    fn key_header(&self, key: &str) -> (&'static str, String);

    /// Where the models are listed, below the base address.
    fn models_path(&self) -> &'static str;

    /// Where a completion is asked for, below the base address.
    fn completion_path(&self, model: &str) -> String;

    /// The names in a list of models; `None` if the body is not such a list.
    fn models(&self, body: &Value) -> Option<Vec<String>>;

    /// The body that asks, without the parameters that the model refused before.
    fn body(&self, request: &ModelRequest, model: &str, refused: &BTreeSet<&'static str>) -> Value;

    /// The parameters that may be left out, or said another way, when a model refuses them.
    fn optional_parameters(&self) -> &'static [&'static str];

    /// What a body complains of, if it is a complaint.
    fn complaint(&self, body: &Value) -> Option<Complaint>;

    /// Adds one event of a stream to `answer` and returns the piece of text in it.
    fn event(&self, data: &str, answer: &mut Answer) -> Result<String, EventFault>;

    /// Reads a whole answer that was not streamed; `None` if the body is no answer.
    fn whole(&self, body: &Value, answer: &mut Answer) -> Option<String>;
}

/// What an answer is known to be, while it comes in.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The text so far.
    pub text: String,
    /// Why the model would not answer, in its own words.
    pub refusal: String,
    /// The model, as the server names it.
    pub model: Option<String>,
    /// Tokens of the prompt.
    pub tokens_in: Option<u64>,
    /// Tokens of the answer.
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
}

/// What is wrong with an event of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EventFault {
    /// The server reports a failure in the middle of its answer.
    Complaint(Complaint),
    /// It is not what the protocol promises.
    Malformed,
}

/// An error as a server words it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// For people.
    pub message: String,
    /// Every name that the server gives it, in lower case, separated by blanks.
    pub names: String,
    /// The parameter concerned.
    pub parameter: Option<String>,
    /// The HTTP status that the body repeats.
    pub status: Option<u16>,
}
