use std::path::PathBuf;

use crate::cli::{Exit, Report};

/// Measure salve on rows of broken programs.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON Lines: one `{id, lang, code, fixed?, error?, meta?}` per line.
    file: PathBuf,
}

/// Runs `salve eval`.
pub fn run(arguments: &Arguments) -> Result<Exit, Report> {
    let _ = &arguments.file;
    Ok(Exit::Fine)
}
