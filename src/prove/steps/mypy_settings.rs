//! A project's settings for mypy without what must not run: plugins are code, and reports are files.

use std::path::{Path, PathBuf};

use super::super::declared::read;

/// Settings that start something, write something or choose what is checked.
const DROPPED: [&str; 12] = [
    "plugins",
    "cache_dir",
    "files",
    "packages",
    "modules",
    "python_executable",
    "output",
    "junit_xml",
    "quickstart_file",
    "shadow_file",
    "sqlite_cache",
    "custom_typing_module",
];

/// Settings as they are handed to mypy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MypySettings {
    /// The folder of the project's own file, from which paths count.
    pub(super) folder: PathBuf,
    /// What the file must be called for mypy to read it rightly.
    pub(super) file_name: &'static str,
    /// What stands in it.
    pub(super) text: String,
}

impl MypySettings {
    /// The settings in `folder`, in the order in which mypy looks for them; `None` if it has none.
    pub(super) fn of_folder(folder: &Path) -> Option<Self> {
        let own = |name: &str| Some(without_dropped(&read(&folder.join(name))?, |_| true));
        let found = own("mypy.ini")
            .or_else(|| own(".mypy.ini"))
            .map(|text| ("mypy.ini", text))
            .or_else(|| {
                Some((
                    "pyproject.toml",
                    of_pyproject(&read(&folder.join("pyproject.toml"))?)?,
                ))
            })
            .or_else(|| {
                let text = read(&folder.join("setup.cfg"))?;
                let text = without_dropped(&text, |section| {
                    section == "mypy" || section.starts_with("mypy-")
                });
                text.contains("[mypy]").then_some(("mypy.ini", text))
            });
        let (file_name, text) = found?;
        Some(Self {
            folder: folder.to_owned(),
            file_name,
            text: text.replace("$MYPY_CONFIG_FILE_DIR", &folder.to_string_lossy()),
        })
    }
}

fn is_dropped(key: &str) -> bool {
    let key = key.trim().to_ascii_lowercase().replace('-', "_");
    DROPPED.contains(&&*key) || key.ends_with("_report")
}

/// The sections that are wanted of an INI file, without the keys that are dropped.
fn without_dropped(text: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut kept = String::new();
    let (mut in_wanted, mut in_dropped) = (false, false);
    for line in text.lines() {
        let trimmed = line.trim_end();
        if trimmed.starts_with('[') {
            in_wanted = is_wanted(trimmed.trim_matches(['[', ']']));
            in_dropped = false;
        } else if !trimmed.is_empty() && !line.starts_with(char::is_whitespace) {
            // A line that is indented goes on with the value of the one above.
            let key = trimmed.split(['=', ':']).next().unwrap_or_default();
            in_dropped = is_dropped(key);
        }
        if in_wanted && !in_dropped {
            kept.push_str(trimmed);
            kept.push('\n');
        }
    }
    kept
}

fn of_pyproject(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let mut mypy = table.get("tool")?.get("mypy")?.as_table()?.clone();
    mypy.retain(|key, _| !is_dropped(key));
    let mut tool = toml::Table::new();
    tool.insert("mypy".to_owned(), toml::Value::Table(mypy));
    let mut root = toml::Table::new();
    root.insert("tool".to_owned(), toml::Value::Table(tool));
    toml::to_string(&root).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_and_reports_are_left_out() {
        let ini = "[mypy]\nstrict = True\nplugins = a.py,\n    b.py\nhtml_report = out\n\n[mypy-numpy.*]\nignore_errors = True\n[other]\nx = 1\n";
        let kept = without_dropped(ini, |section| section.starts_with("mypy"));
        assert_eq!(
            kept,
            "[mypy]\nstrict = True\n[mypy-numpy.*]\nignore_errors = True\n"
        );
        let toml = "[tool.mypy]\nstrict = true\nplugins = ['a.py']\n[[tool.mypy.overrides]]\nmodule = 'b'\nignore_errors = true\n";
        let kept = of_pyproject(toml).expect("settings");
        assert!(!kept.contains("plugins"), "{kept}");
        assert!(
            kept.contains("strict = true") && kept.contains("module = \"b\""),
            "{kept}"
        );
        assert_eq!(of_pyproject("[tool.other]\nx = 1\n"), None);
    }
}
