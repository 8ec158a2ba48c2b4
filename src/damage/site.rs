//! A piece of a program as the operators look at it.

use std::ops::Range;

use fastrand::Rng;

use crate::lang::python::{Lines, Token, TokenKind};
use crate::text::Span;

/// A valid text with its lines and tokens. Tokens are named by their place in `code`, lines by theirs from zero.
pub struct Site<'source> {
    /// The text.
    pub source: &'source str,
    /// Its lines, with all tokens.
    pub lines: Lines,
    /// The tokens that mean something to the grammar.
    pub code: Vec<Token>,
    /// How many brackets are open around each of `code`; a bracket does not stand inside itself.
    pub depth: Vec<usize>,
}

/// A header with the lines that belong to it.
pub struct Block {
    /// The line on which the statement starts.
    pub header: usize,
    /// The colon that ends the header.
    pub colon: usize,
    /// The lines of the body, blank ones at its end left out.
    pub body: Range<usize>,
}

/// One of `items`; `None` if there are none.
pub fn pick<T>(random: &mut Rng, items: impl Iterator<Item = T>) -> Option<T> {
    let items: Vec<T> = items.collect();
    random.choice(items)
}

impl<'source> Site<'source> {
    /// Looks at `source`.
    pub fn new(source: &'source str) -> Self {
        let lines = Lines::new(source);
        let code: Vec<Token> = lines
            .tokens
            .iter()
            .filter(|token| !token.is_trivia())
            .copied()
            .collect();
        let mut open = 0usize;
        let depth = code
            .iter()
            .map(|token| match token.kind {
                TokenKind::Open(_) => {
                    open += 1;
                    open - 1
                }
                TokenKind::Close(_) => {
                    open = open.saturating_sub(1);
                    open
                }
                _ => open,
            })
            .collect();
        Self {
            source,
            lines,
            code,
            depth,
        }
    }

    /// Every token that `holds` for.
    pub fn tokens(&self, holds: impl Fn(usize) -> bool) -> impl Iterator<Item = usize> {
        (0..self.code.len()).filter(move |index| holds(*index))
    }

    /// What is written there; nothing past the ends.
    pub fn text(&self, token: usize) -> &'source str {
        self.code
            .get(token)
            .map_or("", |token| token.text(self.source))
    }

    /// What is written before; nothing at the start.
    pub fn before(&self, token: usize) -> &'source str {
        token
            .checked_sub(1)
            .map_or("", |previous| self.text(previous))
    }

    /// Where it is; empty past the ends.
    pub fn span(&self, token: usize) -> Span {
        self.code
            .get(token)
            .map_or(Span::empty(self.source.len()), |token| token.span)
    }

    /// What kind of token it is.
    pub fn kind(&self, token: usize) -> Option<TokenKind> {
        self.code.get(token).map(|token| token.kind)
    }

    /// Whether it stands inside no bracket.
    pub fn outside(&self, token: usize) -> bool {
        self.depth.get(token) == Some(&0)
    }

    /// Whether an expression can end with it.
    pub fn ends_operand(&self, token: usize) -> bool {
        self.code
            .get(token)
            .is_some_and(|token| token.ends_operand(self.source))
    }

    /// Whether an expression can start with it.
    pub fn starts_operand(&self, token: usize) -> bool {
        self.code
            .get(token)
            .is_some_and(|token| token.starts_operand(self.source))
    }

    /// The line that holds it.
    pub fn line(&self, token: usize) -> usize {
        self.lines.line_at(self.span(token).start)
    }

    /// Whether it is the last one of its line.
    pub fn ends_line(&self, token: usize) -> bool {
        self.line(token + 1) != self.line(token) || token + 1 >= self.code.len()
    }

    /// The first word of the statement in which it stands.
    pub fn statement_word(&self, token: usize) -> &'source str {
        let line = self.line(token);
        let start = self
            .lines
            .lines
            .get(line)
            .map_or(line, |line| line.statement);
        self.lines
            .code_of(start)
            .next()
            .map_or("", |token| token.text(self.source))
    }

    /// The bytes of a line, its break left out.
    pub fn line_span(&self, line: usize) -> Span {
        self.lines
            .lines
            .get(line)
            .map_or(Span::empty(self.source.len()), |line| line.span)
    }

    /// The white space before a line's first token.
    pub fn margin(&self, line: usize) -> &'source str {
        let span = self.line_span(line);
        Span::new(span.start, span.start + self.indent(line)).of(self.source)
    }

    /// The bytes of white space before a line's first token.
    pub fn indent(&self, line: usize) -> usize {
        self.lines.lines.get(line).map_or(0, |line| line.indent)
    }

    /// Whether a statement starts on this line.
    pub fn starts_statement(&self, line: usize) -> bool {
        self.lines
            .lines
            .get(line)
            .is_some_and(|found| found.statement == line && !found.continued)
            && self.lines.code_of(line).next().is_some()
    }

    /// The lines on which statements start.
    pub fn statements(&self) -> impl Iterator<Item = usize> {
        (0..self.lines.lines.len()).filter(|line| self.starts_statement(*line))
    }

    /// The lines of the statement that starts on `line`, brackets and strings of several lines included.
    pub fn statement(&self, line: usize) -> Range<usize> {
        let following = self.lines.lines.iter().skip(line + 1);
        let own = following.take_while(|next| next.statement == line).count();
        line..line + 1 + own
    }

    /// Every header whose body stands on lines of its own.
    pub fn blocks(&self) -> Vec<Block> {
        let starts: Vec<usize> = self.statements().collect();
        let mut blocks = Vec::new();
        for colon in self
            .tokens(|token| self.text(token) == ":" && self.outside(token) && self.ends_line(token))
        {
            let last = self.line(colon);
            let header = self
                .lines
                .lines
                .get(last)
                .map_or(last, |line| line.statement);
            let mut following = starts.iter().copied().filter(|line| *line > last);
            let Some(first) = following
                .next()
                .filter(|line| self.indent(*line) > self.indent(header))
            else {
                continue;
            };
            let past = following
                .find(|line| self.indent(*line) <= self.indent(header))
                .unwrap_or(self.lines.lines.len());
            let past = self.lines.code_before(past).map_or(past, |line| {
                // A string of several lines ends with lines that hold no token.
                self.statement(
                    self.lines
                        .lines
                        .get(line)
                        .map_or(line, |line| line.statement),
                )
                .end
            });
            blocks.push(Block {
                header,
                colon,
                body: first..past,
            });
        }
        blocks
    }
}
