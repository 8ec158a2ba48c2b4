//! A server of a model that is a process of its own: it can be killed, stopped, unloaded and started again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A running server. It is killed when it is dropped.
pub struct ModelServer {
    /// What starts it, to be followed by the port.
    command: Vec<String>,
    port: u16,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl ModelServer {
    /// Starts one of a kind: `ollama`, `lmstudio` or `llamacpp`.
    pub fn start(kind: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/model_server.py");
        let script = script.to_str().expect("a name in UTF-8");
        Self::start_at(["python3", script, kind].map(str::to_owned).to_vec(), 0)
    }

    /// Starts a real one by a command of the shell, which takes the port as its last argument.
    pub fn start_real(command: &str) -> Self {
        let command = ["bash", "-c", &format!("exec {command} $0")];
        // Any that is free: the first one is given up before it is used.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        Self::start_at(command.map(str::to_owned).to_vec(), port)
    }

    fn start_at(command: Vec<String>, port: u16) -> Self {
        let (program, arguments) = command.split_first().expect("a program");
        let mut child = Command::new(program)
            .args(arguments)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output
            .read_line(&mut line)
            .expect("it says when it is ready");
        let told = line.trim().trim_end_matches("/v1");
        let port = told.rsplit([' ', ':']).next().expect("a last word");
        Self {
            port: port.parse().expect("READY and a port"),
            command,
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
        *self = Self::start_at(self.command.clone(), self.port);
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
