/// How much an answer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Words, numbers and signs that were inserted, deleted or replaced.
    pub tokens: usize,
    /// Lines that were inserted, deleted or replaced.
    pub lines: usize,
}

/// Most lines of a change that is small.
const SMALL_LINES: usize = 2;
/// Most tokens of a change that is small.
const SMALL_TOKENS: usize = 3;

impl Change {
    /// What lies between two texts.
    pub fn between(before: &str, after: &str) -> Self {
        let lines = |text: &str| text.lines().map(str::trim_end).map(str::to_owned).collect();
        let owned = |text: &str| tokens(text).into_iter().map(str::to_owned).collect();
        Self {
            tokens: distance(owned(before), owned(after)),
            lines: distance(lines(before), lines(after)),
        }
    }

    /// Whether it is small enough to be offered for one click.
    ///
    /// A text that compiles again proves little about a large change: of 29 such answers of a small model 10 were
    /// wrong, of the 21 that were small by this measure one.
    pub fn is_small(self) -> bool {
        self.lines <= SMALL_LINES && self.tokens <= SMALL_TOKENS
    }
}

/// How alike two texts are, from 0 to 1: the share of tokens that they have in common, in any order.
pub(super) fn similarity(left: &str, right: &str) -> f64 {
    let (mut left, mut right) = (tokens(left), tokens(right));
    let all = left.len() + right.len();
    if all == 0 {
        return 1.0;
    }
    left.sort_unstable();
    right.sort_unstable();
    let mut rest = right.into_iter().peekable();
    let mut common = 0u32;
    for token in left {
        while rest.next_if(|other| *other < token).is_some() {}
        if rest.next_if_eq(&token).is_some() {
            common += 1;
        }
    }
    2.0 * f64::from(common) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

/// Words and numbers whole, every other sign by itself, blanks left out.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = if is_word(first) {
            rest.find(|character| !is_word(character))
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(len);
        found.push(token);
        rest = after.trim_start();
    }
    found
}

/// Least number of insertions, deletions and replacements. Equal ends cost nothing, so that a small change of a large
/// text is quick.
fn distance(mut before: Vec<String>, mut after: Vec<String>) -> usize {
    let head = before
        .iter()
        .zip(&after)
        .take_while(|(left, right)| left == right)
        .count();
    before.drain(..head);
    after.drain(..head);
    while before.last().is_some() && before.last() == after.last() {
        before.pop();
        after.pop();
    }
    strsim::generic_levenshtein(&before, &after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) -> (usize, usize) {
        let change = Change::between(before, after);
        (change.tokens, change.lines)
    }

    #[test]
    fn counts_tokens_and_lines() {
        assert_eq!(check("def f()\n", "def f():\n"), (1, 1));
        assert_eq!(check("a\nb\nc\n", "a\n  b\nc\n"), (0, 1));
        assert_eq!(check("x = foo(1)\n", "x = bar(2)\n"), (2, 1));
        assert_eq!(check("a\n", "a\nb\nc\n"), (2, 2));
        assert_eq!(check("a", "a"), (0, 0));
    }

    #[test]
    fn small_has_a_limit_on_both_sides() {
        assert!(Change::between("f(a b\nc", "f(a, b)\nc").is_small());
        assert!(!Change::between("a\nb\nc", "a.\nb.\nc.").is_small());
        assert!(!Change::between("a", "a + b + c").is_small());
    }

    #[test]
    fn alike_means_the_same_tokens() {
        assert!(similarity("def f(x)", "def f(x):") > 0.9);
        assert!(similarity("def f(x): return x", "I cannot help you with that") < 0.2);
        assert!((similarity("", "") - 1.0).abs() < f64::EPSILON);
    }
}
