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
    let Some(module) = module_name(file) else {
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
                && fs::read_to_string(&path).is_ok_and(|text| imports(&text, &module))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found.truncate(MAX_TESTS);
    found
}

/// The last part of the name under which a file is imported.
fn module_name(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    if stem == "__init__" {
        return Some(file.parent()?.file_name()?.to_str()?.to_owned());
    }
    Some(stem.to_owned())
}

/// Whether an import of `text` names `module` as a whole word.
fn imports(text: &str, module: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        (line.starts_with("import ") || line.starts_with("from "))
            && line
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|word| word == module)
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
                root.join("tests/test_basket.py")
            ]
        );
        let own = root.join("tests/test_order.py");
        assert_eq!(affected_tests(root, &own), [own]);
    }
}
