//! `salve model`: the model that is asked, and the connection to it.

mod calls;
mod choose;
mod key;
mod list;
mod status;
mod test;

use crate::cli::globals::Context;
use crate::cli::{Exit, Report};

/// See, test and choose the model that is asked.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, clap::Subcommand)]
enum Topic {
    Status(status::Arguments),
    Test(test::Arguments),
    List(list::Arguments),
    Use(choose::Arguments),
    Key(key::Arguments),
    Calls(calls::Arguments),
}

/// Runs `salve model`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    match &arguments.topic {
        Topic::Status(arguments) => status::run(context, arguments),
        Topic::Test(arguments) => test::run(context, arguments),
        Topic::List(arguments) => list::run(context, arguments),
        Topic::Use(arguments) => choose::run(context, arguments),
        Topic::Key(arguments) => key::run(context, arguments),
        Topic::Calls(arguments) => calls::run(context, arguments),
    }
}
