//! The command `salve.ask`: a model heals one diagnostic, and the person confirms its edit.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageActionItem, MessageType, ProgressToken};

use super::super::convert::{Converter, SOURCE, workspace_edit};
use super::super::parts::Parts;
use super::super::progress::Progress;
use super::super::protocol::{AskParams, AskResult, FixParams};
use super::super::session::Session;
use super::super::state::Report;
use super::code_action::Offered;
use super::execute_command::note;
use crate::diagnose::{Finding, Severity};
use crate::engine::ports::{ModelError, ModelErrorKind, Outcome};
use crate::engine::{AskOutcome, AskProgress, Fix, Healed, HealedFinding, Spend};
use crate::taxonomy::{Code, classify_message};

/// What other servers report and no row of the table knows.
const UNCLASSIFIED: Code = Code::new("LOGIC.UNHANDLED_EXCEPTION");

/// What the person chooses to spend more than the budget.
const SPEND_MORE: &str = "Ask anyway";

/// Asks, and applies what was proven through `workspace/applyEdit`.
pub async fn handle(
    session: &Arc<Session>,
    params: AskParams,
    token: Option<ProgressToken>,
) -> Result<AskResult> {
    let (parts, report) = super::opened(session, &params.uri, params.version).await?;
    let bell = session.state.bell(&params.uri);
    let is_newest = session.state.revision(&params.uri) == Some(report.snapshot.revision);
    let Some(mut bell) = bell.filter(|_| is_newest) else {
        return Err(outdated());
    };
    let finding = finding(session, &report, &params);

    let title = format!("Asking the model: {}", params.message);
    let progress = Progress::begin(session, token, title).await;
    let asking = progress
        .cancelled
        .run_until_cancelled(ask_or_agree(session, &parts, &report, &finding, &progress));
    let asked = tokio::select! {
        asked = asking => asked,
        // An answer about a text that is gone is not worth waiting for.
        _ = bell.changed() => return Err(outdated()),
    };
    drop(progress);
    let outcome = match asked {
        None => return Err(Error::request_cancelled()),
        Some(Err(error)) => return Err(super::failed(error.in_one_line())),
        Some(Ok(outcome)) => outcome,
    };
    let Some(fix) = outcome.fix else {
        let message = nothing_found(&outcome);
        session
            .client
            .show_message(MessageType::INFO, &message)
            .await;
        return Ok(AskResult {
            fix_id: None,
            applied: false,
            message,
        });
    };
    offer(session, &parts, &report, finding, fix).await
}

/// The finding that is meant: ours, or what another server says in our terms.
pub(super) fn finding(session: &Session, report: &Report, params: &AskParams) -> Finding {
    let ours = report
        .findings
        .iter()
        .zip(&report.diagnostics)
        .find(|(_, diagnostic)| {
            params.source.as_deref() == Some(SOURCE)
                && diagnostic.range == params.range
                && diagnostic.message == params.message
        });
    if let Some((finding, _)) = ours {
        return finding.clone();
    }
    let converter = Converter {
        text: &report.snapshot.text,
        index: &report.index,
        encoding: session.features().encoding,
    };
    Finding {
        code: classify_message("Exception", &params.message).unwrap_or(UNCLASSIFIED),
        construct: None,
        span: converter.span(params.range),
        message: params.message.clone(),
        severity: Severity::Error,
        related: Vec::new(),
    }
}

/// Asks the engine. Where that is more than the budget, asks the person first.
async fn ask_or_agree(
    session: &Session,
    parts: &Parts,
    report: &Report,
    finding: &Finding,
    progress: &Progress,
) -> std::result::Result<AskOutcome, ModelError> {
    let asked = ask(parts, report, finding, Spend::WithinBudget, progress).await;
    let Err(error) = &asked else { return asked };
    if error.kind != ModelErrorKind::BudgetSpent {
        return asked;
    }
    let choices = [SPEND_MORE, "Do not ask"].map(|title| MessageActionItem {
        title: title.to_owned(),
        properties: HashMap::new(),
    });
    let chosen = session
        .client
        .show_message_request(MessageType::WARNING, &error.message, Some(choices.into()))
        .await;
    // A client that cannot ask answers nothing, which is no agreement.
    match chosen {
        Ok(Some(choice)) if choice.title == SPEND_MORE => {
            ask(parts, report, finding, Spend::BeyondBudget, progress).await
        }
        _ => asked,
    }
}

/// Asks the engine, and shows how far it is.
async fn ask(
    parts: &Parts,
    report: &Report,
    finding: &Finding,
    spend: Spend,
    progress: &Progress,
) -> std::result::Result<AskOutcome, ModelError> {
    let (steps, mut to_show) = unbounded_channel();
    let show = async {
        let mut length = 0;
        while let Some(step) = to_show.recv().await {
            match step {
                Shown::Step(message) => {
                    length = 0;
                    progress.report(message).await;
                }
                Shown::Piece(piece) => {
                    let before = length;
                    length += piece;
                    // A line of an answer has some forty characters: often enough to see that it moves.
                    if before / 40 != length / 40 {
                        progress
                            .report(format!("{length} characters received"))
                            .await;
                    }
                }
            }
        }
    };
    let on_progress = move |step: AskProgress<'_>| {
        let _ = steps.send(match step {
            AskProgress::Asking(1) => Shown::Step("waiting for the model".to_owned()),
            AskProgress::Asking(number) => Shown::Step(format!("try {number}")),
            AskProgress::Piece(piece) => Shown::Piece(piece.chars().count()),
            AskProgress::Proving => Shown::Step("proving the answer".to_owned()),
        });
    };
    let asking = async {
        let on_progress = on_progress;
        let (engine, input) = (&parts.engine, &report.input);
        engine.ask(input, finding, spend, &on_progress).await
    };
    let (outcome, ()) = tokio::join!(asking, show);
    outcome
}

enum Shown {
    Step(String),
    Piece(usize),
}

/// Has the client apply a proven fix; notes what the person decides.
async fn offer(
    session: &Arc<Session>,
    parts: &Arc<Parts>,
    report: &Arc<Report>,
    finding: Finding,
    fix: Fix,
) -> Result<AskResult> {
    let (snapshot, features) = (&report.snapshot, session.features());
    if session.state.revision(&snapshot.uri) != Some(snapshot.revision) {
        return Err(outdated());
    }
    let title = fix.title();
    let converter = Converter {
        text: &snapshot.text,
        index: &report.index,
        encoding: features.encoding,
    };
    let edit = workspace_edit(
        snapshot,
        converter.edits(&fix.edits, &features),
        &features,
        Some(&title),
    );
    let fixes = FixParams {
        uri: snapshot.uri.clone(),
        fix_ids: vec![fix.id.clone()],
    };
    // Its edit is known by the text in which it ends, and then followed like any other.
    Offered::one(&finding, &fix).remember(session, report);
    let shown = Healed {
        findings: vec![HealedFinding {
            finding,
            fixes: vec![fix],
        }],
        text: None,
        cut_short: false,
    };
    let (recorder, input) = (Arc::clone(parts), report.input.clone());
    let recorded =
        tokio::task::spawn_blocking(move || recorder.engine.record_shown(&input, &shown));
    if let Err(error) = recorded.await {
        tracing::error!("a fix could not be recorded: {error}");
    }
    let applied = session.client.apply_edit(edit).await?.applied;
    let outcome = if applied {
        Outcome::Accepted
    } else {
        Outcome::Rejected
    };
    note(session, &fixes, outcome).await;
    Ok(AskResult {
        fix_id: fixes.fix_ids.into_iter().next(),
        applied,
        message: title,
    })
}

fn outdated() -> Error {
    super::failed("the text was changed while the model was thinking; ask again")
}

fn nothing_found(outcome: &AskOutcome) -> String {
    let model = outcome.model.as_deref().unwrap_or("the model");
    let last = outcome.failures.last().map_or("", String::as_str);
    match outcome.tries {
        0 => format!("nothing was asked: {last}"),
        1 => format!("{model} found no fix that could be proven: {last}"),
        tries => format!("{model} found no fix that could be proven in {tries} tries: {last}"),
    }
}
