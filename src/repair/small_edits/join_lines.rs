//! One statement on two lines, or a backslash that joins two statements.

use super::field::Field;
use super::naming::proposal;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::text::{Edit, Span};

/// Proposes to join each suspect line with the next one, and to leave out each backslash that does so.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let site = field.words.site;
    for line in site.suspect_lines() {
        join(site, line, out);
    }
    continuations(site, out);
}

/// `x = 1 +` with the value on the next line: a line break too many.
fn join(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) {
    let Some(next) = site.layout.code_after(line) else {
        return;
    };
    let (Some(end), Some(first)) = (site.code_end(line), site.layout.code_of(next).next()) else {
        return;
    };
    let span = Span::new(end, first.span.start);
    let has_comment = (line..next).any(|line| {
        let mut tokens = site.layout.tokens_of(line).iter();
        tokens.any(|token| token.kind == TokenKind::Comment)
    });
    if has_comment || end > first.span.start {
        return;
    }
    let tight = matches!(site.str(first), ")" | "]" | "}" | "," | ":" | "." | "(");
    let last = site.layout.code_of(line).next_back();
    let opened =
        last.is_some_and(|last| matches!(last.kind, TokenKind::Open(_)) || site.str(last) == ".");
    let space = if tight || opened { "" } else { " " };
    out.push(
        proposal(
            "join_lines",
            ("SYN.INVALID_SYNTAX", None),
            30,
            span,
            vec![Edit::replace(span, space)],
        )
        .message("this line belongs to the one before it")
        .title("Join the line with the next one"),
    );
    // Two pieces of a word or an operator.
    if !space.is_empty() {
        out.push(
            proposal(
                "join_lines",
                ("SYN.INVALID_SYNTAX", None),
                36,
                span,
                vec![Edit::delete(span)],
            )
            .message("this line belongs to the one before it")
            .title("Join the line with the next one"),
        );
    }
}

/// `x = 1 \` with another statement on the next line.
fn continuations(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        let Some(token) = site
            .token(index)
            .filter(|token| token.kind == TokenKind::Continuation)
        else {
            continue;
        };
        let backslash = Span::new(token.span.start, token.span.start + 1);
        out.push(
            proposal(
                "join_lines",
                ("SYN.LINE_CONTINUATION", None),
                26,
                backslash,
                vec![Edit::delete(backslash)],
            )
            .message("this backslash joins the line with the next one: leave it out")
            .title("Remove the backslash"),
        );
    }
}
