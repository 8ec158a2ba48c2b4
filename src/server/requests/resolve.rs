//! `codeAction/resolve`: the edit of the action that the person chose.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::CodeAction;

use super::super::convert::{Converter, workspace_edit};
use super::super::protocol::{ActionData, FixParams};
use super::super::review::confirmation;
use super::super::session::Session;
use super::code_action::{Offered, accept_command};

/// Adds the edit; refuses if the text has changed since the action was listed.
pub async fn handle(session: &Session, mut action: CodeAction) -> Result<CodeAction> {
    let Some(data) = action.data.clone() else {
        return Ok(action);
    };
    let data: ActionData = serde_json::from_value(data)
        .map_err(|error| Error::invalid_params(format!("the action's data: {error}")))?;
    let reports = session
        .state
        .reports(&data.uri)
        .ok_or_else(super::content_modified)?;
    let report = reports
        .borrow()
        .clone()
        .ok_or_else(super::content_modified)?;
    if session.state.revision(&data.uri) != Some(data.revision)
        || report.snapshot.revision != data.revision
    {
        return Err(super::content_modified());
    }
    let proof = report.proof.as_ref().ok_or_else(super::content_modified)?;

    let single = proof
        .healed
        .findings
        .iter()
        .flat_map(|healed| healed.fixes.iter().map(move |fix| (&healed.finding, fix)))
        .find(|(_, fix)| data.fix_ids == [fix.id.as_str()]);
    let all = proof
        .fix_all
        .as_ref()
        .filter(|all| all.fixes == data.fix_ids);
    let (change, confirm) = match (single, all) {
        (Some((finding, fix)), _) => (Offered::one(finding, fix), confirmation(fix)),
        (None, Some(all)) => (Offered::all(&report, all), None),
        (None, None) => return Err(super::content_modified()),
    };

    let features = session.features();
    let converter = Converter {
        text: &report.snapshot.text,
        index: &report.index,
        encoding: features.encoding,
    };
    action.edit = Some(workspace_edit(
        &report.snapshot,
        converter.edits(change.edits, &features),
        &features,
        confirm.as_deref(),
    ));
    let is_seen = change.is_seen;
    change.remember(session, &report);
    if is_seen && features.resolves_command && features.runs_commands {
        action.command = Some(accept_command(FixParams {
            uri: data.uri,
            fix_ids: data.fix_ids,
        }));
    }
    Ok(action)
}
