//! Makes the engine out of the configuration and the adapters: the one place that knows them all.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;

use crate::config::{Environment, Loaded, Provider};
use crate::engine::Engine;
use crate::engine::ports::{Clock, Compilation, CompileVerdict, Knowledge, Model, Prover};
use crate::llm::{ModelSettings, ProviderModel, Secret, Timeouts};
use crate::store::Store;

/// An engine and what it was made of.
pub struct Assembled {
    /// Diagnoses, heals, remembers.
    pub engine: Engine,
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
    /// Why the model that is configured cannot be used, if so.
    pub model_trouble: Option<String>,
    /// How the interpreter was found, or why there is none.
    pub interpreter_notes: Vec<String>,
}

/// Where the code that is healed lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The workspace's root, or the working folder.
    pub folder: PathBuf,
}

impl Place {
    /// The working folder.
    pub fn of_process() -> Self {
        Self {
            folder: std::env::current_dir().unwrap_or_default(),
        }
    }
}

/// Makes an engine. Opens the record; starts no process and contacts nobody.
pub async fn assemble(loaded: &Loaded, environment: &Environment, place: &Place) -> Assembled {
    let _ = environment;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (model, model_trouble) = match model(loaded, &clock) {
        Ok(model) => (model, None),
        Err(trouble) => (None, Some(trouble)),
    };
    let knowledge: Arc<dyn Knowledge> =
        Arc::new(Store::open(loaded.database.clone().unwrap_or_default()));
    let version = loaded.config.python.version;
    Assembled {
        engine: Engine {
            prover: Arc::new(NoInterpreter),
            model,
            knowledge,
            clock,
        },
        python_version: version.map_or((3, 13), |version| (version.major, version.minor)),
        model_trouble,
        interpreter_notes: vec![format!("looked for in {}", place.folder.display())],
    }
}

fn model(loaded: &Loaded, clock: &Arc<dyn Clock>) -> Result<Option<Arc<dyn Model>>, String> {
    let settings = &loaded.config.model;
    if settings.provider == Provider::Off {
        return Ok(None);
    }
    let key = loaded.api_key.as_ref().map_or("", |key| key.reveal());
    let settings = ModelSettings {
        provider: settings.provider.as_str().to_owned(),
        url: settings.url.clone(),
        model: settings.name.clone().unwrap_or_default(),
        api_key: Secret::new(key),
        timeouts: Some(Timeouts {
            connect: Duration::from_millis(settings.connect_timeout_millis),
            first_byte: Duration::from_millis(settings.first_byte_timeout_millis),
            idle: Duration::from_millis(settings.idle_timeout_millis),
            total: Duration::from_millis(settings.total_timeout_millis),
            ..Timeouts::LOCAL
        }),
        ..ModelSettings::default()
    };
    let model = ProviderModel::new(settings, Arc::clone(clock)).map_err(|error| {
        let hint = error.hint.map(|hint| format!("; {hint}"));
        format!("{}{}", error.message, hint.unwrap_or_default())
    })?;
    Ok(Some(Arc::new(model)))
}

/// The system's time.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .unwrap_or_default()
    }
}

/// Stands in for an interpreter where there is none.
struct NoInterpreter;

#[async_trait]
impl Prover for NoInterpreter {
    async fn compile(&self, _source: &[u8]) -> Compilation {
        Compilation {
            verdict: CompileVerdict::Unavailable {
                reason: "no interpreter".to_owned(),
            },
            millis: 0,
        }
    }

    async fn interpreter(&self) -> Option<String> {
        None
    }
}
