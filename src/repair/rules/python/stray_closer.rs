//! `print(x))` and `[1, 2)`: a closing bracket with no partner, or with one of another shape.

use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "stray_closer";

/// Most brackets without a partner that are looked at.
const MAX_BRACKETS: usize = 6;

/// Proposes to take the bracket out, to give it a partner, or to give it its partner's shape.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for lone in site.lone_brackets.iter().take(MAX_BRACKETS) {
        match *lone {
            LoneBracket::Unopened(closer) => unopened(site, closer, out),
            LoneBracket::Mismatched(opener, closer) => mismatched(site, opener, closer, out),
            LoneBracket::Unclosed { .. } => {}
        }
    }
}

fn unopened(site: &Site<'_>, closer: usize, out: &mut Vec<Proposal>) {
    const CODE: Code = Code::new("SYN.UNMATCHED_CLOSE");
    let Some(token) = site.token(closer) else {
        return;
    };
    let TokenKind::Close(bracket) = token.kind else {
        return;
    };
    let (open, close) = (bracket.open(), bracket.close());
    let message = format!("this '{close}' closes nothing: remove it, or add '{open}' before it");
    let proposal = |cost, edit, title: String| {
        Proposal::new(RULE, CODE, cost, token.span, vec![edit])
            .construct(name(bracket))
            .message(message.clone())
            .title(title)
    };
    out.push(proposal(
        6,
        Edit::delete(token.span),
        format!("Remove the extra '{close}'"),
    ));
    let line = site.layout.line_at(token.span.start);
    let Some(first) = site.layout.lines.get(line).map(|line| line.first) else {
        return;
    };
    for index in first..closer {
        let Some(before) = site.token(index).filter(|token| !token.is_trivia()) else {
            continue;
        };
        if before.kind == token.kind {
            // Of several alike, another one may be the extra one.
            out.push(proposal(
                12,
                Edit::delete(before.span),
                format!("Remove the extra '{close}'"),
            ));
        }
        let next = site
            .code_token_after(index)
            .filter(|next| *next <= closer)
            .and_then(|next| site.token(next));
        let Some(next) = next else { continue };
        // `print x)`: the call's bracket is missing.
        if before.kind == TokenKind::Name && next.starts_operand(site.text) {
            let gap = Span::new(before.span.end, next.span.start);
            out.push(
                proposal(
                    7,
                    Edit::replace(gap, open),
                    format!("Add '{open}' after '{}'", site.str(before)),
                )
                .unsafe_fix(),
            );
        } else if before.kind == TokenKind::Name && next.span == token.span {
            out.push(
                proposal(
                    9,
                    Edit::insert(before.span.end, open),
                    format!("Add '{open}' after '{}'", site.str(before)),
                )
                .unsafe_fix(),
            );
        }
        if next.starts_operand(site.text) && !before.ends_operand(site.text) {
            out.push(
                proposal(
                    15,
                    Edit::insert(next.span.start, open),
                    format!("Add '{open}' before '{}'", site.str(next)),
                )
                .unsafe_fix(),
            );
        }
    }
}

fn mismatched(site: &Site<'_>, opener: usize, closer: usize, out: &mut Vec<Proposal>) {
    const CODE: Code = Code::new("SYN.MISMATCHED_CLOSE");
    let (Some(open), Some(close)) = (site.token(opener), site.token(closer)) else {
        return;
    };
    let (TokenKind::Open(opened), TokenKind::Close(closed)) = (open.kind, close.kind) else {
        return;
    };
    let message = format!(
        "'{}' does not close '{}': use '{}'",
        closed.close(),
        opened.open(),
        opened.close()
    );
    let same_line = site.layout.line_at(open.span.start) == site.layout.line_at(close.span.start);
    let construct = if same_line { name(opened) } else { "multiline" };
    let proposal = |cost, span, edit, title: String| {
        Proposal::new(RULE, CODE, cost, span, vec![edit])
            .construct(construct)
            .message(message.clone())
            .title(title)
            .related(open.span, format!("this '{}' is open", opened.open()))
    };
    let replace = |from: &str, to: &str| format!("Replace '{from}' by '{to}'");
    out.push(proposal(
        5,
        close.span,
        Edit::replace(close.span, opened.close()),
        replace(closed.close(), opened.close()),
    ));
    out.push(proposal(
        12,
        close.span,
        Edit::replace(open.span, closed.open()),
        replace(opened.open(), closed.open()),
    ));
    out.push(proposal(
        13,
        close.span,
        Edit::delete(close.span),
        format!("Remove '{}'", closed.close()),
    ));
    let both = format!("{}{}", opened.close(), closed.close());
    out.push(proposal(
        13,
        close.span,
        Edit::replace(close.span, both.clone()),
        replace(closed.close(), &both),
    ));
}

fn name(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Round => "paren",
        Bracket::Square => "bracket",
        Bracket::Curly => "brace",
    }
}
