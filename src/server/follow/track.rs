//! Changes of a document as they come, and where places are after them.

use crate::text::{Document, DocumentError, Edit, Position, PositionEncoding, Span, edits_between};

/// Lines of the texts between which differences are looked for; beyond that all of it counts as changed.
const MAX_COMPARED: usize = 2_000;

/// A change of text from the client.
pub struct Change<'message> {
    /// What is replaced; `None`: everything.
    pub range: Option<(Position, Position)>,
    /// What stands there afterwards.
    pub text: &'message str,
}

/// One replacement, in the text right before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// What is replaced.
    pub span: Span,
    /// What stood there.
    pub removed: String,
    /// What stands there now.
    pub inserted: String,
    /// The line of its start, from zero.
    pub line: usize,
    /// The line before it.
    pub head: String,
    /// The line after it.
    pub rest: String,
    /// Whether the client replaced whole lines of which only a part differs, as programs do and no hand does.
    pub is_cut_out: bool,
}

/// On which side of what is inserted there a place stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

impl Hunk {
    fn new(document: &Document, edit: Edit, is_cut_out: bool) -> Self {
        let line = document.line_of(edit.span.start);
        let end = document.line_start(document.line_of(edit.span.end) + 1);
        let head = document.slice(Span::new(document.line_start(line), edit.span.start));
        let rest = document.slice(Span::new(edit.span.end, end));
        Self {
            removed: document.slice(edit.span),
            span: edit.span,
            inserted: edit.replacement,
            line,
            head,
            rest: rest.trim_end_matches(['\n', '\r']).to_owned(),
            is_cut_out,
        }
    }

    /// Where what was inserted is afterwards.
    pub fn after(&self) -> Span {
        Span::new(self.span.start, self.span.start + self.inserted.len())
    }

    /// Whether only blanks and line breaks come or go.
    pub fn is_blank(&self) -> bool {
        self.inserted.trim().is_empty() && self.removed.trim().is_empty()
    }

    /// Where byte `at` is after it.
    pub fn moved(&self, at: usize, side: Side) -> usize {
        let (Span { start, end }, after) = (self.span, self.after());
        if at < start || at == start && (start < end || side == Side::Left) {
            at
        } else if at >= end {
            at - end + after.end
        } else if side == Side::Left {
            start
        } else {
            after.end
        }
    }

    /// Where a place is after it, without what is inserted at its ends.
    pub fn inside(&self, place: Span) -> Span {
        if place.is_empty() {
            return Span::empty(self.moved(place.start, Side::Left));
        }
        let start = self.moved(place.start, Side::Right);
        let end = self.moved(place.end, Side::Left);
        Span::new(start, end.max(start))
    }

    /// Where a place is after it, with what is inserted at its ends.
    pub fn around(&self, place: Span) -> Span {
        let start = self.moved(place.start, Side::Left);
        let end = self.moved(place.end, Side::Right);
        Span::new(start, end.max(start))
    }

    /// Whether whoever was at byte `at` last went on there: at it, beyond brackets and quotes that an editor closed by
    /// itself, or at the end of its line.
    pub fn goes_on_at(&self, at: usize) -> bool {
        let (Span { start, end }, head, rest) = (self.span, &self.head, &self.rest);
        if self.span.touches(at) {
            return true;
        }
        let gap = if at < start {
            (head.len() + at)
                .checked_sub(start)
                .and_then(|from| head.get(from..))
        } else {
            rest.get(..at - end)
        };
        let ends_line = rest.trim().is_empty() || rest.trim_start().starts_with('#');
        gap.is_some_and(|gap| ends_line || gap.chars().all(closes))
    }
}

/// Whether an editor writes it by itself, or a person steps over it.
fn closes(character: char) -> bool {
    matches!(character, ')' | ']' | '}' | '"' | '\'' | ':' | ';' | ',') || character.is_whitespace()
}

/// Changes a document, and tells what that does to it in the fewest characters, in the order in which it is done.
///
/// # Errors
/// If the range makes no sense; the document is then as it was.
pub fn change(
    document: &mut Document,
    change: &Change<'_>,
    encoding: PositionEncoding,
) -> Result<Vec<Hunk>, DocumentError> {
    let span = match change.range {
        None => Span::new(0, document.len()),
        Some((start, end)) => document.span(start, end, encoding)?,
    };
    let removed = document.slice(span);
    let is_cut_out =
        change.range.is_some() && replaces_lines(document, span, &removed, change.text);
    // From the last one to the first, so that each is where it says.
    let hunks = differences(&removed, change.text)
        .into_iter()
        .rev()
        .map(|edit| Edit::replace(edit.span.shifted(span.start), edit.replacement))
        .map(|edit| Hunk::new(document, edit, is_cut_out))
        .collect();
    match change.range {
        None => document.replace_all(change.text),
        Some((start, end)) => document.replace_range(start, end, encoding, change.text)?,
    }
    Ok(hunks)
}

/// Whether whole lines are replaced by others that they have something in common with.
fn replaces_lines(document: &Document, span: Span, removed: &str, inserted: &str) -> bool {
    let starts_line = document.line_start(document.line_of(span.start)) == span.start;
    let next = document.slice(Span::new(span.end, span.end + 1));
    let ends_line = removed.ends_with('\n') || matches!(next.as_str(), "" | "\n" | "\r");
    let has_lines = |text: &str| !text.trim().is_empty();
    starts_line
        && ends_line
        && has_lines(removed)
        && has_lines(inserted)
        && removed.trim_start().chars().next() == inserted.trim_start().chars().next()
}

fn differences(before: &str, after: &str) -> Vec<Edit> {
    let is_long = |text: &str| text.lines().nth(MAX_COMPARED).is_some();
    if before.is_empty() || after.is_empty() || is_long(before) || is_long(after) {
        return match before == after {
            true => Vec::new(),
            false => vec![Edit::replace(Span::new(0, before.len()), after)],
        };
    }
    edits_between(before, after)
}

/// Lines that a person changes at once, with the keyboard or from the clipboard.
const MAX_LINES: usize = 5;

/// Whether one message changes so much, or in so many places, that no hand did it: a formatter, a rename, another version
/// of the file.
pub fn is_by_tool(hunks: &[Hunk]) -> bool {
    let lines = hunks.iter().map(|hunk| hunk.line);
    let spread = lines.clone().max().unwrap_or(0) - lines.min().unwrap_or(0);
    spread > 1
        || hunks.iter().any(|hunk| {
            let breaks = |text: &str| text.matches('\n').count();
            hunk.is_cut_out
                || breaks(&hunk.removed) > MAX_LINES
                || breaks(&hunk.inserted) > MAX_LINES
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(start: usize, removed: &str, inserted: &str) -> Hunk {
        Hunk {
            span: Span::new(start, start + removed.len()),
            removed: removed.to_owned(),
            inserted: inserted.to_owned(),
            line: 0,
            head: String::new(),
            rest: String::new(),
            is_cut_out: false,
        }
    }

    #[test]
    fn places_stay_where_they_are_in_the_text() {
        let insertion = hunk(4, "", "xy");
        assert_eq!(insertion.inside(Span::new(4, 6)), Span::new(6, 8));
        assert_eq!(insertion.around(Span::new(2, 4)), Span::new(2, 6));
        assert_eq!(insertion.inside(Span::new(2, 4)), Span::new(2, 4));
        assert_eq!(insertion.inside(Span::empty(4)), Span::empty(4));
        let deletion = hunk(2, "abcd", "");
        assert_eq!(deletion.inside(Span::new(3, 9)), Span::new(2, 5));
        assert_eq!(deletion.inside(Span::new(3, 5)), Span::empty(2));
    }

    #[test]
    fn a_change_of_everything_is_what_it_changes() {
        let mut document = Document::new("a = 1\nb = 2\nc = 3\n", 1);
        let all = Change {
            range: None,
            text: "a = 1\nb = 20\nc = 4\n",
        };
        let hunks =
            change(&mut document, &all, PositionEncoding::Utf8).expect("no range, no error");
        let found: Vec<_> = hunks
            .iter()
            .map(|hunk| (hunk.line, hunk.removed.as_str(), hunk.inserted.as_str()))
            .collect();
        assert_eq!(found, [(1, "\nc = 3", "0\nc = 4")]);
        assert_eq!(document.text(), "a = 1\nb = 20\nc = 4\n");
    }

    #[test]
    fn going_on_is_going_on_beyond_what_the_editor_closed() {
        let at_end = Hunk {
            head: "foo(a)".to_owned(),
            ..hunk(6, "", ".")
        };
        assert!(at_end.goes_on_at(5), "right before the bracket");
        assert!(at_end.goes_on_at(4), "the end of the line");
        let within = Hunk {
            head: "foo(a".to_owned(),
            rest: ", b)".to_owned(),
            ..hunk(5, "", "x")
        };
        assert!(within.goes_on_at(5));
        assert!(!within.goes_on_at(2));
        assert!(!within.goes_on_at(8));
        assert!(!within.goes_on_at(40), "another line");
    }
}
