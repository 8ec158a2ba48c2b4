//! Colons, commas and operators: one too few, one too many, another one.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::text::{Edit, Span};

/// A colon: nine times of ten the one that ends a header.
fn some_colon(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    if random.usize(..10) > 0 {
        let headers = site.blocks().into_iter().map(|block| block.colon);
        return pick(random, headers);
    }
    pick(random, site.tokens(|token| site.text(token) == ":"))
}

/// `if a`
pub fn drop_colon(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_colon(site, random)?;
    Some(vec![Edit::delete(site.span(token))])
}

/// `a = 1:` or `if a::`
pub fn extra_colon(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = if random.usize(..3) == 0 {
        some_colon(site, random)?
    } else {
        let ends = |token| site.outside(token) && site.ends_line(token) && site.ends_operand(token);
        pick(random, site.tokens(ends))?
    };
    Some(vec![Edit::insert(site.span(token).end, ":")])
}

/// A comma between two things in brackets.
fn some_comma(site: &Site<'_>, random: &mut Rng) -> Option<usize> {
    let separates = |token: usize| {
        site.text(token) == ","
            && !site.outside(token)
            && !matches!(site.text(token + 1), ")" | "]" | "}")
    };
    pick(random, site.tokens(separates))
}

/// `f(a b)`
pub fn drop_comma(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = some_comma(site, random)?;
    Some(vec![Edit::delete(site.span(token))])
}

/// `f(a,, b)` or `f(, a)`
pub fn extra_comma(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let token = if random.bool() {
        some_comma(site, random)?
    } else {
        pick(
            random,
            site.tokens(|token| matches!(site.text(token), "(" | "[" | "{")),
        )?
    };
    Some(vec![Edit::insert(site.span(token).end, ",")])
}

/// `if a;`, `f(a. b)`, `{a = b}`
pub fn wrong_separator(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let (token, wrong) = match random.usize(..5) {
        0 | 1 => (some_colon(site, random)?, ";"),
        2 | 3 => (some_comma(site, random)?, random.choice([".", ";", ":"])?),
        _ => {
            let inside = |token| site.text(token) == ":" && !site.outside(token);
            let token = pick(random, site.tokens(inside))?;
            (token, random.choice(["=", ",", ";"])?)
        }
    };
    Some(vec![Edit::replace(site.span(token), wrong)])
}

/// An operator between two operands.
fn is_binary(site: &Site<'_>, token: usize) -> bool {
    token > 0
        && site.ends_operand(token - 1)
        && site.starts_operand(token + 1)
        && is_operator(site.text(token))
}

fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-"
            | "*"
            | "/"
            | "//"
            | "%"
            | "**"
            | "@"
            | "&"
            | "|"
            | "^"
            | "<<"
            | ">>"
            | "=="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "="
            | "+="
            | "-="
            | "*="
            | "/="
            | "."
    )
}

/// `a b` for `a + b`
pub fn drop_operator(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    // Dots are everywhere, but rarely forgotten.
    let dots = random.usize(..8) == 0;
    let drops = |token| is_binary(site, token) && (dots || site.text(token) != ".");
    let token = pick(random, site.tokens(drops))?;
    let span = site.span(token);
    let glued = site.span(token - 1).end == span.start && site.span(token + 1).start == span.end;
    Some(vec![Edit::replace(span, if glued { " " } else { "" })])
}

/// `a === b`, `a =< b`, `a = = b`
pub fn wrong_operator(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let wrong = |text: &str| -> &'static [&'static str] {
        match text {
            "==" => &["===", "= =", "=!=", "=:="],
            "!=" => &["!==", "=!", "! =", "<>", "/="],
            "<=" => &["=<", "< ="],
            ">=" => &["=>", "> ="],
            "+=" => &["+ =", "=+="],
            "-=" => &["- ="],
            "->" => &["=>", "-", "- >", ":"],
            "**" => &["^^", "* *"],
            ":=" => &[": ="],
            "+" => &["+*", "./"],
            "*" => &["*/", "x"],
            "=" => &["=>", "=.", "=*"],
            _ => &[],
        }
    };
    let has = |token: &usize| !wrong(site.text(*token)).is_empty();
    // Plain assignments are everywhere, but rarely written wrong.
    let plain = random.usize(..6) == 0;
    let candidates = site
        .tokens(|_| true)
        .filter(has)
        .filter(|token| plain || site.text(*token) != "=");
    let token = pick(random, candidates)?;
    let written = random.choice(wrong(site.text(token)))?;
    Some(vec![Edit::replace(site.span(token), *written)])
}

/// `if a = b:`
pub fn assign_for_eq(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let compares = |token| site.text(token) == "==";
    let token = pick(random, site.tokens(compares))?;
    Some(vec![Edit::replace(site.span(token), "=")])
}

/// `1 = a`
pub fn swapped_assignment(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let assigns = |token: usize| {
        site.text(token) == "="
            && site.outside(token)
            && site.line(token - 1) == site.line(token)
            && site.ends_line(token + 1)
    };
    let token = pick(random, site.tokens(|token| token > 0 && assigns(token)))?;
    let line = site.line(token);
    let margin = site.line_span(line).start + site.indent(line);
    let left = Span::new(margin, site.span(token - 1).end);
    let right = site.span(token + 1);
    Some(vec![
        Edit::replace(left, right.of(site.source)),
        Edit::replace(right, left.of(site.source)),
    ])
}

/// `a +`
pub fn drop_operand(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let has = |token| is_binary(site, token) && site.ends_operand(token + 1);
    let token = pick(random, site.tokens(has))?;
    Some(vec![Edit::delete(site.span(token + 1))])
}
