//! The real program as an editor starts it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// A test that waits longer hangs.
const HANGS: Duration = Duration::from_secs(120);

/// The program, and the pipes to it. It is ended with the test if that fails.
pub struct Editor {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
}

impl Editor {
    /// Starts it.
    pub fn start(command: Command) -> Self {
        Self::start_with_log(command, Stdio::null())
    }

    /// Starts it; what it logs goes to `log`.
    pub fn start_with_log(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (forward, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                // A test that is over reads no more.
                let _ = forward.send(message);
            }
        });
        Self {
            input: server.stdin.take().expect("a pipe"),
            messages,
            server,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Writes a message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
        self.input.flush().expect("it reads");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The result of a request; what else is said before it is skipped.
    pub fn ask(&mut self, id: i64, method: &str, params: &Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    /// The next message.
    pub fn read(&mut self) -> Value {
        let received = self.messages.recv_timeout(HANGS);
        received.expect("the program says nothing more")
    }

    /// Waits for its end, and gives its exit code.
    pub fn code(mut self) -> Option<i32> {
        self.server.wait().expect("it ends").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
    }
}

fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().expect("a length"),
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
