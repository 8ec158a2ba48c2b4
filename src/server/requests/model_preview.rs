//! `salve/modelPreview`: exactly what a model would be sent about one diagnostic.

use tower_lsp::jsonrpc::Result;

use super::super::protocol::AskParams;
use super::super::session::Session;
use crate::engine::Preview;

/// Shows what would be sent. Sends nothing.
pub async fn handle(session: &Session, params: AskParams) -> Result<Preview> {
    let parts = session
        .parts()
        .await
        .ok_or_else(|| super::failed("the server is shutting down"))?;
    let report = super::report(session, &params.uri, None, |_| true)
        .await
        .ok_or_else(|| super::failed(format!("{}: is not open", params.uri.as_str())))?;
    if report.snapshot.version != params.version {
        return Err(super::content_modified());
    }
    let finding = super::ask::finding(session, &report, &params);
    parts
        .engine
        .preview(&report.input, &finding)
        .map_err(super::failed)
}
