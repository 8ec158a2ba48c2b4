use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::environment::Environment;
use super::group::{Group, isolated, read_capped};
use super::interpreter::Interpreter;

/// Most bytes of each output stream that are kept: 256 KiB.
const MAX_OUTPUT: usize = 256 << 10;

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramOutput {
    /// What it printed; at most 256 KiB.
    pub stdout: String,
    /// What it complained of; at most 256 KiB.
    pub stderr: String,
    /// Its exit code; `None` if it was killed.
    pub exit: Option<i32>,
    /// Whether it was killed because its time was over.
    pub timed_out: bool,
    /// Wall time in milliseconds.
    pub millis: u64,
}

/// Runs a program that salve itself brings along, such as the example of `salve demo`, for at most `time_limit`.
///
/// **Never for a person's code.** It is limited in time and output and ended with everything that it started, it has
/// no input, no environment and a folder of its own, but it is no sandbox: the program may read and write whatever
/// this process may.
///
/// # Errors
/// If the folder cannot be made or the interpreter cannot be started.
pub async fn run_own_program(
    interpreter: &Interpreter,
    environment: &Environment,
    source: &'static str,
    time_limit: Duration,
) -> std::io::Result<ProgramOutput> {
    let folder = tempfile::Builder::new().prefix("salve-").tempdir()?;
    let file = folder.path().join("example.py");
    std::fs::write(&file, source)?;
    let start = Instant::now();
    let mut command = isolated(&interpreter.path, &environment.for_all);
    command
        .args(["-X", "utf8", "-I", "-B", "example.py"])
        .current_dir(folder.path());
    let mut group = Group::start(&mut command)?;
    let (Some(stdout), Some(stderr)) = (group.take_stdout(), group.take_stderr()) else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    let stdout = tokio::spawn(read_capped(stdout, MAX_OUTPUT));
    let stderr = tokio::spawn(read_capped(stderr, MAX_OUTPUT));
    let waited = timeout(time_limit, group.wait()).await;
    // Everything that holds the pipes is killed before they are read to their end.
    group.end().await;
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let text = |read: Result<std::io::Result<Vec<u8>>, tokio::task::JoinError>| {
        let bytes = read.ok().and_then(Result::ok).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok(ProgramOutput {
        stdout: text(stdout.await),
        stderr: text(stderr.await),
        timed_out: waited.is_err(),
        exit: waited.ok().transpose()?.and_then(|status| status.code()),
        millis,
    })
}
