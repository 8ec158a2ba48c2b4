//! `def f():` with nothing under it.

use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, statement_ends_with_colon, statement_start};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_body";

/// Proposes `pass` under each suspect header that has no block.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for line in site.suspect_lines() {
        if statement_start(&site.layout, line) == line {
            without_body(site, line, out);
        }
    }
}

/// A header with nothing under it.
fn without_body(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) {
    let Some(construct) = site.construct_of(line) else {
        return;
    };
    // A header may go on for several lines.
    let last = site.last_line_of(line);
    let (Some(header), Some(bottom)) = (site.layout.lines.get(line), site.layout.lines.get(last))
    else {
        return;
    };
    let next = site.layout.code_after(last);
    let next_indent = next
        .and_then(|next| site.layout.lines.get(next))
        .map(|next| next.indent);
    if next_indent.is_some_and(|next| next > header.indent)
        || !statement_ends_with_colon(site, line)
    {
        return;
    }
    let (cost, cluster) = match next_indent {
        None => (4, "eof"),
        Some(indent) if indent < header.indent => (5, construct),
        Some(_) if next.is_some_and(|next| continues_statement(site, next)) => (5, construct),
        Some(_) => (13, construct),
    };
    let text = format!(
        "{}{}{}pass",
        site.line_break(),
        site.indent(line),
        site.indent_unit()
    );
    let at = bottom.span.end;
    // The block is missing on the line after the header, if there is one.
    let missing = match site.layout.lines.get(last + 1) {
        Some(next) => Span::new(next.span.start + next.indent, next.span.end),
        None if at < site.text.len() => Span::empty(site.text.len()),
        None => Span::new(header.span.start + header.indent, at),
    };
    out.push(
        Proposal::new(
            RULE,
            Code::new("IND.EXPECTED_BLOCK"),
            cost,
            missing,
            vec![Edit::insert(at, text)],
        )
        .construct(cluster)
        .message(format!(
            "the block that '{}' begins is missing: write it, or 'pass' if there is nothing to do",
            header_word(site, line)
        ))
        .title("Add 'pass' as the block"),
    );
}

/// Whether a line is a clause that belongs to the statement above it, or begins a definition of its own.
fn continues_statement(site: &Site<'_>, line: usize) -> bool {
    site.layout.code_of(line).next().is_some_and(|token| {
        matches!(
            site.str(token),
            "else" | "elif" | "except" | "finally" | "def" | "class" | "@" | "case"
        )
    })
}

fn header_word<'text>(site: &Site<'text>, line: usize) -> &'text str {
    site.layout
        .code_of(line)
        .next()
        .map_or("", |token| site.str(token))
}
