//! What the sandbox promises beside holding: it says how weak it is, refuses to be too weak, and leaves nothing
//! behind, whatever happens to whoever started it.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;
use salve::prove::jail::{Mode, Profile};
use salve::prove::{Environment, Run, RunVerdict, Sandbox, Setting, Surroundings, Task};
use serde_json::Value;

use super::stage::Stage;
use super::world::{World, own_uid};

/// A program in the stage's folder for code, and `salve prove` for it.
fn prove(world: &World, stage: &mut Stage, text: &str, arguments: &[&str]) -> Command {
    let program = stage.path("code/program.py");
    stage.place(&program, text, world.uid);
    let mut command = world.as_user(world.uid, &world.salve);
    command
        .env_clear()
        .envs(world.environment(&stage.path("home"), &stage.path("tmp")))
        .current_dir(stage.path("scratch"))
        .args(["prove", "--json", "--file"])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A folder in which everybody may write, whichever user the sandbox makes of us.
fn open_folder(stage: &Stage) -> String {
    let folder = stage.path("scratch");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("opened up");
    folder.display().to_string()
}

#[test]
fn a_layer_that_is_switched_off_is_said_so_and_below_the_minimum_it_refuses() {
    let world = match World::ordinary() {
        Ok(world) => world,
        Err(reason) => return println!("{reason}"),
    };
    for (off, is_enough) in [
        ("", true),
        ("namespaces", true),
        ("ns", true),
        ("landlock", false),
        ("seccomp", false),
        ("rlimits", false),
        ("ns,landlock", false),
        ("ns,seccomp", false),
        ("namespaces,landlock,seccomp,rlimits", false),
    ] {
        let mut stage = Stage::new(&world, world.uid);
        let scratch = open_folder(&stage);
        let mut arguments = vec!["--scratch", &scratch];
        if !off.is_empty() {
            arguments.extend(["--disable", off]);
        }
        let mut command = prove(&world, &mut stage, "open('ran', 'w').close()\n", &arguments);
        let output = world
            .start(&mut command)
            .wait_with_output()
            .expect("an end");
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "{off}: {error}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        let has_run = stage.path("scratch/ran").exists();
        assert_eq!(has_run, is_enough, "{off}: {verdict}");
        assert_eq!(verdict["verdict"] == "PASS", is_enough, "{off}: {verdict}");
        assert_eq!(
            verdict["verdict"] == "SANDBOX_FAILED",
            !is_enough,
            "{off}: {verdict}"
        );
        for layer in off.split(',').filter(|it| !it.is_empty()) {
            let layer = if layer == "ns" { "namespaces" } else { layer };
            assert_eq!(verdict["layers"][layer], false, "{off}: {verdict}");
            let active = verdict["layers"]["active"].to_string();
            assert!(!active.contains(layer), "{off}: {active}");
            let missing = verdict["layers"]["missing"].to_string();
            assert!(missing.contains(layer), "{off}: it is not said: {missing}");
        }
        if is_enough {
            for layer in ["landlock", "seccomp", "rlimits"] {
                assert_eq!(verdict["layers"][layer], true, "{off}: {verdict}");
            }
        } else {
            assert_eq!(output.status.code(), Some(3), "{off}");
        }
    }
}

#[test]
fn nothing_runs_on_when_whoever_started_it_is_killed() {
    // Both the program and what it starts hold the pipe open as long as they live.
    let alone = "pipe = open('alive', 'w')\npipe.write('x')\npipe.flush()\nimport signal\n\
                 for number in (1, 2, 15):\n    signal.signal(number, signal.SIG_IGN)\n\
                 while True:\n    signal.pause()\n";
    let together =
        format!("import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()\n{alone}");
    let mut failures = Vec::new();
    for world in [World::ordinary(), World::root()] {
        let world = match world {
            Ok(world) => world,
            Err(reason) => {
                println!("{reason}");
                continue;
            }
        };
        for (profile, text) in [("single", alone), ("tests", &together)] {
            for off in ["", "namespaces"] {
                for signal in [Signal::KILL, Signal::TERM, Signal::INT] {
                    let what =
                        format!("user {}, {profile}, without {off:?}, {signal:?}", world.uid);
                    let mut stage = Stage::new(&world, world.uid);
                    let scratch = open_folder(&stage);
                    let pipe = stage.path("scratch/alive");
                    let everybody = rustix::fs::Mode::from_raw_mode(0o666);
                    let fifo = rustix::fs::FileType::Fifo;
                    rustix::fs::mknodat(rustix::fs::CWD, &pipe, fifo, everybody, 0)
                        .expect("a pipe");
                    fs::set_permissions(&pipe, fs::Permissions::from_mode(0o666)).expect("opened");
                    let mut arguments = vec![
                        "--profile",
                        profile,
                        "--timeout",
                        "60",
                        "--scratch",
                        &scratch,
                    ];
                    if !off.is_empty() {
                        arguments.extend(["--disable", off]);
                    }
                    let mut child = world.start(&mut prove(&world, &mut stage, text, &arguments));
                    if let Err(reason) = lives_and_dies(&pipe, || {
                        let pid = rustix::process::Pid::from_child(&child);
                        rustix::process::kill_process(pid, signal).expect("sent");
                    }) {
                        failures.push(format!("{what}: {reason}"));
                    }
                    child.kill().ok();
                    child.wait().expect("waited for");
                    for orphan in world.end_orphans(None) {
                        failures.push(format!("{what}: left behind: {orphan}"));
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Waits until somebody writes into a pipe, ends it, and waits until nobody can any more.
fn lives_and_dies(pipe: &Path, end: impl FnOnce()) -> Result<(), String> {
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::NONBLOCK;
    let pipe = rustix::fs::open(pipe, flags, rustix::fs::Mode::empty()).expect("the pipe");
    let wait = |what: PollFlags, otherwise: &str| {
        let mut ready = [PollFd::from_borrowed_fd(pipe.as_fd(), what)];
        let guard = Timespec::try_from(Duration::from_secs(10)).expect("a time");
        let count = rustix::event::poll(&mut ready, Some(&guard)).expect("waited");
        if count == 0 {
            Err(otherwise.to_owned())
        } else {
            Ok(())
        }
    };
    wait(PollFlags::IN, "it never ran")?;
    end();
    let mut bytes = [0; 64];
    while rustix::io::read(&pipe, &mut bytes).is_ok_and(|count| count > 0) {}
    wait(PollFlags::empty(), "it runs on")
}

/// What a process has of its own that could be left behind: descriptors by what they are, mounts, and children.
fn belongings(world: &World) -> (Vec<String>, String, Vec<String>) {
    let open = fs::read_dir("/proc/self/fd").expect("descriptors");
    let mut open: Vec<String> = open
        .filter_map(|it| fs::read_link(it.ok()?.path()).ok())
        .map(|it| it.display().to_string())
        .map(|it| it.split(':').next().unwrap_or_default().to_owned())
        .collect();
    open.sort();
    (open, super::mounts(), world.end_orphans(None))
}

#[tokio::test]
async fn a_supervisor_that_lives_long_keeps_nothing_of_what_it_proved() {
    let world = if own_uid() == 0 {
        World::root()
    } else {
        World::ordinary()
    };
    let world = world.expect("as ourselves");
    let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_salve").into(), &Environment::default());
    let setting = |profile| Setting {
        surroundings: Surroundings::of(&world.python).expect("an interpreter"),
        project: None,
        scratch: None,
        readable: Vec::new(),
        profile,
        memory: 256 << 20,
        disabled: Vec::new(),
    };
    let task = |text: &str| Task {
        mode: Mode::Script,
        path: "/program.py".into(),
        source: text.as_bytes().to_vec(),
        tests: Vec::new(),
        wall: Duration::from_millis(400),
    };
    let programs = [
        (Profile::Single, "open('kept', 'w').write('x' * 1000)\n"),
        (Profile::Single, "1 / 0\n"),
        (Profile::Single, "while True: pass\n"),
        (
            Profile::Single,
            "import os\nwhile True: os.write(1, bytes(65536))\n",
        ),
        (Profile::Single, "import os\nos.abort()\n"),
        (
            Profile::Tests,
            "import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass\n",
        ),
        (
            Profile::Tests,
            "import os\nfor _ in range(20):\n    if os.fork() == 0: os._exit(0)\n",
        ),
    ];
    let round = async |expected: &mut Vec<RunVerdict>| {
        for (profile, text) in programs {
            let Run { verdict, .. } = sandbox.run(&setting(profile), &task(text)).await;
            expected.push(verdict);
        }
        // A jail that was made ready and is not needed.
        drop(
            sandbox
                .open(&setting(Profile::Single))
                .await
                .expect("a jail"),
        );
    };
    let mut first = Vec::new();
    round(&mut first).await;
    assert!(
        first.iter().all(|it| *it != RunVerdict::SandboxFailed),
        "{first:?}"
    );
    let before = belongings(&world);
    for _ in 0..3 {
        round(&mut Vec::new()).await;
    }
    let after = belongings(&world);
    assert_eq!(before.0, after.0, "descriptors");
    assert_eq!(before.1, after.1, "mounts");
    assert_eq!(
        before.2.len() + after.2.len(),
        0,
        "{:?} {:?}",
        before.2,
        after.2
    );
}
