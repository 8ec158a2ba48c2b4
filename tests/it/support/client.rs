//! A strict client: it speaks to a server in this process through the same bytes as an editor would, and fails the test
//! if the server said anything that the test did not expect.

use std::collections::HashMap;
use std::time::Duration;

use salve::server::{PartsFactory, serve};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf,
    WriteHalf,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tower_lsp::ls_types::notification::{Notification, PublishDiagnostics};
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{Diagnostic, InitializeResult};

/// A test that waits longer hangs.
const HANGS: Duration = Duration::from_secs(120);

/// A request of the client that has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sent(i64);

/// An editor, as the server sees it.
pub struct Client {
    output: WriteHalf<DuplexStream>,
    incoming: UnboundedReceiver<Value>,
    server: Option<JoinHandle<u8>>,
    last_id: i64,
    answers: HashMap<i64, Result<Value, Value>>,
    unread: Vec<Value>,
    ignored: Option<&'static str>,
}

impl Client {
    /// A client before its `initialize`.
    pub fn connect(factory: PartsFactory) -> Self {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (input, output) = tokio::io::split(theirs);
        let server = tokio::spawn(serve(input, output, factory));
        let (input, output) = tokio::io::split(ours);
        let (forward, incoming) = unbounded_channel();
        tokio::spawn(async move {
            let mut input = BufReader::new(input);
            while let Some(message) = read(&mut input).await {
                let _ = forward.send(message);
            }
        });
        Self {
            output,
            incoming,
            server: Some(server),
            last_id: 0,
            answers: HashMap::new(),
            unread: Vec::new(),
            ignored: None,
        }
    }

    /// A client after the handshake.
    pub async fn start(factory: PartsFactory, capabilities: Value) -> (Self, InitializeResult) {
        let mut client = Self::connect(factory);
        let result = client
            .ask(
                "initialize",
                json!({"processId": null, "rootUri": null, "capabilities": capabilities}),
            )
            .await
            .expect("initialize succeeds");
        client.notify("initialized", json!({})).await;
        (
            client,
            serde_json::from_value(result).expect("an InitializeResult"),
        )
    }

    /// Sends a notification.
    pub async fn notify(&mut self, method: &str, params: Value) {
        self.write(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    }

    /// Sends a request without waiting for its answer.
    pub async fn send(&mut self, method: &str, params: Value) -> Sent {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.write(&message).await;
        Sent(id)
    }

    /// The answer to a request: its result, or its error.
    pub async fn answer(&mut self, sent: Sent) -> Result<Value, Value> {
        loop {
            if let Some(answer) = self.answers.remove(&sent.0) {
                return answer;
            }
            self.receive().await;
        }
    }

    /// Asks the server to give up a request. It is still answered.
    pub async fn cancel(&mut self, sent: Sent) {
        self.notify("$/cancelRequest", json!({"id": sent.0})).await;
    }

    /// Sends a request and waits for its answer.
    pub async fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let sent = self.send(method, params).await;
        self.answer(sent).await
    }

    /// The next notification of the server of this kind.
    pub async fn expect<N: Notification>(&mut self) -> N::Params {
        let message = self.next_of(N::METHOD).await;
        assert_eq!(message.get("id"), None, "{message}");
        typed(&message["params"])
    }

    /// Takes no more notice of notifications of this kind.
    pub fn ignore<N: Notification>(&mut self) {
        self.ignored = Some(N::METHOD);
        self.unread.retain(|message| message["method"] != N::METHOD);
    }

    /// The next request of the server of this kind, and its id for [`Client::respond`].
    pub async fn expect_request<R: Request>(&mut self) -> (Value, Value) {
        let mut message = self.next_of(R::METHOD).await;
        typed::<R::Params>(&message["params"]);
        (message["id"].take(), message["params"].take())
    }

    /// Answers a request of the server.
    pub async fn respond(&mut self, id: Value, result: Value) {
        self.write(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
            .await;
    }

    /// The answer to something that had no readable id.
    pub async fn expect_refusal(&mut self) -> Value {
        self.next_that(|message| message.get("id") == Some(&Value::Null))
            .await["error"]
            .clone()
    }

    /// The diagnostics that are pushed for this version; those of older ones are skipped.
    pub async fn diagnostics(&mut self, version: i32) -> Vec<Diagnostic> {
        loop {
            let published = self.expect::<PublishDiagnostics>().await;
            if published.version == Some(version) {
                return published.diagnostics;
            }
            assert!(
                published.version < Some(version),
                "{published:?} comes too late"
            );
        }
    }

    /// Waits until a document's diagnostics are withdrawn; those of older versions are skipped.
    pub async fn withdrawn(&mut self) {
        while self.expect::<PublishDiagnostics>().await.version.is_some() {}
    }

    /// Opens a Python document.
    pub async fn open(&mut self, uri: &str, version: i32, text: &str) {
        let document =
            json!({"uri": uri, "languageId": "python", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
            .await;
    }

    /// Replaces what lies between two `(line, character)`.
    pub async fn change(
        &mut self,
        uri: &str,
        version: i32,
        (start, end): ((u32, u32), (u32, u32)),
        text: &str,
    ) {
        let change = json!({"range": range(start, end), "text": text});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}),
        )
        .await;
    }

    /// Closes a document.
    pub async fn close(&mut self, uri: &str) {
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        )
        .await;
    }

    /// Writes bytes as they are.
    pub async fn write_bytes(&mut self, bytes: &[u8]) {
        self.output
            .write_all(bytes)
            .await
            .expect("the server reads");
    }

    /// Ends the session in order and returns the exit code.
    pub async fn finish(mut self) -> u8 {
        self.ask("shutdown", Value::Null)
            .await
            .expect("shutdown succeeds");
        self.notify("exit", Value::Null).await;
        self.ended().await
    }

    /// Ends the session by closing the server's input, and returns the exit code.
    pub async fn hang_up(mut self) -> u8 {
        self.output.shutdown().await.expect("the output closes");
        self.ended().await
    }

    /// Waits for the server's end, and returns the exit code.
    pub async fn ended(mut self) -> u8 {
        let server = self.server.take().expect("a session ends once");
        let code = within(server).await.expect("the server does not panic");
        while let Some(message) = self.incoming.recv().await {
            self.keep(message);
        }
        code
    }

    async fn write(&mut self, message: &Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.write_bytes(frame.as_bytes()).await;
    }

    async fn next_of(&mut self, method: &str) -> Value {
        self.next_that(|message| message.get("method").is_some_and(|name| name == method))
            .await
    }

    async fn next_that(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(at) = self.unread.iter().position(&is_it) {
                return self.unread.remove(at);
            }
            self.receive().await;
        }
    }

    async fn receive(&mut self) {
        let received = within(self.incoming.recv()).await;
        let mut message = received.expect("the server closed its output");
        match message.get("id").and_then(Value::as_i64) {
            Some(id) if message.get("method").is_none() => {
                let answer = match message.get_mut("error") {
                    Some(error) => Err(error.take()),
                    None => Ok(message["result"].take()),
                };
                let twice = self.answers.insert(id, answer);
                assert_eq!(twice, None, "request {id} was answered twice");
            }
            _ => self.keep(message),
        }
    }

    fn keep(&mut self, message: Value) {
        if message["method"].as_str() != self.ignored || self.ignored.is_none() {
            self.unread.push(message);
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        assert!(
            self.server.is_none(),
            "end the session with `finish`, `hang_up` or `ended`"
        );
        assert!(self.unread.is_empty(), "left unread: {:#?}", self.unread);
        assert!(
            self.answers.is_empty(),
            "answers left unread: {:#?}",
            self.answers
        );
    }
}

/// A range in the protocol's words.
pub fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let position = |(line, character): (u32, u32)| json!({"line": line, "character": character});
    json!({"start": position(start), "end": position(end)})
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS, future)
        .await
        .expect("the server hangs")
}

fn typed<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("parameters of the method's type")
}

async fn read(input: &mut BufReader<ReadHalf<DuplexStream>>) -> Option<Value> {
    let mut header = String::new();
    input.read_line(&mut header).await.ok()?;
    let length = header
        .trim_end()
        .strip_prefix("Content-Length: ")?
        .parse()
        .ok()?;
    header.clear();
    input.read_line(&mut header).await.ok()?;
    assert_eq!(header, "\r\n", "one header, then the body");
    let mut body = vec![0; length];
    input.read_exact(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
