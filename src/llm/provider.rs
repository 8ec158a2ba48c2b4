use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use reqwest::Url;
use tokio::time::{Instant, sleep, timeout};

use super::address::{candidates, is_near, join, parse_address, without_credentials};
use super::catalog::{self, Provider};
use super::completion::Attempt;
use super::failure::Explain;
use super::http::Http;
use super::learned::Learned;
use super::retry::{Failure, pause};
use super::settings::{ModelSettings, Timeouts};
use crate::engine::ports::{
    Clock, ConnectionState, ConnectionStatus, Model, ModelError, ModelErrorKind, ModelReply,
    ModelRequest,
};

/// Parts of the names of models that cannot chat.
const NOT_FOR_CHAT: &[&str] = &[
    "embed",
    "rerank",
    "bge-",
    "whisper",
    "tts",
    "moderation",
    "clip",
    "dall-e",
    "image",
];

/// A model of a provider, reached over HTTP.
pub struct ProviderModel {
    provider: &'static Provider,
    settings: ModelSettings,
    http: Http,
    /// The addresses that may be meant, likeliest first; never empty.
    bases: Vec<Url>,
    learned: Learned,
    found: Mutex<Found>,
    clock: Arc<dyn Clock>,
}

/// What was found out by asking.
struct Found {
    base: Option<Url>,
    model: Option<String>,
    status: ConnectionStatus,
}

/// What a server lists.
struct Listing {
    base: Url,
    models: Vec<String>,
}

impl ProviderModel {
    /// Prepares the model that `settings` name. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ModelErrorKind::Configuration`] if the settings cannot work, whatever the server does.
    pub fn new(settings: ModelSettings, clock: Arc<dyn Clock>) -> Result<Self, ModelError> {
        let wrong = |message: String, hint: String| ModelError {
            kind: ModelErrorKind::Configuration,
            message: settings.api_key.redacted_from(&message),
            hint: Some(hint),
            retry_after_millis: None,
        };
        let provider = catalog::find(&settings.provider).ok_or_else(|| {
            let names: Vec<_> = catalog::provider_names().collect();
            wrong(
                format!("provider '{}' is not known", settings.provider),
                format!("set `provider` to one of: {}", names.join(", ")),
            )
        })?;
        let address = match settings.url.trim() {
            "" => provider.default_url.unwrap_or_default(),
            address => address,
        };
        let base = parse_address(address).ok_or_else(|| {
            wrong(
                format!("'{address}' is not the address of a server"),
                "set `url` to something like http://127.0.0.1:1234/v1".to_owned(),
            )
        })?;
        let explain = Explain {
            provider,
            url: without_credentials(&base),
            key: settings.api_key.clone(),
        };
        let timeouts = settings.timeouts.unwrap_or(if is_near(&base) {
            Timeouts::LOCAL
        } else {
            Timeouts::CLOUD
        });
        let status = ConnectionStatus {
            model: (!settings.model.is_empty()).then(|| settings.model.clone()),
            ..ConnectionStatus::new(ConnectionState::Unchecked, provider.name, &explain.url)
        };
        Ok(Self {
            http: Http::new(explain, provider.wire, &base, timeouts)?,
            provider,
            bases: candidates(base),
            learned: Learned::default(),
            found: Mutex::new(Found {
                base: None,
                model: None,
                status,
            }),
            settings,
            clock,
        })
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the list of models at each address that may be meant.
    async fn list(&self) -> Result<Listing, Failure> {
        let known = self.found().base.clone();
        let bases = known
            .as_ref()
            .map_or(self.bases.as_slice(), std::slice::from_ref);
        let mut first_failure = None;
        for base in bases {
            match self.list_at(base).await {
                Ok(models) => {
                    self.found().base = Some(base.clone());
                    return Ok(Listing {
                        base: base.clone(),
                        models,
                    });
                }
                Err(failure) if is_wrong_address(failure.error.kind) => {
                    first_failure.get_or_insert(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(first_failure
            .unwrap_or_else(|| Failure::new(self.http.explain.malformed("there is no address"))))
    }

    async fn list_at(&self, base: &Url) -> Result<Vec<String>, Failure> {
        let wire = self.provider.wire;
        let body = self.http.get(join(base, wire.models_path())).await?;
        let parsed: Option<serde_json::Value> = serde_json::from_str(&body.text).ok();
        let complains = parsed
            .as_ref()
            .is_some_and(|parsed| wire.complaint(parsed).is_some());
        if !(200..300).contains(&body.status) || complains {
            return Err(self.http.refusal(&body, wire, "", self.clock.now()));
        }
        parsed
            .and_then(|parsed| wire.models(&parsed))
            .ok_or_else(|| {
                Failure::new(
                    self.http
                        .explain
                        .malformed("the answer is not a list of models"),
                )
            })
    }

    /// The model that is used, out of those that the server lists.
    fn choose(&self, listed: &[String]) -> Result<String, ModelError> {
        let wanted = &self.settings.model;
        let chosen = if wanted.is_empty() {
            listed.iter().find(|name| can_chat(name))
        } else {
            listed.iter().find(|name| *name == wanted)
        };
        chosen.cloned().ok_or_else(|| {
            let url = &self.http.explain.url;
            let message = if wanted.is_empty() {
                format!("{url}: there is no model that can chat")
            } else {
                let others: Vec<_> = listed.iter().take(5).map(String::as_str).collect();
                format!(
                    "{url}: there is no model '{wanted}' (there are: {})",
                    if others.is_empty() {
                        "none".to_owned()
                    } else {
                        others.join(", ")
                    }
                )
            };
            self.http.explain.error(
                ModelErrorKind::ModelMissing,
                message,
                self.provider.model_hint,
            )
        })
    }

    /// The address and the model to ask, with as few questions before as possible.
    async fn resolve(&self) -> Result<(Url, String), Failure> {
        let (base, model) = {
            let found = self.found();
            let base = found.base.clone().or_else(|| match self.bases.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
            let wanted = &self.settings.model;
            let model = if wanted.is_empty() {
                found.model.clone()
            } else {
                Some(wanted.clone())
            };
            (base, model)
        };
        match (base, model) {
            (Some(base), Some(model)) => Ok((base, model)),
            (None, Some(model)) => match self.list().await {
                Ok(listing) => Ok((listing.base, model)),
                // Some servers answer questions without listing their models.
                Err(failure) if is_wrong_address(failure.error.kind) => self
                    .bases
                    .first()
                    .map(|base| (base.clone(), model))
                    .ok_or(failure),
                Err(failure) => Err(failure),
            },
            (_, None) => {
                let listing = self.list().await?;
                let model = self.choose(&listing.models).map_err(Failure::new)?;
                self.found().model = Some(model.clone());
                Ok((listing.base, model))
            }
        }
    }

    async fn ask_once(
        &self,
        request: &ModelRequest,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<ModelReply, Failure> {
        let (base, model) = self.resolve().await?;
        loop {
            let attempt = Attempt {
                http: &self.http,
                wire: self.provider.wire,
                base: &base,
                model: &model,
                request,
                refused: self.learned.refused(&model),
                progress,
                now: self.clock.now(),
            };
            match attempt.run().await {
                Err(Failure {
                    parameter: Some(parameter),
                    ..
                }) if self.learned.note(&model, parameter) => {
                    tracing::info!(
                        model,
                        parameter,
                        "the model refuses a parameter; asking without it"
                    );
                }
                outcome => return outcome,
            }
        }
    }

    async fn ask_until_it_lasts(
        &self,
        request: &ModelRequest,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        let started = Instant::now();
        let mut repetition = 0;
        loop {
            let failure = match self.ask_once(request, progress).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let (retries, backoff) = (self.settings.retries, self.settings.backoff);
            let Some(wait) = pause(&failure, repetition, retries, backoff)
                .filter(|wait| started.elapsed() + *wait < self.http.timeouts.total)
            else {
                return Err(failure.error);
            };
            tracing::info!(error = %failure.error, ?wait, "asking the model again");
            sleep(wait).await;
            repetition += 1;
        }
    }

    fn note_failure(&self, error: &ModelError) {
        let mut found = self.found();
        found.status.error = Some(error.message.clone());
        found.status.state = match error.kind {
            ModelErrorKind::Unreachable => ConnectionState::Unreachable,
            ModelErrorKind::Auth => ConnectionState::AuthFailed,
            ModelErrorKind::ModelMissing => {
                // It may have been unloaded: choose again.
                found.model = None;
                ConnectionState::ModelMissing
            }
            // The fault of one question says nothing of the next.
            ModelErrorKind::BadRequest
            | ModelErrorKind::ContextTooLong
            | ModelErrorKind::ContentBlocked => found.status.state,
            ModelErrorKind::RateLimited
            | ModelErrorKind::Quota
            | ModelErrorKind::BudgetSpent
            | ModelErrorKind::Overloaded
            | ModelErrorKind::Timeout
            | ModelErrorKind::Protocol
            | ModelErrorKind::Configuration => ConnectionState::Failing,
        };
    }
}

#[async_trait]
impl Model for ProviderModel {
    async fn complete(
        &self,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        let total = self.http.timeouts.total;
        let outcome = timeout(total, self.ask_until_it_lasts(request, progress))
            .await
            .unwrap_or_else(|_| Err(self.http.explain.timed_out("no whole answer", total)));
        match &outcome {
            Ok(reply) => {
                let mut found = self.found();
                found.status.state = ConnectionState::Ready;
                found.status.model = Some(reply.model.clone());
                found.status.checked_at = Some(self.clock.now());
                found.status.error = None;
            }
            Err(error) => self.note_failure(error),
        }
        outcome
    }

    async fn check(&self) -> ConnectionStatus {
        let started = Instant::now();
        let chosen = match self.list().await {
            Ok(listing) => self.choose(&listing.models),
            Err(failure) => Err(failure.error),
        };
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Err(error) = &chosen {
            self.note_failure(error);
        }
        let mut found = self.found();
        found.status.checked_at = Some(self.clock.now());
        found.status.latency_millis = Some(millis);
        if let Ok(model) = chosen {
            // Only an answer makes it ready, and only a failure after that unmakes it.
            if found.status.state != ConnectionState::Ready {
                found.status.state = ConnectionState::Reachable;
                found.status.model = Some(model.clone());
            }
            found.status.error = None;
            found.model = Some(model);
        }
        found.status.clone()
    }

    fn status(&self) -> ConnectionStatus {
        self.found().status.clone()
    }

    fn is_local(&self) -> bool {
        self.bases.iter().all(is_near)
    }
}

impl std::fmt::Debug for ProviderModel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ProviderModel")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

fn is_wrong_address(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::Configuration | ModelErrorKind::Protocol | ModelErrorKind::ModelMissing
    )
}

fn can_chat(name: &str) -> bool {
    let name = name.to_lowercase();
    !NOT_FOR_CHAT.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedding_models_are_not_asked() {
        assert!(!can_chat("text-embedding-nomic-embed-text-v1.5"));
        assert!(can_chat("qwen2.5-coder-7b-instruct"));
    }
}
