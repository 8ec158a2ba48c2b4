//! Differences between two texts in small steps: each changed run of words is one.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Edit, Span, edits_between};

/// The edits that turn `before` into `after`, as small as words and signs are; sorted, without overlap.
pub fn word_edits_between(before: &str, after: &str) -> Vec<Edit> {
    let mut hunks = Vec::new();
    for edit in edits_between(before, after) {
        hunks.extend(within(before, &edit));
    }
    hunks
}

fn within(before: &str, edit: &Edit) -> Vec<Edit> {
    // The words at both ends of the difference are whole words.
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let outside = before.get(..edit.span.start).unwrap_or("");
    let head = outside.len() - outside.trim_end_matches(is_word).len();
    let behind = before.get(edit.span.end..).unwrap_or("");
    let tail = behind.len() - behind.trim_start_matches(is_word).len();
    let span = Span::new(edit.span.start - head, edit.span.end + tail);
    let old = span.of(before);
    let new = [
        Span::new(span.start, edit.span.start).of(before),
        &edit.replacement,
        Span::new(edit.span.end, span.end).of(before),
    ]
    .concat();
    let (old_words, new_words) = (words(old), words(&new));
    let starts = |words: &[&str]| -> Vec<usize> {
        let mut at = 0;
        std::iter::once(0)
            .chain(words.iter().map(|word| {
                at += word.len();
                at
            }))
            .collect()
    };
    let (old_starts, new_starts) = (starts(&old_words), starts(&new_words));
    let offset = |starts: &[usize], at: usize| starts.get(at).copied().unwrap_or_default();
    let mut edits: Vec<Edit> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_words, &new_words) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (old_range, new_range) = (op.old_range(), op.new_range());
        let taken = Span::new(
            offset(&old_starts, old_range.start),
            offset(&old_starts, old_range.end),
        );
        let put = Span::new(
            offset(&new_starts, new_range.start),
            offset(&new_starts, new_range.end),
        )
        .of(&new);
        let taken = taken.shifted(span.start);
        match edits.last_mut() {
            Some(last) if last.span.end == taken.start => {
                last.span.end = taken.end;
                last.replacement.push_str(put);
            }
            _ => edits.push(Edit::replace(taken, put)),
        }
    }
    edits
}

/// Words, runs of white space, line breaks and single signs.
fn words(text: &str) -> Vec<&str> {
    let class = |character: char| match character {
        _ if character.is_alphanumeric() || character == '_' => 0,
        ' ' | '\t' => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let own = class(first);
        let end = if own == 2 {
            first.len_utf8()
        } else {
            rest.find(|character| class(character) != own)
                .unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}
