use std::sync::OnceLock;

use regex::RegexSet;

use crate::taxonomy::{Code, Entry, entries};

/// The code of an exception that no row knows.
const UNHANDLED_EXCEPTION: Code = Code::new("LOGIC.UNHANDLED_EXCEPTION");

/// Names a mistake by the exception that reports it: its class, dotted or bare, and its message.
///
/// The message is the second-best witness: about one in twenty misleads. Where there is a text to look at, decide by
/// its structure and ask this only for what is left.
///
/// `None` for what is not a mistake (`KeyboardInterrupt`, a warning) or not the name of an exception.
pub fn classify_message(exception: &str, message: &str) -> Option<Code> {
    let name = exception.rsplit('.').next().unwrap_or_default().trim();
    let message = message.trim();
    // Notes (PEP 678) follow the message on lines of their own.
    let first_line = message.lines().next().unwrap_or_default();
    matching(name, message)
        .or_else(|| matching(name, first_line))
        .or_else(|| {
            entries()
                .iter()
                .find(|entry| entry.owns(name))
                .map(|entry| entry.code)
        })
        .or_else(|| is_mistake(name).then_some(UNHANDLED_EXCEPTION))
}

/// Whether it can be the name of an exception that ends a program by mistake.
fn is_mistake(name: &str) -> bool {
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_');
    is_name && !name.ends_with("Warning") && !matches!(name, "KeyboardInterrupt" | "GeneratorExit")
}

/// The first row of the table that this exception can report and whose pattern matches.
fn matching(exception: &str, message: &str) -> Option<Code> {
    let patterns = patterns();
    patterns
        .set
        .matches(message)
        .into_iter()
        .filter_map(|index| patterns.rows.get(index))
        .find(|entry| entry.is_raised_as(exception))
        .map(|entry| entry.code)
}

/// Every pattern of the table, compiled together.
struct Patterns {
    set: RegexSet,
    /// The row of each pattern of the set, by its index there.
    rows: Vec<&'static Entry>,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(compile)
}

#[expect(
    clippy::expect_used,
    reason = "the patterns are embedded, and the tests of this room compile them"
)]
fn compile() -> Patterns {
    let (texts, rows): (Vec<&str>, Vec<&Entry>) = entries()
        .iter()
        .flat_map(|entry| {
            entry
                .messages
                .iter()
                .map(move |pattern| (pattern.as_str(), entry))
        })
        .unzip();
    Patterns {
        set: RegexSet::new(texts).expect("an embedded pattern is a valid regular expression"),
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_classified(exception: &str, message: &str, code: Option<&str>) {
        assert_eq!(
            classify_message(exception, message).map(Code::as_str),
            code,
            "{exception}: {message}"
        );
    }

    #[test]
    fn the_exception_decides_between_rows_with_the_same_message() {
        check_classified(
            "TypeError",
            "non-default argument 'y' follows default argument",
            Some("VAL.FIELD_ORDER"),
        );
        check_classified(
            "SyntaxError",
            "non-default argument follows default argument",
            Some("SYN.PARAM_DEFAULT_ORDER"),
        );
        check_classified(
            "LookupError",
            "unknown encoding: nope",
            Some("ENC.UNKNOWN_CODEC"),
        );
        check_classified(
            "SyntaxError",
            "unknown encoding: nope",
            Some("ENC.SOURCE_NOT_UTF8"),
        );
    }

    #[test]
    fn a_dotted_exception_is_known_by_its_last_part() {
        check_classified(
            "json.decoder.JSONDecodeError",
            "Extra data: line 1 column 4 (char 3)",
            Some("VAL.JSON"),
        );
        check_classified(
            "sqlite3.OperationalError",
            "no such table: people",
            Some("IO.DATABASE"),
        );
    }

    #[test]
    fn notes_after_the_message_do_not_hide_it() {
        check_classified(
            "ZeroDivisionError",
            "division by zero\nwhile averaging",
            Some("VAL.ZERO_DIVISION"),
        );
        check_classified(
            "NameError",
            "name 'total' is not defined\nwhile averaging",
            Some("NAME.UNDEFINED"),
        );
    }

    #[test]
    fn an_unknown_message_still_has_a_code() {
        check_classified(
            "SyntaxError",
            "words of a later Python",
            Some("SYN.INVALID_SYNTAX"),
        );
        check_classified(
            "shop.errors.OutOfStock",
            "no apples",
            Some("LOGIC.UNHANDLED_EXCEPTION"),
        );
        check_classified(
            "ExceptionGroup",
            "several (2 sub-exceptions)",
            Some("LOGIC.UNHANDLED_EXCEPTION"),
        );
    }

    #[test]
    fn what_is_not_a_mistake_has_no_code() {
        check_classified("KeyboardInterrupt", "", None);
        check_classified("DeprecationWarning", "invalid escape sequence", None);
        check_classified(
            "RuntimeWarning",
            "coroutine 'load' was never awaited",
            Some("ASYNC.LOOP"),
        );
        check_classified("", "", None);
        check_classified("not a name", "x", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(exception in ".{0,40}", message in ".{0,200}") {
            let code = classify_message(&exception, &message);
            proptest::prop_assert!(code.is_none_or(|code| !code.as_str().is_empty()));
        }
    }
}
