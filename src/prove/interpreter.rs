//! Which interpreter judges a project.

use std::collections::HashMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::declared::{DEFAULT_VERSION, declared_version};
use super::environment::Environment;
use super::probe::{Probe, Refusal, probe};

/// What `sys.version_info` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 3
    pub major: u8,
    /// 13
    pub minor: u8,
    /// 1
    pub micro: u8,
}

/// How an interpreter was found, in the order in which they are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The person's setting.
    Setting,
    /// The editor's choice.
    Client,
    /// `.venv` or `venv` in the project.
    ProjectEnvironment,
    /// `VIRTUAL_ENV`.
    ActiveEnvironment,
    /// `PATH`.
    SearchPath,
}

/// A Python that was asked what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The executable; not a version manager's shim.
    pub path: PathBuf,
    /// `sys.implementation.name`, such as `cpython`.
    pub implementation: String,
    /// Its version.
    pub version: Version,
    /// How it was found.
    pub origin: Origin,
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.implementation.as_str() {
            "cpython" => "CPython",
            "pypy" => "PyPy",
            "graalpy" => "GraalPy",
            other => other,
        };
        let Version {
            major,
            minor,
            micro,
        } = self.version;
        write!(
            f,
            "{name} {major}.{minor}.{micro} ({})",
            self.path.display()
        )
    }
}

/// Where to look for an interpreter.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// The workspace folder that is judged.
    pub folder: PathBuf,
    /// The root of the workspace: the last parent in which a `.venv` is looked for. `None` means the folder itself.
    pub root: Option<PathBuf>,
    /// `python.interpreter`: a path, absolute or relative to the root, or a bare name on `PATH`.
    pub setting: Option<PathBuf>,
    /// The interpreter that the editor's Python support chose.
    pub from_client: Option<PathBuf>,
    /// Whether the person trusts this workspace. Until then nothing inside it is started: an interpreter in a cloned
    /// repository is a program of whoever wrote the repository.
    pub trusted: bool,
    /// The process's environment.
    pub environment: Environment,
}

impl Lookup {
    /// The first executable that is there, unasked whether it is a Python.
    pub fn first(&self) -> Option<PathBuf> {
        let mut candidates = candidates(self).into_iter().map(|(_, path)| path);
        candidates.find(|path| path.is_file())
    }
}

/// The outcome of a lookup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The interpreter to use, if there is one.
    pub interpreter: Option<Interpreter>,
    /// Why others that come before it were passed over, or why there is none; path first.
    pub notes: Vec<String>,
}

impl Found {
    /// Why there is no interpreter, and what to do about it.
    pub fn reason(&self) -> String {
        let hint = "set `python.interpreter` to a Python 3.8 or later";
        if self.notes.is_empty() {
            format!("no Python on PATH; {hint}")
        } else {
            format!("{}; {hint}", self.notes.join("; "))
        }
    }
}

/// Finds interpreters, and asks each of them only once what it is. Clones share what is known.
#[derive(Debug, Clone, Default)]
pub struct Interpreters {
    known: Arc<Mutex<HashMap<Key, Result<Probe, Refusal>>>>,
}

/// The file that was asked, as it was then, and the folder it was asked in, where that matters.
type Key = (PathBuf, Option<SystemTime>, Option<PathBuf>);

impl Interpreters {
    /// The interpreter for a workspace folder: the setting, the editor's choice, `.venv` or `venv` from the folder up
    /// to the root, `VIRTUAL_ENV`, then `PATH`.
    ///
    /// What a person chose, and an environment that is too old, are never silently replaced by another interpreter:
    /// its verdict would be that of another Python.
    pub async fn find(&self, lookup: &Lookup) -> Found {
        let mut found = Found::default();
        for (origin, path) in candidates(lookup) {
            let chosen = matches!(origin, Origin::Setting | Origin::Client);
            let outcome = if !lookup.trusted && is_inside_workspace(&path, lookup) {
                Err(Refusal::Broken(format!(
                    "{}: inside the workspace, which is not trusted; trust the workspace to use it",
                    path.display()
                )))
            } else {
                self.ask(&path, lookup).await
            };
            match outcome {
                Ok(probe) => {
                    found.interpreter = Some(Interpreter {
                        path: probe.path,
                        implementation: probe.implementation,
                        version: probe.version,
                        origin,
                    });
                    return found;
                }
                Err(Refusal::TooOld(note)) => {
                    found.notes.push(note);
                    if origin != Origin::SearchPath {
                        return found;
                    }
                }
                Err(Refusal::Broken(note)) => {
                    found.notes.push(note);
                    if chosen {
                        return found;
                    }
                }
            }
        }
        found
    }

    async fn ask(&self, path: &Path, lookup: &Lookup) -> Result<Probe, Refusal> {
        // Shims choose by the folder in which they are started. What a folder names is followed only in trust:
        // a `.python-version` has been made to name a program inside the folder (CVE-2022-35861).
        let folder = lookup.trusted.then(|| lookup.folder.clone());
        let changed = std::fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .ok();
        let key = (path.to_owned(), changed, folder.clone());
        let known = |key: &Key| {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(key).cloned()
        };
        if let Some(outcome) = known(&key) {
            return outcome;
        }
        let folder = folder.filter(|folder| folder.is_dir());
        let outcome = probe(path, &lookup.environment, folder.as_deref()).await;
        // A machine that was too busy for the time limit may answer the next time.
        if outcome.is_ok() || changed.is_some() && matches!(outcome, Err(Refusal::TooOld(_))) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(key, outcome.clone());
        }
        outcome
    }
}

/// The Python version to judge by, as `(major, minor)`: the interpreter's, else the lowest that the project declares,
/// else [`DEFAULT_VERSION`].
pub(super) fn language_version(found: &Found, lookup: &Lookup) -> (u8, u8) {
    match &found.interpreter {
        Some(interpreter) => (interpreter.version.major, interpreter.version.minor),
        None => declared_version(&lookup.folder, lookup.root.as_deref()).unwrap_or(DEFAULT_VERSION),
    }
}

/// The folder and its parents up to the root; the folder alone if the root is no parent of it.
pub(super) fn folders_up_to<'path>(
    folder: &'path Path,
    root: Option<&Path>,
) -> impl Iterator<Item = &'path Path> {
    let root = root
        .filter(|root| folder.starts_with(root))
        .unwrap_or(folder)
        .to_owned();
    folder
        .ancestors()
        .take_while(move |parent| parent.starts_with(&root))
}

/// The first executable of this name beside an interpreter of the project or on `PATH`; in a workspace that is not
/// trusted, none from inside it.
pub(super) fn find_tool(name: &str, lookup: &Lookup) -> Option<PathBuf> {
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let beside = candidates(lookup)
        .into_iter()
        .filter_map(|(_, python)| Some(python.parent()?.join(&file_name)));
    let mut found = beside.chain(on_search_path(Path::new(name), &lookup.environment));
    found.find(|path| path.is_file() && (lookup.trusted || !is_inside_workspace(path, lookup)))
}

/// Every file that may be the interpreter, best first. Only those that were chosen need not exist.
fn candidates(lookup: &Lookup) -> Vec<(Origin, PathBuf)> {
    let mut candidates = Vec::new();
    let root = lookup.root.as_deref().unwrap_or(&lookup.folder);
    let chosen = [
        (Origin::Setting, &lookup.setting),
        (Origin::Client, &lookup.from_client),
    ];
    for (origin, path) in chosen {
        let Some(path) = path.as_deref().filter(|path| !path.as_os_str().is_empty()) else {
            continue;
        };
        candidates.push((origin, resolve(path, root, &lookup.environment)));
    }
    let mut environments = Vec::new();
    for folder in folders_up_to(&lookup.folder, lookup.root.as_deref()) {
        for name in [".venv", "venv"] {
            environments.push((Origin::ProjectEnvironment, folder.join(name)));
        }
    }
    if let Some(active) = &lookup.environment.virtual_env {
        environments.push((Origin::ActiveEnvironment, active.clone()));
    }
    for (origin, environment) in environments {
        // A dangling link is a broken environment, which is worth a note; a folder without either is none.
        let python = executables_of(&environment)
            .into_iter()
            .find(|python| std::fs::symlink_metadata(python).is_ok());
        candidates.extend(python.map(|python| (origin, python)));
    }
    for name in ["python3", "python"] {
        for python in on_search_path(Path::new(name), &lookup.environment) {
            candidates.push((Origin::SearchPath, python));
        }
    }
    candidates
}

fn executables_of(environment: &Path) -> Vec<PathBuf> {
    if cfg!(windows) {
        vec![environment.join("Scripts").join("python.exe")]
    } else {
        let bin = environment.join("bin");
        vec![bin.join("python"), bin.join("python3")]
    }
}

/// What a person wrote, as a path: a bare name is looked up on `PATH`.
fn resolve(path: &Path, root: &Path, environment: &Environment) -> PathBuf {
    let is_bare = path.components().count() == 1
        && matches!(path.components().next(), Some(Component::Normal(_)));
    if is_bare && let Some(found) = on_search_path(path, environment).into_iter().next() {
        return found;
    }
    root.join(path)
}

fn on_search_path(name: &Path, environment: &Environment) -> Vec<PathBuf> {
    let mut name = name.to_owned();
    if cfg!(windows) && name.extension().is_none_or(|extension| extension != "exe") {
        name.as_mut_os_string().push(".exe");
    }
    environment
        .search_path
        .iter()
        // A relative entry would be looked up in whatever folder we happen to be started in.
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .filter(|path| std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
        .collect()
}

/// Whether a program lies inside the workspace, by its name or by what the name links to.
///
/// The name alone is enough: a virtual environment whose `python` is a link to the system's still loads the standard
/// library from wherever its `pyvenv.cfg` says.
fn is_inside_workspace(path: &Path, lookup: &Lookup) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let named = path
        .parent()
        .zip(path.file_name())
        .map_or_else(|| path.to_owned(), |(parent, name)| real(parent).join(name));
    let folders = [Some(lookup.folder.as_path()), lookup.root.as_deref()];
    folders.into_iter().flatten().any(|folder| {
        let folder_path = real(folder);
        [path.to_owned(), named.clone(), real(path)]
            .iter()
            .any(|path| path.starts_with(folder) || path.starts_with(&folder_path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_in_parents_up_to_the_root_only() {
        let up = |folder, root| {
            folders_up_to(Path::new(folder), root)
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            up("/w/a/b", Some(Path::new("/w"))),
            ["/w/a/b", "/w/a", "/w"]
        );
        assert_eq!(up("/w/a", None), ["/w/a"]);
        assert_eq!(up("/elsewhere", Some(Path::new("/w"))), ["/elsewhere"]);
    }

    #[test]
    fn relative_entries_of_the_search_path_are_ignored() {
        let environment = Environment::new([("PATH".into(), ".:bin".into())]);
        let lookup = Lookup {
            environment,
            folder: "/nowhere".into(),
            ..Lookup::default()
        };
        assert_eq!(candidates(&lookup), []);
    }
}
