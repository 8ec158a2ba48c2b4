//! `f(a=1, b)` and `def f(a=1, b):`: what has a name or a default stands before what has none.

use ruff_python_parser::ParseErrorType as E;

use crate::lang::python::{Bracket, ParseErrorKind, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "argument_order";

/// Proposes to put the plain ones first, and a default for a parameter.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let ParseErrorKind::Syntax(kind) = &site.error.kind else {
        return;
    };
    let span = site.error.span;
    match kind {
        E::NonDefaultParamAfterDefaultParam => {
            let in_lambda = !is_in_definition(site, span.start);
            let construct = if in_lambda { "lambda" } else { "def" };
            let base = |cost: u32, edits: Vec<Edit>| {
                Proposal::new(RULE, Code::new("SYN.PARAM_DEFAULT_ORDER"), cost, span, edits)
                    .construct(construct)
                    .message(format!(
                        "'{}' has no default but follows a parameter that has one: give it a default, or move it forward",
                        short(span.of(site.text))
                    ))
                    .unsafe_fix()
            };
            let default = if span.of(site.text).contains(':') {
                " = None"
            } else {
                "=None"
            };
            out.push(
                base(9, vec![Edit::insert(span.end, default)]).title(format!(
                    "Add a default: '{}{default}'",
                    short(span.of(site.text))
                )),
            );
            if let Some(edit) = reordered(site, span, |item| item.contains('=')) {
                out.push(base(5, vec![edit]).title("Put the parameters with defaults last"));
            }
        }
        E::PositionalAfterKeywordArgument
        | E::PositionalAfterKeywordUnpacking
        | E::InvalidArgumentUnpackingOrder => {
            let construct = if matches!(kind, E::PositionalAfterKeywordArgument) {
                "call"
            } else {
                "unpacking"
            };
            let is_named = |item: &str| {
                item.starts_with("**")
                    || item.split_once('=').is_some_and(|(name, value)| {
                        name.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
                            && !value.starts_with('=')
                    })
            };
            if let Some(edit) = reordered(site, span, is_named) {
                out.push(
                    Proposal::new(
                        RULE,
                        Code::new("SYN.POSITIONAL_AFTER_KEYWORD"),
                        4,
                        span,
                        vec![edit],
                    )
                    .construct(construct)
                    .message(format!(
                        "'{}' has no name but follows an argument that has one: move it forward, or give it its name",
                        short(span.of(site.text))
                    ))
                    .title("Put the arguments without a name first")
                    .unsafe_fix(),
                );
            }
            if let Some((name, place)) = own_name(site, span) {
                out.push(
                    Proposal::new(
                        RULE,
                        Code::new("SYN.POSITIONAL_AFTER_KEYWORD"),
                        2,
                        span,
                        vec![Edit::insert(place, format!("{name}="))],
                    )
                    .construct(construct)
                    .message(format!(
                        "'{}' has no name but follows an argument that has one: move it forward, or give it its name",
                        short(span.of(site.text))
                    ))
                    .title(format!("Give it its name: '{name}='"))
                    .unsafe_fix(),
                );
            }
        }
        _ => {}
    }
}

/// The name of the only parameter that a call leaves out, by the definition in the text, and where it is to be written;
/// `place` is the argument without a name.
fn own_name<'text>(site: &Site<'text>, place: Span) -> Option<(&'text str, usize)> {
    let tokens = &site.layout.tokens;
    let index = tokens.partition_point(|token| token.span.end <= place.start);
    let opener = opener_before(site, index)?;
    let callee = site.str(site.token(opener.checked_sub(1)?)?);
    let defined = tokens.windows(3).position(|tokens| {
        tokens
            .iter()
            .map(|token| site.str(token))
            .eq(["def", callee, "("])
    })?;
    let parameters = items(site, defined + 2)?;
    let arguments = items(site, opener)?;
    let argument = arguments
        .iter()
        .find(|argument| argument.start <= place.start && place.start < argument.end)?;
    let name = |item: &Span| -> &'text str {
        let text = item.of(site.text);
        text.split(['=', ':']).next().unwrap_or(text).trim()
    };
    let is_named = |argument: &&Span| argument.of(site.text).contains('=');
    let unnamed = arguments.iter().filter(|argument| !is_named(argument));
    if unnamed.count() != 1 {
        return None;
    }
    let given: Vec<&str> = arguments.iter().filter(is_named).map(name).collect();
    let mut missing = parameters
        .iter()
        .map(name)
        .filter(|name| !given.contains(name) && !matches!(*name, "self" | "cls"));
    let only = missing
        .next()
        .filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
    missing.next().is_none().then_some((only, argument.start))
}

fn is_in_definition(site: &Site<'_>, offset: usize) -> bool {
    let index = site
        .layout
        .tokens
        .partition_point(|token| token.span.start < offset);
    opener_before(site, index).is_some()
        && site
            .layout
            .tokens
            .get(..index)
            .unwrap_or(&[])
            .iter()
            .rev()
            .find(|token| matches!(site.str(token), "def" | "lambda"))
            .is_some_and(|token| site.str(token) == "def")
}

/// Index of the bracket that is open before the token at `index`.
fn opener_before(site: &Site<'_>, index: usize) -> Option<usize> {
    let mut depth = 0usize;
    for before in (0..index).rev() {
        match site.token(before)?.kind {
            TokenKind::Close(_) => depth += 1,
            TokenKind::Open(bracket) if depth == 0 => {
                return (bracket == Bracket::Round).then_some(before);
            }
            TokenKind::Open(_) => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The items behind the bracket at `opener`; `None` if a comment or a line break is among them.
fn items(site: &Site<'_>, opener: usize) -> Option<Vec<Span>> {
    let mut items: Vec<Span> = Vec::new();
    let mut start: Option<usize> = None;
    let mut end = 0;
    let mut depth = 0usize;
    for at in opener + 1..site.layout.tokens.len() {
        let token = site.token(at)?;
        match token.kind {
            // Comments and line breaks have their place; it is for a person to move them.
            TokenKind::Comment | TokenKind::Newline => return None,
            TokenKind::Close(_) if depth == 0 => {
                items.extend(start.map(|start| Span::new(start, end)));
                break;
            }
            TokenKind::Operator if depth == 0 && site.str(token) == "," => {
                items.extend(start.take().map(|start| Span::new(start, end)));
                continue;
            }
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth -= 1,
            _ => {}
        }
        start.get_or_insert(token.span.start);
        end = token.span.end;
    }
    Some(items)
}

/// The items between the parentheses around `place`, with those that are `last` behind the others.
fn reordered(site: &Site<'_>, place: Span, last: impl Fn(&str) -> bool) -> Option<Edit> {
    let index = site
        .layout
        .tokens
        .partition_point(|token| token.span.start < place.start);
    let items = items(site, opener_before(site, index)?)?;
    let texts: Vec<&str> = items.iter().map(|item| item.of(site.text)).collect();
    // What follows a star belongs there.
    if texts.iter().any(|text| matches!(*text, "*" | "/")) {
        return None;
    }
    let (behind, before): (Vec<&str>, Vec<&str>) = texts.iter().partition(|text| last(text));
    let whole = items.first()?.cover(*items.last()?);
    let ordered = before
        .into_iter()
        .chain(behind)
        .collect::<Vec<&str>>()
        .join(", ");
    Some(Edit::replace(whole, ordered))
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn plain_ones_come_first() {
        check(
            "def f(a=1, b):\n    pass\n",
            &["SYN.PARAM_DEFAULT_ORDER:def"],
            "def f(b, a=1):\n    pass\n",
        );
        check(
            "f(a=1, g(2, 3))\n",
            &["SYN.POSITIONAL_AFTER_KEYWORD:call"],
            "f(g(2, 3), a=1)\n",
        );
    }

    #[test]
    fn the_only_name_that_is_left_is_given() {
        check(
            "def area(width, height):\n    return width * height\n\nprint(area(width=3, 4))\n",
            &["SYN.POSITIONAL_AFTER_KEYWORD:call"],
            "def area(width, height):\n    return width * height\n\nprint(area(width=3, height=4))\n",
        );
    }
}
