//! A block whose first lines stand elsewhere than its other lines do: the few are wrong, not the many.

use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, statement_start};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "uneven_block";

/// Most lines above a complaint that are taken for the part of a block that stands elsewhere.
const MAX_ABOVE: usize = 200;

/// Proposes to move the lines above the complaint to the level of the line where the parser gave up.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let line = if site.layout.code_of(site.line).next().is_some() {
        Some(site.line)
    } else {
        site.layout.code_after(site.line)
    };
    let Some(line) = line.filter(|line| {
        let begins = |own: &crate::lang::python::Line| {
            !own.continued && site.error.span.start <= own.span.start + own.indent
        };
        site.layout.lines.get(*line).is_some_and(begins)
            && statement_start(&site.layout, *line) == *line
    }) else {
        return;
    };
    first_lines(site, line, out);
    header_of_several_lines(site, line, out);
}

/// The lines between a header and `line` stand elsewhere than `line`: they are the block's first ones.
fn first_lines(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) {
    let level = site.indent(line).len();
    let mut least = usize::MAX;
    let mut above = line;
    while let Some(before) = site.layout.code_before(above) {
        above = statement_start(&site.layout, before);
        let own = site.indent(above).len();
        if line - above > MAX_ABOVE {
            return;
        }
        // A header stands further left than its block.
        if own < level && own < least && site.construct_of(above).is_some() {
            below_header(site, above, line, out);
        }
        least = least.min(own);
        if own == 0 {
            return;
        }
    }
}

/// The block of `header` began elsewhere than `line` stands.
fn below_header(
    site: &Site<'_>,
    header: usize,
    line: usize,
    out: &mut Vec<Proposal>,
) -> Option<()> {
    let level = site.indent(line);
    // The first line below the header decides where the block began.
    let top = site.layout.code_after(site.last_line_of(header))?;
    let own = site.indent(top);
    if own == level || top >= line {
        return None;
    }
    let unit = step(site);
    let is_even = |indent: &str| indent.len().is_multiple_of(unit);
    let below = statements_at(site, line, usize::MAX, level);
    let above = statements_at(site, top, line, own);
    let cost = match (is_even(own), is_even(level)) {
        (false, true) => 3,
        (true, false) => 14,
        _ if above <= below => 5,
        _ => 12,
    };
    // Alone, if what follows already stands where it should; or with its block.
    let last = site.last_line_of(top);
    let alone = site.layout.code_after(last).filter(|next| *next < line);
    let alone = alone.is_some_and(|next| {
        site.construct_of(top).is_none() || site.indent(next).len() > level.len()
    });
    if alone {
        push(site, top, last + 1, level, cost, out);
    }
    push(site, top, line, level, cost + u32::from(alone), out);
    Some(())
}

/// `    def f(` whose closing bracket, further left, shows where it should stand.
fn header_of_several_lines(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) -> Option<()> {
    for header in [Some(line), site.layout.code_before(line)]
        .into_iter()
        .flatten()
    {
        let first = statement_start(&site.layout, header);
        let last = site.last_line_of(first);
        let closes = matches!(site.layout.code_of(last).next()?.kind, TokenKind::Close(_));
        let level = site.indent(last);
        if last > first && closes && level != site.indent(first) {
            push(site, first, first + 1, level, 3, out);
        }
    }
    Some(())
}

/// How many columns a block usually takes: four, unless most lines say otherwise.
fn step(site: &Site<'_>) -> usize {
    let indented = || {
        let lines = site.layout.lines.iter();
        lines.filter(|line| line.indent > 0 && !line.is_blank() && !line.continued)
    };
    let fours = indented()
        .filter(|line| line.indent.is_multiple_of(4))
        .count();
    if fours * 2 > indented().count() {
        4
    } else {
        site.indent_unit().len().max(1)
    }
}

/// How many lines from `first` to `end` begin at a level, up to one that stands further left.
fn statements_at(site: &Site<'_>, first: usize, end: usize, level: &str) -> usize {
    let lines = site.layout.lines.get(first..).unwrap_or(&[]);
    (first..end)
        .zip(lines)
        .filter(|(index, line)| !line.continued && site.layout.code_of(*index).next().is_some())
        .map(|(index, _)| index)
        .take_while(|index| site.indent(*index).len() >= level.len().min(site.indent(first).len()))
        .filter(|index| site.indent(*index) == level)
        .count()
}

/// Proposes to move the lines from `first` to before `end`, as they stand to each other.
fn push(
    site: &Site<'_>,
    first: usize,
    end: usize,
    level: &str,
    cost: u32,
    out: &mut Vec<Proposal>,
) {
    let base = site.indent(first);
    let edits: Vec<Edit> = (first..end)
        .filter_map(|index| {
            let line = site.layout.lines.get(index)?;
            let rest = site.indent(index).strip_prefix(base)?;
            (!line.continued && !line.is_blank()).then(|| {
                Edit::replace(
                    Span::new(line.span.start, line.span.start + line.indent),
                    format!("{level}{rest}"),
                )
            })
        })
        .collect();
    let Some(own) = site.layout.lines.get(first) else {
        return;
    };
    let column = level.chars().count() + 1;
    let verb = if level.len() > base.len() {
        "Indent"
    } else {
        "Dedent"
    };
    let lines = if edits.len() == 1 {
        "the line"
    } else {
        "the lines"
    };
    let span = Span::new(own.span.start, site.code_end(first).unwrap_or(own.span.end));
    let code = Code::new(if level.len() < base.len() {
        "IND.UNEXPECTED_INDENT"
    } else {
        "IND.UNINDENT_MISMATCH"
    });
    out.push(
        Proposal::new(RULE, code, cost, span, edits)
            .construct((level.len() < base.len()).then_some("after_statement"))
            .message("this line does not stand where the other lines of its block do: align it with them")
            .title(format!("{verb} {lines} to column {column}")),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;
    use crate::repair::testing::found;

    #[test]
    fn the_few_are_moved_to_the_many() {
        check(
            "def f(a):\n       b = a\n    c = b\n    d = c\n    return d\n",
            &["IND.UNEXPECTED_INDENT:after_statement"],
            "def f(a):\n    b = a\n    c = b\n    d = c\n    return d\n",
        );
        check(
            "def f(a):\n  if a:\n        b()\n    c = 1\n    return c\n",
            &["IND.UNINDENT_MISMATCH"],
            "def f(a):\n    if a:\n        b()\n    c = 1\n    return c\n",
        );
        check(
            "class A:\n    a = 1\n\n        def f(\n        self,\n        b,\n    ) -> int:\n        return b\n",
            &["IND.UNEXPECTED_INDENT:after_statement"],
            "class A:\n    a = 1\n\n    def f(\n        self,\n        b,\n    ) -> int:\n        return b\n",
        );
    }

    #[test]
    fn the_finding_is_on_the_line_that_stands_elsewhere() {
        let lines: Vec<usize> = found("def f(a):\n      '''Say.'''\n    b = 1\n    return b\n")
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [2]);
    }
}
