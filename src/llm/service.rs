//! A server, and what is found out about it by asking for free: its address, its models, which of them are in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Url;
use serde_json::Value;

use super::address::join;
use super::catalog::Provider;
use super::choice::{choose, means};
use super::connection::Memory;
use super::http::{Body, Http};
use super::residency::{Residency, memory};
use super::retry::Failure;
use crate::engine::ports::{Clock, ListedModel, ModelError, ModelErrorKind};

/// A server that was configured.
pub(super) struct Service {
    pub provider: &'static Provider,
    pub http: Http,
    /// The addresses that may be meant, likeliest first; never empty.
    pub bases: Vec<Url>,
    /// The model as the configuration names it; empty for any.
    pub wanted: String,
    pub clock: Arc<dyn Clock>,
    /// How it tells what it has in memory.
    pub residency: Residency,
    found: Mutex<Found>,
}

/// What was found out by asking.
#[derive(Default)]
struct Found {
    base: Option<Url>,
    model: Option<String>,
}

/// What a free check finds.
pub(super) struct Finding {
    /// The address that answered.
    pub base: Url,
    /// The model that is used.
    pub model: String,
    /// Whether it is in memory.
    pub memory: Memory,
}

/// What a server lists.
struct Listing {
    base: Url,
    models: Vec<String>,
}

impl Service {
    /// A server of which nothing is known yet.
    pub fn new(
        provider: &'static Provider,
        http: Http,
        bases: Vec<Url>,
        wanted: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            residency: Residency::of(provider.name),
            provider,
            http,
            bases,
            wanted,
            clock,
            found: Mutex::default(),
        }
    }

    /// The model that is asked, where it is chosen.
    pub fn asked(&self) -> Option<String> {
        let wanted = &self.wanted;
        self.found()
            .model
            .clone()
            .or_else(|| (!wanted.is_empty()).then(|| wanted.clone()))
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

    /// Whether a body is what was asked for, and not a complaint.
    pub fn judge(&self, body: &Body) -> Result<Option<Value>, Failure> {
        let wire = self.provider.wire;
        let parsed: Option<Value> = serde_json::from_str(&body.text).ok();
        let complains = parsed
            .as_ref()
            .is_some_and(|parsed| wire.complaint(parsed).is_some());
        if !(200..300).contains(&body.status) || complains {
            return Err(self.http.refusal(body, wire, "", self.clock.now()));
        }
        Ok(parsed)
    }

    async fn list_at(&self, base: &Url) -> Result<Vec<String>, Failure> {
        let wire = self.provider.wire;
        let body = self.http.get(join(base, wire.models_path())).await?;
        let parsed = self.judge(&body)?;
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
        let explain = &self.http.explain;
        choose(listed, &self.wanted)
            .map(str::to_owned)
            .map_err(|missing| {
                explain.error(
                    ModelErrorKind::ModelMissing,
                    format!("{}: {missing}", explain.url),
                    self.provider.model_hint,
                )
            })
    }

    /// The address and the model to ask, with as few questions before as possible.
    pub async fn resolve(&self) -> Result<(Url, String), Failure> {
        let base = self
            .found()
            .base
            .clone()
            .or_else(|| match self.bases.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
        match (base, self.asked()) {
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

    /// The model that is used, and whether it is in memory.
    pub async fn find(&self) -> Result<Finding, ModelError> {
        let found = async {
            let listing = self.list().await.map_err(|failure| failure.error)?;
            let model = self.choose(&listing.models)?;
            let loaded = self.loaded(&listing.base).await;
            Ok(Finding {
                memory: memory(loaded.as_deref(), &model),
                base: listing.base,
                model,
            })
        };
        let found = found.await;
        match &found {
            Ok(finding) => self.found().model = Some(finding.model.clone()),
            Err(error) => self.choose_anew_after(error),
        }
        found
    }

    /// The models that the server lists.
    pub async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        let listing = self.list().await.map_err(|failure| failure.error)?;
        let used = self.choose(&listing.models).ok();
        let loaded = self.loaded(&listing.base).await;
        let listed = listing.models.into_iter().map(|name| ListedModel {
            used: used.as_ref() == Some(&name),
            loaded: loaded
                .as_ref()
                .map(|loaded| loaded.iter().any(|loaded| means(&name, loaded))),
            name,
        });
        Ok(listed.collect())
    }

    /// The names of the models in memory; `None` if the server does not tell.
    async fn loaded(&self, base: &Url) -> Option<Vec<String>> {
        for place in self.residency.places(base) {
            let told = match self.http.get(place).await {
                Ok(body) if body.status == 200 => serde_json::from_str(&body.text).ok(),
                _ => None,
            };
            let loaded = told.and_then(|told| self.residency.loaded(&told));
            if loaded.is_some() {
                return loaded;
            }
        }
        None
    }

    /// What becomes of the choice after a failure.
    pub fn choose_anew_after(&self, error: &ModelError) {
        if error.kind == ModelErrorKind::ModelMissing {
            // It may have been unloaded, or the list may have changed.
            self.found().model = None;
        }
    }
}

fn is_wrong_address(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::Configuration | ModelErrorKind::Protocol | ModelErrorKind::ModelMissing
    )
}
