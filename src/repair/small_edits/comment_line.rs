//! A line of words that are no code.

use super::field::Field;
use super::naming::proposal;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::text::Edit;

/// Proposes to make a comment of each suspect line with words side by side.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    for line in field.words.site.suspect_lines() {
        comment(field, line, out);
    }
}

fn comment(field: &Field<'_, '_>, line: usize, out: &mut Vec<Proposal>) {
    let words = &field.words;
    let site = words.site;
    let on_line: Vec<usize> = (0..words.len())
        .filter(|at| words.line(*at) == line)
        .collect();
    let (Some(first), Some(last)) = (on_line.first(), on_line.last()) else {
        return;
    };
    let side_by_side = on_line.iter().filter(|at| {
        **at > *first
            && words.ends_operand(**at - 1)
            && words.starts_operand(**at)
            && !words.touches_next(**at - 1)
    });
    let odd = on_line
        .iter()
        .any(|at| words.kind(*at) == Some(TokenKind::Unknown));
    let count = side_by_side.count();
    if count < 1 && !odd {
        return;
    }
    let span = words.cover(*first, *last);
    if span.of(site.text).contains(['\n', '\r']) {
        return;
    }
    let cost = if count > 1 { 27 } else { 36 };
    let edits = vec![Edit::insert(span.start, "# ")];
    out.push(
        proposal(
            "comment_line",
            ("SYN.PASTED_TEXT", Some("prose")),
            cost,
            span,
            edits,
        )
        .message("this line is no code: make it a comment")
        .title("Make the line a comment"),
    );
}
