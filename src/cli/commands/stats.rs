use super::check::count;
use crate::cli::globals::Context;
use crate::cli::output::{Output, StatsOutput};
use crate::cli::{Exit, Report};
use crate::engine::ports::{Knowledge as _, PatternStats};
use crate::store::Store;

/// Show what was learned from accepted fixes.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs `salve stats`.
pub fn run(context: &Context, _: &Arguments) -> Result<Exit, Report> {
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
    let trouble = store.trouble();
    let statistics = store.statistics()?;
    if let Some(trouble) = &trouble {
        context.warn(&trouble.message, trouble.hint.as_deref());
    }
    context.print(&page(&database, &statistics))?;
    context.print_json(&Output::Stats(StatsOutput {
        database,
        trouble: trouble.map(|trouble| trouble.message),
        statistics,
    }))?;
    Ok(Exit::Fine)
}

fn page(database: &str, statistics: &PatternStats) -> String {
    let bold = anstyle::Style::new().bold();
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut page = format!(
        "{bold}{database}{bold:#}\n{}, {} accepted, {} gold, average confidence {}\n",
        count(number(statistics.total_patterns), "pattern"),
        count(number(statistics.total_successes), "fix"),
        statistics.gold_standard_count,
        statistics
            .overall_avg_confidence
            .map_or_else(|| "unknown".to_owned(), percent),
    );
    if !statistics.recent_patterns.is_empty() {
        page.push_str("\nUsed last:\n");
    }
    for pattern in &statistics.recent_patterns {
        page.push_str(&format!(
            "  {}  {}: accepted {}, confidence {}{}\n",
            pattern.cluster_id,
            pattern.fix_description,
            count(number(pattern.success_count), "time"),
            percent(pattern.avg_confidence),
            if pattern.gold { ", gold" } else { "" },
        ));
    }
    page
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
