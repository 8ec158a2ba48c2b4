//! The step of the proof that runs programs: only where that is permitted, and what its outcome counts for.

use std::time::{Duration, Instant};

use salve::prove::jail::{Mode, Profile};
use salve::prove::{Environment, Pool, RunVerdict, Sandbox, Setting, Surroundings, Task};
use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::program::Workshop;

const BROKEN: &str = "def area(r)\n    return r * 2\n\nprint(area(2))\n";

/// What `salve fix` says of how its fixes were proven.
fn proof(workshop: &Workshop, arguments: &[&str]) -> String {
    let run = workshop.run(arguments);
    let line = run.err.lines().find(|line| line.contains("proof of"));
    line.unwrap_or_else(|| panic!("no proof: {}", run.all()))
        .trim()
        .to_owned()
}

#[test]
fn a_fix_is_run_only_where_that_is_permitted() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    assert_eq!(proof(&workshop, &["fix"]), "proof of 1 fix: compiles");
    assert_eq!(
        proof(&workshop, &["fix", "--trust"]),
        "proof of 1 fix: compiles"
    );
    assert_eq!(
        proof(&workshop, &["fix", "--run"]),
        "proof of 1 fix: runs in the sandbox"
    );
}

#[test]
fn a_run_changes_nothing_and_proves_nothing_that_it_did_not_see() {
    let workshop = Workshop::new();
    for (name, text) in [
        // Another error stands in the way.
        ("fails.py", "def f()\n    return 1\n\n1 / 0\n"),
        // What it wants is denied.
        (
            "writes.py",
            "def f()\n    return 1\n\nopen('a.txt', 'w').write('x')\n",
        ),
        // It waits for input.
        ("asks.py", "def f()\n    return 1\n\nprint(input())\n"),
        // It never ends.
        ("hangs.py", "def f()\n    return 1\n\nwhile True: pass\n"),
    ] {
        workshop.file(name, text);
        assert_eq!(
            proof(&workshop, &["fix", "--run", name]),
            "proof of 1 fix: compiles",
            "{name}"
        );
    }
    assert!(!workshop.project().join("a.txt").exists());
}

#[test]
fn the_evidence_says_what_was_seen_and_what_held() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    let report = workshop.run(&["--json", "fix", "--run"]).json();
    let steps = &report["files"][0]["findings"][0]["fixes"][0]["evidence"]["steps"];
    let run = steps
        .as_array()
        .and_then(|steps| steps.iter().find(|step| step["kind"] == "run"))
        .unwrap_or_else(|| panic!("{steps}"));
    let detail = run["detail"].as_str().expect("a text");
    assert!(
        detail.contains("before: SyntaxError on line 1 of a.py"),
        "{detail}"
    );
    assert!(detail.contains("landlock, seccomp, rlimits"), "{detail}");
}

#[test]
fn in_the_editor_a_fix_climbs_on_once_it_is_listed() {
    let workshop = Workshop::new();
    let file = workshop.file("a.py", BROKEN);
    let mut editor = Editor::start(workshop.command(&["lsp"]));
    let folder = format!("file://{}", workshop.project().display());
    let hello = json!({
        "processId": null,
        "rootUri": folder,
        "capabilities": {"textDocument": {"codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
        }}},
        "initializationOptions": {"trusted": true, "run": true},
    });
    editor.ask(1, "initialize", &hello);
    editor.notify("initialized", &json!({}));
    let uri = format!("file://{}", file.display());
    let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": BROKEN});
    editor.notify("textDocument/didOpen", &json!({"textDocument": document}));
    let place = json!({"line": 0, "character": 11});
    let question = json!({
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    });
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut id = 1;
    let title = loop {
        id += 1;
        let actions: Value = editor.ask(id, "textDocument/codeAction", &question);
        let title = actions[0]["title"].as_str().unwrap_or_default().to_owned();
        if title.contains("runs in the sandbox") || Instant::now() > deadline {
            break title;
        }
    };
    assert_eq!(
        title,
        "Add ':' after 'def area()'  (rule, runs in the sandbox)"
    );
}

/// The pool's setting with whatever Python 3 the machine has.
fn setting() -> Setting {
    let interpreter = std::process::Command::new("python3")
        .args(["-I", "-c", "import sys; print(sys.executable, end='')"])
        .output()
        .expect("there is a Python");
    let path = String::from_utf8(interpreter.stdout).expect("UTF-8");
    Setting {
        surroundings: Surroundings::of(path.as_ref()).expect("it is a program"),
        project: None,
        scratch: None,
        readable: Vec::new(),
        profile: Profile::Single,
        memory: 1 << 30,
        disabled: Vec::new(),
    }
}

#[tokio::test]
async fn no_run_sees_what_another_left() {
    let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_salve").into(), &Environment::default());
    let pool = Pool::new(sandbox, setting(), Duration::from_secs(60));
    let source = "import os, tempfile\n\
                  place = tempfile.gettempdir()\n\
                  assert not os.listdir(place), os.listdir(place)\n\
                  assert 'left' not in os.environ\n\
                  open(place + '/left', 'w').close()\n\
                  os.environ['left'] = 'x'\n";
    for _ in 0..6 {
        let task = Task {
            mode: Mode::Script,
            path: "/program.py".into(),
            source: source.as_bytes().to_vec(),
            tests: Vec::new(),
            wall: Duration::from_secs(20),
        };
        let run = pool.run(&task).await;
        assert_eq!(run.verdict, RunVerdict::Pass, "{}", run.reason);
    }
}

/// Starts a program that may not mount anything: as AppArmor has it where it restricts namespaces.
const WITHOUT_MOUNTS: &str = r#"
import ctypes, os, struct, sys
mount = {"x86_64": 165, "aarch64": 40}[os.uname().machine]
lines = [(0x20, 0, 0, 0), (0x15, 0, 1, mount), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_void_p)]
program = Program(len(lines), ctypes.addressof(text))
call = ctypes.CDLL(None).prctl
assert call(38, 1, 0, 0, 0) == 0 and call(22, 2, ctypes.byref(program), 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"#;

#[test]
fn where_nothing_can_be_mounted_it_goes_on_without_namespaces_and_says_so() {
    let workshop = Workshop::new();
    let file = workshop.file("a.py", "print('here')\n");
    let mut command = workshop.command(&[]);
    let environment: Vec<_> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    command = std::process::Command::new("python3");
    command
        .args(["-c", WITHOUT_MOUNTS, env!("CARGO_BIN_EXE_salve")])
        .args(["--json", "prove", "--file"])
        .arg(file)
        .envs(environment);
    let run = workshop.finish(command.output().expect("it starts"));
    let report = run.json();
    assert_eq!(report["verdict"], "PASS", "{report}");
    assert_eq!(report["stdout"], "here\n");
    assert_eq!(report["layers"]["tier"], "no-namespaces", "{report}");
    let missing = report["layers"]["missing"][0].as_str().unwrap_or_default();
    assert!(missing.starts_with("namespaces: "), "{report}");
}
