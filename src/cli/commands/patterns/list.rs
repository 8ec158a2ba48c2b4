use super::record;
use crate::cli::commands::stats::percent;
use crate::cli::globals::Context;
use crate::cli::output::{Output, PatternsListOutput};
use crate::cli::{Exit, Report};
use crate::engine::ports::{GoldSource, PatternSummary};
use crate::engine::ports::{PatternFilter, Patterns as _};

/// List the patterns, the last used first.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only those of this code, such as `SYN.MISSING_COLON`.
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only those that are gold.
    #[arg(long)]
    gold: bool,
    /// At most so many.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
}

/// Runs `salve patterns list`.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let (store, database) = record(context)?;
    let patterns = store.patterns(&PatternFilter {
        code: arguments.code.clone(),
        gold_only: arguments.gold,
        limit: Some(arguments.limit),
    })?;
    context.print(&page(&patterns))?;
    context.print_json(&Output::PatternsList(PatternsListOutput {
        database,
        patterns,
    }))?;
    Ok(Exit::Fine)
}

fn page(patterns: &[PatternSummary]) -> String {
    if patterns.is_empty() {
        return "There is no such pattern yet; accept a fix, and there will be one.\n".to_owned();
    }
    let bold = anstyle::Style::new().bold();
    let mut page = format!(
        "{bold}{:>6} {:>10} {:>8} {:>8} {:>8} {:>6} {:>11} {:>9} {:>6}  {:6}  pattern{bold:#}\n",
        "id",
        "confidence",
        "at least",
        "accepted",
        "rejected",
        "undone",
        "passed over",
        "survived",
        "shown",
        "gold"
    );
    for pattern in patterns {
        let gold = match pattern.gold_source {
            Some(GoldSource::Evidence) => "gold",
            Some(GoldSource::Human) => "pinned",
            None => "",
        };
        page.push_str(&format!(
            "{:>6} {:>10} {:>8} {:>8} {:>8} {:>6} {:>11} {:>9} {:>6}  {gold:6}  {}: {}\n",
            pattern.id,
            percent(pattern.avg_confidence),
            percent(pattern.lower_bound),
            pattern.success_count,
            pattern.rejected_count,
            pattern.undone_count + pattern.edited_away_count,
            pattern.passed_over_count,
            pattern.survived_count,
            pattern.exposures,
            pattern.cluster_id,
            pattern.fix_description,
        ));
    }
    page
}
