use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use crate::cli::{Exit, Report};

/// One program to measure on.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// Name of the row, unique in its file.
    pub id: String,
    /// Its language, such as `python`.
    pub lang: String,
    /// The program.
    pub code: String,
    /// What its author made of it.
    #[serde(default)]
    pub fixed: Option<String>,
    /// What the language's own implementation says of it; `None` if it is valid.
    #[serde(default)]
    pub error: Option<KnownError>,
    /// What else is known.
    #[serde(default)]
    pub meta: Option<Meta>,
}

/// The verdict of the language's own implementation.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownError {
    /// Line from one.
    #[serde(default)]
    pub line: Option<u32>,
    /// Whether it is the parser that says so (`parse`), or what comes after it (`compile`).
    #[serde(default)]
    pub stage: Option<String>,
}

/// What is known of how a row came about.
#[derive(Debug, Clone, Deserialize)]
pub struct Meta {
    /// The damaged line, from one, where it is known better than from the error.
    #[serde(default)]
    pub line: Option<u32>,
    /// `false` where `fixed` cannot be recovered from `code` by anybody.
    #[serde(default)]
    pub exact: Option<bool>,
    /// How many tokens differ between `code` and `fixed`.
    #[serde(default)]
    pub tok_edits: Option<usize>,
    /// How many mistakes there are in `code`.
    #[serde(default)]
    pub n_errors: Option<usize>,
    /// The class of the person's edit; `multi:` and several of them where it was not one.
    #[serde(default)]
    pub cause: Option<String>,
    /// What was done to a valid program.
    #[serde(default)]
    pub op: Option<String>,
}

impl Row {
    /// The line, from one, that the first finding should name.
    pub fn expected_line(&self) -> Option<u32> {
        let damaged = self.meta.as_ref().and_then(|meta| meta.line);
        damaged.or_else(|| self.error.as_ref().and_then(|error| error.line))
    }

    /// Whether it is known that there is exactly one mistake: by `n_errors`, else by a single cause of one edited token.
    pub fn is_single_error(&self) -> bool {
        let Some(meta) = &self.meta else { return false };
        match meta.n_errors {
            Some(errors) => errors == 1,
            None => {
                let one_cause = meta.cause.as_ref().is_some_and(|cause| !is_several(cause));
                one_cause && meta.tok_edits == Some(1)
            }
        }
    }

    /// The class of the one thing that is wrong; `None` if there are several, or it is not known.
    pub fn single_cause(&self) -> Option<&str> {
        let meta = self.meta.as_ref()?;
        if meta.n_errors.is_some_and(|errors| errors != 1) {
            return None;
        }
        let cause = meta.cause.as_deref().or(meta.op.as_deref())?;
        (!is_several(cause)).then_some(cause)
    }

    /// Whether the parser accepts it, and what comes after the parser does not.
    pub fn is_compile_stage(&self) -> bool {
        let stage = self.error.as_ref().and_then(|error| error.stage.as_deref());
        stage == Some("compile")
    }

    /// The text that the best fix is compared with; `None` if there is none or nobody could find it.
    pub fn expected_text(&self) -> Option<&str> {
        let recoverable = self.meta.as_ref().and_then(|meta| meta.exact) != Some(false);
        self.fixed.as_deref().filter(|_| recoverable)
    }
}

fn is_several(cause: &str) -> bool {
    cause.starts_with("multi") || cause == "several"
}

/// Reads the first `limit` rows of a file.
pub fn read(path: &Path, limit: Option<usize>) -> Result<Vec<Row>, Report> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| {
        Report::new(Exit::Usage, format!("{shown}: cannot be read"))
            .caused_by(&error)
            .hint("name a file of JSON Lines: one `{\"id\", \"lang\", \"code\"}` per line")
    })?;
    let mut rows = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        if limit.is_some_and(|limit| rows.len() >= limit) {
            break;
        }
        let number = index + 1;
        let bad = |error: &dyn std::error::Error| {
            Report::new(Exit::Usage, format!("{shown}:{number}: not a row"))
                .caused_by(error)
                .hint("a row is one JSON object with the strings `id`, `lang` and `code`")
        };
        let line = line.map_err(|error| bad(&error))?;
        if line.trim().is_empty() {
            continue;
        }
        rows.push(serde_json::from_str(&line).map_err(|error| bad(&error))?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Row {
        serde_json::from_str(json).expect("a row")
    }

    #[test]
    fn the_damaged_line_goes_before_the_reported_one() {
        let both = row(
            r#"{"id":"a","lang":"python","code":"","error":{"line":3,"msg":"x"},"meta":{"line":2}}"#,
        );
        assert_eq!(both.expected_line(), Some(2));
        let reported =
            row(r#"{"id":"a","lang":"python","code":"","error":{"line":3},"meta":null}"#);
        assert_eq!(reported.expected_line(), Some(3));
        let valid = row(r#"{"id":"a","lang":"python","code":"","error":null}"#);
        assert_eq!(valid.expected_line(), None);
    }

    #[test]
    fn single_errors_are_told_by_their_count_or_their_cause() {
        let check = |meta: &str, single: bool, cause: Option<&str>| {
            let row = row(&format!(
                r#"{{"id":"a","lang":"python","code":"","meta":{meta}}}"#
            ));
            assert_eq!(row.is_single_error(), single, "{meta}");
            assert_eq!(row.single_cause(), cause, "{meta}");
        };
        check(
            r#"{"n_errors":1,"op":"typing","tok_edits":9}"#,
            true,
            Some("typing"),
        );
        check(r#"{"n_errors":2,"op":"multi"}"#, false, None);
        check(r#"{"cause":"quote","tok_edits":1}"#, true, Some("quote"));
        check(r#"{"cause":"quote","tok_edits":2}"#, false, Some("quote"));
        check(
            r#"{"cause":"multi:quote+stray_word","tok_edits":1}"#,
            false,
            None,
        );
        check(r#"{"tok_edits":1}"#, false, None);
    }

    #[test]
    fn what_nobody_can_recover_is_not_expected() {
        let kept = row(r#"{"id":"a","lang":"python","code":"","fixed":"x"}"#);
        assert_eq!(kept.expected_text(), Some("x"));
        let lost =
            row(r#"{"id":"a","lang":"python","code":"","fixed":"x","meta":{"exact":false}}"#);
        assert_eq!(lost.expected_text(), None);
    }
}
