//! Many healings back to back in one real server, and how large it is before and after.

use std::path::Path;
use std::time::{Duration, Instant};

use super::healer::Healer;
use super::program::Workshop;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How large a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Memory in use, in KiB.
    pub memory: u64,
    /// Open descriptors.
    pub descriptors: usize,
    /// Processes below it.
    pub processes: usize,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// After each tenth of the cycles, and in the beginning after the first hundred or all that there are.
    pub sizes: Vec<Size>,
    /// Accepted fixes in the record, as the server says.
    pub recorded: u64,
    /// What the person was shown.
    pub told: Vec<String>,
    /// SQLite's verdict on the record.
    pub integrity: String,
    /// The size of the record, in bytes.
    pub bytes: u64,
    /// The median time of a cycle of the last tenth.
    pub cycle: Duration,
    /// Processes that are left when the server has ended.
    pub left: usize,
}

/// Heals `warm_up` mistakes and then `cycles` more, one after the other: open, diagnose, offer, apply, accept, close.
///
/// # Errors
/// When one is not healed.
pub fn run(warm_up: usize, cycles: usize) -> Result<Outcome, Failure> {
    let workshop = Workshop::new();
    let database = workshop.root().join("salve.db");
    let mut command = workshop.command(&["lsp"]);
    command.env("SALVE_DATABASE", &database);
    let mut healer = Healer::start(command, "file:///work/cycle")?;
    let id = healer.id();
    for _ in 0..warm_up {
        healer.heal()?;
    }
    healer.accepted()?;
    let mut sizes = vec![size(id)?];
    let mut times = Vec::new();
    for _ in 0..10 {
        times.clear();
        for _ in 0..cycles / 10 {
            let start = Instant::now();
            healer.heal()?;
            times.push(start.elapsed());
        }
        healer.accepted()?;
        sizes.push(size(id)?);
    }
    let recorded = healer.accepted()?;
    let told = std::mem::take(&mut healer.told);
    let below = below(id)?;
    if healer.finish()? != Some(0) {
        return Err("the server did not end in order".into());
    }
    times.sort_unstable();
    let integrity =
        rusqlite::Connection::open(&database)?
            .query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
    Ok(Outcome {
        sizes,
        recorded,
        told,
        integrity,
        bytes: std::fs::metadata(&database)?.len(),
        cycle: times.get(times.len() / 2).copied().unwrap_or_default(),
        left: left_of(&below),
    })
}

/// How many of these processes are still there after ten seconds: a worker ends by itself once its parent is gone.
fn left_of(ids: &[u32]) -> usize {
    let start = Instant::now();
    loop {
        let left = ids.iter().filter(|id| is_alive(**id)).count();
        if left == 0 || start.elapsed() > Duration::from_secs(10) {
            return left;
        }
        std::thread::yield_now();
    }
}

/// Whether a process is there that nobody has to wait for.
fn is_alive(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn size(id: u32) -> Result<Size, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let memory = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no memory is told")?;
    Ok(Size {
        memory: memory.parse()?,
        descriptors: std::fs::read_dir(format!("/proc/{id}/fd"))?.count(),
        processes: below(id)?.len(),
    })
}

/// The processes below one, with those below them.
fn below(id: u32) -> Result<Vec<u32>, Failure> {
    let mut found = Vec::new();
    let mut next = vec![id];
    while let Some(parent) = next.pop() {
        let tasks = format!("/proc/{parent}/task");
        // One that has ended meanwhile has nobody below it.
        let Ok(tasks) = std::fs::read_dir(Path::new(&tasks)) else {
            continue;
        };
        for task in tasks.flatten() {
            let children = std::fs::read_to_string(task.path().join("children"));
            for child in children.unwrap_or_default().split_whitespace() {
                found.push(child.parse()?);
                next.push(child.parse()?);
            }
        }
    }
    Ok(found)
}
