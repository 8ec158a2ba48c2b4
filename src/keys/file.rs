//! The file that says where keys are, and holds those for which there is no better place.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::KeyError;
use crate::config::{Provider, Secret};

/// Where one key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// In the platform's own store.
    Platform,
    /// Here.
    File(Secret),
}

/// What the file says. Entries that this version does not understand stay as they are.
#[derive(Default)]
pub(super) struct KeysFile {
    entries: Map<String, Value>,
}

impl KeysFile {
    /// Reads the file; one that is not there says nothing.
    ///
    /// # Errors
    /// When others can read it, since what is in it then is no secret any more, or when it is not what we write.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let wrong = |what: String, hint: &str| KeyError {
            message: format!("{}: {what}", path.display()),
            hint: hint.to_owned(),
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(wrong(
                    format!("the keys cannot be read: {error}"),
                    "make the file readable for you, or remove it and set the keys anew",
                ));
            }
        };
        if is_open_to_others(path) {
            return Err(wrong(
                "others can read the keys in it".to_owned(),
                "`chmod 600` it, and consider the keys known: replace them at the providers",
            ));
        }
        match serde_json::from_str(&text) {
            Ok(Value::Object(entries)) => Ok(Self { entries }),
            // The error could quote a key.
            _ => Err(wrong(
                "is not a JSON object".to_owned(),
                "mend it, or remove it and set the keys anew with `salve model key set`",
            )),
        }
    }

    /// Where the key of a provider is.
    pub fn get(&self, provider: Provider) -> Option<Kept> {
        let entry = self.entries.get(provider.as_str())?;
        match entry.get("in")?.as_str()? {
            "platform" => Some(Kept::Platform),
            "file" => Some(Kept::File(Secret::new(entry.get("key")?.as_str()?))),
            _ => None,
        }
    }

    /// Notes where the key of a provider is.
    pub fn set(&mut self, provider: Provider, kept: Option<Kept>) {
        let name = provider.as_str().to_owned();
        match kept {
            None => {
                self.entries.remove(&name);
            }
            Some(Kept::Platform) => {
                self.entries.insert(name, json!({ "in": "platform" }));
            }
            Some(Kept::File(key)) => {
                self.entries
                    .insert(name, json!({ "in": "file", "key": key.reveal() }));
            }
        }
    }

    /// Writes the file at once and whole, for the person's eyes only.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let failed = |error: &io::Error| KeyError {
            message: format!("{}: the keys cannot be written: {error}", path.display()),
            hint: "check that the folder is there and yours".to_owned(),
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        // Temporary files are made with the mode 0600, and keep it when they take the place of another.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
        serde_json::to_writer_pretty(&mut file, &self.entries)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| failed(&error))?;
        file.persist(path).map_err(|error| failed(&error.error))?;
        Ok(())
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// The person's own folders are closed to others there.
#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}
