use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::cli::defaults::{enter_change, plan, warn};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::probing::{failure, provider_parser, say_step};
use crate::cli::{Exit, Report};
use crate::config::Provider;
use crate::engine::ports::Probed;
use crate::server::protocol::{LoadDefaultsParams, LoadDefaultsResult};

/// Set a model up: test the default settings step by step, and save them only if it answers.
///
/// Where a step fails, it is named, with what to type next, and with the servers of models that run on this machine.
///
/// Exit code: 0 if it answered and the settings were saved, 4 if a step failed, 2 if a file cannot be used.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Set PROVIDER up instead of the one that the defaults name.
    #[arg(long, value_name = "PROVIDER", value_parser = provider_parser())]
    provider: Option<Provider>,
    /// Where the provider listens, if not at its usual address.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Take the defaults from FILE instead of those that come with salve.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Runs `salve config load-defaults`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let wanted = LoadDefaultsParams {
        provider: arguments.provider.map(|provider| provider.to_string()),
        url: arguments.url.clone(),
        from: arguments
            .from
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned()),
    };
    let plan = plan(loaded, &wanted)?;
    context.print(&plan.title())?;
    let (sources, no_keys) = (context.sources(), BTreeMap::new());
    let on_step = |step: &Probed| say_step(context, step);
    let carrying_out = plan.carry_out(loaded, &sources, &no_keys, &on_step);
    let result = block_on(carrying_out)??;
    if result.saved_to.is_some() {
        let names = result.settings.iter().map(|setting| setting.key.as_str());
        enter_change(loaded, false, names);
    }
    let failed = failure(&result.test, &result.running);
    context.print(&saved(&result))?;
    warn(context, &result);
    context.print_json(&Output::ConfigLoadDefaults(Box::new(result)))?;
    failed.map_or(Ok(Exit::Fine), Err)
}

fn saved(result: &LoadDefaultsResult) -> String {
    let Some(file) = &result.saved_to else {
        return "nothing was saved\n".to_owned();
    };
    let settings: String = result
        .settings
        .iter()
        .map(|setting| match &setting.value {
            Value::Null => format!("  {} is left at its default\n", setting.key),
            value => format!("  {} = {value}\n", setting.key),
        })
        .collect();
    format!("saved to {file}:\n{settings}")
}
