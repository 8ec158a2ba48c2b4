//! Which Python a project says it is written for, where no interpreter says so.

use std::path::Path;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::interpreter::folders_up_to;

/// The version by which a project is judged that says nothing and has no interpreter.
pub const DEFAULT_VERSION: (u8, u8) = (3, 13);

/// The oldest Python that salve asks or judges by.
pub const OLDEST_VERSION: (u8, u8) = (3, 8);

/// Most bytes that are read of a file that may name the version.
const MAX_FILE: u64 = 1 << 20;

/// The lowest Python that a project declares, as `(major, minor)`, never below [`OLDEST_VERSION`].
///
/// In the folder and then in each parent up to the root: `requires-python` of `pyproject.toml` (PEP 621),
/// `python_requires` of `setup.cfg`, and the first version in `.python-version`.
pub fn declared_version(folder: &Path, root: Option<&Path>) -> Option<(u8, u8)> {
    folders_up_to(folder, root).find_map(|folder| {
        read(&folder.join("pyproject.toml"))
            .and_then(|text| from_pyproject(&text))
            .or_else(|| read(&folder.join("setup.cfg")).and_then(|text| from_setup_cfg(&text)))
            .or_else(|| {
                read(&folder.join(".python-version")).and_then(|text| from_version_file(&text))
            })
    })
}

/// A small text file; `None` if it is none.
pub(super) fn read(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    // A pipe would never end.
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return None;
    }
    std::fs::read_to_string(path).ok()
}

fn from_pyproject(text: &str) -> Option<(u8, u8)> {
    let table: toml::Table = text.parse().ok()?;
    lowest(table.get("project")?.get("requires-python")?.as_str()?)
}

/// The few lines of INI that matter: a key of `[options]`, on one line or continued on indented ones.
fn from_setup_cfg(text: &str) -> Option<(u8, u8)> {
    let mut in_options = false;
    let mut value: Option<String> = None;
    for line in text.lines() {
        if line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        let is_continued = line.starts_with(char::is_whitespace);
        if let (Some(value), true) = (&mut value, is_continued) {
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        if value.is_some() {
            break;
        }
        if line.starts_with('[') {
            in_options = line.trim_end() == "[options]";
        } else if in_options
            && let Some((key, rest)) = line.split_once(['=', ':'])
            && matches!(key.trim(), "python_requires" | "python-requires")
        {
            value = Some(rest.trim().to_owned());
        }
    }
    lowest(value?.trim().trim_end_matches(','))
}

fn from_version_file(text: &str) -> Option<(u8, u8)> {
    text.split_whitespace().find_map(|word| {
        let version = word
            .trim_start_matches("cpython-")
            .trim_start_matches("python-");
        let version = version.trim_start_matches("pypy").trim_start_matches('-');
        let mut numbers = version.split(['.', '-']);
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?.parse().ok()?;
        (major == 3).then(|| OLDEST_VERSION.max((major, minor)))
    })
}

/// The lowest minor version of Python 3 of which some release meets the specifiers (PEP 440).
fn lowest(specifiers: &str) -> Option<(u8, u8)> {
    let specifiers = VersionSpecifiers::from_str(specifiers).ok()?;
    (OLDEST_VERSION.1..40)
        .find(|minor| {
            (0..40).any(|micro| specifiers.contains(&Version::new([3, u64::from(*minor), micro])))
        })
        .map(|minor| (3, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lowest(specifiers: &str, expected: Option<(u8, u8)>) {
        assert_eq!(lowest(specifiers), expected, "{specifiers}");
    }

    #[test]
    fn the_lowest_minor_version_that_the_specifiers_allow() {
        check_lowest(">=3.10", Some((3, 10)));
        check_lowest(">=3.9.2,<4", Some((3, 9)));
        check_lowest("~=3.11", Some((3, 11)));
        check_lowest("==3.12.*", Some((3, 12)));
        check_lowest(">3.9, !=3.10.*", Some((3, 9)));
        check_lowest(">=2.7, !=3.0.*, !=3.8.*", Some((3, 9)));
        check_lowest(">=3.6", Some((3, 8)));
        check_lowest("<3", None);
        check_lowest("three", None);
    }

    #[test]
    fn reads_each_file_that_may_name_it() {
        assert_eq!(
            from_pyproject("[project]\nname = 'x'\nrequires-python = '>=3.12'\n"),
            Some((3, 12))
        );
        assert_eq!(from_pyproject("[project]\nname = 'x'\n"), None);
        assert_eq!(
            from_setup_cfg(
                "[metadata]\npython_requires = >=3.9\n[options]\npython_requires =\n    >=3.10,\n    <4\n"
            ),
            Some((3, 10))
        );
        assert_eq!(from_version_file("3.11.7\n"), Some((3, 11)));
        assert_eq!(from_version_file("pypy3.10-7.3.12\n"), Some((3, 10)));
        assert_eq!(from_version_file("system\n3.12-dev\n"), Some((3, 12)));
        assert_eq!(from_version_file("2.7.18\n"), None);
    }
}
