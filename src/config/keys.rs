//! What is known of each key, read from the schema of [`Config`] and from the built-in file.

use std::path::Path;
use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Config;

/// The built-in settings, which are also the template for a file of one's own.
const BUILTIN: &str = include_str!("../../config.default.json");

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value()
});

static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let defaults = builtin_values();
    let mut keys = Vec::new();
    collect("", &SCHEMA, &defaults, &mut keys);
    keys
});

/// The schema's format of a setting that names an environment variable.
const VARIABLE_FORMAT: &str = "environment-variable";

/// The schema's formats that are checked.
const FORMATS: [&str; 5] = ["path", "uri", "folders", VARIABLE_FORMAT, "python-version"];

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// `python.version`
    pub name: String,
    /// What it does.
    pub description: String,
    /// The built-in value; `null` where it is not set.
    pub default: Value,
    /// The variable that sets it, such as `SALVE_PYTHON_VERSION`.
    pub environment: String,
    /// Whether a project's file cannot set it, because it decides what is started, contacted or written.
    pub user_only: bool,
    /// The values it takes, in words: `true or false`, `a number from 100 to 600000`.
    pub takes: String,
    range: Option<(u64, u64)>,
    format: Option<&'static str>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    Number,
    Text,
    Decimal,
    Folders,
    Words,
}

impl Key {
    /// Whether it names a file.
    pub(super) fn is_path(&self) -> bool {
        self.format == Some("path")
    }

    /// Whether what a person writes by mistake may be a secret.
    pub(super) fn may_hold_secret(&self) -> bool {
        matches!(self.format, Some("uri" | VARIABLE_FORMAT))
    }

    /// Whether it is a list of folders.
    pub(super) fn is_folders(&self) -> bool {
        self.kind == Kind::Folders
    }

    /// Checks what the types cannot. The error follows the key's name in a sentence.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match (value, self.format) {
            (Value::Number(_), _) if self.kind == Kind::Decimal => true,
            (Value::Number(number), _) => self.range.is_none_or(|(least, most)| {
                number
                    .as_u64()
                    .is_some_and(|number| (least..=most).contains(&number))
            }),
            (Value::String(text), Some("uri")) => {
                let rest = text
                    .strip_prefix("http://")
                    .or_else(|| text.strip_prefix("https://"));
                let query = text.split_once('?').map(|(_, query)| query);
                if rest.is_none_or(|rest| rest.is_empty() || rest.contains(['@', ' ']))
                    || query.is_some_and(|query| !query.starts_with("api-version="))
                {
                    // A password or a key may stand in it, so it is not repeated.
                    return Err(format!(
                        "must be {}, without a name, a password or a key in it",
                        self.takes
                    ));
                }
                true
            }
            (Value::String(text), Some(VARIABLE_FORMAT)) => {
                let is_name =
                    |character: char| character.is_ascii_alphanumeric() || character == '_';
                if !text.chars().all(is_name)
                    || text.starts_with(|first: char| first.is_ascii_digit())
                {
                    return Err(
                        "is not the name of an environment variable; a key itself is never stored in a file".to_owned(),
                    );
                }
                true
            }
            (Value::String(text), _) => !text.is_empty(),
            (Value::Array(items), Some("folders")) => items
                .iter()
                .all(|item| item.as_str().is_some_and(is_absolute)),
            (Value::Array(items), _) => items
                .iter()
                .all(|item| item.as_str().is_some_and(|item| !item.trim().is_empty())),
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            Err(format!("is {value}, but must be {}", self.takes))
        }
    }

    /// A word of the environment or the command line as a value of this key. A word that does not fit stays text, and
    /// the check of the whole says why it is wrong.
    pub(super) fn value_of(&self, word: &str) -> Value {
        let text = || Value::String(word.to_owned());
        match self.kind {
            Kind::Boolean => match word {
                "true" | "1" => Value::Bool(true),
                "false" | "0" => Value::Bool(false),
                _ => text(),
            },
            Kind::Number => word.parse::<u64>().map_or_else(|_| text(), Value::from),
            Kind::Decimal => word.parse::<f64>().map_or_else(|_| text(), Value::from),
            Kind::Text => text(),
            Kind::Words => word
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(Value::from)
                .collect(),
            Kind::Folders => std::env::split_paths(word)
                .filter(|folder| !folder.as_os_str().is_empty())
                .map(|folder| Value::from(folder.to_string_lossy()))
                .collect(),
        }
    }
}

/// Whether a folder is named without regard to where the name stands; `~` is the person's home.
fn is_absolute(folder: &str) -> bool {
    Path::new(folder).is_absolute() || Path::new(folder).starts_with("~")
}

/// All keys, in the order of the built-in file.
pub fn keys() -> &'static [Key] {
    &KEYS
}

/// The key of that name.
pub fn find_key(name: &str) -> Option<&'static Key> {
    keys().iter().find(|key| key.name == name)
}

/// The known key that `name` was probably meant to be.
pub fn nearest_key(name: &str) -> Option<&'static str> {
    let wanted = name.to_lowercase();
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_lowercase();
    keys()
        .iter()
        .map(|key| {
            let whole = strsim::normalized_damerau_levenshtein(&wanted, &key.name.to_lowercase());
            let tail = strsim::normalized_damerau_levenshtein(&last(&wanted), &last(&key.name));
            // The last part alone says little, so it must be nearly right.
            let tail = if tail >= 0.9 { tail * 0.95 } else { 0.0 };
            (whole.max(tail), key.name.as_str())
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

/// Whether `name` is a group of settings, such as `python`.
pub(super) fn is_section(name: &str) -> bool {
    keys().iter().any(|key| {
        key.name
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The JSON schema of a configuration file.
pub fn schema() -> Value {
    let mut schema = SCHEMA.clone();
    relax(&mut schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert(
            "$schema".to_owned(),
            serde_json::json!({ "type": "string" }),
        );
    }
    schema
}

/// The built-in file, word by word: a template for a file of one's own.
pub fn template() -> &'static str {
    BUILTIN
}

/// The built-in settings as a tree.
pub(super) fn builtin_values() -> Value {
    // A test holds the file to the schema, so this is never empty.
    serde_json::from_str(BUILTIN).unwrap_or_default()
}

/// In a file every setting may be left out.
fn relax(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    members.remove("required");
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.values_mut().for_each(relax);
    }
}

fn collect(prefix: &str, schema: &Value, defaults: &Value, keys: &mut Vec<Key>) {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return;
    };
    for (name, schema) in properties {
        let path = match prefix {
            "" => name.clone(),
            prefix => format!("{prefix}.{name}"),
        };
        let default = defaults.get(name).cloned().unwrap_or_default();
        if schema.get("properties").is_some() {
            collect(&path, schema, &default, keys);
        } else {
            keys.push(key(path, schema, default));
        }
    }
}

fn key(name: String, schema: &Value, default: Value) -> Key {
    let text = |member: &str| schema.get(member).and_then(Value::as_str);
    let number = |member: &str| schema.get(member).and_then(Value::as_u64);
    let range = number("minimum").zip(number("maximum"));
    let kind = match schema_type(schema) {
        "boolean" => Kind::Boolean,
        "integer" => Kind::Number,
        "number" => Kind::Decimal,
        "array" if text("format") == Some("folders") => Kind::Folders,
        "array" => Kind::Words,
        _ => Kind::Text,
    };
    let format = FORMATS
        .into_iter()
        .find(|format| text("format") == Some(format));
    let takes = match (kind, range, choices(schema)) {
        (Kind::Boolean, ..) => "`true` or `false`".to_owned(),
        (Kind::Number, Some((least, most)), _) => format!("a number from {least} to {most}"),
        (Kind::Number, None, _) => "a number".to_owned(),
        (Kind::Folders, ..) => "a list of folders in full, such as `[\"~/work\"]`".to_owned(),
        (Kind::Decimal, ..) => "an amount, such as `1.50`".to_owned(),
        (Kind::Words, _, choices) if !choices.is_empty() => {
            format!("a list of {}", quoted(&choices))
        }
        (Kind::Words, ..) => "a list of texts".to_owned(),
        (Kind::Text, _, choices) if !choices.is_empty() => quoted(&choices),
        (Kind::Text, ..) => match format {
            Some("path") => "a path",
            Some("uri") => "an address that starts with `http://` or `https://`",
            Some(VARIABLE_FORMAT) => "the name of an environment variable",
            Some("python-version") => "a version of Python 3 in quotes, such as `\"3.11\"`",
            _ => "text",
        }
        .to_owned(),
    };
    Key {
        environment: variable(&name),
        description: text("description").unwrap_or_default().replace('\n', " "),
        user_only: schema.get("x-userOnly") == Some(&Value::Bool(true)),
        name,
        default,
        takes,
        range,
        format,
        kind,
    }
}

/// The first type that is not `null`; text where there is none.
fn schema_type(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap_or("string"),
        _ => "string",
    }
}

fn quoted(choices: &[&str]) -> String {
    let quoted: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    quoted.join(", ")
}

/// The words of an enumeration, or of a list of them, whether each has a description or not.
fn choices(schema: &Value) -> Vec<&str> {
    if let Some(items) = schema.get("items") {
        return choices(items);
    }
    if let Some(Value::Array(words)) = schema.get("enum") {
        return words.iter().filter_map(Value::as_str).collect();
    }
    let Some(Value::Array(variants)) = schema.get("oneOf") else {
        return Vec::new();
    };
    variants
        .iter()
        .flat_map(|variant| {
            let mut words = choices(variant);
            words.extend(variant.get("const").and_then(Value::as_str));
            words
        })
        .collect()
}

/// `python.version` -> `SALVE_PYTHON_VERSION`; a last `path` is left out: `database.path` -> `SALVE_DATABASE`.
fn variable(name: &str) -> String {
    let mut variable = "SALVE_".to_owned();
    for character in name.strip_suffix(".path").unwrap_or(name).chars() {
        match character {
            '.' => variable.push('_'),
            upper if upper.is_ascii_uppercase() => {
                variable.push('_');
                variable.push(upper);
            }
            lower => variable.push(lower.to_ascii_uppercase()),
        }
    }
    variable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_key_and_every_key_has_a_default() {
        let defaults = super::super::layers::flatten(&builtin_values());
        for (name, _) in &defaults {
            assert!(find_key(name).is_some(), "config.default.json: {name}");
        }
        let nulls = keys().iter().filter(|key| key.default.is_null()).count();
        assert_eq!(defaults.len() + nulls, keys().len());
    }

    #[test]
    fn variables_follow_from_names() {
        let name = |key: &str| find_key(key).map(|key| key.environment.as_str());
        assert_eq!(name("database.path"), Some("SALVE_DATABASE"));
        assert_eq!(
            name("providers.openai.apiKeyEnv"),
            Some("SALVE_PROVIDERS_OPENAI_API_KEY_ENV")
        );
        assert_eq!(name("python.version"), Some("SALVE_PYTHON_VERSION"));
    }

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest_key("python.verison"), Some("python.version"));
        assert_eq!(nearest_key("pyhton.version"), Some("python.version"));
        assert_eq!(nearest_key("timeoutmillis"), Some("prove.timeoutMillis"));
        assert_eq!(nearest_key("colour"), None);
    }

    #[test]
    fn what_starts_contacts_or_writes_is_the_users_alone() {
        let is_providers = |key: &&Key| key.name.starts_with("providers.");
        assert!(keys().iter().filter(is_providers).all(|key| key.user_only));
        let user_only: Vec<_> = keys()
            .iter()
            .filter(|key| key.user_only && !is_providers(key))
            .map(|key| key.name.as_str())
            .collect();
        assert_eq!(
            user_only,
            [
                "python.interpreter",
                "model.provider",
                "model.fallback",
                "model.cloudFallback",
                "budget.tokensPerFix",
                "budget.tokensPerDay",
                "budget.tokensPerMonth",
                "budget.costPerFix",
                "budget.costPerDay",
                "budget.costPerMonth",
                "privacy.ignore",
                "privacy.recordPrompts",
                "network.proxy",
                "network.caFile",
                "database.path",
                "workspace.trusted",
                "workspace.trustedFolders",
                "workspace.run",
                "workspace.runFolders"
            ]
        );
    }
}
