//! `salve fix` on real files, with the real interpreter and a real record.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::program::{Run, Workshop};
use crate::support::scripted_http::{ScriptedHttp, answer, json as reply};

const BROKEN: &str = "def total(prices)\n    return sum(prices)\n";
const HEALED: &str = "def total(prices):\n    return sum(prices)\n";

#[test]
fn shows_the_change_and_writes_nothing() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    workshop.file("b.py", "x = 1\n");
    let run = workshop.run(&["fix"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 1
    --- out
    --- a/a.py
    +++ b/a.py
    @@ -1,2 +1,2 @@
    -def total(prices)
    +def total(prices):
         return sum(prices)
    --- err
    Would heal 1 of 1 mistake.
      proof of 1 fix: compiles
    hint: Add --apply to write this change.
    ");
    assert_eq!(workshop.bytes("a.py"), BROKEN.as_bytes());
}

#[test]
fn the_change_is_a_patch() {
    let workshop = Workshop::new();
    workshop.file("sub/a.py", BROKEN);
    let run = workshop.run(&["fix"]);
    workshop.file("change.patch", &run.out);
    let git = std::process::Command::new("git")
        .args(["apply", "change.patch"])
        .current_dir(workshop.project())
        .output()
        .expect("git starts");
    assert!(git.status.success(), "{git:?}");
    assert_eq!(workshop.bytes("sub/a.py"), HEALED.as_bytes());
}

#[test]
fn applied_fixes_are_written_and_remembered() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    let run = workshop.run(&["fix", "--apply"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 0
    --- out
    --- err
    Healed 1 of 1 mistake.
      proof of 1 fix: compiles
    ");
    assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
    let statistics = workshop.run(&["stats", "--json"]).json()["statistics"].clone();
    assert_eq!(statistics["totalSuccesses"], 1);
    let recent = &statistics["recentPatterns"][0];
    assert_eq!(recent["clusterId"], "SYN.MISSING_COLON:function_def");
    assert_eq!(workshop.run(&["fix", "--apply"]).code, 0);
}

#[test]
fn shown_fixes_count_for_nothing() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    workshop.run(&["fix"]);
    workshop.run(&["check"]);
    let statistics = workshop.run(&["stats", "--json"]).json()["statistics"].clone();
    assert_eq!(statistics["totalSuccesses"], 0);
}

#[test]
fn bytes_that_are_not_healed_stay_as_they_were() {
    let workshop = Workshop::new();
    for (name, before, after) in [
        (
            "crlf.py",
            &b"if x\r\n    y = '\xc3\xa9'\r\n"[..],
            &b"if x:\r\n    y = '\xc3\xa9'\r\n"[..],
        ),
        (
            "mark.py",
            b"\xef\xbb\xbfif x\n    y = 1",
            b"\xef\xbb\xbfif x:\n    y = 1",
        ),
        (
            "latin.py",
            b"# coding: latin-1\nif x\n    y = '\xe9'\n",
            b"# coding: latin-1\nif x:\n    y = '\xe9'\n",
        ),
        (
            "japan.py",
            b"# coding: shift_jis\nif x\n    y = '\x82\xa0'\n",
            b"# coding: shift_jis\nif x:\n    y = '\x82\xa0'\n",
        ),
    ] {
        workshop.file(name, before);
        let run = workshop.run(&["fix", "--apply", "--select", "SYN", name]);
        assert_eq!(run.code, 0, "{name}: {run:?}");
        assert_eq!(workshop.bytes(name), after, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let workshop = Workshop::new();
    let path = workshop.file("real.py", BROKEN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).expect("permissions");
    let link = workshop.project().join("link.py");
    symlink("real.py", &link).expect("a link");
    assert_eq!(workshop.run(&["fix", "--apply", "link.py"]).code, 0);
    assert!(link.is_symlink());
    assert_eq!(workshop.bytes("real.py"), HEALED.as_bytes());
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
    let files: Vec<_> = names(&workshop.project());
    assert_eq!(files, [".git", "link.py", "real.py"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_changes_meanwhile_is_left_as_it_is() {
    let workshop = Workshop::new();
    let path = workshop.file("a.py", BROKEN);
    // An interpreter that answers for itself, and changes the file before it begins to compile.
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n*implementation*) printf '{{\"implementation\": \"cpython\", \"version\": [3, 13, \
         0]}}\\n%s' \"$0\" ;;\n*) echo '# saved' >> '{}'; exec python3 \"$@\" ;;\nesac\n",
        path.display()
    );
    let interpreter = executable(&workshop.root().join("python-that-edits"), &script);
    let mut command = workshop.command(&["fix", "--apply"]);
    command.env("SALVE_PYTHON_INTERPRETER", interpreter);
    let run = workshop.finish(command.output().expect("salve starts"));
    insta::assert_snapshot!(run.all(), @r"
    exit 1
    --- out
    --- err
    error: a.py: changed while it was being healed, and was left as it is; run the command again
    Healed 0 of 1 mistake.
    ");
    assert_eq!(
        String::from_utf8(workshop.bytes("a.py")).expect("UTF-8"),
        format!("{BROKEN}# saved\n")
    );
    assert_eq!(names(&workshop.project()), [".git", "a.py"]);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_left_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let workshop = Workshop::new();
    let path = workshop.file("a.py", BROKEN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    let run = workshop.run(&["fix", "--apply"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 1
    --- out
    --- err
    error: a.py: is read-only and was left as it was
    Healed 0 of 1 mistake.
    ");
    assert_eq!(workshop.bytes("a.py"), BROKEN.as_bytes());
}

#[test]
fn standard_input_is_healed_onto_standard_output() {
    let workshop = Workshop::new();
    let run = workshop.run_with_input(&["fix", "-"], BROKEN.as_bytes());
    insta::assert_snapshot!(run.all(), @r"
    exit 0
    --- out
    def total(prices):
        return sum(prices)
    --- err
    Healed 1 of 1 mistake.
      proof of 1 fix: compiles
    ");
}

#[test]
fn standard_input_comes_out_byte_for_byte_where_nothing_is_healed() {
    let workshop = Workshop::new();
    for input in [
        &b"x = 1\r\n"[..],
        b"",
        b"\xef\xbb\xbfx = 1",
        b"# coding: latin-1\ny = '\xe9'\n",
    ] {
        let run = workshop.run_with_input(&["fix", "-"], input);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, "No mistakes found in 1 file.\n")
        );
        assert_eq!(run.out, String::from_utf8_lossy(input));
    }
}

#[test]
fn what_is_no_text_is_left_alone() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"x = '\xe9'\n");
    let run = workshop.run(&["fix", "--apply"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert_eq!(workshop.bytes("a.py"), b"x = '\xe9'\n");
}

#[test]
fn several_files_and_mistakes_are_told_apart_in_json() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    workshop.file("b.py", format!("{BROKEN}\nclass Shop\n    pass\n"));
    workshop.file("c.py", "x = 1\n");
    workshop.file("d.py", b"\xe9");
    for arguments in [&["fix"][..], &["fix", "--apply"], &["check"]] {
        let run = workshop.run(&[arguments, &["--json"]].concat());
        fits_schema(&run);
        if arguments == ["fix"] {
            let json = run.json();
            assert_eq!(
                (&json["examined"], &json["healed"], &json["remaining"]),
                (&json!(4), &json!(3), &json!(1))
            );
            let second = &json["files"][1];
            assert_eq!(second["path"], "b.py");
            assert_eq!(second["taken"].as_array().expect("ids").len(), 2);
            let finding = &second["findings"][1];
            assert_eq!(finding["code"], "SYN.MISSING_COLON");
            assert_eq!(finding["start"]["line"], 4);
        }
    }
    assert_eq!(workshop.bytes("a.py"), HEALED.as_bytes());
}

#[test]
fn every_object_fits_the_schema() {
    let workshop = Workshop::new();
    workshop.file("salve.json", r#"{"python": {"version": "3.9"}, "oops": 1}"#);
    for arguments in [
        &["stats"][..],
        &["doctor"],
        &["explain", "SYN.MISSING_COLON"],
        &["config", "show"],
        &["config", "path"],
        &["config", "explain", "providers.lmstudio.url"],
    ] {
        fits_schema(&workshop.run(&[arguments, &["--json"]].concat()));
    }
}

#[test]
fn only_what_is_certain_is_taken_unless_asked_for() {
    let workshop = Workshop::new();
    let text = "def f()\n    retrun 1\n\nprint 'a'\nx = 3 4\n";
    workshop.file("a.py", text);
    let found = workshop.run(&["check", "--json"]).json();
    let findings = found["files"][0]["findings"].as_array().expect("findings");
    let has = |finding: &Value, applicability: &str| {
        let fixes = finding["fixes"].as_array().expect("fixes");
        fixes
            .iter()
            .any(|fix| fix["applicability"] == applicability)
    };
    let safe_ones = findings.iter().filter(|found| has(found, "safe")).count();
    let unsafe_ones = findings
        .iter()
        .filter(|found| has(found, "unsafe") && !has(found, "safe"))
        .count();
    assert!(safe_ones > 0 && unsafe_ones > 0, "{found}");
    let safe = workshop.run(&["fix", "--json"]).json();
    assert_eq!(safe["healed"], safe_ones);
    assert_eq!(safe["remaining"], findings.len() - safe_ones);
    assert_eq!(safe["unsafeAvailable"], unsafe_ones);
    let all = workshop.run(&["fix", "--json", "--unsafe-fixes"]).json();
    assert_eq!(all["healed"], safe_ones + unsafe_ones);
    assert_eq!(all["unsafeAvailable"], 0);
    let told = workshop.run(&["fix", "--apply"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("--unsafe-fixes takes"), "{told:?}");
}

#[test]
fn without_an_interpreter_it_says_how_far_the_proof_went() {
    let workshop = Workshop::new();
    workshop.file("a.py", BROKEN);
    let mut command = workshop.command(&["check"]);
    command.env("SALVE_PYTHON_INTERPRETER", "/absent/python");
    let run = workshop.finish(command.output().expect("salve starts"));
    assert!(run.out.contains("(rule, parses, not compiled)"), "{run:?}");
}

/// Nothing that a rule would cure: no text says what the value is.
const HOPELESS: &str = "class Total:\n    price = yield\n";

#[test]
fn a_model_that_does_not_answer_is_told_and_ends_with_4() {
    let workshop = Workshop::new();
    workshop.file("a.py", HOPELESS);
    let run = workshop.run(&["fix", "--model"]);
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.contains("http://127.0.0.1:9/v1"), "{run:?}");
    let mut command = workshop.command(&["fix", "--model"]);
    command.env("SALVE_MODEL_PROVIDER", "off");
    let run = workshop.finish(command.output().expect("salve starts"));
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("error: `model.provider` is off"),
        "{run:?}"
    );
}

#[test]
fn nobody_asks_the_model_unless_told_to() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let workshop = Workshop::new();
    workshop.file("a.py", HOPELESS);
    let models = r#"{"data": [{"id": "m"}]}"#;
    let fixed = "```python\nclass Total:\n    price = 0\n```";
    let server = runtime.block_on(ScriptedHttp::start([
        reply("200 OK", &[], models),
        answer(fixed),
        answer(fixed),
    ]));
    let run = |arguments: &[&str]| {
        let mut command = workshop.command(arguments);
        command.env(
            "SALVE_PROVIDERS_LMSTUDIO_URL",
            format!("{}/v1", server.address),
        );
        workshop.finish(command.output().expect("salve starts"))
    };
    run(&["check"]);
    run(&["fix", "--apply"]);
    assert_eq!(server.seen().len(), 0);
    let healed = run(&["fix", "--model", "--apply"]);
    assert!(server.seen().len() > 1, "{healed:?}");
    assert_eq!(
        String::from_utf8(workshop.bytes("a.py")).expect("UTF-8"),
        "class Total:\n    price = 0\n",
        "{healed:?}"
    );
    assert_eq!(healed.code, 0, "{healed:?}");
}

#[test]
fn the_prompt_that_is_shown_is_the_one_that_is_sent() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let workshop = Workshop::new();
    workshop.file(
        "a.py",
        HOPELESS.replace("    price", "    password = 'hunter2'\n    price"),
    );
    workshop.file("credentials.py", HOPELESS);
    let server = runtime.block_on(ScriptedHttp::start([
        reply("200 OK", &[], r#"{"data": [{"id": "m"}]}"#),
        answer("no"),
    ]));
    let run = |arguments: &[&str]| {
        let mut command = workshop.command(arguments);
        command.env(
            "SALVE_PROVIDERS_LMSTUDIO_URL",
            format!("{}/v1", server.address),
        );
        workshop.finish(command.output().expect("salve starts"))
    };
    let shown = run(&["fix", "--show-prompt", "--json"]);
    let text = run(&["fix", "--show-prompt"]);
    assert_eq!((shown.code, text.code, server.seen().len()), (0, 0, 0));
    fits_schema(&shown);
    run(&["fix", "--model", "a.py"]);
    let seen = server.seen();
    let sent = seen.iter().find(|seen| seen.line.starts_with("POST"));
    let sent: Value = serde_json::from_str(&sent.expect("it was asked").body).expect("JSON");
    let prompts = &shown.json()["prompts"];
    let preview = &prompts[0]["prompt"];
    assert_eq!(preview["messages"], sent["messages"]);
    assert_eq!(preview["redactions"][0]["count"], 1);
    for message in sent["messages"].as_array().expect("messages") {
        let content = message["content"].as_str().expect("a text");
        assert!(text.out.contains(content), "{text:?}");
        assert!(!content.contains("hunter2"), "{content}");
    }
    assert_eq!(prompts[1]["prompt"], Value::Null);
    let refused = prompts[1]["refused"].as_str().expect("a reason");
    assert!(
        refused.ends_with(
            "credentials.py: is a file that usually holds secrets, so no model is shown it"
        ),
        "{refused}"
    );
    assert!(
        text.out.contains(&format!(
            "credentials.py:2: nothing would be sent: {refused}"
        )),
        "{text:?}"
    );
}

fn fits_schema(run: &Run) {
    let schema = salve::cli::output::schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(&run.json())
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "{run:?}");
    let Value::Object(members) = run.json() else {
        panic!("not an object: {run:?}");
    };
    assert!(members.contains_key("command"));
}

#[cfg(unix)]
fn executable(path: &Path, script: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, script).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
    path.to_path_buf()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn a_fix_that_is_about_to_be_taken_is_held_to_the_linter_of_the_project() {
    let workshop = Workshop::new();
    workshop.file("ruff.toml", "lint.select = ['F']\n");
    workshop.file("a.py", BROKEN);
    let path = std::env::join_paths(crate::support::tools::tools()).expect("plain names");
    let output = workshop
        .command(&["fix", "--json"])
        .env("PATH", path)
        .output()
        .expect("it starts");
    let output: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let fix = &output["files"][0]["findings"][0]["fixes"][0];
    let title = fix["title"].as_str().expect("a title");
    assert!(title.ends_with("(rule, compiles, lint clean)"), "{title}");
    let steps = fix["evidence"]["steps"].as_array().expect("steps");
    let kinds: Vec<_> = steps.iter().map(|step| &step["kind"]).collect();
    assert_eq!(kinds, ["parse", "compile", "gate", "lint"]);
    assert_eq!(steps[3]["detail"], "ruff");
}
