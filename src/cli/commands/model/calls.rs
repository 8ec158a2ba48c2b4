use crate::cli::assemble::SystemClock;
use crate::cli::globals::Context;
use crate::cli::output::{ModelCallsOutput, Output};
use crate::cli::{Exit, Report};
use crate::config::Money;
use crate::engine::ports::{CallOutcome, Clock as _, Ledger as _, ModelCall, Period};
use crate::store::Store;

/// Show what was sent to models: when, to whom, how much, and what it cost.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many calls are shown, the newest first.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    last: usize,
}

/// Runs `salve model calls`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let store = Store::open(loaded.database.clone().unwrap_or_default());
    let now = SystemClock.now();
    let calls = store.calls(arguments.last)?;
    let today = store.spent(Period::Day, now)?;
    let month = store.spent(Period::Month, now)?;
    let mut page: String = calls.iter().map(|call| line(call, now)).collect();
    if calls.is_empty() {
        page = "No model was asked yet.\n".to_owned();
    }
    for (title, spent) in [("today", today), ("this month", month)] {
        page.push_str(&format!(
            "{title}: {} tokens of models that are not local, {}\n",
            spent.tokens,
            Money::of_micros(spent.cost_micros)
        ));
    }
    context.print(&page)?;
    context.print_json(&Output::ModelCalls(ModelCallsOutput {
        calls,
        today,
        month,
    }))?;
    Ok(Exit::Fine)
}

fn line(call: &ModelCall, now: i64) -> String {
    let outcome = match call.outcome {
        CallOutcome::Answered => "answered".to_owned(),
        CallOutcome::Cancelled => "given up".to_owned(),
        CallOutcome::Failed(kind) => format!("failed ({kind:?})"),
    };
    let redactions = match call.redactions {
        0 => String::new(),
        1 => ", 1 secret replaced".to_owned(),
        count => format!(", {count} secrets replaced"),
    };
    let cost = match call.cost_micros {
        Some(0) | None => String::new(),
        Some(micros) => format!(", {}", Money::of_micros(micros)),
    };
    format!(
        "{:>8} ago  {} at {}, {}: {outcome} in {} ms, {} bytes sent, {} + {} tokens{cost}{redactions}\n",
        ago(now.saturating_sub(call.at)),
        call.provider,
        call.url,
        call.model.as_deref().unwrap_or("no model"),
        call.millis,
        call.bytes_sent,
        call.tokens_in,
        call.tokens_out,
    )
}

/// A stretch of time in one unit.
fn ago(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{} s", seconds.max(0)),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
