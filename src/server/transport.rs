//! Carries messages between a pair of streams and tower-lsp's service.
//!
//! tower-lsp's own loop polls a handful of handlers side by side, ends when one panics, and never answers an unknown
//! `$/` request. Here each message is handed over in the order in which it came and run up to its first wait before the
//! next is read: what a notification does before its first `await` is done in order. What then still waits becomes a
//! task of its own, so nothing slow holds up what follows.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::{FutureExt as _, Sink, StreamExt as _, future};
use serde::Deserialize as _;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, LanguageServer, LspService};
use tower_service::Service as _;

use super::frames::{FrameReader, Incoming, frame};

/// How long requests may still take when the input has ended.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client sent `exit`.
    Exit,
    /// The input ended or broke.
    InputClosed,
    /// The process that started the server is gone.
    ParentGone,
}

/// What is written: a framed message, or nothing more.
type Outgoing = Option<Vec<u8>>;

/// What became of a handler: its answer, or its panic.
type Outcome = Result<Result<Option<Response>, ExitedError>, Box<dyn Any + Send>>;

/// Serves until the client says `exit`, the input ends or `parent_gone` resolves.
pub async fn carry<S: LanguageServer>(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    mut service: LspService<S>,
    socket: ClientSocket,
    parent_gone: impl Future<Output = ()>,
) -> End {
    let (outbox, to_write) = unbounded_channel();
    let writer = tokio::spawn(write(output, to_write));
    let (mut requests, mut replies) = socket.split();
    let forward = tokio::spawn({
        let outbox = outbox.clone();
        async move {
            while let Some(request) = requests.next().await {
                let _ = outbox.send(Some(frame(&request)));
            }
        }
    });

    let mut reader = FrameReader::new(input);
    let mut waiting = JoinSet::new();
    tokio::pin!(parent_gone);
    let end = loop {
        let incoming = tokio::select! {
            incoming = reader.next() => incoming,
            () = &mut parent_gone => break End::ParentGone,
        };
        while waiting.try_join_next().is_some() {}
        let message = match incoming {
            Ok(Some(Incoming::Message(message))) => message,
            Ok(Some(Incoming::Garbage(reason))) => {
                tracing::warn!("{reason}");
                answer_nobody(&outbox, ErrorCode::ParseError, reason);
                continue;
            }
            Ok(None) => break End::InputClosed,
            Err(error) => {
                tracing::error!("the input broke: {error}");
                break End::InputClosed;
            }
        };
        match classify(message) {
            Ok(Kind::Request(request)) => {
                let is_exit = request.method() == "exit";
                if future::poll_fn(|context| service.poll_ready(context))
                    .await
                    .is_err()
                {
                    break End::Exit;
                }
                hand_over(&mut service, request, &outbox, &mut waiting);
                if is_exit {
                    break End::Exit;
                }
            }
            Ok(Kind::Response(response)) => {
                let _ = Pin::new(&mut replies).start_send(response);
            }
            Err(reason) => answer_nobody(&outbox, ErrorCode::InvalidRequest, reason),
        }
    };

    if end == End::InputClosed {
        let last = async { while waiting.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_ANSWERS, last).await;
    }
    waiting.abort_all();
    forward.abort();
    let _ = outbox.send(None);
    let _ = tokio::time::timeout(LAST_ANSWERS, writer).await;
    end
}

enum Kind {
    Request(Request),
    Response(Response),
}

fn classify(message: Value) -> Result<Kind, String> {
    let Value::Object(members) = &message else {
        return Err("a message is an object; batches are not part of LSP".to_owned());
    };
    let parsed = if members.contains_key("method") {
        Request::deserialize(message).map(Kind::Request)
    } else {
        Response::deserialize(message).map(Kind::Response)
    };
    parsed.map_err(|error| format!("the message is neither a request nor a response: {error}"))
}

/// Runs a handler up to its first wait, and the rest of it as a task.
fn hand_over<S: LanguageServer>(
    service: &mut LspService<S>,
    request: Request,
    outbox: &UnboundedSender<Outgoing>,
    waiting: &mut JoinSet<()>,
) {
    let (method, id) = (request.method().to_owned(), request.id().cloned());
    let mut running = AssertUnwindSafe(service.call(request)).catch_unwind();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let outbox = outbox.clone();
    let finish = move |outcome: Outcome| {
        let response = match outcome {
            Ok(Ok(response)) => response.or_else(|| id.map(|id| not_found(id, &method))),
            Ok(Err(_exited)) => None,
            Err(panic) => {
                tracing::error!("{method} panicked: {}", panic_message(&*panic));
                id.map(|id| Response::from_error(id, Error::internal_error()))
            }
        };
        if let Some(response) = response {
            let _ = outbox.send(Some(frame(&response)));
        }
    };
    // The task polls it again at once, with a waker that counts.
    match running.poll_unpin(&mut context) {
        Poll::Ready(outcome) => finish(outcome),
        Poll::Pending => {
            waiting.spawn(async move { finish(running.await) });
        }
    }
}

/// tower-lsp gives no answer to unknown requests whose method starts with `$/`; each request gets exactly one.
fn not_found(id: Id, method: &str) -> Response {
    let mut error = Error::method_not_found();
    error.data = Some(Value::from(method));
    Response::from_error(id, error)
}

fn answer_nobody(outbox: &UnboundedSender<Outgoing>, code: ErrorCode, reason: String) {
    let mut error = Error::new(code);
    error.message = reason.into();
    let _ = outbox.send(Some(frame(&Response::from_error(Id::Null, error))));
}

async fn write(mut output: impl AsyncWrite + Unpin, mut outbox: UnboundedReceiver<Outgoing>) {
    while let Some(Some(bytes)) = outbox.recv().await {
        if let Err(error) = output.write_all(&bytes).await {
            tracing::warn!("the output is closed: {error}");
            return;
        }
        if outbox.is_empty() && output.flush().await.is_err() {
            return;
        }
    }
    let _ = output.shutdown().await;
}

/// What a panic said.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
