//! Keys of models' providers, where a person had salve keep them: in the platform's own store, or else in a file that
//! only the person can read.
//!
//! The file `salve/keys.json` beside the person's settings says for each provider where its key is, so that the
//! platform's store is only asked where there is something: it may want a password to be unlocked.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that reads and writes keys"
)]

mod file;
mod platform;

use std::path::{Path, PathBuf};

use crate::config::{Provider, Secret};
use file::{Kept, KeysFile};

/// The name of the file below the platform's configuration folder.
const FILE: &str = "salve/keys.json";

/// Where a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the platform's own store: Keychain, Credential Manager, Secret Service.
    Platform,
    /// In a file that only the person can read.
    File,
}

/// Why a key could not be read, kept or forgotten.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct KeyError {
    /// What happened, with the file or store concerned. Never holds a key.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The keys that a person had salve keep.
#[derive(Debug, Clone)]
pub struct KeyStore {
    path: PathBuf,
}

impl KeyStore {
    /// The keys beside the settings in `folder`, the platform's configuration folder. Nothing is read yet.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key of a provider with its place; `None` if none was kept. May wait for the platform's store.
    ///
    /// # Errors
    /// When the file is there but cannot be trusted or read, or the platform's store does not give the key.
    pub fn find(&self, provider: Provider) -> Result<Option<(Secret, Place)>, KeyError> {
        match KeysFile::read(&self.path)?.get(provider) {
            None => Ok(None),
            Some(Kept::File(key)) => Ok(Some((key, Place::File))),
            Some(Kept::Platform) => Ok(Some((platform::get(provider)?, Place::Platform))),
        }
    }

    /// The providers whose keys are kept, with the places. Asks nobody for the keys themselves.
    ///
    /// # Errors
    /// When the file is there but cannot be trusted or read.
    pub fn list(&self) -> Result<Vec<(Provider, Place)>, KeyError> {
        let file = KeysFile::read(&self.path)?;
        let place = |kept| match kept {
            Kept::Platform => Place::Platform,
            Kept::File(_) => Place::File,
        };
        Ok(Provider::ALL
            .into_iter()
            .filter_map(|provider| Some((provider, place(file.get(provider)?))))
            .collect())
    }

    /// Keeps a key: in the platform's own store where there is one and `only_file` is not wanted, else in the file.
    ///
    /// # Errors
    /// When the file cannot be trusted, read or written, or the platform's store does not take the key. A platform
    /// without a store is no error.
    pub fn keep(
        &self,
        provider: Provider,
        key: &Secret,
        only_file: bool,
    ) -> Result<Place, KeyError> {
        let mut file = KeysFile::read(&self.path)?;
        let before = file.get(provider);
        let in_platform = !only_file && platform::set(provider, key)?;
        if !in_platform && before == Some(Kept::Platform) {
            // Else the old key would stay there for ever.
            platform::delete(provider)?;
        }
        let (kept, place) = if in_platform {
            (Kept::Platform, Place::Platform)
        } else {
            (Kept::File(key.clone()), Place::File)
        };
        file.set(provider, Some(kept));
        file.write(&self.path)?;
        Ok(place)
    }

    /// Forgets a key; false if none was kept.
    ///
    /// # Errors
    /// When the file cannot be trusted, read or written, or the platform's store does not let go of the key.
    pub fn forget(&self, provider: Provider) -> Result<bool, KeyError> {
        let mut file = KeysFile::read(&self.path)?;
        let Some(kept) = file.get(provider) else {
            return Ok(false);
        };
        if matches!(kept, Kept::Platform) {
            platform::delete(provider)?;
        }
        file.set(provider, None);
        file.write(&self.path)?;
        Ok(true)
    }
}
