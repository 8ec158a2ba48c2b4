//! The part of a text that a complaint concerns: the damaged statement with a few around it.

use ruff_python_ast::{ModModule, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::blocks::{Place, place};
use super::piece::Piece;
use super::site::begins_statement;
use crate::lang::python::{Lines, TokenKind};
use crate::text::Span;

/// How much is taken around a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Statements of the module after the damaged one.
    pub statements: usize,
    /// Bytes before and after the complaint past which a piece may begin and end inside a statement of the module;
    /// `None`: it may not.
    pub bytes: Option<usize>,
}

/// Whole lines of `text` around byte `offset`: the statement that holds it with what comes before it, and statements
/// after it, as far as `reach` says. They begin at `from` or after it, where a line begins; `None` if that cannot be.
///
/// A module's statements mean the same alone as among others, and so does what stands in a block if the block's head is
/// kept, so a rule's guess can be judged on them. `parsed` is what the parser made of `text`; `offset` is its first
/// complaint, so what comes before is as the parser says.
pub fn around(
    text: &str,
    parsed: &Parsed<ModModule>,
    offset: usize,
    reach: Reach,
    from: usize,
) -> Option<Piece> {
    let mut start = Place {
        start: module_start(text, parsed, offset),
        ..Place::default()
    };
    if let Some(bytes) = reach.bytes
        && offset - start.start > bytes
        && let Some(inner) = inner_start(text, parsed, offset, bytes)
    {
        start = inner;
    }
    if start.start < from {
        let is_indented = text.get(from..)?.starts_with([' ', '\t', '\x0c']);
        start = if !is_indented {
            Place {
                start: from,
                ..Place::default()
            }
        } else if reach.bytes.is_some() {
            place(text, parsed.suite(), from)
                .filter(|place| place.start == from && !place.heads.is_empty())?
        } else {
            return None;
        };
    }
    let end = end(text, start.start, offset, reach, start.tries);
    Some(Piece {
        heads: start.heads,
        span: Span::new(start.start, end),
    })
}

/// The line where the module's statement before the damaged one begins.
fn module_start(text: &str, parsed: &Parsed<ModModule>, offset: usize) -> usize {
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
    if own <= 1 { 0 } else { line_start(text, first) }
}

/// The place about `bytes` before `offset`, at least one statement before the damaged one.
fn inner_start(
    text: &str,
    parsed: &Parsed<ModModule>,
    offset: usize,
    bytes: usize,
) -> Option<Place> {
    let suite = parsed.suite();
    let own = place(text, suite, line_start(text, offset))?.start;
    let mut start = place(text, suite, line_start(text, own.checked_sub(1)?))?;
    let wished = line_start(text, offset.saturating_sub(bytes));
    if wished < start.start
        && let Some(earlier) = place(text, suite, wished)
        && offset - earlier.start <= bytes * 2
    {
        start = earlier;
    }
    let heads: usize = start.heads.iter().map(|kept| kept.span.len()).sum();
    (heads <= MAX_HEADS).then_some(start)
}

/// Bytes of heads at most that are worth it to keep.
const MAX_HEADS: usize = 4 * 1024;

/// Where a piece ends that begins at `start`.
fn end(text: &str, start: usize, offset: usize, reach: Reach, tries: Vec<usize>) -> usize {
    let rest = text.get(start..).unwrap_or("");
    let mut ahead = LOOK_AHEAD;
    loop {
        let until = offset.saturating_sub(start).saturating_add(ahead);
        let near = if until < rest.len() {
            rest.get(..line_start(rest, until)).unwrap_or(rest)
        } else {
            rest
        };
        let layout = Lines::new(near);
        if let Some(end) = end_in(&layout, near, offset - start, reach, tries.clone()) {
            return start + end;
        }
        if near.len() == rest.len() {
            return text.len();
        }
        ahead = ahead.saturating_mul(4);
    }
}

/// How many bytes after a complaint are looked at first for the ends of statements.
const LOOK_AHEAD: usize = 4 * 1024;

fn end_in(
    layout: &Lines,
    text: &str,
    offset: usize,
    reach: Reach,
    mut tries: Vec<usize>,
) -> Option<usize> {
    let own = layout.line_at(offset);
    let mut of_module = 0;
    let mut of_any = 0;
    // Lines of a bracket that was open before the complaint may be statements: it may be what is wrong.
    let is_damaged = |opener: usize| {
        layout
            .tokens
            .get(opener)
            .is_some_and(|token| token.span.start <= offset)
    };
    for (index, line) in layout.lines.iter().enumerate() {
        let is_statement = begins_any_statement(layout, index, text);
        let first = layout.code_of(index).next().map(|token| token.text(text));
        if is_statement && index > own && !follows_decorator(layout, index, text) {
            of_module += usize::from(line.indent == 0);
            of_any += 1;
            // Whole statements after the damage show whether the parser found its feet again.
            let is_far = reach
                .bytes
                .is_some_and(|bytes| line.span.start > offset + bytes)
                && of_any > reach.statements
                && tries.is_empty()
                && line.inside.is_none_or(is_damaged)
                && !follows_head(layout, index, text);
            if of_module > reach.statements || is_far {
                return Some(line.span.start);
            }
        }
        match first {
            Some("except" | "finally") if !line.continued => {
                tries.retain(|indent| *indent < line.indent);
            }
            Some("else") => {}
            Some(_) if is_statement => tries.retain(|indent| *indent < line.indent),
            _ => {}
        }
        if first == Some("try") && !line.continued {
            tries.push(line.indent);
        }
    }
    None
}

/// Whether the line before is a decorator.
fn follows_decorator(layout: &Lines, index: usize, text: &str) -> bool {
    layout
        .code_before(index)
        .and_then(|before| layout.code_of(before).next())
        .is_some_and(|first| first.text(text) == "@")
}

/// Whether the line before ends as the head of a block does.
fn follows_head(layout: &Lines, index: usize, text: &str) -> bool {
    layout
        .code_before(index)
        .and_then(|before| layout.code_of(before).next_back())
        .is_some_and(|last| last.text(text) == ":")
}

/// Whether a line begins a statement of the module, as far as can be told in broken text.
pub fn is_module_statement(layout: &Lines, index: usize, text: &str) -> bool {
    layout.lines.get(index).is_some_and(|line| line.indent == 0)
        && begins_any_statement(layout, index, text)
}

/// Whether a line begins a statement, as far as can be told in broken text.
fn begins_any_statement(layout: &Lines, index: usize, text: &str) -> bool {
    if layout.lines.get(index).is_none_or(|line| line.continued) {
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
            // Inside of brackets only what must be a statement counts: the bracket may be left open by mistake.
            let is_free = layout
                .lines
                .get(index)
                .is_some_and(|line| line.inside.is_none());
            (is_free
                || code
                    .next()
                    .is_some_and(|next| matches!(next.text(text), "=" | "(" | "." | ":" | "[")))
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

/// Offset of the line break that ends the line of byte `offset`.
pub fn line_end(text: &str, offset: usize) -> usize {
    text.get(offset..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |at| offset + at)
}

/// Offset where the line of byte `offset` starts.
pub fn line_start(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .get(..offset.min(text.len()))
        .and_then(|before| {
            before
                .iter()
                .rposition(|byte| matches!(byte, b'\n' | b'\r'))
        })
        .map_or(0, |at| at + 1)
}
