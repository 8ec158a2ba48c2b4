//! Which room may use which other room, and which outside crate.
//!
//! One table decides. A path through `crate::` or `super::` and the name of an outside crate count wherever they
//! stand, tests included; what is only a dependency of tests is free.

mod scan;

use std::path::{Path, PathBuf};

use scan::{paths, tokens};

/// A room and what it may use of ours: whole rooms, or single items of one.
const ROOMS: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("taxonomy", &[]),
    ("lang", &["text"]),
    ("damage", &["text", "lang"]),
    ("diagnose", &["text", "taxonomy", "lang"]),
    ("repair", &["text", "taxonomy", "lang", "diagnose", "learn"]),
    ("learn", &["text", "taxonomy", "lang"]),
    ("prompt", &["text", "taxonomy", "lang", "diagnose"]),
    ("gate", &["text", "lang"]),
    ("engine", &PURE),
    ("config", &["taxonomy"]),
    ("keys", &["config"]),
    ("llm", &ADAPTER),
    ("prove", &ADAPTER),
    ("store", &ADAPTER),
    ("server", &FRONT_END),
    ("dashboard", &["engine::ports"]),
    ("cli", &COMMAND_LINE),
];

const PURE: [&str; 8] = [
    "text", "taxonomy", "lang", "diagnose", "repair", "learn", "prompt", "gate",
];

/// The engine's ports with the types that they mention, the configuration, and pure types.
const ADAPTER: [&str; 14] = [
    "engine::ports",
    "engine::Evidence",
    "engine::Source",
    "engine::Step",
    "engine::StepKind",
    "engine::Verdict",
    "config",
    "text",
    "taxonomy",
    "lang",
    "diagnose",
    "repair",
    "learn",
    "prompt",
];

/// Everything but each other; the adapters only to construct them.
const FRONT_END: [&str; 12] = [
    "engine", "config", "llm", "prove", "store", "text", "taxonomy", "lang", "diagnose", "repair",
    "learn", "prompt",
];

/// A front end that also starts the server.
const COMMAND_LINE: [&str; 16] = [
    "server",
    "dashboard",
    "engine",
    "config",
    "keys",
    "llm",
    "prove",
    "store",
    "text",
    "taxonomy",
    "lang",
    "damage",
    "diagnose",
    "repair",
    "learn",
    "prompt",
];

const ADAPTERS: [&str; 5] = ["config", "keys", "llm", "prove", "store"];

/// An outside crate and the rooms that may use it; none named means every room.
const CRATES: [(&str, &[&str]); 53] = [
    ("serde", &[]),
    ("serde_json", &[]),
    ("schemars", &[]),
    ("thiserror", &[]),
    ("tracing", &[]),
    // Parsers.
    ("ruff_python_ast", &PARSING),
    ("ruff_python_parser", &PARSING),
    ("ruff_text_size", &PARSING),
    // One room each.
    ("ropey", &["text"]),
    ("similar", &["text"]),
    ("encoding_rs", &["text"]),
    ("globset", &["prompt"]),
    ("statrs", &["learn"]),
    ("fastrand", &["damage"]),
    ("etcetera", &["config"]),
    ("keyring", &["keys"]),
    ("eventsource_stream", &["llm"]),
    ("httpdate", &["llm"]),
    ("reqwest", &["llm"]),
    ("rustls", &["llm"]),
    ("pep440_rs", &["prove"]),
    ("rustix", &["prove"]),
    ("landlock", &["prove"]),
    ("libc", &["prove"]),
    ("seccompiler", &["prove"]),
    ("rusqlite", &["store"]),
    ("axum", &["dashboard"]),
    ("maud", &["dashboard"]),
    ("subtle", &["dashboard"]),
    ("tower_lsp", &["server"]),
    ("tower_service", &["server"]),
    ("anstream", &["cli"]),
    ("anstyle", &["cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("ignore", &["cli"]),
    ("indicatif", &["cli"]),
    ("rpassword", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("webbrowser", &["cli"]),
    ("unicode_width", &["cli"]),
    // A few rooms each.
    (
        "strsim",
        &[
            "taxonomy", "lang", "diagnose", "repair", "learn", "prompt", "config", "cli",
        ],
    ),
    ("regex", &["taxonomy", "diagnose", "prompt"]),
    ("toml", &["taxonomy", "config", "prove", "cli"]),
    ("sha2", &["learn", "engine", "store"]),
    ("humantime", &["dashboard", "cli"]),
    ("uuid", &["engine", "llm", "store", "dashboard"]),
    ("tempfile", &["config", "keys", "prove", "store", "cli"]),
    // Asynchronous, so never in a pure room; the engine only joins what its ports return.
    (
        "async_trait",
        &["engine", "llm", "prove", "store", "server", "cli"],
    ),
    (
        "futures_util",
        &["engine", "llm", "prove", "server", "dashboard", "cli"],
    ),
    (
        "tokio",
        &["llm", "prove", "store", "server", "dashboard", "cli"],
    ),
    ("tokio_util", &["llm", "prove", "server", "cli"]),
    // This package, by the name under which the binary knows it.
    ("salve", &["main"]),
];

const PARSING: [&str; 6] = ["lang", "damage", "diagnose", "repair", "learn", "gate"];

/// Most lines of one file: longer ones are two.
const MAX_LINES: usize = 500;

/// Files that are longer nevertheless, until they are split. Nothing is added here.
const TOO_LONG: [&str; 1] = ["src/repair/rules/python/indentation.rs"];

/// What is wrong with one file, as `path:line: message`.
fn complaints(path: &str, source: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').skip(1).collect();
    let room = parts.first().copied().unwrap_or_default();
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod"));
    let lines = source.lines().count();
    if lines > MAX_LINES && !TOO_LONG.contains(&path) {
        complaints.push(format!(
            "{path}:{MAX_LINES}: {lines} lines; a file has at most {MAX_LINES}: split it by what its parts do"
        ));
    }
    if !path.starts_with("src/") {
        return complaints;
    }
    for found in paths(&tokens(source)) {
        let named = found.segments.join("::");
        let mut complain = |what: String| complaints.push(format!("{path}:{}: {what}", found.line));
        if let Some(ours) = inside(&found.segments, depth) {
            let target = ours.first().map_or("", String::as_str);
            let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
                if !matches!(room, "lib" | "main") {
                    complain(format!("`{room}` is no room of the table in {}", file!()));
                }
                continue;
            };
            if target != room && !allowed.iter().any(|allowed| covers(allowed, ours)) {
                complain(format!(
                    "`{room}` may not use `{named}`; of ours it may use: {}",
                    list(allowed)
                ));
            }
        } else if let Some((name, rooms)) = CRATES
            .iter()
            .find(|(name, _)| found.segments.first().is_some_and(|first| first == name))
            && !rooms.is_empty()
            && !rooms.contains(&room)
        {
            complain(format!(
                "`{room}` may not use `{name}`; only: {}",
                list(rooms)
            ));
        }
        if room != "prove" && named.ends_with("Command::new") {
            complain("only `prove` starts processes".to_owned());
        }
    }
    complaints
}

/// The path below the crate's root, if that is where it leads.
fn inside(segments: &[String], depth: usize) -> Option<&[String]> {
    if segments.first().is_some_and(|first| first == "crate") {
        return segments.get(1..);
    }
    let ups = segments
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    let rest = segments.get(ups..)?;
    let leads_to_a_room = ROOMS
        .iter()
        .any(|(name, _)| rest.first().is_some_and(|first| first == name));
    (ups > 0 && ups >= depth && leads_to_a_room).then_some(rest)
}

fn covers(allowed: &str, path: &[String]) -> bool {
    let mut path = path.iter();
    allowed
        .split("::")
        .all(|segment| path.next().is_some_and(|next| next == segment))
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of this package") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn every_file_keeps_to_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        files_below(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 50, "{} files", files.len());
    let mut all = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).expect("readable");
        let path = file.strip_prefix(root).expect("below the root");
        all.extend(complaints(
            &path.to_string_lossy().replace('\\', "/"),
            &source,
        ));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// The one file that may hold unsafe code.
const UNSAFE: &str = "src/prove/jail/linux/sys.rs";

#[test]
fn unsafe_code_stays_in_the_jail() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        files_below(&root.join(folder), &mut files);
    }
    let holders: Vec<String> = files
        .iter()
        .filter(|file| {
            let source = std::fs::read_to_string(file).expect("readable");
            // Comments and strings are no tokens: this file may name it.
            tokens(&source).iter().any(|token| token.text == "unsafe")
        })
        .map(|file| {
            file.strip_prefix(root)
                .expect("below")
                .display()
                .to_string()
        })
        .collect();
    assert_eq!(holders, [UNSAFE]);
}

#[test]
fn the_overview_names_only_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        files_below(&root.join(folder), &mut files);
    }
    let sources: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("readable"))
        .collect();
    let overview = include_str!("../../ARCHITECTURE.md");
    let (_, invariants) = overview.split_once("## Invariants").expect("the heading");
    let mut checked = 0;
    for row in invariants
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
    {
        let names: Vec<&str> = row
            .rsplit('|')
            .nth(1)
            .map(|cell| cell.split('`').skip(1).step_by(2).collect())
            .unwrap_or_default();
        assert!(!names.is_empty(), "ARCHITECTURE.md: no test holds: {row}");
        for name in names {
            let head = format!("fn {name}(");
            let exists = sources.iter().any(|source| source.contains(&head));
            assert!(exists, "ARCHITECTURE.md: there is no test `{name}`");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked} tests are named");
}

#[test]
fn every_dependency_has_its_rooms() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("TOML");
    let mut names: Vec<String> = manifest["dependencies"]
        .as_table()
        .expect("a table")
        .keys()
        .cloned()
        .collect();
    for target in manifest["target"].as_table().expect("a table").values() {
        names.extend(
            target["dependencies"]
                .as_table()
                .expect("a table")
                .keys()
                .cloned(),
        );
    }
    for name in names {
        let name = name.replace('-', "_");
        let is_known = CRATES.iter().any(|(known, _)| *known == name);
        assert!(
            is_known,
            "Cargo.toml: say in {} which rooms may use `{name}`",
            file!()
        );
    }
}

#[test]
fn adapters_may_not_use_each_other() {
    for (room, allowed) in ROOMS.iter().filter(|(room, _)| ADAPTERS.contains(room)) {
        for other in ADAPTERS
            .iter()
            .filter(|other| *other != room && **other != "config")
        {
            assert!(!allowed.contains(other), "{room} may use {other}");
        }
    }
}

#[track_caller]
fn check(path: &str, source: &str, expected: &[&str]) {
    let found = complaints(path, source);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn a_planted_bad_edge_is_found_where_it_is() {
    check(
        "src/llm/http.rs",
        "//! crate::prove\nuse crate::{\n    engine::ports::Model,\n    prove::Limits,\n};\n",
        &[
            "src/llm/http.rs:4: `llm` may not use `crate::prove::Limits`; of ours it may use: engine::ports, ",
        ],
    );
    check(
        "src/store/mod.rs",
        "use crate::engine::{Engine, ports};\n#[cfg(test)]\nmod tests { use super::super::llm::Secret; }\n",
        &[
            "src/store/mod.rs:1: `store` may not use `crate::engine::Engine`",
            "src/store/mod.rs:3: `store` may not use `super::super::llm::Secret`",
        ],
    );
    check(
        "src/text/span.rs",
        "use super::{Edit, lang};\nfn f() { crate::lang::parse() }\n",
        &[
            "src/text/span.rs:2: `text` may not use `crate::lang::parse`; of ours it may use: nothing",
        ],
    );
    check(
        "src/diagnose/python/names.rs",
        "use tokio::spawn;\nfn f() { rusqlite::open(\"tokio::spawn\") }\nuse ruff_python_ast::Expr;\n",
        &[
            "src/diagnose/python/names.rs:1: `diagnose` may not use `tokio`; only: llm, ",
            "src/diagnose/python/names.rs:2: `diagnose` may not use `rusqlite`; only: store",
        ],
    );
    check(
        "src/cli/commands/run.rs",
        "fn f() { std::process::Command::new(\"sh\"); }\n",
        &["src/cli/commands/run.rs:1: only `prove` starts processes"],
    );
    check(
        "src/forge/mod.rs",
        "use crate::text::Span;\n",
        &["src/forge/mod.rs:1: `forge` is no room"],
    );
    check(
        "tests/it/long.rs",
        &"\n".repeat(501),
        &["tests/it/long.rs:500: 501 lines"],
    );
    check(
        "src/prove/a.rs",
        "use crate::engine::{Step, ports::Prover};\nuse super::b;\n",
        &[],
    );
}
