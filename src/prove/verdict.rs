//! What a run says about a program.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::jail::{Ending, KilledBy, Layers, Report};
use super::testimony::Said;
use super::unseen::Place;

/// Most characters of an exception's message in a sentence.
const MAX_SHOWN: usize = 200;

/// How a run ended, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunVerdict {
    /// It came to its end without an error.
    Pass,
    /// An exception reached the top, a test failed, or it ended with a status that is not 0.
    Fail,
    /// It ended itself, with status 0, before its last statement.
    ExitedEarly,
    /// It ended with another status and did not say how.
    Incomplete,
    /// It wrote a verdict of its own.
    Forged,
    /// Its time was over.
    Timeout,
    /// It used up what the sandbox grants: memory, disk, processes, output.
    Limit,
    /// A signal ended it.
    Crash,
    /// It wanted what the sandbox denies, or input: neither a pass nor a failure.
    Inconclusive,
    /// The sandbox could not be had; nothing was run.
    SandboxFailed,
}

impl RunVerdict {
    /// Whether it says something about the program, not about the run.
    const fn is_decided(self) -> bool {
        matches!(self, Self::Pass | Self::Fail)
    }
}

/// An exception that reached the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exception {
    /// Its class, such as `NameError`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its message; at most 2,000 characters.
    pub message: String,
    /// The innermost file of the program or its project; `None` if it has no place there.
    pub file: Option<String>,
    /// The line there, from one.
    pub line: Option<u32>,
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if let Some(line) = self.line {
            write!(f, " on line {line}")?;
            if let Some(file) = self
                .file
                .as_deref()
                .and_then(|file| file.rsplit('/').next())
            {
                write!(f, " of {file}")?;
            }
        }
        let first = self.message.lines().next().unwrap_or_default();
        let shown: String = first.chars().take(MAX_SHOWN).collect();
        if shown.is_empty() {
            Ok(())
        } else {
            write!(f, ": {shown}")
        }
    }
}

/// How many tests ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tests {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, and files that could not be read.
    pub failed: u32,
    /// Tests that were skipped.
    pub skipped: u32,
}

/// Everything that a run showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// In one word.
    pub verdict: RunVerdict,
    /// In a sentence without its stop.
    pub reason: String,
    /// The exception that decided it, if one did.
    pub exception: Option<Exception>,
    /// The tests that were run, if any were.
    pub tests: Option<Tests>,
    /// Whether the interpreter compiled the program; `None` if it never said.
    pub compiled: Option<bool>,
    /// The interpreter's version, as `(major, minor)`; `None` if it never said.
    pub version: Option<(u8, u8)>,
    /// The layers that held.
    pub layers: Layers,
    /// What the jail measured; `None` if nothing was run.
    pub report: Option<Report>,
}

impl Run {
    /// Nothing was run.
    pub fn failed(reason: String, layers: Layers) -> Self {
        Self {
            verdict: RunVerdict::SandboxFailed,
            reason,
            exception: None,
            tests: None,
            compiled: None,
            version: None,
            layers,
            report: None,
        }
    }

    /// Judges what the jail reports.
    pub fn judge(report: Report, layers: Layers, place: Place<'_>) -> Self {
        let said = Said::read(&report);
        let (verdict, reason) = decide(&report, &said, place);
        Self {
            verdict,
            reason,
            exception: said.error.or(said.of_thread).map(|error| error.exception),
            tests: said.tests,
            compiled: said.compiled,
            version: said.version,
            layers,
            report: Some(report),
        }
    }
}

fn decide(report: &Report, said: &Said, place: Place<'_>) -> (RunVerdict, String) {
    if said.is_forged {
        let reason = "it wrote a verdict of its own where the sandbox reports";
        return (RunVerdict::Forged, reason.to_owned());
    }
    if let Some(killed_by) = report.killed_by {
        return match &said.error {
            // In a run of tests one has failed already, whatever the others do.
            Some(error) if killed_by == KilledBy::Time && said.doubt(place).is_none() => {
                let error = &error.exception;
                let reason = format!("not finished in time, but failed before: {error}");
                (RunVerdict::Fail, reason)
            }
            _ => end_of_patience(killed_by),
        };
    }
    match report.ending {
        // What was reported before the signal still holds.
        Ending::Signaled(signal) if said.error.is_none() => {
            let name = name_of(signal);
            return (RunVerdict::Crash, format!("it was ended by {name}"));
        }
        _ => {}
    }
    if let Some(reason) = said.exhaustion() {
        return (RunVerdict::Limit, reason);
    }
    if let Some(reason) = said.no_tests() {
        return (RunVerdict::Inconclusive, reason);
    }
    let ended = match report.ending {
        Ending::Exited(status) => status,
        Ending::Signaled(_) => 1,
    };
    let (verdict, reason) = end_of_program(said, ended);
    match said.doubt(place) {
        Some(doubt) if verdict.is_decided() => (RunVerdict::Inconclusive, doubt),
        _ => (verdict, reason),
    }
}

fn end_of_program(said: &Said, ended: i32) -> (RunVerdict, String) {
    if let (Some(tests), Some(status)) = (said.tests, said.status_of_tests) {
        return end_of_tests(tests, status, said);
    }
    if let Some(error) = &said.error {
        return (RunVerdict::Fail, error.exception.to_string());
    }
    if let Some(exit) = &said.exit {
        let status = exit.status.lines().next().unwrap_or_default();
        return if exit.status != "0" || ended != 0 {
            (
                RunVerdict::Fail,
                format!("it ended itself with status {status}"),
            )
        } else if exit.is_last {
            let reason = "it came to its last statement, which ended it with status 0";
            (RunVerdict::Pass, reason.to_owned())
        } else {
            let reason = "it ended itself with status 0 before its last statement";
            (RunVerdict::ExitedEarly, reason.to_owned())
        };
    }
    match (said.is_done, ended) {
        (true, 0) => (
            RunVerdict::Pass,
            "it came to its end without an error".to_owned(),
        ),
        (true, status) => {
            let reason = format!("it came to its end, but then ended with status {status}");
            (RunVerdict::Fail, reason)
        }
        (false, 0) => {
            let reason = "it ended with status 0 without coming to its end";
            (RunVerdict::ExitedEarly, reason.to_owned())
        }
        (false, status) => {
            let reason = format!("it ended with status {status} without saying how");
            (RunVerdict::Incomplete, reason)
        }
    }
}

/// The statuses are those of pytest: 0 fine, 1 failures, 5 no tests.
fn end_of_tests(tests: Tests, status: u32, said: &Said) -> (RunVerdict, String) {
    let Tests {
        passed,
        failed,
        skipped,
    } = tests;
    match status {
        0 if failed == 0 && passed > 0 => {
            let tests = if passed == 1 {
                "test passes"
            } else {
                "tests pass"
            };
            (RunVerdict::Pass, format!("{passed} {tests}"))
        }
        0 | 5 => {
            let reason = format!("there are no tests that could be run ({skipped} skipped)");
            (RunVerdict::Inconclusive, reason)
        }
        1 | 2 => {
            let error = said.error.as_ref();
            let because = error.map_or(String::new(), |error| format!(": {}", error.exception));
            let all = passed + failed;
            (
                RunVerdict::Fail,
                format!("{failed} of {all} tests fail{because}"),
            )
        }
        other => {
            let reason = format!("pytest itself failed with status {other}");
            (RunVerdict::Inconclusive, reason)
        }
    }
}

fn end_of_patience(killed_by: KilledBy) -> (RunVerdict, String) {
    let (verdict, reason) = match killed_by {
        KilledBy::Time => (RunVerdict::Timeout, "it was not finished in time"),
        KilledBy::Memory => (
            RunVerdict::Limit,
            "it used more memory than the sandbox grants",
        ),
        KilledBy::Output => (RunVerdict::Limit, "it printed without an end"),
        KilledBy::Disk => (RunVerdict::Limit, "it filled its scratch folder"),
        KilledBy::Processes => (RunVerdict::Limit, "it started too many processes"),
        KilledBy::Verdict => (
            RunVerdict::Forged,
            "it wrote without an end where the sandbox reports",
        ),
    };
    (verdict, reason.to_owned())
}

/// The signals that end programs, as they are known.
fn name_of(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}
