//! `salve patterns`: what was learned, one by one.

mod export;
mod forget;
mod import;
mod list;
mod pin;
mod show;

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
    // Days of the calendar without leap-year tables, as in <https://howardhinnant.github.io/date_algorithms.html>.
    let days = at.div_euclid(86_400) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let minutes = at.rem_euclid(86_400) / 60;
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        minutes / 60,
        minutes % 60
    )
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
            (-1, "1969-12-31 23:59"),
        ] {
            assert_eq!(moment(at), expected);
        }
    }
}
