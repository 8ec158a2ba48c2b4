//! One interpreter that stays warm and compiles text after text.

use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};

use super::environment::Environment;
use super::group::{Group, isolated};
use super::interpreter::Interpreter;
use super::limits::Limits;
use super::sandbox::{Conversation, Sandbox};
use super::surroundings::Surroundings;
use crate::engine::ports::{CompileError, CompileVerdict};

/// The worker's side of the conversation.
const SCRIPT: &str = include_str!("worker.py");

/// Most bytes of one answer; an honest one has at most some 24,000.
const MAX_ANSWER: u32 = 64 << 10;

/// A running interpreter that has said it is ready. Dropping it kills it.
pub(super) struct Worker {
    group: Group,
    stdin: ChildStdin,
    stdout: ChildStdout,
    last_job: u32,
}

/// Why a worker is of no use any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkerError {
    /// The operating system cannot start it.
    #[error("cannot be started: {0}")]
    Start(std::io::Error),
    /// It ended, or closed its output, before it answered.
    #[error("gave no answer: {0}")]
    Died(String),
    /// It answers with something else than it should.
    #[error("does not answer like a Python: {0}")]
    Nonsense(String),
    /// Nothing came in time.
    #[error("gave no answer within {0:?}")]
    TimedOut(Duration),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Judgment {
    Ready,
    Accepted,
    Rejected,
    Failed,
}

#[derive(Debug, Deserialize)]
struct Answer {
    job: u32,
    verdict: Judgment,
    kind: String,
    message: String,
    line: Option<u32>,
    column: Option<u32>,
}

impl Worker {
    /// Starts a worker in a jail if one can be had, and waits until it is ready, for as long as the caller lets it.
    ///
    /// Compiling runs nothing of the text, so that a machine without a jail need not do without it.
    pub(super) async fn start(
        interpreter: &Interpreter,
        environment: &Environment,
        limits: &Limits,
        sandbox: Option<&Sandbox>,
    ) -> Result<Self, WorkerError> {
        let cpu_seconds = limits.wall.as_secs() + 1;
        let arguments = vec![limits.memory.to_string(), cpu_seconds.to_string()];
        let conversation = match (sandbox, Surroundings::of(&interpreter.path)) {
            (Some(sandbox), Some(surroundings)) => {
                let memory = limits.memory;
                let jailed = sandbox.attach(&surroundings, SCRIPT, arguments.clone(), memory);
                match jailed.await {
                    Ok(conversation) => Some(conversation),
                    Err(error) => {
                        tracing::info!("fixes are compiled outside of a sandbox: {error}");
                        None
                    }
                }
            }
            _ => None,
        };
        let Conversation {
            group,
            stdin,
            stdout,
        } = match conversation {
            Some(conversation) => conversation,
            None => {
                let mut command = isolated(&interpreter.path, &environment.for_all);
                command
                    .args(["-X", "utf8", "-I", "-S", "-B", "-c", SCRIPT])
                    .args(arguments);
                Conversation::begin(&mut command).map_err(WorkerError::Start)?
            }
        };
        let mut worker = Self {
            group,
            stdin,
            stdout,
            last_job: 0,
        };
        match worker.answer().await {
            Ok(Answer {
                job: 0,
                verdict: Judgment::Ready,
                ..
            }) => Ok(worker),
            Ok(_) => Err(worker
                .fail(WorkerError::Nonsense(
                    "it answers before it is asked".to_owned(),
                ))
                .await),
            Err(error) => Err(worker.fail(error).await),
        }
    }

    /// Compiles `source`. After an error, or if the future is dropped, the worker must not be used again.
    pub(super) async fn compile(&mut self, source: &[u8]) -> Result<CompileVerdict, WorkerError> {
        self.last_job = self.last_job.wrapping_add(1);
        let job = self.last_job;
        let length = u32::try_from(source.len())
            .map_err(|_| WorkerError::Nonsense("the source is too long".to_owned()))?;
        let mut head = job.to_be_bytes().to_vec();
        head.extend(length.to_be_bytes());
        let Self {
            group,
            stdin,
            stdout,
            ..
        } = self;
        let ask = async {
            // A worker that ended shows when its answer is read, with more to say about it.
            if stdin.write_all(&head).await.is_ok() && stdin.write_all(source).await.is_ok() {
                let _ = stdin.flush().await;
            }
            Ok(())
        };
        // Reads while it writes, so that a worker that talks instead of listening cannot block both.
        let ((), answer) = tokio::try_join!(ask, read_answer(group, stdout))?;
        if answer.job != job {
            return Err(WorkerError::Nonsense(format!(
                "it answers job {} instead of {job}",
                answer.job
            )));
        }
        match answer.verdict {
            Judgment::Accepted => Ok(CompileVerdict::Accepted),
            Judgment::Rejected => Ok(CompileVerdict::Rejected(CompileError {
                kind: answer.kind,
                message: answer.message,
                line: answer.line,
                column: answer.column,
            })),
            Judgment::Failed => Ok(CompileVerdict::Unavailable {
                reason: format!(
                    "it cannot judge this text: {}: {}",
                    answer.kind, answer.message
                ),
            }),
            Judgment::Ready => Err(WorkerError::Nonsense("it starts over".to_owned())),
        }
    }

    /// Ends the worker and completes `error` with what is known of its end.
    pub(super) async fn fail(self, error: WorkerError) -> WorkerError {
        let ending = self.group.end().await;
        match error {
            WorkerError::Died(_) => WorkerError::Died(ending.to_string()),
            other => other,
        }
    }

    async fn answer(&mut self) -> Result<Answer, WorkerError> {
        read_answer(&mut self.group, &mut self.stdout).await
    }
}

/// Reads one answer, or notices that none will come although something else still holds the pipe.
async fn read_answer(group: &mut Group, stdout: &mut ChildStdout) -> Result<Answer, WorkerError> {
    tokio::select! {
        biased;
        answer = read_frame(stdout) => answer,
        _ = group.wait() => Err(WorkerError::Died("it ended".to_owned())),
    }
}

async fn read_frame(stdout: &mut ChildStdout) -> Result<Answer, WorkerError> {
    let died = |error: std::io::Error| WorkerError::Died(error.to_string());
    let length = stdout.read_u32().await.map_err(died)?;
    if length > MAX_ANSWER {
        return Err(WorkerError::Nonsense(format!(
            "an answer of {length} bytes"
        )));
    }
    let mut text = vec![0; length as usize];
    stdout.read_exact(&mut text).await.map_err(died)?;
    serde_json::from_slice(&text).map_err(|error| WorkerError::Nonsense(error.to_string()))
}
