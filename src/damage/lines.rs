//! Lines that run into each other, and lines that are broken in two.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::TokenKind;
use crate::text::{Edit, Span};

/// `a = 1 b = 2`
pub fn join_lines(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let starts: Vec<usize> = site.statements().collect();
    let neighbors = starts.windows(2).filter_map(|pair| match pair {
        [first, second]
            if site.statement(*first).end == *second
                && site.indent(*first) == site.indent(*second) =>
        {
            Some(*second)
        }
        _ => None,
    });
    let line = pick(random, neighbors)?;
    let before = site.line_span(line - 1);
    // What follows a comment would be part of it.
    let own = site.lines.tokens_of(line - 1);
    if own.iter().any(|token| token.kind == TokenKind::Comment) {
        return None;
    }
    let start = site.line_span(line).start + site.indent(line);
    Some(vec![Edit::replace(Span::new(before.end, start), " ")])
}

/// A line break between two tokens outside any bracket, or inside a string.
pub fn split_line(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let string = |token| {
        matches!(
            site.kind(token),
            Some(TokenKind::String { triple: false, .. })
        ) && site.text(token).contains(' ')
    };
    if random.usize(..4) == 0
        && let Some(token) = pick(random, site.tokens(string))
    {
        let spaces = site.text(token).match_indices(' ').map(|(at, _)| at);
        let at = site.span(token).start + pick(random, spaces)? + 1;
        return Some(vec![Edit::insert(at, "\n")]);
    }
    let goes_on = |token| site.outside(token) && !site.ends_line(token);
    let token = pick(random, site.tokens(goes_on))?;
    let margin = site.margin(site.line(token));
    let deeper = random.choice(["", "    "])?;
    let gap = Span::new(site.span(token).end, site.span(token + 1).start);
    Some(vec![Edit::replace(gap, format!("\n{margin}{deeper}"))])
}
