use std::collections::BTreeMap;

use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::{ModelListOutput, Output};
use crate::cli::probing::{only, provider_parser};
use crate::cli::{Exit, Report};
use crate::config::Provider;
use crate::engine::ports::ListedModel;

/// List the models that the server has, and which one is used.
///
/// Exit code: 0 if there is a list, 4 if not.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Ask PROVIDER instead of the one that is configured.
    #[arg(long, value_name = "PROVIDER", value_parser = provider_parser())]
    provider: Option<Provider>,
}

/// Runs `salve model list`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let provider = arguments.provider.unwrap_or(loaded.config.model.provider);
    let model = only(loaded, provider, &context.environment, &BTreeMap::new())?;
    let models = block_on(model.models())??;
    let page: String = models.iter().map(line).collect();
    if models.is_empty() {
        context.say("The server has no models.\n");
    }
    context.print(&page)?;
    let status = model.status();
    context.print_json(&Output::ModelList(ModelListOutput {
        provider: status.provider,
        url: status.url,
        models,
    }))?;
    Ok(Exit::Fine)
}

fn line(model: &ListedModel) -> String {
    let mark = if model.used { "*" } else { " " };
    let loaded = if model.loaded == Some(true) {
        "  (loaded)"
    } else {
        ""
    };
    format!("{mark} {}{loaded}\n", model.name)
}
