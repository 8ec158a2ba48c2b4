//! The settings themselves. A key's documentation, limits and privileges are all declared here; its default is in
//! `config.default.json`.

use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Budget, Model, Network, Privacy, Providers};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// Which Python is meant.
    pub python: Python,
    /// What is reported, and when.
    pub diagnostics: Diagnostics,
    /// The language model that is asked when a person requests it. Nothing waits for it otherwise.
    pub model: Model,
    /// Where models are served.
    pub providers: Providers,
    /// What models on the Internet may use up.
    pub budget: Budget,
    /// What no model is shown, and what is kept of what it was shown.
    pub privacy: Privacy,
    /// How services on the Internet are reached.
    pub network: Network,
    /// Limits of the processes that prove fixes.
    pub prove: Prove,
    /// Where accepted and rejected fixes are remembered.
    pub database: Database,
    /// What the opened folder may do.
    pub workspace: Workspace,
}

impl Config {
    /// The settings of `config.default.json` alone.
    pub fn builtin() -> Self {
        super::builtin::builtin()
    }
}

/// `python.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Python {
    /// The interpreter that compiles fixes to prove them: a path, or a name that is looked up on `PATH`. Not set: the
    /// virtual environment of a trusted workspace, then the active environment, then `python3` on `PATH`.
    #[schemars(extend("format" = "path", "x-userOnly" = true))]
    pub interpreter: Option<PathBuf>,
    /// The Python version to judge by, such as `3.11`. Not set: the interpreter's.
    pub version: Option<PythonVersion>,
}

/// `diagnostics.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Diagnostics {
    /// Whether names that nothing defines are reported.
    pub names: bool,
    /// How long the editor must be quiet before fixes are proven, in milliseconds.
    #[schemars(range(min = 0, max = 10_000))]
    pub delay_millis: u64,
}

/// `prove.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prove {
    /// Longest time that compiling one text may take, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub timeout_millis: u64,
    /// Most memory that the interpreter may use, in megabytes.
    #[schemars(range(min = 64, max = 65_536))]
    pub memory_megabytes: u64,
    /// Longest time that one run of a program in the sandbox may take, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub run_timeout_millis: u64,
    /// Longest time that one run of tests in the sandbox may take, in milliseconds.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub test_timeout_millis: u64,
    /// Most memory that a program in the sandbox may use together with everything that it starts, in megabytes.
    #[schemars(range(min = 64, max = 65_536))]
    pub run_memory_megabytes: u64,
}

/// `database.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Database {
    /// The SQLite file of the record. Not set: `salve/salve.db` in the platform's data folder.
    #[schemars(extend("format" = "path", "x-userOnly" = true))]
    pub path: Option<PathBuf>,
}

/// `workspace.*`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workspace {
    /// Whether programs inside the workspace may be started, such as the interpreter of its `.venv`. Here it means every
    /// workspace; `workspace.trustedFolders` names them. docs/trust.md says what is started when.
    #[schemars(extend("x-userOnly" = true))]
    pub trusted: bool,
    /// Folders that you trust, with every workspace inside them.
    #[schemars(extend("format" = "folders", "x-userOnly" = true))]
    pub trusted_folders: Vec<PathBuf>,
    /// Whether the workspace's programs may be run in the sandbox to prove fixes, if it is trusted. Here it means every
    /// trusted workspace; `workspace.runFolders` names them.
    #[schemars(extend("x-userOnly" = true))]
    pub run: bool,
    /// Folders in which programs may be run in the sandbox, with every trusted workspace inside them. They must be
    /// trusted too.
    #[schemars(extend("format" = "folders", "x-userOnly" = true))]
    pub run_folders: Vec<PathBuf>,
}

/// A Python language version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PythonVersion {
    /// 3
    pub major: u8,
    /// 0 to 99
    pub minor: u8,
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl From<PythonVersion> for String {
    fn from(version: PythonVersion) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for PythonVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a Python version such as \"3.11\"");
        let minor = text
            .strip_prefix("3.")
            .filter(|minor| (1..=2).contains(&minor.len()))
            .and_then(|minor| minor.parse().ok())
            .ok_or_else(wrong)?;
        Ok(Self { major: 3, minor })
    }
}

impl JsonSchema for PythonVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PythonVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "python-version", "pattern": "^3\\.[0-9]{1,2}$" })
    }
}
