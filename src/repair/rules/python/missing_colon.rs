//! `if x` without its colon, and `if x;`, `def f() =` with another character in the colon's place.

use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_colon";
const CODE: Code = Code::new("SYN.MISSING_COLON");

/// Proposes a colon at the end of each suspect line that begins a block, and where its header can end before that.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for line in site.suspect_lines() {
        let Some(construct) = header(site, line) else {
            continue;
        };
        let code: Vec<&Token> = site.layout.code_of(line).collect();
        let Some(last) = code.last() else { continue };
        match site.str(last) {
            ":" => {}
            wrong @ (";" | "=" | "," | "." | "{" | "-" | "->" | "::") => {
                let mut span = last.span;
                // `def f() -> :` is another mistake, and `-` may be an operator that waits for its operand.
                if wrong == "->" {
                    span = last.span;
                }
                out.push(
                    proposal(site, line, construct, span, Edit::replace(span, ":"), 12).title(
                        format!(
                            "Replace '{wrong}' by ':' after {}",
                            quoted_header(site, line)
                        ),
                    ),
                );
            }
            _ => out.push(
                proposal(
                    site,
                    line,
                    construct,
                    Span::empty(last.span.end),
                    Edit::insert(last.span.end, ":"),
                    2,
                )
                .title(format!("Add ':' after {}", quoted_header(site, line))),
            ),
        }
        // The body stands on the same line: `if x print(y)`, `else print(y)`.
        for pair in code.windows(2) {
            let [left, right] = pair else { continue };
            let at_keyword = matches!(site.str(left), "else" | "try" | "finally");
            if at_keyword && site.str(right) != ":"
                || left.ends_operand(site.text) && begins_body(site, right)
            {
                out.push(
                    proposal(
                        site,
                        line,
                        construct,
                        left.span,
                        Edit::insert(left.span.end, ":"),
                        14,
                    )
                    .title(format!("Add ':' after '{}'", site.str(left))),
                );
            }
        }
    }
    missing_in_lambda(site, out);
}

/// `lambda x x + 1`
fn missing_in_lambda(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let range = site.suspect_tokens();
    let tokens = site.layout.tokens.get(range).unwrap_or(&[]);
    for (index, lambda) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| site.str(token) == "lambda")
    {
        for pair in tokens.get(index..).unwrap_or(&[]).windows(2) {
            let [left, right] = pair else { continue };
            if site.str(left) == ":" {
                break;
            }
            if left == lambda && right.kind != TokenKind::Name
                || left.kind == TokenKind::Name && right.starts_operand(site.text)
            {
                out.push(
                    Proposal::new(
                        RULE,
                        CODE,
                        12,
                        lambda.span.cover(left.span),
                        vec![Edit::insert(left.span.end, ":")],
                    )
                    .construct("lambda")
                    .message("a lambda needs ':' between its parameters and its value: add ':'")
                    .title(format!(
                        "Add ':' after '{}'",
                        lambda.span.cover(left.span).of(site.text)
                    )),
                );
            }
        }
    }
}

/// The construct that a line begins, if a colon has to follow it.
fn header(site: &Site<'_>, line: usize) -> Option<&'static str> {
    let construct = site.construct_of(line)?;
    let mut code = site.layout.code_of(line).skip(1);
    match construct {
        // `match` and `case` are names as well.
        "match" | "case" => code
            .next()
            .is_some_and(|next| next.starts_operand(site.text) || site.str(next) == "-")
            .then_some(construct),
        _ => Some(construct),
    }
}

fn begins_body(site: &Site<'_>, token: &Token) -> bool {
    match token.kind {
        TokenKind::Name => true,
        TokenKind::Keyword => {
            matches!(
                site.str(token),
                "return" | "pass" | "raise" | "break" | "continue" | "yield" | "del" | "import"
            )
        }
        TokenKind::Open(bracket) => bracket == Bracket::Curly,
        _ => false,
    }
}

fn proposal(
    site: &Site<'_>,
    line: usize,
    construct: &'static str,
    span: Span,
    edit: Edit,
    cost: u32,
) -> Proposal {
    let span = if span.is_empty() {
        // An empty place is hard to see: show the last character before it as well.
        Span::new(span.start.saturating_sub(1), span.end)
    } else {
        span
    };
    Proposal::new(RULE, CODE, cost, span, vec![edit])
        .construct(construct)
        .message(format!(
            "{} must end with ':' before its block: add ':' here",
            quoted_header(site, line)
        ))
}

/// The header as a person calls it: `'def area()'`, `'if'`, `'else'`.
fn quoted_header(site: &Site<'_>, line: usize) -> String {
    let words: Vec<&Token> = site.layout.code_of(line).take(3).collect();
    match words.as_slice() {
        [def, name, open] if site.str(def) == "def" && site.str(open) == "(" => {
            format!("'def {}()'", site.str(name))
        }
        [word, name, ..] if matches!(site.str(word), "class" | "def") => {
            format!("'{} {}'", site.str(word), site.str(name))
        }
        [word, ..] => format!("'{}'", site.str(word)),
        [] => "the header".to_owned(),
    }
}
