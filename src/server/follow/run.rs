//! Where a person types, and when they go elsewhere.

use super::track::{Hunk, Side};
use crate::text::{Document, Span};

/// Changes one after the other at one place: on one line, or on to the next where the text flows on.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What was typed last.
    caret: Option<Span>,
}

impl Run {
    /// Whether one of the changes goes on where the person was. The first change of all does.
    pub fn goes_on(&self, document: &Document, hunks: &[Hunk]) -> bool {
        let Some(mut caret) = self.caret else {
            return true;
        };
        let line = document.line_of(caret.end);
        hunks.iter().any(|hunk| {
            let goes_on =
                hunk.line == line || hunk.goes_on_at(caret.end) || hunk.goes_on_at(caret.start);
            caret = hunk.around(caret);
            goes_on
        })
    }

    /// Takes the changes of one message up.
    pub fn take(&mut self, document: &Document, hunks: &[Hunk]) {
        let line = self.caret.map(|caret| document.line_of(caret.end));
        let mut caret = self.caret;
        let mut is_here = false;
        for hunk in hunks {
            let goes_on = caret.is_some_and(|caret| {
                Some(hunk.line) == line
                    || hunk.goes_on_at(caret.end)
                    || hunk.goes_on_at(caret.start)
            });
            // Beside what was typed here, an editor may change something elsewhere, such as an import.
            if goes_on || !is_here {
                caret = Some(hunk.after());
            } else {
                caret = caret.map(|caret| {
                    let end = hunk.moved(caret.end, Side::Left);
                    Span::new(hunk.moved(caret.start, Side::Right).min(end), end)
                });
            }
            is_here |= goes_on;
        }
        self.caret = caret;
    }

    /// Where the person is.
    pub fn caret(&self) -> usize {
        self.caret.map_or(0, |caret| caret.end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::track::{Change, change};
    use super::*;
    use crate::text::{Position, PositionEncoding};

    /// What is typed where, and whether that goes on from what was typed before.
    fn typed(text: &str, changes: &[((u32, u32), &str, bool)]) {
        let mut document = Document::new(text, 1);
        let mut run = Run::default();
        for ((line, character), text, expected) in changes {
            let at = Position {
                line: *line,
                character: *character,
            };
            let before = document.clone();
            let all = Change {
                range: Some((at, at)),
                text,
            };
            let hunks = change(&mut document, &all, PositionEncoding::Utf8).expect("in order");
            assert_eq!(run.goes_on(&before, &hunks), *expected, "{text}");
            run.take(&before, &hunks);
        }
    }

    #[test]
    fn typing_goes_on_over_lines_and_closed_brackets() {
        let changes = [
            ((0, 0), "f", true),
            ((0, 1), "()", true),
            ((0, 2), "a", true),
            ((0, 4), "\n    ", true),
            ((1, 4), "b", true),
            ((3, 0), "c", false),
            ((3, 0), "d", true),
            ((0, 0), "e", false),
        ];
        typed("\n\n\n\n", &changes);
    }
}
