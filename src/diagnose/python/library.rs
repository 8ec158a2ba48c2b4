//! The names that come with Python: builtins and the modules of the standard library, per version.

use std::collections::HashMap;
use std::sync::OnceLock;

use ruff_python_ast::PythonVersion;

const BUILTINS: &str = include_str!("../../../grammars/python/builtins.txt");
const MODULES: &str = include_str!("../../../grammars/python/stdlib.txt");

/// The first version that has a builtin or an attribute that every module has; `None` if none does.
pub fn builtin_since(name: &str) -> Option<PythonVersion> {
    static TABLE: OnceLock<HashMap<&str, PythonVersion>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            rows(BUILTINS)
                .map(|row| {
                    let (name, since) = row.split_once(' ').unwrap_or((row, "3.0"));
                    (name, version(since))
                })
                .collect()
        })
        .get(name)
        .copied()
}

/// All builtins of `target`, in no particular order.
pub fn builtins(target: PythonVersion) -> impl Iterator<Item = &'static str> {
    rows(BUILTINS).filter_map(move |row| {
        let (name, since) = row.split_once(' ').unwrap_or((row, "3.0"));
        (version(since) <= target).then_some(name)
    })
}

/// A module of the standard library.
#[derive(Debug, Clone, Copy)]
pub struct StandardModule {
    name: &'static str,
    attributes: &'static str,
    submodules: &'static str,
}

impl StandardModule {
    /// The module `name` as `target` has it.
    pub fn find(name: &str, target: PythonVersion) -> Option<Self> {
        rows(MODULES).find_map(|row| {
            let (module, rest) = row.split_once(' ')?;
            if module != name {
                return None;
            }
            let (since, rest) = rest.split_once(' ')?;
            let (until, names) = rest.split_once(' ').unwrap_or((rest, ""));
            let (attributes, submodules) = names.split_once('/').unwrap_or((names, ""));
            let is_there = version(since) <= target && (until == "-" || target <= version(until));
            is_there.then_some(Self {
                name: module,
                attributes,
                submodules,
            })
        })
    }

    /// The import statement that makes `module.attribute` work; `None` if the module has no such attribute.
    pub fn import_for(self, attribute: &str) -> Option<String> {
        let has = |names: &str| names.split_ascii_whitespace().any(|name| name == attribute);
        if has(self.attributes) {
            Some(format!("import {}", self.name))
        } else if has(self.submodules) {
            Some(format!("import {}.{attribute}", self.name))
        } else {
            None
        }
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn version(text: &str) -> PythonVersion {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    PythonVersion {
        major: major.parse().unwrap_or(3),
        minor: minor.parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(module: &str, attribute: &str, target: PythonVersion) -> Option<String> {
        StandardModule::find(module, target).and_then(|found| found.import_for(attribute))
    }

    #[test]
    fn builtins_have_a_first_version() {
        assert_eq!(
            builtin_since("print"),
            Some(PythonVersion { major: 3, minor: 0 })
        );
        assert_eq!(builtin_since("aiter"), Some(PythonVersion::PY310));
        assert_eq!(builtin_since("xrange"), None);
        assert!(builtins(PythonVersion::PY39).all(|name| name != "aiter"));
    }

    #[test]
    fn modules_know_their_attributes_submodules_and_versions() {
        let latest = PythonVersion::PY313;
        assert_eq!(
            import("json", "dumps", latest).as_deref(),
            Some("import json")
        );
        assert_eq!(import("json", "dumsp", latest), None);
        assert_eq!(
            import("urllib", "request", latest).as_deref(),
            Some("import urllib.request")
        );
        assert_eq!(import("os", "path", latest).as_deref(), Some("import os"));
        assert_eq!(import("imp", "reload", latest), None);
        assert_eq!(
            import("imp", "reload", PythonVersion::PY38).as_deref(),
            Some("import imp")
        );
    }

    #[test]
    fn every_row_of_the_tables_is_complete() {
        for row in rows(MODULES) {
            let mut parts = row.split(' ').skip(1);
            let since = parts.next().map(version);
            let until = parts.next().expect("a last version");
            assert!(since.is_some_and(|since| since.major == 3), "{row}");
            assert!(until == "-" || version(until).major == 3, "{row}");
        }
    }
}
