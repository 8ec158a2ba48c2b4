//! The command line: parse arguments, call a command, turn its outcome into text and an exit code.
#![expect(
    clippy::disallowed_methods,
    reason = "this front end reads and writes the files it is given, and tells the engine the time"
)]

mod assemble;
mod collect;
mod commands;
mod defaults;
mod demo;
mod eval;
mod examine;
mod excerpt;
mod globals;
mod library;
mod models;
pub mod output;
mod plan;
mod probing;
pub mod reference;
mod replace;
mod report;
mod source;

use std::panic;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use globals::{Context, Globals, Permission};
pub use report::{Exit, Report};

/// Heal code where it is written: exact diagnostics, and fixes that were proven before they are shown.
#[derive(Debug, Parser)]
#[command(name = "salve", version, disable_help_subcommand = true)]
struct Program {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(commands::check::Arguments),
    Fix(commands::fix::Arguments),
    Prove(commands::prove::Arguments),
    Lsp(commands::lsp::Arguments),
    Explain(commands::explain::Arguments),
    Stats(commands::stats::Arguments),
    Dashboard(commands::dashboard::Arguments),
    Patterns(commands::patterns::Arguments),
    Audit(commands::audit::Arguments),
    Doctor(commands::doctor::Arguments),
    Config(commands::config::Arguments),
    Model(commands::model::Arguments),
    Completions(commands::completions::Arguments),
    Demo(commands::demo::Arguments),
    Eval(commands::eval::Arguments),
    Train(commands::train::Arguments),
}

impl Command {
    /// What the person permits for this call.
    fn permission(&self) -> Permission {
        match self {
            Self::Check(arguments) => arguments.permission,
            Self::Fix(arguments) => arguments.permission,
            Self::Doctor(arguments) => arguments.permission,
            _ => Permission::default(),
        }
    }
}

/// Runs the command line of this process and returns its exit code.
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(report_bug));
    // A thread of its own, for its larger stack: nesting in a person's text must not overflow it.
    let outcome = std::thread::Builder::new()
        .stack_size(examine::STACK)
        .spawn(run)
        .map(std::thread::JoinHandle::join);
    match outcome {
        Ok(Ok(exit)) => exit.into(),
        _ => Exit::Internal.into(),
    }
}

fn run() -> Exit {
    let program = Program::parse();
    let context = Context::new(program.globals, program.command.permission());
    let outcome = match &program.command {
        Command::Check(arguments) => commands::check::run(&context, arguments),
        Command::Fix(arguments) => commands::fix::run(&context, arguments),
        Command::Prove(arguments) => commands::prove::run(&context, arguments),
        Command::Lsp(arguments) => commands::lsp::run(&context, arguments),
        Command::Explain(arguments) => commands::explain::run(&context, arguments),
        Command::Stats(arguments) => commands::stats::run(&context, arguments),
        Command::Dashboard(arguments) => commands::dashboard::run(&context, arguments),
        Command::Patterns(arguments) => commands::patterns::run(&context, arguments),
        Command::Audit(arguments) => commands::audit::run(&context, arguments),
        Command::Doctor(arguments) => commands::doctor::run(&context, arguments),
        Command::Config(arguments) => commands::config::run(&context, arguments),
        Command::Model(arguments) => commands::model::run(&context, arguments),
        Command::Completions(arguments) => commands::completions::run(arguments),
        Command::Demo(arguments) => commands::demo::run(&context, arguments),
        Command::Eval(arguments) => commands::eval::run(&context, arguments),
        Command::Train(arguments) => commands::train::run(&context, arguments),
    };
    outcome.unwrap_or_else(|report| {
        report.print();
        report.exit()
    })
}

/// A panic is a bug of ours: says so, and what to send us.
fn report_bug(panic: &panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(|place| format!(" at {}:{}", place.file(), place.line()))
        .unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("it does not say why");
    Report::new(Exit::Internal, format!("salve has a bug{place}: {message}"))
        .hint(format!(
            "Please report this text, salve's version ({}) and the file that it happened on.",
            env!("CARGO_PKG_VERSION")
        ))
        .print();
}
