//! Setting a hopeless statement aside, so that the mistakes after it still show.

use super::site::{construct, statement_start};
use super::window::is_module_statement;
use crate::lang::python::{Lines, ParseError, ParseErrorKind, TokenKind};
use crate::text::{Edit, Span};

/// A change that lets the parser read on although nothing is cured.
#[derive(Debug)]
pub struct Mask {
    /// What is replaced by a statement that parses.
    pub edit: Edit,
    /// The line above the complaint with which what is replaced begins, if the complaint shows a mistake there.
    pub above: Option<Span>,
    /// Statements beside the one that the complaint is about, with what hangs on it.
    pub others: usize,
}

/// Most blocks around a complaint that may be set aside as a whole.
const MAX_BLOCKS: usize = 4;

/// Ways to make the parser read on after `error`, those that set least aside first.
pub fn masks(text: &str, error: &ParseError) -> Vec<Mask> {
    let layout = Lines::new(text);
    let line = layout.line_at(error.span.start.min(text.len().saturating_sub(1)));
    let start = statement_start(&layout, line);
    let own = lines_span(&layout, start, line);
    let own_edit = |replacement: String| Mask {
        edit: Edit::replace(own, replacement),
        above: None,
        others: 0,
    };
    let mut ways = vec![own_edit(stand_in(text, &layout, start, line))];
    // A clause that belongs to nothing stands for itself.
    if stand_in(text, &layout, start, line) != "pass" {
        let head = if has_body(&layout, start, line) {
            "if _:"
        } else {
            "if _: pass"
        };
        ways.push(own_edit(head.to_owned()));
    }
    ways.push(own_edit("pass".to_owned()));
    let before = layout
        .code_before(start)
        .map(|before| statement_start(&layout, before));
    for first in std::iter::once(start).chain(before) {
        let above = (first < start)
            .then(|| layout.code_of(first).next_back().map(|last| last.span))
            .flatten();
        let ends = [line, end_of_lines_below(text, &layout, first, line)];
        for last in ends
            .into_iter()
            .filter(|last| first < start || *last > line)
        {
            ways.push(Mask {
                edit: Edit::replace(
                    lines_span(&layout, first, last),
                    block_stand_in(text, &layout, first, last),
                ),
                above,
                others: 0,
            });
        }
    }
    // The blocks around it, the innermost first.
    let mut inner = start;
    for _ in 0..MAX_BLOCKS {
        let level = layout.lines.get(inner).map_or(0, |line| line.indent);
        let outer = (0..inner).rev().find(|above| {
            layout.code_of(*above).next().is_some()
                && layout
                    .lines
                    .get(*above)
                    .is_some_and(|above| above.indent < level && !above.continued)
        });
        let Some(outer) = outer else { break };
        inner = statement_start(&layout, outer);
        let last = end_of_lines_below(text, &layout, inner, line);
        ways.push(Mask {
            edit: Edit::replace(lines_span(&layout, inner, last), "pass"),
            above: None,
            others: 0,
        });
    }
    // The whole statement of the module.
    let first = (0..=start)
        .rev()
        .find(|line| is_module_statement(&layout, *line, text))
        .unwrap_or(0);
    let next =
        (line + 1..layout.lines.len()).find(|line| is_module_statement(&layout, *line, text));
    let last = next.unwrap_or(layout.lines.len()).saturating_sub(1);
    ways.push(Mask {
        edit: Edit::replace(lines_span(&layout, first, last), "pass"),
        above: None,
        others: 0,
    });
    if matches!(error.kind, ParseErrorKind::Version(_)) {
        // What this version does not have, it does not have with another body either.
        let last = end_of_lines_below(text, &layout, start, line);
        ways.insert(
            0,
            Mask {
                edit: Edit::replace(lines_span(&layout, start, last), "pass"),
                above: None,
                others: 0,
            },
        );
    }
    for way in &mut ways {
        way.others = other_statements(&layout, way.edit.span, start, line);
    }
    ways
}

/// How many statements besides the one from line `start` to `line`, and what stands deeper, begin inside `span`.
fn other_statements(layout: &Lines, span: Span, start: usize, line: usize) -> usize {
    let level = layout.lines.get(start).map_or(0, |line| line.indent);
    let lines = layout.lines.iter().enumerate();
    lines
        .filter(|(index, own)| {
            let first = layout.code_of(*index).next();
            let begins = first.is_some_and(|first| !matches!(first.kind, TokenKind::Close(_)));
            begins
                && !own.continued
                && own.indent <= level
                && !(start..=line).contains(index)
                && span.start <= own.span.start + own.indent
                && own.span.start < span.end
        })
        .count()
}

/// The last line that hangs on the statement at `first`: deeper lines below `line`, and those that begin with a closing
/// bracket at its own level.
fn end_of_lines_below(text: &str, layout: &Lines, first: usize, line: usize) -> usize {
    let level = layout.lines.get(first).map_or(0, |line| line.indent);
    let mut last = line;
    while let Some(next) = layout.code_after(last) {
        let Some(own) = layout.lines.get(next) else {
            break;
        };
        let closes = layout
            .code_of(next)
            .next()
            .is_some_and(|token| matches!(token.kind, TokenKind::Close(_)));
        let hangs = own.continued || own.indent > level || own.indent == level && closes;
        if !hangs {
            break;
        }
        last = next;
        if closes && own.indent == level && ends_with_colon(text, layout, next) {
            break;
        }
    }
    last
}

fn ends_with_colon(text: &str, layout: &Lines, line: usize) -> bool {
    let last = layout.code_of(line).next_back();
    last.is_some_and(|last| last.text(text) == ":")
}

/// What stands in for the lines from `first` to `last`: a header of the same kind if a block follows them.
fn block_stand_in(text: &str, layout: &Lines, first: usize, last: usize) -> String {
    if has_body(layout, first, last) || last == first {
        stand_in(text, layout, first, last)
    } else {
        "pass".to_owned()
    }
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
