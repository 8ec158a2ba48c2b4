//! Learning: from accepted edits to templates, and from outcomes to an honest confidence.

pub mod confidence;
mod describe;
mod fingerprint;
mod known;
mod lesson;
mod matching;
mod reading;
mod template;

pub use fingerprint::{edit_hash, redacted, signature, skeleton};
pub use known::{Belief, KnownTemplate, Learned, Nothing};
pub use lesson::{keys, templates};
pub use matching::{Fit, fits};
pub use reading::Reading;
pub use template::{Class, Depth, Item, LEVELS, Put, Template, TemplateError};
