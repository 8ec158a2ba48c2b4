//! Tells the person when something becomes wrong with the record, such as a full disk. Healing goes on meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tower_lsp::ls_types::MessageType;

use super::session::Session;

/// How often the record is asked whether something is wrong with it; that takes no time.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells of each trouble once per session. Never ends.
pub async fn watch(session: Arc<Session>) {
    loop {
        sleep(PAUSE).await;
        let parts = session.parts_now();
        let trouble = parts.and_then(|parts| parts.engine.knowledge.trouble());
        if let Some(trouble) = trouble {
            let message = trouble.in_one_line();
            session.tell_once(MessageType::WARNING, &message).await;
        }
    }
}
