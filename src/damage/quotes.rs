//! Strings whose quotes, or whose braces, do not add up.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::lang::python::TokenKind;
use crate::text::{Edit, Span};

/// A string and where its quotes are.
struct Text<'source> {
    written: &'source str,
    /// From its prefix to its last quote.
    span: Span,
    /// `"`, or three of them
    quote: &'source str,
    /// Offset of the opening quote.
    opens: usize,
    /// Offset of the closing quote.
    closes: usize,
}

fn text<'source>(site: &Site<'source>, token: usize) -> Option<Text<'source>> {
    let Some(TokenKind::String {
        closed: true,
        triple,
    }) = site.kind(token)
    else {
        return None;
    };
    let written = site.text(token);
    let span = site.span(token);
    let prefix = written.find(['"', '\''])?;
    let width = if triple { 3 } else { 1 };
    Some(Text {
        written,
        span,
        quote: written.get(prefix..prefix + width)?,
        opens: span.start + prefix,
        closes: span.end - width,
    })
}

fn texts<'source>(site: &Site<'source>, triple: bool) -> impl Iterator<Item = Text<'source>> {
    site.tokens(|_| true)
        .filter_map(|token| text(site, token))
        .filter(move |text| (text.quote.len() == 3) == triple)
}

/// `'a`
pub fn drop_close_quote(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    Some(vec![Edit::delete(Span::new(text.closes, text.span.end))])
}

/// `a'`
pub fn drop_open_quote(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    Some(vec![Edit::delete(Span::new(text.opens, text.opens + 1))])
}

/// `'a"`
pub fn quote_clash(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    let other = if text.quote == "'" { "\"" } else { "'" };
    let at = if random.usize(..3) == 0 {
        text.opens
    } else {
        text.closes
    };
    Some(vec![Edit::replace(Span::new(at, at + 1), other)])
}

/// `'it's'`: a quote in a text that is quoted with the same.
pub fn quote_in_string(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    let inside = site.source.get(text.opens + 1..text.closes)?;
    let other = if text.quote == "'" { "\"" } else { "'" };
    if inside.contains(other) {
        // Written in the quotes that it holds.
        return Some(vec![
            Edit::replace(Span::new(text.opens, text.opens + 1), other),
            Edit::replace(Span::new(text.closes, text.span.end), other),
        ]);
    }
    let escape = format!("\\{}", text.quote);
    let escapes = inside.match_indices(&escape).map(|(at, _)| (at, 1, ""));
    let ends = inside.match_indices(' ').map(|(at, _)| (at, 0, text.quote));
    let (at, gone, written) = pick(random, escapes.chain(ends))?;
    let start = text.opens + 1 + at;
    Some(vec![Edit::replace(Span::new(start, start + gone), written)])
}

/// `'a''`
pub fn extra_quote(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    let at = if random.bool() {
        text.opens
    } else {
        text.closes
    };
    Some(vec![Edit::insert(at, text.quote)])
}

/// `"""a` or `"""a""`
pub fn triple_quote(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, true))?;
    let at = if random.usize(..3) == 0 {
        text.opens
    } else {
        text.closes
    };
    let gone = if random.bool() { 3 } else { 1 };
    Some(vec![Edit::delete(Span::new(at, at + gone))])
}

/// `f"{a"`
pub fn fstring_brace(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let formatted = texts(site, false).chain(texts(site, true)).filter(|text| {
        let prefix = text.written.get(..text.opens - text.span.start);
        prefix.is_some_and(|prefix| prefix.contains(['f', 'F']))
    });
    let text = pick(random, formatted)?;
    let braces = text.written.match_indices(['{', '}']);
    let (at, brace) = pick(random, braces)?;
    let at = text.span.start + at;
    Some(vec![if random.usize(..4) == 0 {
        Edit::insert(at, brace)
    } else {
        Edit::delete(Span::new(at, at + 1))
    }])
}

/// `“a”`, as a word processor writes it.
pub fn smart_quotes(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let text = pick(random, texts(site, false))?;
    let (open, close) = if text.quote == "'" {
        ("‘", "’")
    } else {
        ("“", "”")
    };
    Some(vec![
        Edit::replace(Span::new(text.opens, text.opens + 1), open),
        Edit::replace(Span::new(text.closes, text.span.end), close),
    ])
}
