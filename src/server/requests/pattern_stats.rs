//! `salve/patternStats`: totals over what was learned.

use tower_lsp::jsonrpc::Result;

use super::super::session::Session;
use crate::engine::ports::PatternStats;

/// Reads the totals from the record.
pub async fn handle(session: &Session) -> Result<PatternStats> {
    let parts = session
        .parts()
        .await
        .ok_or_else(|| super::failed("the server is shutting down"))?;
    let read = tokio::task::spawn_blocking(move || parts.engine.knowledge.statistics()).await;
    match read {
        Ok(Ok(statistics)) => Ok(statistics),
        Ok(Err(error)) => Err(super::failed(error.in_one_line())),
        Err(error) => Err(super::failed(format!("reading the record failed: {error}"))),
    }
}
