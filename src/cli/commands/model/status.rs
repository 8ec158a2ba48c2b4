use crate::cli::assemble::{Place, assemble};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::{ModelStatusOutput, Output};
use crate::cli::{Exit, Report};
use crate::engine::ports::{ConnectionState, ConnectionStatus};

/// Show how the connection to the model stands. Asks its server for free, and generates nothing.
///
/// Exit code: 0 if the model can be asked, or none is configured; 4 if it cannot be asked.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs `salve model status`.
pub fn run(context: &Context, _: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let status = block_on(async {
        let assembled = assemble(loaded, &context.environment, &Place::of_process()).await;
        let provider = loaded.config.model.provider.as_str();
        match (&assembled.engine.model, assembled.model_trouble) {
            (Some(model), _) => model.check().await,
            (None, Some(trouble)) => ConnectionStatus {
                error: Some(trouble),
                ..ConnectionStatus::new(ConnectionState::Failing, provider, "")
            },
            (None, None) => ConnectionStatus::new(ConnectionState::Off, provider, ""),
        }
    })?;
    let is_well = status.state.answers() || status.state == ConnectionState::Off;
    context.print(&page(&status))?;
    context.print_json(&Output::ModelStatus(ModelStatusOutput { status }))?;
    Ok(if is_well {
        Exit::Fine
    } else {
        Exit::ModelUnreachable
    })
}

fn page(status: &ConnectionStatus) -> String {
    if status.state == ConnectionState::Off {
        return "no model is configured: `salve config load-defaults` sets one up\n".to_owned();
    }
    let bold = anstyle::Style::new().bold();
    let mut page = format!(
        "{bold}{}{bold:#}: {}\n",
        status.provider,
        status.state.words()
    );
    let mut line = |title: &str, text: &str| page.push_str(&format!("  {title:9}{text}\n"));
    if !status.url.is_empty() {
        line("address", &status.url);
    }
    if let Some(model) = &status.model {
        line("model", model);
    }
    if let Some(millis) = status.latency_millis {
        line("answered", &format!("in {millis} ms"));
    }
    if let Some(error) = &status.error {
        line("error", error);
    }
    if status.state == ConnectionState::Reachable {
        line(
            "",
            "`salve model test` asks it a question, and tells whether it is ready",
        );
    }
    page
}
