//! The command line: parse arguments, call a command, turn its outcome into text and an exit code.

mod commands;
mod eval;
mod report;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use report::{Exit, Report};

#[derive(Debug, Parser)]
#[command(name = "salve", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Eval(commands::eval::Arguments),
}

/// Runs the command line of this process and returns its exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Eval(arguments) => commands::eval::run(&arguments),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(report) => {
            report.print();
            report.exit().into()
        }
    }
}
