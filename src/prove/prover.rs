use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::{OnceCell, Semaphore, oneshot};

use super::environment::Environment;
use super::interpreter::{Found, Interpreter, Interpreters, Lookup, language_version};
use super::limits::{Limits, MAX_SOURCE};
use super::modules::modules;
use super::sandbox::Sandbox;
use super::standard_library::standard_library;
use super::start_time::start_time;
use super::steps::{Permission, Trials, TypeChecker, lint};
use super::surroundings::Surroundings;
use super::worker::{Worker, WorkerError};
use crate::engine::ports::{Change, Compilation, CompileVerdict, Prover, ToolReport, Trial};

/// Most workers at a time: one compiles, one more if both sides of the machine are busy.
const MAX_WORKERS: usize = 2;

/// How long an interpreter that does not come up is left alone.
const REST: Duration = Duration::from_secs(30);

/// Proves with the project's CPython, in at most two subprocesses that are started when first needed, stay warm, and
/// end after a while without work or when this is dropped.
///
/// It must be used inside a tokio runtime. The interpreter is looked for once; after a change of settings or trust,
/// make a new prover.
pub struct CPythonProver {
    interpreters: Interpreters,
    lookup: Lookup,
    limits: Limits,
    sandbox: Option<Sandbox>,
    desk: OnceCell<(Found, Option<Arc<Desk>>)>,
    types: TypeChecker,
    permission: Option<Permission>,
    trials: OnceCell<Option<Trials>>,
}

impl CPythonProver {
    /// A prover for the folder of `lookup`. Nothing is started yet.
    pub fn new(interpreters: Interpreters, lookup: Lookup, limits: Limits) -> Self {
        Self {
            interpreters,
            lookup,
            limits,
            sandbox: None,
            desk: OnceCell::new(),
            types: TypeChecker::default(),
            permission: None,
            trials: OnceCell::new(),
        }
    }

    /// The same with a sandbox, in which fixes are compiled.
    #[must_use]
    pub fn in_sandbox(mut self, sandbox: Sandbox) -> Self {
        self.sandbox = Some(sandbox);
        self
    }

    /// The same with the person's permission to run the programs of a project in that sandbox.
    #[must_use]
    pub fn permitted_to_run(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }

    /// What runs programs; `None` unless that is permitted and possible.
    async fn trials(&self) -> Option<&Trials> {
        let trials = self.trials.get_or_init(|| async {
            let (permission, sandbox) = (self.permission.clone()?, self.sandbox.clone()?);
            let interpreter = self.found().await.interpreter.as_ref()?;
            let surroundings = Surroundings::of(&interpreter.path)?;
            Some(Trials::new(permission, sandbox, surroundings))
        });
        trials.await.as_ref()
    }

    /// Which interpreter proves, or why none does.
    pub async fn found(&self) -> &Found {
        &self.desk().await.0
    }

    /// The Python version to judge by, as `(major, minor)`: the interpreter's, else the lowest that the project
    /// declares, else [`super::DEFAULT_VERSION`].
    pub async fn language_version(&self) -> (u8, u8) {
        language_version(self.found().await, &self.lookup)
    }

    /// How long the interpreter takes to start with nothing to do (`-I -S -c pass`); `None` if there is none.
    pub async fn start_time(&self) -> Option<Duration> {
        let interpreter = self.found().await.interpreter.as_ref()?;
        start_time(interpreter, &self.lookup.environment).await
    }

    /// The folder of the interpreter's standard library; `None` if there is no interpreter, or it does not say.
    pub async fn standard_library(&self) -> Option<PathBuf> {
        let interpreter = self.found().await.interpreter.as_ref()?;
        standard_library(interpreter, &self.lookup.environment).await
    }

    async fn desk(&self) -> &(Found, Option<Arc<Desk>>) {
        self.desk
            .get_or_init(|| async {
                let found = self.interpreters.find(&self.lookup).await;
                let desk = found.interpreter.clone().map(|interpreter| {
                    Arc::new(Desk {
                        interpreter,
                        environment: self.lookup.environment.clone(),
                        limits: self.limits,
                        sandbox: self.sandbox.clone(),
                        seats: Arc::new(Semaphore::new(MAX_WORKERS)),
                        idle: Mutex::default(),
                    })
                });
                (found, desk)
            })
            .await
    }

    async fn verdict(&self, source: &[u8]) -> CompileVerdict {
        if source.len() > MAX_SOURCE {
            return unavailable(format!(
                "the text has {} MiB; at most {} MiB are compiled",
                source.len() >> 20,
                MAX_SOURCE >> 20
            ));
        }
        match self.desk().await {
            (_, Some(desk)) => Desk::compile(desk, source).await,
            (found, None) => unavailable(found.reason()),
        }
    }
}

#[async_trait]
impl Prover for CPythonProver {
    async fn compile(&self, source: &[u8]) -> Compilation {
        let start = Instant::now();
        let verdict = self.verdict(source).await;
        Compilation {
            verdict,
            millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    async fn interpreter(&self) -> Option<String> {
        let found = self.found().await;
        found.interpreter.as_ref().map(Interpreter::to_string)
    }

    async fn modules(&self, path: Option<&str>) -> Option<BTreeSet<String>> {
        let interpreter = self.found().await.interpreter.as_ref()?;
        modules(interpreter, path.map(Path::new), &self.lookup)
    }

    async fn run(&self, change: &Change<'_>) -> Option<Trial> {
        self.trials().await?.run(change).await
    }

    async fn run_tests(&self, change: &Change<'_>) -> Option<Trial> {
        self.trials().await?.run_tests(change).await
    }

    async fn lint(&self, change: &Change<'_>) -> Option<ToolReport> {
        lint(change, &self.lookup, self.limits.tool).await
    }

    async fn check_types(&self, change: &Change<'_>) -> Option<ToolReport> {
        let interpreter = self.found().await.interpreter.as_ref();
        let interpreter = interpreter.map(|interpreter| interpreter.path.as_path());
        self.types
            .check(change, &self.lookup, interpreter, self.limits.tool)
            .await
    }
}

/// Where jobs wait for workers and workers for jobs.
struct Desk {
    interpreter: Interpreter,
    environment: Environment,
    limits: Limits,
    sandbox: Option<Sandbox>,
    seats: Arc<Semaphore>,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The workers with nothing to do, the one used last at the end.
    workers: Vec<(Worker, Instant)>,
    /// Whether somebody looks after them.
    is_watched: bool,
    /// Until when the interpreter is left alone, and why.
    resting: Option<(Instant, String)>,
}

impl Desk {
    async fn compile(desk: &Arc<Self>, source: &[u8]) -> CompileVerdict {
        // A job whose future is dropped here has never begun.
        let Ok(seat) = Arc::clone(&desk.seats).acquire_owned().await else {
            return unavailable("the prover has ended".to_owned());
        };
        let (mut sender, receiver) = oneshot::channel();
        let source = source.to_vec();
        let job = Arc::clone(desk);
        tokio::spawn(async move {
            // A job that nobody waits for any more gets a moment to end, which spares the start of another worker;
            // after that it is dropped with its worker, which kills the worker.
            let verdict = tokio::select! {
                verdict = job.work(&source) => Some(verdict),
                () = given_up(&mut sender, job.limits.grace) => None,
            };
            if let Some(verdict) = verdict {
                let _ = sender.send(verdict);
            }
            drop(seat);
        });
        receiver
            .await
            .unwrap_or_else(|_| unavailable("the compile step was given up".to_owned()))
    }

    /// Compiles with a warm worker if there is one, and with a new one if that is of no use.
    async fn work(self: &Arc<Self>, source: &[u8]) -> CompileVerdict {
        if let Some(reason) = self.resting() {
            return unavailable(reason);
        }
        let deadline = tokio::time::Instant::now() + self.limits.wall;
        let mut worker = self.take();
        let mut failure = WorkerError::TimedOut(self.limits.wall);
        for _ in 0..2 {
            let mut current = match worker.take() {
                Some(worker) => worker,
                None => match self.start(deadline).await {
                    Ok(worker) => worker,
                    Err(error) => {
                        self.rest(self.explain(&error));
                        return unavailable(self.explain(&error));
                    }
                },
            };
            match tokio::time::timeout_at(deadline, current.compile(source)).await {
                Ok(Ok(verdict)) => {
                    self.put_back(current);
                    return match verdict {
                        CompileVerdict::Unavailable { reason } => {
                            unavailable(format!("{}: {reason}", self.interpreter))
                        }
                        decided => decided,
                    };
                }
                Ok(Err(error)) => failure = current.fail(error).await,
                Err(_) => {
                    failure = current.fail(WorkerError::TimedOut(self.limits.wall)).await;
                    break;
                }
            }
        }
        unavailable(self.explain(&failure))
    }

    /// A worker that is ready; tried twice unless the time is over.
    async fn start(&self, deadline: tokio::time::Instant) -> Result<Worker, WorkerError> {
        let once = || async {
            let sandbox = self.sandbox.as_ref();
            let start = Worker::start(&self.interpreter, &self.environment, &self.limits, sandbox);
            tokio::time::timeout_at(deadline, start)
                .await
                .unwrap_or(Err(WorkerError::TimedOut(self.limits.wall)))
        };
        match once().await {
            Err(WorkerError::Died(_) | WorkerError::Nonsense(_)) => once().await,
            outcome => outcome,
        }
    }

    fn explain(&self, error: &WorkerError) -> String {
        format!("{} {error}", self.interpreter)
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Worker> {
        self.idle().workers.pop().map(|(worker, _)| worker)
    }

    fn put_back(self: &Arc<Self>, worker: Worker) {
        let mut idle = self.idle();
        idle.workers.push((worker, Instant::now()));
        if !idle.is_watched {
            idle.is_watched = true;
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    fn resting(&self) -> Option<String> {
        let idle = self.idle();
        let (until, reason) = idle.resting.as_ref()?;
        (Instant::now() < *until).then(|| reason.clone())
    }

    /// Leaves an interpreter alone that does not come up, instead of starting it for every keystroke.
    fn rest(&self, reason: String) {
        self.idle().resting = Some((Instant::now() + REST, reason));
    }

    /// Ends the workers that had nothing to do for long; says when to look again, or `None` if there are none left.
    fn end_idle(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut idle = self.idle();
        let limit = self.limits.idle;
        idle.workers
            .retain(|(_, since)| now.duration_since(*since) < limit);
        let oldest = idle.workers.iter().map(|(_, since)| *since).min();
        idle.is_watched = oldest.is_some();
        oldest.map(|oldest| oldest + limit)
    }
}

/// Ends idle workers in time, for as long as there is one and the prover lives.
async fn watch(desk: Weak<Desk>) {
    while let Some(next) = desk.upgrade().and_then(|desk| desk.end_idle()) {
        tokio::time::sleep_until(next.into()).await;
    }
}

async fn given_up(sender: &mut oneshot::Sender<CompileVerdict>, grace: Duration) {
    sender.closed().await;
    tokio::time::sleep(grace).await;
}

fn unavailable(reason: String) -> CompileVerdict {
    CompileVerdict::Unavailable { reason }
}
