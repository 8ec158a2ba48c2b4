//! Where values come from, and how a layer's tree becomes a list of keys.

use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use super::keys::{is_section, keys};

/// Where a value comes from. Ordered from the lowest layer to the highest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built into salve.
    Builtin,
    /// The user's file.
    UserFile(PathBuf),
    /// The project's file.
    ProjectFile(PathBuf),
    /// The editor's settings.
    Editor,
    /// The file given with `--config`.
    GivenFile(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => formatter.write_str("built-in default"),
            Self::UserFile(path) | Self::ProjectFile(path) | Self::GivenFile(path) => {
                write!(formatter, "{}", path.display())
            }
            Self::Editor => formatter.write_str("editor settings"),
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::Flag(name) => write!(formatter, "flag {name}"),
        }
    }
}

/// Something in the configuration that was not taken, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where it stands.
    pub origin: Origin,
    /// The key concerned; `None` where it is about the whole layer.
    pub key: Option<String>,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.origin)?;
        if let Some(key) = &self.key {
            write!(formatter, "`{key}` ")?;
        }
        formatter.write_str(&self.message)
    }
}

/// One source of values.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) origin: Origin,
    /// A tree of settings; dotted names are the same as nested ones.
    pub(super) values: Value,
    /// What relative paths are relative to.
    pub(super) base: Option<PathBuf>,
}

/// The settings of a tree as dotted keys with their values; `null` says nothing and is left out.
pub(super) fn flatten(values: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if let Value::Object(members) = values {
        for (name, value) in members {
            if name != "$schema" {
                collect(name.clone(), value, &mut found);
            }
        }
    }
    found
}

fn collect(key: String, value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Null => {}
        // A key that is known is a value, even an object: its own check says what is wrong with it.
        Value::Object(members)
            if is_section(&key) || !keys().iter().any(|known| known.name == key) =>
        {
            for (name, value) in members {
                collect(format!("{key}.{name}"), value, found);
            }
        }
        value => found.push((key, value.clone())),
    }
}
