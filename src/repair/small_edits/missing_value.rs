//! `for in rows`, `rows[, 2]`, `a = b +`: what may stand where a value is missing.

use super::field::{Field, Gap};
use super::tokens;
use crate::lang::python::TokenKind;

/// Most names that are tried.
const MAX_NAMES: usize = 5;

/// What may stand where an operator or a word of the grammar waits for a value.
pub fn missing(field: &Field<'_, '_>, gap: Gap) -> Vec<String> {
    let words = &field.words;
    let at = gap.at;
    let before = words.before(at);
    let mut tokens: Vec<String> = Vec::new();
    let names = |range: std::ops::Range<usize>| {
        let mut found: Vec<String> = Vec::new();
        for index in range {
            let name = words.text(index);
            let is_own =
                words.is_name(index) && words.before(index) != "." && words.text(index + 1) != "(";
            if is_own && !found.iter().any(|other| other == name) {
                found.push(name.to_owned());
            }
        }
        found.truncate(MAX_NAMES);
        found
    };
    let opened = matches!(before, "(" | "[" | "{");
    if words.text(at) == "for" && opened {
        // `[for x in xs]`: what it collects is most often what it counts with.
        tokens.extend(names(at + 1..(at + 4).min(words.len())));
        tokens.extend(["True", "1"].map(str::to_owned));
    } else if (opened || before == ",")
        && (words.text(at) == "," || before == "," && closes(field, at))
    {
        tokens.extend(tokens::ENTRIES.iter().map(|&token| token.to_owned()));
    } else if before == "for" && words.text(at) == "in" {
        // `[x for in xs]`, or what the body of the loop works with.
        let line_first = words.line_first(at);
        tokens.extend(names(line_first..at));
        tokens.extend(field.names_below(at));
        tokens.extend(["i", "x"].map(str::to_owned));
    } else if !gap.ends && !gap.starts && !gap.statement {
        let waits = matches!(words.kind(at - 1), Some(TokenKind::Operator))
            && !matches!(before, "." | ":" | "," | "@" | ";")
            || matches!(
                before,
                "in" | "and" | "or" | "not" | "is" | "if" | "elif" | "while" | "else"
            );
        if waits {
            tokens.extend(tokens::OPERANDS.iter().map(|&token| token.to_owned()));
        }
    }
    tokens.dedup();
    tokens
}

/// Whether the word at `at` closes a bracket.
fn closes(field: &Field<'_, '_>, at: usize) -> bool {
    matches!(field.words.kind(at), Some(TokenKind::Close(_)))
}
