//! `model.*` and `providers.*`: which models may be asked, and where they are.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Money;

/// `model.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// Who serves the model that is asked: `off` for nobody, or one of `providers`. Choosing a service on the Internet
    /// here permits that code is sent to it when you ask for a model's fix.
    #[schemars(extend("x-userOnly" = true))]
    pub provider: Provider,
    /// Who is asked instead while that one is unreachable, overloaded, or asks to be left alone, in this order.
    #[schemars(extend("x-userOnly" = true))]
    pub fallback: Vec<Provider>,
    /// Whether that may be a service on the Internet. Without it only servers on this machine and in your own network
    /// are fallen back on.
    #[schemars(extend("x-userOnly" = true))]
    pub cloud_fallback: bool,
    /// How often a loaded model is kept from being unloaded, in seconds; 0 for never. Only calls that are free are used.
    #[schemars(range(min = 0, max = 86_400))]
    pub keep_alive_seconds: u64,
    /// How often the connection is looked at, in seconds. A service on the Internet is looked at as often as it is kept
    /// alive.
    #[schemars(range(min = 1, max = 3_600))]
    pub heartbeat_seconds: u64,
    /// Longest wait for a connection, in milliseconds.
    #[schemars(range(min = 100, max = 60_000))]
    pub connect_timeout_millis: u64,
    /// Longest wait for the first byte of an answer, in milliseconds. Not set: five minutes for a server on this machine
    /// or in your own network, which may have to load the model first; one minute for a service on the Internet.
    #[schemars(range(min = 1_000, max = 3_600_000))]
    pub first_byte_timeout_millis: Option<u64>,
    /// Longest pause between two pieces of an answer, in milliseconds.
    #[schemars(range(min = 1_000, max = 600_000))]
    pub idle_timeout_millis: u64,
    /// Longest time for a whole answer, in milliseconds. Not set: ten minutes for a server on this machine or in your own
    /// network, two for a service on the Internet.
    #[schemars(range(min = 1_000, max = 3_600_000))]
    pub total_timeout_millis: Option<u64>,
}

impl Model {
    /// Everybody who may be asked, in order, each once.
    pub fn chain(&self) -> Vec<Provider> {
        let mut chain = Vec::new();
        for provider in std::iter::once(self.provider).chain(self.fallback.iter().copied()) {
            if provider != Provider::Off && !chain.contains(&provider) {
                chain.push(provider);
            }
        }
        // Without a model of one's own there is nobody to stand in for.
        if self.provider == Provider::Off {
            chain.clear();
        }
        chain
    }
}

/// Who serves the model.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// No model is ever asked.
    Off,
    /// LM Studio.
    Lmstudio,
    /// Ollama.
    Ollama,
    /// OpenAI's service.
    Openai,
    /// Anthropic's service.
    Anthropic,
    /// Google's service for Gemini.
    Gemini,
    /// OpenAI's models in Microsoft's Azure.
    Azure,
    /// Any other server that speaks OpenAI's chat completions.
    Custom,
}

impl Provider {
    /// Everybody who can be asked, in the order of the configuration.
    pub const ALL: [Self; 7] = [
        Self::Lmstudio,
        Self::Ollama,
        Self::Openai,
        Self::Anthropic,
        Self::Gemini,
        Self::Azure,
        Self::Custom,
    ];

    /// The provider as it is written in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Lmstudio => "lmstudio",
            Self::Ollama => "ollama",
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Azure => "azure",
            Self::Custom => "custom",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// `providers.*`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Providers {
    /// LM Studio.
    pub lmstudio: ProviderSettings,
    /// Ollama.
    pub ollama: ProviderSettings,
    /// OpenAI's service.
    pub openai: ProviderSettings,
    /// Anthropic's service.
    pub anthropic: ProviderSettings,
    /// Google's service for Gemini.
    pub gemini: ProviderSettings,
    /// OpenAI's models in Microsoft's Azure.
    pub azure: ProviderSettings,
    /// Any other server that speaks OpenAI's chat completions.
    pub custom: ProviderSettings,
}

impl Providers {
    /// The settings of one provider; `None` for [`Provider::Off`].
    pub const fn get(&self, provider: Provider) -> Option<&ProviderSettings> {
        match provider {
            Provider::Off => None,
            Provider::Lmstudio => Some(&self.lmstudio),
            Provider::Ollama => Some(&self.ollama),
            Provider::Openai => Some(&self.openai),
            Provider::Anthropic => Some(&self.anthropic),
            Provider::Gemini => Some(&self.gemini),
            Provider::Azure => Some(&self.azure),
            Provider::Custom => Some(&self.custom),
        }
    }
}

/// `providers.<name>.*`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProviderSettings {
    /// The address of its server. Not set: the provider's usual one, where it has one.
    #[schemars(extend("format" = "uri", "x-userOnly" = true))]
    pub url: Option<String>,
    /// The model as the server lists it; for Azure, the deployment. Not set: the first one listed that can chat.
    #[schemars(extend("x-userOnly" = true))]
    pub model: Option<String>,
    /// The name of the environment variable that holds the key. Not set: the provider's usual one. The key itself is
    /// never written to a settings file; `salve model key` stores it.
    #[schemars(extend("format" = "environment-variable", "x-userOnly" = true))]
    pub api_key_env: Option<String>,
    /// What a million tokens of questions cost, in the currency of your budget. Not set: not known.
    #[schemars(extend("x-userOnly" = true))]
    pub input_price: Option<Money>,
    /// What a million tokens of answers cost, in the currency of your budget. Not set: not known.
    #[schemars(extend("x-userOnly" = true))]
    pub output_price: Option<Money>,
}

/// `budget.*`: what models may use up that are not on this machine or in your own network. Those are free, and counted
/// all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Budget {
    /// Most tokens for one fix, questions and answers together. At the limit you are asked. Not set: no limit.
    #[schemars(range(min = 0, max = 1_000_000_000), extend("x-userOnly" = true))]
    pub tokens_per_fix: Option<u64>,
    /// Most tokens in a day (UTC). At the limit you are asked. Not set: no limit.
    #[schemars(range(min = 0, max = 1_000_000_000), extend("x-userOnly" = true))]
    pub tokens_per_day: Option<u64>,
    /// Most tokens in a month (UTC). At the limit you are asked. Not set: no limit.
    #[schemars(range(min = 0, max = 1_000_000_000_000u64), extend("x-userOnly" = true))]
    pub tokens_per_month: Option<u64>,
    /// Most that one fix may cost, in the currency of the providers' prices. Not set: no limit.
    #[schemars(extend("x-userOnly" = true))]
    pub cost_per_fix: Option<Money>,
    /// Most that a day may cost, in the currency of the providers' prices. Not set: no limit.
    #[schemars(extend("x-userOnly" = true))]
    pub cost_per_day: Option<Money>,
    /// Most that a month may cost, in the currency of the providers' prices. Not set: no limit.
    #[schemars(extend("x-userOnly" = true))]
    pub cost_per_month: Option<Money>,
}

/// `privacy.*`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Privacy {
    /// Files that no model is ever shown, as patterns in the manner of `.gitignore`, such as `**/billing/**`. Files that
    /// usually hold secrets, such as `.env` and private keys, are never shown anyway.
    #[schemars(extend("x-userOnly" = true))]
    pub ignore: Vec<String>,
    /// Whether the record keeps the text of what was sent to a model. That something was sent, to whom and how much, is
    /// always recorded.
    #[schemars(extend("x-userOnly" = true))]
    pub record_prompts: bool,
}

/// `network.*`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// The proxy to services on the Internet. Not set: what `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` say. `NO_PROXY`
    /// is always honored, and this machine and your own network are never reached through a proxy. An address with a
    /// password is taken from those variables only.
    #[schemars(extend("format" = "uri", "x-userOnly" = true))]
    pub proxy: Option<String>,
    /// A file of certificates (PEM) that are trusted besides those of the system, as in companies that look into TLS.
    #[schemars(extend("format" = "path", "x-userOnly" = true))]
    pub ca_file: Option<std::path::PathBuf>,
}
