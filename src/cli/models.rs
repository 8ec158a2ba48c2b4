//! The models that may be asked, out of the configuration, with their keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{Config, Environment, Loaded, Money, Provider, Secret};
use crate::engine::ports::{Clock, Ledger, Model, in_one_line};
use crate::engine::{Budget, Chain, Limit, Link, Prices, Terms};
use crate::keys::{KeyError, KeyStore, Place};
use crate::llm::{Learned, ModelSettings, ProviderModel, key_variable};

/// Where keys are looked for.
pub struct KeySources<'process> {
    /// The process's environment.
    pub environment: &'process Environment,
    /// What an editor handed over.
    pub from_editor: &'process BTreeMap<Provider, Secret>,
}

/// Where a key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// This environment variable.
    Variable(String),
    /// The editor's own store.
    Editor,
    /// Where salve keeps it.
    Kept(Place),
}

impl KeySources<'_> {
    /// The key of a provider: out of the environment, from the editor, or where salve keeps it. `None` if there is none.
    ///
    /// # Errors
    /// When salve keeps one and cannot get at it.
    pub fn find(
        &self,
        config: &Config,
        provider: Provider,
    ) -> Result<Option<(Secret, KeyOrigin)>, KeyError> {
        let named = config
            .providers
            .get(provider)
            .and_then(|own| own.api_key_env.as_deref());
        let names = named.into_iter().chain(key_variable(provider.as_str()));
        for name in names {
            if let Some(key) = self.environment.variable(name) {
                return Ok(Some((
                    Secret::new(key),
                    KeyOrigin::Variable(name.to_owned()),
                )));
            }
        }
        if let Some(key) = self.from_editor.get(&provider) {
            return Ok(Some((key.clone(), KeyOrigin::Editor)));
        }
        let Some(store) = key_store(self.environment) else {
            return Ok(None);
        };
        let kept = store.find(provider)?;
        Ok(kept.map(|(key, place)| (key, KeyOrigin::Kept(place))))
    }
}

/// Where salve keeps keys; `None` where the platform has no folder for settings.
pub fn key_store(environment: &Environment) -> Option<KeyStore> {
    let folders = environment.folders()?;
    Some(KeyStore::in_folder(&folders.config))
}

/// The settings of one provider with its key; `None` for [`Provider::Off`].
pub fn settings_of(
    config: &Config,
    provider: Provider,
    keys: &KeySources<'_>,
) -> Result<Option<ModelSettings>, KeyError> {
    let key = keys.find(config, provider)?;
    Ok(ModelSettings::of(
        config,
        provider,
        key.map(|(key, _)| key).unwrap_or_default(),
    ))
}

/// Everybody who may be asked.
pub struct Models {
    /// All of them as one; `None` if the first cannot be asked.
    pub model: Option<Arc<dyn Model>>,
    /// Their keys, which no model is shown.
    pub keys: Vec<Secret>,
    /// What is wrong with those who cannot be asked.
    pub trouble: Option<String>,
}

/// Everybody who may be asked, in the order of the configuration.
pub fn chain(
    loaded: &Loaded,
    keys: &KeySources<'_>,
    ledger: &Arc<dyn Ledger>,
    clock: &Arc<dyn Clock>,
) -> Models {
    let config = &loaded.config;
    // A record that cannot be read only means that lessons are learned again.
    let known = ledger.refused_parameters().unwrap_or_default();
    let record = Arc::clone(ledger);
    let learned = Arc::new(Learned::with(known, move |lesson| {
        record.refused(lesson.clone());
    }));
    let mut links = Vec::new();
    let mut found = Vec::new();
    let mut troubles = Vec::new();
    for provider in config.model.chain() {
        match link(config, provider, keys, &learned, clock) {
            Ok((link, key)) => {
                links.push(link);
                found.push(key);
            }
            Err(trouble) => {
                troubles.push(trouble);
                // Nobody stands in for one who was never set up.
                if links.is_empty() {
                    break;
                }
            }
        }
    }
    let mut links = links.into_iter();
    let model = links.next().map(|first| {
        let terms = Terms {
            budget: budget(config),
            cloud_fallback: config.model.cloud_fallback,
            keeps_text: config.privacy.record_prompts,
        };
        let chain = Chain::new(
            first,
            links.collect(),
            terms,
            Arc::clone(ledger),
            Arc::clone(clock),
        );
        Arc::new(chain) as Arc<dyn Model>
    });
    // Those that are not used now may stand in the code just as well.
    found.extend(
        loaded
            .named_keys
            .values()
            .chain(keys.from_editor.values())
            .cloned(),
    );
    Models {
        model,
        keys: found,
        trouble: (!troubles.is_empty()).then(|| troubles.join("; ")),
    }
}

fn link(
    config: &Config,
    provider: Provider,
    keys: &KeySources<'_>,
    learned: &Arc<Learned>,
    clock: &Arc<dyn Clock>,
) -> Result<(Link, Secret), String> {
    let settings = settings_of(config, provider, keys)
        .or_else(|error| {
            if needs_key(provider) {
                return Err(in_one_line(&error.message, Some(&error.hint)));
            }
            tracing::warn!("{error}; {provider} is asked without a key");
            Ok(ModelSettings::of(config, provider, Secret::default()))
        })?
        .ok_or_else(|| format!("{provider}: nobody can be asked there"))?;
    let key = settings.api_key.clone();
    let model =
        ProviderModel::new(settings, Arc::clone(clock)).map_err(|error| error.in_one_line())?;
    let link = Link {
        model: Arc::new(model.with_learned(Arc::clone(learned))),
        prices: prices(config, provider),
    };
    Ok((link, key))
}

/// Whether a provider answers nobody without a key.
const fn needs_key(provider: Provider) -> bool {
    !matches!(
        provider,
        Provider::Lmstudio | Provider::Ollama | Provider::Custom
    )
}

/// What a provider's tokens cost; `None` if the person did not say it of both questions and answers.
fn prices(config: &Config, provider: Provider) -> Option<Prices> {
    let own = config.providers.get(provider)?;
    Some(Prices {
        input: own.input_price?.micros(),
        output: own.output_price?.micros(),
    })
}

fn budget(config: &Config) -> Budget {
    let own = &config.budget;
    let limit = |tokens, cost: Option<Money>| Limit {
        tokens,
        cost_micros: cost.map(Money::micros),
    };
    Budget {
        fix: limit(own.tokens_per_fix, own.cost_per_fix),
        day: limit(own.tokens_per_day, own.cost_per_day),
        month: limit(own.tokens_per_month, own.cost_per_month),
    }
}
