use std::collections::BTreeMap;

use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::{ModelTestOutput, Output};
use crate::cli::probing::{failure, only, others, provider_parser, say_step, title};
use crate::cli::{Exit, Report};
use crate::config::Provider;
use crate::engine::test_connection;

/// Test the model step by step: address, port, TLS, server, key, model, and a real question.
///
/// Exit code: 0 if it answered, 4 if a step failed.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Test PROVIDER instead of the one that is configured.
    #[arg(long, value_name = "PROVIDER", value_parser = provider_parser())]
    provider: Option<Provider>,
}

/// Runs `salve model test`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let provider = arguments.provider.unwrap_or(loaded.config.model.provider);
    let model = only(loaded, provider, &context.environment, &BTreeMap::new())?;
    context.print(&title(&model.status()))?;
    let (test, running) = block_on(async {
        let test = test_connection(model.as_ref(), &|step| say_step(context, step)).await;
        let running = match test.passed {
            true => Vec::new(),
            false => others(&test.url).await,
        };
        (test, running)
    })?;
    let failed = failure(&test, &running);
    context.print_json(&Output::ModelTest(ModelTestOutput { test, running }))?;
    failed.map_or(Ok(Exit::Fine), Err)
}
