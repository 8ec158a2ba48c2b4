//! `print x`, `exec code`, `raise E, "why"`, `except E, e`: statements as Python 2 wrote them.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "python2_statement";

/// Proposes the call or the clause that Python 3 writes.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        let Some(word) = site.token(index) else {
            continue;
        };
        match site.str(word) {
            "print" | "exec" if begins_statement(site, index) => call(site, index, out),
            "raise" => raise(site, index, out),
            "except" => except(site, index, out),
            _ => {}
        }
    }
}

fn begins_statement(site: &Site<'_>, index: usize) -> bool {
    let Some(before) = site
        .code_token_before(index)
        .and_then(|before| site.token(before))
    else {
        return true;
    };
    let Some(token) = site.token(index) else {
        return false;
    };
    site.layout.line_at(before.span.start) != site.layout.line_at(token.span.start)
        || matches!(site.str(before), ":" | ";")
}

/// The tokens after `index` up to the end of its statement.
fn rest_of_statement<'site>(site: &'site Site<'_>, index: usize) -> Vec<&'site Token> {
    let mut depth = 0usize;
    let mut rest = Vec::new();
    for token in site.layout.tokens.iter().skip(index + 1) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            TokenKind::Newline if depth == 0 => break,
            TokenKind::Operator if depth == 0 && site.str(token) == ";" => break,
            _ => {}
        }
        if !token.is_trivia() {
            rest.push(token);
        }
    }
    rest
}

fn call(site: &Site<'_>, index: usize, out: &mut Vec<Proposal>) {
    let Some(word) = site.token(index) else {
        return;
    };
    let rest = rest_of_statement(site, index);
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else {
        return;
    };
    let name = site.str(word);
    let chevron = site.str(first) == ">>";
    if !first.starts_operand(site.text)
        && !chevron
        && !matches!(site.str(first), "-" | "+" | "~" | "%")
    {
        return;
    }
    let code = Code::new(if name == "print" {
        "SYN.PY2_PRINT"
    } else {
        "SYN.PY2_EXEC"
    });
    let message = format!("'{name}' is a function in Python 3: put what it takes in parentheses");
    let title = format!("Call '{name}' with parentheses");
    let all = word.span.cover(last.span);
    let arguments = first.span.cover(last.span);
    let gap = Span::new(word.span.end, first.span.start);
    let construct = (name == "print").then(|| construct(site, first, &rest));
    let proposal = |cost, edits| {
        Proposal::new(RULE, code, cost, all, edits)
            .construct(construct)
            .message(message.clone())
            .title(title.clone())
    };
    if chevron {
        if let Some((target, values)) = arguments
            .of(site.text)
            .trim_start_matches('>')
            .split_once(',')
        {
            let text = format!("print({}, file={})", values.trim(), target.trim());
            out.push(proposal(3, vec![Edit::replace(all, text)]));
        }
        return;
    }
    if site.str(last) == "," {
        // In Python 2 the comma kept the line open.
        out.push(proposal(
            4,
            vec![
                Edit::replace(gap, "("),
                Edit::replace(last.span, ", end=\" \")"),
            ],
        ));
        out.push(proposal(
            9,
            vec![Edit::replace(gap, "("), Edit::replace(last.span, ")")],
        ));
        return;
    }
    out.push(proposal(
        3,
        vec![Edit::replace(gap, "("), Edit::insert(last.span.end, ")")],
    ));
}

fn construct(site: &Site<'_>, first: &Token, rest: &[&Token]) -> &'static str {
    match first.kind {
        _ if site.str(first) == ">>" => "chevron",
        TokenKind::String { .. } if rest.iter().any(|token| site.str(token) == "%") => "format",
        TokenKind::String { .. } => "string",
        _ => "name",
    }
}

/// `raise E, "why"` and `raise E, "why", traceback`
fn raise(site: &Site<'_>, index: usize, out: &mut Vec<Proposal>) {
    let Some(word) = site.token(index) else {
        return;
    };
    let rest = rest_of_statement(site, index);
    let parts = split_at_commas(site, &rest);
    let (Some(class), Some(value)) = (parts.first(), parts.get(1)) else {
        return;
    };
    let text = match parts.get(2) {
        Some(traceback) => {
            format!(
                "raise {}({}).with_traceback({})",
                class.of(site.text),
                value.of(site.text),
                traceback.of(site.text)
            )
        }
        None => format!("raise {}({})", class.of(site.text), value.of(site.text)),
    };
    let Some(last) = parts.last() else { return };
    let span = word.span.cover(*last);
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.PY2_RAISE"),
            3,
            span,
            vec![Edit::replace(span, text)],
        )
        .message(
            "Python 3 raises an exception object: write the message in parentheses after the class",
        )
        .title(format!("Call '{}' with its message", class.of(site.text))),
    );
}

/// `except E, e:` and `except A, B:`
fn except(site: &Site<'_>, index: usize, out: &mut Vec<Proposal>) {
    let Some(word) = site.token(index) else {
        return;
    };
    let mut rest = rest_of_statement(site, index);
    if let Some(colon) = rest.iter().position(|token| site.str(token) == ":") {
        rest.truncate(colon);
    }
    let parts = split_at_commas(site, &rest);
    let (Some(first), Some(last), true) = (parts.first(), parts.last(), parts.len() > 1) else {
        return;
    };
    let code = Code::new("SYN.PY2_EXCEPT");
    let span = word.span.cover(*last);
    let names = first.cover(*last);
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let lower = |text: &str| text.starts_with(|c: char| c.is_lowercase() || c == '_');
    let (left, right) = (first.of(site.text), last.of(site.text));
    if parts.len() == 2 && is_name(right) {
        let cost = if lower(right) { 3 } else { 8 };
        let gap = Span::new(first.end, last.start);
        out.push(
            Proposal::new(RULE, code, cost, span, vec![Edit::replace(gap, " as ")])
                .construct("comma_name")
                .message(format!(
                    "'except {left}, {right}' is Python 2: write 'except {left} as {right}'"
                ))
                .title(format!("Write 'except {left} as {right}'")),
        );
    }
    // `except A, B as e:` ends with the name of the exception.
    let classes = names.of(site.text);
    let (classes, name) = classes.split_once(" as ").unwrap_or((classes, ""));
    let end = names.start + classes.trim_end().len();
    out.push(
        Proposal::new(
            RULE,
            code,
            6,
            span,
            vec![Edit::insert(names.start, "("), Edit::insert(end, ")")],
        )
        .construct("unparenthesised")
        .message("several exception classes need parentheses around them")
        .title(format!(
            "Put '{}' in parentheses{}",
            classes.trim(),
            if name.is_empty() { "" } else { " before 'as'" }
        )),
    );
}

/// The spans between the commas that stand outside brackets.
fn split_at_commas(site: &Site<'_>, tokens: &[&Token]) -> Vec<Span> {
    let mut parts: Vec<Option<Span>> = vec![None];
    let mut depth = 0usize;
    for token in tokens {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            TokenKind::Operator if depth == 0 && site.str(token) == "," => {
                parts.push(None);
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            *part = Some(part.map_or(token.span, |part| part.cover(token.span)));
        }
    }
    parts.into_iter().flatten().collect()
}
