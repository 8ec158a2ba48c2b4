//! Models over HTTP: one row a provider, one wire a protocol, one client for all of them.

mod address;
mod catalog;
mod choice;
mod completion;
mod connection;
mod failure;
mod http;
mod learned;
mod provider;
mod residency;
mod retry;
mod service;
mod settings;
mod watched;
mod wire;

pub use catalog::provider_names;
pub use provider::ProviderModel;
pub use settings::{ModelSettings, Timeouts};
