//! `salve patterns`: what was learned, one by one.

mod export;
mod forget;
mod import;
mod list;
mod pin;
mod show;

use std::time::{Duration, UNIX_EPOCH};

use crate::cli::globals::Context;
use crate::cli::{Exit, Report};
use crate::engine::ports::Knowledge as _;
use crate::store::Store;

/// See, pin, forget and pass on what was learned from accepted fixes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, clap::Subcommand)]
enum Topic {
    List(list::Arguments),
    Show(show::Arguments),
    /// Declare a pattern gold. Its confidence stays what its outcomes say.
    Pin(pin::Arguments),
    /// Take back that a pattern was declared gold.
    Unpin(pin::Arguments),
    Forget(forget::Arguments),
    Export(export::Arguments),
    Import(import::Arguments),
}

/// Runs `salve patterns`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    match &arguments.topic {
        Topic::List(arguments) => list::run(context, arguments),
        Topic::Show(arguments) => show::run(context, arguments),
        Topic::Pin(arguments) => pin::run(context, arguments, true),
        Topic::Unpin(arguments) => pin::run(context, arguments, false),
        Topic::Forget(arguments) => forget::run(context, arguments),
        Topic::Export(arguments) => export::run(context, arguments),
        Topic::Import(arguments) => import::run(context, arguments),
    }
}

/// The configured record and its path.
fn record(context: &Context) -> Result<(Store, String), Report> {
    let loaded = context.configuration()?;
    let Some(database) = &loaded.database else {
        let report = Report::new(
            Exit::Usage,
            "there is no place for the database on this system",
        );
        return Err(report.hint("Give one with --database FILE."));
    };
    let database = database.display().to_string();
    let store = Store::open(&database);
    if let Some(trouble) = store.trouble() {
        context.warn(&trouble.message, trouble.hint.as_deref());
    }
    Ok((store, database))
}

fn no_such_pattern(database: &str, id: i64) -> Report {
    Report::new(Exit::Usage, format!("{database}: there is no pattern {id}"))
        .hint("`salve patterns list` shows which there are.")
}

/// A moment in Unix seconds as `2026-11-23 14:05` in UTC.
fn moment(at: i64) -> String {
    let since = Duration::from_secs(u64::try_from(at).unwrap_or(0));
    let written = humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string();
    written.get(..16).unwrap_or(&written).replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_are_dates() {
        for (at, expected) in [
            (0, "1970-01-01 00:00"),
            (951_782_399, "2000-02-28 23:59"),
            (951_782_400, "2000-02-29 00:00"),
            (951_868_800, "2000-03-01 00:00"),
            (1_735_689_600, "2025-01-01 00:00"),
        ] {
            assert_eq!(moment(at), expected);
        }
    }
}
