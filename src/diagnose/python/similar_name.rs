//! "Did you mean": the names near to a misspelled one.

/// How near a name is; less is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Distance(usize, usize);

/// How near `known` is to the misspelled `name`; `None` if it is too far to be meant.
///
/// Letters that differ in case or by underscores only are near, unless one is written like a class or constant and the
/// other like a variable. Otherwise the Damerau-Levenshtein distance may be 1 up to five letters, 2 up to eleven, 3
/// beyond; two letters are too few to tell, another first letter makes another word unless it is the only mistake in a
/// long one, and `item1` is not a misspelled `item2`.
pub(super) fn distance(name: &str, known: &str) -> Option<Distance> {
    if name.len().abs_diff(known.len()) <= 2 && reads_the_same(name, known) {
        return (name.len() == 1 || style(name) == style(known)).then_some(Distance(0, 0));
    }
    if known.len() < 2 || without_number(name) == without_number(known) {
        return None;
    }
    let edits = near_word(name, known)?;
    // In `TOKEN_ADD` and `TOKEN_AND` the last part tells them apart, however long the name.
    let (parts, known_parts) = (name.split('_'), known.split('_'));
    let is_same_shape = parts.clone().count() == known_parts.clone().count();
    let is_near = !is_same_shape
        || parts
            .zip(known_parts)
            .all(|(part, known)| part == known || near_word(part, known).is_some());
    let same_start = name.as_bytes().first() == known.as_bytes().first();
    is_near.then(|| Distance(edits, usize::from(!same_start)))
}

fn near_word(name: &str, known: &str) -> Option<usize> {
    let limit = match name.len() {
        0..=2 => 0,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    if name.len().abs_diff(known.len()) > limit {
        return None;
    }
    let edits = strsim::osa_distance(name, known);
    let same_start = name.as_bytes().first() == known.as_bytes().first();
    let is_near = same_start || name.len() > 4 && edits == 1 || has_same_letters(name, known);
    (edits <= limit && is_near).then_some(edits)
}

/// Whether a name is written like a class or constant.
fn style(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

fn without_number(name: &str) -> &str {
    name.trim_end_matches(|character: char| character.is_ascii_digit())
}

fn reads_the_same(left: &str, right: &str) -> bool {
    if left.len().min(right.len()) < 2 {
        // Of a single letter nothing but its case may differ.
        return left.eq_ignore_ascii_case(right);
    }
    let letters = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| *byte != b'_')
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    let left = letters(left);
    !left.is_empty() && left == letters(right)
}

/// Whether the two have the same letters in another order.
pub(super) fn has_same_letters(left: &str, right: &str) -> bool {
    let letters = |text: &str| {
        let mut letters: Vec<u8> = text.bytes().collect();
        letters.sort_unstable();
        letters
    };
    left.len() == right.len() && letters(left) == letters(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_meant_and_far_ones_are_not() {
        for (name, known) in [
            ("totl", "total"),
            ("pritn", "print"),
            ("getName", "get_name"),
            ("N", "n"),
            ("elngth", "length"),
            ("ocnfiguratoin", "configuration"),
        ] {
            assert!(distance(name, known).is_some(), "{name} {known}");
        }
        for (name, known) in [
            ("x", "y"),
            ("bat", "cat"),
            ("color", "size"),
            ("ab", "abc"),
            ("c", "_c"),
            ("list1", "list"),
            ("Player", "player"),
            ("TOKEN_POW", "TOKEN_EOF"),
            ("MyException", "Exception"),
            ("node_partition", "make_partition"),
        ] {
            assert_eq!(distance(name, known), None, "{name} {known}");
        }
    }

    #[test]
    fn fewer_edits_are_nearer() {
        assert!(distance("parametr", "parameter") < distance("parametr", "parameters"));
    }
}
