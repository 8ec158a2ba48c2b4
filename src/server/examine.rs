//! The job of one open document: diagnose the newest text, publish, prove, and start again when the text changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_lsp::ls_types::{MessageType, Uri};

use super::convert::{Converter, path_of};
use super::features::Features;
use super::parts::Parts;
use super::review::is_certain;
use super::session::Session;
use super::state::{Desk, FixAll, Proof, Report, Snapshot};
use super::transport::panic_message;
use crate::engine::{CUT_SHORT, Engine, Healed, Input, MAX_TEXT};
use crate::text::{PositionIndex, apply};

/// Examines a document until it is closed. One text at a time, always the newest.
pub async fn examine(session: Arc<Session>, uri: Uri, mut desk: Desk) {
    let mut debounce = Duration::ZERO;
    let mut is_first = true;
    loop {
        if !is_first && !session.features().pulls_diagnostics {
            calm(&mut desk.bell, debounce).await;
        }
        let Some(parts) = session.parts().await else {
            return;
        };
        desk.bell.borrow_and_update();
        if !session.works_with(&parts) {
            continue;
        }
        debounce = parts.settings.debounce;
        let proof_delay = if is_first {
            Duration::ZERO
        } else {
            parts.settings.proof_delay
        };
        is_first = false;
        let Some(snapshot) = session.state.snapshot(&uri) else {
            return;
        };
        let revision = snapshot.revision;
        let diagnosed = if snapshot.text.len() > MAX_TEXT {
            tell_too_large(&session, &uri).await;
            None
        } else {
            diagnose(&session, &parts, snapshot.clone()).await
        };
        let report = Arc::new(match diagnosed {
            Some(report) => report,
            None => nothing_known(snapshot, &parts),
        });
        if session.state.revision(&uri) != Some(revision) {
            continue;
        }
        desk.reports.send_replace(Some(Arc::clone(&report)));
        publish(&session, None, &report).await;
        if report.proof.is_none() {
            let proving = async {
                tokio::select! {
                    () = tokio::time::sleep(proof_delay) => {}
                    () = desk.hurry.notified() => {}
                }
                prove(&session, &parts, &report).await
            };
            let Ok(proven) = unless_changed(&mut desk.bell, proving).await else {
                return;
            };
            if let Some(proven) = proven {
                let proven = Arc::new(proven);
                desk.reports.send_replace(Some(Arc::clone(&proven)));
                publish(&session, Some(&report), &proven).await;
                tell_not_compiled(&session, &proven).await;
                log_cut_short(&session, &proven);
                if parts.settings.proves_further {
                    let proving = prove_further(&session, &parts, &proven);
                    let Ok(further) = unless_changed(&mut desk.bell, proving).await else {
                        return;
                    };
                    if let Some(further) = further {
                        let further = Arc::new(further);
                        desk.reports.send_replace(Some(Arc::clone(&further)));
                        publish(&session, Some(&proven), &further).await;
                    }
                }
            }
        }
        if desk.bell.changed().await.is_err() {
            return;
        }
    }
}

/// Works until it is done, or until the bell rings: then what is worked at is given up, down to the subprocess.
///
/// # Errors
/// If the document was closed.
async fn unless_changed<T>(
    bell: &mut watch::Receiver<u64>,
    work: impl Future<Output = Option<T>>,
) -> Result<Option<T>, watch::error::RecvError> {
    tokio::select! {
        done = work => Ok(done),
        changed = bell.changed() => {
            changed?;
            bell.mark_changed();
            Ok(None)
        }
    }
}

/// Waits until the bell has been silent for `pause`.
async fn calm(bell: &mut watch::Receiver<u64>, pause: Duration) {
    while let Ok(Ok(())) = tokio::time::timeout(pause, bell.changed()).await {}
}

/// The report on a text that could not be examined: whoever waits for it must get an answer.
fn nothing_known(snapshot: Snapshot, parts: &Parts) -> Report {
    Report {
        input: input(&snapshot, parts),
        index: PositionIndex::new(&snapshot.text),
        snapshot,
        examination: None,
        findings: Vec::new(),
        diagnostics: Vec::new(),
        proof: Some(Proof {
            healed: Healed {
                findings: Vec::new(),
                text: None,
                cut_short: false,
            },
            fix_all: None,
        }),
    }
}

fn input(snapshot: &Snapshot, parts: &Parts) -> Input {
    Input {
        text: Arc::clone(&snapshot.text),
        path: path_of(&snapshot.uri),
        document_version: Some(snapshot.version),
        python_version: parts.settings.python_version,
    }
}

/// Diagnoses on a thread of its own; `None` if that failed.
async fn diagnose(session: &Session, parts: &Arc<Parts>, snapshot: Snapshot) -> Option<Report> {
    let features = session.features();
    let parts = Arc::clone(parts);
    let diagnosed = tokio::task::spawn_blocking(move || {
        let input = input(&snapshot, &parts);
        let examination = parts.engine.examine(&input);
        let mistakes = examination.mistakes.iter();
        let findings = mistakes.map(|mistake| mistake.finding.clone()).collect();
        let mut report = Report {
            index: PositionIndex::new(&snapshot.text),
            snapshot,
            input,
            examination: Some(examination),
            findings,
            diagnostics: Vec::new(),
            proof: None,
        };
        describe(&mut report, &features);
        report
    });
    finished(diagnosed, "diagnosing").await
}

/// Proves what the examination proposes.
async fn prove(session: &Session, parts: &Arc<Parts>, report: &Arc<Report>) -> Option<Report> {
    let examination = report.examination.clone()?;
    work(session, parts, report, |engine, input| async move {
        engine.prove(&input, examination).await
    })
    .await
}

/// Holds the best fixes to the project's tools, and runs them in the sandbox.
async fn prove_further(
    session: &Session,
    parts: &Arc<Parts>,
    report: &Arc<Report>,
) -> Option<Report> {
    let mut healed = report.proof.as_ref()?.healed.clone();
    if healed.findings.iter().all(|found| found.fixes.is_empty()) {
        return None;
    }
    work(session, parts, report, |engine, input| async move {
        engine.prove_further(&input, &mut healed).await;
        healed
    })
    .await
}

/// The report with what `prove` proves.
async fn work<Proving: Future<Output = Healed>>(
    session: &Session,
    parts: &Arc<Parts>,
    report: &Arc<Report>,
    prove: impl FnOnce(Engine, Input) -> Proving + Send + 'static,
) -> Option<Report> {
    let features = session.features();
    let parts = Arc::clone(parts);
    let report = Arc::clone(report);
    let given_up = CancellationToken::new();
    let _give_up = given_up.clone().drop_guard();
    let runtime = tokio::runtime::Handle::current();
    // The engine computes between its waits: on a thread of its own that holds up nobody.
    let proven = tokio::task::spawn_blocking(move || {
        let proving = prove(parts.engine.clone(), report.input.clone());
        let healing = given_up.run_until_cancelled(proving);
        let healed = runtime.block_on(healing)?;
        let fix_all = fix_all(&parts.engine, &report.input, &healed);
        let mut proven = Report {
            snapshot: report.snapshot.clone(),
            input: report.input.clone(),
            index: report.index.clone(),
            examination: None,
            findings: healed
                .findings
                .iter()
                .map(|healed| healed.finding.clone())
                .collect(),
            diagnostics: Vec::new(),
            proof: Some(Proof { healed, fix_all }),
        };
        describe(&mut proven, &features);
        Some(proven)
    });
    finished(proven, "proving fixes").await.flatten()
}

/// The certain best fixes as one change, if no finding is left or new that should not be there.
fn fix_all(engine: &Engine, input: &Input, healed: &Healed) -> Option<FixAll> {
    let certain = healed
        .findings
        .iter()
        .filter_map(|healed| healed.fixes.first())
        .filter(|fix| is_certain(fix));
    let mut all = FixAll {
        fixes: Vec::new(),
        edits: Vec::new(),
    };
    for fix in certain {
        all.fixes.push(fix.id.clone());
        all.edits.extend(fix.edits.iter().cloned());
    }
    all.edits.sort();
    all.edits.dedup();
    if all.fixes.is_empty() {
        return None;
    }
    let text = apply(&input.text, &all.edits).ok()?;
    let left = engine.diagnose(&Input {
        text: text.into(),
        ..input.clone()
    });
    (left.len() + all.fixes.len() <= healed.findings.len()).then_some(all)
}

/// Tells the person once that a document is not looked at.
async fn tell_too_large(session: &Session, uri: &Uri) {
    let most = MAX_TEXT >> 20;
    let message = format!(
        "{}: is larger than {most} MB and is not examined",
        uri.as_str()
    );
    session.tell_once(MessageType::WARNING, &message).await;
}

/// Tells the person once why fixes are not compiled, if that is so.
async fn tell_not_compiled(session: &Session, report: &Report) {
    let proof = report.proof.as_ref();
    if let Some(reason) = proof.and_then(|proof| proof.healed.not_compiled())
        && session.is_first("not compiled")
    {
        let message = format!("salve: fixes are parsed, but not compiled: {reason}");
        session
            .client
            .show_message(MessageType::WARNING, message)
            .await;
    }
}

/// Notes in the client's log that a document may have more mistakes than are listed, if that is so.
fn log_cut_short(session: &Arc<Session>, report: &Report) {
    let proof = report.proof.as_ref();
    if proof.is_some_and(|proof| proof.healed.cut_short) {
        session.log_once(format!("{}: {CUT_SHORT}", report.snapshot.uri.as_str()));
    }
}

fn describe(report: &mut Report, features: &Features) {
    let converter = Converter {
        text: &report.snapshot.text,
        index: &report.index,
        encoding: features.encoding,
    };
    report.diagnostics = report
        .findings
        .iter()
        .map(|finding| converter.diagnostic(&report.snapshot.uri, finding, features))
        .collect();
}

/// Pushes diagnostics to a client that does not pull, unless it has the same ones already.
async fn publish(session: &Session, before: Option<&Report>, report: &Report) {
    if before.is_some_and(|before| before.diagnostics == report.diagnostics) {
        return;
    }
    if !session.features().pulls_diagnostics {
        let _in_order = session.publishing.lock().await;
        let Snapshot {
            uri,
            version,
            revision,
            ..
        } = &report.snapshot;
        if session.state.revision(uri) == Some(*revision) {
            let diagnostics = report.diagnostics.clone();
            session
                .client
                .publish_diagnostics(uri.clone(), diagnostics, Some(*version))
                .await;
        }
    } else if before.is_some() && session.features().refreshes_diagnostics {
        let client = session.client.clone();
        tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
    }
}

/// The result of a task on a thread of its own; its panic ends only the task.
async fn finished<T>(task: JoinHandle<T>, what: &str) -> Option<T> {
    match task.await {
        Ok(result) => Some(result),
        Err(error) => {
            let panic = error.try_into_panic().ok()?;
            tracing::error!("{what} panicked: {}", panic_message(&*panic));
            None
        }
    }
}
