//! Loading defaults: settings that are tested first and saved only if a model answers with them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::globals::Context;
use super::probing::{only, others};
use super::{Exit, Report};
use crate::config::{
    Config, ConfigError, FileRole, FileState, Loaded, Origin, Provider, Secret, Sources, find_key,
    keys, save,
};
use crate::engine::ports::Probed;
use crate::engine::test_connection;
use crate::llm::default_url;
use crate::server::protocol::{LoadDefaultsParams, LoadDefaultsResult, SavedSetting};
use crate::store::{Deed, Store};

/// The groups of settings that a file of defaults may set. Others are no business of a model.
const GROUPS: [&str; 5] = ["model", "providers", "budget", "privacy", "network"];

/// What is to be tested, and saved after that.
pub struct Plan {
    from: String,
    provider: Provider,
    config: Config,
    changes: Vec<(String, Value)>,
    file: PathBuf,
}

/// The person's own file, which settings are saved to.
pub fn user_file(loaded: &Loaded) -> Result<PathBuf, Report> {
    let user = loaded.files.iter().find(|file| file.role == FileRole::User);
    let file = user.map(|file| file.path.clone()).ok_or_else(|| {
        Report::new(
            Exit::Usage,
            "there is no folder for settings on this system",
        )
        .hint("Set HOME, or XDG_CONFIG_HOME.")
    })?;
    if let Some(FileState::Unusable(reason)) = user.map(|file| &file.state) {
        return Err(Report::new(
            Exit::Usage,
            format!("{}: {reason}; nothing was saved", file.display()),
        )
        .hint("Mend the file first, or move it away."));
    }
    Ok(file)
}

/// Enters into the audit log that settings were saved: their names, never what they are set to.
pub fn enter_change<'saved>(
    loaded: &Loaded,
    by_editor: bool,
    names: impl Iterator<Item = &'saved str>,
) {
    let store = Store::open(loaded.database.clone().unwrap_or_default());
    if by_editor {
        store.serve_editor();
    }
    store.did(Deed::ConfigChange(names.map(str::to_owned).collect()));
}

/// Reads the defaults, and puts them together with the person's other settings.
pub fn plan(loaded: &Loaded, wanted: &LoadDefaultsParams) -> Result<Plan, Report> {
    let file = user_file(loaded)?;
    let (from, mut changes) = match &wanted.from {
        Some(path) => (path.clone(), said_in(path)?),
        None => ("config.default.json".to_owned(), Vec::new()),
    };
    let said = |name: &str| changes.iter().find(|(key, _)| key == name);
    let named = match (&wanted.provider, said("model.provider")) {
        (Some(name), _) => Value::from(name.as_str()),
        (None, Some((_, name))) => name.clone(),
        (None, None) => builtin("model.provider"),
    };
    let provider: Provider = serde_json::from_value(named.clone())
        .ok()
        .filter(|provider| *provider != Provider::Off)
        .ok_or_else(|| {
            let names = Provider::ALL.map(Provider::as_str).join(", ");
            Report::new(
                Exit::Usage,
                format!("{from}: {named} is nobody who can be asked"),
            )
            .hint(format!("Name one with --provider: {names}"))
        })?;
    if wanted.from.is_none() {
        // Where there is no usual address, only the person knows it, and what is served there.
        if default_url(provider.as_str()).is_some() {
            for setting in ["url", "model"] {
                let name = format!("providers.{provider}.{setting}");
                changes.push((name.clone(), builtin(&name)));
            }
        }
    }
    let mut set = |name: String, value: Value| {
        changes.retain(|(key, _)| *key != name);
        changes.push((name, value));
    };
    set("model.provider".to_owned(), named);
    if let Some(url) = &wanted.url {
        let name = format!("providers.{provider}.url");
        let key = find_key(&name).map(|key| key.name.as_str());
        let alone = Sources {
            flags: key
                .map(|key| ("--url".to_owned(), key, url.clone()))
                .into_iter()
                .collect(),
            ..Sources::default()
        };
        read_alone(&alone)?;
        set(name, Value::from(url.as_str()));
    }
    let config = with(loaded, &changes).map_err(|wrong| Report::new(Exit::Usage, wrong))?;
    Ok(Plan {
        from,
        provider,
        config,
        changes,
        file,
    })
}

impl Plan {
    /// What is tested.
    pub fn title(&self) -> String {
        let bold = anstyle::Style::new().bold();
        format!(
            "{bold}{}, as {} sets it up{bold:#}\n",
            self.provider, self.from
        )
    }

    /// Tests, and saves if every step passed.
    pub async fn carry_out(
        self,
        loaded: &Loaded,
        sources: &Sources,
        from_editor: &BTreeMap<Provider, Secret>,
        on_step: &(dyn Fn(&Probed) + Send + Sync),
    ) -> Result<LoadDefaultsResult, Report> {
        let mut planned = loaded.clone();
        planned.config = self.config;
        let model = only(&planned, self.provider, &sources.environment, from_editor)?;
        let test = test_connection(model.as_ref(), on_step).await;
        let mut result = LoadDefaultsResult {
            from: self.from,
            running: match test.passed {
                true => Vec::new(),
                false => others(&test.url).await,
            },
            saved_to: None,
            settings: Vec::new(),
            warnings: Vec::new(),
            test,
        };
        if !result.test.passed {
            return Ok(result);
        }
        save(&self.file, &self.changes)
            .map_err(|error| Report::new(Exit::Usage, error.to_string()).hint(error.hint))?;
        result.saved_to = Some(self.file.display().to_string());
        result.warnings = outranked(sources, &self.changes);
        result.settings = self
            .changes
            .into_iter()
            .map(|(key, value)| SavedSetting { key, value })
            .collect();
        Ok(result)
    }
}

/// What a file of defaults sets. It is held to what every file of settings is held to, and what is wrong with it is not
/// passed over.
fn said_in(path: &str) -> Result<Vec<(String, Value)>, Report> {
    let alone = Sources {
        given_file: Some(PathBuf::from(path)),
        ..Sources::default()
    };
    let loaded = read_alone(&alone)?;
    let explained = keys().iter().filter_map(|key| loaded.explain(&key.name));
    let said: Vec<_> = explained
        .filter(|explained| {
            !explained
                .layers
                .iter()
                .all(|layer| layer.origin == Origin::Builtin)
        })
        .map(|explained| (explained.key.name.clone(), explained.value))
        .collect();
    let foreign = said.iter().find(|(name, _)| {
        let group = name.split('.').next().unwrap_or_default();
        !GROUPS.contains(&group)
    });
    if let Some((name, _)) = foreign {
        return Err(Report::new(
            Exit::Usage,
            format!("{path}: `{name}` has nothing to do with models; nothing was tested or saved"),
        )
        .hint(format!(
            "A file of defaults sets: {}",
            GROUPS.map(|group| format!("{group}.*")).join(", ")
        )));
    }
    Ok(said)
}

/// Reads settings that nothing may be wrong with.
fn read_alone(sources: &Sources) -> Result<Loaded, Report> {
    let loaded = Config::load(sources).map_err(|ConfigError::GivenFile { path, reason }| {
        let path = path.display();
        Report::new(
            Exit::Usage,
            format!("{path}: the file of defaults {reason}"),
        )
    })?;
    match loaded.notices.first() {
        None => Ok(loaded),
        Some(notice) => {
            let message = format!("{notice}; nothing was tested or saved");
            Err(Report::new(Exit::Usage, message).hint_if_any(notice.hint.clone()))
        }
    }
}

/// The settings as they will be.
pub fn with(loaded: &Loaded, changes: &[(String, Value)]) -> Result<Config, String> {
    let mut values = loaded.values().clone();
    for (name, value) in changes {
        let value = match value {
            Value::Null => builtin(name),
            value => value.clone(),
        };
        set(&mut values, name, value);
    }
    serde_json::from_value(values).map_err(|error| format!("the settings cannot be used: {error}"))
}

fn set(values: &mut Value, name: &str, value: Value) {
    let mut place = values;
    for part in name.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(members) = place else {
            return;
        };
        place = members.entry(part).or_insert(Value::Null);
    }
    *place = value;
}

fn builtin(name: &str) -> Value {
    find_key(name)
        .map(|key| key.default.clone())
        .unwrap_or_default()
}

/// What of the saved settings something else outranks.
pub fn outranked(sources: &Sources, changes: &[(String, Value)]) -> Vec<String> {
    let Ok(loaded) = Config::load(sources) else {
        return Vec::new();
    };
    changes
        .iter()
        .filter_map(|(name, value)| {
            let now = loaded.explain(name)?;
            let meant = match value {
                Value::Null => builtin(name),
                value => value.clone(),
            };
            (now.value != meant).then(|| {
                format!(
                    "`{name}` stays {}, because {} outranks the file",
                    now.value, now.origin
                )
            })
        })
        .collect()
}

/// Tells what of the saved settings something else outranks.
pub fn warn(context: &Context, result: &LoadDefaultsResult) {
    for warning in &result.warnings {
        context.warn(warning, None);
    }
}
