//! Work-done progress of one command (LSP 3.17, Work Done Progress), and its cancel button.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tower_lsp::ls_types::notification::Progress as ProgressNotification;
use tower_lsp::ls_types::{
    ProgressParams, ProgressParamsValue, ProgressToken, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressEnd, WorkDoneProgressReport,
};

use super::session::Session;

/// Progress that the client shows, or nothing where it cannot. Ends when it is dropped.
pub struct Progress {
    session: Arc<Session>,
    token: Option<ProgressToken>,
    /// Cancelled when the person presses the button.
    pub cancelled: CancellationToken,
}

impl Progress {
    /// Begins, under the client's token if it gave one.
    pub async fn begin(
        session: &Arc<Session>,
        given: Option<ProgressToken>,
        title: String,
    ) -> Self {
        let token = match given {
            Some(token) => Some(token),
            None if session.features().progress => {
                let token = session.asks.new_token();
                let created = session
                    .client
                    .create_work_done_progress(token.clone())
                    .await;
                created.is_ok().then_some(token)
            }
            None => None,
        };
        let progress = Self {
            session: Arc::clone(session),
            cancelled: CancellationToken::new(),
            token,
        };
        if let Some(token) = &progress.token {
            session
                .asks
                .lock()
                .push((token.clone(), progress.cancelled.clone()));
        }
        progress
            .send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
                title,
                cancellable: Some(true),
                message: None,
                percentage: None,
            }))
            .await;
        progress
    }

    /// Says what is being done now.
    pub async fn report(&self, message: String) {
        self.send(WorkDoneProgress::Report(WorkDoneProgressReport {
            cancellable: Some(true),
            message: Some(message),
            percentage: None,
        }))
        .await;
    }

    async fn send(&self, value: WorkDoneProgress) {
        if let Some(token) = self.token.clone() {
            send(&self.session, token, value).await;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some(token) = self.token.take() else {
            return;
        };
        self.session
            .asks
            .lock()
            .retain(|(known, _)| *known != token);
        let session = Arc::clone(&self.session);
        // A request that is cancelled is dropped wherever it waits.
        tokio::spawn(async move {
            let end = WorkDoneProgress::End(WorkDoneProgressEnd { message: None });
            send(&session, token, end).await;
        });
    }
}

async fn send(session: &Session, token: ProgressToken, value: WorkDoneProgress) {
    let value = ProgressParamsValue::WorkDone(value);
    session
        .client
        .send_notification::<ProgressNotification>(ProgressParams { token, value })
        .await;
}
