//! The place where a parse went wrong, with the structure that rules need to guess why.

use std::cell::OnceCell;
use std::ops::Range;

use crate::diagnose::python::{Named, classify};
use crate::lang::python::{Bracket, Lines, ParseError, Token, TokenKind, only_starts_statement};
use crate::text::Span;

/// A broken piece of a text: whole statements around the first place where the parser gave up.
#[derive(Debug)]
pub struct Site<'text> {
    /// The piece.
    pub text: &'text str,
    /// Its lines and tokens.
    pub layout: Lines,
    /// The first complaint about it.
    pub error: ParseError,
    /// Index of the line where the parser gave up.
    pub line: usize,
    /// The lines that may hold the mistake: from the statement's first line, or the line of code before it, to `line`.
    pub suspects: Range<usize>,
    /// Brackets without a partner.
    pub lone_brackets: Vec<LoneBracket>,
    complaint: OnceCell<Named>,
}

/// A bracket without a partner, or with one of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoneBracket {
    /// An opening bracket that is never closed.
    Unclosed {
        /// Index of its token.
        opener: usize,
        /// Index of the closing bracket of something around it, where that comes first.
        forced_by: Option<usize>,
    },
    /// A closing bracket that closes nothing.
    Unopened(usize),
    /// An opening bracket and the closing bracket of another shape that stands in its partner's place.
    Mismatched(usize, usize),
}

impl<'text> Site<'text> {
    /// Looks at `text`, whose first complaint is `error`.
    pub fn new(text: &'text str, error: ParseError) -> Self {
        let layout = Lines::new(text);
        // At the end of a line the parser complains about what is missing there, not about the next line.
        let at = error.span.start.min(text.len());
        let line = layout.line_at(at);
        let start = statement_start(&layout, line);
        let before = layout
            .code_before(start)
            .map_or(start, |before| statement_start(&layout, before));
        let before = before.max(line.saturating_sub(MAX_SUSPECTS));
        let mut end = if layout.code_of(line).next().is_some() {
            line + 1
        } else {
            layout.code_after(line).map_or(line + 1, |after| after + 1)
        };
        // A string of several lines, and what stands behind it.
        while layout.lines.get(end).is_some_and(|line| line.continued) {
            end += 1;
        }
        let lone_brackets = lone_brackets(&layout, text);
        Self {
            text,
            suspects: before..end.min(layout.lines.len()),
            layout,
            error,
            line,
            lone_brackets,
            complaint: OnceCell::new(),
        }
    }

    /// What the complaint is called by itself, without any cure.
    pub fn complaint(&self) -> &Named {
        self.complaint
            .get_or_init(|| classify(&self.error, self.text, &self.layout))
    }

    /// The text of a token.
    pub fn str(&self, token: &Token) -> &'text str {
        token.text(self.text)
    }

    /// The suspect lines' indexes that hold code.
    pub fn suspect_lines(&self) -> impl Iterator<Item = usize> + '_ {
        self.suspects
            .clone()
            .filter(|line| self.layout.code_of(*line).next().is_some())
    }

    /// Index range of the suspect lines' tokens.
    pub fn suspect_tokens(&self) -> Range<usize> {
        let first = self
            .layout
            .lines
            .get(self.suspects.start)
            .map_or(0, |line| line.first);
        let last = self
            .layout
            .lines
            .get(self.suspects.end.saturating_sub(1))
            .map_or(0, |line| line.last);
        first..last.max(first)
    }

    /// The token at `index`.
    pub fn token(&self, index: usize) -> Option<&Token> {
        self.layout.tokens.get(index)
    }

    /// The nearest token before `index` that is no trivia, whatever line it is on.
    pub fn code_token_before(&self, index: usize) -> Option<usize> {
        (0..index)
            .rev()
            .find(|at| self.token(*at).is_some_and(|token| !token.is_trivia()))
    }

    /// The nearest token after `index` that is no trivia, whatever line it is on.
    pub fn code_token_after(&self, index: usize) -> Option<usize> {
        (index + 1..self.layout.tokens.len())
            .find(|at| self.token(*at).is_some_and(|token| !token.is_trivia()))
    }

    /// The white space at the start of a line.
    pub fn indent(&self, line: usize) -> &'text str {
        let Some(line) = self.layout.lines.get(line) else {
            return "";
        };
        Span::new(line.span.start, line.span.start + line.indent).of(self.text)
    }

    /// Where the code of a line ends, before a comment and the space in front of it.
    pub fn code_end(&self, line: usize) -> Option<usize> {
        self.layout
            .code_of(line)
            .next_back()
            .map(|token| token.span.end)
    }

    /// One step of indentation as this text makes it.
    pub fn indent_unit(&self) -> &'text str {
        let mut previous = "";
        for (index, line) in self.layout.lines.iter().enumerate() {
            if line.is_blank() || line.continued || self.layout.code_of(index).next().is_none() {
                continue;
            }
            let indent = self.indent(index);
            if let Some(step) = indent.strip_prefix(previous)
                && !step.is_empty()
                && previous.is_empty()
            {
                return step;
            }
            previous = indent;
        }
        "    "
    }

    /// The last line of the statement that starts at `line`, as far as brackets and backslashes tell.
    pub fn last_line_of(&self, line: usize) -> usize {
        let mut last = line;
        while let Some(next) = self.layout.code_after(last) {
            if statement_start(&self.layout, next) != line {
                break;
            }
            last = next;
        }
        last
    }

    /// The line break that this text uses.
    pub fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// The construct that a line begins, by its first words.
    pub fn construct_of(&self, line: usize) -> Option<&'static str> {
        construct(self.layout.code_of(line).map(|token| token.text(self.text)))
    }
}

/// A piece of code as it fits into a message: its first line, at most 24 characters.
pub fn short(code: &str) -> String {
    let line = code.lines().next().unwrap_or("");
    if line.chars().count() > 24 {
        format!("{}…", line.chars().take(23).collect::<String>())
    } else {
        line.to_owned()
    }
}

/// The construct that begins with these words, by its name in the taxonomy's clusters.
pub fn construct<'words>(mut words: impl Iterator<Item = &'words str>) -> Option<&'static str> {
    let first = words.next()?;
    let word = if first == "async" {
        words.next()?
    } else {
        first
    };
    Some(match word {
        "def" => "function_def",
        "class" => "class_def",
        "if" => "if",
        "elif" => "elif",
        "else" => "else",
        "for" => "for",
        "while" => "while",
        "with" => "with",
        "try" => "try",
        "except" => "except",
        "finally" => "finally",
        "match" => "match",
        "case" => "case",
        _ => return None,
    })
}

/// The first line of the statement that line `line` belongs to, as far as brackets and backslashes tell.
pub fn statement_start(layout: &Lines, line: usize) -> usize {
    layout.lines.get(line).map_or(line, |line| line.statement)
}

/// Whether the statement that starts at `line` ends with a colon.
pub fn statement_ends_with_colon(site: &Site<'_>, line: usize) -> bool {
    let end = site
        .layout
        .code_after(line)
        .map_or(site.layout.lines.len(), |after| after);
    let mut last = site.layout.code_of(line).next_back();
    let mut next = end;
    while next < site.layout.lines.len() && statement_start(&site.layout, next) <= line {
        last = site.layout.code_of(next).next_back().or(last);
        next += 1;
    }
    last.is_some_and(|token| site.str(token) == ":")
}

/// Lines before the one where the parser gave up that are suspected at most.
const MAX_SUSPECTS: usize = 12;

fn lone_brackets(layout: &Lines, text: &str) -> Vec<LoneBracket> {
    let mut lone = Vec::new();
    let mut open: Vec<(usize, Bracket)> = Vec::new();
    for (index, line) in layout.lines.iter().enumerate() {
        // A line at the left margin that begins a statement ends every bracket that is still open.
        if line.indent == 0 && !line.continued && begins_statement(layout, index, text) {
            lone.extend(open.drain(..).map(|(opener, _)| LoneBracket::Unclosed {
                opener,
                forced_by: None,
            }));
        }
        for (token_index, token) in (line.first..line.last).zip(layout.tokens_of(index)) {
            match token.kind {
                TokenKind::Open(bracket) => open.push((token_index, bracket)),
                TokenKind::Close(bracket) => match open.last() {
                    Some((_, expected)) if *expected == bracket => {
                        open.pop();
                    }
                    Some((opener, _)) => {
                        // If an outer bracket fits, the inner ones were not closed.
                        if let Some(outer) = open.iter().rposition(|(_, outer)| *outer == bracket) {
                            lone.extend(open.drain(outer + 1..).map(|(opener, _)| {
                                LoneBracket::Unclosed {
                                    opener,
                                    forced_by: Some(token_index),
                                }
                            }));
                            open.pop();
                        } else {
                            lone.push(LoneBracket::Mismatched(*opener, token_index));
                            open.pop();
                        }
                    }
                    None => lone.push(LoneBracket::Unopened(token_index)),
                },
                _ => {}
            }
        }
    }
    lone.extend(open.into_iter().map(|(opener, _)| LoneBracket::Unclosed {
        opener,
        forced_by: None,
    }));
    lone
}

/// Whether a line starts with a word that only a statement can start with.
pub fn begins_statement(layout: &Lines, line: usize, text: &str) -> bool {
    layout
        .code_of(line)
        .next()
        .is_some_and(|token| only_starts_statement(token.text(text)))
}
