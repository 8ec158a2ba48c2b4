//! How well a model repairs: `SALVE_TEST_MODEL_URL=http://127.0.0.1:PORT/v1 cargo bench --bench model_repair [-- NAME]`.
//!
//! SALVE_BENCH_PYTHON names an interpreter with pytest, for the tests. Asks the model alone, with no rule, about 30 small broken functions of 26 kinds, and about 15 that go wrong only when
//! they run, where the project's own test decides. Each is then held to a test that the model never saw (of the 15: the
//! test that decided). NAME picks the kinds that contain it; SALVE_BENCH_VERBOSE=1 shows every answer that was offered.
//!
//! Prints for both: how many were proven, how many of these are correct, how many were offered for one click, how many
//! of these are wrong, and calls, tokens and seconds.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints its figures to whoever runs it, and runs what it measures"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use salve::diagnose::{Finding, Severity};
use salve::engine::ports::{
    Clock, Knowledge, KnowledgeError, KnownTemplate, Outcome, PatternStats, Prover, Shown,
};
use salve::engine::{AskOutcome, Engine, Input, Spend};
use salve::llm::{ModelSettings, ProviderModel, Timeouts};
use salve::prove::{CPythonProver, Environment, Interpreters, Limits, Lookup, Permission, Sandbox};
use salve::repair::CostModel;
use salve::taxonomy::entry;
use salve::text::{Applicability, PositionIndex, Span, apply, unified_diff};
use serde::Deserialize;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Generous: a machine with one busy core generates two tokens a second.
const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(30),
    first_byte: Duration::from_secs(600),
    idle: Duration::from_secs(300),
    total: Duration::from_secs(1200),
    check: Duration::from_secs(120),
};
/// Longest run of a test.
const TEST_LIMIT: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct Cases {
    broken: Vec<Case>,
    wrong: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    class: String,
    code: String,
    test: String,
    /// The line that is at fault, from one, where the text compiles.
    line: Option<usize>,
    /// What went wrong when it ran.
    message: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Ok(url) = std::env::var("SALVE_TEST_MODEL_URL") else {
        println!("SALVE_TEST_MODEL_URL is not set: tests/model/setup says how to start a model");
        return Ok(());
    };
    let name = std::env::args().nth(1).filter(|name| name != "--bench");
    let cases: Cases = toml::from_str(include_str!("cases.toml"))?;
    let folder = tempfile::tempdir()?;
    for (title, cases, is_tested) in [
        ("broken functions", cases.broken, false),
        ("functions that go wrong, with tests", cases.wrong, true),
    ] {
        let mut figures = Figures::default();
        for (number, case) in cases.iter().enumerate() {
            if name.as_ref().is_some_and(|name| !case.class.contains(name)) {
                continue;
            }
            let project = folder
                .path()
                .join(format!("case{}{number}", u8::from(is_tested)));
            std::fs::create_dir_all(&project)?;
            let engine = engine(&url, &project, is_tested)?;
            figures.add(ask(&engine, case, &project, is_tested).await?);
        }
        figures.print(title);
    }
    Ok(())
}

/// What came of one case.
struct Judged {
    outcome: AskOutcome,
    correct: bool,
    seconds: f64,
}

async fn ask(engine: &Engine, case: &Case, project: &Path, is_tested: bool) -> Result<Judged> {
    let path = project.join("subject.py");
    std::fs::write(&path, &case.code)?;
    if is_tested {
        let body = case.test.replace('\n', "\n    ");
        let test = format!("from subject import *\n\n\ndef test_subject():\n    {body}\n");
        std::fs::write(project.join("test_subject.py"), test)?;
    }
    let input = Input {
        text: case.code.as_str().into(),
        path: Some(path.display().to_string()),
        document_version: None,
        python_version: (3, 11),
    };
    let finding =
        finding(engine, case, &input).ok_or(format!("{}: nothing is found", case.class))?;
    let start = Instant::now();
    let outcome = engine
        .ask(&input, &finding, Spend::WithinBudget, &|_| {})
        .await?;
    let seconds = start.elapsed().as_secs_f64();
    let fixed = outcome.fix.as_ref();
    let fixed = fixed
        .map(|fix| apply(&input.text, &fix.edits))
        .transpose()?;
    let correct = match &fixed {
        Some(fixed) => holds(project, fixed, &case.test)?,
        None => false,
    };
    let offer = outcome
        .fix
        .as_ref()
        .map_or("-", |fix| match fix.applicability {
            Applicability::DisplayOnly => "to read",
            _ => "one click",
        });
    println!(
        "{:30} {:9} {:8} calls {} seconds {seconds:.1}",
        case.class,
        offer,
        if correct { "correct" } else { "" },
        outcome.tries
    );
    if std::env::var_os("SALVE_BENCH_VERBOSE").is_some() {
        println!("  {} {:?}", finding.message, outcome.failures);
        if let Some(fixed) = &fixed {
            println!("{}", unified_diff(&input.text, fixed, &case.class));
        }
    }
    Ok(Judged {
        outcome,
        correct,
        seconds,
    })
}

/// What is wrong: what salve finds, or what the run said.
fn finding(engine: &Engine, case: &Case, input: &Input) -> Option<Finding> {
    let (Some(line), Some(message)) = (case.line, &case.message) else {
        return engine.diagnose(input).into_iter().next();
    };
    let index = PositionIndex::new(&input.text);
    let start = index.line_start(line - 1)?;
    Some(Finding {
        code: entry(&case.class)?.code,
        construct: None,
        span: Span::new(
            start,
            start + index.line_text(&input.text, line - 1).trim_end().len(),
        ),
        message: message.clone(),
        severity: Severity::Error,
        related: Vec::new(),
    })
}

/// Whether a program does what its test says, in a process of its own.
fn holds(project: &Path, program: &str, test: &str) -> Result<bool> {
    let file = project.join("judged.py");
    std::fs::write(&file, format!("{program}\n\n{test}\n"))?;
    let mut child = Command::new("python3")
        .args(["-I", "judged.py"])
        .current_dir(project)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() > TEST_LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[derive(Default)]
struct Figures {
    all: usize,
    proven: usize,
    correct: usize,
    one_click: usize,
    wrong_one_click: usize,
    calls: u32,
    tokens_in: u64,
    tokens_out: u64,
    seconds: Vec<f64>,
}

impl Figures {
    fn add(&mut self, judged: Judged) {
        self.all += 1;
        let fix = judged.outcome.fix.as_ref();
        let one_click = fix.is_some_and(|fix| fix.applicability > Applicability::DisplayOnly);
        self.proven += usize::from(fix.is_some());
        self.correct += usize::from(judged.correct);
        self.one_click += usize::from(one_click);
        self.wrong_one_click += usize::from(one_click && !judged.correct);
        self.calls += judged.outcome.tries;
        self.tokens_in += judged.outcome.tokens_in.unwrap_or(0);
        self.tokens_out += judged.outcome.tokens_out.unwrap_or(0);
        self.seconds.push(judged.seconds);
    }

    fn print(&mut self, title: &str) {
        self.seconds.sort_by(f64::total_cmp);
        let median = self
            .seconds
            .get(self.seconds.len() / 2)
            .copied()
            .unwrap_or(0.0);
        println!("\n{title}: {}", self.all);
        println!(
            "  proven {}, of these correct {}",
            self.proven, self.correct
        );
        println!(
            "  one click {}, of these wrong {}",
            self.one_click, self.wrong_one_click
        );
        println!(
            "  calls {}, tokens in {} out {}, seconds {:.0}, median {median:.1}\n",
            self.calls,
            self.tokens_in,
            self.tokens_out,
            self.seconds.iter().sum::<f64>()
        );
    }
}

fn engine(url: &str, project: &Path, is_tested: bool) -> Result<Engine> {
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: url.to_owned(),
        timeouts: Some(PATIENT),
        ..ModelSettings::default()
    };
    let environment = Environment::new(std::env::vars_os());
    let lookup = Lookup {
        folder: project.to_owned(),
        setting: std::env::var_os("SALVE_BENCH_PYTHON").map(PathBuf::from),
        environment: environment.clone(),
        ..Lookup::default()
    };
    let prover = CPythonProver::new(Interpreters::default(), lookup, Limits::default());
    let prover = if is_tested {
        let salve = PathBuf::from(env!("CARGO_BIN_EXE_salve"));
        let sandboxed = prover.in_sandbox(Sandbox::new(salve, &environment));
        sandboxed.permitted_to_run(Permission {
            project: project.to_owned(),
            run_wall: TEST_LIMIT,
            test_wall: TEST_LIMIT,
            memory: 1 << 30,
        })
    } else {
        prover
    };
    let prover: Arc<dyn Prover> = Arc::new(prover);
    let clock = Arc::new(Stopped);
    Ok(Engine {
        prover,
        model: Some(Arc::new(ProviderModel::new(settings, clock.clone())?)),
        knowledge: Arc::new(Blank),
        clock,
        costs: CostModel::embedded(),
        asking: Arc::default(),
        learned_only: false,
    })
}

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        0
    }
}

/// A record that stays blank.
struct Blank;

impl Knowledge for Blank {
    fn shown(&self, _shown: Shown) {}

    fn outcome(&self, _fix_id: &str, _outcome: Outcome, _at: i64) {}

    fn rejected(&self, _signature: &str) -> std::result::Result<Vec<String>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn templates(
        &self,
        _: &str,
        _: &str,
    ) -> std::result::Result<Vec<KnownTemplate>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn validated(&self, _: i64, _: bool, _: i64) {}

    fn statistics(&self) -> std::result::Result<PatternStats, KnowledgeError> {
        Err(KnowledgeError {
            message: "nothing is recorded".to_owned(),
            hint: None,
        })
    }

    fn flush(&self) -> std::result::Result<(), KnowledgeError> {
        Ok(())
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        None
    }
}
