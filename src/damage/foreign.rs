//! Python 2, and what other languages write in the same place.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::TokenKind;
use crate::text::{Edit, Span};

/// The bracket that closes the one at `open`.
fn partner(site: &Site<'_>, open: usize) -> Option<usize> {
    let depth = site.depth.get(open)?;
    site.tokens(|token| token > open && matches!(site.kind(token), Some(TokenKind::Close(_))))
        .find(|token| site.depth.get(*token) == Some(depth))
}

/// `print a` for `print(a)`
pub fn py2_print(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let calls = |token: usize| {
        site.text(token) == "(" && site.before(token) == "print" && site.text(token + 1) != ")"
    };
    let open = pick(random, site.tokens(calls))?;
    let close = partner(site, open)?;
    Some(vec![
        Edit::replace(site.span(open), " "),
        Edit::delete(site.span(close)),
    ])
}

/// `raise A, b` for `raise A(b)`
pub fn py2_raise(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let calls = |token: usize| {
        site.text(token) == "("
            && token > 1
            && site.before(token - 1) == "raise"
            && site.text(token + 1) != ")"
    };
    let open = pick(random, site.tokens(calls))?;
    let close = partner(site, open)?;
    site.ends_line(close).then(|| {
        vec![
            Edit::replace(site.span(open), ", "),
            Edit::delete(site.span(close)),
        ]
    })
}

/// `except A, b:` for `except A as b:`
pub fn py2_except(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let names = |token| site.text(token) == "as" && site.statement_word(token) == "except";
    let token = pick(random, site.tokens(names))?;
    let gap = Span::new(site.span(token.checked_sub(1)?).end, site.span(token).end);
    Some(vec![Edit::replace(gap, ",")])
}

/// `else if a:`
pub fn else_if(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = pick(random, site.tokens(|token| site.text(token) == "elif"))?;
    Some(vec![Edit::replace(site.span(token), "else if")])
}

/// `a && !b`
pub fn c_operator(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let words = |token: usize| {
        matches!(site.text(token), "and" | "or")
            || site.text(token) == "not"
                && site.before(token) != "is"
                && site.text(token + 1) != "in"
    };
    let token = pick(random, site.tokens(words))?;
    let span = site.span(token);
    Some(vec![match site.text(token) {
        "and" => Edit::replace(span, "&&"),
        "or" => Edit::replace(span, "||"),
        _ => Edit::replace(Span::new(span.start, site.span(token + 1).start), "!"),
    }])
}

/// `a++` for `a += 1`
pub fn increment(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let steps = |token: usize| {
        matches!(site.text(token), "+=" | "-=") && token > 0 && site.text(token + 1) == "1"
    };
    let token = pick(random, site.tokens(steps))?;
    let span = Span::new(site.span(token - 1).end, site.span(token + 1).end);
    let doubled = if site.text(token) == "+=" { "++" } else { "--" };
    Some(vec![Edit::replace(span, doubled)])
}
