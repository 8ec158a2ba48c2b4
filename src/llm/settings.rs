use std::path::PathBuf;
use std::time::Duration;

use super::address::{is_near, parse_address};
use super::catalog;
use crate::config::{Config, Provider, Secret};

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

    /// What a provider is given where nobody says otherwise: by its address, or else its usual one.
    pub fn usual_for(provider: Provider, url: &str) -> Self {
        let usual = catalog::find(provider.as_str()).and_then(|row| row.default_url);
        let address = if url.is_empty() {
            usual.unwrap_or_default()
        } else {
            url
        };
        if parse_address(address, usual).is_some_and(|base| is_near(&base)) {
            Self::LOCAL
        } else {
            Self::CLOUD
        }
    }
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
    /// The proxy to services on the Internet; `None` means what the environment says.
    pub proxy: Option<String>,
    /// A file of certificates (PEM) that are trusted besides those of the system.
    pub ca_file: Option<PathBuf>,
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
            proxy: None,
            ca_file: None,
        }
    }
}

impl ModelSettings {
    /// What the configuration says of one provider; `None` for [`Provider::Off`].
    pub fn of(config: &Config, provider: Provider, api_key: Secret) -> Option<Self> {
        let (model, own) = (&config.model, config.providers.get(provider)?);
        let url = own.url.clone().unwrap_or_default();
        let usual = Timeouts::usual_for(provider, &url);
        let millis = |limit: Option<u64>, usual| limit.map_or(usual, Duration::from_millis);
        let heartbeat = Duration::from_secs(model.heartbeat_seconds);
        let first_byte = millis(model.first_byte_timeout_millis, usual.first_byte);
        Some(Self {
            provider: provider.as_str().to_owned(),
            url,
            model: own.model.clone().unwrap_or_default(),
            api_key,
            timeouts: Some(Timeouts {
                connect: Duration::from_millis(model.connect_timeout_millis),
                first_byte,
                idle: Duration::from_millis(model.idle_timeout_millis),
                total: millis(model.total_timeout_millis, usual.total),
                check: usual.check.min(first_byte).min(heartbeat / 3),
            }),
            proxy: config.network.proxy.clone(),
            ca_file: config.network.ca_file.clone(),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_of_the_configuration_is_in_the_catalog() {
        let names: Vec<_> = Provider::ALL
            .iter()
            .map(|provider| provider.as_str())
            .collect();
        assert_eq!(crate::llm::provider_names().collect::<Vec<_>>(), names);
        let config = Config::builtin();
        let settings = ModelSettings::of(&config, config.model.provider, Secret::new("sk-hush"))
            .expect("a model is wanted");
        assert_eq!(settings.api_key, Secret::new("sk-hush"));
        let limits = settings.timeouts.expect("limits");
        assert!(limits.first_byte > limits.check);
        assert_eq!(
            ModelSettings::of(&config, Provider::Off, Secret::default()),
            None
        );
    }

    #[test]
    fn a_server_near_gets_time_to_load_its_model() {
        let mut config = Config::builtin();
        let limits = |config: &Config| {
            ModelSettings::of(config, Provider::Custom, Secret::default())
                .and_then(|settings| settings.timeouts)
                .expect("limits")
        };
        config.providers.custom.url = Some("https://models.example.org/v1".to_owned());
        assert_eq!(limits(&config).first_byte, Timeouts::CLOUD.first_byte);
        config.providers.custom.url = Some("http://192.168.0.4:8080/v1".to_owned());
        assert_eq!(limits(&config).first_byte, Timeouts::LOCAL.first_byte);
        config.model.first_byte_timeout_millis = Some(7_000);
        assert_eq!(limits(&config).first_byte, Duration::from_secs(7));
    }
}
