//! What salve adds to LSP: the `salve/*` methods and the arguments of its commands. `docs/protocol.md` documents each.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{Range, Uri};

use crate::engine::ports::{ConnectionStatus, ListedModel};
use crate::engine::{ConnectionTest, Evidence, Fix, Source};
use crate::llm::RunningServer;

/// Request: totals over what was learned. No parameters; answers [`crate::engine::ports::PatternStats`].
pub const PATTERN_STATS: &str = "salve/patternStats";

/// Request and notification: what is known of the connection to the model.
pub const CONNECTION_STATUS: &str = "salve/connectionStatus";

/// Request: exactly what a model would be sent. Takes [`AskParams`], answers [`crate::engine::Preview`].
pub const MODEL_PREVIEW: &str = "salve/modelPreview";

/// Notification of the client: the person trusts the workspace, or no longer does. Takes [`TrustParams`].
pub const TRUST_DID_CHANGE: &str = "salve/trustDidChange";

/// Notification of the client: the keys of models' providers in its own store. Takes [`KeysParams`].
pub const KEYS_DID_CHANGE: &str = "salve/keysDidChange";

/// Command: notes that the person applied fixes. Takes [`FixParams`].
pub const ACCEPT: &str = "salve.accept";

/// Command: notes that the person rejects fixes, which are then not offered again. Takes [`FixParams`].
pub const REJECT: &str = "salve.reject";

/// Command: asks the model for a fix. Takes [`AskParams`].
pub const ASK: &str = "salve.ask";

/// Request: the models that the server of the model lists. No parameters; answers [`ModelListResult`].
pub const MODEL_LIST: &str = "salve/modelList";

/// Command: tests the model step by step. No argument; answers [`ConnectionTest`].
pub const TEST_CONNECTION: &str = "salve.testConnection";

/// Command: tests default settings, and saves them if a model answers. Takes [`LoadDefaultsParams`].
pub const LOAD_DEFAULTS: &str = "salve.loadDefaults";

/// All commands.
pub const COMMANDS: [&str; 5] = [ACCEPT, REJECT, ASK, TEST_CONNECTION, LOAD_DEFAULTS];

/// The models of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelListResult {
    /// The provider's name, such as `lmstudio`; empty if no model is configured.
    pub provider: String,
    /// The address, without a key.
    pub url: String,
    /// The models, in the server's own order.
    pub models: Vec<ListedModel>,
    /// Why there is no list, with what to do; `null` if there is one.
    pub error: Option<String>,
}

/// Which defaults are loaded. What is left out is as the defaults say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadDefaultsParams {
    /// The provider to set up.
    pub provider: Option<String>,
    /// Where it listens, if not at its usual address.
    pub url: Option<String>,
    /// The file of defaults, instead of those that come with salve.
    pub from: Option<String>,
}

/// What came of loading defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadDefaultsResult {
    /// Where the defaults come from.
    pub from: String,
    /// What came of testing them.
    pub test: ConnectionTest,
    /// The file into which they were saved; `null` if a step failed, for then nothing is saved.
    pub saved_to: Option<String>,
    /// What was saved.
    pub settings: Vec<SavedSetting>,
    /// What of that has no effect, and why.
    pub warnings: Vec<String>,
    /// The servers of models on this machine that could be used instead, if a step failed.
    pub running: Vec<RunningServer>,
}

/// A setting that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedSetting {
    /// Its name, such as `model.provider`.
    pub key: String,
    /// Its value; `null` if it was taken out of the file, to be at its default.
    pub value: serde_json::Value,
}

/// What the person says of the workspace. All of it: what an earlier message said no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustParams {
    /// Whether programs inside the workspace may be started, such as the interpreter of its `.venv`.
    pub trusted: bool,
    /// Whether its programs may be run in the sandbox, which counts if it is trusted. Left out: the settings decide.
    pub run: Option<bool>,
}

/// The keys that a client keeps in its own store. All of them: what was handed over before no longer counts. Not read
/// through this type, which could be printed.
#[derive(JsonSchema)]
pub struct KeysParams {
    /// The keys by provider, such as `{ "openai": "…" }`.
    pub keys: BTreeMap<String, String>,
}

/// The fixes that a person applied or rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FixParams {
    /// The document, to have it examined again.
    #[schemars(with = "String")]
    pub uri: Uri,
    /// The fixes' names in the record.
    pub fix_ids: Vec<String>,
}

/// What a model is to heal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskParams {
    /// The document.
    #[schemars(with = "String")]
    pub uri: Uri,
    /// The version of the document in which the diagnostic was seen.
    pub version: i32,
    /// Where the diagnostic is, in the negotiated encoding.
    #[schemars(with = "serde_json::Value")]
    pub range: Range,
    /// The diagnostic's code, where it has one.
    pub code: Option<String>,
    /// Who reported it: `salve` or another server.
    pub source: Option<String>,
    /// What it says.
    pub message: String,
}

/// What came of asking a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskResult {
    /// The fix's name in the record; `null` if nothing could be proven.
    pub fix_id: Option<String>,
    /// Whether the client applied it.
    pub applied: bool,
    /// The fix's title, or why there is none.
    pub message: String,
}

/// What a lazily resolved action carries in `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionData {
    /// The document.
    #[schemars(with = "String")]
    pub uri: Uri,
    /// The text for which the action was listed.
    pub revision: u64,
    /// The fixes that it applies.
    pub fix_ids: Vec<String>,
    /// Why a single fix is offered, for clients that show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// Why a fix is offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// Who proposed it.
    pub source: Source,
    /// What was proven of it.
    pub evidence: Evidence,
    /// How likely it is meant, beside what else would cure the place: from 0 to 1.
    pub likelihood: f64,
    /// The expected rate at which such fixes are right, from 0 to 1, if anything is known of them.
    pub confidence: Option<f64>,
}

impl Why {
    /// What is known of a fix.
    pub fn of(fix: &Fix) -> Self {
        Self {
            source: fix.source.clone(),
            evidence: fix.evidence.clone(),
            likelihood: fix.likelihood,
            confidence: fix.confidence.map(|known| known.mean),
        }
    }
}

/// `salve/connectionStatus`, sent when the state changes.
pub enum ConnectionStatusChanged {}

impl Notification for ConnectionStatusChanged {
    type Params = ConnectionStatus;
    const METHOD: &'static str = CONNECTION_STATUS;
}
