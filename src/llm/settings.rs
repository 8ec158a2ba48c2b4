use std::time::Duration;

use super::Secret;
use crate::config;

/// How long each part of a call may take. Each has its own limit, because each fails for its own reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the first byte of the answer; a local server may load the model from disk first.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For everything, repetitions and pauses included.
    pub total: Duration,
    /// For a check, which generates nothing.
    pub check: Duration,
}

impl Timeouts {
    /// For a server on this machine or in the house: a cold model is loaded while the first byte is awaited.
    pub const LOCAL: Self = Self {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(300),
        idle: Duration::from_secs(60),
        total: Duration::from_secs(600),
        check: Duration::from_secs(10),
    };

    /// For a service on the Internet.
    pub const CLOUD: Self = Self {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(60),
        idle: Duration::from_secs(60),
        total: Duration::from_secs(120),
        check: Duration::from_secs(10),
    };
}

/// Which model is used, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelSettings {
    /// The provider's name, one of [`super::provider_names`].
    pub provider: String,
    /// The address; empty means the provider's usual one.
    pub url: String,
    /// The model as the provider lists it; empty means the first one that can chat.
    pub model: String,
    /// The key; empty where none is needed.
    pub api_key: Secret,
    /// The limits; `None` means [`Timeouts::LOCAL`] or [`Timeouts::CLOUD`], by the address.
    pub timeouts: Option<Timeouts>,
    /// How often a call that failed in passing is repeated.
    pub retries: u32,
    /// The pause before the first repetition; it doubles each time, up to 8 seconds.
    pub backoff: Duration,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            provider: "lmstudio".to_owned(),
            url: String::new(),
            model: String::new(),
            api_key: Secret::new(""),
            timeouts: None,
            retries: 2,
            backoff: Duration::from_millis(500),
        }
    }
}

impl ModelSettings {
    /// What the configuration says; `None` if no model is wanted.
    pub fn from_config(model: &config::Model, api_key: Option<&config::ApiKey>) -> Option<Self> {
        if model.provider == config::Provider::Off {
            return None;
        }
        let first_byte = Duration::from_millis(model.first_byte_timeout_millis);
        Some(Self {
            provider: model.provider.as_str().to_owned(),
            url: model.url.clone(),
            model: model.name.clone().unwrap_or_default(),
            api_key: Secret::new(api_key.map_or("", config::ApiKey::reveal)),
            timeouts: Some(Timeouts {
                connect: Duration::from_millis(model.connect_timeout_millis),
                first_byte,
                idle: Duration::from_millis(model.idle_timeout_millis),
                total: Duration::from_millis(model.total_timeout_millis),
                check: Timeouts::LOCAL.check.min(first_byte),
            }),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ApiKey, Config, Provider};

    #[test]
    fn the_built_in_configuration_names_a_provider_that_is_known() {
        let mut model = Config::builtin().model;
        let settings = ModelSettings::from_config(&model, Some(&ApiKey::new("sk-hush")))
            .expect("a model is wanted");
        assert!(crate::llm::provider_names().any(|name| name == settings.provider));
        assert_eq!(settings.api_key, Secret::new("sk-hush"));
        assert!(
            settings
                .timeouts
                .is_some_and(|limits| limits.first_byte > limits.check)
        );
        model.provider = Provider::Off;
        assert_eq!(ModelSettings::from_config(&model, None), None);
    }
}
