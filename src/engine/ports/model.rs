//! Language models: what is asked, what comes back, and why nothing does.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConnectionStatus, Probed, Spending, in_one_line};

/// Who speaks in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing orders.
    System,
    /// The question.
    User,
    /// The model's earlier answer.
    Assistant,
}

impl Role {
    /// Its name in the protocols: `system`, `user`, `assistant`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// What a call to a model is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To heal a finding.
    #[default]
    Heal,
    /// To see whether the model answers.
    Test,
}

/// What a model is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelRequest {
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// Most tokens that the answer may have.
    pub max_tokens: u32,
    /// Sampling temperature, 0 for the likeliest answer.
    pub temperature: f32,
    /// What it is for.
    pub purpose: Purpose,
    /// How many secrets were replaced in the messages.
    pub redactions: u32,
    /// What the same fix used up before this question.
    pub already_spent: Spending,
    /// Whether the person agreed to spend more than the budget.
    pub beyond_budget: bool,
}

impl ModelRequest {
    /// Bytes of the messages' texts in UTF-8.
    pub fn bytes(&self) -> u64 {
        let bytes: usize = self
            .messages
            .iter()
            .map(|message| message.content.len())
            .sum();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelReply {
    /// The whole text.
    pub text: String,
    /// The model that answered, as its provider names it.
    pub model: String,
    /// The provider's name, such as `lmstudio`.
    pub provider: String,
    /// Tokens of the prompt, where the provider counts them.
    pub tokens_in: Option<u64>,
    /// Tokens of the answer, where the provider counts them.
    pub tokens_out: Option<u64>,
    /// Whether the answer was cut off at `max_tokens`.
    pub truncated: bool,
    /// What it took of the budget; nothing for a local model.
    pub spent: Spending,
}

/// Why a model gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelErrorKind {
    /// Nobody listens at the address, or the connection broke.
    Unreachable,
    /// The key is missing or wrong.
    Auth,
    /// There is no such model, or none is loaded.
    ModelMissing,
    /// The server is still loading the model.
    Loading,
    /// Too many requests.
    RateLimited,
    /// The account has no credit left.
    Quota,
    /// The person's own budget is used up.
    BudgetSpent,
    /// The server is overloaded or failed.
    Overloaded,
    /// The server refused the request.
    BadRequest,
    /// The prompt does not fit the model.
    ContextTooLong,
    /// The content was blocked by the provider.
    ContentBlocked,
    /// Nothing came within the time allowed.
    Timeout,
    /// The answer is not what the protocol promises.
    Protocol,
    /// The configuration cannot work.
    Configuration,
}

/// A failed call to a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What the engine can act on.
    pub kind: ModelErrorKind,
    /// What happened, with the address or model concerned.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How long the provider asks to wait, in milliseconds.
    pub retry_after_millis: Option<u64>,
}

impl ModelError {
    /// What happened and what to do about it, in one line.
    pub fn in_one_line(&self) -> String {
        in_one_line(&self.message, self.hint.as_deref())
    }
}

/// A model that a server lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedModel {
    /// Its name, as the server has it.
    pub name: String,
    /// Whether it is the one that is used.
    pub used: bool,
    /// Whether the server holds it in memory; `null` where the server does not say.
    pub loaded: Option<bool>,
}

/// A language model.
#[async_trait]
pub trait Model: Send + Sync {
    /// Asks, and hands each piece of the answer to `progress` as it comes.
    ///
    /// Dropping the future cancels the request down to the server.
    async fn complete(
        &self,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError>;

    /// Asks the server what it has, without generating a token.
    async fn check(&self) -> ConnectionStatus;

    /// Has the server keep the model loaded, where it has a free call for that. Never loads a model, never disturbs one
    /// that is being loaded, and never costs anything.
    async fn keep_warm(&self) {}

    /// Asks the server which models it has, in its own order.
    async fn models(&self) -> Result<Vec<ListedModel>, ModelError>;

    /// Goes the way to an answer as far as it is free, and ends with the first step that fails. Hands each step to
    /// `on_step` when it was taken.
    async fn probe(
        &self,
        on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Vec<Probed>;

    /// What is known without asking.
    fn status(&self) -> ConnectionStatus;

    /// Waits until what is known is news to somebody who was told `known`.
    async fn changed(&self, known: &ConnectionStatus);

    /// Whether the server is on this machine or in a private network, so that what is sent stays there and is free.
    fn is_local(&self) -> bool;
}
