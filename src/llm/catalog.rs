//! The providers. A new one that speaks a known wire is one row here.

use super::wire::{Anthropic, Dialect, Gemini, Ollama, OpenAiChat, Wire};

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
    /// The header that carries the key, and what stands before the key in it.
    pub key_header: (&'static str, &'static str),
    /// The environment variable in which people keep the key of this provider; `None` where there is no custom.
    pub key_variable: Option<&'static str>,
    /// Whether it is a service on the Internet, which nobody asks without TLS.
    pub is_service: bool,
    /// What to do when nobody answers. In hints `{url}` and `{model}` stand for the provider's settings.
    pub start_hint: &'static str,
    /// What to do when there is no usable model.
    pub model_hint: &'static str,
    /// What to do when the key is refused.
    pub key_hint: &'static str,
    /// What to do when something answers that is not the provider.
    pub address_hint: &'static str,
}

const BEARER: (&str, &str) = ("authorization", "Bearer ");
const CLOUD_START: &str = "check the network and {url}; behind a proxy, set `HTTPS_PROXY`";
const OPENAI_ADDRESS: &str =
    "check that {url} is the base address of an OpenAI-compatible server; it usually ends in /v1";

static PROVIDERS: &[Provider] = &[
    Provider {
        name: "lmstudio",
        title: "LM Studio",
        default_url: Some("http://127.0.0.1:1234/v1"),
        wire: &OpenAiChat(Dialect::LmStudio),
        key_header: BEARER,
        key_variable: Some("LM_API_TOKEN"),
        is_service: false,
        start_hint: "start LM Studio and turn its server on (Developer tab, or `lms server start`)",
        model_hint: "load a model in LM Studio, or with `lms load`, and check {model}",
        key_hint: "LM Studio asks for its API token: set it as the key, or turn authentication off in LM Studio",
        address_hint: OPENAI_ADDRESS,
    },
    Provider {
        name: "ollama",
        title: "Ollama",
        default_url: Some("http://127.0.0.1:11434"),
        wire: &Ollama,
        key_header: BEARER,
        key_variable: Some("OLLAMA_API_KEY"),
        is_service: false,
        start_hint: "start Ollama (`ollama serve`, or its app)",
        model_hint: "fetch it with `ollama pull`, or set {model} to one that `ollama list` shows",
        key_hint: "check the key; Ollama on this machine needs none",
        address_hint: "check that {url} is Ollama's address, such as http://127.0.0.1:11434",
    },
    Provider {
        name: "openai",
        title: "OpenAI",
        default_url: Some("https://api.openai.com/v1"),
        wire: &OpenAiChat(Dialect::OpenAi),
        key_header: BEARER,
        key_variable: Some("OPENAI_API_KEY"),
        is_service: true,
        start_hint: CLOUD_START,
        model_hint: "the model may be retired: set {model} to one that is listed",
        key_hint: "check the key at platform.openai.com, under API keys, and that it belongs to this project",
        address_hint: OPENAI_ADDRESS,
    },
    Provider {
        name: "anthropic",
        title: "Anthropic",
        default_url: Some("https://api.anthropic.com/v1"),
        wire: &Anthropic,
        key_header: ("x-api-key", ""),
        key_variable: Some("ANTHROPIC_API_KEY"),
        is_service: true,
        start_hint: CLOUD_START,
        model_hint: "the model may be retired: set {model} to one that is listed",
        key_hint: "check the key in the Claude Console, under API keys",
        address_hint: "check that {url} is Anthropic's address, https://api.anthropic.com/v1",
    },
    Provider {
        name: "gemini",
        title: "Google Gemini",
        default_url: Some("https://generativelanguage.googleapis.com/v1"),
        wire: &Gemini,
        key_header: ("x-goog-api-key", ""),
        key_variable: Some("GEMINI_API_KEY"),
        is_service: true,
        start_hint: CLOUD_START,
        model_hint: "the model may be retired: set {model} to one that is listed; new ones may need {url} to end in /v1beta",
        key_hint: "check the key in Google AI Studio, and that the Gemini API is enabled for its project",
        address_hint: "check that {url} is Gemini's address, https://generativelanguage.googleapis.com/v1",
    },
    Provider {
        name: "azure",
        title: "Azure OpenAI",
        default_url: None,
        wire: &OpenAiChat(Dialect::Azure),
        key_header: ("api-key", ""),
        key_variable: Some("AZURE_OPENAI_API_KEY"),
        is_service: true,
        start_hint: CLOUD_START,
        model_hint: "set {model} to the name of your deployment, as the portal shows it",
        key_hint: "check that the key belongs to this resource (Keys and Endpoint, in the portal)",
        address_hint: "set {url} to your resource's endpoint, such as https://NAME.openai.azure.com/openai/v1",
    },
    Provider {
        name: "custom",
        title: "the server",
        default_url: None,
        wire: &OpenAiChat(Dialect::Plain),
        key_header: BEARER,
        key_variable: None,
        is_service: false,
        start_hint: "start the server, and check {url}",
        model_hint: "set {model} to one that the server lists",
        key_hint: "check the key",
        address_hint: OPENAI_ADDRESS,
    },
];

/// The names that `provider` may have in the configuration.
pub fn provider_names() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().map(|provider| provider.name)
}

/// What people call the provider `name`; `None` if there is none.
pub fn provider_title(name: &str) -> Option<&'static str> {
    find(name).map(|provider| provider.title)
}

/// Where the provider `name` usually listens; `None` where there is no such place.
pub fn default_url(name: &str) -> Option<&'static str> {
    find(name)?.default_url
}

/// The environment variable in which people keep the key of the provider `name`; `None` where there is no custom.
pub fn key_variable(name: &str) -> Option<&'static str> {
    find(name)?.key_variable
}

pub(super) fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::address::{is_loopback, parse_address};
    use super::*;

    #[test]
    fn each_row_is_complete() {
        for provider in PROVIDERS {
            for hint in [
                provider.start_hint,
                provider.model_hint,
                provider.key_hint,
                provider.address_hint,
            ] {
                assert!(!hint.is_empty() && !hint.ends_with('.'), "{hint}");
            }
            let (header, _) = provider.key_header;
            assert_eq!(header, header.to_lowercase());
            assert_eq!(
                provider.is_service,
                matches!(provider.start_hint, CLOUD_START)
            );
            // In the clear only on this machine.
            if let Some(address) = provider.default_url {
                let url = parse_address(address, None).expect("an address");
                assert!(url.scheme() == "https" || is_loopback(&url), "{address}");
            }
        }
        assert_eq!(provider_names().count(), 7);
        assert_eq!(provider_title("gemini"), Some("Google Gemini"));
        assert_eq!(default_url("azure"), None);
        assert_eq!(key_variable("openai"), Some("OPENAI_API_KEY"));
        assert_eq!(provider_title("psychic"), None);
    }
}
