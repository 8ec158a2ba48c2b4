//! Where an interpreter keeps its standard library.

use std::path::PathBuf;
use std::time::Duration;

use super::environment::Environment;
use super::group::{Group, isolated, read_capped};
use super::interpreter::Interpreter;

const TIME_LIMIT: Duration = Duration::from_secs(10);

const QUESTION: &str = "import os, sys; sys.stdout.write(os.path.dirname(os.__file__))";

/// Asks `interpreter` for the folder of its standard library; `None` if it does not say.
pub(super) async fn standard_library(
    interpreter: &Interpreter,
    environment: &Environment,
) -> Option<PathBuf> {
    let mut command = isolated(&interpreter.path, &environment.for_all);
    command.args(["-X", "utf8", "-I", "-S", "-B", "-c", QUESTION]);
    let mut group = Group::start(&mut command).ok()?;
    let stdout = group.take_stdout()?;
    let answer = tokio::time::timeout(TIME_LIMIT, read_capped(stdout, 4096)).await;
    group.end().await;
    let folder = PathBuf::from(String::from_utf8(answer.ok()?.ok()?).ok()?);
    folder.is_absolute().then_some(folder)
}
