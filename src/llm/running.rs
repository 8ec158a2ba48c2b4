//! Which servers of models run on this machine.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::provider::ProviderModel;
use super::settings::{ModelSettings, Timeouts};
use crate::engine::ports::Clock;

/// Where servers usually listen that people start themselves.
pub const USUAL_PLACES: [(&str, &str); 3] = [
    ("lmstudio", "http://127.0.0.1:1234/v1"),
    ("ollama", "http://127.0.0.1:11434"),
    // llama.cpp's own port.
    ("custom", "http://127.0.0.1:8080/v1"),
];

/// A server of models that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunningServer {
    /// The provider by which it is asked, such as `ollama`.
    pub provider: String,
    /// What people call it.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The models that it lists.
    pub models: Vec<String>,
    /// What to type to use it.
    pub command: String,
}

/// The servers that run at `places`, each a provider and an address. An open port is not enough: a server is told by what
/// it answers. Each place is looked at over both families of addresses, where it is this machine.
pub async fn running(places: &[(&str, &str)], clock: &Arc<dyn Clock>) -> Vec<RunningServer> {
    let looks = places
        .iter()
        .map(|(provider, url)| look(provider, url, clock));
    join_all(looks).await.into_iter().flatten().collect()
}

async fn look(provider: &str, url: &str, clock: &Arc<dyn Clock>) -> Option<RunningServer> {
    let settings = ModelSettings {
        provider: provider.to_owned(),
        url: url.to_owned(),
        timeouts: Some(Timeouts {
            // It is on this machine: it answers at once, or is not worth waiting for.
            check: Duration::from_secs(2),
            ..Timeouts::LOCAL
        }),
        ..ModelSettings::default()
    };
    let model = ProviderModel::new(settings, Arc::clone(clock)).ok()?;
    let models = model.recognize().await?;
    let is_usual = super::default_url(provider) == Some(url);
    let title = match provider {
        "custom" => "llama.cpp",
        provider => super::provider_title(provider)?,
    };
    let place = if is_usual {
        String::new()
    } else {
        format!(" --url {url}")
    };
    Some(RunningServer {
        provider: provider.to_owned(),
        title: title.to_owned(),
        url: url.to_owned(),
        models,
        command: format!("salve config load-defaults --provider {provider}{place}"),
    })
}
