//! The reference of all commands, for `docs/command-line.md`, and the pages that go with it.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};

use super::Program;

/// The table of which code names which mistake as Markdown, for `docs/causes.md`.
pub fn causes() -> String {
    super::eval::causes::markdown()
}

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    // A fixed width: what the reader's terminal is must not matter.
    let mut program = Program::command().term_width(100);
    program.build();
    section(&mut page, &mut program, "salve");
    page
}

fn section(page: &mut String, command: &mut Command, name: &str) {
    let help = command.render_long_help().to_string();
    let help: Vec<_> = help.lines().map(str::trim_end).collect();
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "\n## `{name}`\n\n```text\n{}\n```\n",
        help.join("\n").trim_end()
    );
    for subcommand in command.get_subcommands_mut() {
        if subcommand.get_name() != "help" {
            let name = format!("{name} {}", subcommand.get_name());
            section(page, subcommand, &name);
        }
    }
}

const INTRODUCTION: &str = "# Command line

<!-- Generated from src/cli. Rewrite with SALVE_UPDATE=1 cargo test. -->

| exit code | meaning |
|---|---|
| 0 | nothing is wrong, or everything was healed |
| 1 | findings remain |
| 2 | the arguments, a path or the configuration are wrong |
| 3 | findings remain and no fix could be proven |
| 4 | the model cannot be reached |
| 70 | a bug in salve |

Results go to standard output; messages, warnings and progress to standard error. With `--json` a command prints one
object, described by [`output.schema.json`](output.schema.json): names in camelCase, lines and columns from one, columns
in characters (Unicode scalar values).
";
