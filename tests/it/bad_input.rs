//! The real program on what it should never have been given: it says what is wrong, loses nothing, and ends.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::program::{Run, Workshop};
use crate::support::scripted_http::{Act, ScriptedHttp, answer, json as reply};

const BROKEN: &str = "def total(prices)\n    return sum(prices)\n";
const HEALED: &str = "def total(prices):\n    return sum(prices)\n";
/// Nothing that a rule would cure: no text says which of the names has to change.
const HOPELESS: &str = "class Total:\n    price = yield\n";

/// A text that a command ends on in order, as it was before.
fn check_survives(name: &str, text: impl AsRef<[u8]>) {
    let workshop = Workshop::new();
    workshop.file("a.py", &text);
    for arguments in [&["check"][..], &["fix", "--unsafe-fixes"]] {
        let run = workshop.run(arguments);
        // 3 where nothing can be proven, which is for the rules to say.
        assert!([1, 3].contains(&run.code), "{name}: {}", run.err);
        assert!(!run.err.contains("bug"), "{name}: {}", run.err);
        assert!(workshop.bytes("a.py") == text.as_ref(), "{name}");
    }
}

#[test]
fn a_hundred_thousand_open_brackets_end_no_command() {
    check_survives("round", "(".repeat(100_000));
}

#[test]
fn nesting_without_end_ends_no_command() {
    check_survives(
        "closed",
        format!("x = {}{}\n", "(".repeat(100_000), ")".repeat(100_000)),
    );
    check_survives("signs", format!("x = {}1\n", "-".repeat(100_000)));
    check_survives("calls", format!("x = f{}\n", "()".repeat(100_000)));
    check_survives("sums", format!("x = 1{}\n", " + 1".repeat(100_000)));
    check_survives("closers", ")".repeat(20_000));
}

#[test]
fn a_file_that_is_too_large_is_left_as_it_is() {
    let workshop = Workshop::new();
    let large = "x = (\n".repeat(6_000_000);
    workshop.file("a.py", BROKEN);
    workshop.file("large.py", &large);
    let run = workshop.run(&["fix", "--apply"]);
    insta::assert_snapshot!(run.all(), @"
    exit 1
    --- out
    --- err
    error: large.py: is larger than 32 MB and was not examined
    Healed 1 of 1 mistake.
      proof of 1 fix: compiles
    ");
    assert!(workshop.bytes("large.py") == large.as_bytes());
    assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
    let run = workshop.run_with_input(&["fix", "-"], large.as_bytes());
    assert_eq!((run.code, run.out.as_str()), (1, ""));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named() {
    let workshop = Workshop::new();
    let project = workshop.project();
    workshop.file("folder.py/a.py", BROKEN);
    std::os::unix::fs::symlink("loop.py", project.join("loop.py")).expect("a link");
    let run = workshop.run(&[
        "fix",
        "--apply",
        "loop.py",
        "absent.py",
        "/dev/zero",
        "folder.py",
    ]);
    insta::assert_snapshot!(run.all(), @"
    exit 2
    --- out
    --- err
    error: loop.py: cannot be read: Too many levels of symbolic links (os error 40)
    error: absent.py: does not exist
    error: /dev/zero: is not a regular file; pipe the text in and use `-` for it
    Healed 1 of 1 mistake.
      proof of 1 fix: compiles
    ");
    assert_eq!(workshop.bytes("folder.py/a.py"), HEALED.as_bytes());
}

#[test]
fn settings_that_cannot_be_used_are_told_and_do_not_stop_it() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    workshop.file(
        "salve.json",
        r#"{"pyhton": {"version": "3.9"}, "diagnostics": {"names": "yes"}}"#,
    );
    let run = workshop.run(&["fix", "--apply"]);
    insta::assert_snapshot!(run.all(), @r#"
    exit 0
    --- out
    --- err
    warning: …/project/salve.json: `pyhton.version` is not a setting of salve
      hint: Did you mean `python.version`?
    warning: …/project/salve.json: `diagnostics.names` is "yes", but must be `true` or `false`
    Healed 1 of 1 mistake.
      proof of 1 fix: compiles
    "#);
    assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
    workshop.file("salve.json", "{");
    let run = workshop.run(&["check"]);
    insta::assert_snapshot!(run.all(), @"
    exit 0
    --- out
    No mistakes found in 1 file.
    --- err
    warning: …/project/salve.json: is not JSON: line 1, column 1: EOF while parsing an object
      hint: None of its settings are used until that is mended.
    ");
}

/// Heals with a record that cannot be used, and says what was told of it.
fn heal_with_database(workshop: &Workshop, database: &Path) -> Run {
    workshop.file("a.py", BROKEN);
    let database = database.display().to_string();
    let run = workshop.run(&["fix", "--apply", "--database", &database]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
    run
}

#[test]
fn a_damaged_record_is_kept_told_and_begun_anew() {
    let workshop = Workshop::new();
    let database = workshop.root().join("salve.db");
    let garbage = b"\x00\x01 no database \xff".repeat(500);
    fs::write(&database, &garbage).expect("a file");
    let run = heal_with_database(&workshop, &database);
    assert!(
        run.err
            .starts_with("warning: …/salve.db: the record was damaged"),
        "{run:?}"
    );
    assert!(
        run.err
            .contains("hint: the damaged record is kept as …/salve.db.corrupt-"),
        "{run:?}"
    );
    let kept: Vec<PathBuf> = fs::read_dir(workshop.root())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.display().to_string().contains(".corrupt-"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert!(fs::read(&kept[0]).expect("a file") == garbage);
    let database = database.display().to_string();
    let stats = workshop.run(&["stats", "--json", "--database", &database]);
    assert_eq!(stats.json()["statistics"]["totalSuccesses"], 1);
    assert_eq!(stats.err, "", "told once");
}

#[test]
fn what_is_no_record_of_ours_is_told_and_left_alone() {
    let workshop = Workshop::new();
    let foreign = workshop.root().join("notes.db");
    let other = Connection::open(&foreign).expect("a database");
    other
        .execute_batch("CREATE TABLE notes(x); INSERT INTO notes VALUES ('precious')")
        .expect("a table");
    drop(other);
    let source = workshop.file("b.py", "x = 1\n");
    let folder = workshop.root().join("folder");
    fs::create_dir(&folder).expect("a folder");
    let before = (fs::read(&foreign).expect("a file"), "x = 1\n");
    for path in [&foreign, &source, &folder, &source.join("deeper.db")] {
        let run = heal_with_database(&workshop, path);
        assert_eq!(run.err.matches("warning:").count(), 1, "{run:?}");
        assert!(run.err.starts_with("warning: …/"), "{run:?}");
        assert!(run.err.contains("\n  hint: "), "{run:?}");
    }
    let source = fs::read_to_string(&source).expect("a file");
    assert_eq!(
        (fs::read(&foreign).expect("a file"), source.as_str()),
        before
    );
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0);
}

#[cfg(unix)]
fn executable(path: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, script).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
}

/// Answers the question what it is like a Python, and then does something else.
#[cfg(unix)]
fn pretender(behavior: &str) -> String {
    format!(
        "#!/bin/sh\ncase \"$*\" in\n*sys.implementation*) printf '{{\"implementation\": \"cpython\", \"version\": \
         [3, 13, 0]}}\\n%s' \"$0\"; exit 0 ;;\nesac\n{behavior}\n"
    )
}

#[cfg(unix)]
#[test]
fn an_interpreter_that_is_none_is_told_and_fixes_are_parsed() {
    for (script, told) in [
        (None, "cannot be started"),
        (
            Some("#!/bin/sh\nexit 3\n".to_owned()),
            "does not answer like a Python",
        ),
        (
            Some("#!/bin/sh\necho nonsense\n".to_owned()),
            "does not answer like a Python",
        ),
        (
            Some("#!/bin/sh\nsleep 600\n".to_owned()),
            "gave no version within 10 s",
        ),
        (Some(pretender("sleep 600")), "gave no answer within"),
        (
            Some(pretender("echo nonsense and more of it")),
            "does not answer like a Python",
        ),
        (Some(pretender("kill -9 $$")), "SIGKILL"),
    ] {
        let workshop = Workshop::new();
        let python = workshop.root().join("python");
        if let Some(script) = &script {
            executable(&python, script);
        }
        workshop.file("a.py", BROKEN);
        let run = |arguments: &[&str]| {
            let mut command = workshop.command(arguments);
            command.env("SALVE_PYTHON_INTERPRETER", &python);
            command.env("SALVE_PROVE_TIMEOUT_MILLIS", "500");
            workshop.finish(command.output().expect("salve starts"))
        };
        let checked = run(&["check"]);
        assert_eq!(checked.code, 1, "{checked:?}");
        assert!(
            checked.out.contains("(rule, parses, not compiled)"),
            "{checked:?}"
        );
        let healed = run(&["fix", "--apply"]);
        assert_eq!(healed.code, 0, "{healed:?}");
        assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
        for run in [checked, healed] {
            let expected = "warning: fixes were parsed, but not compiled: ";
            assert!(run.err.starts_with(expected), "{run:?}");
            assert!(
                run.err.contains(told) && run.err.contains("…/python"),
                "{told}: {run:?}"
            );
            assert!(run.err.contains("hint: `salve doctor`"), "{run:?}");
        }
    }
}

#[test]
fn a_model_that_talks_nonsense_changes_nothing() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let models = || reply("200 OK", &[], r#"{"data": [{"id": "m"}]}"#);
    let bytes = |bytes: &[u8]| vec![Act::Send(bytes.to_vec())];
    let always = |act: &dyn Fn() -> Vec<Act>| (0..20).map(|_| act()).collect::<Vec<_>>();
    let scripts = [
        (
            "nonsense",
            3,
            always(&|| answer("I am a teapot. ```python\n)))\n```")),
        ),
        ("nothing", 4, always(&|| answer(""))),
        ("no HTTP", 4, always(&|| bytes(b"\0\xff\r\n\r\n"))),
        ("no JSON", 4, always(&|| reply("200 OK", &[], "<html>"))),
        ("an error", 4, always(&|| reply("500 Oops", &[], "{}"))),
        ("silence", 4, always(&|| vec![Act::Hang])),
    ];
    for (name, code, script) in scripts {
        let workshop = Workshop::new();
        workshop.file("a.py", HOPELESS);
        let script = std::iter::once(models()).chain(script);
        let server = runtime.block_on(ScriptedHttp::start(script));
        let mut command = workshop.command(&["fix", "--model", "--apply"]);
        command.env(
            "SALVE_PROVIDERS_LMSTUDIO_URL",
            format!("{}/v1", server.address),
        );
        command.env("SALVE_MODEL_FIRST_BYTE_TIMEOUT_MILLIS", "1000");
        let run = workshop.finish(command.output().expect("salve starts"));
        assert!(!server.seen().is_empty(), "{name}: {run:?}");
        assert_eq!(run.code, code, "{name}: {run:?}");
        assert_eq!(run.err.starts_with("error: "), code == 4, "{name}: {run:?}");
        assert!(
            run.err.ends_with("Healed 0 of 1 mistake.\n"),
            "{name}: {run:?}"
        );
        assert_eq!(workshop.bytes("a.py"), HOPELESS.as_bytes(), "{name}");
    }
}

fn open(editor: &mut Editor, name: &str, text: &str) {
    let document = json!({"uri": format!("untitled:{name}"), "languageId": "python", "version": 1, "text": text});
    editor.notify("textDocument/didOpen", &json!({"textDocument": document}));
}

/// The diagnostics of a document, and what was shown to the person before they came.
fn published(editor: &mut Editor, name: &str, shown: &mut Vec<String>) -> Vec<Value> {
    loop {
        let message = editor.read();
        let params = &message["params"];
        if message["method"] == "window/showMessage" {
            shown.push(params["message"].as_str().expect("a text").to_owned());
        }
        if params["uri"] == format!("untitled:{name}") && params["diagnostics"].is_array() {
            return params["diagnostics"].as_array().expect("a list").clone();
        }
    }
}

#[test]
fn an_editor_is_served_whatever_it_opens() {
    let workshop = Workshop::new();
    let mut editor = Editor::start(workshop.command(&["lsp"]));
    let hello = json!({"processId": null, "rootUri": null, "capabilities": {}});
    editor.ask(1, "initialize", &hello);
    editor.notify("initialized", &json!({}));
    let mut shown = Vec::new();
    for (name, text, is_wrong) in [
        ("empty", String::new(), false),
        ("nul", "x = 1\0\n".to_owned(), true),
        ("return", "x = 1\ry = = 2\r".to_owned(), true),
        ("deep", "(".repeat(100_000), true),
        ("large", "x = (\n".repeat(6_000_000), false),
        ("broken", BROKEN.to_owned(), true),
    ] {
        open(&mut editor, name, &text);
        let diagnostics = published(&mut editor, name, &mut shown);
        assert_eq!(!diagnostics.is_empty(), is_wrong, "{name}: {diagnostics:?}");
    }
    assert_eq!(
        shown,
        ["untitled:large: is larger than 32 MB and is not examined"]
    );
    editor.ask(2, "shutdown", &Value::Null);
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.code(), Some(0));
}

#[test]
fn an_editor_is_told_what_cannot_be_used_and_served_all_the_same() {
    let workshop = Workshop::new();
    let garbage = workshop.root().join("salve.db");
    fs::write(&garbage, b"\x00\x01 no database \xff".repeat(500)).expect("a file");
    let mut command = workshop.command(&["lsp"]);
    command.env("SALVE_DATABASE", &garbage);
    command.env("SALVE_PYTHON_INTERPRETER", "/absent/python");
    let mut editor = Editor::start(command);
    let settings = json!({"pyhton": {"version": "3.9"}, "model": {"provider": "off"}});
    let hello = json!({"processId": null, "rootUri": null, "capabilities": {}, "initializationOptions": settings});
    editor.ask(1, "initialize", &hello);
    editor.notify("initialized", &json!({}));
    open(&mut editor, "a.py", BROKEN);
    let mut shown = Vec::new();
    assert_eq!(published(&mut editor, "a.py", &mut shown).len(), 1);
    while shown.len() < 3 {
        let message = editor.read();
        if message["method"] == "window/showMessage" {
            shown.push(
                message["params"]["message"]
                    .as_str()
                    .expect("a text")
                    .to_owned(),
            );
        }
    }
    let shown = shown.join("\n");
    for told in [
        "pyhton",
        "salve.db: the record was damaged",
        "not compiled: /absent/python: cannot be started",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    editor.ask(2, "shutdown", &Value::Null);
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.code(), Some(0));
}
