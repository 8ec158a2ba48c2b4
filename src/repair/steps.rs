//! The steps of a cure as mistakes of their own: what a person would call one slip is one of them.

use super::history::History;
use super::proposal::Proposal;
use super::search::Cure;
use crate::lang::python::{TokenKind, tokens};
use crate::text::{Applicability, Edit, Span, apply, edits_between};

/// The steps of `cure`, which was found for `piece`; those that cannot be told apart are one.
///
/// Changes that touch each other mend one slip, such as `):` at the end of a line that broke off. And steps that cannot
/// be made beside each other, each to the text as it was, can only be chosen together.
pub fn told_apart(cure: &Cure, piece: &str) -> Vec<Proposal> {
    if cure.steps.len() < 2 {
        return cure.steps.clone();
    }
    let mut joined: Vec<(Proposal, String)> = Vec::new();
    let mut before = piece.to_owned();
    for step in &cure.steps {
        let Ok(after) = apply(&before, &step.edits) else {
            return cure.steps.clone();
        };
        match joined.last_mut() {
            Some((last, start)) if touches(last, start, step) => {
                *last = both(last, step, start, &after);
            }
            _ => joined.push((step.clone(), before)),
        }
        before = after;
    }
    let joined: Vec<Proposal> = joined.into_iter().map(|(step, _)| step).collect();
    if joined.len() < 2 || are_independent(&joined, piece, &cure.text) {
        return joined;
    }
    let mut steps = joined.into_iter();
    let Some(mut whole) = steps.next() else {
        return Vec::new();
    };
    for step in steps {
        whole = both(&whole, &step, piece, &cure.text);
    }
    vec![whole]
}

/// Whether a step changes what stands right beside what the one before changed; `start` is the text before that one.
fn touches(last: &Proposal, start: &str, step: &Proposal) -> bool {
    let mut history = History::default();
    history.push(&last.edits);
    step.edits.iter().any(|edit| {
        let span = history.original_span(edit.span);
        last.edits.iter().any(|known| {
            let (first, second) = if known.span <= span {
                (known.span, span)
            } else {
                (span, known.span)
            };
            let is_blank = |text: &str| text.chars().all(|c| matches!(c, ' ' | '\t'));
            first.end >= second.start || is_blank(Span::new(first.end, second.start).of(start))
        })
    })
}

/// Two steps as one; `before` is the text before both, `after` the one behind them.
fn both(first: &Proposal, second: &Proposal, before: &str, after: &str) -> Proposal {
    let edits = edits_between(before, after);
    let mut both = first.clone();
    both.title = title_of(&[first.clone(), second.clone()]);
    both.cost = first.cost.saturating_add(second.cost);
    both.applicability = first.applicability.min(second.applicability);
    if words_lost(before, after) > 1 {
        both.applicability = both.applicability.min(Applicability::Unsafe);
    }
    both.edits = edits;
    both
}

/// How many names and keywords fewer there are in `after`; a literal that is gone is no word here.
pub fn words_lost(before: &str, after: &str) -> usize {
    let words = |text: &str| {
        tokens(text)
            .filter(|token| matches!(token.kind, TokenKind::Name | TokenKind::Keyword))
            .count()
    };
    words(before).saturating_sub(words(after))
}

/// Whether the edits of all steps can be made at once to `piece` and make `text` of it.
fn are_independent(steps: &[Proposal], piece: &str, text: &str) -> bool {
    let mut history = History::default();
    let mut edits: Vec<Edit> = Vec::new();
    for step in steps {
        edits.extend(history.original_edits(&step.edits));
        history.push(&step.edits);
    }
    apply(piece, &edits).as_deref() == Ok(text)
}

/// What the steps of a cure do, as one order.
pub fn title_of(steps: &[Proposal]) -> String {
    let mut title = String::new();
    for step in steps {
        if title.is_empty() {
            title.push_str(&step.title);
        } else {
            let mut letters = step.title.chars();
            let first = letters.next().into_iter().flat_map(char::to_lowercase);
            title.push_str(", then ");
            title.extend(first.chain(letters));
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::words_lost;
    use crate::repair::testing::{check, found};

    #[test]
    fn what_a_broken_off_line_lacks_is_one_mistake() {
        assert_eq!(found("def area(self, side\n    return side\n").len(), 1);
        check(
            "sizes = [;;1, 2]\n",
            &["SYN.INVALID_SYNTAX"],
            "sizes = [1, 2]\n",
        );
    }

    #[test]
    fn names_and_keywords_that_are_gone_are_counted() {
        assert_eq!(words_lost("total = price not tax\n", "total = price\n"), 2);
        assert_eq!(words_lost("total = 'price' + 1\n", "total = price\n"), 0);
    }

    #[test]
    fn what_stands_apart_is_told_apart() {
        assert_eq!(
            found("total = (1 + 2\nfor x in y z:\n    print x\n").len(),
            3
        );
    }
}
