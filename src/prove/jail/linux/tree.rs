//! The processes inside: how many, how much memory, and their end.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus};

/// How long the end of the last process is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Finds the processes of the jail.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tree {
    /// The process namespace: whatever `/proc` shows but this process itself.
    Namespace,
    /// The children of this process and theirs. Orphans become its children, because it is their subreaper.
    Children,
}

/// What the processes of a jail use together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// How many threads there are.
    pub(super) threads: u64,
    /// Bytes of memory that no file backs.
    pub(super) memory: u64,
}

impl Tree {
    /// What the processes use now.
    pub(super) fn used(self) -> Use {
        let processes = self.processes();
        let mut used = Use::default();
        for process in &processes {
            // One that has just ended takes its place until it is waited for.
            let (threads, memory) = of_process(*process).unwrap_or((1, 0));
            used.threads += threads;
            used.memory += memory;
        }
        used.memory += buffers(&processes);
        used
    }

    /// Bytes of files that the processes hold open or mapped although nobody can find them any more.
    pub(super) fn removed_files(self) -> u64 {
        self.processes().into_iter().map(removed_files).sum()
    }

    /// Ends every process and waits until none is left. `on_end` hears how each child ended.
    pub(super) fn end(self, mut on_end: impl FnMut(Pid, WaitStatus)) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.kill();
            loop {
                match rustix::process::wait(WaitOptions::NOHANG) {
                    Ok(Some((process, status))) => on_end(process, status),
                    Ok(None) => break,
                    Err(_) => return,
                }
            }
            if Instant::now() > deadline {
                return;
            }
            std::thread::yield_now();
        }
    }

    fn kill(self) {
        match self {
            // Group 1 means everybody, which is everybody in the namespace for its first process (kill(2)).
            Self::Namespace if rustix::process::getpid().is_init() => {
                let _ = rustix::process::kill_process_group(Pid::INIT, Signal::KILL);
            }
            Self::Namespace => {}
            Self::Children => {
                // Stopped first: what is stopped starts no others while the rest is looked for.
                for process in self.processes() {
                    kill(process, Signal::STOP);
                }
                for process in self.processes() {
                    kill(process, Signal::KILL);
                }
            }
        }
    }

    fn processes(self) -> Vec<u32> {
        let own = std::process::id();
        match self {
            Self::Namespace => {
                let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
                let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
                let found: Vec<u32> = numbers.filter(|number| *number != own).collect();
                if found.is_empty() {
                    descendants(own)
                } else {
                    found
                }
            }
            Self::Children => descendants(own),
        }
    }
}

/// How many threads the user of this process has on the whole machine, as far as `/proc` shows them.
pub(super) fn threads_of_user() -> u64 {
    let user = rustix::process::getuid().as_raw();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.metadata().is_ok_and(|process| process.uid() == user))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(of_process)
        .map(|(threads, _)| threads)
        .sum()
}

fn kill(process: u32, signal: Signal) {
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // It may be gone already.
        let _ = rustix::process::kill_process(process, signal);
    }
}

fn descendants(of: u32) -> Vec<u32> {
    let mut found = children(of);
    let mut next = 0;
    while let Some(process) = found.get(next).copied() {
        found.extend(children(process));
        next += 1;
    }
    found
}

/// The children of all threads of a process.
fn children(of: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{of}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let mut found = Vec::new();
    for thread in threads {
        let list = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(
            list.split_whitespace()
                .filter_map(|number| number.parse::<u32>().ok()),
        );
    }
    found
}

/// A process's threads, and its anonymous, shared and swapped memory in bytes; `None` if it cannot be seen.
fn of_process(process: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let number = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let kilobytes = ["RssAnon:", "RssShmem:", "VmSwap:"]
        .into_iter()
        .filter_map(number);
    Some((
        number("Threads:").unwrap_or(1),
        kilobytes.sum::<u64>() * 1024,
    ))
}

/// The most that the kernel may hold in the sockets and pipes of these processes, in bytes.
fn buffers(processes: &[u32]) -> u64 {
    const SOCKET: u64 = 416 << 10;
    const PIPE: u64 = 64 << 10;
    let mut known = HashSet::new();
    for process in processes {
        let files = fs::read_dir(format!("/proc/{process}/fd"))
            .into_iter()
            .flatten()
            .flatten();
        known.extend(files.filter_map(|file| fs::read_link(file.path()).ok()));
    }
    let count = |kind: &str| {
        known
            .iter()
            .filter(|name| name.to_string_lossy().starts_with(kind))
            .count() as u64
    };
    count("socket:") * SOCKET + count("pipe:") * PIPE
}

fn removed_files(process: u32) -> u64 {
    let files = fs::read_dir(format!("/proc/{process}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    let open: u64 = files
        .filter_map(|file| fs::metadata(file.path()).ok())
        .filter(|file| file.is_file() && file.nlink() == 0)
        .map(|file| file.blocks() * 512)
        .sum();
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
    let mapped: u64 = maps
        .lines()
        .filter(|line| line.ends_with(" (deleted)"))
        .filter_map(|line| {
            let (start, end) = line.split_whitespace().next()?.split_once('-')?;
            let address = |text| u64::from_str_radix(text, 16).ok();
            address(end)?.checked_sub(address(start)?)
        })
        .sum();
    open.max(mapped)
}
