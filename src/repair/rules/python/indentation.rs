//! Lines that stand too far left or right for the block that they belong to.

use std::ops::Range;

use ruff_python_parser::{LexicalErrorType, ParseErrorType};

use crate::lang::python::{ParseError, ParseErrorKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, statement_ends_with_colon, statement_start};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "indentation";

/// Proposes to move lines to a level that the lines above offer.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let line = if site.layout.code_of(site.line).next().is_some() {
        Some(site.line)
    } else {
        // At the end of the text the parser complains about the empty last line.
        site.layout.code_after(site.line)
    };
    let looks_misplaced = complains_of_indentation(&site.error) || begins_its_line(site);
    for line in [
        line.filter(|_| looks_misplaced),
        site.layout
            .code_before(site.line)
            .filter(|_| looks_misplaced),
        line.filter(|_| looks_misplaced)
            .and_then(|line| site.layout.code_after(line)),
    ]
    .into_iter()
    .flatten()
    .filter(|line| site.suspects.contains(line) || *line > site.line)
    {
        if site
            .layout
            .lines
            .get(line)
            .is_some_and(|own| !own.continued)
        {
            moved(site, line, out);
        }
    }
}

/// Whether the parser says that it is about indentation.
fn complains_of_indentation(error: &ParseError) -> bool {
    match &error.kind {
        ParseErrorKind::Syntax(ParseErrorType::UnexpectedIndentation) => true,
        ParseErrorKind::Syntax(ParseErrorType::Lexical(LexicalErrorType::IndentationError)) => true,
        ParseErrorKind::Syntax(ParseErrorType::OtherError(message)) => {
            message.contains("indented block")
        }
        _ => false,
    }
}

/// Whether the parser gave up at the start of a line, as at a clause that belongs to nothing above it.
fn begins_its_line(site: &Site<'_>) -> bool {
    site.layout
        .lines
        .get(site.line)
        .is_none_or(|line| site.error.span.start <= line.span.start + line.indent)
}

/// Proposes other levels for `line`, alone and together with the lines that stand with it.
fn moved(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) {
    let Some(above) = block_line_before(site, line) else {
        return push_move(
            site,
            line,
            line + 1,
            "",
            Kind::Unexpected("file_start"),
            5,
            out,
        );
    };
    let own = site.indent(line);
    let above_indent = site.indent(above);
    let opens = ends_with_colon(site, above);
    let wanted = if opens {
        format!("{above_indent}{}", site.indent_unit())
    } else {
        above_indent.to_owned()
    };
    let block_end = end_of_block(site, line);
    let kind = match (opens, own.len() > above_indent.len()) {
        (true, false) => Kind::ExpectedBlock(site.construct_of(above)),
        (false, true) => Kind::Unexpected("after_statement"),
        _ => Kind::Mismatch,
    };
    let mut levels = vec![wanted.clone()];
    for candidate in open_levels(site, line) {
        if !levels.contains(&candidate) {
            levels.push(candidate);
        }
    }
    for (rank, level) in levels
        .iter()
        .enumerate()
        .filter(|(_, level)| level.as_str() != own)
    {
        let kind = if *level == wanted {
            kind
        } else {
            kind.or_mismatch()
        };
        let distance = u32::try_from(level.len().abs_diff(own.len()))
            .unwrap_or(u32::MAX)
            .min(16);
        let cost = match kind {
            Kind::Mismatch => 5 + distance,
            _ if rank == 0 => 6,
            _ => 10 + distance,
        };
        // Of the lines that could move together, a function's body is more, another block's its first statement.
        let of_function = matches!(
            kind,
            Kind::ExpectedBlock(Some("function_def" | "class_def"))
        );
        let extents = [
            (
                end_of_statement(site, line),
                if of_function { 2 } else { 0 },
            ),
            (end_of_body(site, line), if of_function { 0 } else { 2 }),
            (same_level_run(site, line), 3),
            (block_end, 3),
            (line + 1, 4),
        ];
        for (rank, (end, more)) in extents.iter().enumerate() {
            if !extents.iter().take(rank).any(|(other, _)| other == end) {
                push_move(site, line, *end, level, kind, cost + more, out);
            }
        }
    }
    above_moved(site, line, above, out);
}

/// The header above stands too far right: `    class A:` with its body where the class should stand.
fn above_moved(site: &Site<'_>, line: usize, above: usize, out: &mut Vec<Proposal>) {
    let (own, header) = (site.indent(line), site.indent(above));
    if site.construct_of(above).is_none() || header.len() < own.len() || header.is_empty() {
        return;
    }
    for level in open_levels(site, above)
        .into_iter()
        .filter(|level| level.len() < own.len())
    {
        push_move(
            site,
            above,
            line,
            &level,
            Kind::Unexpected("after_statement"),
            8,
            out,
        );
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    ExpectedBlock(Option<&'static str>),
    Unexpected(&'static str),
    Mismatch,
}

impl Kind {
    fn or_mismatch(self) -> Self {
        match self {
            Self::ExpectedBlock(_) => Self::Mismatch,
            kind => kind,
        }
    }
}

fn push_move(
    site: &Site<'_>,
    first: usize,
    end: usize,
    level: &str,
    kind: Kind,
    cost: u32,
    out: &mut Vec<Proposal>,
) {
    let edits = reindent(site, first..end, level);
    let Some(line) = site.layout.lines.get(first).filter(|_| !edits.is_empty()) else {
        return;
    };
    let span = Span::new(
        line.span.start,
        site.code_end(first).unwrap_or(line.span.end),
    );
    let (code, construct, message) = match kind {
        Kind::ExpectedBlock(construct) => (
            Code::new("IND.EXPECTED_BLOCK"),
            construct,
            "this line must be indented: it is the block that the line above begins".to_owned(),
        ),
        Kind::Unexpected(construct) => (
            Code::new("IND.UNEXPECTED_INDENT"),
            Some(construct),
            "this line is indented, but no block begins above it: align it with the line above".to_owned(),
        ),
        Kind::Mismatch => (
            Code::new("IND.UNINDENT_MISMATCH"),
            None,
            "this line's indentation matches no block around it: align it with the block that it belongs to".to_owned(),
        ),
    };
    let lines = if end == first + 1 {
        "the line"
    } else {
        "the lines"
    };
    let verb = if level.len() > line.indent {
        "Indent"
    } else {
        "Dedent"
    };
    out.push(
        Proposal::new(RULE, code, cost, span, edits)
            .construct(construct)
            .message(message)
            .title(format!(
                "{verb} {lines} to column {}",
                level.chars().count() + 1
            )),
    );
}

/// Edits that give `lines` the indentation `level`, keeping how they stand to each other.
fn reindent(site: &Site<'_>, lines: Range<usize>, level: &str) -> Vec<Edit> {
    let base = site.indent(lines.start);
    lines
        .filter_map(|index| {
            let line = site
                .layout
                .lines
                .get(index)
                .filter(|line| !line.is_blank() || line.indent > 0)?;
            let inside_string = line.continued;
            let rest = site.indent(index).strip_prefix(base)?;
            (!inside_string).then(|| {
                Edit::replace(
                    Span::new(line.span.start, line.span.start + line.indent),
                    format!("{level}{rest}"),
                )
            })
        })
        .collect()
}

/// The nearest line above that begins a line of code of its own.
fn block_line_before(site: &Site<'_>, line: usize) -> Option<usize> {
    let mut above = site.layout.code_before(line)?;
    // A line inside brackets has the indentation that its author likes.
    let start = statement_start(&site.layout, above);
    if start < above {
        above = start;
    }
    Some(above)
}

fn ends_with_colon(site: &Site<'_>, line: usize) -> bool {
    site.construct_of(line).is_some()
        && (line..site.layout.lines.len())
            .take(40)
            .find_map(|line| site.layout.code_of(line).next_back())
            .is_some_and(|_| statement_ends_with_colon(site, line))
}

/// The indentations of the blocks that are open at `line`, the innermost first.
fn open_levels(site: &Site<'_>, line: usize) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    let mut at = line;
    while let Some(above) = block_line_before(site, at) {
        let indent = site.indent(above);
        if levels.last().is_none_or(|last| indent.len() < last.len()) {
            levels.push(indent.to_owned());
        }
        if indent.is_empty() || levels.len() > 8 {
            break;
        }
        at = above;
    }
    levels
}

/// The line past the last one that stands at least as far right as `line`.
fn end_of_block(site: &Site<'_>, line: usize) -> usize {
    let own = site.indent(line).len();
    let mut end = line + 1;
    while let Some(next) = site.layout.code_after(end - 1) {
        if site
            .layout
            .lines
            .get(next)
            .is_none_or(|next| next.indent < own && !next.continued)
        {
            break;
        }
        end = next + 1;
    }
    end
}

/// The line past the statement of `line`: with its block, if it begins one.
fn end_of_statement(site: &Site<'_>, line: usize) -> usize {
    let own = site.indent(line).len();
    let is_header = site.construct_of(line).is_some();
    let mut end = line + 1;
    while let Some(next) = site.layout.code_after(end - 1) {
        let Some(layout) = site.layout.lines.get(next) else {
            break;
        };
        let belongs = layout.continued
            || statement_start(&site.layout, next) < next
            || is_header && (layout.indent > own || layout.indent == own && is_clause(site, next));
        if !belongs {
            break;
        }
        end = next + 1;
    }
    end
}

/// The line past the last one that may belong to a function whose body stands as its header does: up to a definition,
/// or past a statement that leaves the function.
fn end_of_body(site: &Site<'_>, line: usize) -> usize {
    let mut end = end_of_statement(site, line);
    let mut start = line;
    loop {
        let word = site
            .layout
            .code_of(start)
            .next()
            .map(|token| site.str(token));
        if matches!(word, Some("return" | "raise" | "pass")) {
            return end;
        }
        let Some(next) = site.layout.code_after(end - 1) else {
            return end;
        };
        let begins = site
            .layout
            .code_of(next)
            .next()
            .map(|token| site.str(token));
        let same_level = site
            .layout
            .lines
            .get(next)
            .is_some_and(|next| next.indent == site.indent(line).len());
        if !same_level
            || matches!(
                begins,
                Some("def" | "class" | "@" | "async" | "else" | "elif" | "except" | "finally")
            )
        {
            return end;
        }
        start = next;
        end = end_of_statement(site, next);
    }
}

fn is_clause(site: &Site<'_>, line: usize) -> bool {
    let begins = site
        .layout
        .code_of(line)
        .next()
        .map(|token| site.str(token));
    matches!(begins, Some("else" | "elif" | "except" | "finally"))
}

/// The line past the run of lines, without a blank line between, that stand as `line` does or further right.
fn same_level_run(site: &Site<'_>, line: usize) -> usize {
    let own = site.indent(line).len();
    (line + 1..site.layout.lines.len())
        .find(|next| {
            site.layout
                .lines
                .get(*next)
                .is_none_or(|next| next.is_blank() || next.indent < own)
        })
        .unwrap_or(site.layout.lines.len())
}
