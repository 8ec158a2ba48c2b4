use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

use crate::lang::python::{ParseError, Version, parse, syntax_errors};

/// How much text may still be parsed for one examination.
///
/// Work is counted in bytes and not in time, so that the same text always gives the same answer.
#[derive(Debug)]
pub struct Budget {
    left: usize,
}

/// Bytes that any examination may parse: about half a second.
const BASE: usize = 32 * 1024 * 1024;
/// Bytes that a complaint takes as long as: the parser goes back for it, and it has a message.
const PER_COMPLAINT: usize = 512;
/// Bytes that it may parse for each byte of the text beyond that.
const PER_BYTE: usize = 8;

impl Budget {
    /// The budget of a text of `length` bytes.
    pub fn new(length: usize) -> Self {
        Self {
            left: BASE.saturating_add(length.saturating_mul(PER_BYTE)),
        }
    }

    /// Parses `text` and takes the work off; what the parser made of it, and its complaints in the order of the text.
    pub fn parse(&mut self, text: &str, version: Version) -> (Parsed<ModModule>, Vec<ParseError>) {
        let parsed = parse(text, version);
        let errors = syntax_errors(&parsed);
        let work = text
            .len()
            .saturating_add(errors.len().saturating_mul(PER_COMPLAINT));
        self.left = self.left.saturating_sub(work);
        (parsed, errors)
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }
}
