//! `print x, y`, `["a": 1]`, `def f:`, `f()()`, `sum(x for x in xs, 2)`: a pair of brackets too few or too many.

use super::field::Field;
use super::naming::{self, proposal};
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::short;
use crate::text::{Edit, Span};

const RULE: &str = "bracket_pair";
/// Most ends that are tried for a pair with a given start.
const MAX_ENDS: usize = 5;
/// Most places that a closing bracket is moved to.
const MAX_PLACES: usize = 12;

/// Proposes to take out the pairs near the complaint, and to put pairs around what stands there.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.close() {
        if let Some(TokenKind::Open(_)) = words.kind(at)
            && let Some(closer) = field.partner(at)
        {
            without(field, at, closer, out);
        }
        around(field, at, out);
    }
    for at in field.around() {
        // The pair that the complaint is in.
        if matches!(words.kind(at), Some(TokenKind::Open(_)))
            && !field.close().contains(&at)
            && let Some(closer) = field.partner(at)
            && field.close().contains(&closer)
        {
            without(field, at, closer, out);
        }
    }
    if let Some((bracket, opener)) = words.opener(words.error)
        && let Some(closer) = field.partner(opener)
    {
        replaced(field, bracket, opener, closer, out);
    }
}

/// `["a": 1]`, `rows(0:3)`: what stands between the brackets belongs between others.
fn replaced(
    field: &Field<'_, '_>,
    bracket: Bracket,
    opener: usize,
    closer: usize,
    out: &mut Vec<Proposal>,
) {
    let words = &field.words;
    let (start, end) = (words.span(opener), words.span(closer));
    for other in [Bracket::Round, Bracket::Square, Bracket::Curly] {
        if other == bracket {
            continue;
        }
        let (open, close) = (other.open(), other.close());
        let edits = vec![Edit::replace(start, open), Edit::replace(end, close)];
        let named = match other {
            Bracket::Curly => ("SYN.DICT_ENTRY", Some("no_braces")),
            Bracket::Round | Bracket::Square => ("SYN.MISMATCHED_CLOSE", None),
        };
        out.push(
            proposal(RULE, named, 24, start.cover(end), edits)
                .message(format!(
                    "what is in these brackets belongs between '{open}' and '{close}'"
                ))
                .title(format!(
                    "Replace '{}' and '{}' by '{open}' and '{close}'",
                    words.text(opener),
                    words.text(closer)
                )),
        );
    }
}

fn without(field: &Field<'_, '_>, opener: usize, closer: usize, out: &mut Vec<Proposal>) {
    moved(field, opener, closer, out);
    let words = &field.words;
    let (open, close) = (words.span(opener), words.span(closer));
    let follows_word = opener > 0
        && words.span(opener - 1).end == open.start
        && matches!(
            words.kind(opener - 1),
            Some(TokenKind::Name | TokenKind::Keyword | TokenKind::Number)
        );
    let empty = closer == opener + 1;
    let edits = if empty {
        vec![Edit::delete(open.cover(close))]
    } else if follows_word {
        vec![Edit::replace(open, " "), Edit::delete(close)]
    } else {
        vec![Edit::delete(open), Edit::delete(close)]
    };
    let cost = if empty { 21 } else { 25 };
    out.push(
        proposal(
            RULE,
            ("SYN.INVALID_SYNTAX", None),
            cost,
            open.cover(close),
            edits,
        )
        .message(format!(
            "the brackets '{}{}' do not belong here",
            words.text(opener),
            words.text(closer)
        ))
        .title(format!(
            "Remove '{}' and '{}'",
            words.text(opener),
            words.text(closer)
        )),
    );
}

/// `f(a, b]: c)`, `x[0, y=1])`: the closing bracket belongs after another word.
fn moved(field: &Field<'_, '_>, opener: usize, closer: usize, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let close = words.text(closer);
    let span = words.cover(opener, closer);
    let bounds = |at: &usize| {
        let last = *at;
        last != closer
            && last + 1 != closer
            && (words.ends_operand(last) || last == opener)
            && (words.is_last(last)
                || !words.starts_operand(last + 1)
                || matches!(words.text(last + 1), "[" | "("))
    };
    let places = (opener..words.len())
        .take_while(|at| words.line(*at) <= words.line(closer))
        .filter(bounds);
    for last in places.take(MAX_PLACES) {
        let edits = vec![
            words.delete(closer),
            Edit::insert(words.span(last).end, close),
        ];
        let named = (naming::closing(close), None);
        out.push(
            naming::proposal(RULE, named, 30, span, edits)
                .message(format!(
                    "'{close}' belongs after '{}'",
                    short(words.text(last))
                ))
                .title(format!(
                    "Move '{close}' after '{}'",
                    short(words.text(last))
                )),
        );
    }
}

/// A pair that opens before the word at `at`.
fn around(field: &Field<'_, '_>, at: usize, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let gap = field.gap(at);
    if !(gap.starts || words.text(at) == "not") || at >= words.len() {
        return;
    }
    let level = field.level(at);
    let mut ends = 0;
    let farthest = level
        .iter()
        .rev()
        .copied()
        .find(|last| words.ends_operand(*last));
    for last in level.iter().copied() {
        // The nearest ends, and the end of everything.
        if !words.ends_operand(last) || ends >= MAX_ENDS && Some(last) != farthest {
            continue;
        }
        let next = words.text(last + 1);
        let boundary = words.is_last(last)
            || matches!(
                next,
                "," | ":" | "for" | "if" | "else" | "and" | "or" | "in" | "=" | "==" | "%" | ";"
            )
            || matches!(words.kind(last + 1), Some(TokenKind::Close(_)));
        if !boundary {
            continue;
        }
        for bracket in [Bracket::Round, Bracket::Square, Bracket::Curly] {
            let content = words.cover(at, last).of(words.site.text);
            // A set or a dictionary has entries; a list or a tuple too, unless it is a comprehension's.
            let listed = level
                .iter()
                .any(|index| *index <= last && matches!(words.text(*index), "," | "for" | ":"));
            if bracket == Bracket::Round || listed && (ends < 3 || Some(last) == farthest) {
                pair(field, at, last, bracket, content, out);
            }
        }
        ends += 1;
    }
}

fn pair(
    field: &Field<'_, '_>,
    first: usize,
    last: usize,
    bracket: Bracket,
    content: &str,
    out: &mut Vec<Proposal>,
) {
    let words = &field.words;
    let span = words.cover(first, last);
    let call = first > 0
        && !words.is_first(first)
        && words.is_name(first - 1)
        && bracket == Bracket::Round;
    let start = if call {
        Span::new(words.span(first - 1).end, span.start)
    } else {
        Span::empty(span.start)
    };
    let (open, close) = (bracket.open(), bracket.close());
    let cost = match bracket {
        Bracket::Round => 24,
        Bracket::Square => 28,
        Bracket::Curly => 33,
    };
    let edits = vec![Edit::replace(start, open), Edit::insert(span.end, close)];
    out.push(
        proposal(RULE, ("SYN.INVALID_SYNTAX", None), cost, span, edits)
            .message(format!(
                "'{}' needs '{open}' and '{close}' around it",
                short(content)
            ))
            .title(format!(
                "Put '{}' between '{open}' and '{close}'",
                short(content)
            )),
    );
}
