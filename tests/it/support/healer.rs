//! A person at an editor who has one mistake after another healed by the real program, which may die at any time.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Whoever waits longer for a message waits for ever.
const HANGS: Duration = Duration::from_secs(20);

/// A program in which the colon after the signature is missing.
const BROKEN: &str = "def total(xs)\n    return sum(xs)\n";

/// The person, and the program.
pub struct Healer {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    last_id: i64,
    opened: u64,
    /// How the addresses of its documents begin.
    name: String,
    /// What the person was shown.
    pub told: Vec<String>,
}

impl Healer {
    /// Starts the program, and shakes hands with it. The addresses of its documents begin with `name`.
    pub fn start(mut command: Command, name: &str) -> io::Result<Self> {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = (server.stdin.take(), server.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(io::Error::other("no pipes"));
        };
        let mut output = BufReader::new(output);
        let (forward, messages) = channel();
        std::thread::spawn(move || {
            while let Ok(message) = read(&mut output) {
                if forward.send(message).is_err() {
                    return;
                }
            }
        });
        let mut healer = Self {
            server,
            input,
            messages,
            last_id: 0,
            opened: 0,
            name: name.to_owned(),
            told: Vec::new(),
        };
        let hello = json!({
            "processId": std::process::id(),
            "rootUri": null,
            "capabilities": {
                "workspace": {"executeCommand": {}},
                "textDocument": {"codeAction": {"isPreferredSupport": true}},
            },
        });
        healer.ask("initialize", &hello)?;
        healer.notify("initialized", &json!({}))?;
        Ok(healer)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Has one mistake healed: opens it, takes the first fix, applies it, tells of that, and closes it. Gives the fix's
    /// id.
    pub fn heal(&mut self) -> io::Result<String> {
        self.opened += 1;
        let uri = format!("{}-{}.py", self.name, self.opened);
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": BROKEN});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
        let start = json!({"line": 0, "character": 0});
        let asked = json!({
            "textDocument": {"uri": uri},
            "range": {"start": start, "end": start},
            "context": {"diagnostics": []},
        });
        let began = Instant::now();
        let action = loop {
            // Before the interpreter has answered there is no proof, and so no fix: an editor asks again.
            let actions = self.ask("textDocument/codeAction", &asked)?;
            let first = &actions[0];
            if !first["edit"].is_null() && !first["command"].is_null() {
                break first.clone();
            }
            if began.elapsed() > HANGS {
                return Err(io::Error::other(format!("no fix is offered: {actions}")));
            }
        };
        let change = &action["edit"]["changes"][&uri][0];
        let change = json!({"range": change["range"], "text": change["newText"]});
        let changed =
            json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [change]});
        self.notify("textDocument/didChange", &changed)?;
        let command = &action["command"];
        let run = json!({"command": command["command"], "arguments": command["arguments"]});
        self.ask("workspace/executeCommand", &run)?;
        self.notify(
            "textDocument/didClose",
            &json!({"textDocument": {"uri": uri}}),
        )?;
        let id = command["arguments"][0]["fixIds"][0].as_str();
        id.map(str::to_owned)
            .ok_or_else(|| io::Error::other(format!("no fix: {action}")))
    }

    /// How many mistakes were opened to be healed.
    pub fn healed(&self) -> u64 {
        self.opened
    }

    /// How many fixes the record holds as accepted. What was accepted before it has been written by then.
    pub fn accepted(&mut self) -> io::Result<u64> {
        let totals = self.ask("salve/patternStats", &Value::Null)?;
        totals["totalSuccesses"]
            .as_u64()
            .ok_or_else(|| io::Error::other(format!("no totals: {totals}")))
    }

    /// Waits until the person was shown something that contains `words`.
    pub fn wait_until_told(&mut self, words: &str) -> io::Result<String> {
        loop {
            if let Some(told) = self.told.iter().find(|told| told.contains(words)) {
                return Ok(told.clone());
            }
            self.receive()?;
        }
    }

    /// Ends the session in order, and gives the exit code.
    pub fn finish(mut self) -> io::Result<Option<i32>> {
        self.ask("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        Ok(self.server.wait()?.code())
    }

    fn notify(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    fn ask(&mut self, method: &str, params: &Value) -> io::Result<Value> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params.clone();
        }
        self.send(&message)?;
        loop {
            let mut message = self.receive()?;
            if message["id"] == id && message.get("method").is_none() {
                if let Some(error) = message.get("error") {
                    return Err(io::Error::other(format!("{method}: {error}")));
                }
                return Ok(message["result"].take());
            }
        }
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()
    }

    fn receive(&mut self) -> io::Result<Value> {
        let message = self.messages.recv_timeout(HANGS).map_err(|error| {
            io::Error::new(
                io::ErrorKind::BrokenPipe,
                format!("nothing more comes: {error}"),
            )
        })?;
        if message["method"] == "window/showMessage" {
            let text = message["params"]["message"].as_str();
            self.told.push(text.unwrap_or_default().to_owned());
        }
        Ok(message)
    }
}

impl Drop for Healer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(output: &mut BufReader<ChildStdout>) -> io::Result<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().map_err(io::Error::other)?,
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body)?;
    serde_json::from_slice(&body).map_err(io::Error::other)
}
