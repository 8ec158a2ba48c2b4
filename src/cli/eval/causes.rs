//! Which codes name which kind of mistake: the table by which a measurement judges a finding's code.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use serde::Deserialize;

const TABLE: &str = include_str!("causes.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    cause: Vec<Cause>,
}

/// A kind of mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    /// What rows call it in `meta.cause` or `meta.op`.
    names: Vec<String>,
    /// What the person did.
    means: String,
    /// The codes that say so.
    codes: Vec<String>,
}

fn causes() -> &'static [Cause] {
    static CAUSES: OnceLock<Vec<Cause>> = OnceLock::new();
    CAUSES.get_or_init(|| {
        // The table is embedded, and a test parses it; without it no cause is known.
        toml::from_str::<Table>(TABLE).map_or_else(|_| Vec::new(), |table| table.cause)
    })
}

/// Whether `code` says what `cause` means; `None` if the cause is not in the table.
pub fn is_named_by(cause: &str, code: &str) -> Option<bool> {
    static CODES: OnceLock<HashMap<&str, &[String]>> = OnceLock::new();
    let codes = CODES.get_or_init(|| {
        let rows = causes().iter();
        rows.flat_map(|row| {
            let names = row.names.iter();
            names.map(|name| (name.as_str(), row.codes.as_slice()))
        })
        .collect()
    });
    let accepted = codes.get(cause)?;
    Some(accepted.iter().any(|accepted| accepted == code))
}

/// The table as Markdown.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for Cause {
        names,
        means,
        codes,
    } in causes()
    {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let codes: Vec<String> = codes
            .iter()
            .map(|code| {
                let anchor = code.to_ascii_lowercase().replace('.', "");
                format!("[{code}](taxonomy.md#{anchor})")
            })
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| {} | {means} | {} |",
            names.join(", "),
            codes.join(", ")
        );
    }
    page
}

const INTRODUCTION: &str = "# Which code names which mistake

<!-- Generated from src/cli/eval/causes.toml. Rewrite with SALVE_UPDATE=1 cargo test. -->

`salve eval` counts how often the first finding's code says what the person really did. What was done is the row's
`meta.cause` (the class of the person's own edit, for rows with one) or `meta.op` (the operator that damaged a valid
program). This table says which codes are right for it. It was written from what the words mean, before anything was
measured with it. `SYN.INVALID_SYNTAX`, which names nothing, is never right; causes that are not listed are not counted.

| cause | what it means | codes that name it |
|---|---|---|
";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::taxonomy::entries;

    #[test]
    fn every_code_is_known_and_every_cause_stands_once() {
        let table: Table = toml::from_str(TABLE).expect("the embedded table");
        let known: HashSet<&str> = entries().iter().map(|entry| entry.code.as_str()).collect();
        let mut seen = HashSet::new();
        for cause in table.cause {
            for code in cause.codes {
                assert!(known.contains(code.as_str()), "{code}");
            }
            for name in cause.names {
                assert!(seen.insert(name.clone()), "{name} stands twice");
            }
        }
    }

    #[test]
    fn every_kind_of_damage_is_a_cause() {
        for name in crate::damage::operator_names() {
            assert!(is_named_by(name, "").is_some(), "{name}");
        }
    }

    #[test]
    fn a_cause_has_its_codes_only() {
        assert_eq!(is_named_by("drop_colon", "SYN.MISSING_COLON"), Some(true));
        assert_eq!(is_named_by("drop_colon", "SYN.INVALID_SYNTAX"), Some(false));
        assert_eq!(is_named_by("nothing_known", "SYN.MISSING_COLON"), None);
    }
}
