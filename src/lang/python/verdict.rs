//! The exact parser: ruff's, which accepts and rejects what CPython's parser does.

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{
    Mode, ParseErrorType, ParseOptions, Parsed, UnsupportedSyntaxErrorKind, parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange};

use crate::text::Span;

/// A Python version, as far as the grammar depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 3
    pub major: u8,
    /// 8 and up
    pub minor: u8,
}

impl From<(u8, u8)> for Version {
    fn from((major, minor): (u8, u8)) -> Self {
        Self { major, minor }
    }
}

impl From<Version> for PythonVersion {
    fn from(version: Version) -> Self {
        PythonVersion {
            major: version.major,
            minor: version.minor,
        }
    }
}

/// What the parser complains about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// No version of Python accepts it.
    Syntax(ParseErrorType),
    /// A later or an earlier version accepts it.
    Version(UnsupportedSyntaxErrorKind),
}

/// One complaint of the parser, at the place where it gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ParseErrorKind,
    /// The parser's own words.
    pub message: String,
}

/// Parses `source`, broken or not.
pub fn parse(source: &str, version: Version) -> Parsed<ModModule> {
    let options = ParseOptions::from(Mode::Module).with_target_version(version.into());
    match parse_unchecked(source, options).try_into_module() {
        Some(parsed) => parsed,
        // The mode asked for is Module, so there always is one.
        None => parse_unchecked("", ParseOptions::from(Mode::Module))
            .try_into_module()
            .unwrap_or_else(|| unreachable!()),
    }
}

/// Most complaints about one text that are told. A text with more is no program with mistakes in it.
pub const MAX_COMPLAINTS: usize = 10_000;

/// The complaints about a parsed text, in the order of the text; at most ten thousand of them.
pub fn syntax_errors(parsed: &Parsed<ModModule>) -> Vec<ParseError> {
    let syntax = parsed
        .errors()
        .iter()
        .take(MAX_COMPLAINTS)
        .map(|error| ParseError {
            span: span(error.location),
            kind: ParseErrorKind::Syntax(error.error.clone()),
            message: error.error.to_string(),
        });
    let version = parsed
        .unsupported_syntax_errors()
        .iter()
        .map(|error| ParseError {
            span: span(error.range()),
            kind: ParseErrorKind::Version(error.kind),
            message: error.to_string(),
        });
    let mut errors: Vec<ParseError> = syntax.chain(version).collect();
    errors.sort_by_key(|error| error.span);
    errors
}

fn span(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}
