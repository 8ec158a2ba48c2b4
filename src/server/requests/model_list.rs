//! `salve/modelList`: what the server of the model lists.

use tower_lsp::jsonrpc::Result;

use super::super::protocol::ModelListResult;
use super::super::session::Session;

/// Asks the model's server. That it has no list is an answer too.
pub async fn handle(session: &Session) -> Result<ModelListResult> {
    let parts = session.parts().await;
    let Some(model) = parts.and_then(|parts| parts.engine.model.clone()) else {
        return Ok(ModelListResult {
            provider: String::new(),
            url: String::new(),
            models: Vec::new(),
            error: Some("no model is configured; `salve.loadDefaults` sets one up".to_owned()),
        });
    };
    let listed = model.models().await;
    let status = model.status();
    let (models, error) = match listed {
        Ok(models) => (models, None),
        Err(error) => (Vec::new(), Some(error.in_one_line())),
    };
    Ok(ModelListResult {
        provider: status.provider,
        url: status.url,
        models,
        error,
    })
}
