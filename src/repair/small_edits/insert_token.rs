//! `from x import a b`, `f( -> int:`, `for in xs`, `a = b[0`: one token is missing.

use super::field::{Field, Gap};
use super::{missing_value, naming, tokens};
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::text::Edit;

/// Proposes each token that a gap can take.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    for gap in field.gaps() {
        let words = &field.words;
        if gap.at > 0 {
            for token in inside(field, gap) {
                out.push(naming::insert(
                    field,
                    gap.at,
                    token,
                    field.insert(gap.at, token),
                ));
            }
            for token in missing_value::missing(field, gap) {
                out.push(naming::insert(
                    field,
                    gap.at,
                    &token,
                    field.insert(gap.at, &token),
                ));
            }
        }
        if gap.at < words.len() && gap.line_break {
            for token in line_start(field, gap) {
                let edit = field.insert_at_start(gap.at, token);
                out.push(naming::insert(field, gap.at, token, edit));
            }
        }
    }
    lone_brackets(field, out);
}

/// The tokens that a gap takes which is not the start of a line.
fn inside(field: &Field<'_, '_>, gap: Gap) -> Vec<&'static str> {
    let words = &field.words;
    let at = gap.at;
    let (before, after) = (words.before(at), words.text(at));
    let starter = field.starter(at - 1);
    if gap.line_break {
        return line_end(field, gap, starter);
    }
    let mut tokens: Vec<&'static str> = Vec::new();
    if gap.ends && gap.starts {
        let strings = matches!(words.kind(at - 1), Some(TokenKind::String { .. }))
            && matches!(words.kind(at), Some(TokenKind::String { .. }));
        let call = matches!(after, "(" | "[") && words.is_name(at - 1)
            || matches!(after, "-" | "*" | "**");
        let set: &[&str] = match gap.bracket {
            _ if strings => &[",", "+", ":", "%", "\\"],
            None if call && starter == "for" => &["in", ","],
            _ if call => &[",", "=", "in", ":"],
            Some(Bracket::Round) if starter == "class" => tokens::IN_HEADER,
            Some(Bracket::Round) => tokens::IN_ROUND,
            Some(Bracket::Square) => tokens::IN_SQUARE,
            Some(Bracket::Curly) => tokens::IN_CURLY,
            None => match starter {
                "import" | "from" => tokens::IN_IMPORT,
                "for" => tokens::IN_LOOP,
                "if" | "elif" | "while" | "assert" | "else" => tokens::IN_CONDITION,
                "with" | "except" => tokens::IN_BINDING,
                "def" | "class" => tokens::IN_HEADER,
                "return" | "yield" | "raise" | "del" | "print" => tokens::IN_VALUE,
                _ => tokens::BETWEEN,
            },
        };
        tokens.extend(set);
        if field.on_line(at, "if", true) {
            tokens.push("else");
        }
        if field.on_line(at, "lambda", true) {
            tokens.push(":");
        }
        if before == "async" {
            tokens.extend(["def", "for", "with"]);
        }
    } else if gap.ends {
        // An operator, a closing bracket or a word of the grammar comes next.
        if matches!(after, "*" | "**" | "not" | "lambda") {
            tokens.push(",");
        }
        if words.kind(at) == Some(TokenKind::Keyword) {
            tokens.extend([":", ","]);
        }
        if starter == "from" && after != "import" {
            tokens.push("import");
        }
        if after == "=" {
            tokens.extend(["!", "="]);
        }
        if matches!(after, "->" | ":") && matches!(starter, "def" | "class") {
            tokens.push("()");
        }
        if field.on_line(at, "if", true) && matches!(after, ")" | "]" | "," | "}") {
            tokens.push("else None");
        }
    } else {
        if matches!(before, "else" | "try" | "finally" | "lambda" | "except") {
            tokens.push(":");
        }
        if matches!(after, "in" | "is") && before != "not" || after == "not" {
            tokens.push("not");
        }
        if gap.starts && matches!(before, "=" | "," | "(" | ":") && field.on_line(at, ":", false) {
            tokens.push("lambda");
        }
        if gap.starts && matches!(before, "[" | "(" | "{" | ",") {
            tokens.extend(["*", "**"]);
        }
        if gap.starts && matches!(before, "*" | "+" | "-" | ">" | "<" | "." | "not") {
            tokens.extend(match before {
                "*" => &["*"] as &[&str],
                "not" => &["in"],
                "." => &["import"],
                _ => &["="],
            });
        }
        if before == "async" {
            tokens.extend(["def", "for", "with"]);
        }
        if before == "is" || before == "import" && starter == "from" {
            tokens.extend(["not", "("]);
        }
    }
    tokens
}

/// The tokens that may be missing at the end of a line.
fn line_end(field: &Field<'_, '_>, gap: Gap, starter: &str) -> Vec<&'static str> {
    let words = &field.words;
    let last = gap.at - 1;
    let before = words.text(last);
    let mut tokens = Vec::new();
    let is_header =
        tokens::BLOCK_WORDS.contains(&starter) || words.text(words.line_first(last)) == "else";
    if before != ":"
        && (is_header || words.has_body(last) || starter == "async" || starter == "match")
    {
        tokens.push(":");
        if matches!(starter, "def" | "class") {
            tokens.push("():");
        }
    }
    if gap.bracket.is_some() && gap.ends {
        tokens.extend([",", ":", "+", "and", "or", "=", "%", "."]);
    } else if gap.ends {
        tokens.extend(["\\", ",", "+ \\", "()", "= None"]);
        if field.on_line(last, "if", true) {
            tokens.push("else None");
        }
    } else if before == ":" {
        tokens.push("pass");
    } else if before == "import" {
        tokens.extend(["*", "("]);
    } else {
        tokens.push("\\");
    }
    tokens
}

/// The words that may be missing at the start of a line.
fn line_start(field: &Field<'_, '_>, gap: Gap) -> Vec<&'static str> {
    let words = &field.words;
    let at = gap.at;
    if !gap.statement {
        // The line goes on inside a bracket.
        return match words.text(at) {
            _ if words.starts_operand(at) => vec!["for", "if", "+", "and", "or"],
            _ => Vec::new(),
        };
    }
    let last = words.line_last(at);
    let mut tokens: Vec<&'static str> = Vec::new();
    if words.text(last) == ":" || words.has_body(last) || field.on_line(at, ":", false) {
        tokens.extend(tokens::HEADER_WORDS);
    }
    if words.text(at) != "." && !words.starts_operand(at) {
        tokens.retain(|word| matches!(*word, "else" | "try" | "async"));
    } else {
        tokens.extend(tokens::STATEMENT_WORDS);
    }
    tokens
}

/// A bracket's partner at each place along it.
fn lone_brackets(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for lone in &field.lone {
        for gap in field.along(*lone) {
            let at = gap.at;
            if lone.opens {
                let opened = words.before(at) == lone.bracket.open();
                let fits = gap.ends || opened || words.before(at) == ",";
                if fits && gap.line_break && at < words.len() && !gap.statement && !gap.starts {
                    // `    :` on a line of its own, after the lines of a bracket.
                    let token = lone.bracket.close();
                    let edit = Edit::insert(words.span(at).start, token);
                    out.push(naming::insert(field, at, token, edit));
                }
                if fits && at > 0 {
                    let token = lone.bracket.close();
                    out.push(naming::insert(field, at, token, field.insert(at, token)));
                }
            } else if at < words.len()
                && (gap.starts || words.text(at) == lone.bracket.close() || words.text(at) == "not")
            {
                let token = lone.bracket.open();
                let edit = if gap.line_break {
                    field.insert_at_start(at, token)
                } else {
                    field.insert(at, token)
                };
                out.push(naming::insert(field, at, token, edit));
                if gap.line_break && gap.ends && at > 0 {
                    // `def f` with its parameters on the next line.
                    let edit = Edit::insert(words.span(at - 1).end, token);
                    out.push(naming::insert(field, at, token, edit));
                }
                if gap.ends && !gap.line_break {
                    // A bracket of its own, not a call's.
                    let edit = Edit::insert(words.span(at).start, token);
                    out.push(naming::insert(field, at, token, edit));
                }
            }
        }
    }
}

/// Whether two values stand side by side without being a call, an index or two strings.
pub fn is_apart(field: &Field<'_, '_>, gap: Gap) -> bool {
    let words = &field.words;
    let string = |at| matches!(words.kind(at), Some(TokenKind::String { .. }));
    !(gap.line_break && gap.bracket.is_none()
        || matches!(words.text(gap.at), "(" | "[" | "-" | "*" | "**")
        || string(gap.at) && string(gap.at - 1))
}
