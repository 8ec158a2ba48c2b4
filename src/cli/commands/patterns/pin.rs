use super::{no_such_pattern, record};
use crate::cli::commands::stats::percent;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};
use crate::engine::ports::Patterns as _;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Its number, as `salve patterns list` shows it.
    id: i64,
}

/// Runs `salve patterns pin` and `unpin`.
pub(super) fn run(
    context: &Context,
    arguments: &Arguments,
    is_pinned: bool,
) -> Result<Exit, Report> {
    let (store, database) = record(context)?;
    let id = arguments.id;
    if !store.pin(id, is_pinned)? {
        return Err(no_such_pattern(&database, id));
    }
    let pattern = store
        .pattern(id)?
        .ok_or_else(|| no_such_pattern(&database, id))?;
    let summary = &pattern.summary;
    context.print(&format!(
        "pattern {id} is {}; its confidence stays {}: {}\n",
        if is_pinned {
            "pinned as gold"
        } else {
            "not pinned"
        },
        percent(summary.avg_confidence),
        summary.fix_description,
    ))?;
    context.print_json(&Output::PatternsShow(Box::new(pattern)))?;
    Ok(Exit::Fine)
}
