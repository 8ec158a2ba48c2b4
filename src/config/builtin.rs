//! The built-in settings as types.

use super::keys::builtin_values;
use super::{
    Budget, Config, Database, Diagnostics, Model, Network, Privacy, Prove, Provider, Providers,
    Python, Workspace,
};

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
            fallback: Vec::new(),
            cloud_fallback: false,
            keep_alive_seconds: 300,
            heartbeat_seconds: 30,
            connect_timeout_millis: 3_000,
            first_byte_timeout_millis: None,
            idle_timeout_millis: 60_000,
            total_timeout_millis: None,
        },
        providers: Providers::default(),
        budget: Budget::default(),
        privacy: Privacy::default(),
        network: Network::default(),
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
