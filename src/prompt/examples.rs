//! Mended examples of a mistake, from the table of codes: of the same kind by construction.

use crate::taxonomy::{Code, Entry, entries};

/// Most examples that are shown.
const MOST: usize = 2;

/// A program with a mistake in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    /// What is wrong.
    pub(super) title: String,
    /// The program with the mistake.
    pub(super) before: String,
    /// The number of that line, from one.
    pub(super) number: usize,
    /// The line with the mistake.
    pub(super) line: String,
    /// The line without it.
    pub(super) mended: String,
}

/// Examples of a mistake in one line: of the same code, then of those whose names are most alike; the nearest last.
pub(super) fn examples(code: Code) -> Vec<Example> {
    let family = entries()
        .iter()
        .filter(|entry| entry.code.family() == code.family());
    let mut near: Vec<&Entry> = family.collect();
    near.sort_by(|left, right| {
        let likeness = |entry: &Entry| strsim::jaro_winkler(entry.code.as_str(), code.as_str());
        likeness(right).total_cmp(&likeness(left))
    });
    let mut found: Vec<Example> = near.into_iter().filter_map(example).take(MOST).collect();
    // The nearest stands next to the question.
    found.reverse();
    found
}

fn example(entry: &Entry) -> Option<Example> {
    let (before, after) = (entry.before.trim_end(), entry.after.trim_end());
    let pairs: Vec<(usize, (&str, &str))> = before
        .lines()
        .zip(after.lines())
        .enumerate()
        .filter(|(_, (old, new))| old != new)
        .collect();
    let (at, (line, mended)) = *pairs.first()?;
    let one_line = pairs.len() == 1 && before.lines().count() == after.lines().count();
    one_line.then(|| Example {
        title: entry.title.clone(),
        before: before.to_owned(),
        number: at + 1,
        line: line.to_owned(),
        mended: mended.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_example_is_of_the_same_mistake() {
        let found = examples(Code::new("SYN.MISSING_COLON"));
        assert_eq!(found.len(), MOST);
        let nearest = found.last().expect("two examples");
        assert!(
            nearest.mended.ends_with(':') && !nearest.line.ends_with(':'),
            "{nearest:?}"
        );
        assert_eq!(examples(Code::new("NONE.SUCH")), []);
        for entry in entries() {
            assert!(!examples(entry.code).is_empty(), "{}", entry.code);
        }
    }
}
