use std::sync::OnceLock;

use serde::Deserialize;

use crate::taxonomy::{Code, Entry};

/// Every table that is embedded, in the order of the reference. Within an exception, the first row whose pattern
/// matches wins, so a special row stands before the general one.
const TABLES: [&str; 10] = [
    include_str!("../../grammars/python/taxonomy/syntax_brackets.toml"),
    include_str!("../../grammars/python/taxonomy/syntax_expressions.toml"),
    include_str!("../../grammars/python/taxonomy/syntax_statements.toml"),
    include_str!("../../grammars/python/taxonomy/syntax_words.toml"),
    include_str!("../../grammars/python/taxonomy/indentation.toml"),
    include_str!("../../grammars/python/taxonomy/encoding.toml"),
    include_str!("../../grammars/python/taxonomy/names.toml"),
    include_str!("../../grammars/python/taxonomy/types.toml"),
    include_str!("../../grammars/python/taxonomy/values.toml"),
    include_str!("../../grammars/python/taxonomy/running.toml"),
];

/// The least likeness, 0 to 1, at which a code is worth suggesting for a misspelled one.
const SUGGESTION_FLOOR: f64 = 0.6;

/// A table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    code: Vec<Row>,
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    title: String,
    explanation: String,
    #[serde(default)]
    constructs: Vec<String>,
    #[serde(default)]
    exceptions: Vec<String>,
    #[serde(default)]
    own_exceptions: Vec<String>,
    #[serde(default)]
    messages: Vec<String>,
    #[serde(default)]
    says: Vec<String>,
    accepted_since: Option<String>,
    before: String,
    after: String,
    #[serde(default)]
    references: Vec<String>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            // The table lives as long as the process, and so may its names: `Code` is `Copy` because of it.
            code: Code::new(row.code.leak()),
            title: row.title,
            // One paragraph: the table breaks its lines only to be readable.
            explanation: row
                .explanation
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            constructs: row.constructs,
            exceptions: row.exceptions,
            own_exceptions: row.own_exceptions,
            messages: row.messages,
            says: row.says,
            accepted_since: row.accepted_since,
            before: row.before,
            after: row.after,
            references: row.references,
        }
    }
}

/// Every code, grouped by family. The first call parses the table (a few milliseconds).
pub fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| TABLES.iter().flat_map(|table| parse(table)).collect())
}

/// The row of a code, in any case. What follows a colon is ignored, so that a cluster (`FAMILY.CODE:construct`) finds
/// its code; [`Entry::construct`] looks up the rest.
pub fn entry(code: &str) -> Option<&'static Entry> {
    let name = code.split(':').next().unwrap_or_default().trim();
    entries()
        .iter()
        .find(|entry| entry.code.as_str().eq_ignore_ascii_case(name))
}

/// The code that somebody most likely meant by a name that is not in the table: a misspelled one, or one without its
/// family. `None` if nothing comes near.
pub fn nearest(code: &str) -> Option<Code> {
    let name = code
        .split(':')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase();
    let likeness = |entry: &Entry| {
        let whole = entry.code.as_str();
        let bare = whole.split_once('.').map_or(whole, |(_, bare)| bare);
        strsim::normalized_damerau_levenshtein(&name, whole)
            .max(strsim::normalized_damerau_levenshtein(&name, bare))
    };
    entries()
        .iter()
        .map(|entry| (likeness(entry), entry.code))
        .filter(|(likeness, _)| *likeness >= SUGGESTION_FLOOR)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, code)| code)
}

#[expect(
    clippy::expect_used,
    reason = "the tables are embedded, and the tests of this room parse them"
)]
fn parse(table: &str) -> Vec<Entry> {
    let table: Table =
        toml::from_str(table).expect("an embedded table of codes is valid TOML with known keys");
    table.code.into_iter().map(Entry::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_any_case_and_by_its_cluster() {
        let found = |name| entry(name).map(|entry| entry.code.as_str());
        assert_eq!(found("SYN.MISSING_COLON"), Some("SYN.MISSING_COLON"));
        assert_eq!(found("syn.missing_colon"), Some("SYN.MISSING_COLON"));
        assert_eq!(
            found("SYN.MISSING_COLON:function_def"),
            Some("SYN.MISSING_COLON")
        );
        assert_eq!(found("SYN.MISSING"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn a_construct_is_found_only_in_its_code() {
        let entry = entry("SYN.MISSING_COLON").unwrap();
        assert_eq!(entry.construct("function_def"), Some("function_def"));
        assert_eq!(entry.construct("smart_quote"), None);
    }

    #[test]
    fn a_misspelled_code_has_a_suggestion() {
        let suggested = |name| nearest(name).map(Code::as_str);
        assert_eq!(suggested("SYN.MISING_COLON"), Some("SYN.MISSING_COLON"));
        assert_eq!(suggested("missing_colon"), Some("SYN.MISSING_COLON"));
        assert_eq!(suggested("NAME.UNDEFINDE:plain"), Some("NAME.UNDEFINED"));
        assert_eq!(suggested("E501"), None);
    }
}
