//! Mended examples of a mistake, from the table of codes: of the same kind by construction.

use crate::taxonomy::{Code, Entry, entries};

/// Most examples that are shown.
const MOST: usize = 2;

/// A program with one mistake, and without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    /// What is wrong.
    pub(super) title: String,
    /// The program with the mistake.
    pub(super) before: String,
    /// The program without it.
    pub(super) after: String,
    /// The number of the first line that differs, from one.
    pub(super) number: usize,
    /// That line with the mistake.
    pub(super) line: String,
    /// That line without it.
    pub(super) mended: String,
}

/// Examples of a mistake: of the same code, then of those whose names are most alike. With `of_line` only such in which
/// one line alone differs.
pub(super) fn examples(code: Code, of_line: bool) -> Vec<Example> {
    let family = entries()
        .iter()
        .filter(|entry| entry.code.family() == code.family());
    let mut near: Vec<&Entry> = family.collect();
    near.sort_by(|left, right| {
        let likeness = |entry: &Entry| strsim::jaro_winkler(entry.code.as_str(), code.as_str());
        likeness(right).total_cmp(&likeness(left))
    });
    let mut found: Vec<Example> = near
        .into_iter()
        .filter_map(|entry| example(entry, of_line))
        .take(MOST)
        .collect();
    // The nearest stands next to the question.
    found.reverse();
    found
}

fn example(entry: &Entry, of_line: bool) -> Option<Example> {
    let (before, after) = (entry.before.trim_end(), entry.after.trim_end());
    let pairs: Vec<(usize, (&str, &str))> = before
        .lines()
        .zip(after.lines())
        .enumerate()
        .filter(|(_, (old, new))| old != new)
        .collect();
    let (at, (line, mended)) = *pairs.first()?;
    let one_line = pairs.len() == 1 && before.lines().count() == after.lines().count();
    (one_line || !of_line).then(|| Example {
        title: entry.title.clone(),
        before: before.to_owned(),
        after: after.to_owned(),
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
        let found = examples(Code::new("SYN.MISSING_COLON"), true);
        assert_eq!(found.len(), MOST);
        let nearest = found.last().expect("two examples");
        assert!(
            nearest.mended.ends_with(':') && !nearest.line.ends_with(':'),
            "{nearest:?}"
        );
        assert_eq!(examples(Code::new("NONE.SUCH"), false), []);
        for entry in entries() {
            assert!(!examples(entry.code, false).is_empty(), "{}", entry.code);
        }
    }
}
