//! The part of a text that a complaint concerns: whole statements of the module around it.

use ruff_python_ast::{ModModule, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::site::begins_statement;
use crate::lang::python::{Lines, TokenKind};
use crate::text::Span;

/// Whole lines of `text` around byte `offset`: the statement that holds it with the one before it, and as many after it
/// as `after` says.
///
/// A module's statements mean the same alone as among others, so a rule's guess can be judged on them. `parsed` is
/// what the parser made of `text`; `offset` is its first complaint, so what comes before is as the parser says.
pub fn around(text: &str, parsed: &Parsed<ModModule>, offset: usize, after: usize) -> Span {
    let start_of = |statement: &Stmt| statement.range().start().to_usize();
    // The parser makes several statements of a broken line: the first one of the line counts.
    let own_line = line_start(text, offset);
    let own = parsed
        .suite()
        .partition_point(|statement| start_of(statement) <= own_line)
        .saturating_sub(1);
    // The damage may lie in the statement before: an open bracket, a missing body.
    let first = parsed
        .suite()
        .get(own.saturating_sub(1))
        .map_or(0, start_of);
    let start = if own <= 1 { 0 } else { line_start(text, first) };
    let rest = text.get(start..).unwrap_or("");
    // A look ahead that is long enough for most statements; the whole rest if it ends inside a string.
    let near = line_start(
        rest,
        offset.saturating_sub(start).saturating_add(LOOK_AHEAD),
    );
    let layout = Lines::new(
        rest.get(..near)
            .filter(|near| !near.is_empty())
            .unwrap_or(rest),
    );
    let (layout, rest) = if ends_in_string(&layout) {
        (Lines::new(rest), rest)
    } else {
        (layout, rest)
    };
    if ends_in_string(&layout) {
        return Span::new(start, text.len());
    }
    let line = layout.line_at(offset.saturating_sub(start));
    let mut statements = 0;
    for index in line + 1..layout.lines.len() {
        if is_module_statement(&layout, index, rest) {
            statements += 1;
            // Whole statements after the damage show whether the parser found its feet again.
            if statements > after {
                let end = layout
                    .lines
                    .get(index)
                    .map_or(text.len(), |line| start + line.span.start);
                return Span::new(start, end);
            }
        }
    }
    Span::new(start, text.len())
}

/// How many bytes after a complaint are looked at for the ends of statements.
const LOOK_AHEAD: usize = 16 * 1024;

fn ends_in_string(layout: &Lines) -> bool {
    layout.tokens.last().is_some_and(|token| {
        token.kind
            == (TokenKind::String {
                closed: false,
                triple: true,
            })
    })
}

/// Whether a line begins a statement of the module, as far as can be told in broken text.
pub fn is_module_statement(layout: &Lines, index: usize, text: &str) -> bool {
    let Some(line) = layout.lines.get(index) else {
        return false;
    };
    if line.indent > 0 || line.continued {
        return false;
    }
    let mut code = layout.code_of(index);
    let Some(first) = code.next() else {
        return false;
    };
    match first.kind {
        TokenKind::Keyword => {
            begins_statement(layout, index, text)
                && !matches!(first.text(text), "elif" | "except" | "finally")
                || matches!(first.text(text), "from" | "if" | "for" | "async")
        }
        TokenKind::Name => {
            code.next()
                .is_some_and(|next| matches!(next.text(text), "=" | "(" | "." | ":" | "["))
                && layout
                    .code_before(index)
                    .and_then(|before| layout.code_of(before).next_back())
                    .is_none_or(|last| {
                        !matches!(last.text(text), "," | "(" | "[" | "{" | "+" | "=")
                    })
        }
        TokenKind::Operator => first.text(text) == "@",
        _ => false,
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1)
}
