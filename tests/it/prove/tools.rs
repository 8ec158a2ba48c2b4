//! The lint and type steps, with the real tools and with programs that only pretend to be them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use salve::engine::ports::{Change, Prover, ToolReport, ToolVerdict};
use salve::prove::{CPythonProver, Environment, Interpreters, Limits, Lookup};
use tempfile::TempDir;

use crate::support::tools::tools;

/// A project with the given files.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    folder
}

fn prover(project: &Path, trusted: bool, path: &[PathBuf], tool: Duration) -> CPythonProver {
    let path = std::env::join_paths(path).expect("plain names");
    let lookup = Lookup {
        folder: project.to_owned(),
        trusted,
        environment: Environment::new([("PATH".into(), path)]),
        ..Lookup::default()
    };
    let limits = Limits {
        tool,
        ..Limits::default()
    };
    CPythonProver::new(Interpreters::default(), lookup, limits)
}

const PATIENCE: Duration = Duration::from_secs(120);

async fn linted(project: &Path, before: &str, after: &str) -> Option<ToolReport> {
    let change = Change {
        before,
        after,
        path: Some("a.py"),
    };
    prover(project, false, &tools(), PATIENCE)
        .lint(&change)
        .await
}

#[track_caller]
fn new(report: Option<ToolReport>) -> Vec<String> {
    match report.expect("a report").verdict {
        ToolVerdict::NothingNew => Vec::new(),
        ToolVerdict::New(complaints) => complaints,
        ToolVerdict::Unavailable { reason } => panic!("{reason}"),
    }
}

#[track_caller]
fn unavailable(report: Option<ToolReport>) -> String {
    match report.expect("a report").verdict {
        ToolVerdict::Unavailable { reason } => reason,
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn ruff_tells_what_a_fix_brings_in_and_nothing_else() {
    for settings in [
        ("ruff.toml", "lint.select = ['F']\n"),
        ("pyproject.toml", "[tool.ruff]\nlint.select = ['F']\n"),
    ] {
        let project = project(&[settings]);
        let new = async |before, after| new(linted(project.path(), before, after).await);
        assert_eq!(
            new("print(1)\n", "import os\nprint(1)\n").await,
            ["`os` imported but unused (F401)"]
        );
        // What was there before stays the person's business, wherever it moves.
        assert_eq!(
            new("import os\nprint(a)\n", "import os\n\na = 1\nprint(a)\n").await,
            Vec::<String>::new()
        );
        // Of a broken text ruff says nothing, so only the changed lines count.
        let broken = "import os\n\ndef f(:\n    return 1\n";
        assert_eq!(
            new(broken, "import os\n\ndef f():\n    return 1\n").await,
            Vec::<String>::new()
        );
        assert_eq!(
            new(broken, "import os\n\ndef f(x=y):\n    return 1\n").await,
            ["Undefined name `y` (F821)"]
        );
    }
}

#[tokio::test]
async fn a_project_that_does_not_use_ruff_is_not_linted() {
    for files in [
        &[][..],
        &[("pyproject.toml", "[tool.black]\nline-length = 9\n")],
    ] {
        let project = project(files);
        assert_eq!(linted(project.path(), "a\n", "import os\na\n").await, None);
    }
}

#[tokio::test]
async fn broken_settings_are_a_reason() {
    let project = project(&[("ruff.toml", "lint.select = 9\n")]);
    let reason = unavailable(linted(project.path(), "a = 1\n", "a = 2\n").await);
    assert!(reason.contains("ruff: failed with"), "{reason}");
}

/// Makes a program that leaves `mark` behind in the project's folder.
fn pretender(project: &Path, name: &str) {
    let program = project.join(".venv/bin").join(name);
    std::fs::create_dir_all(program.parent().expect("a folder")).expect("made");
    let mark = project.join("mark");
    std::fs::write(&program, format!("#!/bin/sh\ntouch '{}'\n", mark.display())).expect("written");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("executable");
}

#[tokio::test]
async fn a_tool_inside_an_untrusted_workspace_is_not_started() {
    let project = project(&[
        ("ruff.toml", ""),
        ("mypy.ini", "[mypy]\n"),
        ("a.py", "a = 1\n"),
    ]);
    for name in ["python", "ruff", "mypy"] {
        pretender(project.path(), name);
    }
    let path = [project.path().join(".venv/bin")];
    let change = Change {
        before: "a = 1\n",
        after: "a = 2\n",
        path: Some("a.py"),
    };
    let untrusted = prover(project.path(), false, &path, PATIENCE);
    let reason = unavailable(untrusted.lint(&change).await);
    assert!(reason.contains("not installed"), "{reason}");
    assert_eq!(untrusted.check_types(&change).await, None);
    assert!(!project.path().join("mark").exists());

    let trusted = prover(project.path(), true, &path, PATIENCE);
    let reason = unavailable(trusted.lint(&change).await);
    assert!(reason.contains("does not answer like ruff"), "{reason}");
    assert!(project.path().join("mark").exists());
}

#[tokio::test]
async fn mypy_tells_what_a_fix_brings_in_and_runs_no_plugin() {
    let project = project(&[
        ("mypy.ini", "[mypy]\nplugins = spy.py\nstrict = True\n"),
        (
            "spy.py",
            "open('mark', 'w')\ndef plugin(version): return None\n",
        ),
        ("a.py", "a: int = 11\nb: str = 1\n"),
    ]);
    let prover = prover(project.path(), true, &tools(), PATIENCE);
    let new = async |before: &str, after: &str| {
        let change = Change {
            before,
            after,
            path: Some("a.py"),
        };
        new(prover.check_types(&change).await)
    };
    // As long as the text before: mypy must not take it for the one that it knows.
    let found = new("a: int = 11\nb: str = 1\n", "a: int = ''\nb: str = 1\n").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("(assignment)"), "{found:?}");
    assert_eq!(
        new("a: int = 11\nb: str = 1\n", "a: int = 12\n\nb: str = 1\n").await,
        Vec::<String>::new()
    );
    assert_eq!(
        new(
            "a: int = 11\ndef f(\n",
            "a: int = 11\ndef f() -> int:\n    return 1\n"
        )
        .await,
        Vec::<String>::new()
    );
    assert!(!project.path().join("mark").exists());
    assert!(!project.path().join(".mypy_cache").exists());
}

#[tokio::test]
async fn a_tool_that_takes_too_long_decides_nothing() {
    let project = project(&[("mypy.ini", "[mypy]\n"), ("a.py", "a = 1\n")]);
    let prover = prover(project.path(), true, &tools(), Duration::from_millis(1));
    let change = Change {
        before: "a = 1\n",
        after: "a = 2\n",
        path: Some("a.py"),
    };
    let reason = unavailable(prover.check_types(&change).await);
    assert!(reason.contains("gave no answer within 1 ms"), "{reason}");
}

#[tokio::test]
async fn the_modules_of_a_project_and_its_environment_are_known() {
    let project = project(&[
        ("pkg/__init__.py", ""),
        ("src/other.py", ""),
        ("sub/near.py", ""),
    ]);
    let prover = prover(project.path(), false, &tools(), PATIENCE);
    let modules = prover
        .modules(Some("sub/a.py"))
        .await
        .expect("an interpreter");
    for name in ["pkg", "other", "near"] {
        assert!(modules.contains(name), "{name}: {modules:?}");
    }
    assert!(!modules.contains("left_pad"), "{modules:?}");
}
