use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// The platform's folders that matter to salve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The person's home.
    pub home: PathBuf,
    /// `$XDG_CONFIG_HOME` or what the platform has in its place.
    pub config: PathBuf,
    /// `$XDG_DATA_HOME` or what the platform has in its place.
    pub data: PathBuf,
}

/// What this process was started with, read once.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    folders: Option<Folders>,
}

impl Environment {
    /// Reads the variables of this process and the platform's folders.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            folders: etcetera::choose_base_strategy()
                .ok()
                .map(|strategy| Folders {
                    home: strategy.home_dir().to_path_buf(),
                    config: strategy.config_dir(),
                    data: strategy.data_dir(),
                }),
        }
    }

    /// An environment made up of the given parts.
    pub fn of(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        folders: Option<Folders>,
    ) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            folders,
        }
    }

    /// The value of a variable; one that is empty or not Unicode counts as not set.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(OsStr::new(name))
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    }

    /// All variables as they are.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The names of all variables that start with `prefix` and are not empty, in alphabetical order.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.variables
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, _)| name.to_str())
            .filter(move |name| name.starts_with(prefix))
    }

    /// The platform's folders; `None` where there is no home.
    pub fn folders(&self) -> Option<&Folders> {
        self.folders.as_ref()
    }
}
