use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use super::programs::{BROKEN, HARDER, HEALED};
use crate::cli::output::{FindingOutput, Places};
use crate::engine::ports::{ConnectionStatus, Outcome, PatternStats};
use crate::engine::{AskProgress, Engine, HealedFinding, Input, Spend};
use crate::prove::{Environment, Interpreter, run_own_program};
use crate::text::{apply, unified_diff};

/// The name under which the programs are shown.
pub const SHOWN_PATH: &str = "demo.py";

/// Longest run of the healed program.
const RUN_LIMIT: Duration = Duration::from_secs(10);

/// Longest wait until a model says whether it is there.
const CHECK_LIMIT: Duration = Duration::from_secs(5);

/// Longest wait for a model's fix.
const ASK_LIMIT: Duration = Duration::from_secs(90);

/// The whole cycle, from the broken program to the statistics.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DemoOutput {
    /// The broken program.
    pub program: String,
    /// What is wrong with it, with the proven fixes.
    pub findings: Vec<FindingOutput>,
    /// How long the findings alone took, in milliseconds.
    pub diagnose_millis: f64,
    /// How long it took to find the fixes and to prove them, in milliseconds.
    pub heal_millis: f64,
    /// The healed program; `None` if nothing could be healed.
    pub healed: Option<String>,
    /// What was changed, in unified format.
    pub diff: String,
    /// Whether the healed program is the one that was meant.
    pub complete: bool,
    /// The interpreter that proved the fixes; `None` if there is none.
    pub interpreter: Option<String>,
    /// What the healed program did when it was run.
    pub run: Option<RunOutput>,
    /// Why it was not run, if so.
    pub run_trouble: Option<String>,
    /// How many accepted fixes were recorded.
    pub recorded: usize,
    /// The database's file.
    pub database: Option<String>,
    /// Why nothing was recorded, if so.
    pub database_trouble: Option<String>,
    /// The totals over everything that was ever recorded.
    pub statistics: Option<PatternStats>,
    /// What a model made of a harder program.
    pub model: ModelOutput,
}

/// What the healed program did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunOutput {
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// Its exit code; `null` if it had to be ended.
    pub exit: Option<i32>,
    /// How long it ran, in milliseconds.
    pub millis: u64,
}

/// What a model made of a harder program.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelOutput {
    /// What is known of the connection; `None` if no model is configured.
    pub connection: Option<ConnectionStatus>,
    /// The harder program; `None` if no model was asked.
    pub program: Option<String>,
    /// What is wrong with it.
    pub message: Option<String>,
    /// What the proven fix does, who proposed it, and the proof; `None` if there is none.
    pub fix: Option<String>,
    /// What it changes, in unified format.
    pub diff: String,
    /// Why there is no fix, or why earlier answers were no good.
    pub failures: Vec<String>,
    /// How long the model was asked, in milliseconds.
    pub millis: u64,
}

/// What the cycle works with.
pub struct Stage<'run> {
    /// Diagnoses, heals, remembers.
    pub engine: &'run Engine,
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
    /// What runs the healed program; otherwise why nothing can.
    pub interpreter: Result<Interpreter, String>,
    /// The environment to run it in.
    pub environment: &'run Environment,
    /// The database's file.
    pub database: Option<String>,
}

impl Stage<'_> {
    /// Goes through the cycle without a model; [`DemoOutput::model`] is still empty.
    pub async fn heal(&self) -> DemoOutput {
        let input = self.input(BROKEN);
        let start = Instant::now();
        self.engine.diagnose(&input);
        let diagnose_millis = millis(start);
        let start = Instant::now();
        let healed = self.engine.heal(&input).await;
        let heal_millis = millis(start);

        let complete = healed.text.as_deref() == Some(HEALED);
        let (run, run_trouble) = match self.run_if_meant(complete).await {
            Ok(run) => (Some(run), None),
            Err(trouble) => (None, Some(trouble)),
        };
        self.engine.record_shown(&input, &healed);
        let recorded = self.accept(&healed.findings);
        let knowledge = &self.engine.knowledge;
        let flushed = knowledge.flush().err();
        let statistics = knowledge.statistics();
        let trouble = knowledge.trouble().or(flushed);
        let trouble = trouble.or_else(|| statistics.as_ref().err().cloned());
        let places = Places::new(BROKEN);
        DemoOutput {
            program: BROKEN.to_owned(),
            findings: healed
                .findings
                .iter()
                .map(|finding| FindingOutput::new(finding, &places))
                .collect(),
            diagnose_millis,
            heal_millis,
            diff: unified_diff(BROKEN, healed.text.as_deref().unwrap_or(BROKEN), SHOWN_PATH),
            healed: healed.text,
            complete,
            interpreter: self.engine.prover.interpreter().await,
            run,
            run_trouble,
            recorded,
            database: self.database.clone(),
            database_trouble: trouble.map(|trouble| trouble.message),
            statistics: statistics.ok(),
            model: ModelOutput::default(),
        }
    }

    /// Lets the model heal a program for which there is no rule, if one is there.
    pub async fn ask(&self) -> ModelOutput {
        let mut output = ModelOutput::default();
        let Some(model) = &self.engine.model else {
            return output;
        };
        let check = tokio::time::timeout(CHECK_LIMIT, model.check()).await;
        let connection = check.unwrap_or_else(|_| model.status());
        let usable = connection.state.answers();
        output.connection = Some(connection);
        if !usable {
            return output;
        }
        let input = self.input(HARDER);
        let healed = self.engine.heal(&input).await;
        output.program = Some(HARDER.to_owned());
        let Some(found) = healed.findings.first() else {
            output.failures.push("nothing was found in it".to_owned());
            return output;
        };
        output.message = Some(found.finding.message.clone());
        let start = Instant::now();
        let silent = |_: AskProgress<'_>| {};
        let spend = Spend::WithinBudget;
        let asked = self.engine.ask(&input, &found.finding, spend, &silent);
        match tokio::time::timeout(ASK_LIMIT, asked).await {
            Ok(Ok(outcome)) => {
                output.failures = outcome.failures;
                if let Some(fix) = outcome.fix {
                    let text = apply(HARDER, &fix.edits).unwrap_or_default();
                    output.diff = unified_diff(HARDER, &text, SHOWN_PATH);
                    output.fix = Some(fix.title());
                }
            }
            Ok(Err(error)) => output.failures.push(error.message),
            Err(_) => output.failures.push(format!(
                "no proven answer within {} seconds",
                ASK_LIMIT.as_secs()
            )),
        }
        output.millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        // The connection is known better now than before the question.
        output.connection = Some(model.status());
        output
    }

    fn input(&self, text: &str) -> Input {
        Input {
            text: text.into(),
            path: Some(SHOWN_PATH.to_owned()),
            document_version: None,
            python_version: self.python_version,
        }
    }

    /// Runs the healed program. Only the text that salve was built with is ever run, never one that was put together.
    async fn run_if_meant(&self, complete: bool) -> Result<RunOutput, String> {
        if !complete {
            return Err("the healed program is not the one that was meant".to_owned());
        }
        let interpreter = self.interpreter.clone()?;
        let ran = run_own_program(&interpreter, self.environment, HEALED, RUN_LIMIT)
            .await
            .map_err(|error| {
                format!("{}: cannot be started: {error}", interpreter.path.display())
            })?;
        if ran.timed_out {
            return Err(format!("ended after {} seconds", RUN_LIMIT.as_secs()));
        }
        Ok(RunOutput {
            stdout: ran.stdout,
            stderr: ran.stderr,
            exit: ran.exit,
            millis: ran.millis,
        })
    }

    /// Accepts the best fix of every finding, as a person would who applies them all.
    fn accept(&self, findings: &[HealedFinding]) -> usize {
        let best = findings.iter().filter_map(|finding| finding.fixes.first());
        best.map(|fix| self.engine.record_outcome(&fix.id, Outcome::Accepted))
            .count()
    }
}

fn millis(start: Instant) -> f64 {
    (start.elapsed().as_secs_f64() * 1e4).round() / 10.0
}
