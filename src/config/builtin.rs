//! The built-in settings as types.

use super::keys::builtin_values;
use super::{Config, Database, Diagnostics, Model, Prove, Provider, Python, Workspace};

/// The settings of the built-in file alone.
pub(super) fn builtin() -> Config {
    serde_json::from_value(builtin_values()).unwrap_or_else(|_| nothing())
}

/// Stands in for a built-in file that does not fit the types, which a test rules out.
fn nothing() -> Config {
    Config {
        python: Python {
            interpreter: None,
            version: None,
        },
        diagnostics: Diagnostics {
            names: true,
            delay_millis: 300,
        },
        model: Model {
            provider: Provider::Off,
            url: String::new(),
            name: None,
            api_key_env: None,
            connect_timeout_millis: 3_000,
            first_byte_timeout_millis: 300_000,
            idle_timeout_millis: 60_000,
            total_timeout_millis: 600_000,
        },
        prove: Prove {
            timeout_millis: 10_000,
            memory_megabytes: 1_024,
            run_timeout_millis: 3_000,
            test_timeout_millis: 10_000,
            run_memory_megabytes: 1_024,
        },
        database: Database { path: None },
        workspace: Workspace {
            trusted: false,
            trusted_folders: Vec::new(),
            run: false,
            run_folders: Vec::new(),
        },
    }
}
