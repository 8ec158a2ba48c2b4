//! A child with everything that it starts, as one thing that can be ended.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

/// Most bytes of a child's complaints that are kept.
const MAX_COMPLAINT: usize = 4096;
/// How long a child that is no longer needed may take to end by itself: one that closed its output is just about to.
const ENDING: Duration = Duration::from_millis(50);

/// A running child that leads a process group of its own. Dropping it kills the whole group.
pub(super) struct Group {
    child: Child,
    complaint: Arc<Mutex<Vec<u8>>>,
    listener: Option<JoinHandle<()>>,
}

/// A command with nothing of this process in it: no environment but `variables`, a neutral folder, pipes only.
///
/// Its standard streams are never those of this process: on them the editor is spoken to.
pub(super) fn isolated(program: &Path, variables: &[(OsString, OsString)]) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(
            variables
                .iter()
                .map(|(name, value)| (name.as_os_str(), value.as_os_str())),
        )
        .current_dir(neutral_folder(program))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Group {
    /// Starts `command`, which must come from [`isolated`], in a group of its own.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        command.process_group(0);
        Ok(Self {
            child: command.spawn()?,
            complaint: Arc::default(),
            listener: None,
        })
    }

    /// Collects what the child writes to standard error, for [`Group::complaint`].
    pub(super) fn listen(&mut self) {
        let Some(mut stderr) = self.child.stderr.take() else {
            return;
        };
        let complaint = Arc::clone(&self.complaint);
        self.listener = Some(tokio::spawn(async move {
            let mut chunk = [0; 1024];
            // Read on past the cap, so that the child never waits for a full pipe.
            while let Ok(read @ 1..) = stderr.read(&mut chunk).await {
                let mut kept = complaint.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MAX_COMPLAINT.saturating_sub(kept.len());
                kept.extend(chunk.iter().take(read.min(room)));
            }
        }));
    }

    pub(super) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub(super) fn take_stderr(&mut self) -> Option<tokio::process::ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits until the child itself ends; what it started may live on until [`Group::end`].
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let leader = self.child.id();
        let status = self.child.wait().await;
        // What the child left behind has lost its leader, but not its group.
        kill(leader);
        status
    }

    /// Gives the child [`ENDING`] to end, kills the whole group, waits for the child, and says in a few words how it had
    /// ended.
    pub(super) async fn end(mut self) -> Ending {
        let before = tokio::time::timeout(ENDING, self.wait()).await;
        let before = before.ok().and_then(Result::ok);
        kill(self.child.id());
        let _ = self.child.start_kill();
        let after = self.child.wait().await.ok();
        if let Some(listener) = self.listener.take() {
            // It ends with the last holder of the pipe; a grandchild that left the group must not hold us up.
            let _ = tokio::time::timeout(Duration::from_millis(100), listener).await;
        }
        let complaint = self
            .complaint
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Ending {
            // A child that was about to end when it was killed still says how.
            status: before.or(after.filter(|status| !was_killed(*status))),
            complaint: last_line(&complaint),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // `None` once the child was waited for: its number may belong to somebody else by now.
        kill(self.child.id());
    }
}

/// How a child ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// Its status if it ended by itself.
    pub(super) status: Option<ExitStatus>,
    /// The last line that it wrote to standard error.
    pub(super) complaint: Option<String>,
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "it ended with {status}")?,
            None => write!(f, "it closed its output")?,
        }
        match &self.complaint {
            Some(complaint) => write!(f, " ({complaint})"),
            None => Ok(()),
        }
    }
}

/// Reads to the end and keeps the first `cap` bytes.
pub(super) async fn read_capped(
    mut from: impl AsyncRead + Unpin,
    cap: usize,
) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut chunk = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return Ok(kept);
        }
        let room = cap.saturating_sub(kept.len());
        kept.extend(chunk.iter().take(read.min(room)));
    }
}

#[cfg(unix)]
fn kill(leader: Option<u32>) {
    let leader = leader
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw);
    if let Some(leader) = leader {
        // It may be gone already.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill(_leader: Option<u32>) {
    // `start_kill` and `kill_on_drop` end the child; the interpreter starts no other.
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::KILL.as_raw())
}

#[cfg(not(unix))]
fn was_killed(_status: ExitStatus) -> bool {
    true
}

/// A folder with nothing of the project in it, so that no file there can change how the child starts.
fn neutral_folder(program: &Path) -> &Path {
    if cfg!(windows) {
        program.parent().unwrap_or(program)
    } else {
        Path::new("/")
    }
}

fn last_line(complaint: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaint);
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(line.trim().chars().take(200).collect())
}
