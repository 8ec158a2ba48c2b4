//! Models over HTTP: one row a provider, one wire a protocol, one client for all of them.

mod address;
mod catalog;
mod completion;
mod failure;
mod http;
mod learned;
mod provider;
mod retry;
mod settings;
mod wire;

pub use catalog::provider_names;
pub use provider::ProviderModel;
pub use settings::{ModelSettings, Timeouts};
