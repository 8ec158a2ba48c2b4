//! What breaks inside costs its one answer, never the session.

use std::sync::Arc;

use async_trait::async_trait;
use salve::engine::ports::{
    Compilation, ConnectionStatus, Knowledge, KnowledgeError, KnownTemplate, ListedModel, Model,
    ModelError, ModelReply, ModelRequest, Outcome, PatternStats, Probed, Prover, Shown,
};
use serde_json::{Value, json};

use crate::support::client::{Client, range};
use crate::support::engine::Bench;

const URI: &str = "file:///work/a.py";
const INTERNAL_ERROR: i64 = -32603;
const REQUEST_FAILED: i64 = -32803;

/// Panics wherever it is touched.
struct Broken;

#[async_trait]
impl Prover for Broken {
    async fn compile(&self, _source: &[u8]) -> Compilation {
        panic!("the prover is broken")
    }

    async fn interpreter(&self) -> Option<String> {
        panic!("the prover is broken")
    }
}

#[async_trait]
impl Model for Broken {
    async fn complete(
        &self,
        _request: &ModelRequest,
        _progress: &(dyn for<'piece> Fn(&'piece str) + Send + Sync),
    ) -> Result<ModelReply, ModelError> {
        panic!("the model is broken")
    }

    async fn check(&self) -> ConnectionStatus {
        panic!("the model is broken")
    }

    async fn models(&self) -> Result<Vec<ListedModel>, ModelError> {
        panic!("the model is broken")
    }

    async fn probe(
        &self,
        _on_step: &(dyn for<'step> Fn(&'step Probed) + Send + Sync),
    ) -> Vec<Probed> {
        panic!("the model is broken")
    }

    fn status(&self) -> ConnectionStatus {
        panic!("the model is broken")
    }

    async fn changed(&self, _known: &ConnectionStatus) {
        panic!("the model is broken")
    }

    fn is_local(&self) -> bool {
        panic!("the model is broken")
    }
}

impl Knowledge for Broken {
    fn shown(&self, _shown: Shown) {
        panic!("the record is broken")
    }

    fn outcome(&self, _fix_id: &str, _outcome: Outcome, _at: i64) {
        panic!("the record is broken")
    }

    fn rejected(&self, _signature: &str) -> Result<Vec<String>, KnowledgeError> {
        panic!("the record is broken")
    }

    fn templates(&self, _: &str, _: &str) -> Result<Vec<KnownTemplate>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn validated(&self, _: i64, _: bool, _: i64) {}

    fn statistics(&self) -> Result<PatternStats, KnowledgeError> {
        panic!("the record is broken")
    }

    fn flush(&self) -> Result<(), KnowledgeError> {
        panic!("the record is broken")
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        panic!("the record is broken")
    }
}

#[tokio::test]
async fn a_panic_costs_one_answer() {
    let mut bench = Bench::new();
    bench.engine.prover = Arc::new(Broken);
    bench.engine.knowledge = Arc::new(Broken);
    bench.engine.model = Some(Arc::new(Broken));
    let (mut client, _) = Client::start(bench.parts(), json!({})).await;
    client.open(URI, 1, "def f()\n    pass\n").await;
    assert_eq!(client.diagnostics(1).await.len(), 1);
    // Two changes on: each proof breaks on its own.
    client.change(URI, 2, ((0, 7), (0, 7)), ":").await;
    assert_eq!(client.diagnostics(2).await, []);

    let refusals = [
        ("salve/patternStats", Value::Null, REQUEST_FAILED),
        ("salve/connectionStatus", Value::Null, INTERNAL_ERROR),
        (
            "textDocument/codeAction",
            json!({"textDocument": {"uri": URI}, "range": range((0, 0), (0, 0)), "context": {"diagnostics": []}}),
            INTERNAL_ERROR,
        ),
        (
            "workspace/executeCommand",
            json!({"command": "salve.accept", "arguments": [{"uri": URI, "fixIds": ["x"]}]}),
            INTERNAL_ERROR,
        ),
    ];
    for (method, params, code) in refusals {
        let error = client.ask(method, params).await.expect_err(method);
        assert_eq!(error["code"], code, "{method}: {error}");
    }
    client.change(URI, 3, ((0, 7), (0, 8)), "").await;
    assert_eq!(client.diagnostics(3).await.len(), 1);
    assert_eq!(client.finish().await, 0);
}
