//! The configuration's layers on real files.

mod trust;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use salve::config::{
    Config, ConfigError, Environment, Folders, Loaded, Money, Origin, Provider, PythonVersion,
    Sources, Taken, keys, markdown, save, schema, template,
};
use serde_json::{Value, json};

use crate::support::drift;

struct Scene {
    folder: tempfile::TempDir,
    sources: Sources,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path().join("project");
        fs::create_dir_all(project.join(".git")).expect("a repository");
        let sources = Sources {
            environment: environment(folder.path(), &[]),
            folder: Some(project),
            ..Sources::default()
        };
        Self { folder, sources }
    }

    fn file(&self, name: &str, content: &str) -> &Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    fn variables(&mut self, variables: &[(&str, &str)]) -> &mut Self {
        self.sources.environment = environment(self.folder.path(), variables);
        self
    }

    fn load(&self) -> Loaded {
        Config::load(&self.sources).expect("no file was given")
    }

    /// The notices, without the folder's name.
    fn notices(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        self.load()
            .notices
            .iter()
            .map(|notice| match &notice.hint {
                Some(hint) => format!("{notice} ({hint})"),
                None => notice.to_string(),
            })
            .map(|text| text.replace(&folder, ""))
            .collect()
    }
}

fn environment(root: &Path, variables: &[(&str, &str)]) -> Environment {
    let variables = variables
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let folders = Folders {
        home: root.to_path_buf(),
        config: root.join("config"),
        data: root.join("data"),
    };
    Environment::of(variables, Some(folders))
}

const USER: &str = "config/salve/config.json";
const PROJECT: &str = "project/salve.json";

#[test]
fn without_any_file_the_built_in_defaults_hold() {
    let scene = Scene::new();
    let loaded = scene.load();
    assert_eq!(loaded.notices, []);
    assert_eq!(loaded.config, Config::builtin());
    assert_eq!(loaded.config.model.provider, Provider::Lmstudio);
    assert_eq!(
        loaded.config.providers.lmstudio.url.as_deref(),
        Some("http://127.0.0.1:1234/v1")
    );
    assert_eq!(
        loaded.database,
        Some(scene.folder.path().join("data/salve/salve.db"))
    );
}

#[test]
fn each_layer_outranks_the_one_below() {
    let mut scene = Scene::new();
    let delay = |scene: &Scene| scene.load().config.diagnostics.delay_millis;
    scene.file(USER, r#"{"diagnostics": {"delayMillis": 1}}"#);
    assert_eq!(delay(&scene), 1);
    scene.file(PROJECT, r#"{"diagnostics.delayMillis": 2}"#);
    assert_eq!(delay(&scene), 2);
    scene.sources.editor = Some(json!({"diagnostics": {"delayMillis": 3}}));
    assert_eq!(delay(&scene), 3);
    scene.file("given.json", r#"{"diagnostics": {"delayMillis": 4}}"#);
    scene.sources.given_file = Some(scene.folder.path().join("given.json"));
    assert_eq!(delay(&scene), 4);
    scene.variables(&[("SALVE_DIAGNOSTICS_DELAY_MILLIS", "5")]);
    assert_eq!(delay(&scene), 5);
    scene.sources.flags = vec![("--delay".into(), "diagnostics.delayMillis", "6".into())];
    assert_eq!(delay(&scene), 6);

    let explained = scene
        .load()
        .explain("diagnostics.delayMillis")
        .expect("a key");
    assert_eq!(explained.origin, Origin::Flag("--delay".into()));
    let values: Vec<_> = explained.layers.iter().map(|layer| &layer.value).collect();
    assert_eq!(values, [300, 1, 2, 3, 4, 5, 6]);
    assert!(
        explained.layers[..6]
            .iter()
            .all(|layer| layer.taken == Taken::Overridden)
    );
}

#[test]
fn a_project_cannot_choose_what_is_started_contacted_or_written() {
    let scene = Scene::new();
    scene.file(
        PROJECT,
        r#"{
            "python": {"interpreter": "./evil", "version": "3.9"},
            "model": {"provider": "custom", "fallback": ["openai"], "cloudFallback": true},
            "providers": {"custom": {"url": "http://example.org/v1", "apiKeyEnv": "HOME"}},
            "budget": {"tokensPerDay": 1000000000},
            "privacy": {"ignore": ["nothing"], "recordPrompts": true},
            "network": {"proxy": "http://example.org", "caFile": "evil.pem"},
            "database": {"path": "/etc/passwd"},
            "workspace": {"trusted": true, "trustedFolders": ["/"], "run": true, "runFolders": ["/"]}
        }"#,
    );
    let loaded = scene.load();
    let mut expected = Config::builtin();
    expected.python.version = Some(PythonVersion { major: 3, minor: 9 });
    assert_eq!(loaded.config, expected);
    let keys: Vec<_> = loaded
        .notices
        .iter()
        .map(|notice| notice.key.as_deref().expect("a key"))
        .collect();
    assert_eq!(
        keys,
        [
            "python.interpreter",
            "model.provider",
            "model.fallback",
            "model.cloudFallback",
            "providers.custom.url",
            "providers.custom.apiKeyEnv",
            "budget.tokensPerDay",
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
    assert!(!loaded.trust.trusted.yes && !loaded.trust.run.yes && !loaded.trust.may_run());
    let explained = loaded.explain("workspace.trusted").expect("a key");
    assert_eq!(explained.origin, Origin::Builtin);
    assert!(matches!(
        explained.layers.last().expect("a layer").taken,
        Taken::Refused(_)
    ));
}

#[test]
fn one_bad_value_falls_back_and_voids_nothing_else() {
    let scene = Scene::new();
    scene.file(USER, r#"{"diagnostics": {"names": false}}"#);
    scene.file(
        PROJECT,
        r#"{
            "$schema": "x",
            "diagnostics": {"names": "no", "delayMillis": 99999, "dealyMillis": 1},
            "python": {"verison": "3.9", "version": 3.10},
            "prove": 7,
            "prove.timeoutMillis": 500,
            "colour": {"mode": true}
        }"#,
    );
    let loaded = scene.load();
    assert!(!loaded.config.diagnostics.names);
    assert_eq!(loaded.config.prove.timeout_millis, 500);
    insta::assert_snapshot!(scene.notices().join("\n"), @r#"
    project/salve.json: `diagnostics.names` is "no", but must be `true` or `false`
    project/salve.json: `diagnostics.delayMillis` is 99999, but must be a number from 0 to 10000
    project/salve.json: `diagnostics.dealyMillis` is not a setting of salve (Did you mean `diagnostics.delayMillis`?)
    project/salve.json: `python.verison` is not a setting of salve (Did you mean `python.version`?)
    project/salve.json: `python.version` is 3.1, but must be a version of Python 3 in quotes, such as `"3.11"`
    project/salve.json: `prove` is a group of settings, not a setting (Write it as an object: "prove": { … }.)
    project/salve.json: `colour.mode` is not a setting of salve
    "#);
}

#[test]
fn a_file_that_is_not_json_is_reported_with_its_place() {
    let scene = Scene::new();
    scene.file(USER, "{\n  \"python\": oops\n}");
    scene.file(PROJECT, "[1]");
    insta::assert_snapshot!(scene.notices().join("\n"), @r#"
    config/salve/config.json: is not JSON: line 2, column 13: expected value (None of its settings are used until that is mended.)
    project/salve.json: is not a JSON object, as in { "python": { "version": "3.11" } } (None of its settings are used until that is mended.)
    "#);
}

#[test]
fn pyproject_counts_when_it_has_our_table() {
    let scene = Scene::new();
    scene.file("project/pyproject.toml", "[tool.other]\nx = \n");
    assert_eq!(scene.notices(), Vec::<String>::new());
    scene.file(
        "project/pyproject.toml",
        "[project]\nname = \"p\"\n\n[tool.salve.python]\nversion = \"3.10\"\n",
    );
    let version = |scene: &Scene| scene.load().config.python.version.map(|v| v.to_string());
    assert_eq!(version(&scene).as_deref(), Some("3.10"));
    scene.file(PROJECT, r#"{"python": {"version": "3.12"}}"#);
    assert_eq!(version(&scene).as_deref(), Some("3.12"));
    insta::assert_snapshot!(scene.notices().join("\n"), @r"
    project/pyproject.toml: its [tool.salve] is not read, because salve.json is beside it (Keep one of the two.)
    ");
}

#[test]
fn the_project_file_is_looked_for_up_to_the_root_of_the_repository() {
    let mut scene = Scene::new();
    scene.file("salve.json", r#"{"python": {"version": "3.8"}}"#);
    scene.file("project/deep/down/x.py", "");
    scene.sources.folder = Some(scene.folder.path().join("project/deep/down"));
    assert_eq!(scene.load().config.python.version, None);
    scene.file(PROJECT, r#"{"python": {"version": "3.9"}}"#);
    assert!(scene.load().config.python.version.is_some());
}

#[test]
fn a_key_itself_is_refused_and_shown_nowhere() {
    let mut scene = Scene::new();
    let named = |loaded: &Loaded| loaded.named_keys.get(&Provider::Lmstudio).cloned();
    scene.file(
        USER,
        r#"{"providers.lmstudio.apiKeyEnv": "sk-very-secret"}"#,
    );
    let loaded = scene.load();
    assert_eq!(named(&loaded), None);
    assert!(!format!("{loaded:?}").contains("very-secret"), "{loaded:?}");
    scene.file(USER, r#"{"providers.lmstudio.apiKeyEnv": "MY_KEY"}"#);
    assert_eq!(scene.load().notices.len(), 1);
    scene.variables(&[("MY_KEY", "sk-very-secret")]);
    let loaded = scene.load();
    let key = named(&loaded).expect("a key");
    assert_eq!(key.reveal(), "sk-very-secret");
    assert_eq!(format!("{key:?}"), "Secret(set)");
    assert_eq!(loaded.notices, []);
}

#[test]
fn a_password_in_an_address_is_refused_and_shown_nowhere() {
    let scene = Scene::new();
    for address in ["http://me:hunter2@proxy:3128", "https://h/v1?key=hunter2"] {
        for key in ["network.proxy", "providers.custom.url"] {
            scene.file(USER, &json!({ key: address }).to_string());
            let loaded = scene.load();
            assert_eq!(loaded.notices.len(), 1, "{key}");
            assert!(!format!("{loaded:?}").contains("hunter2"), "{loaded:?}");
        }
    }
    let azure = "https://h.example.org/openai?api-version=2024-10-21";
    scene.file(USER, &json!({ "providers.azure.url": azure }).to_string());
    assert_eq!(scene.load().notices, []);
}

#[test]
fn who_may_be_asked_is_a_list_without_repetition() {
    let mut scene = Scene::new();
    scene.file(
        USER,
        r#"{"model": {"provider": "ollama", "fallback": ["lmstudio", "ollama", "anthropic"]}}"#,
    );
    assert_eq!(
        scene.load().config.model.chain(),
        [Provider::Ollama, Provider::Lmstudio, Provider::Anthropic]
    );
    scene.variables(&[("SALVE_MODEL_FALLBACK", "gemini, azure")]);
    assert_eq!(
        scene.load().config.model.chain(),
        [Provider::Ollama, Provider::Gemini, Provider::Azure]
    );
    scene.variables(&[("SALVE_MODEL_PROVIDER", "off")]);
    assert_eq!(scene.load().config.model.chain(), []);
    scene.variables(&[
        ("SALVE_MODEL_FALLBACK", "claude"),
        ("SALVE_BUDGET_COST_PER_DAY", "1.50"),
        ("SALVE_BUDGET_COST_PER_MONTH", "-1"),
    ]);
    let loaded = scene.load();
    assert_eq!(
        loaded.config.budget.cost_per_day,
        Some(Money::of_micros(1_500_000))
    );
    insta::assert_snapshot!(scene.notices().join("\n"), @r#"
    environment variable SALVE_MODEL_FALLBACK: `model.fallback` is ["claude"], but must be a list of `off`, `lmstudio`, `ollama`, `openai`, `anthropic`, `gemini`, `azure`, `custom`
    environment variable SALVE_BUDGET_COST_PER_MONTH: `budget.costPerMonth` is -1.0, but must be an amount, such as `1.50`
    "#);
}

#[test]
fn paths_are_relative_to_their_file_and_to_home() {
    let scene = Scene::new();
    scene.file(
        USER,
        r#"{"python": {"interpreter": "python3.12"}, "database": {"path": "../my.db"}}"#,
    );
    let loaded = scene.load();
    assert_eq!(loaded.config.python.interpreter, Some("python3.12".into()));
    assert_eq!(
        loaded.database,
        Some(scene.folder.path().join("config/salve/../my.db"))
    );
    scene.file(USER, r#"{"python.interpreter": "~/py/bin/python"}"#);
    assert_eq!(
        scene.load().config.python.interpreter,
        Some(scene.folder.path().join("py/bin/python"))
    );
}

#[test]
fn the_environment_names_what_it_misspells() {
    let mut scene = Scene::new();
    scene.variables(&[
        ("SALVE_PROVIDERS_OLLAMA_ULR", "http://127.0.0.1:1/v1"),
        ("SALVE_MODEL_PROVIDER", "lm-studio"),
        ("SALVE_WORKSPACE_TRUSTED", "1"),
        ("SALVE_DATABASE", ""),
    ]);
    assert!(scene.load().config.workspace.trusted);
    insta::assert_snapshot!(scene.notices().join("\n"), @r#"
    environment variable SALVE_PROVIDERS_OLLAMA_ULR: sets nothing that salve knows (Did you mean SALVE_PROVIDERS_OLLAMA_URL?)
    environment variable SALVE_MODEL_PROVIDER: `model.provider` is "lm-studio", but must be `off`, `lmstudio`, `ollama`, `openai`, `anthropic`, `gemini`, `azure`, `custom`
    "#);
}

#[test]
fn saving_keeps_what_else_stands_in_the_file_and_never_overwrites_a_broken_one() {
    let scene = Scene::new();
    let path = scene.folder.path().join(USER);
    let changes = [("model.provider".to_owned(), json!("ollama"))];
    save(&path, &changes).expect("it is made");
    assert_eq!(scene.load().config.model.provider, Provider::Ollama);
    scene.file(USER, r#"{"unknown": [1], "python": {"version": "3.11"}}"#);
    save(&path, &changes).expect("it is changed");
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.starts_with("{\n  \"unknown\""), "{text}");
    assert_eq!(
        scene.load().config.python.version.map(|v| v.to_string()),
        Some("3.11".to_owned())
    );
    scene.file(USER, "{ oops");
    let error = save(&path, &changes).expect_err("broken");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "{ oops");
}

#[test]
fn a_given_file_must_be_there() {
    let mut scene = Scene::new();
    let path = scene.folder.path().join("absent.json");
    scene.sources.given_file = Some(path.clone());
    let reason = "does not exist".to_owned();
    assert_eq!(
        Config::load(&scene.sources).map(|_| ()),
        Err(ConfigError::GivenFile { path, reason })
    );
}

#[test]
fn the_built_in_file_fits_the_schema() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let builtin: Value = serde_json::from_str(template()).expect("JSON");
    let wrong: Vec<_> = validator
        .iter_errors(&builtin)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert!(validator.is_valid(&json!({"$schema": "x", "python": {"version": "3.11"}})));
    assert!(!validator.is_valid(&json!({"python": {"verison": "3.11"}})));
    assert!(!validator.is_valid(&json!({"python": {"version": "2.7"}})));
    let loaded: Config = serde_json::from_value(builtin).expect("the types");
    assert_eq!(loaded, Config::builtin());
}

#[test]
fn generated_files_are_up_to_date() {
    let schema = serde_json::to_string_pretty(&schema()).expect("JSON");
    drift::check("docs/salve.schema.json", &format!("{schema}\n"));
    drift::check("docs/configuration.md", &markdown());
    assert!(keys().iter().all(|key| !key.description.is_empty()));
}
