//! Every code and construct that the sources name is in the table.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use salve::taxonomy::{entries, entry};

/// The sources of the package.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for child in fs::read_dir(folder).expect("a folder") {
            let path = child.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text in front of the unit tests, which may invent codes.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// String literals that have the shape of a code of one of the families, with or without a construct.
fn code_literal() -> Regex {
    let mut families: Vec<&str> = entries().iter().map(|entry| entry.code.family()).collect();
    families.dedup();
    Regex::new(&format!(
        r#""((?:{})\.[A-Z0-9_]+)(?::([a-z0-9_]+))?""#,
        families.join("|")
    ))
    .expect("a pattern")
}

/// What is wrong in one source, as `path:line: complaint`.
fn complaints(path: &Path, text: &str, literal: &Regex) -> Vec<String> {
    let mut complaints = Vec::new();
    let found: Vec<_> = literal.captures_iter(text).collect();
    for (index, captures) in found.iter().enumerate() {
        let (Some(whole), Some(code)) = (captures.get(0), captures.get(1)) else {
            continue;
        };
        let line = text[..whole.start()].lines().count();
        let place = format!("{}:{line}", path.display());
        let Some(row) = entry(code.as_str()) else {
            complaints.push(format!(
                "{place}: {} is not in grammars/*/taxonomy",
                code.as_str()
            ));
            continue;
        };
        let end = found
            .get(index + 1)
            .and_then(|next| next.get(0))
            .map_or(text.len(), |next| next.start());
        let mut constructs: Vec<&str> = captures
            .get(2)
            .map(|construct| construct.as_str())
            .into_iter()
            .collect();
        constructs.extend(constructs_after(&text[whole.end()..end]));
        for construct in constructs {
            if row.construct(construct).is_none() {
                complaints.push(format!(
                    "{place}: {} has no construct {construct:?} in the table",
                    row.code
                ));
            }
        }
    }
    complaints
}

/// The constructs that are visibly given to the code in front of `text`: as the next value of a tuple or of a call, as
/// the next field, or by the builder.
fn constructs_after(text: &str) -> Vec<&str> {
    let given =
        Regex::new(r"^\)?,\s*(?:construct:\s*)?Some\(|^[^;]*?\.construct\(").expect("a pattern");
    let Some(opening) = given.find(text) else {
        return Vec::new();
    };
    let argument = balanced(&text[opening.end()..]);
    let name = Regex::new(r#""([a-z0-9_]+)""#).expect("a pattern");
    name.captures_iter(argument)
        .filter_map(|captures| captures.get(1))
        .map(|name| name.as_str())
        .collect()
}

/// The text up to the parenthesis that closes what was opened before it.
fn balanced(text: &str) -> &str {
    let mut depth = 1;
    for (offset, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..offset];
        }
    }
    text
}

#[test]
fn every_code_and_construct_in_the_sources_is_in_the_table() {
    let literal = code_literal();
    let complaints: Vec<String> = sources()
        .iter()
        .flat_map(|path| {
            let text = fs::read_to_string(path).expect("a source");
            complaints(path, without_tests(&text), &literal)
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn an_unknown_code_or_construct_is_noticed() {
    let text = r#"
        let known = ("SYN.MISSING_COLON", Some("function_def"), message);
        let unknown_code = Code::new("SYN.NO_SUCH_CODE");
        let in_a_tuple = ("SYN.RETURN_OUTSIDE", Some(if in_class { "class" } else { "modul" }), message);
        let in_a_struct = Finding { code: Code::new("SYN.MISSING_COLON"), construct: Some("iff") };
        let in_a_builder = Proposal::new("missing_colon", Code::new("SYN.MISSING_COLON"), 1).construct("els");
        let in_a_cluster = "SYN.MISSING_COLON:whil";
    "#;
    let noticed = complaints(Path::new("example.rs"), text, &code_literal());
    assert_eq!(
        noticed,
        [
            "example.rs:3: SYN.NO_SUCH_CODE is not in grammars/*/taxonomy",
            "example.rs:4: SYN.RETURN_OUTSIDE has no construct \"modul\" in the table",
            "example.rs:5: SYN.MISSING_COLON has no construct \"iff\" in the table",
            "example.rs:6: SYN.MISSING_COLON has no construct \"els\" in the table",
            "example.rs:7: SYN.MISSING_COLON has no construct \"whil\" in the table",
        ]
    );
}
