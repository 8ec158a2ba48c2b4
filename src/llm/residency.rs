//! Which models a server holds in memory, where it tells that for free, and what keeps them there.

use reqwest::Url;
use serde_json::{Value, json};

use super::address::join;
use super::choice::means;
use super::connection::Memory;

/// How a kind of server tells what it has loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Residency {
    /// It does not tell, or nothing is ever loaded at a person's request.
    Untold,
    /// `GET /api/ps`; a model is kept by a question without words.
    Ollama,
    /// `GET /api/v1/models`, or in versions before 0.4 `GET /api/v0/models`.
    LmStudio,
}

impl Residency {
    /// How the provider of that name tells it.
    pub fn of(provider: &str) -> Self {
        match provider {
            "ollama" => Self::Ollama,
            "lmstudio" => Self::LmStudio,
            _ => Self::Untold,
        }
    }

    /// Where to look, one address after the other until one answers well.
    pub fn places(self, base: &Url) -> Vec<Url> {
        let root = root(base);
        let paths: &[&str] = match self {
            Self::Untold => &[],
            Self::Ollama => &["api/ps"],
            Self::LmStudio => &["api/v1/models", "api/v0/models"],
        };
        paths.iter().map(|path| join(&root, path)).collect()
    }

    /// The names of the models in memory; `None` if the body does not tell.
    pub fn loaded(self, body: &Value) -> Option<Vec<String>> {
        let list = |name: &str| body.get(name)?.as_array();
        let text = |model: &Value, name: &str| Some(model.get(name)?.as_str()?.to_owned());
        let names = match self {
            Self::Untold => return None,
            Self::Ollama => list("models")?
                .iter()
                .filter_map(|model| text(model, "model").or_else(|| text(model, "name")))
                .collect(),
            Self::LmStudio => match list("models") {
                Some(models) => models
                    .iter()
                    .flat_map(|model| {
                        let instances = model.get("loaded_instances").and_then(Value::as_array);
                        let instances = instances.map_or(&[][..], Vec::as_slice);
                        let key = text(model, "key").filter(|_| !instances.is_empty());
                        // A loaded model answers to its own name and to that of each instance.
                        let instances = instances.iter().filter_map(|one| text(one, "id"));
                        key.into_iter().chain(instances).collect::<Vec<_>>()
                    })
                    .collect(),
                None => list("data")?
                    .iter()
                    .filter(|model| model.get("state").and_then(Value::as_str) == Some("loaded"))
                    .filter_map(|model| text(model, "id"))
                    .collect(),
            },
        };
        Some(names)
    }

    /// The call that keeps a loaded model in memory for `minutes` without generating anything: address and body.
    pub fn keep(self, base: &Url, model: &str, minutes: u64) -> Option<(Url, Value)> {
        (self == Self::Ollama).then(|| {
            let body = json!({
                "model": model,
                "messages": [],
                "stream": false,
                "keep_alive": format!("{minutes}m"),
            });
            (join(&root(base), "api/chat"), body)
        })
    }
}

/// What a list of loaded models says of one.
pub(super) fn memory(loaded: Option<&[String]>, model: &str) -> Memory {
    match loaded {
        None => Memory::Unknown,
        Some(loaded) => match loaded.iter().any(|name| means(model, name)) {
            true => Memory::Loaded,
            false => Memory::NotLoaded,
        },
    }
}

/// The address of the server itself: that of its OpenAI protocol, without the version at its end.
fn root(base: &Url) -> Url {
    let mut root = base.clone();
    let path = base.path().trim_end_matches('/');
    let path = path
        .strip_suffix("/v1")
        .or_else(|| path.strip_suffix("/api"))
        .unwrap_or(path);
    root.set_path(path);
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_loaded(residency: Residency, body: &str, expected: Option<&[&str]>) {
        let body = serde_json::from_str(body).expect("JSON");
        let loaded = residency.loaded(&body);
        let loaded: Option<Vec<_>> = loaded
            .as_ref()
            .map(|names| names.iter().map(String::as_str).collect());
        assert_eq!(loaded.as_deref(), expected, "{body}");
    }

    #[test]
    fn each_server_tells_in_its_own_way() {
        use Residency::{LmStudio, Ollama};
        check_loaded(
            Ollama,
            r#"{"models":[{"name":"a:latest","model":"a:latest"}]}"#,
            Some(&["a:latest"]),
        );
        check_loaded(Ollama, r#"{"models":[]}"#, Some(&[]));
        check_loaded(Ollama, r#"{"error":"no"}"#, None);
        check_loaded(
            LmStudio,
            r#"{"models":[{"key":"a","loaded_instances":[{"id":"a:2"}]},{"key":"b","loaded_instances":[]}]}"#,
            Some(&["a", "a:2"]),
        );
        check_loaded(
            LmStudio,
            r#"{"data":[{"id":"a","state":"loaded"},{"id":"b","state":"not-loaded"}]}"#,
            Some(&["a"]),
        );
        check_loaded(
            LmStudio,
            r#"{"error":"Unexpected endpoint or method. (GET /api/v1/models)"}"#,
            None,
        );
    }

    #[test]
    fn the_server_is_found_beside_its_openai_protocol() {
        let places = |residency: Residency, base: &str| -> Vec<String> {
            let base = base.parse().expect("an address");
            residency.places(&base).iter().map(Url::to_string).collect()
        };
        assert_eq!(
            places(Residency::Ollama, "http://h:1/v1"),
            ["http://h:1/api/ps"]
        );
        assert_eq!(
            places(Residency::LmStudio, "http://h:1/proxy/v1"),
            [
                "http://h:1/proxy/api/v1/models",
                "http://h:1/proxy/api/v0/models"
            ]
        );
        assert!(places(Residency::Untold, "http://h:1/v1").is_empty());
    }
}
