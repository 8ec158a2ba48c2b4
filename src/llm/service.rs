//! A server, and what is found out about it by asking for free: its address, its models, which of them are in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Url;
use serde_json::Value;

use super::catalog::Provider;
use super::choice::choose;
use super::connection::Memory;
use super::http::{Body, Http};
use super::retry::Failure;
use super::wire::{Listed, Residence, Resident, complaint};
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
    /// How it is in memory, where the server tells.
    pub resident: Option<Resident>,
}

/// What a server lists.
pub(super) struct Listing {
    base: Url,
    models: Vec<Listed>,
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
    pub async fn list(&self) -> Result<Listing, Failure> {
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
        let parsed: Option<Value> = serde_json::from_str(&body.text).ok();
        let complains = parsed
            .as_ref()
            .is_some_and(|parsed| complaint(parsed).is_some());
        if !(200..300).contains(&body.status) || complains {
            return Err(self.http.refusal(body, "", self.clock.now()));
        }
        Ok(parsed)
    }

    async fn list_at(&self, base: &Url) -> Result<Vec<Listed>, Failure> {
        let wire = self.provider.wire;
        let body = self.http.get(wire.models_url(base)).await?;
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
    fn choose(&self, listed: &[Listed]) -> Result<String, ModelError> {
        choose(&self.http.explain, &self.wanted, listed)
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
        match self.list().await {
            Ok(listing) => self.find_in(listing).await,
            Err(failure) => {
                self.choose_anew_after(&failure.error);
                Err(failure.error)
            }
        }
    }

    /// The model that is used out of a list, and whether it is in memory.
    pub async fn find_in(&self, listing: Listing) -> Result<Finding, ModelError> {
        let model = match self.choose(&listing.models) {
            Ok(model) => model,
            Err(error) => {
                self.choose_anew_after(&error);
                return Err(error);
            }
        };
        self.found().model = Some(model.clone());
        let residence = self.residence(&listing.base).await;
        let resident = residence
            .as_ref()
            .and_then(|residence| residence.find(self.provider.wire, &model));
        let is_loading = resident.is_some_and(|resident| resident.loading)
            || residence == Some(Residence::Loading);
        if is_loading {
            return Err(self.http.explain.loading(&model));
        }
        Ok(Finding {
            memory: match (&residence, resident) {
                (Some(Residence::Whole), _) | (_, Some(_)) => Memory::Loaded,
                (Some(Residence::Models(_)), None) => Memory::NotLoaded,
                (Some(Residence::Loading) | None, None) => Memory::Unknown,
            },
            resident: resident.cloned(),
            base: listing.base,
            model,
        })
    }

    /// The models that the server lists.
    pub async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        let listing = self.list().await.map_err(|failure| failure.error)?;
        let used = self.choose(&listing.models).ok();
        let residence = self.residence(&listing.base).await;
        let is_loaded = |name: &str| match residence.as_ref()? {
            Residence::Models(_) => {
                let resident = residence.as_ref()?.find(self.provider.wire, name);
                Some(resident.is_some_and(|resident| !resident.loading))
            }
            Residence::Whole => Some(true),
            Residence::Loading => Some(false),
        };
        let listed = listing.models.into_iter().map(|listed| ListedModel {
            used: used.as_ref() == Some(&listed.name),
            loaded: is_loaded(&listed.name),
            name: listed.name,
        });
        Ok(listed.collect())
    }

    /// The models that the server lists, if it is one that tells what is in memory: no other server answers all of that.
    pub async fn recognize(&self) -> Option<Vec<String>> {
        let listing = self.list().await.ok()?;
        self.residence(&listing.base).await?;
        let names = listing.models.into_iter().map(|listed| listed.name);
        Some(names.collect())
    }

    /// What is in memory; `None` if the server does not tell.
    pub async fn residence(&self, base: &Url) -> Option<Residence> {
        let wire = self.provider.wire;
        for url in wire.residence_urls(base) {
            let told = self.http.get(url).await.ok().and_then(|body| {
                let parsed = serde_json::from_str(&body.text).ok()?;
                wire.residence(body.status, &parsed)
            });
            if told.is_some() {
                return told;
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
