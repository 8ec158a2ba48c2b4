//! The ladder that every fix climbs before it is listed.

use std::collections::HashMap;
use std::time::Instant;

use super::evidence::{Evidence, Step, StepKind, Verdict};
use super::ports::{Compilation, CompileVerdict, Prover};
use crate::lang::python::{Version, parse, syntax_errors};
use crate::text::source_bytes;

/// Proves texts; the same text is compiled once.
pub(super) struct Bench<'engine> {
    prover: &'engine dyn Prover,
    version: Version,
    interpreter: Option<String>,
    seen: HashMap<String, Compilation>,
    /// The text that was parsed last: in a text with many mistakes it is the same for each of them.
    parsed: Option<(String, Step)>,
}

impl<'engine> Bench<'engine> {
    pub(super) async fn new(prover: &'engine dyn Prover, version: Version) -> Self {
        Self {
            prover,
            version,
            interpreter: prover.interpreter().await,
            seen: HashMap::new(),
            parsed: None,
        }
    }

    /// Climbs as far as `text` gets. `others` and `left` go into the evidence as they are.
    pub(super) async fn prove(&mut self, text: &str, others: usize, left: usize) -> Evidence {
        let mut evidence = Evidence {
            steps: vec![self.parse(text)],
            interpreter: self.interpreter.clone(),
            together_with: others,
            errors_left: left,
        };
        if evidence.is_proven() {
            let compilation = self.compile(text).await;
            evidence.steps.push(compile_step(&compilation));
        }
        evidence
    }

    /// What the interpreter says of a text.
    pub(super) async fn compile(&mut self, text: &str) -> Compilation {
        if let Some(known) = self.seen.get(text) {
            return known.clone();
        }
        let compilation = self.prover.compile(&source_bytes(text)).await;
        self.seen.insert(text.to_owned(), compilation.clone());
        compilation
    }

    fn parse(&mut self, text: &str) -> Step {
        if let Some((_, step)) = self.parsed.as_ref().filter(|(known, _)| known == text) {
            return step.clone();
        }
        let start = Instant::now();
        let first = syntax_errors(&parse(text, self.version)).into_iter().next();
        let step = Step {
            kind: StepKind::Parse,
            verdict: if first.is_none() {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            detail: first.map(|error| error.message),
        };
        self.parsed = Some((text.to_owned(), step.clone()));
        step
    }
}

fn compile_step(compilation: &Compilation) -> Step {
    let (verdict, detail) = match &compilation.verdict {
        CompileVerdict::Accepted => (Verdict::Passed, None),
        CompileVerdict::Rejected(error) => (
            Verdict::Failed,
            Some(format!("{}: {}", error.kind, error.message)),
        ),
        CompileVerdict::Unavailable { reason } => (Verdict::Inconclusive, Some(reason.clone())),
    };
    Step {
        kind: StepKind::Compile,
        verdict,
        millis: compilation.millis,
        detail,
    }
}
