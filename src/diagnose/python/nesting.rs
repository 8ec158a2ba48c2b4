//! Brackets that are nested deeper than Python's tokenizer goes.

use super::semantic_message::error;
use crate::diagnose::Finding;
use crate::lang::python::{TokenKind, only_starts_statement, tokenize};

/// Most brackets that may be open at once (`MAXLEVEL` of CPython's tokenizer).
const MAX_OPEN: usize = 200;

/// A finding for the first bracket that is one too many. `source` may be broken: a line that only a statement can start
/// with ends every bracket.
pub fn too_many_brackets(source: &str) -> Option<Finding> {
    // Few texts hold so many brackets at all; the others need no tokens.
    let brackets = source
        .bytes()
        .filter(|byte| matches!(byte, b'(' | b'[' | b'{'));
    if brackets.take(MAX_OPEN + 1).count() <= MAX_OPEN || !may_be_deep(source) {
        return None;
    }
    let mut depth = 0usize;
    let mut is_first = true;
    for token in tokenize(source) {
        if is_first && only_starts_statement(token.text(source)) {
            depth = 0;
        }
        is_first = token.kind == TokenKind::Newline;
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_OPEN {
            let start = u32::try_from(token.span.start).ok()?;
            let end = u32::try_from(token.span.end).ok()?;
            return Some(error(
                "SYN.TOO_COMPLEX",
                Some("nesting"),
                ruff_text_size::TextRange::new(start.into(), end.into()),
                format!(
                    "At most {MAX_OPEN} brackets can be open at once: give a name to an inner part on a line before"
                ),
            ));
        }
    }
    None
}

/// Whether so many brackets may be open at once, strings and comments counted as well.
fn may_be_deep(source: &str) -> bool {
    let mut depth = 0usize;
    source.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_OPEN
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bracket_that_is_one_too_many_is_found() {
        let nested = |count: usize| format!("a = {}{}\n", "(".repeat(count), ")".repeat(count));
        assert_eq!(too_many_brackets(&nested(200)), None);
        let found = too_many_brackets(&nested(201)).map(|finding| finding.span.start);
        assert_eq!(found, Some(4 + 200));
        assert_eq!(too_many_brackets(&"f(\nimport os\n".repeat(300)), None);
    }
}
