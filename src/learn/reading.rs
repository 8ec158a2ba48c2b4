//! A text as templates see it: tokens one after the other, with the beginnings of lines among them.

use super::template::{Class, Depth, Item};
use crate::lang::python::{Token, TokenKind, tokens};
use crate::text::Span;

/// Names that Python itself gives a meaning to, now or in version 2: they stand for themselves.
const SPOKEN: [&str; 12] = [
    "print",
    "exec",
    "self",
    "cls",
    "range",
    "xrange",
    "input",
    "raw_input",
    "len",
    "match",
    "case",
    "type",
];

/// A token, or the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub sort: Sort,
    /// Where it is: a line's beginning goes from the end of what is before it to its first token.
    pub span: Span,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Stands for itself: a keyword, an operator, a bracket.
    Fixed,
    /// One of a class.
    One(Class),
    /// A line begins.
    Line(Depth),
}

/// A text and its pieces.
#[derive(Debug)]
pub struct Reading<'text> {
    /// The text.
    pub text: &'text str,
    /// Its pieces, from left to right; none overlap.
    pub pieces: Vec<Piece>,
}

impl<'text> Reading<'text> {
    /// Reads `text`.
    ///
    /// A string without an end is taken apart: its quote is one piece, and what follows is read as code. So the place
    /// where the other quote belongs lies between two pieces.
    pub fn new(text: &'text str) -> Self {
        let mut reading = Self {
            text,
            pieces: Vec::new(),
        };
        reading.read(Span::new(0, text.len()));
        reading.mark_lines();
        reading
    }

    fn read(&mut self, span: Span) {
        for token in tokens(span.of(self.text)) {
            let token = Token {
                span: token.span.shifted(span.start),
                ..token
            };
            let sort = match token.kind {
                TokenKind::Newline | TokenKind::Continuation => continue,
                TokenKind::String { closed: false, .. } => {
                    self.take_apart(token.span);
                    continue;
                }
                TokenKind::Name if SPOKEN.contains(&token.text(self.text)) => Sort::Fixed,
                TokenKind::Name => Sort::One(Class::Name),
                TokenKind::Number => Sort::One(Class::Number),
                TokenKind::String { .. } => Sort::One(Class::String),
                TokenKind::Comment => Sort::One(Class::Comment),
                TokenKind::Keyword
                | TokenKind::Operator
                | TokenKind::Open(_)
                | TokenKind::Close(_)
                | TokenKind::Unknown => Sort::Fixed,
            };
            self.pieces.push(Piece {
                sort,
                span: token.span,
            });
        }
    }

    fn take_apart(&mut self, string: Span) {
        let written = string.of(self.text);
        let prefix = written.find(['\'', '"']).unwrap_or(0);
        let rest = written.get(prefix..).unwrap_or("");
        let quotes = if rest.starts_with("'''") || rest.starts_with("\"\"\"") {
            3
        } else {
            1
        };
        let start = string.start + prefix;
        if prefix > 0 {
            self.pieces.push(Piece {
                sort: Sort::Fixed,
                span: Span::new(string.start, start),
            });
        }
        let quote = Span::new(start, (start + quotes).min(string.end));
        self.pieces.push(Piece {
            sort: Sort::One(Class::Quote),
            span: quote,
        });
        if quotes == 1 {
            self.read(Span::new(quote.end, string.end));
        }
    }

    /// Puts in where lines of code begin.
    fn mark_lines(&mut self) {
        let mut marked = Vec::with_capacity(self.pieces.len() + self.pieces.len() / 4);
        let mut end = 0;
        let mut indent_before: Option<&str> = None;
        for piece in &self.pieces {
            let gap = Span::new(end, piece.span.start);
            let written = gap.of(self.text);
            let is_first = end == 0;
            if is_first || written.contains(['\n', '\r']) {
                let indent = indent_of(written);
                let depth = indent_before.map_or(Depth::Same, |before| depth(before, indent));
                if piece.sort != Sort::One(Class::Comment) {
                    indent_before = Some(indent);
                }
                if !is_first {
                    marked.push(Piece {
                        sort: Sort::Line(depth),
                        span: gap,
                    });
                }
            }
            end = piece.span.end;
            marked.push(*piece);
        }
        self.pieces = marked;
    }

    /// The text of the piece at `index`; empty past either end.
    pub fn written(&self, index: usize) -> &'text str {
        self.pieces
            .get(index)
            .map_or("", |piece| piece.span.of(self.text))
    }

    /// The white space before the first token of the line that begins with the piece at `index`.
    pub fn indent(&self, index: usize) -> &'text str {
        indent_of(self.written(index))
    }

    /// What stands at `index`, or at an edge of the text for `None` and past the end.
    pub fn item(&self, index: Option<usize>, holes: &mut Holes<'text>) -> Item {
        let Some(piece) = index.and_then(|index| self.pieces.get(index)) else {
            return Item::Edge;
        };
        let written = piece.span.of(self.text);
        match piece.sort {
            Sort::Fixed => Item::Text(written.to_owned()),
            Sort::Line(depth) => Item::Line(depth),
            Sort::One(class) => Item::Hole(class, holes.of(written)),
        }
    }
}

/// What fills the holes of a template, by their numbers.
#[derive(Debug, Default, Clone)]
pub struct Holes<'text>(Vec<&'text str>);

impl<'text> Holes<'text> {
    /// The hole that `written` fills, a new one if there is none yet.
    pub fn of(&mut self, written: &'text str) -> u8 {
        let known = self.0.iter().position(|known| *known == written);
        let at = known.unwrap_or_else(|| {
            self.0.push(written);
            self.0.len() - 1
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }

    /// The hole that `written` fills, if there is one.
    pub fn known(&self, written: &str) -> Option<u8> {
        let at = self.0.iter().position(|known| *known == written)?;
        u8::try_from(at).ok()
    }
}

/// The white space at the end of a gap in which a line begins.
fn indent_of(gap: &str) -> &str {
    let start = gap.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    gap.get(start..).unwrap_or("")
}

/// How deep a line is beside the one before it, by the white space before them.
pub fn depth(before: &str, own: &str) -> Depth {
    match own.len().cmp(&before.len()) {
        std::cmp::Ordering::Less => Depth::Shallower,
        std::cmp::Ordering::Equal => Depth::Same,
        std::cmp::Ordering::Greater => Depth::Deeper,
    }
}

impl<'text> Reading<'text> {
    /// Index of the piece that holds byte `offset`, or of the next one.
    pub fn at(&self, offset: usize) -> usize {
        self.pieces
            .partition_point(|piece| piece.span.end <= offset)
    }

    /// Index of the first token of the line that the piece at `index` is on.
    pub fn line_start(&self, index: usize) -> usize {
        let index = index.min(self.pieces.len());
        let before = self.pieces.get(..index).unwrap_or(&[]);
        before
            .iter()
            .rposition(|piece| matches!(piece.sort, Sort::Line(_)))
            .map_or(0, |at| at + 1)
    }

    /// The nearest quote before the piece at `index` that nothing closes.
    pub fn open_quote(&self, index: usize) -> Option<&'text str> {
        let before = self.pieces.get(..index)?;
        let quote = before
            .iter()
            .rfind(|piece| piece.sort == Sort::One(Class::Quote))?;
        Some(quote.span.of(self.text))
    }

    /// What the piece at `index` is: a keyword, sign or well-known name as it is, else only its class.
    pub fn kind(&self, index: usize) -> String {
        match self.pieces.get(index).map(|piece| piece.sort) {
            Some(Sort::Fixed) => self.written(index).to_owned(),
            Some(Sort::One(class)) => format!("{class:?}").to_lowercase(),
            Some(Sort::Line(_)) => "line".to_owned(),
            None => "end".to_owned(),
        }
    }

    /// The white space before the line of code that the piece at `index` is on.
    pub fn line_indent(&self, index: usize) -> &str {
        match self.line_start(index).checked_sub(1) {
            Some(line) => self.indent(line),
            None => self
                .text
                .get(..self.text.len() - self.text.trim_start_matches([' ', '\t']).len())
                .unwrap_or(""),
        }
    }

    /// The indentation of one level: what the first line that is indented further than the one before it has more.
    pub fn unit(&self) -> &str {
        let mut before = "";
        for (index, piece) in self.pieces.iter().enumerate() {
            let Sort::Line(depth) = piece.sort else {
                continue;
            };
            let indent = self.indent(index);
            if depth == Depth::Deeper
                && let Some(more) = indent.strip_prefix(before)
            {
                return more;
            }
            before = indent;
        }
        "    "
    }

    /// The white space with which a line at `index` is so deep beside the line before it; `now` is what it has, if there
    /// is such a line already.
    pub fn indent_for(&self, index: usize, depth: Depth, now: Option<&str>) -> String {
        let before = self.line_indent(index);
        match depth {
            Depth::Same => before.to_owned(),
            Depth::Deeper => format!("{before}{}", self.unit()),
            Depth::Shallower => {
                let outer = self.outer_indents(index, before.len());
                let now = now.map_or(usize::MAX, str::len);
                let nearest = outer
                    .into_iter()
                    .min_by_key(|level| level.len().abs_diff(now));
                nearest.unwrap_or("").to_owned()
            }
        }
    }

    /// The indentations of the blocks around the line before `index` that are less than `width`, from the inside out.
    fn outer_indents(&self, index: usize, mut width: usize) -> Vec<&str> {
        let mut outer = Vec::new();
        let before = self.pieces.get(..index).unwrap_or(&[]);
        for (at, piece) in before.iter().enumerate().rev() {
            if matches!(piece.sort, Sort::Line(_)) && self.indent(at).len() < width {
                outer.push(self.indent(at));
                width = self.indent(at).len();
            }
        }
        if width > 0 {
            outer.push("");
        }
        outer
    }

    /// Indexes of the beginnings of the lines that follow the one at `line` and are indented at least as far.
    pub fn block(&self, line: usize) -> Vec<usize> {
        let width = self.indent(line).len();
        let rest = self.pieces.iter().enumerate().skip(line + 1);
        rest.filter(|(_, piece)| matches!(piece.sort, Sort::Line(_)))
            .map(|(at, _)| at)
            .take_while(|at| self.indent(*at).len() >= width)
            .collect()
    }
}
