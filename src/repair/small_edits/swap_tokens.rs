//! `x = y not in`, `a =+ b`, `import x from y` with two words in the wrong order.

use super::field::Field;
use super::naming::proposal;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::short;
use crate::text::{Edit, Span};

/// Proposes to swap each token near the complaint with the next one of its line.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.close() {
        let value = |index| {
            matches!(
                words.kind(index),
                Some(TokenKind::Name | TokenKind::Number | TokenKind::String { .. })
            )
        };
        if at + 1 >= words.len()
            || words.is_last(at)
            || words.text(at) == words.text(at + 1)
            || value(at) && value(at + 1)
        {
            continue;
        }
        let span = words.cover(at, at + 1);
        let comma = words.text(at + 1) == "," && at > 0 && !words.is_first(at);
        let gap = Span::new(words.span(at).end, words.span(at + 1).start);
        let (left, right) = (words.text(at), words.text(at + 1));
        let edits = if comma {
            // The comma goes to the word before, not to the space behind it.
            let before = words.span(at - 1).end;
            vec![Edit::insert(before, ","), words.delete(at + 1)]
        } else {
            let swapped = format!("{right}{}{left}", gap.of(words.site.text));
            vec![Edit::replace(span, swapped)]
        };
        out.push(
            proposal("swap_tokens", ("SYN.INVALID_SYNTAX", None), 27, span, edits)
                .message(format!(
                    "'{}' and '{}' are in the wrong order",
                    short(left),
                    short(right)
                ))
                .title(format!("Swap '{}' and '{}'", short(left), short(right))),
        );
    }
}
