use clap::CommandFactory as _;

use crate::cli::globals::write_out;
use crate::cli::{Exit, Program, Report};

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Runs `salve completions`.
pub fn run(arguments: &Arguments) -> Result<Exit, Report> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Program::command(),
        "salve",
        &mut script,
    );
    write_out(&script)?;
    Ok(Exit::Fine)
}
