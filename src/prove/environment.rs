use std::ffi::OsString;
use std::path::PathBuf;

/// What a probe may see: enough for the shims of version managers to find the real interpreter, and no secrets.
const FOR_PROBES: [&str; 10] = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "ASDF_DIR",
    "ASDF_DATA_DIR",
    "MISE_DATA_DIR",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
];

/// What every child may see: what the platform needs to load a program at all.
const FOR_ALL: [&str; 4] = [
    "SYSTEMROOT",
    "WINDIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
];

/// The parts of an environment that decide which interpreter is found and how it starts.
///
/// It is handed in by whoever reads the process's environment; nothing in this room reads it again.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub(super) search_path: Vec<PathBuf>,
    pub(super) virtual_env: Option<PathBuf>,
    pub(super) for_probes: Vec<(OsString, OsString)>,
    pub(super) for_all: Vec<(OsString, OsString)>,
    pub(super) home: Option<PathBuf>,
    /// Folders of modules besides those of the interpreter.
    pub(super) module_path: Vec<PathBuf>,
}

impl Environment {
    /// Keeps what is needed of `variables`, such as `std::env::vars_os()`.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            let Some(key) = name.to_str() else { continue };
            // Windows spells them as it likes (`Path`, `SystemRoot`).
            let key = if cfg!(windows) {
                key.to_ascii_uppercase()
            } else {
                key.to_owned()
            };
            if key == "PATH" {
                environment.search_path = std::env::split_paths(&value).collect();
            }
            if key == "PYTHONPATH" {
                environment.module_path = std::env::split_paths(&value).collect();
            }
            if key == if cfg!(windows) { "USERPROFILE" } else { "HOME" } && !value.is_empty() {
                environment.home = Some(PathBuf::from(&value));
            }
            if key == "VIRTUAL_ENV" && !value.is_empty() {
                environment.virtual_env = Some(PathBuf::from(&value));
            }
            if FOR_ALL.contains(&key.as_str()) {
                environment.for_all.push((name.clone(), value.clone()));
            }
            if FOR_ALL.contains(&key.as_str()) || FOR_PROBES.contains(&key.as_str()) {
                environment.for_probes.push((name, value));
            }
        }
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_any_child() {
        let variables = [
            ("PATH", "/usr/bin"),
            ("API_KEY", "s3cret"),
            ("PYTHONPATH", "/x"),
        ];
        let environment =
            Environment::new(variables.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(
            environment.for_probes,
            [("PATH".into(), OsString::from("/usr/bin"))]
        );
        assert_eq!(environment.for_all, []);
        assert_eq!(environment.search_path, [PathBuf::from("/usr/bin")]);
    }
}
