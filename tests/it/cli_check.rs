//! `salve check` on real files.

use std::fs;
use std::process::Stdio;

use crate::support::program::Workshop;

#[test]
fn bytes_that_are_no_text_are_a_finding_with_a_line() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"x = 1\ny = '\xe9'\n");
    workshop.file("b.py", b"# coding: klingon\n");
    workshop.file("c.py", b"\xff\xfex\x00");
    let run = workshop.run(&["check"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 1
    --- out
    a.py:2:6: ENC.SOURCE_NOT_UTF8 byte 0xe9 on line 2 is not UTF-8: save the file as UTF-8, or name its encoding in a coding cookie
      |
    2 | y = '�'
      |      ^

    b.py:1:1: ENC.UNKNOWN_CODEC the coding cookie on line 1 names `klingon`, which is not a known encoding: save the file as UTF-8 and remove the cookie
      |
    1 | # coding: klingon
      | ^^^^^^^^^^^^^^^^^

    c.py:1:1: ENC.SOURCE_NOT_UTF8 the file is UTF-16, which Python does not read as source: save the file as UTF-8
      |
    1 | ��x·
      | ^

    Found 3 mistakes in 3 files.
    --- err
    ");
}

#[test]
fn what_was_not_examined_to_its_end_is_said() {
    let workshop = Workshop::new();
    workshop.file("a.py", "a = [\n".repeat(300));
    let said = "a.py: was not examined to its end; heal what was found, then look again";
    for command in ["check", "fix"] {
        let run = workshop.run(&[command, "a.py"]);
        assert!(run.err.contains(said), "{command}: {}", run.err);
        let json = workshop.run(&[command, "--json", "a.py"]).out;
        assert!(json.contains("\"cutShort\":true"), "{command}: {json}");
    }
}

#[test]
fn other_encodings_are_read() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"# -*- coding: latin-1 -*-\ny = '\xe9'\n");
    workshop.file("b.py", b"\xef\xbb\xbfx = 1\r\n");
    workshop.file("c.py", b"");
    let run = workshop.run(&["check"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 0
    --- out
    No mistakes found in 3 files.
    --- err
    ");
}

#[test]
fn what_cannot_be_examined_is_said_and_does_not_stop_the_rest() {
    let workshop = Workshop::new();
    workshop.file("good.py", "x = 1\n");
    workshop.file("bad.py", b"\xe9\n");
    workshop.file("big.py", "x = 1\n".repeat(6_000_000));
    workshop.file("book.ipynb", "{}");
    let run = workshop.run(&[
        "check",
        "absent.py",
        "book.ipynb",
        "big.py",
        "bad.py",
        "good.py",
    ]);
    insta::assert_snapshot!(run.all(), @r"
    exit 2
    --- out
    bad.py:1:1: ENC.SOURCE_NOT_UTF8 byte 0xe9 on line 1 is not UTF-8: save the file as UTF-8, or name its encoding in a coding cookie
      |
    1 | �
      | ^

    Found 1 mistake in 2 files.
    --- err
    error: absent.py: does not exist
    error: book.ipynb: is a notebook, which salve does not read yet
    error: big.py: is larger than 32 MB and was not examined
    ");
}

#[cfg(unix)]
#[test]
fn odd_files_are_named_and_never_waited_for() {
    let workshop = Workshop::new();
    let project = workshop.project();
    std::os::unix::fs::symlink("loop.py", project.join("loop.py")).expect("a link");
    std::os::unix::fs::symlink(".", project.join("again")).expect("a link");
    std::os::unix::fs::symlink("absent", project.join("dangling.py")).expect("a link");
    workshop.file("x.py", "x = 1\n");
    let run = workshop.run(&["check", "loop.py", "dangling.py", "/dev/zero"]);
    insta::assert_snapshot!(run.all(), @r"
    exit 2
    --- out
    No Python files found.
    --- err
    error: loop.py: cannot be read: Too many levels of symbolic links (os error 40)
    error: dangling.py: does not exist
    error: /dev/zero: is not a regular file; pipe the text in and use `-` for it
    ");
    let run = workshop.run(&["check", "."]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "No mistakes found in 1 file.\n")
    );
}

#[test]
fn folders_are_searched_as_git_does() {
    let workshop = Workshop::new();
    for path in [
        "a.py",
        "sub/b.pyi",
        "sub/c.pyw",
        "sub/note.txt",
        "build/gen.py",
        ".venv/lib/d.py",
        "x/__pycache__/e.py",
    ] {
        workshop.file(path, b"\xe9");
    }
    workshop.file(".gitignore", "build/\n");
    let run = workshop.run(&["check", "--json"]);
    let json = run.json();
    let files: Vec<_> = json["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| file["path"].as_str().expect("a path"))
        .collect();
    assert_eq!(files, ["a.py", "sub/b.pyi", "sub/c.pyw"]);
    // What is named is examined all the same.
    assert_eq!(workshop.run(&["check", "build/gen.py"]).code, 1);
    assert_eq!(workshop.run(&["check", "sub/note.txt"]).code, 1);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let workshop = Workshop::new();
    let run = workshop.run_with_input(&["check", "-", "--stdin-filename", "in.py"], b"\xe9\n");
    insta::assert_snapshot!(run.all(), @r"
    exit 1
    --- out
    in.py:1:1: ENC.SOURCE_NOT_UTF8 byte 0xe9 on line 1 is not UTF-8: save the file as UTF-8, or name its encoding in a coding cookie
      |
    1 | �
      | ^

    Found 1 mistake in 1 file.
    --- err
    ");
    assert_eq!(workshop.run_with_input(&["check", "-"], b"x = 1\n").code, 0);
    assert_eq!(workshop.run(&["check", "-", "a.py"]).code, 2);
}

#[test]
fn codes_can_be_selected_and_ignored() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"\xe9\n");
    let code = |arguments: &[&str]| workshop.run(arguments).code;
    assert_eq!(code(&["check", "--select", "ENC"]), 1);
    assert_eq!(code(&["check", "--select", "SYN,name"]), 0);
    assert_eq!(code(&["check", "--ignore", "enc.source"]), 0);
}

#[test]
fn no_bytes_crash_it() {
    let workshop = Workshop::new();
    workshop.file("deep.py", "(".repeat(1_000));
    workshop.file(
        "lists.py",
        format!("x = {}{}", "[".repeat(3_000), "]".repeat(3_000)),
    );
    workshop.file("nul.py", b"x = 1\0\n");
    workshop.file("returns.py", b"x = 1\ry = = 2\r");
    workshop.file(
        "long.py",
        format!("x = '{}'\ny = = 1\n", "a".repeat(2_000_000)),
    );
    workshop.file(
        "noise.py",
        (0..=255_u8).cycle().take(4_096).collect::<Vec<_>>(),
    );
    for command in [
        &["check"][..],
        &["fix"],
        &["fix", "--unsafe-fixes", "--json"],
    ] {
        let run = workshop.run(command);
        // 3 where nothing can be proven, which is for the rules to say.
        assert!([1, 3].contains(&run.code), "{command:?}: {}", run.err);
        assert!(!run.err.contains("bug"), "{command:?}: {}", run.err);
    }
    let found = workshop.run(&["check", "--json"]).json();
    assert_eq!(found["examined"], 6);
    assert_eq!(found["problems"], serde_json::json!([]));
    let lone = workshop.run(&["check", "returns.py"]);
    assert!(lone.out.starts_with("returns.py:2:"), "{lone:?}");
}

#[test]
fn an_empty_folder_is_fine() {
    let workshop = Workshop::new();
    let run = workshop.run(&["check"]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "No Python files found.\n")
    );
}

#[test]
fn color_is_for_those_who_want_it() {
    let workshop = Workshop::new();
    workshop.file("a.py", b"\xe9\n");
    let plain = workshop.run(&["check"]);
    assert!(!plain.out.contains('\u{1b}'), "{plain:?}");
    let colored = workshop.run(&["check", "--color", "always"]);
    assert!(colored.out.contains('\u{1b}'), "{colored:?}");
    let quiet = workshop.run(&["check", "-q"]);
    assert_eq!(
        (quiet.code, quiet.out.as_str(), quiet.err.as_str()),
        (1, "", "")
    );
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let workshop = Workshop::new();
    workshop.file("a\u{1b}[2J.py", b"\xe9\n");
    let run = workshop.run(&["check"]);
    assert!(run.out.starts_with("a·[2J.py:1:1: "), "{run:?}");
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let workshop = Workshop::new();
    for number in 0..200 {
        workshop.file(&format!("{number}.py"), b"\xe9\n".repeat(50));
    }
    let mut child = workshop
        .command(&["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("salve starts");
    drop(child.stdout.take());
    let run = workshop.finish(child.wait_with_output().expect("salve ends"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let workshop = Workshop::new();
    let path = workshop.file("a.py", "x = 1\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
    let mut command = workshop.command(&["check"]);
    if fs::read(&path).is_ok() {
        // The superuser reads everything; nobody does not.
        use std::os::unix::process::CommandExt as _;
        const NOBODY: u32 = 65_534;
        let program = workshop.root().join("salve");
        fs::copy(env!("CARGO_BIN_EXE_salve"), &program).expect("a copy");
        let data = workshop.root().join("data");
        for folder in [workshop.root(), &data] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).expect("permissions");
        }
        let mut as_nobody = std::process::Command::new(program);
        as_nobody.arg("check").uid(NOBODY).env_clear();
        as_nobody.env("XDG_DATA_HOME", data);
        as_nobody.current_dir(workshop.project());
        command = as_nobody;
    }
    let run = workshop.finish(command.output().expect("salve starts"));
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "error: a.py: cannot be read: permission denied\n");
}
