use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::assemble::{Place, running, sandbox, surroundings};
use crate::cli::globals::Context;
use crate::cli::output::{LayersOutput, Output, ProveOutput, Rung};
use crate::cli::{Exit, Report};
use crate::engine::Verdict;
use crate::lang::python::{parse, syntax_errors};
use crate::prove::jail::{Layer, Mode, Profile};
use crate::prove::{Run, RunVerdict, Setting, Task, affected_tests};
use crate::text::decode;

/// Run one file in the sandbox and say how it went.
///
/// The file is run without network, without secrets and without a way to change anything but a scratch folder that
/// is thrown away. What it prints and how it ended come back with the layers of the sandbox that held.
///
/// Exit code: 0 if it passed, 1 if it did not or that could not be decided, 3 if the sandbox cannot be had here: then
/// nothing was run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to run.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Let it read DIR, the root of its project; files with secrets in it stay hidden.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Start it in DIR and let it write there, instead of in a folder that is thrown away.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// What it may do.
    #[arg(long, value_name = "PROFILE", default_value = "single")]
    profile: ProfileArgument,
    /// End it after SECONDS.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Switch layers of the sandbox off, to see what the others hold; below its minimum nothing is run.
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = layer)]
    disable: Vec<Layer>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ProfileArgument {
    /// One process and no network.
    Single,
    /// Child processes and its own loopback; runs the tests that the file has, with pytest.
    Tests,
}

/// Runs `salve prove`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let shown = arguments.file.display();
    let source = std::fs::read(&arguments.file).map_err(|error| {
        Report::new(Exit::Usage, format!("{shown}: cannot be read")).caused_by(&error)
    })?;
    let path = std::fs::canonicalize(&arguments.file).map_err(|error| {
        Report::new(Exit::Usage, format!("{shown}: cannot be found")).caused_by(&error)
    })?;
    let project = arguments.project.as_deref().map(folder).transpose()?;
    let scratch = arguments.scratch.as_deref().map(folder).transpose()?;
    let loaded = context.configuration()?;
    // One thread is enough to wait for one program, and starts sooner.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Report::new(Exit::Internal, "cannot wait for a program").caused_by(&error)
        })?;
    let run = runtime.block_on(async {
        let folder = project
            .as_deref()
            .or(path.parent())
            .unwrap_or(Path::new("/"));
        let place = Place::of(folder.to_owned());
        let surroundings = surroundings(loaded, &context.environment, &place)
            .await
            .map_err(|reason| Report::new(Exit::Usage, reason))?;
        let setting = Setting {
            surroundings,
            readable: vec![path.clone()],
            scratch,
            profile: match arguments.profile {
                ProfileArgument::Single => Profile::Single,
                ProfileArgument::Tests => Profile::Tests,
            },
            memory: running(loaded).memory,
            disabled: arguments.disable.clone(),
            project,
        };
        let task = task(&setting, path.clone(), source.clone(), arguments.timeout);
        let sandbox = sandbox(&context.environment)
            .ok_or_else(|| Report::new(Exit::Internal, "this executable cannot find itself"))?;
        Ok::<Run, Report>(sandbox.run(&setting, &task).await)
    })?;
    let output = output(&run, &source);
    context.print(&page(&shown.to_string(), &output))?;
    context.print_json(&Output::Prove(Box::new(output)))?;
    Ok(match run.verdict {
        RunVerdict::Pass => Exit::Fine,
        RunVerdict::SandboxFailed => Exit::NoProvenFix,
        _ => Exit::FindingsRemain,
    })
}

/// Tests are run where there are some, else the file itself.
fn task(setting: &Setting, path: PathBuf, source: Vec<u8>, wall: Duration) -> Task {
    let tests = match (&setting.project, setting.profile) {
        (Some(project), Profile::Tests) => affected_tests(project, &path),
        _ => Vec::new(),
    };
    Task {
        mode: if tests.is_empty() {
            Mode::Script
        } else {
            Mode::Pytest
        },
        tests: tests
            .iter()
            .map(|test| test.display().to_string())
            .collect(),
        path,
        source,
        wall,
    }
}

fn output(run: &Run, source: &[u8]) -> ProveOutput {
    let report = run.report.as_ref();
    ProveOutput {
        verdict: run.verdict,
        reason: run.reason.clone(),
        exception: run.exception.clone(),
        rungs: rungs(run, source),
        layers: LayersOutput::from(&run.layers),
        exit_code: report.and_then(|report| report.exit_code()),
        stdout: report
            .map(|report| report.stdout.clone())
            .unwrap_or_default(),
        stderr: report
            .map(|report| report.stderr.clone())
            .unwrap_or_default(),
        truncated: report.is_some_and(|report| report.truncated),
        wall_ms: report.map_or(0, |report| report.wall_ms),
        cpu_ms: report.map_or(0, |report| report.cpu_ms),
        peak_rss_bytes: report.map_or(0, |report| report.peak_rss_bytes),
    }
}

/// How far the proof went.
fn rungs(run: &Run, source: &[u8]) -> Vec<Rung> {
    let mut rungs = Vec::new();
    let mut add = |step, verdict, detail: Option<String>| {
        rungs.push(Rung {
            step,
            verdict,
            detail,
        });
    };
    let passed = |passed| {
        if passed {
            Verdict::Passed
        } else {
            Verdict::Failed
        }
    };
    if let (Some(version), Ok(decoded)) = (run.version, decode(source)) {
        let first = syntax_errors(&parse(&decoded.text, version.into()))
            .into_iter()
            .next();
        add(
            "parse",
            passed(first.is_none()),
            first.map(|error| error.message),
        );
    }
    if let Some(compiled) = run.compiled {
        add("compile", passed(compiled), None);
    }
    let verdict = match run.verdict {
        RunVerdict::Pass => Verdict::Passed,
        RunVerdict::Timeout | RunVerdict::Limit | RunVerdict::Inconclusive => Verdict::Inconclusive,
        RunVerdict::SandboxFailed => return rungs,
        _ => Verdict::Failed,
    };
    let step = if run.tests.is_some() { "tests" } else { "run" };
    if run.compiled != Some(false) {
        add(step, verdict, Some(run.reason.clone()));
    }
    rungs
}

fn page(file: &str, output: &ProveOutput) -> String {
    let style = match output.verdict {
        RunVerdict::Pass => anstyle::AnsiColor::Green,
        RunVerdict::Inconclusive | RunVerdict::Timeout | RunVerdict::Limit => {
            anstyle::AnsiColor::Yellow
        }
        _ => anstyle::AnsiColor::Red,
    };
    let style = anstyle::Style::new().bold().fg_color(Some(style.into()));
    let verdict = serde_json::to_value(output.verdict).unwrap_or_default();
    let verdict = verdict.as_str().unwrap_or_default();
    let layers = &output.layers;
    // It may hold the message of an exception, which the program chose.
    let reason: String = output.reason.chars().flat_map(harmless).collect();
    let mut page = format!("{file}: {style}{verdict}{style:#}: {reason}\n");
    page.push_str(&format!(
        "  sandbox: {} ({})\n",
        layers.tier,
        layers.active.join(", ")
    ));
    for missing in &layers.missing {
        page.push_str(&format!("  missing: {missing}\n"));
    }
    for (title, text) in [("printed", &output.stdout), ("complained", &output.stderr)] {
        if !text.trim().is_empty() {
            page.push_str(&format!("  {title}:\n"));
            for line in text.lines() {
                // A program's escape sequences must not reach the terminal.
                let line: String = line.chars().flat_map(harmless).collect();
                page.push_str(&format!("    {line}\n"));
            }
        }
    }
    page
}

fn harmless(c: char) -> impl Iterator<Item = char> {
    // Some turn the direction of the text that follows them.
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let escaped = (turns || c.is_control() && c != '\t').then(|| c.escape_unicode());
    let plain = escaped.is_none().then_some(c);
    escaped.into_iter().flatten().chain(plain)
}

fn folder(path: &Path) -> Result<PathBuf, Report> {
    let shown = path.display();
    match std::fs::canonicalize(path) {
        Ok(real) if real.is_dir() => Ok(real),
        Ok(_) => Err(Report::new(Exit::Usage, format!("{shown}: is no folder"))),
        Err(error) => {
            Err(Report::new(Exit::Usage, format!("{shown}: cannot be found")).caused_by(&error))
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no number of seconds between 0.1 and 600");
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    if (0.1..=600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(wrong())
    }
}

fn layer(text: &str) -> Result<Layer, String> {
    let found = Layer::ALL
        .into_iter()
        .find(|layer| layer.name() == text || text == "ns" && *layer == Layer::Namespaces);
    found.ok_or_else(|| {
        let names: Vec<&str> = Layer::ALL.iter().map(|layer| layer.name()).collect();
        format!("there is no layer `{text}`; there are {}", names.join(", "))
    })
}
