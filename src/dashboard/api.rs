//! What programs can ask and do: the same as people see, as JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::Shared;
use crate::engine::ports::{KnowledgeError, PatternDetail, PatternFilter, PatternSummary};

/// Why something could not be answered, as JSON.
#[derive(Debug)]
pub struct Trouble(StatusCode, String);

impl From<KnowledgeError> for Trouble {
    fn from(error: KnowledgeError) -> Self {
        Self(StatusCode::SERVICE_UNAVAILABLE, error.in_one_line())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let error = serde_json::json!({ "error": self.1 });
        (self.0, Json(error)).into_response()
    }
}

/// There is no pattern of this number.
pub fn no_pattern(id: i64) -> Trouble {
    Trouble(
        StatusCode::NOT_FOUND,
        format!("there is no pattern {id}: it was forgotten, or never learned"),
    )
}

/// `GET /api/health`
#[derive(Serialize)]
pub struct Health {
    status: &'static str,
    version: &'static str,
}

/// `GET /api/health`: that the server runs, to everybody on this machine.
pub async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// What is sent to `POST /api/session`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    token: String,
}

/// `POST /api/session`: the token of the address for a cookie that scripts cannot read.
pub async fn session(State(shared): State<Shared>, Json(session): Json<Session>) -> Response {
    if shared.access.token.is(&session.token) {
        let cookie = shared.access.token.cookie(shared.access.address);
        (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
    } else {
        Trouble(
            StatusCode::UNAUTHORIZED,
            "the token is wrong: open the address that `salve dashboard` prints".to_owned(),
        )
        .into_response()
    }
}

/// `GET /api/success-patterns/stats`
#[derive(Serialize)]
pub struct Stats {
    stats: Totals,
    recent_patterns: Vec<Recent>,
}

#[derive(Serialize)]
struct Totals {
    total_patterns: u64,
    total_successes: u64,
    gold_standard_count: u64,
    overall_avg_confidence: Option<f64>,
}

#[derive(Serialize)]
struct Recent {
    cluster_id: String,
    fix_description: String,
    last_success: Option<i64>,
    success_count: u64,
    avg_confidence: f64,
}

/// `GET /api/success-patterns/stats`: the totals and the patterns that were used last.
pub async fn stats(State(shared): State<Shared>) -> Result<Json<Stats>, Trouble> {
    let stats = shared.ask(|record| record.statistics()).await?;
    let recent = stats.recent_patterns.into_iter().map(|pattern| Recent {
        cluster_id: pattern.cluster_id,
        fix_description: pattern.fix_description,
        last_success: pattern.last_success,
        success_count: pattern.success_count,
        avg_confidence: pattern.avg_confidence,
    });
    Ok(Json(Stats {
        stats: Totals {
            total_patterns: stats.total_patterns,
            total_successes: stats.total_successes,
            gold_standard_count: stats.gold_standard_count,
            overall_avg_confidence: stats.overall_avg_confidence,
        },
        recent_patterns: recent.collect(),
    }))
}

/// `GET /api/patterns`: everything that was learned, the last used first.
pub async fn patterns(State(shared): State<Shared>) -> Result<Json<Vec<PatternSummary>>, Trouble> {
    let filter = PatternFilter::default();
    Ok(Json(
        shared.ask(move |record| record.patterns(&filter)).await?,
    ))
}

/// `GET /api/patterns/{id}`: all that is known of one pattern.
pub async fn pattern(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
) -> Result<Json<PatternDetail>, Trouble> {
    let known = shared.ask(move |record| record.pattern(id)).await?;
    known.map(Json).ok_or_else(|| no_pattern(id))
}

/// What is sent to `POST /api/patterns/{id}/pin`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    pinned: bool,
}

/// `POST /api/patterns/{id}/pin`: declares a pattern gold, or takes that back.
pub async fn pin(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
    Json(pin): Json<Pin>,
) -> Result<StatusCode, Trouble> {
    match shared.ask(move |record| record.pin(id, pin.pinned)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(no_pattern(id)),
    }
}
