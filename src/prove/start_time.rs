//! How long an interpreter takes to start: the yardstick for everything that is done without one.

use std::time::{Duration, Instant};

use super::environment::Environment;
use super::group::{Group, isolated};
use super::interpreter::Interpreter;

/// How long a start may take before it is no yardstick any more.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Starts `interpreter` once with nothing to do, `-I -S -c pass`, and waits until it has ended; `None` if it fails.
pub(super) async fn start_time(
    interpreter: &Interpreter,
    environment: &Environment,
) -> Option<Duration> {
    let mut command = isolated(&interpreter.path, &environment.for_all);
    command.args(["-I", "-S", "-c", "pass"]);
    let start = Instant::now();
    let mut group = Group::start(&mut command).ok()?;
    let status = tokio::time::timeout(TIME_LIMIT, group.wait()).await;
    let taken = start.elapsed();
    matches!(status, Ok(Ok(status)) if status.success()).then_some(taken)
}
