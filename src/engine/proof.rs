//! The ladder that every fix climbs before it is listed.
//!
//! Parse, compile and gate decide whether a fix is listed at all, and each takes milliseconds at most. Linters and type
//! checkers take up to seconds, and have little to say of a repair of syntax, since they could not read the text before:
//! they are asked only where a fix is about to be taken or comes from a model, see [`Bench::climb`].

use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Instant;

use super::Input;
use super::evidence::{Evidence, Step, StepKind, Verdict};
use super::ports::{
    Change, Compilation, CompileVerdict, Prover, ToolReport, ToolVerdict, Trial, TrialVerdict,
};
use crate::gate::{Around, Before, Kind, is_test_file};
use crate::lang::python::{Version, parse, syntax_errors};
use crate::text::source_bytes;

/// A fix on its way up.
pub(super) struct Candidate<'text> {
    /// The text with this fix, and with what is needed besides it to compile.
    pub(super) whole: &'text str,
    /// The text with this fix alone.
    pub(super) alone: &'text str,
    /// How many other fixes are in `whole`.
    pub(super) others: usize,
    /// How many errors are left in `alone`.
    pub(super) left: usize,
}

/// Proves fixes of one text; the same text is compiled once.
pub(super) struct Bench<'engine> {
    prover: &'engine dyn Prover,
    before: &'engine str,
    path: Option<&'engine str>,
    /// The text before as the gate reads it, once there is a fix to compare it with.
    read: OnceLock<Before<'engine>>,
    version: Version,
    interpreter: Option<String>,
    /// Whether what is proven was written by a model, and not derived from the text.
    is_of_model: bool,
    seen: HashMap<String, Compilation>,
    /// The text that was parsed last: in a text with many mistakes it is the same for each of them.
    parsed: Option<(String, Step)>,
}

impl<'engine> Bench<'engine> {
    pub(super) async fn new(prover: &'engine dyn Prover, input: &'engine Input) -> Self {
        Self {
            prover,
            before: &input.text,
            path: input.path.as_deref(),
            read: OnceLock::new(),
            version: input.python_version.into(),
            interpreter: prover.interpreter().await,
            is_of_model: false,
            seen: HashMap::new(),
            parsed: None,
        }
    }

    /// The same for what a model writes.
    pub(super) fn of_model(mut self) -> Self {
        self.is_of_model = true;
        self
    }

    /// Climbs the steps that every fix takes, as far as it gets.
    pub(super) async fn prove(&mut self, candidate: &Candidate<'_>) -> Evidence {
        let mut evidence = Evidence {
            steps: vec![self.parse(candidate.whole)],
            interpreter: self.interpreter.clone(),
            together_with: candidate.others,
            errors_left: candidate.left,
        };
        if evidence.is_proven() {
            let compilation = self.compile(candidate.whole).await;
            evidence.steps.push(compile_step(&compilation));
        }
        if evidence.is_proven() {
            evidence.steps.push(self.gate(candidate.alone).await);
        }
        evidence
    }

    /// Climbs on where it is worth the time: the project's linter, then its type checker, then, where the person permits
    /// it, a run in the sandbox, and the tests.
    ///
    /// Only a fix after which nothing is wrong can be judged by them: of a text with a mistake they say nothing else.
    pub(super) async fn climb(&self, evidence: &mut Evidence, alone: &str) {
        if evidence.errors_left > 0 {
            return;
        }
        let change = Change {
            before: self.before,
            after: alone,
            path: self.path,
        };
        if !evidence.has(StepKind::Lint)
            && evidence.is_proven()
            && let Some(report) = self.prover.lint(&change).await
        {
            evidence.steps.push(tool_step(StepKind::Lint, report));
        }
        if !evidence.has(StepKind::Types)
            && evidence.is_proven()
            && let Some(report) = self.prover.check_types(&change).await
        {
            evidence.steps.push(tool_step(StepKind::Types, report));
        }
        // What runs the person's program comes after everything that does not.
        if !evidence.has(StepKind::Run)
            && evidence.is_proven()
            && let Some(trial) = self.prover.run(&change).await
        {
            evidence.steps.push(trial_step(StepKind::Run, trial));
        }
        if !evidence.has(StepKind::Tests)
            && evidence.is_proven()
            && let Some(trial) = self.prover.run_tests(&change).await
        {
            evidence.steps.push(trial_step(StepKind::Tests, trial));
        }
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

    /// Whether a fix brings in nothing that no repair needs.
    pub(super) async fn gate(&self, alone: &str) -> Step {
        let start = Instant::now();
        let before = self
            .read
            .get_or_init(|| Before::new(self.before, self.version));
        let brought_in = |has_module: Option<&dyn Fn(&str) -> bool>| {
            let around = Around {
                is_test: self.path.is_some_and(is_test_file),
                has_module,
            };
            before.newly_introduced(alone, &around)
        };
        let mut found = brought_in(Some(&|_| false));
        if found.iter().any(|found| found.kind == Kind::UnknownImport) {
            // Only now is it worth a look at what is installed.
            let modules = self.prover.modules(self.path).await;
            found = match &modules {
                Some(modules) => brought_in(Some(&|name| modules.contains(name))),
                None => brought_in(None),
            };
        }
        let messages: Vec<String> = found
            .into_iter()
            .filter(|found| self.is_of_model || !found.kind.is_everyday())
            .map(|found| found.message)
            .collect();
        Step::new(
            StepKind::Gate,
            if messages.is_empty() {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            millis_since(start),
            (!messages.is_empty()).then(|| messages.join("; ")),
        )
    }

    fn parse(&mut self, text: &str) -> Step {
        if let Some((_, step)) = self.parsed.as_ref().filter(|(known, _)| known == text) {
            return step.clone();
        }
        let start = Instant::now();
        let first = syntax_errors(&parse(text, self.version)).into_iter().next();
        let step = Step::new(
            StepKind::Parse,
            if first.is_none() {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            millis_since(start),
            first.map(|error| error.message),
        );
        self.parsed = Some((text.to_owned(), step.clone()));
        step
    }
}

/// Milliseconds since `start`.
pub(super) fn millis_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
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
    Step::new(StepKind::Compile, verdict, compilation.millis, detail)
}

fn trial_step(kind: StepKind, trial: Trial) -> Step {
    let verdict = match trial.verdict {
        TrialVerdict::Held => Verdict::Passed,
        TrialVerdict::Broken => Verdict::Failed,
        TrialVerdict::Undecided => Verdict::Inconclusive,
    };
    Step {
        count: trial.tests,
        ..Step::new(kind, verdict, trial.millis, Some(trial.detail))
    }
}

fn tool_step(kind: StepKind, report: ToolReport) -> Step {
    let (verdict, detail) = match report.verdict {
        ToolVerdict::NothingNew => (Verdict::Passed, report.tool.to_owned()),
        ToolVerdict::New(complaints) => {
            let complaints = complaints.join("; ");
            (Verdict::Failed, format!("{}: {complaints}", report.tool))
        }
        ToolVerdict::Unavailable { reason } => (Verdict::Inconclusive, reason),
    };
    Step::new(kind, verdict, report.millis, Some(detail))
}
