use super::check::count;
use crate::cli::globals::Context;
use crate::cli::output::{Output, StatsOutput};
use crate::cli::{Exit, Report};
use crate::engine::ports::{Calibration, GoldSource, Knowledge as _, PatternStats};
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
    let mut page = format!(
        "{bold}{database}{bold:#}\n{}, {}, {} accepted, {} gold, average confidence {}\n",
        count(number(statistics.total_patterns), "pattern"),
        count(number(statistics.total_templates), "template"),
        count(number(statistics.total_successes), "fix"),
        statistics.gold_standard_count,
        statistics
            .overall_avg_confidence
            .map_or_else(|| "unknown".to_owned(), percent),
    );
    if statistics.total_patterns > 0 {
        page.push_str(&format!(
            "{} rejected, {} undone, {} edited away, {} passed over, {} survived; shown {}\n",
            statistics.total_rejected,
            statistics.total_undone,
            statistics.total_edited_away,
            statistics.total_passed_over,
            statistics.total_survived,
            count(number(statistics.total_exposures), "time"),
        ));
    }
    if let Some(calibration) = &statistics.calibration {
        page.push_str(&reliability(calibration));
    }
    if !statistics.recent_patterns.is_empty() {
        page.push_str("\nUsed last:\n");
    }
    for pattern in &statistics.recent_patterns {
        page.push_str(&format!(
            "  {}  {}: accepted {}, confidence {} (at least {}){}\n",
            pattern.cluster_id,
            pattern.fix_description,
            count(number(pattern.success_count), "time"),
            percent(pattern.avg_confidence),
            percent(pattern.lower_bound),
            gold(pattern.gold_source),
        ));
    }
    page
}

/// How well predictions held, bin by bin.
pub(super) fn reliability(calibration: &Calibration) -> String {
    let mut page = format!(
        "\nPredictions that were decided: {}, Brier score {:.3}, expected calibration error {:.3}\n",
        calibration.decisions, calibration.brier_score, calibration.expected_calibration_error,
    );
    for bin in &calibration.bins {
        page.push_str(&format!(
            "  said {:>5}, right {:>5}, of {}\n",
            percent(bin.predicted),
            percent(bin.observed),
            bin.decisions
        ));
    }
    page
}

/// What is said behind the numbers of a pattern that is gold.
pub(super) fn gold(source: Option<GoldSource>) -> &'static str {
    match source {
        Some(GoldSource::Evidence) => ", gold",
        Some(GoldSource::Human) => ", gold because you pinned it",
        None => "",
    }
}

/// A share from 0 to 1 for people.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

pub(super) fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
