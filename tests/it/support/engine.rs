//! A whole engine for tests of the front ends: a real interpreter, a real record in a folder of its own.

use std::sync::Arc;
use std::time::Duration;

use salve::engine::Engine;
use salve::engine::ports::{Knowledge, Model};
use salve::repair::CostModel;
use salve::server::{Parts, PartsFactory, ServerSettings};
use salve::store::Store;
use tempfile::TempDir;

use super::python::{FixedClock, Python};

/// An engine and its record.
pub struct Bench {
    /// The engine.
    pub engine: Engine,
    /// The record.
    pub store: Arc<Store>,
    _folder: TempDir,
}

impl Bench {
    /// An engine without a model.
    pub fn new() -> Self {
        Self::with_model(None)
    }

    /// An engine with a model.
    pub fn with_model(model: Option<Arc<dyn Model>>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let store = Arc::new(Store::open_with_clock(
            folder.path().join("salve.db"),
            Arc::new(FixedClock),
        ));
        let knowledge: Arc<dyn Knowledge> = Arc::clone(&store) as _;
        let engine = Engine {
            prover: Arc::new(Python::new()),
            model,
            knowledge,
            clock: Arc::new(FixedClock),
            costs: CostModel::embedded(),
            asking: Arc::default(),
            learned_only: false,
        };
        Self {
            engine,
            store,
            _folder: folder,
        }
    }

    /// What a server is made of, always the same. It waits for no silence, and for every proof.
    pub fn parts(&self) -> PartsFactory {
        let parts = Parts {
            engine: self.engine.clone(),
            settings: settings(),
            warnings: Vec::new(),
            defaults: None,
        };
        Arc::new(move |_| parts.clone())
    }
}

/// Settings under which nothing depends on how fast the machine is.
pub fn settings() -> ServerSettings {
    ServerSettings {
        debounce: Duration::ZERO,
        proof_delay: Duration::ZERO,
        proof_wait: Duration::from_secs(60),
        ..ServerSettings::default()
    }
}
