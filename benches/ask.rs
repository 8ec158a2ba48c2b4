//! What asking a model costs beside the model itself: `SALVE_TEST_MODEL_URL=http://… cargo bench --bench ask`.
//!
//! Drives the language server as an editor does. First a mistake is healed by the model at that address, again and again:
//! a relay in between notes how long the model itself took, and the rest is salve's. Then documents are edited while a
//! question that nobody answers is under way, and while none is; the two take turns, so that both see the same machine.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints its figures to whoever runs it, and starts what it measures"
)]

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ASKS: usize = 20;
/// Edits of each turn, and turns with and without a question.
const EDITS: usize = 50;
const TURNS: usize = 6;

const BROKEN: &str = "def area(w, h)\n    return w * h\n";
const MESSAGE: &str = "expected ':'";

fn main() -> Outcome<()> {
    match std::env::var("SALVE_TEST_MODEL_URL") {
        Ok(url) => overhead(&url)?,
        Err(_) => println!(
            "SALVE_TEST_MODEL_URL is not set: what salve adds to a model's time is left out"
        ),
    }
    responsiveness()
}

/// Heals with the model, and prints what of the time was not the model's.
fn overhead(url: &str) -> Outcome<()> {
    let host = url
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default();
    let relay = Relay::start(Some(host.to_owned()))?;
    let mut editor = Editor::start(&relay.address)?;
    editor.open("file:///ask.py", BROKEN)?;
    // Both sides start warm.
    editor.ask("file:///ask.py", 1)?;
    let (mut totals, mut own, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ASKS {
        relay.take();
        let started = Instant::now();
        editor.ask("file:///ask.py", 1)?;
        let total = started.elapsed();
        let model = relay.take();
        totals.push(total);
        own.push(total.saturating_sub(model));
        shares.push(total.saturating_sub(model).as_secs_f64() / model.as_secs_f64());
    }
    shares.sort_by(f64::total_cmp);
    println!(
        "healing with the model, {ASKS} times: median {}, of which salve {} (p95 {}), {:.1} % on top of the model",
        millis(percentile(&mut totals, 50)),
        millis(percentile(&mut own, 50)),
        millis(percentile(&mut own, 95)),
        100.0 * shares.get(ASKS / 2).copied().unwrap_or_default(),
    );
    Ok(())
}

/// Edits documents with and without a question under way, and prints how long the answers take.
fn responsiveness() -> Outcome<()> {
    let relay = Relay::start(None)?;
    let mut editor = Editor::start(&relay.address)?;
    editor.open("file:///ask.py", BROKEN)?;
    let mut text = String::new();
    for number in 0..200 {
        writeln!(
            text,
            "def double_{number}(value):\n    if value:\n        return value * 2\n    return None\n"
        )?;
    }
    editor.open("file:///edited.py", &format!("{text}x = (1\n"))?;
    let mut times: [[Vec<Duration>; 2]; 2] = Default::default();
    for turn in 0..TURNS {
        let asked = if turn % 2 == 1 {
            Some(editor.begin_ask("file:///ask.py", 1)?)
        } else {
            None
        };
        let [edits, actions] = times.get_mut(turn % 2).ok_or("two kinds of turns")?;
        for edit in 0..EDITS {
            let (edited, listed) = editor.edit(&format!("{text}x = (1, {edit}, {turn}\n"))?;
            edits.push(edited);
            actions.push(listed);
        }
        if let Some(id) = asked {
            editor.cancel(id)?;
        }
    }
    let [[edits, actions], [edits_asked, actions_asked]] = &mut times;
    for (what, alone, beside) in [
        ("edit to diagnostics", edits, edits_asked),
        ("code actions", actions, actions_asked),
    ] {
        for of in [50, 95] {
            let (alone, beside) = (percentile(alone, of), percentile(beside, of));
            println!(
                "{what}, p{of}: {} alone, {} while a model is asked, ratio {:.2}",
                millis(alone),
                millis(beside),
                beside.as_secs_f64() / alone.as_secs_f64()
            );
        }
    }
    Ok(())
}

fn percentile(times: &mut [Duration], of: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * of / 100).min(times.len().saturating_sub(1));
    times.get(place).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Passes bytes on to a server, and notes from each first byte of a question to the last byte of its answer. Without a
/// server it lists one model and never answers anything else.
struct Relay {
    address: String,
    time: Arc<Mutex<Noted>>,
}

#[derive(Default)]
struct Noted {
    asked_at: Option<Instant>,
    answered_at: Option<Instant>,
    sum: Duration,
}

impl Relay {
    fn start(server: Option<String>) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}/v1", listener.local_addr()?);
        let time = Arc::new(Mutex::new(Noted::default()));
        let noted = Arc::clone(&time);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, noted) = (server.clone(), Arc::clone(&noted));
                thread::spawn(move || match server {
                    Some(server) => relay(client, &server, &noted),
                    None => list_only(client),
                });
            }
        });
        Ok(Self { address, time })
    }

    /// The time that the server took since this was asked last.
    fn take(&self) -> Duration {
        let mut noted = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        noted.close();
        std::mem::take(&mut noted.sum)
    }
}

impl Noted {
    fn close(&mut self) {
        if let (Some(asked), Some(answered)) = (self.asked_at.take(), self.answered_at.take()) {
            self.sum += answered - asked;
        }
    }
}

fn relay(client: TcpStream, server: &str, noted: &Arc<Mutex<Noted>>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let back = {
        let (from, to, noted) = (server.try_clone()?, client.try_clone()?, Arc::clone(noted));
        thread::spawn(move || {
            copy(from, to, |now| {
                noted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .answered_at = Some(now);
            })
        })
    };
    copy(client, server, |now| {
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.answered_at.is_some() {
            noted.close();
        }
        noted.asked_at.get_or_insert(now);
    })?;
    let _ = back.join();
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, note: impl Fn(Instant)) -> io::Result<()> {
    let mut bytes = [0; 1 << 14];
    loop {
        let read = from.read(&mut bytes)?;
        if read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        note(Instant::now());
        to.write_all(bytes.get(..read).unwrap_or_default())?;
    }
}

fn list_only(mut client: TcpStream) -> io::Result<()> {
    let mut head = String::new();
    BufReader::new(client.try_clone()?).read_line(&mut head)?;
    if head.starts_with("GET") {
        let body = r#"{"data":[{"id":"silent"}]}"#;
        write!(
            client,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        return client.shutdown(Shutdown::Write);
    }
    // Until the client goes away.
    while client.read(&mut [0; 1 << 12])? > 0 {}
    Ok(())
}

/// A language server, and what an editor sends to it.
struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last_id: u64,
    version: i32,
    _folder: tempfile::TempDir,
}

impl Editor {
    fn start(model: &str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = Command::new(env!("CARGO_BIN_EXE_salve"))
            .arg("lsp")
            .env("SALVE_MODEL_PROVIDER", "custom")
            .env("SALVE_PROVIDERS_CUSTOM_URL", model)
            .env("SALVE_DATABASE", folder.path().join("salve.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = server.stdin.take().ok_or("standard input")?;
        let output = BufReader::new(server.stdout.take().ok_or("standard output")?);
        let mut editor = Self {
            server,
            input,
            output,
            last_id: 0,
            version: 1,
            _folder: folder,
        };
        let id = editor.request("initialize", &json!({ "capabilities": { "textDocument": { "publishDiagnostics": { "versionSupport": true } }, "workspace": { "applyEdit": true } } }))?;
        editor.answer(id)?;
        editor.notify("initialized", &json!({}))?;
        Ok(editor)
    }

    fn send(&mut self, message: &Value) -> Outcome<()> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.input.flush()?)
    }

    fn notify(&mut self, method: &str, params: &Value) -> Outcome<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn request(&mut self, method: &str, params: &Value) -> Outcome<u64> {
        self.last_id += 1;
        self.send(
            &json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params }),
        )?;
        Ok(self.last_id)
    }

    /// The next message. What the server asks is answered: an edit is taken, all else is `null`.
    fn read(&mut self) -> Outcome<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("the server ended".into());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        if let (Some(id), Some(method)) = (message.get("id"), message.get("method")) {
            let result = if method == "workspace/applyEdit" {
                json!({ "applied": true })
            } else {
                Value::Null
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))?;
        }
        Ok(message)
    }

    fn answer(&mut self, id: u64) -> Outcome<Value> {
        loop {
            let message = self.read()?;
            if message.get("method").is_none() && message.get("id") == Some(&json!(id)) {
                return Ok(message);
            }
        }
    }

    fn diagnostics(&mut self, uri: &str, version: i32) -> Outcome<()> {
        loop {
            let message = self.read()?;
            let params = message.get("params");
            let is = |name: &str, value: Value| {
                params.and_then(|params| params.get(name)) == Some(&value)
            };
            if is("uri", json!(uri)) && is("version", json!(version)) {
                return Ok(());
            }
        }
    }

    fn open(&mut self, uri: &str, text: &str) -> Outcome<()> {
        self.notify("textDocument/didOpen", &json!({ "textDocument": { "uri": uri, "languageId": "python", "version": 1, "text": text } }))?;
        self.diagnostics(uri, 1)
    }

    /// Changes the edited document; how long its diagnostics took, and then its code actions.
    fn edit(&mut self, text: &str) -> Outcome<(Duration, Duration)> {
        let uri = "file:///edited.py";
        self.version += 1;
        let started = Instant::now();
        self.notify("textDocument/didChange", &json!({ "textDocument": { "uri": uri, "version": self.version }, "contentChanges": [{ "text": text }] }))?;
        self.diagnostics(uri, self.version)?;
        let edited = started.elapsed();
        let last = text.lines().count().saturating_sub(1);
        let place = json!({ "line": last, "character": 4 });
        let started = Instant::now();
        let id = self.request("textDocument/codeAction", &json!({ "textDocument": { "uri": uri }, "range": { "start": place, "end": place }, "context": { "diagnostics": [] } }))?;
        self.answer(id)?;
        Ok((edited, started.elapsed()))
    }

    fn begin_ask(&mut self, uri: &str, version: i32) -> Outcome<u64> {
        let place = json!({ "line": 0, "character": 14 });
        let params = json!({ "uri": uri, "version": version, "range": { "start": place, "end": place }, "message": MESSAGE });
        self.request(
            "workspace/executeCommand",
            &json!({ "command": "salve.ask", "arguments": [params] }),
        )
    }

    fn ask(&mut self, uri: &str, version: i32) -> Outcome<()> {
        let id = self.begin_ask(uri, version)?;
        let answer = self.answer(id)?;
        match answer.get("error") {
            None => Ok(()),
            Some(error) => Err(error.to_string().into()),
        }
    }

    fn cancel(&mut self, id: u64) -> Outcome<()> {
        self.notify("$/cancelRequest", &json!({ "id": id }))?;
        self.answer(id)?;
        Ok(())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
