//! Which modules a file of a project can import, read from folders: nothing is started or imported.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::declared::read;
use super::environment::Environment;
use super::interpreter::{Interpreter, Lookup, folders_up_to};

/// Most entries of all folders together; who has more gets no answer.
const MAX_ENTRIES: usize = 50_000;

/// The top-level modules in the folders that `interpreter` imports from for `file`, those of the standard library not
/// counted; `None` if that cannot be read off.
pub(super) fn modules(
    interpreter: &Interpreter,
    file: Option<&Path>,
    lookup: &Lookup,
) -> Option<BTreeSet<String>> {
    let mut found = Folders::default();
    let installed = site_packages(interpreter, &lookup.environment);
    (!installed.is_empty()).then_some(())?;
    for folder in installed {
        found.read(&folder)?;
        for (path, text) in path_files(&folder) {
            // An installation that can be edited may import in its own way.
            let imports = text.lines().any(|line| line.starts_with("import"));
            if imports && path.starts_with("__editable__") {
                return None;
            }
            for line in text.lines().filter(|line| !line.starts_with("import")) {
                let folder = folder.join(line.trim());
                if folder.is_dir() {
                    found.read(&folder)?;
                }
            }
        }
    }
    let own = lookup.folder.join(file.unwrap_or(Path::new("untitled.py")));
    let root = lookup.root.as_deref().unwrap_or(&lookup.folder);
    for folder in folders_up_to(own.parent()?, Some(root)) {
        found.read(folder)?;
        let sources = folder.join("src");
        if sources.is_dir() {
            found.read(&sources)?;
        }
    }
    Some(found.names)
}

#[derive(Default)]
struct Folders {
    names: BTreeSet<String>,
    entries: usize,
}

impl Folders {
    /// Notes what can be imported from a folder; `None` if there is too much in all.
    fn read(&mut self, folder: &Path) -> Option<()> {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            self.entries += 1;
            (self.entries <= MAX_ENTRIES).then_some(())?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
            let is_module = match ending.rsplit('.').next() {
                Some("py" | "so" | "pyd" | "pyi") => true,
                Some("") => entry.path().is_dir(),
                _ => false,
            };
            if is_module {
                self.names.insert(stem.to_owned());
            }
        }
        Some(())
    }
}

/// The folders of installed packages, as the `site` module finds them.
fn site_packages(interpreter: &Interpreter, environment: &Environment) -> Vec<PathBuf> {
    let version = format!(
        "python{}.{}",
        interpreter.version.major, interpreter.version.minor
    );
    let prefix = |python: &Path| Some(python.parent()?.parent()?.to_owned());
    let mut prefixes: Vec<PathBuf> = prefix(&interpreter.path).into_iter().collect();
    let is_alone = prefixes.first().is_some_and(|prefix| {
        read(&prefix.join("pyvenv.cfg")).is_some_and(|text| {
            let shares = |line: &str| {
                line.split_once('=').is_some_and(|(key, value)| {
                    key.trim() == "include-system-site-packages" && value.trim() == "true"
                })
            };
            !text.lines().any(shares)
        })
    });
    if !is_alone {
        let real = std::fs::canonicalize(&interpreter.path).ok();
        prefixes.extend(real.as_deref().and_then(prefix));
        let home = environment
            .for_probes
            .iter()
            .find(|(name, _)| name == "HOME");
        prefixes.extend(home.map(|(_, home)| Path::new(home).join(".local")));
    }
    let mut folders: Vec<PathBuf> = prefixes
        .iter()
        .flat_map(|prefix| {
            [
                prefix.join("lib").join(&version).join("site-packages"),
                prefix.join("lib64").join(&version).join("site-packages"),
                prefix.join("lib").join(&version).join("dist-packages"),
                prefix.join("lib/python3/dist-packages"),
                prefix
                    .join("local/lib")
                    .join(&version)
                    .join("dist-packages"),
                prefix.join("Lib").join("site-packages"),
            ]
        })
        .filter(|folder| folder.is_dir())
        .collect();
    folders.dedup();
    folders
}

/// The `.pth` files of a folder, by name.
fn path_files(folder: &Path) -> Vec<(String, String)> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.ends_with(".pth").then_some(())?;
            Some((name, read(&entry.path())?))
        })
        .collect()
}
