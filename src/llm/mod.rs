//! Models over HTTP: one row a provider, one wire a protocol, one client for all of them.

mod address;
mod catalog;
mod choice;
mod client;
mod completion;
mod connection;
mod failure;
mod frames;
mod http;
mod learned;
mod obstacle;
mod provider;
mod retry;
mod running;
mod service;
mod settings;
mod steps;
mod watched;
mod wire;

pub use catalog::{default_url, key_variable, provider_names, provider_title};
pub use learned::Learned;
pub use provider::ProviderModel;
pub use running::{RunningServer, USUAL_PLACES, running};
pub use settings::{ModelSettings, Timeouts};
