//! `a = 1 b = 2`, `if a: b() else: c()`, `a = 1, b = 2`: a line break is missing.

use super::field::Field;
use super::naming::proposal;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::short;
use crate::text::{Edit, Span};

/// Proposes a line break between two words near the complaint, or in the place of one.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.close() {
        let gap = field.gap(at);
        let starts = matches!(words.kind(at), Some(TokenKind::Name | TokenKind::Keyword))
            || words.before(at) == ":" && gap.bracket.is_none() && gap.starts;
        separator(field, at, out);
        let ends = gap.ends
            || matches!(
                words.before(at),
                ":" | "pass" | "break" | "continue" | "return" | "else"
            );
        if at == 0 || at >= words.len() || gap.line_break || !starts || !ends {
            continue;
        }
        let site = words.site;
        let indent = site.indent(words.line(at));
        let space = Span::new(words.span(at - 1).end, words.span(at).start);
        let deeper = format!("{indent}{}", site.indent_unit());
        let shallower = indent
            .strip_suffix(site.indent_unit())
            .filter(|_| !indent.is_empty());
        let levels = [
            Some(indent),
            (words.before(at) == ":").then_some(deeper.as_str()),
            shallower,
        ];
        for (level, cost) in levels.into_iter().zip([26, 27, 32]) {
            let Some(level) = level else { continue };
            let edit = Edit::replace(space, format!("{}{level}", site.line_break()));
            out.push(
                proposal(
                    "split_line",
                    ("SYN.MULTIPLE_STATEMENTS", None),
                    cost,
                    words.cover(at - 1, at),
                    vec![edit],
                )
                .message(format!(
                    "a line break is missing before '{}'",
                    short(words.text(at))
                ))
                .title(format!(
                    "Start a new line before '{}'",
                    short(words.text(at))
                )),
            );
        }
    }
}

/// `a = 1, b = 2`: another sign stands for a line break.
fn separator(field: &Field<'_, '_>, at: usize, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let site = words.site;
    let parts = matches!(words.text(at), "," | ";" | "." | "and" | "&" | "|")
        && words.bracket(at).is_none();
    if !parts || at == 0 || words.is_first(at) || words.is_last(at) {
        return;
    }
    let span = Span::new(words.span(at - 1).end, words.span(at + 1).start);
    let edit = Edit::replace(
        span,
        format!("{}{}", site.line_break(), site.indent(words.line(at))),
    );
    out.push(
        proposal(
            "split_line",
            ("SYN.MULTIPLE_STATEMENTS", None),
            31,
            words.span(at),
            vec![edit],
        )
        .message(format!(
            "a line break belongs here, not '{}'",
            words.text(at)
        ))
        .title(format!("Start a new line instead of '{}'", words.text(at))),
    );
}
