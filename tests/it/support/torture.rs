//! Several real servers and a command line on one record, killed at any time: what they acknowledged must be there in the
//! end.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::healer::Healer;
use super::program::Workshop;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How much torture.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Servers at the same time.
    pub servers: usize,
    /// How often one of them, or the command line, is killed.
    pub kills: usize,
    /// Chance has one course for each seed, but for what the machine adds.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Servers that were killed.
    pub servers_killed: usize,
    /// Runs of the command line that were killed.
    pub runs_killed: usize,
    /// Fixes whose acceptance was acknowledged.
    pub acknowledged: usize,
    /// Accepted fixes in the record.
    pub recorded: usize,
    /// Acknowledged fixes that the record does not have.
    pub lost: usize,
    /// What a person was shown as wrong.
    pub told: Vec<String>,
    /// SQLite's verdict on the record.
    pub integrity: String,
    /// Fixes that were offered and applied.
    pub healed: usize,
    /// Copies and damaged records in its folder, by name.
    pub beside: Vec<String>,
}

struct Scene {
    workshop: Workshop,
    plan: Plan,
    /// Kills that are still to come.
    kills_left: AtomicUsize,
    acknowledged: Mutex<HashSet<String>>,
    outcome: Mutex<Outcome>,
}

/// Goes through with it.
///
/// # Errors
/// When a server stops healing, or cannot be started.
pub fn run(plan: Plan) -> Result<Outcome, Failure> {
    let scene = Scene {
        workshop: Workshop::new(),
        plan,
        kills_left: AtomicUsize::new(plan.kills),
        acknowledged: Mutex::default(),
        outcome: Mutex::default(),
    };
    std::thread::scope(|scope| {
        let servers = 0..plan.servers;
        let mut threads: Vec<_> = servers
            .map(|slot| {
                let scene = &scene;
                scope.spawn(move || scene.serve(slot))
            })
            .collect();
        threads.push(scope.spawn(|| scene.type_commands()));
        threads.into_iter().try_for_each(|thread| {
            let ended = thread.join();
            ended.unwrap_or_else(|_| Err("a thread of the torture panicked".into()))
        })
    })?;
    scene.conclude()
}

impl Scene {
    fn database(&self) -> std::path::PathBuf {
        self.workshop.root().join("salve.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.workshop.command(arguments);
        command.env("SALVE_DATABASE", self.database());
        command
    }

    /// Takes one of the kills that are left.
    fn takes_a_kill(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        let taken = (self.kills_left).fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.is_ok()
    }

    /// One server after the other, each until it is killed; the last one ends in order.
    fn serve(&self, slot: usize) -> Result<(), Failure> {
        let mut chance = fastrand::Rng::with_seed(self.plan.seed + slot as u64);
        for round in 0.. {
            // Half of them have documents without a path, which are all the same to the record.
            let kind = ["file:///work/", "untitled:"][slot % 2];
            let name = format!("{kind}s{slot}-{round}");
            let mut healer = Healer::start(self.command(&["lsp"]), &name)?;
            let is_killed = self.takes_a_kill();
            let lives = chance.usize(1..6);
            let pause = Duration::from_micros(chance.u64(0..60_000));
            let id = healer.id();
            let mut killer = None;
            let mut open = Vec::new();
            let ended: io::Result<()> = (0..).try_for_each(|turn| {
                if is_killed && turn == lives {
                    // Somewhere in what comes next.
                    killer = Some(std::thread::spawn(move || {
                        std::thread::sleep(pause);
                        kill(id)
                    }));
                }
                open.push(healer.heal()?);
                if chance.bool() {
                    healer.accepted()?;
                    self.acknowledge(&mut open);
                }
                match !is_killed && turn == 6 {
                    true => Err(io::ErrorKind::Interrupted.into()),
                    false => Ok(()),
                }
            });
            let told = std::mem::take(&mut healer.told);
            let healed = usize::try_from(healer.healed())?;
            if let Ok(mut outcome) = self.outcome.lock() {
                outcome.told.extend(told);
                outcome.healed += healed;
                outcome.servers_killed += usize::from(is_killed);
            }
            match (ended, killer) {
                (Err(_), Some(killer)) => {
                    killer.join().map_err(|_| "the killer panicked")??;
                }
                (Err(error), None) if error.kind() == io::ErrorKind::Interrupted => {
                    healer.accepted()?;
                    self.acknowledge(&mut open);
                    if healer.finish()? != Some(0) {
                        return Err(format!("{name}: it did not end in order").into());
                    }
                    return Ok(());
                }
                (ended, _) => return Err(format!("{name}: {ended:?}").into()),
            }
        }
        Ok(())
    }

    /// Heals one file after the other with the command line, as long as servers are killed.
    fn type_commands(&self) -> Result<(), Failure> {
        let mut chance = fastrand::Rng::with_seed(self.plan.seed);
        for round in 0.. {
            let file = format!("f{round}.py");
            self.workshop
                .file(&file, format!("def f{round}(xs)\n    return xs\n"));
            let mut command = self.command(&["--json", "fix", "--apply", &file]);
            let child = command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()?;
            let is_killed = chance.u8(..4) == 0 && self.takes_a_kill();
            let killer = is_killed.then(|| {
                let (id, pause) = (child.id(), Duration::from_micros(chance.u64(0..400_000)));
                std::thread::spawn(move || {
                    std::thread::sleep(pause);
                    kill(id)
                })
            });
            // Reaped by its own thread only after the kill, so that no other process has its number by then.
            let killed = killer.map(std::thread::JoinHandle::join).transpose();
            killed.map_err(|_| "the killer panicked")?.transpose()?;
            let output = child.wait_with_output()?;
            if is_killed {
                let mut outcome = self.outcome.lock().map_err(|_| "a thread panicked")?;
                outcome.runs_killed += 1;
            } else {
                self.take_run(&output)?;
            }
            if self.kills_left.load(Ordering::Relaxed) == 0 {
                break;
            }
        }
        Ok(())
    }

    /// A run of the command line that came to its end has recorded what it healed.
    fn take_run(&self, output: &Output) -> Result<(), Failure> {
        let said = String::from_utf8_lossy(&output.stderr);
        let complaint = said
            .lines()
            .find(|line| line.starts_with("warning") || line.starts_with("error"));
        let mut outcome = self.outcome.lock().map_err(|_| "a thread panicked")?;
        outcome.told.extend(complaint.map(str::to_owned));
        if output.status.code() != Some(0) {
            return Err(format!("the command line failed: {said}").into());
        }
        drop(outcome);
        let result: Value = serde_json::from_slice(&output.stdout)?;
        let files = result["files"].as_array().into_iter().flatten();
        let taken = files.flat_map(|file| file["taken"].as_array().cloned().unwrap_or_default());
        let mut ids = taken
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        self.acknowledge(&mut ids);
        Ok(())
    }

    fn acknowledge(&self, fixes: &mut Vec<String>) {
        if let Ok(mut acknowledged) = self.acknowledged.lock() {
            acknowledged.extend(fixes.drain(..));
        }
    }

    fn conclude(self) -> Result<Outcome, Failure> {
        let path = self.database();
        let recorded = accepted(&path)?;
        let acknowledged = self.acknowledged.into_inner()?;
        let mut outcome = self.outcome.into_inner()?;
        outcome.acknowledged = acknowledged.len();
        outcome.recorded = recorded.len();
        outcome.lost = acknowledged.difference(&recorded).count();
        outcome.integrity =
            rusqlite::Connection::open(&path)?
                .query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
        for entry in std::fs::read_dir(self.workshop.root())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with("salve.db.") {
                outcome.beside.push(name);
            }
        }
        Ok(outcome)
    }
}

/// The fixes that the record holds as accepted.
fn accepted(path: &Path) -> rusqlite::Result<HashSet<String>> {
    rusqlite::Connection::open(path)?
        .prepare("SELECT key FROM outcome WHERE kind = 'accepted'")?
        .query_map((), |row| row.get(0))?
        .collect()
}

/// Kills a child of this process that nobody has waited for yet.
fn kill(id: u32) -> io::Result<()> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    let id = id.ok_or(io::ErrorKind::InvalidInput)?;
    Ok(kill_process(id, Signal::KILL)?)
}
