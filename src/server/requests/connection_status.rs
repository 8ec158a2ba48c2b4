//! `salve/connectionStatus`: what is known of the connection to the model.

use std::sync::{Arc, PoisonError};

use tower_lsp::jsonrpc::Result;

use super::super::parts::Parts;
use super::super::protocol::ConnectionStatusChanged;
use super::super::session::Session;
use crate::engine::ports::{ConnectionState, ConnectionStatus};

/// Answers with what is known, without asking the model's server.
pub async fn handle(session: &Session) -> Result<ConnectionStatus> {
    Ok(match session.parts().await {
        Some(parts) => status(&parts),
        None => off(),
    })
}

/// Looks at the connection from time to time, and tells the client when its state changes. Never ends.
pub async fn watch(session: Arc<Session>) {
    while let Some(parts) = session.parts().await {
        if let Some(model) = &parts.engine.model {
            model.check().await;
        }
        tell(&session, &parts).await;
        session
            .settings_changed_or(parts.settings.connection_check)
            .await;
    }
}

/// Tells the client what is known, if the state is another than it was told last. That no model is configured is not
/// worth a message at the start.
pub async fn tell(session: &Session, parts: &Parts) {
    let status = status(parts);
    let is_news = {
        let mut told = session
            .told_connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = told.replace(status.state).unwrap_or(ConnectionState::Off);
        before != status.state
    };
    if is_news {
        session
            .client
            .send_notification::<ConnectionStatusChanged>(status)
            .await;
    }
}

fn status(parts: &Parts) -> ConnectionStatus {
    parts
        .engine
        .model
        .as_ref()
        .map_or_else(off, |model| model.status())
}

fn off() -> ConnectionStatus {
    ConnectionStatus::new(ConnectionState::Off, "", "")
}
