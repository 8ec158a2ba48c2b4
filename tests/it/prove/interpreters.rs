//! Which interpreter is found.

use std::path::Path;

use salve::prove::{Found, Origin};
use tempfile::TempDir;

use super::pretenders::script_file;
use super::*;

/// A program that says it is a Python of some version; `words` become the middle of its path.
fn fake(folder: &Path, path: &str, version: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    let script = format!(
        "#!/bin/sh\nprintf '{{\"implementation\": \"cpython\", \"version\": [{version}]}}\\n%s' \"$0\"\n"
    );
    script_file(&path, &script);
}

async fn find(lookup: &Lookup) -> Found {
    Interpreters::default().find(lookup).await
}

#[track_caller]
fn minor(found: &Found) -> (Origin, u8) {
    let interpreter = found.interpreter.as_ref().expect("found one");
    (interpreter.origin, interpreter.version.minor)
}

/// A workspace with each kind of interpreter, the first of them the best: 3.20, 3.21 and so on.
fn workspace() -> (TempDir, Lookup) {
    let top = TempDir::new().expect("a folder");
    let path = top.path().canonicalize().expect("exists");
    fake(&path, "chosen/python", "3, 20, 0");
    fake(&path, "client/python", "3, 21, 0");
    fake(&path, "work space/a/.venv/bin/python", "3, 22, 0");
    fake(&path, "work space/venv/bin/python3", "3, 23, 0");
    fake(&path, "active/bin/python", "3, 24, 0");
    fake(&path, "bin/python3", "3, 25, 0");
    fake(&path, "more/python3", "3, 26, 0");
    let search_path = std::env::join_paths([path.join("bin"), path.join("more")]).expect("joined");
    let lookup = Lookup {
        folder: path.join("work space/a"),
        root: Some(path.join("work space")),
        setting: Some(path.join("chosen/python")),
        from_client: Some(path.join("client/python")),
        trusted: true,
        environment: Environment::new([
            ("PATH".into(), search_path),
            ("VIRTUAL_ENV".into(), path.join("active").into_os_string()),
        ]),
    };
    (top, lookup)
}

#[tokio::test]
async fn the_order_is_setting_client_project_active_path() {
    let (top, mut lookup) = workspace();
    assert_eq!(minor(&find(&lookup).await), (Origin::Setting, 20));
    lookup.setting = None;
    assert_eq!(minor(&find(&lookup).await), (Origin::Client, 21));
    lookup.from_client = None;
    assert_eq!(
        minor(&find(&lookup).await),
        (Origin::ProjectEnvironment, 22)
    );
    std::fs::remove_dir_all(top.path().join("work space/a/.venv")).expect("removed");
    assert_eq!(
        minor(&find(&lookup).await),
        (Origin::ProjectEnvironment, 23)
    );
    std::fs::remove_dir_all(top.path().join("work space/venv")).expect("removed");
    assert_eq!(minor(&find(&lookup).await), (Origin::ActiveEnvironment, 24));
    std::fs::remove_dir_all(top.path().join("active")).expect("removed");
    assert_eq!(minor(&find(&lookup).await), (Origin::SearchPath, 25));
}

#[tokio::test]
async fn nothing_inside_an_untrusted_workspace_is_started() {
    let (top, mut lookup) = workspace();
    (lookup.setting, lookup.from_client, lookup.trusted) = (None, None, false);
    let path = top.path().canonicalize().expect("exists");
    for python in [
        "work space/a/.venv/bin/python",
        "work space/venv/bin/python3",
        "work space/bin/python3",
    ] {
        std::fs::create_dir_all(path.join(python).parent().expect("a parent")).expect("made");
        let script = format!("#!/bin/sh\ntouch '{}/started'\n", path.display());
        script_file(&path.join(python), &script);
    }
    std::os::unix::fs::symlink(path.join("work space/bin"), path.join("linked")).expect("linked");
    // An activated environment of the project, and search paths that lead into it.
    let inside = [
        path.join("work space/bin"),
        path.join("linked"),
        path.join("more"),
    ];
    lookup.environment = Environment::new([
        ("PATH".into(), std::env::join_paths(inside).expect("joined")),
        (
            "VIRTUAL_ENV".into(),
            path.join("work space/venv").into_os_string(),
        ),
    ]);
    let found = find(&lookup).await;
    assert_eq!(minor(&found), (Origin::SearchPath, 26));
    assert!(!path.join("started").exists());
    assert!(found.notes.len() >= 4, "{:?}", found.notes);
    assert!(
        found.notes.iter().all(|note| note.contains("not trusted")),
        "{:?}",
        found.notes
    );

    lookup.setting = Some("venv/bin/python3".into());
    let found = find(&lookup).await;
    assert_eq!(found.interpreter, None, "what was chosen is not replaced");
    assert!(!path.join("started").exists());
}

#[tokio::test]
async fn what_was_chosen_or_is_too_old_is_not_replaced() {
    let (top, mut lookup) = workspace();
    lookup.setting = Some(top.path().join("gone/python"));
    let found = find(&lookup).await;
    assert_eq!(found.interpreter, None);
    assert!(
        found.reason().contains("gone/python: cannot be started"),
        "{}",
        found.reason()
    );

    (lookup.setting, lookup.from_client) = (None, None);
    fake(&lookup.folder, ".venv/bin/python", "3, 7, 16");
    let found = find(&lookup).await;
    assert_eq!(found.interpreter, None);
    assert!(
        found.reason().contains("this is Python 3.7.16"),
        "{}",
        found.reason()
    );
}

#[tokio::test]
async fn a_python_2_is_named_as_such_and_passed_over_on_the_path() {
    let (top, mut lookup) = workspace();
    let python_2 = "#!/bin/sh\necho 'Unknown option: -I' >&2\necho 'Try `python -h for more information.' >&2\nexit 2\n";
    script_file(&top.path().join("bin/python3"), python_2);
    (lookup.setting, lookup.from_client) = (None, None);
    std::fs::remove_dir_all(&lookup.folder).expect("removed");
    std::fs::remove_dir_all(top.path().join("work space/venv")).expect("removed");
    std::fs::remove_dir_all(top.path().join("active")).expect("removed");
    let found = find(&lookup).await;
    assert_eq!(minor(&found), (Origin::SearchPath, 26));
    assert!(
        found.notes[0].contains("this is Python 2"),
        "{:?}",
        found.notes
    );
}

#[tokio::test]
async fn a_broken_environment_is_noted_and_passed_over() {
    let (_top, mut lookup) = workspace();
    (lookup.setting, lookup.from_client) = (None, None);
    let python = lookup.folder.join(".venv/bin/python");
    std::fs::remove_file(&python).expect("removed");
    std::os::unix::fs::symlink("/no/such/python", &python).expect("linked");
    let found = find(&lookup).await;
    assert_eq!(minor(&found), (Origin::ProjectEnvironment, 23));
    assert!(
        found.notes[0].contains(".venv/bin/python: cannot be started"),
        "{:?}",
        found.notes
    );
}

#[tokio::test]
async fn a_bare_name_is_looked_up_on_the_path() {
    let (top, mut lookup) = workspace();
    fake(top.path(), "more/python3.27", "3, 27, 0");
    lookup.setting = Some("python3.27".into());
    assert_eq!(minor(&find(&lookup).await), (Origin::Setting, 27));
}

#[tokio::test]
async fn an_interpreter_is_asked_once_until_its_file_changes() {
    let folder = TempDir::new().expect("a folder");
    let python = folder.path().join("python");
    let script = format!(
        "#!/bin/sh\necho >> '{}/asked'\nprintf '{{\"implementation\": \"pypy\", \"version\": [3, 10, 2]}}\\n'\n",
        folder.path().display()
    );
    script_file(&python, &script);
    let lookup = Lookup {
        setting: Some(python.clone()),
        ..lookup()
    };
    let interpreters = Interpreters::default();
    for _ in 0..3 {
        let found = interpreters.clone().find(&lookup).await;
        let named = found.interpreter.expect("found").to_string();
        assert_eq!(named, format!("PyPy 3.10.2 ({})", python.display()));
    }
    let asked = std::fs::read(folder.path().join("asked")).expect("asked");
    assert_eq!(asked.len(), 1);
    let file = std::fs::File::options()
        .append(true)
        .open(&python)
        .expect("opened");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .expect("touched");
    drop(file);
    interpreters.find(&lookup).await;
    let asked = std::fs::read(folder.path().join("asked")).expect("asked");
    assert_eq!(asked.len(), 2);
}
