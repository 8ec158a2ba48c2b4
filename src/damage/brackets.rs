//! A bracket too few, one too many, one of another kind.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::{Bracket, TokenKind};
use crate::text::Edit;

fn is_open(site: &Site<'_>, token: usize) -> bool {
    matches!(site.kind(token), Some(TokenKind::Open(_)))
}

fn is_close(site: &Site<'_>, token: usize) -> bool {
    matches!(site.kind(token), Some(TokenKind::Close(_)))
}

/// A closing bracket; the last one of a line twice as often, as that is the one that people forget.
fn some_close(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    let last = random.bool();
    let ends = |token: usize| {
        is_close(site, token)
            && (!last
                || site.ends_line(token)
                || matches!(site.text(token + 1), ":") && site.outside(token))
    };
    pick(random, site.tokens(ends))
}

/// `f(a, (b)` for `f(a, (b))`
pub fn drop_close(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_close(site, random)?;
    Some(vec![Edit::delete(site.span(token))])
}

/// `f a)` for `f(a)`
pub fn drop_open(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = pick(random, site.tokens(|token| is_open(site, token)))?;
    // Without a space, `f(a)` would become another name.
    let glued = token > 0 && site.span(token - 1).end == site.span(token).start;
    let space = if glued && site.ends_operand(token - 1) && site.starts_operand(token + 1) {
        " "
    } else {
        ""
    };
    Some(vec![Edit::replace(site.span(token), space)])
}

/// `f(a))`
pub fn extra_close(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = if random.usize(..4) == 0 {
        pick(random, site.tokens(|token| site.ends_operand(token)))?
    } else {
        some_close(site, random)?
    };
    let bracket = match site.kind(token) {
        Some(TokenKind::Close(bracket)) => bracket,
        _ => Bracket::Round,
    };
    Some(vec![Edit::insert(site.span(token).end, bracket.close())])
}

/// `f((a)`
pub fn extra_open(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = pick(random, site.tokens(|token| is_open(site, token)))?;
    let span = site.span(token);
    Some(vec![Edit::insert(span.start, site.text(token))])
}

/// `f(a]`
pub fn mismatched(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_close(site, random)?;
    let others = [Bracket::Round, Bracket::Square, Bracket::Curly]
        .into_iter()
        .filter(|bracket| bracket.close() != site.text(token));
    let other = pick(random, others)?;
    Some(vec![Edit::replace(site.span(token), other.close())])
}
