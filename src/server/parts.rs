use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::heartbeat::Rhythm;
use super::protocol::{LoadDefaultsParams, LoadDefaultsResult};
use crate::config::{ClientTrust, Provider, Secret};
use crate::engine::Engine;
use crate::engine::ports::Probed;

/// What the editor tells of the workspace and its settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Workspace {
    /// The first workspace folder; `None` for single files.
    pub root: Option<PathBuf>,
    /// The settings, from `initializationOptions` or `workspace/didChangeConfiguration`; `Null` if there are none.
    pub settings: Value,
    /// What it says of trust, which no setting outranks.
    pub trust: ClientTrust,
    /// The keys of models' providers that it handed over.
    pub keys: BTreeMap<Provider, Secret>,
}

/// How the server behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerSettings {
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
    /// How long the text must stay as it is before diagnostics are pushed. A client that pulls is never kept waiting.
    pub debounce: Duration,
    /// How long the text must stay as it is before fixes are proven. A code action request starts the proof at once.
    pub proof_delay: Duration,
    /// Whether the best fixes climb on, to the project's tools and into the sandbox, once they are listed. The person
    /// permits that for a workspace.
    pub proves_further: bool,
    /// How long a code action request waits for a proof that is under way.
    pub proof_wait: Duration,
    /// How often the connection to the model is looked after.
    pub rhythm: Rhythm,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            python_version: (3, 13),
            debounce: Duration::from_millis(50),
            proof_delay: Duration::from_millis(300),
            proves_further: false,
            proof_wait: Duration::from_millis(500),
            rhythm: Rhythm::default(),
        }
    }
}

/// What the server works with; made anew when the settings change.
#[derive(Clone)]
pub struct Parts {
    /// Diagnoses, heals, remembers.
    pub engine: Engine,
    /// How the server behaves.
    pub settings: ServerSettings,
    /// What is wrong with the settings, for the person: path first, then what to do.
    pub warnings: Vec<String>,
    /// Loads defaults; `None` where there is nowhere to save them.
    pub defaults: Option<Arc<dyn Defaults>>,
}

/// Tests default settings, and saves them if a model answers.
#[async_trait]
pub trait Defaults: Send + Sync {
    /// Hands each step to `on_step` when it was taken. The error is in a person's words, with what to do.
    async fn load(
        &self,
        wanted: &LoadDefaultsParams,
        on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Result<LoadDefaultsResult, String>;
}

/// Makes the parts for a workspace. May read files; called off the threads that answer.
pub type PartsFactory = Arc<dyn Fn(&Workspace) -> Parts + Send + Sync>;
