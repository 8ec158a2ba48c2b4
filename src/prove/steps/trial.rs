//! Runs of the person's program before and after a change, and what their difference says.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::super::jail::{Mode, Profile};
use super::super::pool::Pool;
use super::super::sandbox::{Sandbox, Setting, Task};
use super::super::surroundings::Surroundings;
use super::super::verdict::{Run, RunVerdict};
use super::affected_tests::{affected_tests, is_test_file};
use crate::engine::ports::{Change, Trial, TrialVerdict};
use crate::text::source_bytes;

/// How long jails wait for the next run.
const IDLE: Duration = Duration::from_secs(120);

/// The person's permission to run the programs of one project, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The project's root; no file outside of it is ever run.
    pub project: PathBuf,
    /// Longest time of one run of a program.
    pub run_wall: Duration,
    /// Longest time of one run of tests.
    pub test_wall: Duration,
    /// Most memory of a program with everything that it starts, in bytes.
    pub memory: u64,
}

/// Runs programs of one project.
pub(in super::super) struct Trials {
    permission: Permission,
    sandbox: Sandbox,
    programs: Pool,
    tests: Setting,
    /// The runs of the text before that were seen last: all fixes of a text are held against the same one.
    before: Mutex<Vec<(Question, Arc<Run>)>>,
}

/// What was run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    mode: Mode,
    path: PathBuf,
    source: Vec<u8>,
    tests: Vec<String>,
}

impl Trials {
    pub(in super::super) fn new(
        permission: Permission,
        sandbox: Sandbox,
        surroundings: Surroundings,
    ) -> Self {
        let setting = |profile| Setting {
            surroundings: surroundings.clone(),
            project: Some(permission.project.clone()),
            scratch: None,
            readable: Vec::new(),
            profile,
            memory: permission.memory,
            disabled: Vec::new(),
        };
        Self {
            programs: Pool::new(sandbox.clone(), setting(Profile::Single), IDLE),
            tests: setting(Profile::Tests),
            permission,
            sandbox,
            before: Mutex::default(),
        }
    }

    /// Runs the file as a script; `None` if it is outside of the project, or holds tests.
    pub(in super::super) async fn run(&self, change: &Change<'_>) -> Option<Trial> {
        let path = self.inside(change.path?)?;
        if is_test_file(&path) {
            return None;
        }
        let start = Instant::now();
        let question = |text: &str| Question {
            mode: Mode::Script,
            path: path.clone(),
            source: source_bytes(text).into_owned(),
            tests: Vec::new(),
        };
        let before = self.known(question(change.before)).await;
        let after = self.ask(&question(change.after)).await;
        let (verdict, detail) = compare_runs(&before, &after);
        Some(trial(verdict, detail, None, start))
    }

    /// Runs the tests that import the file, or that it holds; `None` if there are none.
    pub(in super::super) async fn run_tests(&self, change: &Change<'_>) -> Option<Trial> {
        let path = self.inside(change.path?)?;
        let project = self.permission.project.clone();
        let file = path.clone();
        let search = tokio::task::spawn_blocking(move || affected_tests(&project, &file));
        let tests = search.await.ok().filter(|tests| !tests.is_empty())?;
        let start = Instant::now();
        let question = |text: &str| Question {
            mode: Mode::Pytest,
            path: path.clone(),
            source: source_bytes(text).into_owned(),
            tests: tests
                .iter()
                .map(|test| test.display().to_string())
                .collect(),
        };
        let before = self.known(question(change.before)).await;
        let after = self.ask(&question(change.after)).await;
        let (verdict, detail) = compare_tests(&before, &after);
        let passed = (verdict == TrialVerdict::Held)
            .then_some(after.tests)
            .flatten();
        Some(trial(
            verdict,
            detail,
            passed.map(|tests| tests.passed),
            start,
        ))
    }

    /// The real path of a file that lies in the project.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let real = std::fs::canonicalize(Path::new(path)).ok()?;
        let project = std::fs::canonicalize(&self.permission.project).ok()?;
        real.starts_with(project).then_some(real)
    }

    async fn known(&self, question: Question) -> Arc<Run> {
        let known = || {
            let known = self.before.lock().unwrap_or_else(PoisonError::into_inner);
            let mut known = known.iter().filter(|(asked, _)| *asked == question);
            known.next().map(|(_, run)| Arc::clone(run))
        };
        if let Some(run) = known() {
            return run;
        }
        let run = Arc::new(self.ask(&question).await);
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.retain(|(asked, _)| asked.mode != question.mode);
        before.push((question, Arc::clone(&run)));
        run
    }

    async fn ask(&self, question: &Question) -> Run {
        let task = Task {
            mode: question.mode,
            path: question.path.clone(),
            source: question.source.clone(),
            tests: question.tests.clone(),
            wall: match question.mode {
                Mode::Script => self.permission.run_wall,
                Mode::Pytest => self.permission.test_wall,
            },
        };
        match question.mode {
            Mode::Script => self.programs.run(&task).await,
            Mode::Pytest => self.sandbox.run(&self.tests, &task).await,
        }
    }
}

fn trial(verdict: TrialVerdict, detail: String, tests: Option<u32>, start: Instant) -> Trial {
    Trial {
        verdict,
        detail,
        tests,
        millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// The text before must show an error, and the text after must come to its end without one.
fn compare_runs(before: &Run, after: &Run) -> (TrialVerdict, String) {
    let failed_before = matches!(before.verdict, RunVerdict::Fail | RunVerdict::Crash);
    let layers = after.layers.active().join(", ");
    match after.verdict {
        RunVerdict::Pass if failed_before => {
            let detail = format!("before: {}; now {} ({layers})", before.reason, after.reason);
            (TrialVerdict::Held, detail)
        }
        RunVerdict::Pass => {
            let detail = format!(
                "the text before shows no error when it is run: {}",
                before.reason
            );
            (TrialVerdict::Undecided, detail)
        }
        RunVerdict::Fail if is_same(before, after) => (
            TrialVerdict::Broken,
            format!("it still ends with {}", after.reason),
        ),
        // What the fix brought to light may have been there before.
        RunVerdict::Fail => (
            TrialVerdict::Undecided,
            format!("it now ends with {}", after.reason),
        ),
        RunVerdict::ExitedEarly
        | RunVerdict::Incomplete
        | RunVerdict::Forged
        | RunVerdict::Crash
            if before.verdict != after.verdict =>
        {
            (TrialVerdict::Broken, after.reason.clone())
        }
        _ => (TrialVerdict::Undecided, after.reason.clone()),
    }
}

/// Tests that pass say something by themselves; tests that fail say so only if they passed before.
fn compare_tests(before: &Run, after: &Run) -> (TrialVerdict, String) {
    match (before.verdict, after.verdict) {
        (_, RunVerdict::Pass) => {
            let layers = after.layers.active().join(", ");
            (TrialVerdict::Held, format!("{} ({layers})", after.reason))
        }
        (RunVerdict::Pass, RunVerdict::Fail | RunVerdict::Crash | RunVerdict::Forged) => {
            let detail = format!("tests that passed before fail: {}", after.reason);
            (TrialVerdict::Broken, detail)
        }
        _ => (TrialVerdict::Undecided, after.reason.clone()),
    }
}

fn is_same(before: &Run, after: &Run) -> bool {
    let (Some(before), Some(after)) = (&before.exception, &after.exception) else {
        return false;
    };
    before.kind == after.kind && before.message == after.message
}

#[cfg(test)]
mod tests {
    use super::super::super::jail::Layers;
    use super::super::super::verdict::Exception;
    use super::*;

    fn run(verdict: RunVerdict, error: Option<&str>) -> Run {
        Run {
            verdict,
            exception: error.map(|kind| Exception {
                kind: kind.to_owned(),
                message: String::new(),
                file: None,
                line: None,
            }),
            ..Run::failed(String::new(), Layers::default())
        }
    }

    #[test]
    fn only_an_error_that_is_gone_counts() {
        use RunVerdict::{ExitedEarly, Fail, Inconclusive, Pass, Timeout};
        use TrialVerdict::{Broken, Held, Undecided};
        let broken = run(Fail, Some("SyntaxError"));
        for (before, after, expected) in [
            (&broken, run(Pass, None), Held),
            (&broken, run(Fail, Some("SyntaxError")), Broken),
            (&broken, run(Fail, Some("NameError")), Undecided),
            (&broken, run(ExitedEarly, None), Broken),
            (&broken, run(Timeout, None), Undecided),
            (&broken, run(Inconclusive, None), Undecided),
            (&run(Pass, None), run(Pass, None), Undecided),
            (&run(Inconclusive, None), run(Pass, None), Undecided),
        ] {
            let (verdict, _) = compare_runs(before, &after);
            assert_eq!(
                verdict, expected,
                "{:?} to {:?}",
                before.verdict, after.verdict
            );
        }
    }

    #[test]
    fn tests_that_passed_must_go_on_to_pass() {
        use RunVerdict::{Fail, Pass, Timeout};
        use TrialVerdict::{Broken, Held, Undecided};
        for (before, after, expected) in [
            (Fail, Pass, Held),
            (Pass, Pass, Held),
            (Pass, Fail, Broken),
            (Fail, Fail, Undecided),
            (Pass, Timeout, Undecided),
        ] {
            let (verdict, _) = compare_tests(&run(before, None), &run(after, None));
            assert_eq!(verdict, expected, "{before:?} to {after:?}");
        }
    }
}
