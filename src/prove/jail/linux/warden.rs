//! The one who starts the program, watches it, and ends it with everything that it started.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::pipe::PipeFlags;
use rustix::process::{DumpableBehavior, Pid, WaitOptions, WaitStatus};

use super::super::layers::Layers;
use super::super::spec::{
    Ending, Job, KilledBy, Message, Profile, Report, Scratch, Script, Spec, read_frame, write_frame,
};
use super::lock::Lock;
use super::needs::{self, Needs};
use super::output::Output;
use super::tree::{Tree, Use};
use super::{privileges, scratch, sys, tree};

/// Most bytes of each standard stream that are kept.
const KEPT: usize = 256 << 10;
/// Most bytes of both standard streams before the program is ended.
const FLOOD: u64 = 16 << 20;
/// Most bytes of events.
const EVENTS: usize = 64 << 10;
/// How often memory, disk and processes are looked at.
const WATCH: Duration = Duration::from_millis(20);
/// Where the harness reads its job and writes events.
const JOB: i32 = 3;
const EVENT: i32 = 4;

/// Guards one program.
pub(super) struct Warden {
    spec: Spec,
    needs: Needs,
    layers: Layers,
    /// Whom to become; `None` to stay.
    user: Option<u32>,
    tree: Tree,
}

/// The program's process and the ways to it.
struct Program {
    process: Pid,
    job: OwnedFd,
    events: Output,
    stdout: Output,
    stderr: Output,
    ended: Option<WaitStatus>,
}

impl Warden {
    pub(super) fn new(spec: Spec, needs: Needs, layers: Layers, user: Option<u32>) -> Self {
        let tree = if layers.namespaces {
            Tree::Namespace
        } else {
            Tree::Children
        };
        Self {
            spec,
            needs,
            layers,
            user,
            tree,
        }
    }

    /// Starts the program, hands it its job, and reports how it ended.
    pub(super) fn guard(mut self) -> io::Result<()> {
        if let Some(user) = self.user {
            privileges::become_nobody(user)?;
        }
        if self.layers.namespaces || matches!(self.spec.script, Script::Attached { .. }) {
            // Set again: the kernel forgets it when the user changes.
            super::die_with_parent()?;
        } else {
            // Nobody but this process could end what the program started. So it must not be ended itself: it sees that
            // the supervisor has gone, and clears up.
            rustix::process::set_parent_process_death_signal(None)?;
            rustix::process::setsid()?;
        }
        rustix::process::set_child_subreaper(Some(Pid::INIT))?;
        // The memory of this process is nobody's business, even for the same user.
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        self.layers.no_capabilities = true;
        self.layers.no_network = self.layers.namespaces || self.layers.seccomp;
        privileges::drop_all()?;
        if let Script::Attached { text, arguments } = &self.spec.script {
            return self.attach(text, arguments);
        }
        let mut program = self.start()?;
        let outcome = self.serve(&mut program);
        self.tree.end(|process, status| {
            if process == program.process {
                program.ended = Some(status);
            }
        });
        if let Some(folder) = self.scratch_on_disk() {
            scratch::empty(folder);
            // The supervisor removes it too, unless it has gone.
            let _ = std::fs::remove_dir(folder);
        }
        outcome
    }

    /// The private folder that lies on disk, and not in memory.
    fn scratch_on_disk(&self) -> Option<&PathBuf> {
        match &self.spec.scratch {
            Scratch::Private(folder) if !self.layers.namespaces => Some(folder),
            _ => None,
        }
    }

    fn serve(&self, program: &mut Program) -> io::Result<()> {
        self.wait_until_ready(program)?;
        write_frame(&mut io::stdout(), &Message::Ready(self.layers.clone()))?;
        let Ok(job) = read_frame::<Job>(&mut io::stdin()) else {
            // A warm jail that is not needed after all.
            return Ok(());
        };
        let report = self.run(program, &job)?;
        write_frame(&mut io::stdout(), &Message::Report(Box::new(report)))
    }

    /// Lets a program of our own speak to the supervisor itself, and ends with it.
    fn attach(&self, text: &str, arguments: &[String]) -> io::Result<()> {
        let mut command = self.interpreter();
        command.arg("-S").args(["-c", text]).args(arguments);
        let lock = self.lock();
        sys::before_exec(&mut command, move || lock.close());
        write_frame(&mut io::stdout(), &Message::Ready(self.layers.clone()))?;
        command.spawn().map_err(|error| self.cannot_start(&error))?;
        while !matches!(
            rustix::process::wait(WaitOptions::empty()),
            Err(rustix::io::Errno::CHILD)
        ) {}
        Ok(())
    }

    fn start(&self) -> io::Result<Program> {
        let (job_read, job_write) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let (events, events_write) = pipe()?;
        let (stdout, stdout_write) = pipe()?;
        let (stderr, stderr_write) = pipe()?;
        let mut command = self.interpreter();
        if let Script::Harness { text, rarely } = &self.spec.script {
            command.arg("-c").arg(text).args(rarely);
        }
        command
            .stdin(Stdio::null())
            .stdout(stdout_write)
            .stderr(stderr_write);
        let lock = self.lock();
        sys::before_exec(&mut command, move || {
            sys::become_descriptor(job_read.as_fd(), JOB)?;
            sys::become_descriptor(events_write.as_fd(), EVENT)?;
            lock.close()
        });
        let child = command.spawn().map_err(|error| self.cannot_start(&error))?;
        let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        // With the command go the write ends of the pipes.
        drop(command);
        Ok(Program {
            process: process.ok_or_else(|| io::Error::other("the program has no number"))?,
            job: job_write,
            events: Output::new(events, EVENTS),
            stdout: Output::new(stdout, KEPT),
            stderr: Output::new(stderr, KEPT),
            ended: None,
        })
    }

    fn interpreter(&self) -> Command {
        let mut command = Command::new(&self.spec.interpreter);
        let scratch = needs::scratch(&self.spec, self.layers.namespaces);
        command
            .args(["-I", "-B", "-X", "utf8"])
            .env_clear()
            .envs(environment(&scratch.unwrap_or_else(|| PathBuf::from("/"))));
        command
    }

    fn lock(&self) -> Lock {
        let spec = &self.spec;
        let scratch = needs::scratch(spec, self.layers.namespaces);
        Lock {
            permissions: self.needs.permissions(spec, self.layers.namespaces),
            folder: spec
                .folder
                .clone()
                .or(scratch)
                .unwrap_or_else(|| PathBuf::from("/")),
            spec: spec.clone(),
            layers: self.layers.clone(),
            is_nobody: self.user.is_some(),
            processes_of_person: if self.layers.namespaces {
                0
            } else {
                tree::threads_of_user()
            },
        }
    }

    fn cannot_start(&self, error: &io::Error) -> io::Error {
        let shown = self.spec.interpreter.display();
        io::Error::new(error.kind(), format!("{shown} cannot be started: {error}"))
    }

    /// Waits for the harness's first word.
    fn wait_until_ready(&self, program: &mut Program) -> io::Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            program.wait_for_news(WATCH)?;
            if program.events.bytes().ends_with(b"\n") {
                return Ok(());
            }
            if program.has_ended() || Instant::now() > deadline {
                let shown = self.spec.interpreter.display();
                let complaint = program.stderr.text();
                let line = complaint
                    .lines()
                    .last()
                    .unwrap_or("it says nothing")
                    .trim()
                    .to_owned();
                return Err(io::Error::other(format!(
                    "{shown} does not come up: {line}"
                )));
            }
        }
    }

    fn run(&self, program: &mut Program, job: &Job) -> io::Result<Report> {
        let mut source = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(io::stdin(), job.source), &mut source)?;
        let nonce = nonce()?;
        let start = Instant::now();
        program.hand_over(&nonce, &self.spec, job, &source, self.layers.namespaces)?;
        let killed_by = self.watch(program, start + Duration::from_millis(job.wall_ms))?;
        self.tree.end(|process, status| {
            if process == program.process {
                program.ended = Some(status);
            }
        });
        let wall_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Before the report: whoever reads it finds nothing that is awkward to remove.
        if let Some(folder) = self.scratch_on_disk() {
            scratch::empty(folder);
        }
        // Nobody writes any more: what is in the pipes is all that comes.
        for output in [
            &mut program.events,
            &mut program.stdout,
            &mut program.stderr,
        ] {
            output.read()?;
        }
        let usage = sys::usage_of_children();
        let events = String::from_utf8_lossy(program.events.bytes()).into_owned();
        Ok(Report {
            ending: ending(program.ended),
            killed_by,
            nonce,
            events: events.lines().skip(1).map(str::to_owned).collect(),
            truncated: program.stdout.is_truncated() || program.stderr.is_truncated(),
            stdout: program.stdout.text(),
            stderr: program.stderr.text(),
            wall_ms,
            cpu_ms: usage.cpu_ms,
            peak_rss_bytes: usage.peak_rss_bytes,
        })
    }

    /// Watches until the program ends, or has to be ended.
    fn watch(&self, program: &mut Program, deadline: Instant) -> io::Result<Option<KilledBy>> {
        let mut next_look = Instant::now() + WATCH;
        loop {
            let now = Instant::now();
            let until = deadline.min(next_look).saturating_duration_since(now);
            let supervisor_gone = program.wait_for_news(until)?;
            if program.has_ended() {
                return Ok(None);
            }
            let now = Instant::now();
            if now >= deadline || supervisor_gone {
                return Ok(Some(KilledBy::Time));
            }
            if program.stdout.seen + program.stderr.seen > FLOOD {
                return Ok(Some(KilledBy::Output));
            }
            if program.events.is_truncated() {
                return Ok(Some(KilledBy::Verdict));
            }
            if now >= next_look {
                next_look = now + WATCH;
                let excess = self.excess();
                if excess.is_some() && !program.has_ended() {
                    return Ok(excess);
                }
            }
        }
    }

    /// What there is too much of.
    fn excess(&self) -> Option<KilledBy> {
        let Use { threads, memory } = self.tree.used();
        if memory > self.spec.memory {
            return Some(KilledBy::Memory);
        }
        if threads > privileges::processes(Profile::Tests) {
            return Some(KilledBy::Processes);
        }
        // What lies in memory has limits of its own.
        let is_in_memory =
            matches!(self.spec.scratch, Scratch::Private(_)) && self.layers.namespaces;
        let folder = self.spec.scratch.folder().filter(|_| !is_in_memory)?;
        scratch::is_full(folder, self.tree.removed_files()).then_some(KilledBy::Disk)
    }
}

impl Program {
    /// Waits until something is written or closed, or the time is over. Whether the supervisor has gone.
    fn wait_for_news(&mut self, time: Duration) -> io::Result<bool> {
        let stdin = io::stdin();
        let mut pipes = vec![PollFd::new(&stdin, PollFlags::empty())];
        for output in [&self.events, &self.stdout, &self.stderr] {
            if let Some(pipe) = output.pipe() {
                pipes.push(PollFd::from_borrowed_fd(pipe, PollFlags::IN));
            }
        }
        // An end that leaves a pipe open is seen by looking: soon if this one is closed already.
        let time = if self.events.pipe().is_none() {
            time.min(Duration::from_millis(1))
        } else {
            time
        };
        let time = rustix::event::Timespec::try_from(time).map_err(io::Error::other)?;
        match rustix::event::poll(&mut pipes, Some(&time)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let gone = pipes
            .first()
            .is_some_and(|stdin| stdin.revents().intersects(PollFlags::HUP | PollFlags::ERR));
        drop(pipes);
        self.events.read()?;
        self.stdout.read()?;
        self.stderr.read()?;
        Ok(gone)
    }

    /// Whether the program itself has ended; what it started may live on.
    fn has_ended(&mut self) -> bool {
        while self.ended.is_none() {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some((process, status))) if process == self.process => self.ended = Some(status),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            }
        }
        self.ended.is_some()
    }

    fn hand_over(
        &mut self,
        nonce: &str,
        spec: &Spec,
        job: &Job,
        source: &[u8],
        namespaces: bool,
    ) -> io::Result<()> {
        let scratch = needs::scratch(spec, namespaces).unwrap_or_default();
        let root = spec.project.as_deref().unwrap_or(Path::new(""));
        let profile = match spec.profile {
            Profile::Single => "single",
            Profile::Tests => "tests",
        };
        let mut head = Vec::new();
        for field in [
            nonce.as_bytes(),
            job.mode.name().as_bytes(),
            profile.as_bytes(),
            bytes(&job.path),
            bytes(root),
            bytes(&scratch),
            job.tests.join("\n").as_bytes(),
        ] {
            head.extend(field);
            head.push(0);
        }
        head.extend(source);
        let mut rest = head.as_slice();
        while !rest.is_empty() {
            // A harness that does not read on has ended, which shows when it is watched.
            let Ok(written) = rustix::io::write(&self.job, rest) else {
                break;
            };
            rest = rest.get(written..).unwrap_or_default();
        }
        // Closing it is the end of the job's text.
        let (_, unused) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        self.job = unused;
        Ok(())
    }
}

fn bytes(path: &Path) -> &[u8] {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())
}

fn environment(scratch: &Path) -> [(&'static str, PathBuf); 6] {
    [
        ("PATH", PathBuf::from("/usr/local/bin:/usr/bin:/bin")),
        ("HOME", scratch.to_owned()),
        ("TMPDIR", scratch.to_owned()),
        ("USER", PathBuf::from("salve")),
        ("LANG", PathBuf::from("C.UTF-8")),
        ("MPLBACKEND", PathBuf::from("Agg")),
    ]
}

/// A pipe whose reading end does not block, reading end first.
fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&read, true)?;
    Ok((read, write))
}

/// 128 random bits in hexadecimal.
fn nonce() -> io::Result<String> {
    let mut random = [0_u8; 16];
    rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn ending(status: Option<WaitStatus>) -> Ending {
    let exited = status.and_then(WaitStatus::exit_status).map(Ending::Exited);
    let signal = status.and_then(WaitStatus::terminating_signal);
    exited.unwrap_or(Ending::Signaled(signal.unwrap_or(9)))
}
