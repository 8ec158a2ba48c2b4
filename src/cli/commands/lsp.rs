use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::cli::assemble::{Place, assemble};
use crate::cli::defaults::{enter_change, plan};
use crate::cli::globals::Context;
use crate::cli::{Exit, Report};
use crate::config::{self, Config, Environment, Provider, Secret, Sources};
use crate::engine::ports::{Probed, in_one_line};
use crate::prove::Interpreters;
use crate::server::protocol::{LoadDefaultsParams, LoadDefaultsResult};
use crate::server::{self, Defaults, Parts, PartsFactory, Rhythm, ServerSettings, Workspace};

/// Serve an editor on standard input and output, as a language server.
///
/// Exit code: 0 if the editor ended the session in order, else 1.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What editors add, such as `--stdio`; taken and ignored.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    ignored: Vec<OsString>,
}

/// Runs `salve lsp`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    if !arguments.ignored.is_empty() {
        tracing::debug!("ignored: {:?}", arguments.ignored);
    }
    // A file that was named and cannot be used is worth an error before any editor waits for an answer.
    let sources = context.sources();
    Config::load(&sources).map_err(|error| Report::new(Exit::Usage, error.to_string()))?;
    let environment = context.environment.clone();
    let interpreters = Interpreters::default();
    let factory: PartsFactory = Arc::new(move |workspace| {
        parts(
            sources.clone(),
            &environment,
            interpreters.clone(),
            workspace,
        )
    });
    let code = server::run(factory).map_err(|error| {
        Report::new(Exit::Internal, "no threads could be started").caused_by(&error)
    })?;
    Ok(match code {
        0 => Exit::Fine,
        _ => Exit::FindingsRemain,
    })
}

/// What the server works with in a workspace, with the editor's settings among the others.
fn parts(
    mut sources: Sources,
    environment: &Environment,
    interpreters: Interpreters,
    workspace: &Workspace,
) -> Parts {
    let mut warnings = Vec::new();
    if workspace.root.is_some() {
        sources.folder.clone_from(&workspace.root);
    }
    sources.client = workspace.trust;
    sources.editor = (!workspace.settings.is_null()).then(|| workspace.settings.clone());
    let loaded = Config::load(&sources).or_else(|error| {
        warnings.push(error.to_string());
        Config::load(&Sources {
            given_file: None,
            ..sources.clone()
        })
    });
    let Ok(loaded) = loaded else {
        unreachable!("only a file that is given by name can make this fail");
    };
    let notices = loaded.notices.iter();
    warnings.extend(notices.map(|notice| in_one_line(&notice.to_string(), notice.hint.as_deref())));
    let defaults = EditorDefaults {
        sources: sources.clone(),
        keys: workspace.keys.clone(),
    };
    let place = Place {
        interpreters,
        keys: workspace.keys.clone(),
        serves_editor: true,
        ..Place::of(sources.folder.unwrap_or_default())
    };
    let assembling = assemble(&loaded, environment, &place);
    let assembled = tokio::runtime::Handle::current().block_on(assembling);
    warnings.extend(assembled.model_trouble);
    let trouble = assembled.engine.knowledge.trouble();
    warnings.extend(trouble.map(|trouble| trouble.in_one_line()));
    Parts {
        settings: ServerSettings {
            python_version: assembled.python_version,
            proof_delay: Duration::from_millis(loaded.config.diagnostics.delay_millis),
            proves_further: loaded.trust.may_run(),
            rhythm: rhythm(&loaded.config.model),
            ..ServerSettings::default()
        },
        engine: assembled.engine,
        warnings,
        defaults: Some(Arc::new(defaults)),
    }
}

/// Defaults, loaded from an editor.
struct EditorDefaults {
    sources: Sources,
    keys: BTreeMap<Provider, Secret>,
}

#[async_trait]
impl Defaults for EditorDefaults {
    async fn load(
        &self,
        wanted: &LoadDefaultsParams,
        on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Result<LoadDefaultsResult, String> {
        let loaded = Config::load(&self.sources).map_err(|error| error.to_string())?;
        let result = match plan(&loaded, wanted) {
            Ok(plan) => {
                plan.carry_out(&loaded, &self.sources, &self.keys, on_step)
                    .await
            }
            Err(report) => Err(report),
        };
        if let Ok(result) = &result
            && result.saved_to.is_some()
        {
            let names = result.settings.iter().map(|setting| setting.key.as_str());
            enter_change(&loaded, true, names);
        }
        result.map_err(|report| report.in_one_line())
    }
}

/// How often the connection to the model is looked after.
fn rhythm(model: &config::Model) -> Rhythm {
    let usual = Rhythm::default();
    Rhythm {
        heartbeat: Duration::from_secs(model.heartbeat_seconds),
        keep_alive: (model.keep_alive_seconds > 0)
            .then(|| Duration::from_secs(model.keep_alive_seconds)),
        patience: model
            .first_byte_timeout_millis
            .map_or(usual.patience, Duration::from_millis),
    }
}
