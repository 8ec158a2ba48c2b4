use std::io::{self, BufRead as _, IsTerminal as _};

use super::{no_such_pattern, record};
use crate::cli::commands::check::count;
use crate::cli::commands::stats::number;
use crate::cli::globals::Context;
use crate::cli::output::{Output, PatternsForgetOutput};
use crate::cli::{Exit, Report};
use crate::store::Forget;

/// Remove patterns for good, with their examples, templates and outcomes: from the record, its log and the copies that
/// salve made of it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The pattern's number, as `salve patterns list` shows it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<i64>,
    /// Forget all patterns, and every finding that was shown; asks before it does.
    #[arg(long)]
    all: bool,
    /// Do not ask.
    #[arg(long, requires = "all")]
    yes: bool,
}

/// Runs `salve patterns forget`.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let (store, database) = record(context)?;
    let what = match arguments.id {
        Some(id) => Forget::Pattern(id),
        None => {
            confirm(&database, arguments.yes)?;
            Forget::Everything
        }
    };
    let forgotten = store.forget(what)?;
    if let (0, Some(id)) = (forgotten.patterns, arguments.id) {
        return Err(no_such_pattern(&database, id));
    }
    let names = |files: &[std::path::PathBuf]| -> Vec<String> {
        let names = files.iter().map(|file| file.display().to_string());
        names.collect()
    };
    let output = PatternsForgetOutput {
        patterns: forgotten.patterns,
        removed_copies: names(&forgotten.copies),
        damaged_records: names(&forgotten.left),
        trouble: forgotten.trouble,
    };
    for file in &output.damaged_records {
        context.warn(
            &format!("{file}: this damaged record was put aside and may still hold it"),
            Some("remove the file if you do not need it"),
        );
    }
    if let Some(trouble) = &output.trouble {
        context.warn(&format!("{database}: {trouble}"), None);
    }
    context.print(&format!(
        "{} forgotten; {} of the record removed\n",
        count(number(output.patterns), "pattern"),
        match output.removed_copies.len() {
            1 => "1 copy".to_owned(),
            copies => format!("{copies} copies"),
        },
    ))?;
    context.print_json(&Output::PatternsForget(output))?;
    Ok(Exit::Fine)
}

fn confirm(database: &str, yes: bool) -> Result<(), Report> {
    if yes {
        return Ok(());
    }
    let refused = Report::new(Exit::Usage, format!("{database}: nothing was forgotten"));
    if !io::stdin().is_terminal() {
        return Err(refused.hint("Nobody can be asked here; to forget everything, add --yes."));
    }
    anstream::eprint!("Forget everything that was learned in {database}? [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    let is_yes = read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes");
    is_yes.then_some(()).ok_or(refused)
}
