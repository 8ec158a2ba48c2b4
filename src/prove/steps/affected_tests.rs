//! Which tests of a project tell whether a file still does what it should.

use std::fs;
use std::path::{Path, PathBuf};

/// Most test files that are run for one file.
const MAX_TESTS: usize = 20;
/// Most folders that are looked into.
const MAX_FOLDERS: usize = 5_000;

/// Whether pytest would take this file for tests by its name.
pub(super) fn is_test_file(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let Some(stem) = name.strip_suffix(".py") else {
        return false;
    };
    stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest"
}

/// The test files below `project` that import `file`, or `file` itself if it is one; in alphabetical order, at most 20.
pub fn affected_tests(project: &Path, file: &Path) -> Vec<PathBuf> {
    if is_test_file(file) {
        return vec![file.to_owned()];
    }
    let Some(module) = module_path(file) else {
        return Vec::new();
    };
    let (mut found, mut folders, mut seen) = (Vec::new(), vec![project.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        seen += 1;
        if seen > MAX_FOLDERS {
            break;
        }
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                let hidden = name.to_string_lossy().starts_with('.');
                let foreign = ["node_modules", "site-packages", "__pycache__", "venv"];
                if !hidden && !foreign.contains(&name.to_string_lossy().as_ref()) {
                    folders.push(path);
                }
            } else if is_test_file(&path)
                && path.file_name().is_some_and(|name| name != "conftest.py")
                && fs::read(&path).is_ok_and(|text| imports(&text, &path, &module))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found.truncate(MAX_TESTS);
    found
}

/// A file's path as that of a module, without an ending; a package's is that of its folder.
fn module_path(file: &Path) -> Option<PathBuf> {
    if file.file_stem()? == "__init__" {
        return Some(file.parent()?.to_owned());
    }
    Some(file.with_extension(""))
}

/// Whether an import of the test file at `path` means the module: what it names is the end of the module's path, or
/// for a relative import the whole of it.
fn imports(text: &[u8], path: &Path, module: &Path) -> bool {
    let text = String::from_utf8_lossy(text);
    let means = |base: &Path, name: &str| {
        let name: PathBuf = name.split('.').filter(|part| !part.is_empty()).collect();
        if base.as_os_str().is_empty() {
            !name.as_os_str().is_empty() && module.ends_with(&name)
        } else {
            module == base.join(&name)
        }
    };
    let is_name = |word: &&str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    };
    let nowhere = Path::new("");
    text.lines().any(|line| {
        let line = line.trim_start();
        let words = |text| str::split(text, [',', ' ', '(', ')', '#', ';']).filter(is_name);
        if let Some(names) = line.strip_prefix("import ") {
            return words(names).any(|name| means(nowhere, name));
        }
        let Some((from, names)) = line
            .strip_prefix("from ")
            .and_then(|rest| rest.split_once(" import"))
        else {
            return false;
        };
        let from = from.trim();
        let name = from.trim_start_matches('.');
        let base = match from.len() - name.len() {
            0 => Some(nowhere),
            // The first dot is the test's own folder. Outside of a package pytest cannot read such a file.
            dots => path
                .ancestors()
                .nth(dots)
                .filter(|_| path.with_file_name("__init__.py").is_file()),
        };
        base.is_some_and(|base| {
            means(base, name) || words(names).any(|part| means(base, &format!("{name}.{part}")))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_import_the_file_are_found() {
        let project = tempfile::tempdir().expect("a folder");
        let root = project.path();
        for (file, text) in [
            ("shop/basket.py", ""),
            ("tests/test_basket.py", "from shop.basket import Basket\n"),
            ("tests/test_order.py", "import shop.order\n"),
            (
                "tests/deep/total_test.py",
                "    from shop import (basket)\n",
            ),
            (
                "tests/test_relative.py",
                "from ..shop.basket import Basket\n",
            ),
            ("tests/__init__.py", ""),
            ("shop/test_loose.py", "from .basket import Basket\n"),
            ("tests/test_namesake.py", "from .basket import Basket\n"),
            (
                "tests/test_other_shop.py",
                "from store.basket import Basket\n",
            ),
            ("tests/helper.py", "import shop.basket\n"),
            (".tox/test_copy.py", "import basket\n"),
        ] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        assert_eq!(
            affected_tests(root, &root.join("shop/basket.py")),
            [
                root.join("tests/deep/total_test.py"),
                root.join("tests/test_basket.py"),
                root.join("tests/test_relative.py")
            ]
        );
        let own = root.join("tests/test_order.py");
        assert_eq!(affected_tests(root, &own), [own]);
    }
}
