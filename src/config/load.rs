//! Puts the layers together, key by key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::builtin::builtin;
use super::environment::Environment;
use super::files::{ConfigFile, FileRole, FileState, USER_FILE, find_project_file, read_json};
use super::keys::{Key, builtin_values, find_key, is_section, keys, nearest_key};
use super::layers::{Layer, Notice, Origin, flatten};
use super::trust::{ClientTrust, Trust};
use super::{Config, Provider, Secret};

/// Where to look for settings.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The process's environment.
    pub environment: Environment,
    /// The folder whose project file counts: the workspace's root, or the working folder.
    pub folder: Option<PathBuf>,
    /// The file given with `--config`.
    pub given_file: Option<PathBuf>,
    /// The editor's settings: the object that it has under `salve`.
    pub editor: Option<Value>,
    /// Settings from flags: the flag as a person writes it, the key, the word given.
    pub flags: Vec<(String, &'static str, String)>,
    /// What the editor itself says of the workspace, beside its settings.
    pub client: ClientTrust,
}

/// Why there is no configuration at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file given with `--config` cannot be used.
    #[error("{}: the file given with --config {reason}", path.display())]
    GivenFile {
        /// The file.
        path: PathBuf,
        /// Why, to follow `the file`.
        reason: String,
    },
}

/// What became of one layer's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It rules.
    Used,
    /// A higher layer says otherwise.
    Overridden,
    /// It was not taken, for this reason.
    Refused(String),
}

/// What one layer says of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValue {
    /// Which layer.
    pub origin: Origin,
    /// What it says.
    pub value: Value,
    /// What became of that.
    pub taken: Taken,
}

/// A key's value and how it came to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The key.
    pub key: &'static Key,
    /// The value that rules; `null` where it is not set.
    pub value: Value,
    /// The layer that it comes from.
    pub origin: Origin,
    /// Every layer that says something of it, from the lowest to the highest.
    pub layers: Vec<LayerValue>,
}

/// The configuration, and everything worth knowing about how it came to be.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What was not taken, and why.
    pub notices: Vec<Notice>,
    /// The files that were looked for.
    pub files: Vec<ConfigFile>,
    /// The database's file; `None` where it is not set and the platform has no data folder.
    pub database: Option<PathBuf>,
    /// The keys of those who may be asked, from the variables that `providers.<name>.apiKeyEnv` name.
    pub named_keys: BTreeMap<Provider, Secret>,
    /// Whether the workspace is trusted and its programs may be run.
    pub trust: Trust,
    values: Value,
    said: Vec<(&'static str, LayerValue)>,
}

impl Config {
    /// Reads every layer and puts them together. Only a file that was asked for by name can make this fail.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let mut loading = Loading::new(&sources.environment);
        for layer in loading.read_layers(sources)? {
            loading.add(&layer);
        }
        Ok(loading.finish(sources))
    }
}

impl Loaded {
    /// The value of a key and how it came to be; `None` if there is no such key.
    pub fn explain(&self, name: &str) -> Option<Explanation> {
        let key = find_key(name)?;
        let layers: Vec<_> = self
            .said
            .iter()
            .filter(|(said, _)| *said == key.name)
            .map(|(_, value)| value.clone())
            .collect();
        Some(Explanation {
            key,
            value: at(&self.values, &key.name).cloned().unwrap_or_default(),
            origin: origin_of(&self.said, name),
            layers,
        })
    }

    /// All settings as a tree.
    pub fn values(&self) -> &Value {
        &self.values
    }
}

struct Loading {
    home: Option<PathBuf>,
    values: Value,
    config: Config,
    notices: Vec<Notice>,
    files: Vec<ConfigFile>,
    said: Vec<(&'static str, LayerValue)>,
}

impl Loading {
    fn new(environment: &Environment) -> Self {
        let values = builtin_values();
        let said = keys()
            .iter()
            .filter(|key| !key.default.is_null())
            .map(|key| {
                let value = LayerValue {
                    origin: Origin::Builtin,
                    value: key.default.clone(),
                    taken: Taken::Used,
                };
                (key.name.as_str(), value)
            })
            .collect();
        Self {
            home: environment.folders().map(|folders| folders.home.clone()),
            values,
            config: builtin(),
            notices: Vec::new(),
            files: Vec::new(),
            said,
        }
    }

    /// Every layer that is there, from the lowest to the highest.
    fn read_layers(&mut self, sources: &Sources) -> Result<Vec<Layer>, ConfigError> {
        let mut layers = Vec::new();
        if let Some(folders) = sources.environment.folders() {
            let path = folders.config.join(USER_FILE);
            let values = read_json(&path);
            layers.extend(self.file(FileRole::User, path, values));
        }
        if let Some(folder) = &sources.folder {
            let (file, second) = find_project_file(folder);
            if let Some(file) = file {
                layers.extend(self.file(FileRole::Project, file.path, file.values));
            }
            if let Some(second) = second {
                self.notice(
                    &Origin::ProjectFile(second),
                    None,
                    "its [tool.salve] is not read, because salve.json is beside it",
                    Some("Keep one of the two.".to_owned()),
                );
            }
        }
        if let Some(values) = &sources.editor {
            layers.push(Layer {
                origin: Origin::Editor,
                values: values.clone(),
                base: sources.folder.clone(),
            });
        }
        if let Some(path) = &sources.given_file {
            match read_json(path) {
                Ok(Some(values)) => {
                    layers.extend(self.file(FileRole::Given, path.clone(), Ok(Some(values))));
                }
                Ok(None) => {
                    return Err(ConfigError::GivenFile {
                        path: path.clone(),
                        reason: "does not exist".to_owned(),
                    });
                }
                Err(reason) => {
                    return Err(ConfigError::GivenFile {
                        path: path.clone(),
                        reason,
                    });
                }
            }
        }
        for key in keys() {
            if let Some(word) = sources.environment.variable(&key.environment) {
                layers.push(Layer {
                    origin: Origin::Environment(key.environment.clone()),
                    values: single(&key.name, key.value_of(word)),
                    base: None,
                });
            }
        }
        for (flag, name, word) in &sources.flags {
            let value = find_key(name).map_or(Value::Null, |key| key.value_of(word));
            layers.push(Layer {
                origin: Origin::Flag(flag.clone()),
                values: single(name, value),
                base: None,
            });
        }
        self.note_unknown_variables(&sources.environment);
        Ok(layers)
    }

    fn file(
        &mut self,
        role: FileRole,
        path: PathBuf,
        values: Result<Option<Value>, String>,
    ) -> Option<Layer> {
        let origin = match role {
            FileRole::User => Origin::UserFile(path.clone()),
            FileRole::Project => Origin::ProjectFile(path.clone()),
            FileRole::Given => Origin::GivenFile(path.clone()),
        };
        let (state, layer) = match values {
            Ok(Some(values)) => {
                let base = path.parent().map(Path::to_path_buf);
                let layer = Layer {
                    origin,
                    values,
                    base,
                };
                (FileState::Read, Some(layer))
            }
            Ok(None) => (FileState::Absent, None),
            Err(reason) => {
                self.notice(
                    &origin,
                    None,
                    reason.clone(),
                    Some("None of its settings are used until that is mended.".to_owned()),
                );
                (FileState::Unusable(reason), None)
            }
        };
        self.files.push(ConfigFile { role, path, state });
        layer
    }

    fn note_unknown_variables(&mut self, environment: &Environment) {
        for name in environment.with_prefix("SALVE_") {
            let known = keys().iter().any(|key| key.environment == name) || OTHERS.contains(&name);
            if !known {
                let meant = keys()
                    .iter()
                    .map(|key| {
                        let likeness =
                            strsim::normalized_damerau_levenshtein(name, &key.environment);
                        (likeness, &key.environment)
                    })
                    .filter(|(likeness, _)| *likeness >= 0.75)
                    .max_by(|left, right| left.0.total_cmp(&right.0));
                self.notice(
                    &Origin::Environment(name.to_owned()),
                    None,
                    "sets nothing that salve knows",
                    meant.map(|(_, meant)| format!("Did you mean {meant}?")),
                );
            }
        }
    }

    fn add(&mut self, layer: &Layer) {
        for (name, value) in flatten(&layer.values) {
            match find_key(&name) {
                Some(key) => self.set(layer, key, value),
                None if is_section(&name) => self.notice(
                    &layer.origin,
                    Some(&name),
                    "is a group of settings, not a setting",
                    Some(format!("Write it as an object: \"{name}\": {{ … }}.")),
                ),
                None => self.notice(
                    &layer.origin,
                    Some(&name),
                    "is not a setting of salve",
                    nearest_key(&name).map(|meant| format!("Did you mean `{meant}`?")),
                ),
            }
        }
    }

    fn set(&mut self, layer: &Layer, key: &'static Key, value: Value) {
        if key.user_only && matches!(layer.origin, Origin::ProjectFile(_)) {
            let reason =
                "is ignored: a project cannot decide what is started, contacted or written";
            let hint = "Set it in your own configuration file (`salve config path` names it).";
            self.refuse(layer, key, value, reason, Some(hint.to_owned()));
            return;
        }
        if let Err(reason) = key.check(&value) {
            // What is wrong may be a key or hold a password, which is shown nowhere.
            let shown = if key.may_hold_secret() {
                Value::from("…")
            } else {
                value
            };
            self.refuse(layer, key, shown, &reason, None);
            return;
        }
        let value = match value {
            Value::String(text) if key.is_path() => self.resolve(&text, layer, key).into(),
            Value::Array(folders) if key.is_folders() => folders
                .iter()
                .filter_map(Value::as_str)
                .map(|folder| Value::from(self.resolve(folder, layer, key)))
                .collect(),
            value => value,
        };
        let mut values = self.values.clone();
        if let Some(place) = at_mut(&mut values, &key.name) {
            *place = value.clone();
        }
        match serde_json::from_value::<Config>(values.clone()) {
            Ok(config) => {
                self.config = config;
                self.values = values;
                for (name, said) in &mut self.said {
                    if *name == key.name && said.taken == Taken::Used {
                        said.taken = Taken::Overridden;
                    }
                }
                self.say(layer, key, value, Taken::Used);
            }
            Err(_) => {
                let reason = format!("is {value}, but must be {}", key.takes);
                self.refuse(layer, key, value, &reason, None);
            }
        }
    }

    /// `~` is the person's home, and a relative path is relative to the folder of its file. A bare name of a program is
    /// looked up on `PATH` later.
    fn resolve(&self, text: &str, layer: &Layer, key: &Key) -> String {
        let path = Path::new(text);
        let is_program = key.name.ends_with(".interpreter") && path.components().count() == 1;
        let resolved = match (path.strip_prefix("~"), &self.home, &layer.base) {
            (Ok(rest), Some(home), _) => home.join(rest),
            (Err(_), _, Some(base)) if !is_program => base.join(path),
            _ => return text.to_owned(),
        };
        resolved.to_string_lossy().into_owned()
    }

    fn refuse(
        &mut self,
        layer: &Layer,
        key: &'static Key,
        value: Value,
        reason: &str,
        hint: Option<String>,
    ) {
        self.notice(&layer.origin, Some(&key.name), reason, hint);
        self.say(layer, key, value, Taken::Refused(reason.to_owned()));
    }

    fn say(&mut self, layer: &Layer, key: &'static Key, value: Value, taken: Taken) {
        let origin = layer.origin.clone();
        self.said.push((
            key.name.as_str(),
            LayerValue {
                origin,
                value,
                taken,
            },
        ));
    }

    fn notice(
        &mut self,
        origin: &Origin,
        key: Option<&str>,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.notices.push(Notice {
            origin: origin.clone(),
            key: key.map(str::to_owned),
            message: message.into(),
            hint,
        });
    }

    /// The keys in the variables that the settings name. One that is named and not there is reported.
    fn named_keys(&mut self, environment: &Environment) -> BTreeMap<Provider, Secret> {
        let mut keys = BTreeMap::new();
        for provider in self.config.model.chain() {
            let settings = self.config.providers.get(provider);
            let Some(name) = settings.and_then(|settings| settings.api_key_env.clone()) else {
                continue;
            };
            match environment.variable(&name) {
                Some(key) => {
                    keys.insert(provider, Secret::new(key));
                }
                None => self.notice(
                    &Origin::Environment(name),
                    None,
                    format!("is not set, although `providers.{provider}.apiKeyEnv` names it"),
                    Some("Set it to the key, or remove the setting.".to_owned()),
                ),
            }
        }
        keys
    }

    fn finish(mut self, sources: &Sources) -> Loaded {
        let environment = &sources.environment;
        let named_keys = self.named_keys(environment);
        let database = self.config.database.path.clone().or_else(|| {
            environment
                .folders()
                .map(|folders| folders.data.join("salve").join("salve.db"))
        });
        let trust = Trust::decide(
            sources.folder.as_deref(),
            sources.client,
            &self.config.workspace,
            |name| origin_of(&self.said, name),
        );
        Loaded {
            trust,
            config: self.config,
            notices: self.notices,
            files: self.files,
            database,
            named_keys,
            values: self.values,
            said: self.said,
        }
    }
}

/// Variables with our prefix that are not settings.
const OTHERS: [&str; 3] = ["SALVE_LOG", "SALVE_UPDATE", "SALVE_TEST"];

/// The layer whose value rules.
fn origin_of(said: &[(&str, LayerValue)], name: &str) -> Origin {
    said.iter()
        .find(|(key, value)| *key == name && value.taken == Taken::Used)
        .map_or(Origin::Builtin, |(_, value)| value.origin.clone())
}

fn single(name: &str, value: Value) -> Value {
    let mut members = serde_json::Map::new();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

fn at<'values>(values: &'values Value, name: &str) -> Option<&'values Value> {
    values.pointer(&pointer(name))
}

fn at_mut<'values>(values: &'values mut Value, name: &str) -> Option<&'values mut Value> {
    values.pointer_mut(&pointer(name))
}
