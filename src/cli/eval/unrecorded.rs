use std::sync::Arc;

use crate::engine::Engine;
use async_trait::async_trait;

use crate::engine::ports::{
    Clock, Compilation, CompileVerdict, Knowledge, KnowledgeError, KnownTemplate, Outcome,
    PatternStats, Prover, Shown,
};
use crate::repair::CostModel;

/// An engine that measures: it proves like any other, asks no model, and neither reads nor writes the record, so that
/// a measurement does not depend on whose machine it runs on.
pub fn unrecorded_engine(prover: Arc<dyn Prover>, costs: Arc<CostModel>) -> Engine {
    Engine {
        prover,
        model: None,
        knowledge: Arc::new(Blank),
        clock: Arc::new(Stopped),
        costs,
        asking: Arc::default(),
        learned_only: false,
    }
}

/// The same engine with no interpreter: what it lists is proven by parsing.
pub fn in_process(engine: &Engine) -> Engine {
    Engine {
        prover: Arc::new(NoInterpreter),
        ..engine.clone()
    }
}

/// A prover without an interpreter.
struct NoInterpreter;

#[async_trait]
impl Prover for NoInterpreter {
    async fn compile(&self, _source: &[u8]) -> Compilation {
        Compilation {
            verdict: CompileVerdict::Unavailable {
                reason: "measured without it".to_owned(),
            },
            millis: 0,
        }
    }

    async fn interpreter(&self) -> Option<String> {
        None
    }
}

/// A record that stays blank.
struct Blank;

impl Knowledge for Blank {
    fn shown(&self, _shown: Shown) {}

    fn outcome(&self, _fix_id: &str, _outcome: Outcome, _at: i64) {}

    fn rejected(&self, _signature: &str) -> Result<Vec<String>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn templates(&self, _: &str, _: &str) -> Result<Vec<KnownTemplate>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn validated(&self, _: i64, _: bool, _: i64) {}

    fn statistics(&self) -> Result<PatternStats, KnowledgeError> {
        Ok(PatternStats::default())
    }

    fn flush(&self) -> Result<(), KnowledgeError> {
        Ok(())
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        None
    }
}

/// A clock that nobody reads, as nothing is recorded.
pub struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        0
    }
}
