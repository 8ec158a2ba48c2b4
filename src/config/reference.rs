//! The reference of all settings, for `docs/configuration.md`.

use std::fmt::Write as _;

use super::keys::keys;

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for key in keys() {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n### `{}`\n\n{}\n\n", key.name, key.description);
        let default = match &key.default {
            serde_json::Value::Null => "not set".to_owned(),
            value => format!("`{value}`"),
        };
        let _ = writeln!(page, "- Takes: {}", key.takes);
        let _ = writeln!(page, "- Default: {default}");
        let _ = writeln!(page, "- Environment: `{}`", key.environment);
        if key.user_only {
            let _ = writeln!(page, "- Yours alone: a project's file cannot set it");
        }
    }
    page
}

const INTRODUCTION: &str = "# Configuration

<!-- Generated from src/config/model.rs and config.default.json. Rewrite with SALVE_UPDATE=1 cargo test. -->

salve works without any configuration. Settings come from these layers; a later one wins:

1. the built-in defaults, `config.default.json` (`salve config template` prints them)
2. your file: `salve/config.json` in the platform's configuration folder, such as `~/.config/salve/config.json`
3. the project's file: `salve.json`, or `[tool.salve]` in `pyproject.toml`, in the nearest folder upwards that has one,
   up to the root of the repository
4. the editor's settings under `salve`
5. the file given with `--config`
6. environment variables
7. flags of the command line

`salve config explain KEY` says what a key is set to and by which layer; `salve config path` names the files.

A file is a JSON object, nested (`{ \"python\": { \"version\": \"3.11\" } }`) or dotted (`{ \"python.version\": \"3.11\" }`).
`null` says nothing. With `\"$schema\"` pointing to `docs/salve.schema.json`, an editor completes and checks it.

A wrong value is reported and falls back to the layer below; the rest of the file still counts. Unknown keys are reported.

What salve starts, contacts or writes to is yours alone to decide: a project's file cannot set the keys marked so below,
because a folder that you merely opened must not choose them for you.

Relative paths in a file are relative to that file's folder; `~/` is your home. A list of folders has paths in full only,
and in an environment variable it is written like `PATH`.

Beside its settings an editor can say that a folder is trusted, which outranks them all: [trust](trust.md).

## Settings
";
