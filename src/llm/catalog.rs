//! The providers. A new one that speaks a known wire is one row here.

use super::wire::{OpenAiChat, Wire};

/// What sets a provider apart from others that speak the same wire.
pub(super) struct Provider {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where it usually listens; `None` where the person must say.
    pub default_url: Option<&'static str>,
    /// The protocol.
    pub wire: &'static dyn Wire,
    /// What to do when nobody listens.
    pub start_hint: &'static str,
    /// What to do when there is no usable model.
    pub model_hint: &'static str,
    /// What to do when the key is refused.
    pub key_hint: &'static str,
}

static PROVIDERS: &[Provider] = &[
    Provider {
        name: "lmstudio",
        title: "LM Studio",
        default_url: Some("http://127.0.0.1:1234/v1"),
        wire: &OpenAiChat,
        start_hint: "start LM Studio and turn its server on (Developer tab, or `lms server start`)",
        model_hint: "load a model in LM Studio, or with `lms load`, and check `model` in the configuration",
        key_hint: "LM Studio asks for its API token: set it as the key, or turn authentication off in LM Studio",
    },
    Provider {
        name: "custom",
        title: "the server",
        default_url: None,
        wire: &OpenAiChat,
        start_hint: "start the server, and check `url` in the configuration",
        model_hint: "set `model` in the configuration to one that the server lists",
        key_hint: "check the key",
    },
];

/// The names that `provider` may have in the configuration.
pub fn provider_names() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().map(|provider| provider.name)
}

pub(super) fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}
