//! Comments by which a person says that an undefined name is known and meant.

/// What the comments of a file silence.
#[derive(Debug)]
pub(super) struct Silenced {
    whole_file: bool,
}

/// Comments that silence their line, in lower case; what follows decides for the first two.
const ON_A_LINE: [&str; 6] = [
    "noqa",
    "pylint: disable",
    "type: ignore",
    "type:ignore",
    "pyright: ignore",
    "ty: ignore",
];

/// Comments that silence the whole file.
const ON_A_FILE: [&str; 6] = [
    "# flake8: noqa",
    "# ruff: noqa",
    "# type: ignore",
    "# mypy: ignore-errors",
    "# pyright: basic, reportundefinedvariable=false",
    "# pylint: disable=",
];

/// So many bytes after a name are searched for the comment.
const LONGEST_LINE: usize = 1_000;

impl Silenced {
    /// Reads the comments that stand on lines of their own.
    pub(super) fn in_file(source: &str) -> Self {
        let whole_file = source
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(str::to_ascii_lowercase)
            .any(|line| {
                let is_general = ON_A_FILE.iter().any(|prefix| line.starts_with(prefix));
                is_general && concerns_names(&line)
            });
        Self { whole_file }
    }

    /// Whether a name at byte `offset` is silenced.
    pub(super) fn covers(&self, source: &str, offset: usize) -> bool {
        if self.whole_file {
            return true;
        }
        // Generated files have lines without end, and many names on them.
        let ahead = source.as_bytes().iter().skip(offset).take(LONGEST_LINE);
        let line: Vec<u8> = ahead
            .copied()
            .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
            .collect();
        line.iter()
            .position(|byte| *byte == b'#')
            .is_some_and(|start| {
                let comment = String::from_utf8_lossy(line.get(start..).unwrap_or(&[]));
                let comment = comment.to_ascii_lowercase();
                ON_A_LINE.iter().any(|word| comment.contains(word)) && concerns_names(&comment)
            })
    }
}

/// Whether a comment that names codes names the one for undefined names.
fn concerns_names(comment: &str) -> bool {
    let names_codes = comment.contains("noqa:") && !comment.ends_with("noqa:")
        || comment.contains("disable=")
        || comment.contains("ignore[");
    !names_codes
        || [
            "f821",
            "f8 ",
            "undefined-variable",
            "e0602",
            "name-defined",
            "reportundefinedvariable",
            "unresolved-reference",
        ]
        .iter()
        .any(|code| comment.contains(code))
        || comment.contains(": noqa") && !comment.contains("noqa:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(source: &str) -> bool {
        Silenced::in_file(source).covers(source, source.find("name").unwrap_or(0))
    }

    #[test]
    fn a_comment_silences_its_line_unless_it_is_about_something_else() {
        assert!(covers("x = name  # noqa\n"));
        assert!(covers("x = name  # noqa: E501, F821\n"));
        assert!(covers("x = name  # type: ignore[name-defined]\n"));
        assert!(!covers("x = name  # noqa: E501\n"));
        assert!(!covers("x = name  # type: ignore[attr-defined]\n"));
        assert!(!covers("x = name\ny = 1  # noqa\n"));
    }

    #[test]
    fn a_comment_at_the_start_of_a_line_silences_the_file() {
        assert!(covers("# flake8: noqa\nx = name\n"));
        assert!(covers("# ruff: noqa: F821\nx = name\n"));
        assert!(!covers("# ruff: noqa: E501\nx = name\n"));
        assert!(!covers("# a plain remark\nx = name\n"));
    }
}
