//! A program that is still being written.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::TokenKind;
use crate::text::{Edit, Span};

/// A place in a line at which somebody might have stopped typing: between two tokens, or inside a word.
fn cursor(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    let goes_on = |token| !site.ends_line(token);
    let token = pick(random, site.tokens(goes_on))?;
    let span = site.span(token);
    let word = matches!(site.kind(token), Some(TokenKind::Name | TokenKind::Keyword));
    if word && span.len() > 2 && random.usize(..4) == 0 {
        let inside = site
            .text(token)
            .char_indices()
            .skip(1)
            .map(|(at, _)| span.start + at);
        return pick(random, inside);
    }
    Some(span.end)
}

/// A line that ends in its middle; the rest of the program stands below it.
pub fn typing(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let at = cursor(site, random)?;
    let line = site.line_span(site.lines.line_at(at));
    Some(vec![Edit::delete(Span::new(at, line.end))])
}

/// A program that ends in the middle of a line.
pub fn end_in_a_line(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let at = cursor(site, random)?;
    Some(vec![Edit::delete(Span::new(at, site.source.len()))])
}

/// What closes the last statement is not there yet.
pub fn unclosed_at_the_end(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let last = site.code.len().checked_sub(1)?;
    match site.kind(last)? {
        TokenKind::Close(_) => {
            let closers = (0..=last)
                .rev()
                .take_while(|token| matches!(site.kind(*token), Some(TokenKind::Close(_))))
                .count();
            let gone = random.usize(1..=closers);
            let spans = (last + 1 - gone..=last).map(|token| site.span(token));
            Some(spans.map(Edit::delete).collect())
        }
        TokenKind::String { triple, .. } => {
            let end = site.span(last).end;
            let width = if triple { 3 } else { 1 };
            Some(vec![Edit::delete(Span::new(end - width, end))])
        }
        _ => None,
    }
}
