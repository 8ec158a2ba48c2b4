use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::{Instant, sleep, timeout};

use super::address::{is_near, parse_address, without_credentials};
use super::catalog;
use super::completion::Attempt;
use super::connection::Event;
use super::failure::Explain;
use super::http::Http;
use super::learned::Learned;
use super::retry::{Failure, pause};
use super::service::{Finding, Service};
use super::settings::{ModelSettings, Timeouts};
use super::watched::{Question, Watched};
use crate::engine::ports::{
    Clock, ConnectionState, ConnectionStatus, ListedModel, Model, ModelError, ModelErrorKind,
    ModelReply, ModelRequest, Probed, RefusedParameter,
};

/// A model of a provider, reached over HTTP.
pub struct ProviderModel {
    service: Service,
    settings: ModelSettings,
    learned: Arc<Learned>,
    connection: Watched,
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
                format!("set `model.provider` to one of: {}", names.join(", ")),
            )
        })?;
        let address = match settings.url.trim() {
            "" => provider.default_url.unwrap_or_default(),
            address => address,
        };
        let base = parse_address(address, provider.default_url).ok_or_else(|| {
            wrong(
                format!("'{address}' is not the address of a server"),
                format!(
                    "set `providers.{}.url` to something like http://127.0.0.1:1234/v1",
                    settings.provider
                ),
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
        let bases = provider.wire.bases(base.clone());
        let wanted = match (settings.model.as_str(), bases.first()) {
            ("", Some(base)) => provider.wire.model_in(base).unwrap_or_default(),
            (model, _) => model.to_owned(),
        };
        let status = ConnectionStatus {
            model: (!wanted.is_empty()).then(|| wanted.clone()),
            ..ConnectionStatus::new(ConnectionState::Unchecked, provider.name, &explain.url)
        };
        let http = Http::new(explain, &base, timeouts, &settings)?;
        Ok(Self {
            connection: Watched::new(status, Arc::clone(&clock)),
            service: Service::new(provider, http, bases, wanted, clock),
            learned: Arc::default(),
            settings,
        })
    }

    /// The same model, which starts with what was learned before and adds to it.
    #[must_use]
    pub fn with_learned(mut self, learned: Arc<Learned>) -> Self {
        self.learned = learned;
        self
    }

    async fn ask_once(
        &self,
        request: &ModelRequest,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<ModelReply, Failure> {
        let service = &self.service;
        let (base, model) = service.resolve().await?;
        loop {
            let attempt = Attempt {
                http: &service.http,
                base: &base,
                model: &model,
                request,
                lessons: self
                    .learned
                    .of(service.provider.name, &service.http.explain.url, &model),
                progress,
                now: service.clock.now(),
            };
            match attempt.run().await {
                Err(Failure {
                    lesson: Some(parameter),
                    ..
                }) if self.learned.note(RefusedParameter {
                    provider: service.provider.name.to_owned(),
                    url: service.http.explain.url.clone(),
                    model: model.clone(),
                    parameter: parameter.to_owned(),
                }) =>
                {
                    tracing::info!(model, parameter, "the model taught; asking another way");
                }
                outcome => return outcome,
            }
        }
    }

    async fn ask_until_it_lasts(
        &self,
        request: &ModelRequest,
        question: &Question<'_>,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        let started = Instant::now();
        let timeouts = self.service.http.timeouts;
        let mut repetition = 0;
        loop {
            let failure = match self.ask_once(request, progress).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let kind = failure.error.kind;
            // A model that is being loaded is waited for as long as one whose server only answers when it is there.
            let (retries, limit) = if kind == ModelErrorKind::Loading {
                (u32::MAX, timeouts.first_byte.min(timeouts.total))
            } else {
                (self.settings.retries, timeouts.total)
            };
            let Some(wait) = pause(&failure, repetition, retries, self.settings.backoff)
                .filter(|wait| started.elapsed() + *wait < limit)
            else {
                return Err(failure.error);
            };
            if matches!(kind, ModelErrorKind::Loading | ModelErrorKind::RateLimited) {
                question.stumbled(&failure.error);
            }
            tracing::info!(error = %failure.error, ?wait, "asking the model again");
            sleep(wait).await;
            repetition += 1;
        }
    }

    /// The models that the server lists, if it is what it is taken for.
    pub(super) async fn recognize(&self) -> Option<Vec<String>> {
        self.service.recognize().await
    }

    /// Checks for free, and notes what came of it.
    async fn look(&self) -> Result<Finding, ModelError> {
        let started = Instant::now();
        let http = &self.service.http;
        let limit = http.timeouts.check;
        let found = timeout(limit, self.service.find())
            .await
            .unwrap_or_else(|_| Err(http.explain.timed_out("no answer to a check", limit)));
        self.note(&found, started);
        found
    }

    /// Notes what a free check found.
    fn note(&self, found: &Result<Finding, ModelError>, started: Instant) {
        // An answer that came in meanwhile is newer than what the check saw, and tells more.
        if self.connection.heard_since(started) {
            return;
        }
        let millis = millis_since(started);
        self.connection.take(&[match found {
            Ok(finding) => Event::Found {
                model: &finding.model,
                memory: finding.memory,
                millis,
            },
            Err(error) => Event::CheckFailed { error, millis },
        }]);
    }
}

#[async_trait]
impl Model for ProviderModel {
    async fn complete(
        &self,
        request: &ModelRequest,
        progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        let http = &self.service.http;
        let total = http.timeouts.total;
        let question = self.connection.ask();
        let on_piece = |piece: &str| {
            question.piece();
            progress(piece);
        };
        let asking = self.ask_until_it_lasts(request, &question, &on_piece);
        let outcome = timeout(total, asking)
            .await
            .unwrap_or_else(|_| Err(http.explain.timed_out("no whole answer", total)));
        if let Err(error) = &outcome {
            self.service.choose_anew_after(error);
        }
        let asked = self.service.asked();
        question.end(match &outcome {
            Ok(reply) => Ok(asked.as_deref().unwrap_or(&reply.model)),
            Err(error) => Err(error),
        });
        outcome
    }

    async fn check(&self) -> ConnectionStatus {
        // What is wrong is in the status too.
        let _ = self.look().await;
        self.status()
    }

    async fn keep_warm(&self) {
        // The question keeps it warm.
        if self.connection.is_asked() {
            return;
        }
        let Ok(finding) = self.look().await else {
            return;
        };
        let service = &self.service;
        // One that is not loaded is left alone: whoever unloaded it may need the memory.
        let call = finding.resident.and_then(|resident| {
            let wire = service.provider.wire;
            wire.warm(&finding.base, &finding.model, &resident)
        });
        let Some((url, body)) = call else { return };
        let started = Instant::now();
        // As long as a question may take: should the model have been unloaded just now, its loading is not broken off.
        let limit = service.http.timeouts.first_byte;
        let keeping = async {
            let response = service.http.post(url, &body, started + limit).await?;
            service.http.read_whole(response).await
        };
        let kept = timeout(limit, keeping)
            .await
            .unwrap_or_else(|_| Err(Failure::new(service.http.first_byte_missing())));
        let kept = kept.and_then(|body| service.judge(&body));
        if let Err(failure) = kept {
            self.connection.take(&[Event::CheckFailed {
                error: &failure.error,
                millis: millis_since(started),
            }]);
        }
    }

    async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        self.service.models().await
    }

    async fn probe(
        &self,
        on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Vec<Probed> {
        let started = Instant::now();
        let (steps, found) = self.service.walk(on_step).await;
        self.note(&found, started);
        steps
    }

    fn status(&self) -> ConnectionStatus {
        self.connection.status()
    }

    async fn changed(&self, known: &ConnectionStatus) {
        self.connection.changed(known).await;
    }

    fn is_local(&self) -> bool {
        self.service.bases.iter().all(is_near)
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

pub(super) fn millis_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
