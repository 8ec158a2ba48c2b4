//! Trust on the command line.

use serde_json::json;

use crate::support::program::{Run, Workshop};
use crate::support::python::pretender;

/// A project with an interpreter of its own, on a machine with another.
struct Machine(Workshop);

impl Machine {
    fn new() -> Self {
        let workshop = Workshop::new();
        pretender(&workshop.root().join("bin/python3"), "3, 13, 0", "asked");
        pretender(
            &workshop.project().join(".venv/bin/python"),
            "3, 9, 1",
            "asked",
        );
        Self(workshop)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.0.command(arguments);
        command.env("PATH", self.0.root().join("bin"));
        command.env("SALVE_MODEL_PROVIDER", "off");
        self.0.finish(command.output().expect("salve starts"))
    }

    fn is_asked(&self) -> bool {
        self.0.project().join(".venv/bin/asked").exists()
    }
}

#[test]
fn the_project_s_interpreter_is_started_with_permission_only() {
    let machine = Machine::new();
    machine
        .0
        .file("a.py", "match 1:\n    case _:\n        pass\n");
    assert_eq!(machine.run(&["check"]).code, 0);
    assert_eq!(machine.run(&["fix"]).code, 0);
    assert!(!machine.is_asked());
    for arguments in [["check", "--trust"], ["fix", "--run"], ["fix", "--trust"]] {
        assert!(machine.run(&arguments).code > 0, "{arguments:?}");
    }
    assert!(machine.is_asked());
}

#[test]
fn the_doctor_says_what_the_workspace_may_do_and_how_to_change_it() {
    let machine = Machine::new();
    let lines = |arguments: &[&str]| {
        let run = machine.run(arguments);
        let lines = run
            .out
            .lines()
            .skip_while(|line| !line.starts_with("✓ workspace"));
        lines.take(5).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(lines(&["doctor"]), @r"
    ✓ workspace   …/project
    ✓ trusted     no: nothing inside it is started (built-in default)
                  to change it: list the folder under `workspace.trustedFolders` in …/config/salve/config.json, or give --trust for one call
    ✓ may run     no: its programs are not run (built-in default)
                  to change it: list the folder under `workspace.runFolders` in …/config/salve/config.json, or give --run for one call
    ");
    insta::assert_snapshot!(lines(&["doctor", "--run"]), @r"
    ✓ workspace   …/project
    ✓ trusted     yes: programs inside it may be started, such as the interpreter of its .venv (flag --run)
                  to change it: leave out --run
    ✓ may run     yes: its programs may be run in the sandbox; a run at most 3000 ms, tests 10000 ms, 1024 MB (flag --run)
                  to change it: leave out --run
    ");
    let settings = json!({"workspace": {"trustedFolders": [machine.0.root()], "run": true}});
    let file = machine.0.root().join("config/salve/config.json");
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    std::fs::write(file, settings.to_string()).expect("a file");
    insta::assert_snapshot!(lines(&["doctor"]), @r"
    ✓ workspace   …/project
    ✓ trusted     yes: programs inside it may be started, such as the interpreter of its .venv (inside …: …/config/salve/config.json)
                  to change it: take it back in …/config/salve/config.json
    ✓ may run     yes: its programs may be run in the sandbox; a run at most 3000 ms, tests 10000 ms, 1024 MB (…/config/salve/config.json)
                  to change it: take it back in …/config/salve/config.json
    ");
    let said = machine.run(&["doctor", "--json"]).json()["trust"].clone();
    assert_eq!(
        (&said["trusted"], &said["mayRun"]),
        (&json!(true), &json!(true))
    );
    let explained = machine.run(&["config", "explain", "workspace.trusted"]);
    let all_in_all = explained.out.split("all in all").nth(1);
    insta::assert_snapshot!(all_in_all.expect("a summary"), @r"
    , for …/project:
      trusted: yes: programs inside it may be started, such as the interpreter of its .venv (inside …: …/config/salve/config.json)
      may run: yes: its programs may be run in the sandbox; a run at most 3000 ms, tests 10000 ms, 1024 MB (…/config/salve/config.json)
    ");
    let explained = machine.run(&["config", "explain", "workspace.run", "--json"]);
    assert_eq!(explained.json()["origin"], "…/config/salve/config.json");
}
