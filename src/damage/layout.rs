//! Lines that stand too far to the left or to the right, and headers without a body.

use std::ops::Range;

use fastrand::Rng;

use super::site::{Site, pick};
use crate::text::{Edit, Span};

/// Takes `width` bytes of margin from every line of `lines` that has them; strings of several lines stay as they are.
fn shift_left(site: &Site<'_>, lines: Range<usize>, width: usize) -> Vec<Edit> {
    lines
        .filter(|line| {
            let continues = site.lines.lines.get(*line);
            continues.is_some_and(|line| !line.continued && line.indent >= width)
        })
        .map(|line| {
            let start = site.line_span(line).start;
            Edit::delete(Span::new(start, start + width))
        })
        .collect()
}

/// The body of a header at the header's own margin: all of it, or only its first line.
pub fn body_not_indented(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let all = random.usize(..4) > 0;
    let block = pick(random, site.blocks().into_iter())?;
    let width = site.indent(block.body.start) - site.indent(block.header);
    let lines = if all {
        block.body
    } else {
        site.statement(block.body.start)
    };
    Some(shift_left(site, lines, width))
}

/// A line with more margin than its block.
pub fn unexpected_indent(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let line = pick(random, site.statements())?;
    let more = random.choice(["    ", "    ", "  ", " "])?;
    let start = site.line_span(line).start;
    Some(vec![Edit::insert(start, more)])
}

/// A line whose margin lies between those of the blocks around it.
pub fn unindent_mismatch(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let indented = site.statements().filter(|line| site.indent(*line) > 1);
    let line = pick(random, indented)?;
    let less = random.usize(1..=3.min(site.indent(line) - 1));
    let start = site.line_span(line).start;
    let edit = if random.usize(..4) == 0 {
        Edit::insert(start, " ")
    } else {
        Edit::delete(Span::new(start, start + less))
    };
    Some(vec![edit])
}

/// A line whose margin is a tab where its neighbors have spaces.
pub fn tab_mix(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let spaced = site
        .statements()
        .filter(|line| site.margin(*line).starts_with("    "));
    let line = pick(random, spaced)?;
    let margin = site.margin(line);
    let tabs = match random.usize(..3) {
        0 => margin.replacen("    ", "\t", 1),
        1 if margin.len() >= 8 => margin.replace("        ", "\t"),
        _ => margin.replace("    ", "\t"),
    };
    let start = site.line_span(line).start;
    Some(vec![Edit::replace(
        Span::new(start, start + margin.len()),
        tabs,
    )])
}

/// A header with nothing below it.
pub fn body_missing(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let short = site
        .blocks()
        .into_iter()
        .filter(|block| block.body.len() <= 4);
    let block = pick(random, short)?;
    let last = block.body.end - 1;
    let gone = Span::new(
        site.line_span(site.line(block.colon)).end,
        site.line_span(last).end,
    );
    Some(vec![Edit::delete(gone)])
}
