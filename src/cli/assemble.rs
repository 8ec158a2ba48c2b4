//! Makes the engine out of the configuration and the adapters: the one place that knows them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::globals::Context;
use super::models::{self, KeySources};
use crate::config::{Environment, Loaded, Provider, Secret, repository_of};
use crate::engine::ports::{Clock, Knowledge, Ledger};
use crate::engine::{Asking, Engine};
use crate::prompt::{NeverSent, Secrets};
use crate::prove::{
    CPythonProver, Interpreters, Limits, Lookup, Permission, Sandbox, Surroundings,
};
use crate::repair::CostModel;
use crate::store::Store;

/// An engine and what it was made of.
pub struct Assembled {
    /// Diagnoses, heals, remembers.
    pub engine: Engine,
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
    /// Whether names that nothing defines are reported.
    pub names: bool,
    /// Why the model that is configured cannot be used, if so.
    pub model_trouble: Option<String>,
    /// How the interpreter was found, or why there is none.
    pub interpreter_notes: Vec<String>,
}

impl Assembled {
    /// Tells a person why the record is not what it should be, if so.
    pub fn tell_trouble(&self, context: &Context) {
        if let Some(trouble) = self.engine.knowledge.trouble() {
            context.warn(&trouble.message, trouble.hint.as_deref());
        }
    }
}

/// Where the code that is healed lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The workspace's root, or the working folder.
    pub folder: PathBuf,
    /// The last parent in which an environment is looked for; `None` means the folder itself.
    pub root: Option<PathBuf>,
    /// What is known of interpreters already.
    pub interpreters: Interpreters,
    /// Whether it is for an editor, through the language server.
    pub serves_editor: bool,
    /// The keys of models' providers that an editor handed over.
    pub keys: BTreeMap<Provider, Secret>,
}

impl Place {
    /// The working folder, up to the root of its repository.
    pub fn of_process() -> Self {
        Self::of(std::env::current_dir().unwrap_or_default())
    }

    /// A folder, up to the root of its repository.
    pub fn of(folder: PathBuf) -> Self {
        let root = repository_of(&folder).map(Path::to_path_buf);
        Self {
            folder,
            root,
            interpreters: Interpreters::default(),
            serves_editor: false,
            keys: BTreeMap::new(),
        }
    }
}

/// Makes an engine. Opens the record and asks the interpreter what it is; contacts nobody.
pub async fn assemble(loaded: &Loaded, environment: &Environment, place: &Place) -> Assembled {
    let prover = prover(loaded, environment, place);
    let python_version = python_version(loaded, &prover).await;
    let found = prover.found().await;
    let mut interpreter_notes = found.notes.clone();
    if found.interpreter.is_none() {
        interpreter_notes = vec![found.reason()];
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Arc::new(Store::open(loaded.database.clone().unwrap_or_default()));
    if place.serves_editor {
        store.serve_editor();
    }
    let knowledge: Arc<dyn Knowledge> = Arc::clone(&store) as _;
    let ledger: Arc<dyn Ledger> = store;
    let keys = KeySources {
        environment,
        from_editor: &place.keys,
    };
    let models = models::chain(loaded, &keys, &ledger, &clock);
    let (asking, wrong) = asking(loaded, environment, &models.keys);
    let (model, model_trouble) = match wrong {
        Some(wrong) => (None, Some(wrong)),
        None => (models.model, models.trouble),
    };
    Assembled {
        engine: Engine {
            prover: Arc::new(prover),
            model,
            knowledge,
            clock,
            costs: CostModel::embedded(),
            asking: Arc::new(asking),
            learned_only: false,
        },
        python_version,
        names: loaded.config.diagnostics.names,
        model_trouble,
        interpreter_notes,
    }
}

/// What proves fixes in a folder, as the configuration says.
pub fn prover(loaded: &Loaded, environment: &Environment, place: &Place) -> CPythonProver {
    let prove = &loaded.config.prove;
    let limits = Limits {
        wall: Duration::from_millis(prove.timeout_millis),
        memory: prove.memory_megabytes.saturating_mul(1 << 20),
        ..Limits::default()
    };
    let prover = CPythonProver::new(
        place.interpreters.clone(),
        lookup(loaded, environment, place),
        limits,
    );
    let prover = match sandbox(environment) {
        Some(sandbox) => prover.in_sandbox(sandbox),
        None => prover,
    };
    match (running(loaded), &loaded.trust.workspace) {
        (running, Some(workspace)) if running.may_run => prover.permitted_to_run(Permission {
            project: workspace.clone(),
            run_wall: running.run_wall,
            test_wall: running.test_wall,
            memory: running.memory,
        }),
        _ => prover,
    }
}

/// What may be run in the sandbox to prove fixes, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Whether the workspace is trusted and its programs may be run.
    pub may_run: bool,
    /// Longest time of one run of a program.
    pub run_wall: Duration,
    /// Longest time of one run of tests.
    pub test_wall: Duration,
    /// Most memory of a program with everything that it starts, in bytes.
    pub memory: u64,
}

/// What the person permits to be run, as the configuration says.
pub fn running(loaded: &Loaded) -> Running {
    let prove = &loaded.config.prove;
    Running {
        may_run: loaded.trust.may_run(),
        run_wall: Duration::from_millis(prove.run_timeout_millis),
        test_wall: Duration::from_millis(prove.test_timeout_millis),
        memory: prove.run_memory_megabytes.saturating_mul(1 << 20),
    }
}

/// The sandbox, whose jails are made by this executable; `None` if it cannot find itself.
pub fn sandbox(environment: &Environment) -> Option<Sandbox> {
    let program = if cfg!(target_os = "linux") {
        // This very program, even if another version has taken its place in the meantime.
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().ok()?
    };
    Some(Sandbox::new(program, &child_environment(environment)))
}

/// The interpreter that runs a folder's programs in the sandbox; or why there is none.
///
/// Nothing is started where its place tells enough: the interpreter of an untrusted project is only ever started
/// inside the sandbox.
pub async fn surroundings(
    loaded: &Loaded,
    environment: &Environment,
    place: &Place,
) -> Result<Surroundings, String> {
    let lookup = lookup(loaded, environment, place);
    if let Some(surroundings) = lookup.first().and_then(|path| Surroundings::of(&path)) {
        return Ok(surroundings);
    }
    let found = place.interpreters.find(&lookup).await;
    found
        .interpreter
        .as_ref()
        .and_then(|interpreter| Surroundings::of(&interpreter.path))
        .ok_or_else(|| found.reason())
}

/// Where the interpreter for a folder is looked for.
pub fn lookup(loaded: &Loaded, environment: &Environment, place: &Place) -> Lookup {
    Lookup {
        folder: place.folder.clone(),
        root: place.root.clone(),
        setting: loaded.config.python.interpreter.clone(),
        from_client: None,
        trusted: loaded.trust.trusted.yes,
        environment: child_environment(environment),
    }
}

/// What a child process is told of the environment.
pub fn child_environment(environment: &Environment) -> crate::prove::Environment {
    let variables = environment.variables();
    crate::prove::Environment::new(
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())),
    )
}

/// The Python version to judge by: the setting's, else the interpreter's.
pub async fn python_version(loaded: &Loaded, prover: &CPythonProver) -> (u8, u8) {
    match loaded.config.python.version {
        Some(version) => (version.major, version.minor),
        None => prover.language_version().await,
    }
}

/// What is kept from models; and what is wrong with the settings that say so: then no model may be asked.
fn asking(loaded: &Loaded, environment: &Environment, keys: &[Secret]) -> (Asking, Option<String>) {
    let variables = environment
        .variables()
        .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned())));
    let keys = keys.iter().map(|key| key.reveal().to_owned());
    let secrets = Secrets::new(variables, keys);
    match NeverSent::new(&loaded.config.privacy.ignore) {
        Ok(files) => (Asking::new(secrets, files), None),
        Err(wrong) => (
            Asking::new(secrets, NeverSent::default()),
            Some(format!("`privacy.ignore`: {wrong}")),
        ),
    }
}

/// The system's time.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .unwrap_or_default()
    }
}
