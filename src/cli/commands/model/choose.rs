use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::defaults::{enter_change, outranked, user_file, with};
use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::output::{ModelUseOutput, Output};
use crate::cli::probing::{only, provider_parser};
use crate::cli::{Exit, Report};
use crate::config::{Loaded, Provider, save};
use crate::engine::ports::ConnectionState;

/// Choose who is asked, and with which model. Saved in your own configuration file.
///
/// Exit code: 0 if it was saved, 2 if the file cannot be changed, 4 if the server does not have the model.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Who is asked.
    #[arg(value_parser = provider_parser())]
    provider: Provider,
    /// The model as the server lists it [default: what is set for the provider, else the first that can chat].
    model: Option<String>,
}

/// Runs `salve model use`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let provider = arguments.provider;
    let mut changes = vec![("model.provider".to_owned(), json!(provider))];
    if let Some(model) = &arguments.model {
        changes.push((format!("providers.{provider}.model"), json!(model)));
        look_for(context, loaded, provider, &changes)?;
    }
    let file = user_file(loaded)?;
    save(&file, &changes)
        .map_err(|error| Report::new(Exit::Usage, error.to_string()).hint(error.hint.clone()))?;
    enter_change(loaded, false, changes.iter().map(|(key, _)| key.as_str()));
    let said: String = changes
        .iter()
        .map(|(key, value)| format!("  {key} = {value}\n"))
        .collect();
    context.print(&format!("saved to {}:\n{said}", file.display()))?;
    for warning in outranked(&context.sources(), &changes) {
        context.warn(&warning, None);
    }
    context.print_json(&Output::ModelUse(ModelUseOutput {
        saved_to: file.display().to_string(),
        settings: changes
            .into_iter()
            .collect::<serde_json::Map<String, Value>>(),
    }))?;
    Ok(Exit::Fine)
}

/// Refuses a model that the server does not have. One that cannot be asked now may have it.
fn look_for(
    context: &Context,
    loaded: &Loaded,
    provider: Provider,
    changes: &[(String, Value)],
) -> Result<(), Report> {
    let mut wanted = loaded.clone();
    wanted.config = with(loaded, changes).map_err(|wrong| Report::new(Exit::Usage, wrong))?;
    let server = only(&wanted, provider, &context.environment, &BTreeMap::new())?;
    let status = block_on(server.check())?;
    let said = status
        .error
        .unwrap_or_else(|| status.state.words().to_owned());
    let refused = |hint: String| {
        let message = format!("{said}; nothing was saved");
        Err(Report::new(Exit::ModelUnreachable, message).hint(hint))
    };
    match status.state {
        ConnectionState::ModelMissing => refused(format!(
            "`salve model list --provider {provider}` lists those that are there"
        )),
        ConnectionState::AuthFailed => {
            refused(format!("`salve model key set {provider}` keeps a key"))
        }
        state if state.answers() => Ok(()),
        _ => {
            context.warn(
                &format!("whether the model is there could not be seen: {said}"),
                Some("`salve model test` tests it once the server runs"),
            );
            Ok(())
        }
    }
}
