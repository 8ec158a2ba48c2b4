use serde_json::Value;

use crate::cli::globals::{Context, write_out};
use crate::cli::output::{
    ConfigExplainOutput, ConfigFileOutput, ConfigLayerOutput, ConfigPathOutput, ConfigShowOutput,
    Output,
};
use crate::cli::{Exit, Report};
use crate::config::{
    ConfigFile, FileRole, FileState, Loaded, Taken, find_key, keys, nearest_key, schema, template,
};

/// Show and explain settings.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, clap::Subcommand)]
enum Topic {
    /// Print every setting with its value and where that comes from.
    Show,
    /// Explain one setting: what it does, its value, and what every layer says of it.
    Explain {
        /// The setting, such as python.version.
        key: String,
    },
    /// Print where the configuration files and the database are.
    Path,
    /// Print the JSON schema of a configuration file.
    Schema,
    /// Print a configuration file with every default, to start one of your own.
    Template,
    LoadDefaults(super::config_defaults::Arguments),
}

/// Runs `salve config`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    match &arguments.topic {
        Topic::Show => show(context, context.configuration()?),
        Topic::Explain { key } => explain(context, key),
        Topic::Path => path(context, context.configuration()?),
        Topic::Schema => {
            let text = serde_json::to_string_pretty(&schema()).map_err(|error| {
                Report::new(Exit::Internal, "the schema is not JSON").caused_by(&error)
            })?;
            write_out(format!("{text}\n").as_bytes())?;
            Ok(Exit::Fine)
        }
        Topic::LoadDefaults(arguments) => super::config_defaults::run(context, arguments),
        Topic::Template => {
            write_out(template().as_bytes())?;
            Ok(Exit::Fine)
        }
    }
}

fn show(context: &Context, loaded: &Loaded) -> Result<Exit, Report> {
    let explained: Vec<_> = keys()
        .iter()
        .filter_map(|key| loaded.explain(&key.name))
        .map(|explained| {
            let setting = format!("{} = {}", explained.key.name, shown(&explained.value));
            (setting, explained.origin.to_string())
        })
        .collect();
    let width = explained
        .iter()
        .map(|(setting, _)| setting.len())
        .filter(|length| *length <= 60)
        .max()
        .unwrap_or_default();
    let faint = anstyle::Style::new().dimmed();
    let text: String = explained
        .iter()
        .map(|(setting, origin)| format!("{setting:width$}  {faint}{origin}{faint:#}\n"))
        .collect();
    context.print(&text)?;
    context.print_json(&Output::ConfigShow(ConfigShowOutput {
        settings: loaded.values().clone(),
        notices: loaded.notices.iter().map(ToString::to_string).collect(),
    }))?;
    Ok(Exit::Fine)
}

fn explain(context: &Context, name: &str) -> Result<Exit, Report> {
    if find_key(name).is_none() {
        let report = Report::new(Exit::Usage, format!("there is no setting `{name}`"));
        return Err(match nearest_key(name) {
            Some(meant) => report.hint(format!("Did you mean `{meant}`?")),
            None => report.hint("`salve config show` lists all settings."),
        });
    }
    let loaded = context.configuration()?;
    let Some(explained) = loaded.explain(name) else {
        return Err(Report::new(
            Exit::Internal,
            format!("`{name}` cannot be explained"),
        ));
    };
    let key = explained.key;
    let bold = anstyle::Style::new().bold();
    let mut text = format!(
        "{bold}{} = {}{bold:#}\n  from: {}\n\n{}\n\n  takes: {}\n  environment: {}\n",
        key.name,
        shown(&explained.value),
        explained.origin,
        key.description,
        key.takes.replace('`', ""),
        key.environment,
    );
    if key.user_only {
        text.push_str("  a project's file cannot set it\n");
    }
    text.push_str("\nlayers, the highest first:\n");
    for layer in explained.layers.iter().rev() {
        let (value, state) = (shown(&layer.value), state(&layer.taken));
        text.push_str(&format!("  {}: {value} ({state})\n", layer.origin));
    }
    if explained.layers.is_empty() {
        text.push_str("  none sets it\n");
    }
    if key.name.starts_with("workspace.") {
        let trust = super::doctor_trust::trust(loaded);
        let workspace = trust.workspace.unwrap_or_default();
        text.push_str(&format!(
            "\nall in all, for {workspace}:\n  trusted: {}\n  may run: {}\n",
            trust.trusted_because, trust.run_because
        ));
    }
    context.print(&text)?;
    context.print_json(&Output::ConfigExplain(ConfigExplainOutput {
        key: key.name.clone(),
        description: key.description.clone(),
        value: explained.value.clone(),
        origin: explained.origin.to_string(),
        layers: explained
            .layers
            .iter()
            .map(|layer| ConfigLayerOutput {
                origin: layer.origin.to_string(),
                value: layer.value.clone(),
                state: state(&layer.taken),
            })
            .collect(),
    }))?;
    Ok(Exit::Fine)
}

fn path(context: &Context, loaded: &Loaded) -> Result<Exit, Report> {
    let files = files(loaded);
    let mut text: String = files
        .iter()
        .map(|file| format!("{:8}  {} ({})\n", file.role, file.path, file.state))
        .collect();
    let database = loaded
        .database
        .as_ref()
        .map(|path| path.display().to_string());
    if let Some(database) = &database {
        text.push_str(&format!("database  {database}\n"));
    }
    context.print(&text)?;
    context.print_json(&Output::ConfigPath(ConfigPathOutput { files, database }))?;
    Ok(Exit::Fine)
}

/// The configuration files that were looked for.
pub fn files(loaded: &Loaded) -> Vec<ConfigFileOutput> {
    let output = |file: &ConfigFile| ConfigFileOutput {
        role: match file.role {
            FileRole::User => "user",
            FileRole::Project => "project",
            FileRole::Given => "given",
        }
        .to_owned(),
        path: file.path.display().to_string(),
        state: match &file.state {
            FileState::Read => "read".to_owned(),
            FileState::Absent => "absent".to_owned(),
            FileState::Unusable(reason) => reason.clone(),
        },
    };
    loaded.files.iter().map(output).collect()
}

fn state(taken: &Taken) -> String {
    match taken {
        Taken::Used => "used".to_owned(),
        Taken::Overridden => "overridden".to_owned(),
        Taken::Refused(reason) => reason.clone(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "not set".to_owned(),
        value => value.to_string(),
    }
}
