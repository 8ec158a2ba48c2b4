//! The patterns, and all that is known of one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::Shared;
use super::{moment, page, percent, unreadable};
use crate::engine::ports::{PatternDetail, PatternFilter, PatternSummary};

/// Most patterns on one page.
const SHOWN: usize = 200;

/// `GET /patterns`
pub async fn patterns(State(shared): State<Shared>) -> Response {
    let filter = PatternFilter {
        limit: Some(SHOWN),
        ..PatternFilter::default()
    };
    match shared.ask(move |record| record.patterns(&filter)).await {
        Ok(known) => {
            let content = html! {
                h1 { "Patterns" }
                @if known.is_empty() {
                    p { "Nothing was learned yet." }
                } @else {
                    (table(&known))
                }
                @if known.len() == SHOWN {
                    p { "These are the " (SHOWN) " that were used last." }
                }
            };
            page("/patterns", "Patterns", &content).into_response()
        }
        Err(error) => unreadable("/patterns", &error),
    }
}

/// `GET /patterns/{id}`
pub async fn pattern(State(shared): State<Shared>, Path(id): Path<i64>) -> Response {
    match shared.ask(move |record| record.pattern(id)).await {
        Ok(Some(known)) => {
            let title = format!("Pattern {id}");
            page("", &title, &detail(&known)).into_response()
        }
        Ok(None) => {
            let content = html! {
                h1 { "No such pattern" }
                p { "Pattern " (id) " was forgotten, or never learned." }
            };
            (StatusCode::NOT_FOUND, page("", "No such pattern", &content)).into_response()
        }
        Err(error) => unreadable("", &error),
    }
}

/// Patterns in a few numbers, each with a link to all that is known.
pub fn table(patterns: &[PatternSummary]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Patterns" {
            table {
                thead {
                    tr {
                        th scope="col" { "Mistake" }
                        th scope="col" { "Fix" }
                        th scope="col" { "Accepted" }
                        th scope="col" { "Confidence" }
                        th scope="col" { "Last" }
                    }
                }
                tbody {
                    @for pattern in patterns {
                        tr {
                            td { a href={ "/patterns/" (pattern.id) } { code { (pattern.cluster_id) } } }
                            td {
                                (pattern.fix_description)
                                @if pattern.gold { " " span.gold { "gold" } }
                            }
                            td { (pattern.success_count) }
                            td { (percent(pattern.avg_confidence)) }
                            td { @if let Some(last) = pattern.last_success { (moment(last)) } @else { "never" } }
                        }
                    }
                }
            }
        }
    }
}

fn detail(known: &PatternDetail) -> Markup {
    let summary = &known.summary;
    html! {
        h1 { code { (summary.cluster_id) } }
        p {
            (summary.fix_description) ", in " (known.language) ". Confidence "
            (percent(summary.avg_confidence)) ", at least " (percent(summary.lower_bound))
            " with 95 % certainty; accepted " (summary.success_count) " times, in "
            (known.files) " files on " (known.days) " days."
        }
        p {
            button type="button" data-post={ "/api/patterns/" (summary.id) "/pin" }
                data-body=(format!(r#"{{"pinned":{}}}"#, known.pinned_at.is_none()))
            {
                @if known.pinned_at.is_some() { "Take back that it is gold" } @else { "Declare it gold" }
            }
        }
        h2 { "Examples" }
        @if known.examples.is_empty() { p { "None was kept." } }
        @for example in &known.examples {
            figure {
                pre.before aria-label="before" { (example.before) }
                pre.after aria-label="after" { (example.after) }
            }
        }
        h2 { "History" }
        @if known.history.is_empty() { p { "Nothing became of its fixes yet." } }
        ol {
            @for past in &known.history {
                li { (moment(past.at)) " " (past.outcome) }
            }
        }
    }
}
