//! What a program finds when a person runs it, but not in the sandbox: then its failure says nothing about it.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a program lies, as the person's machine has it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'path> {
    /// The program's file.
    pub file: &'path Path,
    /// The project's root, if the program may read it.
    pub project: Option<&'path Path>,
    /// The person's home folder.
    pub home: Option<&'path Path>,
    /// Folders of modules that the person's environment names (`PYTHONPATH`).
    pub module_path: &'path [PathBuf],
}

impl Place<'_> {
    /// Why a file was not found in the sandbox that is there outside of it.
    pub(super) fn unseen_file(self, wanted: &str) -> Option<String> {
        let path = Path::new(wanted);
        let beside = self.file.parent().unwrap_or(self.file).join(path);
        let is_at_root = self.project.is_some() && self.file.parent() == self.project;
        if path.is_relative() && !wanted.is_empty() && !is_at_root && beside.exists() {
            return Some(match self.project {
                // It is started at the root, where it does not lie.
                Some(_) => format!(
                    "{wanted} lies beside the program, but it is started at the project's root"
                ),
                None => not_shown(&beside),
            });
        }
        // Home is where the scratch folder is.
        let of_home = path.strip_prefix("/tmp").ok();
        let of_home = of_home.and_then(|rest| Some(self.home?.join(rest)));
        [Some(path.to_owned()), of_home]
            .into_iter()
            .flatten()
            .find(|path| path.is_absolute() && self.is_hidden(path) && path.exists())
            .map(|path| not_shown(&path))
    }

    /// Why a module was not found in the sandbox that is installed outside of it.
    pub(super) fn unseen_module(self, name: &str, version: Option<(u8, u8)>) -> Option<String> {
        let name = name.split('.').next().filter(|name| !name.is_empty())?;
        let beside = self.file.parent().map(Path::to_path_buf);
        let of_user = version.zip(self.home).map(|((major, minor), home)| {
            home.join(format!(".local/lib/python{major}.{minor}/site-packages"))
        });
        [beside, of_user]
            .into_iter()
            .flatten()
            .chain(self.module_path.iter().cloned())
            .filter(|folder| folder.is_absolute() && self.is_hidden(folder))
            .find_map(|folder| module_in(&folder, name))
            .map(|path| not_shown(&path))
    }

    fn is_hidden(self, path: &Path) -> bool {
        self.project
            .is_none_or(|project| !path.starts_with(project))
    }
}

fn not_shown(path: &Path) -> String {
    format!("the sandbox does not show it {}", path.display())
}

/// The file or folder that would be imported by this name.
fn module_in(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_module = |found: &str| {
        found == name
            || found
                .strip_prefix(name)
                .is_some_and(|rest| rest == ".py" || rest.starts_with('.') && rest.ends_with(".so"))
    };
    fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let found = path.file_name().and_then(|found| found.to_str());
            found.is_some_and(is_module)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_only_outside_is_named() {
        let top = tempfile::tempdir().expect("a folder");
        let top = top.path();
        for path in ["app/main.py", "app/data.txt", "app/helper.py", "other.txt"] {
            let path = top.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let (file, app) = (top.join("app/main.py"), top.join("app"));
        let alone = Place {
            file: &file,
            project: None,
            home: None,
            module_path: &[],
        };
        let known = Place {
            project: Some(&app),
            ..alone
        };
        let other = top.join("other.txt").display().to_string();
        let version = Some((3, 12));
        assert!(alone.unseen_file("data.txt").is_some());
        assert!(alone.unseen_file("no.txt").is_none());
        assert!(alone.unseen_file("").is_none());
        assert!(alone.unseen_module("helper", version).is_some());
        assert!(alone.unseen_module("helper.part", version).is_some());
        assert!(alone.unseen_module("help", version).is_none());
        assert!(
            known.unseen_module("helper", version).is_none(),
            "it is shown"
        );
        assert!(
            known
                .unseen_file(&app.join("data.txt").display().to_string())
                .is_none()
        );
        assert!(known.unseen_file(&other).is_some());
    }
}
