//! `f(a b)`, `{'a' 1}`, `2x`: two values side by side with nothing between them.

use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_separator";

/// Proposes a comma, a colon or an operator between neighbors.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mut open: Vec<(Bracket, usize)> = Vec::new();
    let range = site.suspect_tokens();
    let first_line = site.layout.lines.get(site.suspects.start);
    if let Some(opener) = first_line.and_then(|line| line.inside)
        && let Some(TokenKind::Open(bracket)) = site.token(opener).map(|token| token.kind)
    {
        open.push((bracket, opener));
    }
    let mut left: Option<usize> = None;
    for index in range {
        let Some(token) = site.token(index) else {
            continue;
        };
        if token.is_trivia() {
            continue;
        }
        if let Some((left_index, before)) = left.and_then(|left| Some((left, site.token(left)?)))
            && before.ends_operand(site.text)
            && starts_value(site, token)
        {
            between(site, &open, left_index, before, token, out);
        }
        match token.kind {
            TokenKind::Open(bracket) => open.push((bracket, index)),
            TokenKind::Close(_) => {
                open.pop();
            }
            _ => {}
        }
        left = Some(index);
    }
}

fn starts_value(site: &Site<'_>, token: &Token) -> bool {
    token.starts_operand(site.text) && site.str(token) != "not"
}

fn between(
    site: &Site<'_>,
    open: &[(Bracket, usize)],
    left_index: usize,
    left: &Token,
    right: &Token,
    out: &mut Vec<Proposal>,
) {
    let pair = Span::new(left.span.start, right.span.end);
    let words = (site.str(left), site.str(right));
    let adjacent = left.span.end == right.span.start;
    let is_call = matches!(
        right.kind,
        TokenKind::Open(Bracket::Round | Bracket::Square)
    ) && matches!(
        left.kind,
        TokenKind::Name | TokenKind::Close(_) | TokenKind::String { .. }
    );
    let strings = matches!(
        (left.kind, right.kind),
        (TokenKind::String { .. }, TokenKind::String { .. })
    );
    if is_call || strings && open.is_empty() {
        return;
    }
    if let Some((bracket, opener)) = open.last() {
        let broken = site.layout.line_at(left.span.end) != site.layout.line_at(right.span.start);
        let cost = if strings {
            16
        } else if broken {
            5
        } else if adjacent {
            18
        } else {
            8
        };
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MISSING_COMMA"),
                cost,
                pair,
                vec![Edit::insert(left.span.end, ",")],
            )
            .construct(separated(site, *bracket, *opener))
            .message(format!(
                "a comma is missing between '{}' and '{}'",
                short(words.0),
                short(words.1)
            ))
            .title(format!("Add ',' after '{}'", short(words.0))),
        );
        let entry = *bracket == Bracket::Curly
            && site
                .code_token_before(left_index)
                .and_then(|before| site.token(before))
                .is_some_and(|before| matches!(site.str(before), "{" | ","));
        if entry {
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.DICT_ENTRY"),
                    7,
                    pair,
                    vec![Edit::insert(left.span.end, ":")],
                )
                .construct("missing_colon")
                .message(format!(
                    "':' is missing between the key '{}' and its value",
                    short(words.0)
                ))
                .title(format!("Add ':' after the key '{}'", short(words.0))),
            );
        }
    }
    // `2x`: a number right before a name is a product in mathematics.
    if left.kind == TokenKind::Number
        && matches!(
            right.kind,
            TokenKind::Name | TokenKind::Open(Bracket::Round)
        )
    {
        let edit = if adjacent {
            Edit::insert(left.span.end, "*")
        } else {
            Edit::replace(Span::new(left.span.end, right.span.start), " * ")
        };
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MISSING_OPERATOR"),
                14,
                pair,
                vec![edit],
            )
            .construct("implicit_mul")
            .message(format!(
                "an operator is missing between '{}' and '{}'",
                words.0, words.1
            ))
            .title(format!("Multiply '{}' by '{}'", words.0, words.1))
            .unsafe_fix(),
        );
    }
    let operators: &[(&str, u32)] = if matches!(left.kind, TokenKind::String { .. })
        || matches!(right.kind, TokenKind::String { .. })
    {
        &[("+", 15), ("%", 19), ("==", 26)]
    } else {
        &[
            ("=", 22),
            ("==", 24),
            ("+", 26),
            ("*", 26),
            (".", 27),
            ("in", 28),
            ("-", 30),
        ]
    };
    for (operator, cost) in operators {
        let gap = Span::new(left.span.end, right.span.start);
        let text = if *operator == "." {
            ".".to_owned()
        } else {
            format!(" {operator} ")
        };
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MISSING_OPERATOR"),
                *cost,
                pair,
                vec![Edit::replace(gap, text)],
            )
            .construct("juxtaposed")
            .message(format!(
                "an operator is missing between '{}' and '{}'",
                short(words.0),
                short(words.1)
            ))
            .title(format!("Add '{operator}' after '{}'", short(words.0)))
            .unsafe_fix(),
        );
    }
}

fn separated(site: &Site<'_>, bracket: Bracket, opener: usize) -> &'static str {
    let before = site
        .code_token_before(opener)
        .and_then(|before| site.token(before));
    let opener_token = site.token(opener);
    let follows = before.zip(opener_token).is_some_and(|(before, opener)| {
        before.ends_operand(site.text) && before.span.end == opener.span.start
    });
    let line = opener_token.map_or(0, |token| site.layout.line_at(token.span.start));
    match bracket {
        Bracket::Round if site.construct_of(line) == Some("function_def") => "def_params",
        Bracket::Round if follows => "call",
        Bracket::Round => "tuple",
        Bracket::Square => "list",
        Bracket::Curly => {
            let tokens = site.layout.tokens.iter().skip(opener).take(4);
            if tokens.into_iter().any(|token| site.str(token) == ":") {
                "dict"
            } else {
                "set"
            }
        }
    }
}
