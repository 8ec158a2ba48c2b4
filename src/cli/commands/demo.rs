use crate::cli::assemble::{Place, assemble, child_environment, lookup};
use crate::cli::demo::{Stage, show_cycle, show_model, show_next};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::Output;
use crate::cli::{Exit, Report};
use crate::prove::Interpreters;

/// Show the whole cycle on a small broken program: diagnosis, fix, proof, record, statistics.
///
/// Needs no file, no model and no configuration. The fixes are recorded as accepted in the database that is
/// configured, so that `salve stats` shows them afterwards; give --database FILE to keep them apart. With a model that
/// answers, a harder program is healed too.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs `salve demo`.
pub fn run(context: &Context, _: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let output = block_on(async {
        let place = Place::of_process();
        let assembled = assemble(loaded, &context.environment, &place).await;
        if let Some(trouble) = &assembled.model_trouble {
            context.warn(trouble, None);
        }
        let lookup = lookup(loaded, &context.environment, &place);
        let found = Interpreters::default().find(&lookup).await;
        let reason = found.reason();
        let environment = child_environment(&context.environment);
        let database = loaded.database.as_ref();
        let stage = Stage {
            engine: &assembled.engine,
            python_version: assembled.python_version,
            interpreter: found.interpreter.ok_or(reason),
            environment: &environment,
            database: database.map(|path| path.display().to_string()),
        };
        let mut output = stage.heal().await;
        context.print(&show_cycle(&output))?;
        // A model may take its time; what is known is on the screen by now.
        output.model = stage.ask().await;
        context.print(&show_model(&output.model))?;
        Ok::<_, Report>(output)
    })??;
    context.print(&show_next())?;
    let exit = if output.complete {
        Exit::Fine
    } else {
        Exit::NoProvenFix
    };
    context.print_json(&Output::Demo(Box::new(output)))?;
    Ok(exit)
}
