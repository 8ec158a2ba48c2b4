//! `workspace/executeCommand`: the commands of salve.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ExecuteCommandParams;

use super::super::protocol::{ACCEPT, ASK, FixParams, LOAD_DEFAULTS, REJECT, TEST_CONNECTION};
use super::super::session::Session;
use crate::engine::ports::Outcome;

/// Runs one of the commands.
pub async fn handle(session: &Arc<Session>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    match params.command.as_str() {
        ACCEPT => note(session, &argument::<FixParams>(params)?, Outcome::Accepted).await,
        REJECT => {
            let fixes = argument::<FixParams>(params)?;
            note(session, &fixes, Outcome::Rejected).await;
            session.state.renew(&fixes.uri);
        }
        ASK => {
            let token = params.work_done_progress_params.work_done_token.clone();
            let answer = super::ask::handle(session, argument(params)?, token).await?;
            return Ok(serde_json::to_value(answer).ok());
        }
        TEST_CONNECTION => {
            let token = params.work_done_progress_params.work_done_token;
            let test = super::test_connection::test(session, token).await?;
            return Ok(serde_json::to_value(test).ok());
        }
        LOAD_DEFAULTS => {
            let token = params.work_done_progress_params.work_done_token.clone();
            let wanted = argument(params)?;
            let result = super::test_connection::load_defaults(session, wanted, token).await?;
            return Ok(serde_json::to_value(result).ok());
        }
        other => {
            return Err(Error::invalid_params(format!(
                "there is no command {other}"
            )));
        }
    }
    Ok(None)
}

/// Notes what became of fixes, and of those that were passed over for them.
pub async fn note(session: &Session, fixes: &FixParams, outcome: Outcome) {
    for fix in &fixes.fix_ids {
        note_one(session, fix, outcome).await;
    }
    if outcome == Outcome::Accepted {
        for fix in session.state.others(&fixes.uri, &fixes.fix_ids) {
            note_one(session, &fix, Outcome::PassedOver).await;
        }
    }
}

/// Notes what became of a fix, once.
pub async fn note_one(session: &Session, fix: &str, outcome: Outcome) {
    let Some(parts) = session.parts().await else {
        return;
    };
    if session.is_first(&format!("{outcome:?} {fix}")) {
        let now = parts.engine.clock.now();
        parts.engine.knowledge.outcome(fix, outcome, now);
    }
}

fn argument<T: DeserializeOwned>(params: ExecuteCommandParams) -> Result<T> {
    let command = params.command;
    let argument = params
        .arguments
        .into_iter()
        .next()
        .ok_or_else(|| Error::invalid_params(format!("{command} takes one argument")))?;
    serde_json::from_value(argument)
        .map_err(|error| Error::invalid_params(format!("the argument of {command}: {error}")))
}
