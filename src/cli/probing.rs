//! How the way to a model's answer is shown, and the model whose way it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::assemble::SystemClock;
use super::globals::Context;
use super::models::{self, KeySources};
use super::{Exit, Report};
use crate::config::{Environment, Loaded, Provider, Secret};
use crate::engine::ConnectionTest;
use crate::engine::ports::{Clock, ConnectionStatus, Ledger, Model, ProbeOutcome, Probed};
use crate::llm::{RunningServer, USUAL_PLACES, running};
use crate::store::Store;

/// Takes the name of a provider that can be asked.
pub fn provider_parser() -> impl TypedValueParser<Value = Provider> {
    let names = Provider::ALL.map(Provider::as_str);
    PossibleValuesParser::new(names).map(|name| {
        let named = Provider::ALL.into_iter().find(|one| one.as_str() == name);
        named.unwrap_or(Provider::Off)
    })
}

/// The model of one provider alone, without anybody to stand in for it, but within the budget and on record.
pub fn only(
    loaded: &Loaded,
    provider: Provider,
    environment: &Environment,
    from_editor: &BTreeMap<Provider, Secret>,
) -> Result<Arc<dyn Model>, Report> {
    let mut alone = loaded.clone();
    alone.config.model.provider = provider;
    alone.config.model.fallback.clear();
    let keys = KeySources {
        environment,
        from_editor,
    };
    let ledger: Arc<dyn Ledger> =
        Arc::new(Store::open(loaded.database.clone().unwrap_or_default()));
    let models = models::chain(&alone, &keys, &ledger, &clock());
    match (models.model, models.trouble) {
        (Some(model), _) => Ok(model),
        (None, Some(trouble)) => Err(Report::new(Exit::ModelUnreachable, trouble)),
        (None, None) => Err(Report::new(Exit::Usage, "no model is configured").hint(
            "`salve config load-defaults` sets one up; `--provider PROVIDER` tests one that is not configured.",
        )),
    }
}

/// What else runs on this machine, besides the server at `url`.
pub async fn others(url: &str) -> Vec<RunningServer> {
    let mut found = running(&USUAL_PLACES, &clock()).await;
    found.retain(|server| server.url != url);
    found
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Whom it is about.
pub fn title(status: &ConnectionStatus) -> String {
    let bold = anstyle::Style::new().bold();
    format!("{bold}{} at {}{bold:#}\n", status.provider, status.url)
}

/// Shows one step.
pub fn say_step(context: &Context, step: &Probed) {
    // A closed standard output ends the command when the result is printed.
    let _ = context.print(&line(step));
}

fn line(step: &Probed) -> String {
    let color = |color: anstyle::AnsiColor| anstyle::Style::new().fg_color(Some(color.into()));
    let (mark, style) = match step.outcome {
        ProbeOutcome::Passed => ('✓', color(anstyle::AnsiColor::Green)),
        ProbeOutcome::Failed => ('✗', color(anstyle::AnsiColor::Red)),
        ProbeOutcome::Skipped => ('-', anstyle::Style::new().dimmed()),
    };
    let faint = anstyle::Style::new().dimmed();
    let time = match step.outcome {
        ProbeOutcome::Skipped => String::new(),
        _ => format!(" {faint}({} ms){faint:#}", step.millis),
    };
    // What is wrong is said below, with what to do.
    let detail = match step.outcome {
        ProbeOutcome::Failed => "failed",
        _ => &step.detail,
    };
    format!(
        "{style}{mark}{style:#} {:17}{detail}{time}\n",
        step.step.words()
    )
}

/// The step that failed, with what to type next; `None` if none did.
pub fn failure(test: &ConnectionTest, others: &[RunningServer]) -> Option<Report> {
    let failed = test.failure()?;
    let message = format!("step '{}' failed: {}", failed.step.words(), failed.detail);
    let mut report = Report::new(Exit::ModelUnreachable, message);
    if let Some(hint) = &failed.hint {
        report = report.hint(hint.clone());
    }
    for other in others {
        report = report.hint(offer(other));
    }
    Some(report)
}

/// A server that could be used instead.
fn offer(server: &RunningServer) -> String {
    format!(
        "{} runs at {}; to use it: {}",
        server.title, server.url, server.command
    )
}
