//! `salve/modelPreview`: exactly what a model would be sent about one diagnostic.

use tower_lsp::jsonrpc::Result;

use super::super::protocol::AskParams;
use super::super::session::Session;
use crate::engine::Preview;

/// Shows what would be sent. Sends nothing.
pub async fn handle(session: &Session, params: AskParams) -> Result<Preview> {
    let (parts, report) = super::opened(session, &params.uri, params.version).await?;
    let finding = super::ask::finding(session, &report, &params);
    parts
        .engine
        .preview(&report.input, &finding)
        .map_err(super::failed)
}
