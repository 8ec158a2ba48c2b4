//! Lines: how tokens are laid out, for text that need not be Python.

use super::lexer::tokenize;
use super::token::{Token, TokenKind};
use crate::text::Span;

/// One physical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The line without its break.
    pub span: Span,
    /// Bytes of white space before the first token.
    pub indent: usize,
    /// Index of the first token that starts on this line.
    pub first: usize,
    /// Index past the last token that starts on this line, the line break not counted.
    pub last: usize,
    /// Whether it starts inside a string of several lines, or after a backslash.
    pub continued: bool,
    /// Index of the line where its statement starts, as far as brackets and backslashes tell.
    pub statement: usize,
    /// Index of the innermost bracket token that is open where it starts.
    pub inside: Option<usize>,
}

impl Line {
    /// Whether it holds no token and no part of a string.
    pub fn is_blank(&self) -> bool {
        self.first == self.last && !self.continued
    }
}

/// The physical lines of a text and its tokens.
#[derive(Debug, Clone)]
pub struct Lines {
    /// All tokens, trivia included.
    pub tokens: Vec<Token>,
    /// All lines; a text that ends with a break has no empty last line here.
    pub lines: Vec<Line>,
}

impl Lines {
    /// Reads `source`.
    pub fn new(source: &str) -> Self {
        let tokens = tokenize(source);
        let mut lines: Vec<Line> = Vec::new();
        // Open brackets: the line and the index of each one's token.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        let mut first = 0;
        let mut continued = false;
        let mut index = 0;
        while start < source.len() {
            let end = line_end(source, start);
            let next = next_line_start(source, end);
            while tokens
                .get(index)
                .is_some_and(|token| token.span.start < next)
            {
                index += 1;
            }
            let own = tokens.get(first..index).unwrap_or(&[]);
            let breaks = own
                .iter()
                .rev()
                .take_while(|token| token.kind == TokenKind::Newline)
                .count();
            let text = source.get(start..end).unwrap_or("");
            let indent = text.len() - text.trim_start_matches([' ', '\t', '\x0c']).len();
            let begins = own.iter().find(|token| !token.is_trivia());
            if !continued && begins.is_some_and(|token| only_starts_statement(token.text(source))) {
                // Whatever bracket is still open was left open by mistake.
                open.clear();
            }
            let here = lines.len();
            let statement = match open.first() {
                Some((line, _)) => statement_of(&lines, *line),
                None if continued => statement_of(&lines, here.saturating_sub(1)),
                None => here,
            };
            let inside = open.last().map(|(_, token)| *token);
            lines.push(Line {
                span: Span::new(start, end),
                indent,
                first,
                last: index - breaks,
                continued,
                statement,
                inside,
            });
            for (token_index, token) in (first..index).zip(own) {
                match token.kind {
                    TokenKind::Open(_) => open.push((here, token_index)),
                    TokenKind::Close(_) => {
                        open.pop();
                    }
                    _ => {}
                }
            }
            continued = match own.last() {
                Some(token) if token.kind == TokenKind::Continuation => true,
                Some(token) => token.span.end > next,
                None => {
                    continued
                        && tokens
                            .get(index.wrapping_sub(1))
                            .is_some_and(|token| token.span.end > next)
                }
            };
            first = index;
            start = next;
        }
        Self { tokens, lines }
    }

    /// Index of the line that holds byte `offset`; the last line for an offset past the end.
    pub fn line_at(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|line| line.span.start <= offset)
            .saturating_sub(1)
    }

    /// The tokens that start on line `index`, the line break left out.
    pub fn tokens_of(&self, index: usize) -> &[Token] {
        self.lines
            .get(index)
            .and_then(|line| self.tokens.get(line.first..line.last))
            .unwrap_or(&[])
    }

    /// The tokens of line `index` that mean something to the grammar.
    pub fn code_of(&self, index: usize) -> impl DoubleEndedIterator<Item = &Token> + Clone {
        self.tokens_of(index)
            .iter()
            .filter(|token| !token.is_trivia())
    }

    /// The nearest line before `index` that holds code.
    pub fn code_before(&self, index: usize) -> Option<usize> {
        (0..index)
            .rev()
            .find(|line| self.code_of(*line).next().is_some())
    }

    /// The nearest line after `index` that holds code.
    pub fn code_after(&self, index: usize) -> Option<usize> {
        (index + 1..self.lines.len()).find(|line| self.code_of(*line).next().is_some())
    }
}

fn statement_of(lines: &[Line], index: usize) -> usize {
    lines.get(index).map_or(index, |line| line.statement)
}

/// Whether nothing but a statement can start with this word.
pub fn only_starts_statement(word: &str) -> bool {
    matches!(
        word,
        "def"
            | "class"
            | "import"
            | "while"
            | "with"
            | "try"
            | "return"
            | "raise"
            | "del"
            | "assert"
            | "global"
            | "nonlocal"
            | "pass"
            | "break"
            | "continue"
            | "elif"
            | "except"
            | "finally"
            | "@"
    )
}

fn line_end(source: &str, start: usize) -> usize {
    source
        .get(start..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(source.len(), |length| start + length)
}

fn next_line_start(source: &str, end: usize) -> usize {
    let rest = source.get(end..).unwrap_or("");
    end + if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(!rest.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_inside_strings_are_continued() {
        let layout = Lines::new("a = '''x\ny\n'''\nb = 1 + \\\n  2\n");
        let continued: Vec<bool> = layout.lines.iter().map(|line| line.continued).collect();
        assert_eq!(continued, [false, true, true, false, true]);
    }
}
