//! `x = `, `if a ==:`, `total = 1 +`: something has to follow, and only the person knows what.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unfinished";

/// What stands where the value is missing until the person writes it. It compiles, and says that something is left out.
const PLACEHOLDER: &str = "...";

/// Proposes a placeholder where a value is missing at the end of a line or before a colon.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for line in site.suspect_lines() {
        let code_of_line: Vec<&Token> = site.layout.code_of(line).collect();
        let Some(last) = code_of_line.last() else {
            continue;
        };
        if let Some((code, construct)) = wants_value(site, last) {
            out.push(proposal(site, code, construct, last, last.span.end));
            let before = code_of_line.iter().rev().nth(1);
            if construct == "binary"
                && let Some(before) = before.filter(|before| before.ends_operand(site.text))
            {
                out.push(without(site, code, construct, before, last));
            }
        }
        if let [.., before, colon] = code_of_line.as_slice()
            && site.str(colon) == ":"
        {
            if let Some((code, construct)) = wants_value(site, before) {
                out.push(proposal(site, code, construct, before, before.span.end));
            }
            let empty = match site.str(before) {
                "if" | "elif" => Some("if"),
                "while" => Some("while"),
                "in" if site.construct_of(line) == Some("for") => Some("for"),
                _ => None,
            };
            if let Some(construct) = empty {
                out.push(proposal(
                    site,
                    Code::new("SYN.EMPTY_CONDITION"),
                    construct,
                    before,
                    before.span.end,
                ));
            }
        }
    }
}

fn wants_value(site: &Site<'_>, token: &Token) -> Option<(Code, &'static str)> {
    const OPERAND: Code = Code::new("SYN.MISSING_OPERAND");
    let text = site.str(token);
    match (token.kind, text) {
        (
            TokenKind::Operator,
            "=" | "+=" | "-=" | "*=" | "/=" | "//=" | "%=" | "**=" | "|=" | "&=" | "^=" | ":=",
        ) => Some((OPERAND, "assignment")),
        (TokenKind::Operator, "==" | "!=" | "<" | ">" | "<=" | ">=") => {
            Some((OPERAND, "comparison"))
        }
        (TokenKind::Keyword, "in" | "is") => Some((OPERAND, "comparison")),
        (
            TokenKind::Operator,
            "+" | "-" | "*" | "/" | "//" | "%" | "**" | "|" | "&" | "^" | "@" | "<<" | ">>",
        ) => Some((OPERAND, "binary")),
        (TokenKind::Keyword, "and" | "or") => Some((OPERAND, "binary")),
        (TokenKind::Keyword, "not") => Some((OPERAND, "unary")),
        _ => None,
    }
}

/// Leaves out the operator that a line ends with: what is before it is a value already.
fn without(
    site: &Site<'_>,
    code: Code,
    construct: &'static str,
    before: &Token,
    last: &Token,
) -> Proposal {
    let word = site.str(last);
    Proposal::new(
        RULE,
        code,
        14,
        last.span,
        vec![Edit::delete(Span::new(before.span.end, last.span.end))],
    )
    .construct(construct)
    .message(format!(
        "something is missing after '{word}': finish the expression"
    ))
    .title(format!("Remove '{word}' at the end of the line"))
    .unsafe_fix()
}

fn proposal(
    site: &Site<'_>,
    code: Code,
    construct: &'static str,
    before: &Token,
    at: usize,
) -> Proposal {
    let word = site.str(before);
    Proposal::new(
        RULE,
        code,
        18,
        before.span,
        vec![Edit::replace(Span::empty(at), format!(" {PLACEHOLDER}"))],
    )
    .construct(construct)
    .message(format!(
        "something is missing after '{word}': finish the expression"
    ))
    .title(format!("Put '{PLACEHOLDER}' after '{word}' for now"))
    .display_only()
}
