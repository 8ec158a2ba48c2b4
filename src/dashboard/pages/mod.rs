//! What people see. Every text is escaped; code is shown as text and never as markup.

mod overview;
mod patterns;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

pub use overview::overview;
pub use patterns::{pattern, patterns};

use crate::engine::ports::KnowledgeError;

/// The pages that the others link to: address and name.
const PAGES: [(&str, &str); 2] = [("/", "Overview"), ("/patterns", "Patterns")];

/// A whole page: `path` is its address, `content` what is put in place anew when something changed.
fn page(path: &str, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · salve" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/live.js" defer {}
            }
            body {
                a.skip href="#content" { "To the content" }
                header {
                    nav aria-label="Pages" {
                        strong { "salve" }
                        @for (address, name) in PAGES {
                            a href=(address) aria-current=[(address == path).then_some("page")] { (name) }
                        }
                    }
                    p #live role="status" { "as of when the page was opened" }
                }
                main #content tabindex="-1" { (content) }
            }
        }
    }
}

/// The page for who has no token yet. Its script takes it out of the address and changes it for a cookie.
pub fn door() -> Markup {
    let content = html! {
        h1 { "Who is there?" }
        p #door { "Open the address that " code { "salve dashboard" } " prints: it holds the key to this page." }
    };
    page("", "Locked", &content)
}

/// A page about a record that cannot be read.
fn unreadable(path: &str, error: &KnowledgeError) -> Response {
    let content = html! {
        h1 { "The record cannot be read" }
        p { (error.in_one_line()) }
    };
    let page = page(path, "Trouble", &content);
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}

/// A share as people read it.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A moment, which the script writes as the person's clock would; without it, in UTC.
fn moment(seconds: i64) -> Markup {
    let text = utc(seconds);
    html! { time datetime=(text) { (text) } }
}

/// `2026-11-24T03:02:13Z`, by the proleptic Gregorian calendar.
fn utc(seconds: i64) -> String {
    let time = u64::try_from(seconds).unwrap_or(0);
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(time);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// `GET /assets/{name}`
pub async fn asset(Path(name): Path<String>) -> Response {
    let (kind, body) = match name.as_str() {
        "style.css" => (
            "text/css; charset=utf-8",
            include_str!("../assets/style.css"),
        ),
        "live.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../assets/live.js"),
        ),
        "icon.svg" => ("image/svg+xml", include_str!("../assets/icon.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
