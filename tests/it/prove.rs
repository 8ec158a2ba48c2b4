//! The compile step against real interpreters, and against programs that only pretend to be one.

#[cfg(unix)]
mod interpreters;
#[cfg(target_os = "linux")]
mod ordinary_programs;
#[cfg(unix)]
mod pretenders;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod tools;

use salve::engine::ports::{CompileError, CompileVerdict, Prover};
use salve::prove::{CPythonProver, Environment, Interpreters, Limits, Lookup};
use tempfile::TempDir;

/// The `python3` of `PATH`, for a folder that does not exist.
fn lookup() -> Lookup {
    Lookup {
        folder: "/no/such/folder".into(),
        environment: Environment::new(std::env::vars_os()),
        ..Lookup::default()
    }
}

fn prover() -> CPythonProver {
    CPythonProver::new(Interpreters::default(), lookup(), Limits::default())
}

async fn verdict(source: impl AsRef<[u8]>) -> CompileVerdict {
    prover().compile(source.as_ref()).await.verdict
}

#[track_caller]
fn rejected(verdict: CompileVerdict) -> CompileError {
    match verdict {
        CompileVerdict::Rejected(error) => error,
        other => panic!("not rejected: {other:?}"),
    }
}

#[track_caller]
fn unavailable(verdict: CompileVerdict) -> String {
    match verdict {
        CompileVerdict::Unavailable { reason } => reason,
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn accepts_what_compiles_without_running_it() {
    assert_eq!(
        verdict("raise SystemExit(1)\n").await,
        CompileVerdict::Accepted
    );
    assert_eq!(verdict("").await, CompileVerdict::Accepted);
    assert_eq!(
        verdict("x = '\\d'\nassert (1, 'two')\n").await,
        CompileVerdict::Accepted,
        "warnings are not errors"
    );
}

#[tokio::test]
async fn rejects_with_class_message_and_place() {
    let prover = prover();
    // Versions agree on the start of a place only where it stands here.
    let cases: [(&[u8], &str, &str); 7] = [
        (b"x = 1\ndef area()\n    pass\n", "SyntaxError", "2:11"),
        (b"if x:\npass\n", "IndentationError", "2:"),
        (b"if x:\n\tpass\n        pass\n", "TabError", "3:"),
        (b"x = 1\nreturn x\n", "SyntaxError", "2:1"),
        (b"s = 'caf\xe9'\n", "SyntaxError", "1:"),
        (b"# coding: klingon\nx = 1\n", "SyntaxError", ""),
        (b"\xef\xbb\xbf# coding: latin-1\n", "SyntaxError", ""),
    ];
    for (source, kind, place) in cases {
        let shown = String::from_utf8_lossy(source).into_owned();
        let error = rejected(prover.compile(source).await.verdict);
        assert_eq!(error.kind, kind, "{shown}: {error:?}");
        assert!(!error.message.is_empty(), "{shown}");
        let number = |number: Option<u32>| number.map_or("-".to_owned(), |it| it.to_string());
        let found = format!("{}:{}", number(error.line), number(error.column));
        assert!(found.starts_with(place), "{shown}: {error:?}");
        assert_ne!((error.line, error.column), (Some(0), Some(0)), "{shown}");
    }
    let nul = rejected(prover.compile(b"x = 1\0\n").await.verdict);
    assert!(nul.message.contains("null bytes"), "{nul:?}");
}

#[tokio::test]
async fn columns_count_characters() {
    let prover = prover();
    for source in ["é = '😀' ) 1\n", "é = '😀' $ 1\n", "é = '😀' +: 1\n"] {
        let error = rejected(prover.compile(source.as_bytes()).await.verdict);
        let column = source
            .chars()
            .take_while(|c| !matches!(c, ')' | '$' | ':'))
            .count();
        let expected = u32::try_from(column + 1).ok();
        assert_eq!((error.line, error.column), (Some(1), expected), "{source}");
    }
}

#[tokio::test]
async fn messages_of_any_characters_arrive_whole() {
    let error = rejected(verdict("x = \"a\u{1f600}\u{7f}\n").await);
    assert_eq!(error.line, Some(1), "{error:?}");
    let error = rejected(verdict("é𝒳 = “x”\n").await);
    assert!(error.message.contains('“'), "{error:?}");
}

#[tokio::test]
async fn a_coding_cookie_and_a_byte_order_mark_count() {
    assert_eq!(
        verdict(b"# coding: latin-1\ns = 'caf\xe9'\n").await,
        CompileVerdict::Accepted
    );
    assert_eq!(
        verdict(b"\xef\xbb\xbfx = 1\n").await,
        CompileVerdict::Accepted
    );
}

#[tokio::test]
async fn hostile_texts_get_an_answer_and_the_worker_lives_on() {
    let prover = prover();
    let hostile = [
        "(".repeat(100_000),
        format!("x = {}1\n", "-".repeat(100_000)),
        format!("x = {}1\n", "not ".repeat(100_000)),
        format!("x{}\n", ".a".repeat(100_000)),
        format!("x{}\n", "[0]".repeat(100_000)),
        format!("{}1\n", "lambda: ".repeat(100_000)),
        format!("if a:\n pass\n{}", "elif a:\n pass\n".repeat(30_000)),
        (0..150)
            .map(|depth| format!("{}if x:\n", " ".repeat(depth)))
            .collect(),
    ];
    for source in hostile {
        rejected(prover.compile(source.as_bytes()).await.verdict);
    }
    let bombs = [
        "x = 'a' * 10 ** 9\n".to_owned(),
        "x = ((((((1,) * 255,) * 255,) * 255,) * 255,) * 255,) * 255\n".to_owned(),
        "x = 1 << (1 << 40)\n".to_owned(),
        "x = 9 ** 9 ** 9 ** 9\n".to_owned(),
        format!("x = 0x{}\n", "f".repeat(1_000_000)),
    ];
    for source in bombs {
        assert_eq!(
            prover.compile(source.as_bytes()).await.verdict,
            CompileVerdict::Accepted,
            "{source:.60}"
        );
    }
}

#[tokio::test]
async fn a_text_that_needs_too_much_memory_is_not_judged() {
    let limits = Limits {
        memory: 128 << 20,
        ..Limits::default()
    };
    let prover = CPythonProver::new(Interpreters::default(), lookup(), limits);
    let greedy = "x = [1, 2, 3, 4, 5, 6, 7, 8]\n".repeat(100_000);
    let verdict = prover.compile(greedy.as_bytes()).await.verdict;
    if cfg!(target_os = "linux") {
        let reason = unavailable(verdict);
        assert!(reason.contains("out of memory"), "{reason}");
    }
    assert_eq!(
        prover.compile(b"x = 1\n").await.verdict,
        CompileVerdict::Accepted
    );
}

#[tokio::test]
async fn a_text_of_more_than_64_mib_is_refused() {
    let reason = unavailable(verdict(vec![b'#'; (64 << 20) + 1]).await);
    assert!(reason.contains("64 MiB"), "{reason}");
}

#[tokio::test]
async fn says_which_interpreter_it_is() {
    let prover = prover();
    let named = prover.interpreter().await.expect("python3 is on PATH");
    let (major, minor) = prover.language_version().await;
    assert!(
        named.starts_with(&format!("CPython {major}.{minor}.")),
        "{named}"
    );
}

#[tokio::test]
async fn no_interpreter_is_a_reason_and_the_project_names_the_version() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = \"x\"\nrequires-python = \">=3.10\"\n",
    )
    .expect("written");
    let lookup = Lookup {
        folder: folder.path().join("inner"),
        root: Some(folder.path().to_owned()),
        ..Lookup::default()
    };
    let prover = CPythonProver::new(Interpreters::default(), lookup, Limits::default());
    let reason = unavailable(prover.compile(b"x = 1\n").await.verdict);
    assert!(reason.contains("python.interpreter"), "{reason}");
    assert_eq!(prover.interpreter().await, None);
    assert_eq!(prover.language_version().await, (3, 10));
}
