//! How much was learned, and how right it is.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::Shared;
use super::{page, patterns, percent, unreadable};
use crate::engine::ports::{Calibration, PatternStats};

/// `GET /`
pub async fn overview(State(shared): State<Shared>) -> Response {
    match shared.ask(|record| record.statistics()).await {
        Ok(stats) => page("/", "Overview", &content(&stats)).into_response(),
        Err(error) => unreadable("/", &error),
    }
}

fn content(stats: &PatternStats) -> Markup {
    let confidence = stats
        .overall_avg_confidence
        .map_or_else(|| "unknown".to_owned(), percent);
    html! {
        h1 { "What salve learned" }
        dl.totals {
            (total("Patterns", stats.total_patterns))
            (total("Accepted fixes", stats.total_successes))
            (total("Gold standard", stats.gold_standard_count))
            (total("Average confidence", confidence))
        }
        h2 { "What became of fixes" }
        dl.totals {
            (total("Still there later", stats.total_survived))
            (total("Rejected", stats.total_rejected))
            (total("Undone", stats.total_undone))
            (total("Edited away", stats.total_edited_away))
            (total("Passed over", stats.total_passed_over))
        }
        @if let Some(calibration) = &stats.calibration { (reliability(calibration)) }
        h2 { "Used last" }
        @if stats.recent_patterns.is_empty() {
            p { "Nothing yet. Accept a fix in your editor, or make one by hand, and it appears here." }
        } @else {
            (patterns::table(&stats.recent_patterns))
        }
    }
}

fn total(name: &str, value: impl maud::Render) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// What was said of fixes beside what became of them.
fn reliability(calibration: &Calibration) -> Markup {
    html! {
        h2 { "How well the numbers hold" }
        p {
            "Of " (calibration.decisions) " decisions: Brier score "
            (format!("{:.3}", calibration.brier_score))
            ", expected calibration error "
            (format!("{:.3}", calibration.expected_calibration_error)) "."
        }
        div.wide tabindex="0" role="region" aria-label="Predictions and outcomes" {
            table {
                thead { tr { th scope="col" { "Said" } th scope="col" { "Was right" } th scope="col" { "Decisions" } } }
                tbody {
                    @for bin in &calibration.bins {
                        tr {
                            td { (percent(bin.predicted)) }
                            td {
                                meter min="0" max="1" value=(format!("{:.3}", bin.observed))
                                    aria-label={ "was right in " (percent(bin.observed)) } {}
                                " " (percent(bin.observed))
                            }
                            td { (bin.decisions) }
                        }
                    }
                }
            }
        }
    }
}
