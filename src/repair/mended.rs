//! A text that is mended piece by piece, from left to right.

use super::piece::{Kept, Piece};
use crate::text::{Edit, Span};

/// How far a text is mended.
#[derive(Debug)]
pub struct Mended<'text> {
    /// The text as it was.
    pub before: &'text str,
    /// Offset in it up to which everything is done.
    pub done: usize,
    text: String,
    /// What was changed, each edit in the text that those before it left behind.
    edits: Vec<Edit>,
}

/// A piece on its own, and how it comes about from the text as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The heads and the lines.
    pub text: String,
    /// Bytes of heads.
    pub head: usize,
    /// Where the lines begin in the text as it is now.
    pub start: usize,
    /// The edits that leave of the text as it is now only the heads and what follows them.
    pub cuts: Vec<Edit>,
}

impl Excerpt {
    fn cut(&mut self, from: usize, to: usize, stand_in: &str) {
        self.cuts.push(Edit::replace(Span::new(from, to), stand_in));
    }
}

impl<'text> Mended<'text> {
    /// Nothing of `before` is done.
    pub fn new(before: &'text str) -> Self {
        Self {
            before,
            done: 0,
            text: String::with_capacity(before.len() + before.len() / 16),
            edits: Vec::new(),
        }
    }

    /// The piece on its own; `None` if some of it lies before what is done and some behind.
    pub fn excerpt(&self, piece: &Piece) -> Option<Excerpt> {
        let (lines, own) = self.now(piece.span)?;
        let mut excerpt = Excerpt {
            text: String::new(),
            head: 0,
            start: lines.start,
            cuts: Vec::new(),
        };
        let mut done = 0;
        for Kept { stand_in, span } in &piece.heads {
            let (now, head) = self.now(*span)?;
            excerpt.cut(done, now.start, stand_in);
            excerpt.text.push_str(stand_in);
            excerpt.text.push_str(head);
            done = now.end;
        }
        excerpt.cut(done, excerpt.start, "");
        excerpt.head = excerpt.text.len();
        excerpt.text.push_str(own);
        Some(excerpt)
    }

    /// Puts `lines` in the place of the lines of a piece that lies behind everything that is done. `edits` say how they
    /// came about, in terms of the whole text: each in the text that those before it left behind.
    pub fn push(&mut self, piece: &Piece, lines: &str, edits: Vec<Edit>) {
        self.text
            .push_str(Span::new(self.done, piece.span.start).of(self.before));
        self.text.push_str(lines);
        self.done = piece.span.end;
        self.edits.extend(edits);
    }

    /// The whole text as it is now.
    pub fn finish(mut self) -> String {
        self.text
            .push_str(self.before.get(self.done..).unwrap_or(""));
        self.text
    }

    /// Where a part of the text as it was is now, and what it is now; `None` if only some of it is done.
    fn now(&self, span: Span) -> Option<(Span, &str)> {
        if span.start >= self.done {
            let at = |offset: usize| offset - self.done + self.text.len();
            let now = Span::new(at(span.start), at(span.end));
            return Some((now, span.of(self.before)));
        }
        let now = Span::new(self.follow(span.start), self.follow(span.end));
        (span.end <= self.done).then(|| (now, now.of(&self.text)))
    }

    /// Where the character at `offset` is now; where its successor is, if it is gone.
    fn follow(&self, offset: usize) -> usize {
        self.edits.iter().fold(offset, |offset, edit| {
            if offset < edit.span.start || edit.span.is_empty() && offset == edit.span.start {
                offset
            } else if offset >= edit.span.end {
                offset - edit.span.end + edit.span.start + edit.replacement.len()
            } else {
                edit.span.start + edit.replacement.len()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply;

    const TEXT: &str = "x\nclass A:\n  y\n  if y:\n    z\n  else:\n    a\n    b\n";

    fn at(part: &str) -> usize {
        TEXT.find(part).expect("it is there")
    }

    fn kept(stand_in: &str, start: &str, end: &str) -> Kept {
        Kept {
            stand_in: stand_in.to_owned(),
            span: Span::new(at(start), at(end)),
        }
    }

    #[test]
    fn an_excerpt_is_the_text_without_what_is_cut() {
        let mut mended = Mended::new(TEXT);
        let class = Span::new(at("class"), at("  y"));
        let colon = Edit::insert(at(":"), "(B)");
        mended.push(&Piece::plain(class), "class A(B):\n", vec![colon]);
        let piece = Piece {
            heads: vec![
                kept("", "class", "  y"),
                kept("  if 0: 0\n", "  else", "    a"),
            ],
            span: Span::new(at("    b"), TEXT.len()),
        };
        let excerpt = mended.excerpt(&piece).expect("all of it is done or not");
        assert_eq!(excerpt.text, "class A(B):\n  if 0: 0\n  else:\n    b\n");
        let now = mended.finish();
        assert_eq!(now, TEXT.replace("A", "A(B)"));
        assert_eq!(now.get(excerpt.start..), Some("    b\n"));
        assert_eq!(apply(&now, &excerpt.cuts), Ok(excerpt.text));
    }

    #[test]
    fn what_is_half_done_is_no_piece() {
        let mut mended = Mended::new(TEXT);
        let lines = Span::new(at("  if y"), at("    z"));
        mended.push(&Piece::plain(lines), "  if y:\n", Vec::new());
        let piece = Piece::plain(Span::new(at("  if y"), TEXT.len()));
        assert_eq!(mended.excerpt(&piece), None);
    }
}
