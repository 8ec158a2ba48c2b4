//! One payload, run bare or by `salve prove`, and what came of it.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::payload::{Goal, Payload};
use super::stage::Stage;
use super::world::World;

/// What begins every payload.
const PRELUDE: &str = include_str!("prelude.py");

/// More of an output than this is counted, but not kept.
const KEPT: usize = 4 << 20;
/// A verdict holds at most twice 256 KiB of output, whose every byte may take six to be escaped.
const VERDICT: usize = 4 << 20;

/// How something is run.
#[derive(Debug, Clone, Copy)]
pub enum How {
    Bare,
    Proven {
        /// The layers that are switched off, with commas between them.
        without: &'static str,
        profile: &'static str,
    },
    /// As `Proven`, and shown to a person.
    Shown,
}

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// Nothing if it had to be ended.
    pub status: Option<ExitStatus>,
    pub stdout: Output,
    pub stderr: Output,
    pub signs: Vec<(Goal, String)>,
    /// The verdict, if it was proven and there was one.
    pub verdict: Value,
    /// What is wrong with how the verdict was given.
    pub faults: Vec<String>,
}

/// What was written to one end of a pipe.
#[derive(Debug, Default)]
pub struct Output {
    pub kept: Vec<u8>,
    pub count: usize,
}

impl Output {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).into_owned()
    }
}

/// Runs a payload; nothing of it is left when this returns.
pub fn run(world: &World, payload: &Payload, how: How) -> Outcome {
    let mut stage = Stage::new(world, world.uid);
    let folder = if payload.project { "project" } else { "code" };
    let program = stage.path(folder).join(format!("{}.py", payload.name));
    let text = format!("HOST = {}\n{PRELUDE}{}", stage.told(world), payload.text);
    if payload.environment {
        stage.add_environment(&world.python);
    }
    stage.place(&program, &text, world.uid);

    let limit = match (payload.goal, how) {
        (Goal::Outlives, _) => 1,
        (_, How::Bare) => 40,
        _ => 10,
    };
    let mut command = Command::new("setsid");
    // The terminal becomes the one that controls it.
    command.arg("--ctty");
    if world.uid != super::world::own_uid() {
        let as_user = world.as_user(world.uid, "env");
        command.arg(as_user.get_program()).args(as_user.get_args());
    }
    let mut guard = Duration::from_secs(limit);
    match how {
        How::Bare => {
            // A parent that is neither a sandbox nor the test.
            command
                .args(["sh", "-c", "\"$@\"; exit $?", "sh"])
                .arg(&world.python)
                .args(["-I", "-B"])
                .arg(&program);
        }
        How::Proven { without, profile } => {
            command
                .arg(&world.salve)
                .arg("prove")
                .arg("--file")
                .arg(&program);
            command.args([
                "--json",
                "--profile",
                profile,
                "--timeout",
                &limit.to_string(),
            ]);
            if payload.project {
                command.arg("--project").arg(stage.path("project"));
            }
            if !without.is_empty() {
                command.args(["--disable", without]);
            }
            guard += Duration::from_secs(20);
        }
        How::Shown => {
            command
                .arg(&world.salve)
                .args(["prove", "--color", "always", "--file"])
                .arg(&program);
            guard += Duration::from_secs(20);
        }
    }
    command
        .env_clear()
        .envs(world.environment(&stage.path("home"), &stage.path("tmp")))
        .current_dir(stage.path("scratch"))
        .stdin(stage.terminal_input())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut outcome = watch(world, &stage, world.start(&mut command), how, guard);
    outcome.signs.extend(stage.signs(world));
    outcome.look_at_the_verdict(how, &stage);
    outcome.look_at_the_output(world, how);
    outcome
}

/// Waits for the end of a process, or brings it about.
fn watch(world: &World, stage: &Stage, mut child: Child, how: How, guard: Duration) -> Outcome {
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let status = wait(&mut child, guard);
    let mut signs = Vec::new();
    if status.is_none() {
        signs.push((Goal::Outlives, format!("it still ran after {guard:?}")));
        child.kill().expect("killed");
        child.wait().expect("waited for");
    }
    // Beside a bare run others end, too; beside a proof nothing may be left of anybody.
    let only = matches!(how, How::Bare).then_some(stage.token.as_str());
    let orphans = world.end_orphans(only);
    if status.is_some() {
        signs.extend(orphans.into_iter().map(|it| (Goal::Left, it)));
    }
    Outcome {
        status,
        // Nobody is left who could hold the other ends.
        stdout: stdout(),
        stderr: stderr(),
        signs,
        verdict: Value::Null,
        faults: Vec::new(),
    }
}

/// Waits for a process; nothing if it does not end in time.
fn wait(child: &mut Child, guard: Duration) -> Option<ExitStatus> {
    let pid = rustix::process::Pid::from_child(child);
    let watched = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty());
    let watched = watched.expect("watched");
    let end = Instant::now() + guard;
    loop {
        if let Some(status) = child.try_wait().expect("asked") {
            return Some(status);
        }
        let left = end.checked_duration_since(Instant::now())?;
        let mut ready = [rustix::event::PollFd::new(
            &watched,
            rustix::event::PollFlags::IN,
        )];
        let left = left.try_into().expect("a short time");
        rustix::event::poll(&mut ready, Some(&left)).ok();
    }
}

/// Reads in the background; what is returned waits for the end and gives what was read.
fn collect(from: Option<impl std::io::Read + Send + 'static>) -> impl FnOnce() -> Output {
    let output = Arc::new(Mutex::new(Output::default()));
    let shared = Arc::clone(&output);
    let mut from = from.expect("a pipe");
    let reader = thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let mut output = shared.lock().expect("the output");
            let kept = count.min(KEPT - output.kept.len());
            output.kept.extend_from_slice(&bytes[..kept]);
            output.count += count;
        }
    });
    move || {
        reader.join().expect("read");
        std::mem::take(&mut output.lock().expect("the output"))
    }
}

impl Outcome {
    /// What the payload itself wrote to its standard output.
    pub fn said(&self, how: How) -> String {
        match how {
            How::Bare | How::Shown => self.stdout.text(),
            How::Proven { .. } => self.verdict["stdout"].as_str().unwrap_or("").to_owned(),
        }
    }

    fn look_at_the_verdict(&mut self, how: How, stage: &Stage) {
        if !matches!(how, How::Proven { .. }) {
            return;
        }
        match serde_json::from_slice(&self.stdout.kept) {
            Ok(verdict) if self.stdout.count < VERDICT => self.verdict = verdict,
            Ok(_) => self
                .faults
                .push(format!("a verdict of {} bytes", self.stdout.count)),
            Err(error) => {
                let (out, err) = (self.stdout.text(), self.stderr.text());
                let what = format!("no verdict ({error}): {out:.300} {err:.600}");
                self.faults.push(what);
            }
        }
        if self.stdout.kept.contains(&0x1b) || self.stderr.kept.contains(&0x1b) {
            self.faults
                .push("an escape character reaches the terminal".to_owned());
        }
        for path in stage.remains() {
            self.faults.push(format!("{path} was left behind"));
        }
    }

    /// The signs that stand in the output, and in how it ended.
    fn look_at_the_output(&mut self, world: &World, how: How) {
        let said = self.said(how);
        for line in said.lines().filter(|line| line.starts_with("ESCAPED")) {
            self.signs.push((Goal::Says, line.to_owned()));
        }
        let everything = self.stdout.text() + &self.stderr.text();
        if everything.contains(&world.secret) {
            self.signs
                .push((Goal::Secret, "the secret is in its output".to_owned()));
        }
        if everything.contains("HIJACKED") {
            self.signs.push((
                Goal::Says,
                "a module of the project was imported".to_owned(),
            ));
        }
        if self.stdout.count + self.stderr.count > 16 << 20 {
            self.signs.push((
                Goal::Flood,
                format!("{} bytes of output", self.stdout.count),
            ));
        }
        if !matches!(how, How::Bare) {
            return;
        }
        // The shell tells of a signal by 128 and its number.
        let status = self
            .status
            .and_then(|it| it.code().or(it.signal().map(|it| it + 128)));
        match status {
            Some(0) if said.lines().any(|line| line == "fine") => {
                self.signs.push((Goal::Fine, "it is fine".to_owned()));
            }
            Some(0) => self
                .signs
                .push((Goal::Succeeds, "it ended with 0".to_owned())),
            Some(129..) => self
                .signs
                .push((Goal::Crash, "it ended by a signal".to_owned())),
            _ => {}
        }
    }
}
