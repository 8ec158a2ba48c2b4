//! `salve/connectionStatus`: what is known of the connection to the model.

use std::sync::{Arc, PoisonError};

use tokio::time::sleep;
use tower_lsp::jsonrpc::Result;

use super::super::heartbeat::{Task, look_after};
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

/// Looks after the connection, and tells the client whenever something about it changes. Never ends.
pub async fn watch(session: Arc<Session>) {
    while let Some(parts) = session.parts().await {
        let heartbeat = parts.settings.rhythm.heartbeat;
        let mut looking = Task::start(watch_parts(Arc::clone(&session), Arc::clone(&parts)));
        tokio::select! {
            () = session.replaced(&parts) => {}
            died = looking.ended() => {
                tracing::error!("the heartbeat of the connection died, and starts anew: {died}");
                sleep(heartbeat).await;
            }
        }
    }
}

async fn watch_parts(session: Arc<Session>, parts: Arc<Parts>) {
    let tell = async {
        loop {
            let told = tell(&session, &parts).await;
            match &parts.engine.model {
                Some(model) => model.changed(&told).await,
                None => std::future::pending().await,
            }
        }
    };
    let look = async {
        if let Some(model) = &parts.engine.model {
            look_after(Arc::clone(model), parts.settings.rhythm).await;
        }
    };
    tokio::join!(tell, look);
}

/// Tells the client what is known, if that is news. That nothing is known yet is not worth a message at the start.
async fn tell(session: &Session, parts: &Parts) -> ConnectionStatus {
    let status = status(parts);
    let is_news = {
        let mut told = session
            .told_connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match told.replace(status.clone()) {
            Some(before) => status.is_news_after(&before),
            None => !matches!(
                status.state,
                ConnectionState::Off | ConnectionState::Unchecked
            ),
        }
    };
    if is_news {
        session
            .client
            .send_notification::<ConnectionStatusChanged>(status.clone())
            .await;
    }
    status
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
