//! Changing the person's own configuration file.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::files::read_json;

/// Why the person's file was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}; nothing was changed", path.display())]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

/// Sets keys, such as `model.provider`, in a configuration file, and takes those out whose value is `null`. What else
/// stands in the file stays, in its order. The file is made if need be, and written at once and whole.
///
/// # Errors
/// When the file is not JSON, so that writing would lose something, or cannot be written.
pub fn save(path: &Path, changes: &[(String, Value)]) -> Result<(), SaveError> {
    let failed = |reason: String, hint: &str| SaveError {
        path: path.to_path_buf(),
        reason,
        hint: hint.to_owned(),
    };
    let values = read_json(path).map_err(|reason| failed(reason, "mend the file first"))?;
    let mut values = match values {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    for (key, value) in changes {
        set(&mut values, key, value);
    }
    write(path, &values).map_err(|error| {
        failed(
            format!("cannot be written: {error}"),
            "check that the folder is there and yours",
        )
    })
}

/// Sets a key where it stands already, dotted or nested; else nested.
fn set(members: &mut Map<String, Value>, key: &str, value: &Value) {
    members.remove(key);
    match key.split_once('.') {
        None if value.is_null() => {}
        None => {
            members.insert(key.to_owned(), value.clone());
        }
        Some((group, rest)) => {
            if !members.get(group).is_some_and(Value::is_object) {
                if value.is_null() {
                    return;
                }
                members.insert(group.to_owned(), Value::Object(Map::new()));
            }
            if let Some(Value::Object(inner)) = members.get_mut(group) {
                set(inner, rest, value);
                if inner.is_empty() {
                    members.remove(group);
                }
            }
        }
    }
}

fn write(path: &Path, values: &Map<String, Value>) -> io::Result<()> {
    // A link stays a link: many keep such files in a repository of their own.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, values)?;
    file.write_all(b"\n")?;
    if let Ok(metadata) = fs::metadata(&path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &Value, key: &str, value: &Value) -> Value {
        let Value::Object(mut members) = before.clone() else {
            panic!("an object")
        };
        set(&mut members, key, value);
        Value::Object(members)
    }

    #[test]
    fn a_key_is_set_once_however_it_was_written() {
        let nested = json!({ "model": { "provider": "ollama" } });
        for before in [
            json!({}),
            json!({ "model.provider": "off" }),
            json!({ "model": {} }),
        ] {
            assert_eq!(check(&before, "model.provider", &json!("ollama")), nested);
        }
        let others =
            json!({ "python": { "version": "3.11" }, "model": { "fallback": ["custom"] } });
        assert_eq!(
            check(&others, "model.provider", &json!("ollama")).to_string(),
            r#"{"python":{"version":"3.11"},"model":{"fallback":["custom"],"provider":"ollama"}}"#
        );
    }

    #[test]
    fn a_key_that_is_taken_out_leaves_no_empty_group() {
        let before = json!({ "providers": { "ollama": { "model": "m" } }, "x": 1 });
        assert_eq!(
            check(&before, "providers.ollama.model", &Value::Null),
            json!({ "x": 1 })
        );
        assert_eq!(
            check(&before, "providers.azure.model", &Value::Null),
            before
        );
    }
}
