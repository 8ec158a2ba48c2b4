//! What was changed so far, and how to say it in terms of the text that the person sees.

use crate::text::{Edit, Span};

/// Edits made one after the other, each to the text that the one before left behind.
#[derive(Debug, Default, Clone)]
pub struct History {
    edits: Vec<Edit>,
}

impl History {
    /// Adds edits that were made together; their spans refer to the text before all of them.
    pub fn push(&mut self, edits: &[Edit]) {
        let mut ordered: Vec<Edit> = edits.to_vec();
        ordered.sort();
        // From the back, so that each one's span still holds when it is made.
        self.edits.extend(ordered.into_iter().rev());
    }

    /// How many edits there are.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// The edits after the first `length`, each to the text that the one before left behind.
    pub fn since(&self, length: usize) -> &[Edit] {
        self.edits.get(length..).unwrap_or_default()
    }

    /// Forgets all edits but the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.edits.truncate(length);
    }

    /// The offset in the first text that `offset` in the latest one comes from.
    ///
    /// What lies inside an insertion comes from the place where it was inserted.
    pub fn original(&self, offset: usize) -> usize {
        self.edits.iter().rev().fold(offset, |offset, edit| {
            let inserted_end = edit.span.start + edit.replacement.len();
            if offset < edit.span.start {
                offset
            } else if offset >= inserted_end {
                offset - inserted_end + edit.span.end
            } else {
                edit.span.start
            }
        })
    }

    /// The same for both ends of a span.
    pub fn original_span(&self, span: Span) -> Span {
        Span::new(self.original(span.start), self.original(span.end))
    }

    /// The same for edits of the latest text, in the order of the first.
    pub fn original_edits(&self, edits: &[Edit]) -> Vec<Edit> {
        let original =
            |edit: &Edit| Edit::replace(self.original_span(edit.span), edit.replacement.clone());
        let mut edits: Vec<Edit> = edits.iter().map(original).collect();
        edits.sort();
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_followed_back() {
        let mut history = History::default();
        history.push(&[Edit::insert(3, ":"), Edit::insert(0, "ab")]); // "xyz tail" -> "abxyz: tail"
        history.push(&[Edit::delete(Span::new(6, 7))]);
        assert_eq!(history.original(2), 0);
        assert_eq!(history.original(5), 3);
        assert_eq!(history.original(6), 4);
        assert_eq!(history.original(9), 7);
    }
}
