use super::{moment, no_such_pattern, record};
use crate::cli::commands::check::count;
use crate::cli::commands::stats::{gold, number, percent, reliability};
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};
use crate::engine::ports::{PatternDetail, Patterns as _, TemplateDetail};

/// Show everything that is known of a pattern.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Its number, as `salve patterns list` shows it.
    id: i64,
}

/// Runs `salve patterns show`.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let (store, database) = record(context)?;
    let pattern = store
        .pattern(arguments.id)?
        .ok_or_else(|| no_such_pattern(&database, arguments.id))?;
    context.print(&page(&pattern))?;
    context.print_json(&Output::PatternsShow(Box::new(pattern)))?;
    Ok(Exit::Fine)
}

fn page(pattern: &PatternDetail) -> String {
    let bold = anstyle::Style::new().bold();
    let summary = &pattern.summary;
    let mut page = format!(
        "{bold}{}{bold:#}\n{} ({}), pattern {}\n\nconfidence {}, at least {} with 95 % certainty, from {:.1} weighted outcomes{}\n",
        summary.fix_description,
        summary.cluster_id,
        pattern.language,
        summary.id,
        percent(summary.avg_confidence),
        percent(summary.lower_bound),
        summary.weighted_outcomes,
        gold(summary.gold_source),
    );
    page.push_str(&format!(
        "shown {}; {} accepted in {} on {}, {} rejected, {} undone, {} edited away, {} passed over, {} survived\n",
        count(number(summary.exposures), "time"),
        summary.success_count,
        count(number(pattern.files), "file"),
        count(number(pattern.days), "day"),
        summary.rejected_count,
        summary.undone_count,
        summary.edited_away_count,
        summary.passed_over_count,
        summary.survived_count,
    ));
    if let Some(at) = pattern.pinned_at {
        page.push_str(&format!("pinned on {}\n", moment(at)));
    }
    if pattern.imported_successes + pattern.imported_failures > 0.0 {
        page.push_str(&format!(
            "other records: {:.1} successes, {:.1} failures\n",
            pattern.imported_successes, pattern.imported_failures
        ));
    }
    if !pattern.templates.is_empty() {
        page.push_str("\nTemplates, from specific to general:\n");
    }
    for template in &pattern.templates {
        page.push_str(&line(template));
    }
    if !pattern.examples.is_empty() {
        page.push_str("\nExamples:\n");
    }
    for example in &pattern.examples {
        page.push_str(&format!(
            "  {}\n    before: {}\n    after:  {}\n",
            moment(example.at),
            example.before,
            example.after
        ));
    }
    if !pattern.history.is_empty() {
        page.push_str("\nHistory, in UTC:\n");
    }
    for past in &pattern.history {
        let said = past
            .predicted
            .map(|said| format!(", said {}", percent(said)))
            .unwrap_or_default();
        let taken_back = if past.counts { "" } else { ", taken back" };
        page.push_str(&format!(
            "  {}  {} (proposed by: {}{said}{taken_back})\n",
            moment(past.at),
            past.outcome.replace('_', " "),
            past.proposed_by,
        ));
    }
    if let Some(calibration) = &pattern.calibration {
        page.push_str(&reliability(calibration));
    }
    page
}

fn line(template: &TemplateDetail) -> String {
    let tried = template.proofs_held + template.proofs_failed;
    format!(
        "  {}. {}\n     for {}; confidence {}, at least {}; {:.1} right, {:.1} wrong; {} of {} held; shown {}\n",
        template.level,
        template.description,
        template.complaint,
        percent(template.avg_confidence),
        percent(template.lower_bound),
        template.successes,
        template.failures,
        template.proofs_held,
        count(number(tried), "proof"),
        count(number(template.exposures), "time"),
    )
}
