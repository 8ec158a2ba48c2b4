//! A generator beside other arguments, `a, b` in a comprehension, `lambda: return x`: what needs parentheses, or none.

use ruff_python_parser::ParseErrorType;

use crate::lang::python::{ParseErrorKind, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_parentheses";

/// Proposes parentheses around what may not stand without them, and no `return` in a lambda.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    if site.error.kind == ParseErrorKind::Syntax(ParseErrorType::UnparenthesizedGeneratorExpression)
    {
        let span = site.error.span;
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.GENEXP_PARENS"),
                2,
                span,
                vec![Edit::insert(span.start, "("), Edit::insert(span.end, ")")],
            )
            .construct("call")
            .message("a generator beside other arguments needs its own parentheses: add them")
            .title(format!(
                "Put '{}' in parentheses",
                short(span.of(site.text))
            )),
        );
    }
    let range = site.suspect_tokens();
    for index in range {
        let Some(token) = site.token(index) else {
            continue;
        };
        match site.str(token) {
            "lambda" => returning_lambda(site, index, out),
            "for" => tuple_in_comprehension(site, index, token, out),
            _ => {}
        }
    }
}

/// `lambda: return x`
fn returning_lambda(site: &Site<'_>, lambda: usize, out: &mut Vec<Proposal>) {
    let colon = (lambda + 1..lambda + 24).find(|index| {
        site.token(*index)
            .is_some_and(|token| site.str(token) == ":")
    });
    let Some(keyword) = colon.and_then(|colon| site.token(colon + 1)) else {
        return;
    };
    if site.str(keyword) != "return" {
        return;
    }
    let rest = site.text.get(keyword.span.end..).unwrap_or("");
    let space = rest.len() - rest.trim_start_matches(' ').len();
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.LAMBDA_BODY"),
            3,
            keyword.span,
            vec![Edit::delete(Span::new(
                keyword.span.start,
                keyword.span.end + space,
            ))],
        )
        .construct("return")
        .message("a lambda gives back the value after its colon by itself: remove 'return'")
        .title("Remove 'return'"),
    );
}

/// `[a, b for a, b in c]`
fn tuple_in_comprehension(site: &Site<'_>, index: usize, keyword: &Token, out: &mut Vec<Proposal>) {
    let mut depth = 0usize;
    let mut commas = 0;
    let mut opener = None;
    for before in (0..index).rev() {
        let Some(token) = site.token(before) else {
            break;
        };
        match token.kind {
            TokenKind::Close(_) => depth += 1,
            TokenKind::Open(_) if depth == 0 => {
                opener = Some(token);
                break;
            }
            TokenKind::Open(_) => depth -= 1,
            TokenKind::Operator if depth == 0 && site.str(token) == "," => commas += 1,
            TokenKind::Keyword if depth == 0 && site.str(token) == "for" => return,
            _ => {}
        }
    }
    let (Some(opener), Some(last)) = (
        opener,
        site.code_token_before(index)
            .and_then(|last| site.token(last)),
    ) else {
        return;
    };
    if commas == 0 || last.span.end <= opener.span.end {
        return;
    }
    let first = opener.span.end;
    let text = site.text.get(first..).unwrap_or("");
    let first = first + (text.len() - text.trim_start().len());
    let span = Span::new(first, last.span.end);
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.COMPREHENSION_TARGET"),
            6,
            span,
            vec![Edit::insert(span.start, "("), Edit::insert(span.end, ")")],
        )
        .construct("parens")
        .message(format!(
            "several values before '{}' need parentheses: put '{}' in parentheses",
            site.str(keyword),
            short(span.of(site.text))
        ))
        .title(format!(
            "Put '{}' in parentheses",
            short(span.of(site.text))
        )),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn parentheses_where_they_are_needed() {
        check(
            "f(a for a in b, 1)\n",
            &["SYN.GENEXP_PARENS:call"],
            "f((a for a in b), 1)\n",
        );
        check(
            "a = [b, c for b, c in d]\n",
            &["SYN.COMPREHENSION_TARGET:parens"],
            "a = [(b, c) for b, c in d]\n",
        );
        check(
            "a = lambda b: return b\n",
            &["SYN.LAMBDA_BODY:return"],
            "a = lambda b: b\n",
        );
    }
}
