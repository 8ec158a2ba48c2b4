//! The part of a text that a complaint concerns: whole statements of the module around it.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::site::begins_statement;
use crate::lang::python::{Lines, TokenKind};
use crate::text::Span;

/// Whole lines of `text` around byte `offset`: the statement that holds it with the one before it, and the one after.
///
/// A module's statements mean the same alone as among others, so a rule's guess can be judged on them. `parsed` is
/// what the parser made of `text`; `offset` is its first complaint, so what comes before is as the parser says.
pub fn around(text: &str, parsed: &Parsed<ModModule>, offset: usize) -> Span {
    let starts: Vec<usize> = parsed
        .suite()
        .iter()
        .map(|statement| statement.range().start().to_usize())
        .collect();
    let own = starts
        .partition_point(|start| *start <= offset)
        .saturating_sub(1);
    // The damage may lie in the statement before: an open bracket, a missing body.
    let first = starts.get(own.saturating_sub(1)).copied().unwrap_or(0);
    let start = if own <= 1 { 0 } else { line_start(text, first) };
    let rest = text.get(start..).unwrap_or("");
    let layout = Lines::new(rest);
    let unclosed = layout.tokens.iter().any(|token| {
        matches!(
            token.kind,
            TokenKind::String {
                closed: false,
                triple: true
            }
        )
    });
    if unclosed {
        return Span::new(start, text.len());
    }
    let line = layout.line_at(offset.saturating_sub(start));
    let mut statements = 0;
    for index in line + 1..layout.lines.len() {
        if is_module_statement(&layout, index, rest) {
            statements += 1;
            // One whole statement after the damage shows whether the parser found its feet again.
            if statements > 2 {
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
