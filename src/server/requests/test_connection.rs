//! The commands `salve.testConnection` and `salve.loadDefaults`: the way to a model's answer, step by step.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ProgressToken;

use super::super::progress::Progress;
use super::super::protocol::{LoadDefaultsParams, LoadDefaultsResult};
use super::super::session::Session;
use crate::engine::ports::{ProbeOutcome, Probed};
use crate::engine::{ConnectionTest, test_connection};

/// Tests the model that is configured.
pub async fn test(session: &Arc<Session>, token: Option<ProgressToken>) -> Result<ConnectionTest> {
    let parts = session.parts().await;
    let model = parts.and_then(|parts| parts.engine.model.clone());
    let model = model
        .ok_or_else(|| super::failed("no model is configured; `salve.loadDefaults` sets one up"))?;
    let (steps, shown) = unbounded_channel();
    let testing = async move {
        let on_step = tell(steps);
        test_connection(model.as_ref(), &on_step).await
    };
    show(session, token, "Testing the model", testing, shown).await
}

/// Tests defaults, and saves them if a model answers; then the settings are read anew.
pub async fn load_defaults(
    session: &Arc<Session>,
    wanted: LoadDefaultsParams,
    token: Option<ProgressToken>,
) -> Result<LoadDefaultsResult> {
    let parts = session.parts().await;
    let defaults = parts.and_then(|parts| parts.defaults.clone());
    let defaults = defaults.ok_or_else(|| super::failed("there is nowhere to save settings"))?;
    let (steps, shown) = unbounded_channel();
    let loading = async move {
        let on_step = tell(steps);
        defaults.load(&wanted, &on_step).await
    };
    let loaded = show(session, token, "Setting the model up", loading, shown).await?;
    let result = loaded.map_err(super::failed)?;
    if result.saved_to.is_some() {
        session.read_settings_anew();
    }
    Ok(result)
}

fn tell(steps: UnboundedSender<String>) -> impl Fn(&Probed) + Send + Sync {
    move |step| {
        let how = match step.outcome {
            ProbeOutcome::Passed => "fine",
            ProbeOutcome::Failed => "failed",
            ProbeOutcome::Skipped => return,
        };
        let _ = steps.send(format!("{}: {how}", step.step.words()));
    }
}

/// Shows the steps as they are taken, until the work is done or the person has enough of it.
async fn show<T>(
    session: &Arc<Session>,
    token: Option<ProgressToken>,
    title: &str,
    work: impl Future<Output = T>,
    mut shown: tokio::sync::mpsc::UnboundedReceiver<String>,
) -> Result<T> {
    let progress = Progress::begin(session, token, title.to_owned()).await;
    let showing = async {
        while let Some(step) = shown.recv().await {
            progress.report(step).await;
        }
    };
    let both = async { tokio::join!(work, showing).0 };
    let done = progress.cancelled.run_until_cancelled(both).await;
    drop(progress);
    done.ok_or_else(Error::request_cancelled)
}
