use similar::{Algorithm, DiffOp, TextDiff};

use super::{Edit, Span, apply};

/// The smallest line-wise edits that turn `before` into `after`, each shrunk to the characters that differ.
pub fn edits_between(before: &str, after: &str) -> Vec<Edit> {
    line_edits(before, after)
        .into_iter()
        .map(|edit| shrink(before, edit))
        .collect()
}

/// The same change, with every changed line that has more than ASCII replaced from its beginning to the next one: right
/// whatever a column counts. `None` if the edits do not fit the text.
pub fn without_columns(text: &str, edits: &[Edit]) -> Option<Vec<Edit>> {
    let after = apply(text, edits).ok()?;
    let by_line = line_edits(text, &after).into_iter();
    Some(
        by_line
            .map(|edit| {
                if edit.span.of(text).is_ascii() {
                    shrink(text, edit)
                } else {
                    edit
                }
            })
            .collect(),
    )
}

fn line_edits(before: &str, after: &str) -> Vec<Edit> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .diff_lines(before, after);
    let old_starts = line_starts(before);
    let new_starts = line_starts(after);
    let offset =
        |starts: &[usize], line: usize, len: usize| starts.get(line).copied().unwrap_or(len);
    diff.ops()
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            let (old, new) = (op.old_range(), op.new_range());
            let span = Span::new(
                offset(&old_starts, old.start, before.len()),
                offset(&old_starts, old.end, before.len()),
            );
            let replacement = Span::new(
                offset(&new_starts, new.start, after.len()),
                offset(&new_starts, new.end, after.len()),
            );
            Edit::replace(span, replacement.of(after))
        })
        .collect()
}

/// The difference in unified format with three lines of context; empty if there is none.
pub fn unified_diff(before: &str, after: &str, path: &str) -> String {
    if before == after {
        return String::new();
    }
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// Cuts the common head and tail off an edit, whole characters at a time.
fn shrink(text: &str, edit: Edit) -> Edit {
    let old = edit.span.of(text);
    let new = edit.replacement.as_str();
    let head: usize = old
        .chars()
        .zip(new.chars())
        .take_while(|(left, right)| left == right)
        .map(|(left, _)| left.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(left, right)| left == right)
        .map(|(left, _)| left.len_utf8())
        .sum();
    Edit::replace(
        Span::new(edit.span.start + head, edit.span.end - tail),
        &new_rest[..new_rest.len() - tail],
    )
}

fn line_starts(text: &str) -> Vec<usize> {
    // `similar` splits after "\n", and after a "\r" that no "\n" follows.
    let mut starts = vec![0];
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let ends_line = *byte == b'\n' || *byte == b'\r' && bytes.get(index + 1) != Some(&b'\n');
        if ends_line && index + 1 < bytes.len() {
            starts.push(index + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::apply;

    #[test]
    fn an_inserted_colon_is_one_insertion() {
        let edits = edits_between("def f()\n    pass\n", "def f():\n    pass\n");
        assert_eq!(edits, [Edit::insert(7, ":")]);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(edits_between("a\n", "a\n"), []);
        assert_eq!(unified_diff("a\n", "a\n", "x.py"), "");
    }

    proptest! {
        #[test]
        fn edits_lead_from_one_text_to_the_other(before in "[ab\n\ré😀]{0,24}", after in "[ab\n\ré😀]{0,24}") {
            let edits = edits_between(&before, &after);
            prop_assert_eq!(apply(&before, &edits), Ok(after));
        }
    }
}
