//! One file per request.

pub mod ask;
pub mod code_action;
pub mod connection_status;
pub mod diagnostic;
pub mod execute_command;
pub mod model_list;
pub mod model_preview;
pub mod pattern_stats;
pub mod resolve;
pub mod test_connection;

use std::sync::Arc;
use std::time::Duration;

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::Uri;

use super::parts::Parts;
use super::session::Session;
use super::state::Report;

/// The request failed, though it was well-formed (LSP 3.17, `RequestFailed`).
const REQUEST_FAILED: i64 = -32803;

/// The report on a document's newest text that satisfies `enough`, or after `patience` the newest report on it, ready or
/// not. `None` if the document is not open or nothing is known in time.
async fn report(
    session: &Session,
    uri: &Uri,
    patience: Option<Duration>,
    enough: impl Fn(&Report) -> bool,
) -> Option<Arc<Report>> {
    let mut reports = session.state.reports(uri)?;
    let is_newest = |report: &Report| session.state.revision(uri) == Some(report.snapshot.revision);
    let waiting = async {
        let found = reports
            .wait_for(|report| {
                report
                    .as_ref()
                    .is_some_and(|report| is_newest(report) && enough(report))
            })
            .await
            .ok()?;
        found.clone()
    };
    let in_time = match patience {
        Some(patience) => tokio::time::timeout(patience, waiting).await.ok().flatten(),
        None => waiting.await,
    };
    in_time.or_else(|| {
        let newest = session.state.reports(uri)?.borrow().clone()?;
        is_newest(&newest).then_some(newest)
    })
}

/// What works in the workspace, and the newest report on a document that is open at `version`.
async fn opened(session: &Session, uri: &Uri, version: i32) -> Result<(Arc<Parts>, Arc<Report>)> {
    let parts = session
        .parts()
        .await
        .ok_or_else(|| failed("the server is shutting down"))?;
    let report = report(session, uri, None, |_| true)
        .await
        .ok_or_else(|| failed(format!("{}: is not open", uri.as_str())))?;
    if report.snapshot.version != version {
        return Err(content_modified());
    }
    Ok((parts, report))
}

/// The text has changed since: the client should ask again.
fn content_modified() -> Error {
    Error::new(ErrorCode::ContentModified)
}

fn failed(message: impl Into<String>) -> Error {
    let mut error = Error::new(ErrorCode::ServerError(REQUEST_FAILED));
    error.message = message.into().into();
    error
}
