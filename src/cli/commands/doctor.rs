use crate::cli::assemble::{Assembled, Place, assemble};
use crate::cli::examine::block_on;
use crate::cli::globals::{Context, Permission};
use crate::cli::output::{DoctorOutput, LayersOutput, Output};
use crate::cli::{Exit, Report};
use crate::config::Loaded;
use crate::engine::ports::{ConnectionState, ConnectionStatus};

/// Check everything that salve relies on: interpreter, trust, database, model, configuration.
///
/// Exit code: 0 if everything that was set up works, 1 if something does not. A model that was not set up by hand and
/// is not running is fine: nothing needs it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub permission: Permission,
}

/// Runs `salve doctor`.
pub fn run(context: &Context, _: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let output = block_on(async {
        let place = Place::of_process();
        let assembled = assemble(loaded, &context.environment, &place).await;
        let sandbox = super::doctor_sandbox::layers(loaded, &context.environment, &place).await;
        examine(loaded, &assembled, sandbox).await
    })?;
    let model_matters = loaded
        .explain("model.provider")
        .is_some_and(|explained| explained.layers.len() > 1);
    let model_works = output
        .model
        .as_ref()
        .is_none_or(|model| model.state.answers());
    let healthy = output.interpreter.is_some()
        && output.database_trouble.is_none()
        && output.notices.is_empty()
        && (model_works || !model_matters);
    context.print(&page(&output))?;
    context.print_json(&Output::Doctor(Box::new(output)))?;
    Ok(if healthy {
        Exit::Fine
    } else {
        Exit::FindingsRemain
    })
}

async fn examine(loaded: &Loaded, assembled: &Assembled, sandbox: LayersOutput) -> DoctorOutput {
    let engine = &assembled.engine;
    let mut model = match &engine.model {
        Some(model) => Some(model.check().await),
        None => None,
    };
    let mut notices: Vec<_> = loaded.notices.iter().map(ToString::to_string).collect();
    if model.is_some() {
        // Somebody who was to stand in for it cannot be asked.
        notices.extend(assembled.model_trouble.clone());
    } else if let Some(trouble) = &assembled.model_trouble {
        let provider = loaded.config.model.provider;
        let own = loaded.config.providers.get(provider);
        let url = own.and_then(|own| own.url.as_deref()).unwrap_or_default();
        model = Some(ConnectionStatus {
            model: own.and_then(|own| own.model.clone()),
            error: Some(trouble.clone()),
            ..ConnectionStatus::new(ConnectionState::Failing, provider.as_str(), url)
        });
    }
    let (major, minor) = assembled.python_version;
    DoctorOutput {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        interpreter: engine.prover.interpreter().await,
        interpreter_notes: assembled.interpreter_notes.clone(),
        python_version: format!("{major}.{minor}"),
        database: loaded
            .database
            .as_ref()
            .map(|path| path.display().to_string()),
        database_trouble: engine.knowledge.trouble().map(|trouble| trouble.message),
        model,
        files: super::config::files(loaded),
        notices,
        trust: super::doctor_trust::trust(loaded),
        sandbox,
    }
}

fn page(output: &DoctorOutput) -> String {
    let mut lines = vec![(true, "salve", output.version.clone())];
    lines.push(match &output.interpreter {
        Some(interpreter) => (true, "interpreter", interpreter.clone()),
        None => (
            false,
            "interpreter",
            "none: fixes are parsed, not compiled".to_owned(),
        ),
    });
    lines.extend(
        output
            .interpreter_notes
            .iter()
            .map(|note| (true, "", note.clone())),
    );
    lines.push((
        true,
        "judged by",
        format!("Python {}", output.python_version),
    ));
    lines.extend(super::doctor_sandbox::lines(&output.sandbox));
    let trust = &output.trust;
    let workspace = trust.workspace.as_deref().unwrap_or("no folder is open");
    lines.push((true, "workspace", workspace.to_owned()));
    for (title, because, change) in [
        ("trusted", &trust.trusted_because, &trust.trusted_change),
        ("may run", &trust.run_because, &trust.run_change),
    ] {
        lines.push((true, title, because.clone()));
        lines.push((true, "", format!("to change it: {change}")));
    }
    lines.push(match (&output.database, &output.database_trouble) {
        (Some(path), None) => (true, "database", path.clone()),
        (_, Some(trouble)) => (false, "database", trouble.clone()),
        (None, None) => (false, "database", "no place for it".to_owned()),
    });
    lines.push(match &output.model {
        None => (true, "model", "off".to_owned()),
        Some(status) => (status.state.answers(), "model", connection(status)),
    });
    for file in &output.files {
        let fine = file.state == "read" || file.state == "absent";
        lines.push((fine, "settings", format!("{} ({})", file.path, file.state)));
    }
    lines.extend(
        output
            .notices
            .iter()
            .map(|notice| (false, "", notice.clone())),
    );
    let good = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Green.into()));
    let bad = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Red.into()));
    lines
        .iter()
        .map(|(fine, title, text)| match (fine, *title) {
            (true, "") => format!("  {title:12}{text}\n"),
            (true, _) => format!("{good}✓{good:#} {title:12}{text}\n"),
            (false, _) => format!("{bad}✗{bad:#} {title:12}{text}\n"),
        })
        .collect()
}

fn connection(status: &ConnectionStatus) -> String {
    let state = status.state.words();
    let model = status
        .model
        .as_ref()
        .map(|model| format!(", {model}"))
        .unwrap_or_default();
    let latency = status
        .latency_millis
        .map(|millis| format!(" in {millis} ms"))
        .unwrap_or_default();
    let error = status
        .error
        .as_ref()
        .map(|error| format!(" ({error})"))
        .unwrap_or_default();
    format!(
        "{} at {}{model}: {state}{latency}{error}",
        status.provider, status.url
    )
}
