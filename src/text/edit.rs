use serde::{Deserialize, Serialize};

use super::Span;

/// How certain it is that an edit is what the person means.
///
/// Ordered from least to most certain.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Applicability {
    /// Shown for reading; a person decides and may have to complete it.
    DisplayOnly,
    /// Probably right; applied when a person asks for it.
    Unsafe,
    /// Certain; may be applied with others in one go.
    Safe,
}

/// One replacement in a text.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Edit {
    /// The bytes that are replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

impl Edit {
    /// Puts `text` at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self {
            span: Span::empty(offset),
            replacement: text.into(),
        }
    }

    /// Removes what `span` covers.
    pub fn delete(span: Span) -> Self {
        Self {
            span,
            replacement: String::new(),
        }
    }

    /// Puts `text` in the place of what `span` covers.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            replacement: text.into(),
        }
    }
}

/// Why edits cannot be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits change the same bytes.
    #[error("two edits overlap at byte {0}")]
    Overlap(usize),
    /// An edit lies outside the text or inside a character.
    #[error("an edit at byte {0} does not fit the text")]
    OutOfBounds(usize),
}

/// The text after all `edits`, whose spans refer to `text` as it is before any of them.
///
/// Insertions at the same offset are applied in the order given.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let grown: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
    let mut result = String::with_capacity(text.len() + grown);
    let mut done = 0;
    for edit in ordered {
        if edit.span.start < done {
            return Err(EditError::Overlap(edit.span.start));
        }
        let kept = text
            .get(done..edit.span.start)
            .ok_or(EditError::OutOfBounds(edit.span.start))?;
        if !text.is_char_boundary(edit.span.end) {
            return Err(EditError::OutOfBounds(edit.span.end));
        }
        result.push_str(kept);
        result.push_str(&edit.replacement);
        done = edit.span.end;
    }
    result.push_str(text.get(done..).ok_or(EditError::OutOfBounds(done))?);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_refer_to_the_text_before() {
        let edits = [
            Edit::replace(Span::new(4, 5), "=="),
            Edit::insert(0, "if "),
            Edit::insert(7, ":"),
        ];
        assert_eq!(apply("a b = 3", &edits).as_deref(), Ok("if a b == 3:"));
    }

    #[test]
    fn refuses_overlap_and_what_is_outside() {
        let overlapping = [Edit::delete(Span::new(0, 2)), Edit::delete(Span::new(1, 3))];
        assert_eq!(apply("abc", &overlapping), Err(EditError::Overlap(1)));
        assert_eq!(
            apply("é", &[Edit::insert(1, "x")]),
            Err(EditError::OutOfBounds(1))
        );
        assert_eq!(
            apply("a", &[Edit::delete(Span::new(0, 9))]),
            Err(EditError::OutOfBounds(9))
        );
    }
}
