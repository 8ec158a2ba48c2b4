//! Setting a hopeless statement aside, so that the mistakes after it still show.

use super::site::{construct, statement_start};
use super::window::is_module_statement;
use crate::lang::python::{Lines, ParseError, ParseErrorKind};
use crate::text::{Edit, Span};

/// Ways to make the parser read on after `error`, the gentlest first.
pub fn mask(text: &str, error: &ParseError) -> Vec<Vec<Edit>> {
    let layout = Lines::new(text);
    let line = layout.line_at(error.span.start.min(text.len().saturating_sub(1)));
    let start = statement_start(&layout, line);
    let own = lines_span(&layout, start, line);
    let mut ways = Vec::new();
    if matches!(error.kind, ParseErrorKind::Version(_)) {
        // What this version does not have, it does not have with another body either.
        let indent = layout.lines.get(start).map_or(0, |line| line.indent);
        let last = (line + 1..layout.lines.len())
            .take_while(|index| {
                let code = layout.code_of(*index).next().is_some();
                !code
                    || layout
                        .lines
                        .get(*index)
                        .is_some_and(|line| line.indent > indent)
            })
            .filter(|index| layout.code_of(*index).next().is_some())
            .last()
            .unwrap_or(line);
        ways.push(vec![Edit::replace(
            lines_span(&layout, start, last),
            "pass",
        )]);
    }
    ways.push(vec![Edit::replace(
        own,
        stand_in(text, &layout, start, line),
    )]);
    // A clause that belongs to nothing stands for itself.
    if stand_in(text, &layout, start, line) != "pass" {
        let head = if has_body(&layout, start, line) {
            "if _:"
        } else {
            "if _: pass"
        };
        ways.push(vec![Edit::replace(own, head)]);
    }
    ways.push(vec![Edit::replace(own, "pass")]);
    if let Some(before) = layout.code_before(start) {
        let before = statement_start(&layout, before);
        ways.push(vec![Edit::replace(
            lines_span(&layout, before, line),
            stand_in(text, &layout, before, line),
        )]);
    }
    // The whole statement of the module.
    let first = (0..=start)
        .rev()
        .find(|line| is_module_statement(&layout, *line, text))
        .unwrap_or(0);
    let next =
        (line + 1..layout.lines.len()).find(|line| is_module_statement(&layout, *line, text));
    let last = next.unwrap_or(layout.lines.len()).saturating_sub(1);
    ways.push(vec![Edit::replace(
        lines_span(&layout, first, last),
        "pass",
    )]);
    ways
}

/// From the first token of line `first` to the end of line `last`.
fn lines_span(layout: &Lines, first: usize, last: usize) -> Span {
    let start = layout
        .lines
        .get(first)
        .map_or(0, |line| line.span.start + line.indent);
    let end = layout.lines.get(last).map_or(start, |line| line.span.end);
    Span::new(start, end)
}

/// A statement of the same kind that parses.
fn stand_in(text: &str, layout: &Lines, first: usize, last: usize) -> String {
    let has_body = has_body(layout, first, last);
    let head = match construct(layout.code_of(first).map(|token| token.text(text))) {
        Some("function_def") => "def _():",
        Some("class_def") => "class _:",
        Some("elif") => "elif _:",
        Some("else") => "else:",
        Some("try") => "try:",
        Some("except") => "except _:",
        Some("finally") => "finally:",
        Some("match") => "match _:",
        Some("case") => "case 0:",
        Some("for" | "while") => "while _:",
        Some(_) => "if _:",
        None if has_body => "if _:",
        None => return "pass".to_owned(),
    };
    if has_body {
        head.to_owned()
    } else {
        format!("{head} pass")
    }
}

/// Whether a deeper line follows.
fn has_body(layout: &Lines, first: usize, last: usize) -> bool {
    let indent = layout.lines.get(first).map_or(0, |line| line.indent);
    layout
        .code_after(last)
        .and_then(|next| layout.lines.get(next))
        .is_some_and(|next| next.indent > indent)
}
