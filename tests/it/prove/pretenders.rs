//! Programs that only pretend to be an interpreter, and interpreters whose processes are counted.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// Answers the probe like a Python 3.12, and then does what `behavior` says, in the words of a shell.
fn pretender(folder: &Path, behavior: &str) -> PathBuf {
    let script = format!(
        r#"#!/bin/sh
case "$*" in
*sys.implementation*) printf '{{"implementation": "cpython", "version": [3, 12, 1]}}\n%s' "$0"; exit 0;;
esac
echo $$ >> "{folder}/started"
ready() {{ text='{{"job": 0, "verdict": "ready", "kind": "", "message": "", "line": null, "column": null}}'; printf '\000\000\000\127%s' "$text"; }}
{behavior}
"#,
        folder = folder.display()
    );
    script_file(&folder.join("python"), &script)
}

pub(super) fn script_file(path: &Path, script: &str) -> PathBuf {
    std::fs::write(path, script).expect("written");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, executable).expect("made executable");
    path.to_owned()
}

fn prover_with(setting: PathBuf, wall: Duration) -> CPythonProver {
    let lookup = Lookup {
        setting: Some(setting),
        ..lookup()
    };
    let limits = Limits {
        wall,
        ..Limits::default()
    };
    CPythonProver::new(Interpreters::default(), lookup, limits)
}

/// The process groups that the pretender led.
fn started(folder: &Path) -> Vec<rustix::process::Pid> {
    let text = std::fs::read_to_string(folder.join("started")).unwrap_or_default();
    text.lines()
        .filter_map(|line| rustix::process::Pid::from_raw(line.parse().ok()?))
        .collect()
}

/// Waits until no process of a group is left, nor a dead one that we should have waited for.
pub(super) async fn gone(group: rustix::process::Pid) {
    let is_gone = async {
        while is_left(group) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), is_gone)
        .await
        .expect("the whole group ends");
}

/// Dead processes that nobody waited for count if they are ours; others are for the first process of the machine.
fn is_left(group: rustix::process::Pid) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return rustix::process::test_kill_process_group(group).is_ok();
    };
    let us = std::process::id().to_string();
    let group = group.as_raw_nonzero().to_string();
    processes.flatten().any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold anything; state, parent and group follow it.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .map(|rest| rest.split_whitespace().take(3).collect())
            .unwrap_or_default();
        matches!(fields.as_slice(), [state, parent, theirs]
            if *theirs == group && (*state != "Z" || *parent == us))
    })
}

#[tokio::test]
async fn broken_interpreters_are_a_reason_and_leave_nothing_behind() {
    let cases = [
        ("exit 3", "exit status: 3"),
        ("echo no such library >&2; exit 127", "no such library"),
        (
            "echo hello there everybody",
            "does not answer like a Python",
        ),
        ("ready; exit 0", "gave no answer"),
        ("ready; sleep 60 & kill -SEGV $$", "SIGSEGV"),
        (
            "ready; ready; cat > /dev/null",
            "it answers job 0 instead of 1",
        ),
        ("ready; cat /dev/zero", "does not answer like a Python"),
        ("cat /dev/zero", "does not answer like a Python"),
    ];
    for (behavior, expected) in cases {
        let folder = TempDir::new().expect("a folder");
        let python = pretender(folder.path(), behavior);
        let prover = prover_with(python, Duration::from_secs(20));
        let reason = unavailable(prover.compile(&vec![b'#'; 1 << 20]).await.verdict);
        assert!(reason.contains(expected), "{behavior}: {reason}");
        assert!(reason.contains("python"), "{behavior}: {reason}");
        let groups = started(folder.path());
        assert_eq!(groups.len(), 2, "{behavior}: started, and restarted once");
        for group in groups {
            gone(group).await;
        }
    }
}

#[tokio::test]
async fn one_that_hangs_is_killed_with_its_children() {
    for behavior in [
        "sleep 600 & sleep 600",
        "ready; sleep 600 & cat > /dev/null; sleep 600",
    ] {
        let folder = TempDir::new().expect("a folder");
        let python = pretender(folder.path(), behavior);
        let prover = prover_with(python, Duration::from_millis(500));
        let reason = unavailable(prover.compile(b"x = 1\n").await.verdict);
        assert!(reason.contains("within 500ms"), "{reason}");
        for group in started(folder.path()) {
            gone(group).await;
        }
    }
}

#[tokio::test]
async fn one_that_does_not_come_up_is_left_alone_for_a_while() {
    let folder = TempDir::new().expect("a folder");
    let prover = prover_with(pretender(folder.path(), "exit 3"), Duration::from_secs(20));
    for _ in 0..5 {
        unavailable(prover.compile(b"x = 1\n").await.verdict);
    }
    assert_eq!(started(folder.path()).len(), 2);
}

/// A pretender that hands over to the real interpreter, so that its workers can be counted and found.
async fn counted(folder: &Path) -> PathBuf {
    let found = Interpreters::default().find(&lookup()).await;
    let real = found.interpreter.expect("python3 is on PATH").path;
    pretender(folder, &format!("exec '{}' \"$@\"", real.display()))
}

#[tokio::test]
async fn two_hundred_jobs_at_once_need_two_workers_at_most() {
    let folder = TempDir::new().expect("a folder");
    let python = counted(folder.path()).await;
    let prover = Arc::new(prover_with(python, Duration::from_secs(60)));
    let jobs = (0..200_usize).map(|number| {
        let prover = Arc::clone(&prover);
        tokio::spawn(async move {
            let source = if number % 2 == 0 {
                format!("x = {number}\n")
            } else {
                format!("{}x = = 1\n", "\n".repeat(number))
            };
            (number, prover.compile(source.as_bytes()).await.verdict)
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        let (number, verdict) = job.await.expect("no job panics");
        if number % 2 == 0 {
            assert_eq!(verdict, CompileVerdict::Accepted);
        } else {
            assert_eq!(rejected(verdict).line, u32::try_from(number + 1).ok());
        }
    }
    let workers = started(folder.path());
    assert!((1..=2).contains(&workers.len()), "{workers:?}");
    drop(prover);
    for worker in workers {
        gone(worker).await;
    }
}

#[tokio::test]
async fn jobs_in_a_row_share_one_worker() {
    let folder = TempDir::new().expect("a folder");
    let prover = prover_with(counted(folder.path()).await, Duration::from_secs(60));
    for _ in 0..200 {
        let verdict = prover.compile(b"x = 1\n").await.verdict;
        assert_eq!(verdict, CompileVerdict::Accepted);
    }
    assert_eq!(started(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_worker_that_was_killed_is_replaced_unnoticed() {
    let folder = TempDir::new().expect("a folder");
    let prover = prover_with(counted(folder.path()).await, Duration::from_secs(60));
    assert_eq!(
        prover.compile(b"x = 1\n").await.verdict,
        CompileVerdict::Accepted
    );
    for worker in started(folder.path()) {
        rustix::process::kill_process(worker, rustix::process::Signal::KILL).expect("killed");
    }
    assert_eq!(
        prover.compile(b"x = 1\n").await.verdict,
        CompileVerdict::Accepted
    );
    assert_eq!(started(folder.path()).len(), 2);
}

#[tokio::test]
async fn a_worker_without_work_ends() {
    let folder = TempDir::new().expect("a folder");
    let lookup = Lookup {
        setting: Some(counted(folder.path()).await),
        ..lookup()
    };
    let limits = Limits {
        idle: Duration::from_millis(50),
        ..Limits::default()
    };
    let prover = CPythonProver::new(Interpreters::default(), lookup, limits);
    for round in 1..=2 {
        let verdict = prover.compile(b"x = 1\n").await.verdict;
        assert_eq!(verdict, CompileVerdict::Accepted);
        let workers = started(folder.path());
        assert_eq!(workers.len(), round);
        gone(workers[round - 1]).await;
    }
}

#[tokio::test]
async fn a_job_that_is_given_up_confuses_nobody() {
    let folder = TempDir::new().expect("a folder");
    let prover = prover_with(counted(folder.path()).await, Duration::from_secs(60));
    let long = "def f(a, b):\n    return [a, b]\n".repeat(20_000);
    for share in 0..8 {
        let job = prover.compile(long.as_bytes());
        // Dropped while it starts, while it writes, while it waits for the answer.
        let outcome = tokio::time::timeout(Duration::from_millis(share * 15), job).await;
        drop(outcome);
        let error = rejected(prover.compile(b"x = 1\nx = = 2\n").await.verdict);
        assert_eq!(error.line, Some(2));
    }
    drop(prover);
    for worker in started(folder.path()) {
        gone(worker).await;
    }
}

#[tokio::test]
async fn a_job_that_is_given_up_and_does_not_end_is_killed() {
    let folder = TempDir::new().expect("a folder");
    let python = pretender(folder.path(), "ready; sleep 600");
    let prover = prover_with(python, Duration::from_secs(600));
    {
        let job = prover.compile(b"x = 1\n");
        tokio::pin!(job);
        let has_started = async {
            while started(folder.path()).is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            done = &mut job => panic!("it hangs: {done:?}"),
            () = has_started => {}
        }
    }
    for worker in started(folder.path()) {
        gone(worker).await;
    }
}

#[tokio::test]
async fn the_worker_ends_with_its_parent() {
    let found = Interpreters::default().find(&lookup()).await;
    let python = found.interpreter.expect("python3 is on PATH").path;
    // The parent holds the only write end of the worker's input and is killed without a chance to clean up.
    let script = "import subprocess, sys, time\n\
        child = subprocess.Popen([sys.executable, '-I', '-S', '-c', sys.argv[1], '1000000000', '5'],\n    \
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)\n\
        child.stdout.read(4)\n\
        print(child.pid, flush=True)\n\
        time.sleep(600)\n";
    let mut parent = tokio::process::Command::new(python)
        .args(["-c", script, include_str!("../../../src/prove/worker.py")])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("started");
    let mut line = String::new();
    let stdout = parent.stdout.take().expect("piped");
    tokio::io::AsyncBufReadExt::read_line(&mut tokio::io::BufReader::new(stdout), &mut line)
        .await
        .expect("read");
    let worker = line
        .trim()
        .parse()
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let worker = worker.expect("a process id");
    parent.kill().await.expect("killed");
    gone(worker).await;
}
