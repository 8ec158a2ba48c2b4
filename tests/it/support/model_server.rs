//! A server of a model that is a process of its own: it can be killed, stopped, unloaded and started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A running server. It is killed when it is dropped.
pub struct ModelServer {
    kind: &'static str,
    port: u16,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl ModelServer {
    /// Starts one of a kind: `ollama`, `lmstudio` or `llamacpp`.
    pub fn start(kind: &'static str) -> Self {
        Self::start_at(kind, 0)
    }

    fn start_at(kind: &'static str, port: u16) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/model_server.py");
        let mut child = Command::new("python3")
            .arg(script)
            .args([kind, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output
            .read_line(&mut line)
            .expect("it says when it is ready");
        let port = line.trim().strip_prefix("READY ").expect("a port");
        Self {
            kind,
            port: port.parse().expect("a number"),
            child,
            input,
            output,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Has it do one of the things that its script describes.
    pub fn tell(&mut self, command: &str) {
        writeln!(self.input, "{command}").expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        assert_eq!(line.trim(), "ok", "{command}");
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Starts it again where it was.
    pub fn restart(&mut self) {
        *self = Self::start_at(self.kind, self.port);
    }

    /// Stops it in the middle of what it does: connections are accepted, and nothing is said.
    pub fn hang(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it is there");
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
