//! `textDocument/codeAction`: what can be done about the findings in a range.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, Diagnostic,
    NumberOrString,
};

use super::super::convert::{Converter, SOURCE, workspace_edit};
use super::super::features::Features;
use super::super::follow::{OfferedFix, Unseen};
use super::super::parts::{Parts, ServerSettings};
use super::super::protocol::{ACCEPT, ASK, ActionData, AskParams, FixParams, Why};
use super::super::review::{confirmation, may_be_preferred};
use super::super::session::Session;
use super::super::state::{FixAll, Report, Snapshot};
use crate::diagnose::Finding;
use crate::engine::ports::ConnectionState;
use crate::engine::{Fix, Healed, HealedFinding};
use crate::repair::is_ahead;
use crate::text::Edit;

const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.salve");

/// Answers from what is proven; waits for a proof that is under way, but not long.
pub async fn handle(
    session: &Arc<Session>,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionOrCommand>>> {
    let uri = &params.text_document.uri;
    let start = tokio::time::timeout(ServerSettings::default().proof_wait, session.parts()).await;
    let Ok(Some(parts)) = start else {
        return Ok(None);
    };
    let patience = Some(parts.settings.proof_wait);
    let request = Request {
        features: session.features(),
        only: params.context.only.as_deref(),
        diagnostics: &params.context.diagnostics,
    };
    let concerned = |report: &Report| request.concerned(report, &params);
    let enough = |report: &Report| {
        let asks_for_all = request.only.is_some() && request.wants(FIX_ALL.as_str());
        let needs_proof =
            !concerned(report).is_empty() || asks_for_all && !report.findings.is_empty();
        let is_enough = report.proof.is_some() || !needs_proof;
        if !is_enough {
            session.state.hurry(uri);
        }
        is_enough
    };
    let Some(report) = super::report(session, uri, patience, enough).await else {
        return Ok(None);
    };

    let concerned = concerned(&report);
    let mut actions = Vec::new();
    if let Some(proof) = &report.proof {
        for finding in &concerned {
            if let Some(healed) = proof.healed.findings.get(*finding) {
                actions.extend(request.fixes(session, &report, *finding, healed));
            }
        }
        record(session, &parts, &report, &proof.healed, &concerned).await;
        if let Some(all) = &proof.fix_all {
            actions.extend(request.fix_all(session, &report, all));
        }
    }
    if let Some(model) = askable_model(&parts) {
        actions.extend(request.asks(&report.snapshot, &report, &concerned, &model));
    }
    Ok(Some(actions.into_iter().map(Into::into).collect()))
}

/// What all actions of one answer depend on.
struct Request<'params> {
    features: Features,
    only: Option<&'params [CodeActionKind]>,
    diagnostics: &'params [Diagnostic],
}

impl Request<'_> {
    /// Whether the client wants actions of this kind (LSP 3.17: kinds are hierarchical).
    fn wants(&self, kind: &str) -> bool {
        self.only.is_none_or(|only| {
            only.iter().any(|wanted| {
                let wanted = wanted.as_str();
                wanted.is_empty()
                    || kind
                        .strip_prefix(wanted)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    }

    /// The findings that the request is about: those in the range, then others on its lines, then those that the client
    /// names.
    fn concerned(&self, report: &Report, params: &CodeActionParams) -> Vec<usize> {
        let wanted = converter(report, &self.features).span(params.range);
        let lines = params.range.start.line..=params.range.end.line;
        let mut ranked: Vec<(u8, usize)> = Vec::new();
        for (place, (finding, diagnostic)) in
            report.findings.iter().zip(&report.diagnostics).enumerate()
        {
            let shares_line = diagnostic.range.start.line <= *lines.end()
                && diagnostic.range.end.line >= *lines.start();
            let touches = finding.span.touches(wanted.start)
                || finding.span.touches(wanted.end)
                || finding.span.overlaps(wanted);
            let rank = if touches {
                0
            } else if shares_line {
                1
            } else if self
                .diagnostics
                .iter()
                .any(|named| is_same(named, diagnostic))
            {
                2
            } else {
                continue;
            };
            if self.wants(&kind_of(diagnostic)) {
                ranked.push((rank, place));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, place)| place).collect()
    }

    fn fixes(
        &self,
        session: &Session,
        report: &Report,
        finding: usize,
        healed: &HealedFinding,
    ) -> Vec<CodeAction> {
        let Some(diagnostic) = report.diagnostics.get(finding) else {
            return Vec::new();
        };
        let is_preferred = is_first_preferred(&healed.fixes);
        healed
            .fixes
            .iter()
            .enumerate()
            .map(|(place, fix)| {
                let action = CodeAction {
                    title: fix.title(),
                    kind: Some(kind_of(diagnostic).into()),
                    diagnostics: Some(vec![self.as_named(diagnostic)]),
                    is_preferred: (place == 0 && is_preferred).then_some(true),
                    ..CodeAction::default()
                };
                let change = Offered::one(&healed.finding, fix);
                self.complete(session, report, action, change, Some(fix))
            })
            .collect()
    }

    fn fix_all(&self, session: &Session, report: &Report, all: &FixAll) -> Option<CodeAction> {
        // Unasked, it is only worth a line where it does more than the single fix beside it.
        let least = if self.only.is_some() { 1 } else { 2 };
        if !self.wants(FIX_ALL.as_str()) || all.fixes.len() < least {
            return None;
        }
        let title = match all.fixes.len() {
            1 => "Apply the safe fix".to_owned(),
            count => format!("Apply all {count} safe fixes"),
        };
        let action = CodeAction {
            title,
            kind: Some(FIX_ALL),
            ..CodeAction::default()
        };
        let change = Offered::all(report, all);
        Some(self.complete(session, report, action, change, None))
    }

    /// Adds the edit, or what `codeAction/resolve` needs to add it.
    fn complete(
        &self,
        session: &Session,
        report: &Report,
        action: CodeAction,
        change: Offered<'_>,
        single: Option<&Fix>,
    ) -> CodeAction {
        let uri = report.snapshot.uri.clone();
        let fix_ids: Vec<String> = change.fixes.iter().map(|fix| fix.id.clone()).collect();
        if self.features.resolves_edit {
            let data = ActionData {
                uri,
                revision: report.snapshot.revision,
                fix_ids,
                why: single.map(Why::of),
            };
            return CodeAction {
                data: serde_json::to_value(data).ok(),
                ..action
            };
        }
        let command = (self.features.runs_commands && change.is_seen)
            .then(|| accept_command(FixParams { uri, fix_ids }));
        let edits = converter(report, &self.features).edits(change.edits, &self.features);
        let confirm = single.and_then(confirmation);
        change.remember(session, report);
        CodeAction {
            edit: Some(workspace_edit(
                &report.snapshot,
                edits,
                &self.features,
                confirm.as_deref(),
            )),
            command,
            ..action
        }
    }

    /// For each finding, and for what other servers report, the offer to ask the model.
    fn asks(
        &self,
        snapshot: &Snapshot,
        report: &Report,
        concerned: &[usize],
        model: &str,
    ) -> Vec<CodeAction> {
        let kind = "quickfix.salve.ask";
        if !self.wants(kind) {
            return Vec::new();
        }
        let ours = concerned
            .iter()
            .filter_map(|place| report.diagnostics.get(*place));
        let others = self
            .diagnostics
            .iter()
            .filter(|named| named.source.as_deref() != Some(SOURCE))
            .filter(|named| !report.diagnostics.iter().any(|ours| is_same(named, ours)));
        ours.chain(others)
            .filter_map(|diagnostic| {
                let title = format!("Heal with {model}: {}", one_line(&diagnostic.message));
                let params = AskParams {
                    uri: snapshot.uri.clone(),
                    version: snapshot.version,
                    range: diagnostic.range,
                    code: diagnostic.code.as_ref().map(code_text),
                    source: diagnostic.source.clone(),
                    message: diagnostic.message.clone(),
                };
                Some(CodeAction {
                    title: title.clone(),
                    kind: Some(kind.into()),
                    diagnostics: Some(vec![self.as_named(diagnostic)]),
                    command: Some(Command {
                        title,
                        command: ASK.to_owned(),
                        arguments: Some(vec![serde_json::to_value(params).ok()?]),
                    }),
                    ..CodeAction::default()
                })
            })
            .collect()
    }

    /// The diagnostic as the client sent it, if it did: some clients compare.
    fn as_named(&self, diagnostic: &Diagnostic) -> Diagnostic {
        self.diagnostics
            .iter()
            .find(|named| is_same(named, diagnostic))
            .unwrap_or(diagnostic)
            .clone()
    }
}

/// A change that a client is given.
pub struct Offered<'proof> {
    /// What it consists of.
    pub fixes: Vec<OfferedFix>,
    /// All of its edits.
    pub edits: &'proof [Edit],
    /// Whether the person chooses it among fixes that they see.
    pub is_seen: bool,
}

impl<'proof> Offered<'proof> {
    /// One fix.
    pub fn one(finding: &Finding, fix: &'proof Fix) -> Self {
        Self {
            fixes: vec![OfferedFix {
                id: fix.id.clone(),
                code: finding.code,
                edits: fix.edits.clone(),
                unseen: None,
            }],
            edits: &fix.edits,
            is_seen: true,
        }
    }

    /// All certain fixes. An editor may apply them when it saves, and nobody has seen what they are.
    pub fn all(report: &Report, all: &'proof FixAll) -> Self {
        let healed = report.proof.iter().flat_map(|proof| &proof.healed.findings);
        let fixes = healed
            .filter_map(|found| {
                let fix = found.fixes.first()?;
                let only = HealedFinding {
                    finding: found.finding.clone(),
                    fixes: vec![fix.clone()],
                };
                all.fixes.contains(&fix.id).then(|| OfferedFix {
                    id: fix.id.clone(),
                    code: found.finding.code,
                    edits: fix.edits.clone(),
                    unseen: Some(Box::new(Unseen {
                        input: report.input.clone(),
                        found: only,
                    })),
                })
            })
            .collect();
        Self {
            fixes,
            edits: &all.edits,
            is_seen: false,
        }
    }

    /// Remembers that the client has it now.
    pub fn remember(self, session: &Session, report: &Report) {
        session
            .state
            .offer(&report.snapshot, self.fixes, self.edits, self.is_seen);
    }
}

/// The command that notes that fixes were applied.
pub fn accept_command(params: FixParams) -> Command {
    Command {
        title: "Note that the fix was applied".to_owned(),
        command: ACCEPT.to_owned(),
        arguments: serde_json::to_value(params).ok().map(|params| vec![params]),
    }
}

/// Whether the first of `fixes` is preferred: one of a rule that nobody has to complete and that is clearly likelier than
/// the next one. Where two are as good as each other the person chooses.
fn is_first_preferred(fixes: &[Fix]) -> bool {
    let Some((first, others)) = fixes.split_first() else {
        return false;
    };
    may_be_preferred(first)
        && is_ahead(first.likelihood, others.first().map(|next| next.likelihood))
}

/// Notes the findings whose fixes are being listed, each once per text, before anybody can choose one of them.
async fn record(
    session: &Session,
    parts: &Arc<Parts>,
    report: &Report,
    healed: &Healed,
    shown: &[usize],
) {
    let new = session.state.list(report, shown);
    let findings: Vec<HealedFinding> = new
        .into_iter()
        .filter_map(|place| healed.findings.get(place).cloned())
        .collect();
    if findings.is_empty() {
        return;
    }
    let (parts, input) = (Arc::clone(parts), report.input.clone());
    let recorded = tokio::task::spawn_blocking(move || {
        let shown = Healed {
            findings,
            text: None,
            cut_short: false,
        };
        parts.engine.record_shown(&input, &shown);
    });
    if let Err(error) = recorded.await {
        tracing::error!("what was listed could not be recorded: {error}");
    }
}

/// The name of the model, if it makes sense to ask it.
fn askable_model(parts: &Parts) -> Option<String> {
    let status = parts.engine.model.as_ref()?.status();
    match status.state {
        ConnectionState::Off | ConnectionState::Unreachable => None,
        _ => Some(status.model.unwrap_or(status.provider)),
    }
}

fn converter<'report>(report: &'report Report, features: &Features) -> Converter<'report> {
    Converter {
        text: &report.snapshot.text,
        index: &report.index,
        encoding: features.encoding,
    }
}

fn kind_of(diagnostic: &Diagnostic) -> String {
    let code = diagnostic.code.as_ref().map(code_text).unwrap_or_default();
    format!("quickfix.salve.{code}")
}

fn code_text(code: &NumberOrString) -> String {
    match code {
        NumberOrString::Number(number) => number.to_string(),
        NumberOrString::String(text) => text.clone(),
    }
}

/// Whether the client's diagnostic is ours. Clients drop all but range, code and message.
fn is_same(named: &Diagnostic, ours: &Diagnostic) -> bool {
    named.range == ours.range && named.message == ours.message
}

fn one_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Evidence, Source};
    use crate::text::Applicability;

    fn fix(likelihood: f64, applicability: Applicability, source: Source) -> Fix {
        Fix {
            id: "id".to_owned(),
            action: "Do it".to_owned(),
            edits: Vec::new(),
            applicability,
            source,
            evidence: Evidence::default(),
            likelihood,
            confidence: None,
            replaces: Vec::new(),
        }
    }

    fn rule() -> Source {
        Source::Rule {
            name: "missing_colon".to_owned(),
        }
    }

    fn model() -> Source {
        Source::Model {
            name: "coder".to_owned(),
        }
    }

    #[test]
    fn only_a_rule_fix_that_is_clearly_likelier_than_the_next_is_preferred() {
        use Applicability::{DisplayOnly, Safe, Unsafe};
        let unsure = |likelihood| fix(likelihood, Unsafe, rule());
        for (fixes, preferred) in [
            (vec![fix(0.9, Safe, rule()), unsure(0.1)], true),
            (vec![unsure(0.6), unsure(0.2), unsure(0.2)], true),
            (vec![unsure(0.4), unsure(0.38)], false),
            (vec![unsure(0.5)], true),
            (vec![fix(1.0, DisplayOnly, rule())], false),
            (vec![fix(1.0, Unsafe, model())], false),
            (Vec::new(), false),
        ] {
            assert_eq!(is_first_preferred(&fixes), preferred, "{fixes:?}");
        }
    }

    #[test]
    fn kinds_are_hierarchical() {
        let check = |only: &[&'static str], kind: &str| {
            let only: Vec<CodeActionKind> = only.iter().map(|kind| (*kind).into()).collect();
            let request = Request {
                features: Features::default(),
                only: Some(&only),
                diagnostics: &[],
            };
            request.wants(kind)
        };
        assert!(check(&["quickfix"], "quickfix.salve.SYN.MISSING_COLON"));
        assert!(check(&["source.fixAll"], "source.fixAll.salve"));
        assert!(check(&[""], "quickfix.salve.ask"));
        assert!(!check(&["quick"], "quickfix.salve.ask"));
        assert!(!check(&["source.fixAll.ruff"], "source.fixAll.salve"));
    }
}
