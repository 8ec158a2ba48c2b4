//! Learning: from accepted edits to templates, and from outcomes to an honest confidence.

pub mod confidence;
mod describe;
mod fingerprint;
mod template;

pub use fingerprint::{edit_hash, redacted, signature, skeleton};
pub use template::{Class, Depth, Item, LEVELS, Put, Template, TemplateError};
