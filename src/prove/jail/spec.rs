//! What the supervisor and the jail say to each other: frames of a big-endian 32-bit length and JSON.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::layers::{Layer, Layers};

/// Longest frame: a report carries the output twice, escaped.
const MAX_FRAME: u32 = 64 << 20;

/// What may be done inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// One process, no network.
    #[default]
    Single,
    /// Child processes, and a loopback of its own where namespaces allow it: for tests.
    Tests,
}

/// Where the program may write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scratch {
    /// Nowhere.
    None,
    /// A folder of the host that the supervisor made and removes. With namespaces it stays empty: what is written lies
    /// in memory and is gone with the last process.
    Private(PathBuf),
    /// A folder that the person named; what is written there stays.
    Named(PathBuf),
}

impl Scratch {
    /// The folder on the host, if there is one.
    pub fn folder(&self) -> Option<&PathBuf> {
        match self {
            Self::None => None,
            Self::Private(folder) | Self::Named(folder) => Some(folder),
        }
    }
}

/// What the interpreter is started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// A program that speaks the protocol of `harness.py`: it waits for one [`Job`], which the warden reports on.
    Harness {
        /// The program's text.
        text: String,
        /// What it compiles when it needs it.
        rarely: Vec<String>,
    },
    /// A program of our own that runs nothing of the person's. It speaks to the supervisor itself, over the standard
    /// streams, for as long as the supervisor likes; it has no site packages.
    Attached {
        /// The program's text.
        text: String,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

/// What the jail looks like, before it is known what it will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// The interpreter's executable; no link of a version manager.
    pub interpreter: PathBuf,
    /// What it runs.
    pub script: Script,
    /// Files and folders that may be read, beside those of the system.
    pub readable: Vec<PathBuf>,
    /// The project's root, which may be read.
    pub project: Option<PathBuf>,
    /// What lies in the project and may not be read: absolute paths.
    pub masked: Vec<PathBuf>,
    /// Where the program may write.
    pub scratch: Scratch,
    /// The folder that it starts in; `None` for the scratch folder.
    pub folder: Option<PathBuf>,
    /// What may be done inside.
    pub profile: Profile,
    /// Most memory of the whole tree, in bytes.
    pub memory: u64,
    /// Layers that are switched off by force.
    pub disabled: Vec<Layer>,
    /// Why namespaces are not to be tried: they were, and were of no use.
    pub no_namespaces: Option<String>,
}

/// How a job is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// As a script, from its first line to its last.
    Script,
    /// By pytest.
    Pytest,
}

impl Mode {
    /// The name that the harness knows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Pytest => "pytest",
        }
    }
}

/// One program to run. Its source follows the frame as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// How it is run.
    pub mode: Mode,
    /// The file whose text is replaced by the source, absolute.
    pub path: PathBuf,
    /// The tests to run, for [`Mode::Pytest`]: files, or node ids.
    pub tests: Vec<String>,
    /// Wall time in milliseconds.
    pub wall_ms: u64,
    /// Bytes of source that follow.
    pub source: u64,
}

/// Why the warden ended the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KilledBy {
    /// Its wall time was over.
    Time,
    /// The tree took too much memory.
    Memory,
    /// It wrote too much on its standard streams.
    Output,
    /// It filled the scratch folder.
    Disk,
    /// It wrote nonsense where verdicts are written, without an end.
    Verdict,
    /// There were too many processes.
    Processes,
}

/// How the interpreter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With an exit status.
    Exited(i32),
    /// By a signal.
    Signaled(i32),
}

/// What happened to a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How the interpreter ended.
    pub ending: Ending,
    /// Why the warden ended it, if it did.
    pub killed_by: Option<KilledBy>,
    /// The number that only the harness knows.
    pub nonce: String,
    /// What was written where verdicts are written, line by line; at most 64 KiB.
    pub events: Vec<String>,
    /// Standard output; at most 256 KiB, what is no UTF-8 replaced.
    pub stdout: String,
    /// Standard error, the same.
    pub stderr: String,
    /// Whether more was written than is kept.
    pub truncated: bool,
    /// Wall time from the job to the end, in milliseconds.
    pub wall_ms: u64,
    /// Processor time of the whole tree, in milliseconds.
    pub cpu_ms: u64,
    /// Most resident memory of one process, in bytes.
    pub peak_rss_bytes: u64,
}

impl Report {
    /// The exit status, if the program ended itself.
    pub fn exit_code(&self) -> Option<i32> {
        match self.ending {
            Ending::Exited(status) if self.killed_by.is_none() => Some(status),
            _ => None,
        }
    }
}

/// What the jail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The jail stands, and the interpreter waits for its job.
    Ready(Layers),
    /// Too little of a jail: nothing was started.
    Refused(Layers),
    /// Namespaces can be entered here, but nothing can be mounted in them, as where AppArmor restricts them: the jail
    /// has to be set up again without. Nothing was started.
    NoNamespaces(String),
    /// Something could not be set up; nothing of the person's program was run.
    Failed(String),
    /// The job is over and nothing of it is left.
    Report(Box<Report>),
}

/// Writes one frame.
///
/// # Errors
/// If the other side has gone, or the value is no JSON (a path that is not UTF-8).
pub fn write_frame(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    to.write_all(&frame(value)?)?;
    to.flush()
}

/// One frame as bytes.
///
/// # Errors
/// If the value is no JSON (a path that is not UTF-8).
pub fn frame(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec(value)?;
    let length = u32::try_from(text.len())
        .ok()
        .filter(|length| *length <= MAX_FRAME)
        .ok_or_else(|| io::Error::other("a message to the sandbox is too long"))?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend(text);
    Ok(frame)
}

/// Reads one frame.
///
/// # Errors
/// If the other side has gone or writes something else.
pub fn read_frame<T: for<'text> Deserialize<'text>>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = frame_length(length)?;
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

/// The length of the frame that follows.
///
/// # Errors
/// If it is longer than any frame.
pub fn frame_length(length: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_be_bytes(length);
    if length > MAX_FRAME {
        return Err(io::Error::other("a message of the sandbox is too long"));
    }
    Ok(length as usize)
}
