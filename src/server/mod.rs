//! The language server: LSP in, snapshots and jobs out.

mod backend;
mod convert;
mod document;
mod examine;
mod features;
mod follow;
mod frames;
mod heartbeat;
mod keys;
mod parent;
mod parts;
mod progress;
pub mod protocol;
mod record_watch;
pub mod reference;
mod requests;
mod review;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod transport;
mod trust;

use std::future;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

use backend::Backend;
pub use heartbeat::Rhythm;
pub use parts::{Defaults, Parts, PartsFactory, ServerSettings, Workspace};
use transport::End;

/// Stack of each thread, in bytes: nesting in a person's text must not overflow it. Only what is used costs memory.
const STACK: usize = 64 * 1024 * 1024;

/// How long the record may take to reach the disk at the end.
const LAST_WRITES: std::time::Duration = std::time::Duration::from_secs(2);

/// Serves on standard input and output until the session ends, and returns the exit code of the process: 0 if the
/// client said `shutdown` before, else 1 (LSP 3.17, Exit Notification).
pub fn run(factory: PartsFactory) -> io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build()?;
    let code = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), factory));
    // The thread that reads standard input may wait there for ever.
    runtime.shutdown_background();
    Ok(code)
}

/// Serves one client on a pair of streams until the session ends, and returns the exit code.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    factory: PartsFactory,
) -> u8 {
    let (service, socket) = LspService::build(|client| Backend::new(client, factory))
        .custom_method(protocol::PATTERN_STATS, Backend::pattern_stats)
        .custom_method(protocol::CONNECTION_STATUS, Backend::connection_status)
        .custom_method(protocol::MODEL_LIST, Backend::model_list)
        .custom_method(protocol::MODEL_PREVIEW, Backend::model_preview)
        .custom_method(protocol::TRUST_DID_CHANGE, Backend::trust_did_change)
        .custom_method(protocol::KEYS_DID_CHANGE, Backend::keys_did_change)
        .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
        .finish();
    let session = service.inner().session();
    let mut parent = service.inner().parent.subscribe();
    let shut_down = service.inner().is_shut_down.subscribe();
    let parent_gone = async move {
        let named = parent
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|id| *id);
        match named {
            Some(id) => parent::gone(id).await,
            None => future::pending().await,
        }
    };
    let end = transport::carry(input, output, service, socket, parent_gone).await;
    session.state.close_all();
    // What was being observed when the session ended.
    let observed = session.followers.ended();
    if tokio::time::timeout(LAST_WRITES, observed).await.is_err() {
        tracing::warn!("what people did last was not looked at to the end");
    }
    if let Some(parts) = session.parts_now() {
        let knowledge = Arc::clone(&parts.engine.knowledge);
        let flushed = tokio::task::spawn_blocking(move || knowledge.flush());
        match tokio::time::timeout(LAST_WRITES, flushed).await {
            Ok(Ok(Ok(()))) => {}
            other => tracing::warn!("the record may be incomplete: {other:?}"),
        }
    }
    let is_shut_down = *shut_down.borrow();
    tracing::info!("the session ended: {end:?}");
    u8::from(!is_shut_down || end == End::ParentGone)
}
