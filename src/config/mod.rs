//! Configuration: typed, layered, explained.
//!
//! From the lowest to the highest layer: the built-in `config.default.json`, the user's file, the project's file, the
//! editor's settings, the file given with `--config`, the environment, the flags. A key that is about safety is never
//! taken from the project's file. A wrong value falls back to the layer below and is reported; it voids nothing else.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place that reads configuration files and the environment"
)]

mod builtin;
mod environment;
mod files;
mod keys;
mod layers;
mod load;
mod model;
mod money;
mod providers;
mod reference;
mod save;
mod secret;
mod trust;

pub use environment::{Environment, Folders};
pub use files::{ConfigFile, FileRole, FileState, PROJECT_FILE, USER_FILE};
pub use keys::{Key, find_key, keys, nearest_key, schema, template};
pub use layers::{Notice, Origin};
pub use load::{ConfigError, Explanation, LayerValue, Loaded, Sources, Taken};
pub use model::{Config, Database, Diagnostics, Prove, Python, PythonVersion, Workspace};
pub use money::Money;
pub use providers::{Budget, Model, Network, Privacy, Provider, ProviderSettings, Providers};
pub use reference::markdown;
pub use save::{SaveError, save};
pub use secret::Secret;
pub use trust::{Answer, Because, ClientTrust, Trust, repository_of};
