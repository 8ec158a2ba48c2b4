//! Learning: from accepted edits to templates, and from outcomes to an honest confidence.

pub mod confidence;
mod fingerprint;

pub use fingerprint::{edit_hash, redacted, signature, skeleton};
