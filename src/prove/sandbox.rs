//! Runs programs that nobody trusts: starts jails, hands them their jobs, and never waits longer than promised.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout, Command};

use super::environment::Environment;
use super::group::{Group, isolated};
use super::jail::{self, Job, Layer, Layers, Message, Mode, Profile, Scratch, Script, Spec};
use super::surroundings::Surroundings;
use super::unseen::Place;
use super::verdict::{Run, RunVerdict};

/// What runs inside.
const HARNESS: &str = include_str!("harness.py");
/// What of it is rarely needed.
const RARELY: [&str; 2] = [
    include_str!("harness_ending.py"),
    include_str!("harness_tests.py"),
];
/// How long a jail may take to stand: it is milliseconds on an idle machine.
const SET_UP: Duration = Duration::from_secs(15);
/// How much longer than the program's own time its supervisor waits before it ends the jail from outside.
const BACKSTOP: Duration = Duration::from_millis(300);

/// The executable that becomes a jail, and what its jails have in common.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// This executable.
    program: PathBuf,
    /// What every child may see, and what a program finds outside.
    environment: Arc<Environment>,
    /// Why namespaces are of no use on this machine, once that is known.
    no_namespaces: Arc<OnceLock<String>>,
}

/// What a program is run with.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The interpreter and what belongs to it.
    pub surroundings: Surroundings,
    /// The project's root, which the program may read.
    pub project: Option<PathBuf>,
    /// A folder to write into that stays; `None`: one of its own that is removed.
    pub scratch: Option<PathBuf>,
    /// Further files that it may read, such as itself.
    pub readable: Vec<PathBuf>,
    /// What may be done inside.
    pub profile: Profile,
    /// Most memory of all its processes, in bytes.
    pub memory: u64,
    /// Layers that are switched off by force, for tests.
    pub disabled: Vec<Layer>,
}

/// A program to run.
#[derive(Debug, Clone)]
pub struct Task {
    /// How it is run.
    pub mode: Mode,
    /// The file whose text `source` is; it need not exist.
    pub path: PathBuf,
    /// The text.
    pub source: Vec<u8>,
    /// Tests to run, for [`Mode::Pytest`].
    pub tests: Vec<String>,
    /// Wall time.
    pub wall: Duration,
}

/// Why there is no jail.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Too little of it: nothing was started.
    #[error("the sandbox is too weak here: {}", .0.missing.join("; "))]
    Refused(Box<Layers>),
    /// Something could not be set up.
    #[error("the sandbox cannot be set up: {0}")]
    Failed(String),
}

impl From<io::Error> for SandboxError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A jail that stands, with an interpreter in it that waits for one job. Dropping it ends it.
pub struct Cell {
    layers: Layers,
    conversation: Conversation,
    /// The project that can be read in it.
    project: Option<PathBuf>,
    environment: Arc<Environment>,
    /// Removed with the cell.
    scratch: Option<tempfile::TempDir>,
}

/// What is left of a jail whose program has ended. Dropping it clears it too, but waits for nothing.
pub struct Remains {
    conversation: Conversation,
    scratch: Option<tempfile::TempDir>,
}

/// A jail and the ways to it. Dropping it ends the jail.
pub(super) struct Conversation {
    pub(super) group: Group,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
}

impl Sandbox {
    /// A sandbox whose jails are made by `program`, an executable of salve.
    pub fn new(program: PathBuf, environment: &Environment) -> Self {
        Self {
            program,
            environment: Arc::new(environment.clone()),
            no_namespaces: Arc::default(),
        }
    }

    /// Sets a jail up and waits until it stands.
    ///
    /// # Errors
    /// If there is too little of a jail on this machine, or the interpreter does not come up in it.
    pub async fn open(&self, setting: &Setting) -> Result<Cell, SandboxError> {
        let (spec, scratch) = spec(setting)?;
        let (layers, conversation) = self.stand(&spec).await?;
        Ok(Cell {
            layers,
            conversation,
            project: spec.project,
            environment: Arc::clone(&self.environment),
            scratch,
        })
    }

    /// Has a program of our own run in a jail and speak to us itself, until its input ends.
    ///
    /// # Errors
    /// If there is too little of a jail on this machine.
    pub(super) async fn attach(
        &self,
        surroundings: &Surroundings,
        text: &str,
        arguments: Vec<String>,
        memory: u64,
    ) -> Result<Conversation, SandboxError> {
        let spec = Spec {
            interpreter: surroundings.executable.clone(),
            script: Script::Attached {
                text: text.to_owned(),
                arguments,
            },
            readable: surroundings.readable.clone(),
            project: None,
            masked: Vec::new(),
            scratch: Scratch::None,
            folder: None,
            profile: Profile::Single,
            memory,
            disabled: Vec::new(),
            no_namespaces: None,
        };
        Ok(self.stand(&spec).await?.1)
    }

    /// Starts a jail and waits until it stands, without namespaces if they turn out to be of no use here.
    async fn stand(&self, spec: &Spec) -> Result<(Layers, Conversation), SandboxError> {
        let mut spec = spec.clone();
        spec.no_namespaces = self.no_namespaces.get().cloned();
        match self.stand_once(&spec).await? {
            Ok(standing) => Ok(standing),
            Err(reason) => {
                // The same for every jail to come.
                let _ = self.no_namespaces.set(reason.clone());
                spec.no_namespaces = Some(reason);
                let stood = self.stand_once(&spec).await?;
                stood.map_err(SandboxError::Failed)
            }
        }
    }

    /// Starts a jail once; the inner error says why it has to be without namespaces.
    async fn stand_once(
        &self,
        spec: &Spec,
    ) -> Result<Result<(Layers, Conversation), String>, SandboxError> {
        let mut conversation = Conversation::start(&self.program, &self.environment.for_all)?;
        let told = tokio::time::timeout(SET_UP, async {
            conversation.send(&jail::frame(spec)?).await;
            conversation.receive().await
        });
        let answer = match told.await {
            Ok(answer) => answer,
            Err(_) => Err(io::Error::other(format!(
                "it does not stand within {SET_UP:?}"
            ))),
        };
        match answer {
            Ok(Message::Ready(layers)) => Ok(Ok((layers, conversation))),
            Ok(Message::NoNamespaces(reason)) => {
                conversation.group.end().await;
                Ok(Err(reason))
            }
            Ok(Message::Refused(layers)) => Err(SandboxError::Refused(Box::new(layers))),
            Ok(Message::Failed(reason)) => Err(SandboxError::Failed(reason)),
            Ok(Message::Report(_)) => Err(SandboxError::Failed("it reports too early".to_owned())),
            Err(error) => Err(SandboxError::Failed(conversation.explain(&error).await)),
        }
    }

    /// Sets a jail up to see which layers hold here, and runs nothing in it.
    pub async fn examine(&self, setting: &Setting) -> Layers {
        match self.open(setting).await {
            Ok(cell) => {
                let layers = cell.layers.clone();
                cell.conversation.group.end().await;
                layers
            }
            Err(SandboxError::Refused(layers)) => *layers,
            Err(error) => Layers {
                missing: vec![error.to_string()],
                ..Layers::default()
            },
        }
    }

    /// Runs one program in a jail of its own.
    pub async fn run(&self, setting: &Setting, task: &Task) -> Run {
        match self.open(setting).await {
            Ok(cell) => {
                let (run, remains) = cell.run(task).await;
                remains.clear().await;
                run
            }
            Err(SandboxError::Refused(layers)) => {
                let reason = SandboxError::Refused(layers.clone()).to_string();
                Run::failed(reason, *layers)
            }
            Err(error) => Run::failed(error.to_string(), Layers::default()),
        }
    }
}

impl Cell {
    /// The layers that hold around it.
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// Runs one program. Its processes are gone afterwards; what else there was of the jail is still to be cleared.
    pub async fn run(self, task: &Task) -> (Run, Remains) {
        let Self {
            layers,
            mut conversation,
            project,
            environment,
            scratch,
        } = self;
        let place = Place {
            file: &task.path,
            project: project.as_deref(),
            home: environment.home.as_deref(),
            module_path: &environment.module_path,
        };
        let job = Job {
            mode: task.mode,
            path: task.path.clone(),
            tests: task.tests.clone(),
            wall_ms: u64::try_from(task.wall.as_millis()).unwrap_or(u64::MAX),
            source: task.source.len() as u64,
        };
        let run = async {
            let mut message = jail::frame(&job)?;
            message.extend(&task.source);
            conversation.send(&message).await;
            conversation.receive().await
        };
        let outcome = tokio::time::timeout(task.wall + BACKSTOP, run).await;
        let run = match outcome {
            Ok(Ok(Message::Report(report))) => Run::judge(*report, layers, place),
            Ok(Ok(Message::Failed(reason))) => Run::failed(reason, layers),
            Ok(Ok(_)) => Run::failed("the sandbox repeats itself".to_owned(), layers),
            Ok(Err(error)) => Run::failed(format!("the sandbox broke: {error}"), layers),
            Err(_) => {
                let reason = "it was not finished in time, and ended from outside".to_owned();
                Run {
                    verdict: RunVerdict::Timeout,
                    ..Run::failed(reason, layers)
                }
            }
        };
        let remains = Remains {
            conversation,
            scratch,
        };
        (run, remains)
    }
}

impl Remains {
    /// Waits until the jail's own processes are gone, and removes its scratch folder.
    pub async fn clear(self) {
        self.conversation.group.end().await;
        drop(self.scratch);
    }
}

impl Conversation {
    fn start(program: &Path, variables: &[(OsString, OsString)]) -> io::Result<Self> {
        Self::begin(isolated(program, variables).arg(jail::ARGUMENT))
    }

    /// Starts `command`, which must come from [`isolated`], to speak with it.
    pub(super) fn begin(command: &mut Command) -> io::Result<Self> {
        let mut group = Group::start(command.stdin(std::process::Stdio::piped()))?;
        group.listen();
        match (group.take_stdin(), group.take_stdout()) {
            (Some(stdin), Some(stdout)) => Ok(Self {
                group,
                stdin,
                stdout,
            }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// A jail that has ended shows when it is listened to, with more to say about it.
    async fn send(&mut self, message: &[u8]) {
        if self.stdin.write_all(message).await.is_ok() {
            let _ = self.stdin.flush().await;
        }
    }

    async fn receive(&mut self) -> io::Result<Message> {
        let mut length = [0; 4];
        self.stdout.read_exact(&mut length).await?;
        let mut text = vec![0; jail::frame_length(length)?];
        self.stdout.read_exact(&mut text).await?;
        Ok(serde_json::from_slice(&text)?)
    }

    async fn explain(self, error: &io::Error) -> String {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            self.group.end().await.to_string()
        } else {
            self.group.end().await;
            error.to_string()
        }
    }
}

/// What the jail is told, and the folder that has to live as long as it does.
fn spec(setting: &Setting) -> io::Result<(Spec, Option<tempfile::TempDir>)> {
    let project = setting
        .project
        .as_deref()
        .map(std::fs::canonicalize)
        .transpose()?;
    let (scratch, folder) = match &setting.scratch {
        Some(named) => (Scratch::Named(std::fs::canonicalize(named)?), None),
        None => {
            let folder = tempfile::Builder::new()
                .prefix("salve-")
                .rand_bytes(16)
                .tempdir()?;
            let path = std::fs::canonicalize(folder.path())?;
            (Scratch::Private(path), Some(folder))
        }
    };
    let masked = match &project {
        Some(project) => super::secrets::secrets(project, setting.profile == Profile::Tests)?,
        None => Vec::new(),
    };
    let mut readable = setting.surroundings.readable.clone();
    readable.extend(setting.readable.iter().cloned());
    let spec = Spec {
        interpreter: setting.surroundings.executable.clone(),
        script: Script::Harness {
            text: HARNESS.to_owned(),
            rarely: RARELY.map(str::to_owned).to_vec(),
        },
        readable,
        folder: project.clone().filter(|_| setting.scratch.is_none()),
        project,
        masked,
        scratch,
        profile: setting.profile,
        memory: setting.memory,
        disabled: setting.disabled.clone(),
        no_namespaces: None,
    };
    Ok((spec, folder))
}
