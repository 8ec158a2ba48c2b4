//! The program that salve brings along.

use std::time::Duration;

use salve::prove::{Interpreter, ProgramOutput, run_own_program};

use super::pretenders::gone;
use super::*;

async fn run(source: &'static str, time_limit: Duration) -> ProgramOutput {
    let lookup = lookup();
    let found = Interpreters::default().find(&lookup).await;
    let interpreter: Interpreter = found.interpreter.expect("python3 is on PATH");
    run_own_program(&interpreter, &lookup.environment, source, time_limit)
        .await
        .expect("started")
}

#[tokio::test]
async fn its_output_and_exit_code_come_back() {
    let output = run(
        "import sys\nprint('é')\nprint('oh', file=sys.stderr)\nsys.exit(3)\n",
        Duration::from_secs(60),
    )
    .await;
    assert_eq!((output.stdout.trim(), output.stderr.trim()), ("é", "oh"));
    assert_eq!((output.exit, output.timed_out), (Some(3), false));
}

#[tokio::test]
async fn it_sees_neither_environment_nor_input() {
    let output = run(
        "import os, sys\nprint(sorted(os.environ), repr(sys.stdin.read()))\n",
        Duration::from_secs(60),
    )
    .await;
    assert!(output.stdout.ends_with("''\n"), "{output:?}");
    assert!(!output.stdout.contains("HOME"), "{output:?}");
}

#[tokio::test]
async fn one_that_does_not_end_is_killed_with_its_children() {
    let output = run(
        "import os, subprocess, sys\n\
        subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n\
        print(os.getpgrp(), flush=True)\nwhile True: pass\n",
        Duration::from_secs(3),
    )
    .await;
    assert!(output.timed_out && output.exit.is_none(), "{output:?}");
    let group = output.stdout.trim().parse().expect("a process group");
    gone(rustix::process::Pid::from_raw(group).expect("a process group")).await;
}

#[tokio::test]
async fn one_that_floods_its_output_is_cut_off() {
    let output = run(
        "import sys\nsys.stdout.write('x' * 10_000_000)\n",
        Duration::from_secs(60),
    )
    .await;
    assert_eq!(output.stdout.len(), 256 << 10);
    assert_eq!(output.exit, Some(0));
}
