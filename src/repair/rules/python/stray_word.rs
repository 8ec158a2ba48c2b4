//! `f(a,,b)`, `x = 1:`, `return return x`, `df.where(c).`: one token too many.

use super::words::{UNBALANCED, Words};
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "stray_word";

/// Proposes to leave out each token near the complaint, and what stands before or behind a whole statement.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in words.near(4, 2) {
        out.extend(without(&words, index).map(|guess| words.named(guess)));
    }
    // What stands at the end of a line or starts it may be far from the place where the parser gives up.
    for line in site.suspect_lines() {
        let first = (0..words.len()).find(|index| words.line(*index) == line);
        if let Some(first) = first {
            let last = words.line_last(first);
            let near = words.near(4, 2);
            for index in [first, last] {
                if !near.contains(&index) && words.kind(index) != Some(TokenKind::Keyword) {
                    out.extend(without(&words, index).map(|guess| words.named(guess)));
                }
            }
            trailing(&words, first, last, out);
            leading(&words, first, last, out);
        }
    }
}

/// The code and the cost of leaving a token out.
fn without(words: &Words<'_, '_>, index: usize) -> Option<Proposal> {
    let text = words.text(index);
    let (before, after) = (words.before(index), words.text(index + 1));
    let unclassified = (Code::new("SYN.INVALID_SYNTAX"), None);
    let stray = (Code::new("SYN.STRAY_WORD"), None);
    let operand = (Code::new("SYN.MISSING_OPERAND"), Some("binary"));
    let twice = text == before;
    let ((code, construct), cost) = match (words.kind(index)?, text) {
        (TokenKind::Unknown, "`" | "$" | "?" | "!") => {
            let construct = match text {
                "`" => "backtick",
                "?" => "question",
                "$" => "currency",
                _ => return Some(plain(words, index, 6)),
            };
            ((Code::new("SYN.INVALID_CHAR"), Some(construct)), 5)
        }
        (TokenKind::Unknown, _) => ((Code::new("SYN.INVALID_CHAR"), None), 7),
        (TokenKind::Operator, ",") => {
            let extra = (Code::new("SYN.EXTRA_COMMA"), Some(separated(words, index)));
            let doubled = twice || matches!(before, "(" | "[" | "{") || words.is_first(index);
            (extra, if doubled { 3 } else { 12 })
        }
        (TokenKind::Operator, ":") if words.is_last(index) && before == ":" => (
            (
                Code::new("SYN.MULTIPLE_STATEMENTS"),
                Some("colon_after_stmt"),
            ),
            3,
        ),
        (TokenKind::Operator, ":") if words.is_last(index) => (
            (
                Code::new("SYN.MULTIPLE_STATEMENTS"),
                Some("colon_after_stmt"),
            ),
            // A header that lost its first word has a block below it.
            if words.has_body(index) { 20 } else { 4 },
        ),
        (TokenKind::Operator, ":") => (unclassified, 16),
        (TokenKind::Operator, ";") => (unclassified, 7),
        (TokenKind::Operator, ".") if waits(words, index) => return None,
        (TokenKind::Operator, ".") if words.is_last(index) => {
            ((Code::new("SYN.MISSING_OPERAND"), Some("attribute")), 9)
        }
        (TokenKind::Operator, ".") => {
            let pointless =
                twice || after == "[" || after == "(" || !words.ends_operand(index.wrapping_sub(1));
            (
                (Code::new("SYN.MISSING_OPERAND"), Some("attribute")),
                if pointless { 6 } else { 16 },
            )
        }
        (TokenKind::Operator, "@" | "->") => (operand, 9),
        (TokenKind::Operator, _) if words.is_first(index) && matches!(text, "+" | "-" | "~") => {
            return None;
        }
        (TokenKind::Operator, _) if waits(words, index) => return None,
        // `a && b` is more often the `and` of another language.
        (TokenKind::Operator, "&" | "|") if twice => (operand, 9),
        (TokenKind::Operator, _) if twice => (operand, 5),
        (TokenKind::Operator, _) if words.is_last(index) => (operand, 8),
        (TokenKind::Operator, _) if words.is_first(index) => (operand, 8),
        (TokenKind::Operator, "=") => ((Code::new("SYN.MISSING_OPERAND"), Some("assignment")), 13),
        (TokenKind::Operator, _) => (operand, 12),
        (TokenKind::Keyword, "return" | "raise") if in_lambda(words, index) => {
            let construct = if text == "return" { "return" } else { "raise" };
            ((Code::new("SYN.LAMBDA_BODY"), Some(construct)), 4)
        }
        (TokenKind::Keyword, _) if twice => (stray, 4),
        (TokenKind::Keyword, "is") if matches!(after, "in" | "not") => (stray, 5),
        // Without its first word a header is none.
        (
            TokenKind::Keyword,
            "def" | "class" | "try" | "except" | "elif" | "else" | "finally" | "import" | "from"
            | "case",
        ) if words.is_first(index) => return None,
        (TokenKind::Keyword, _) => (stray, 17),
        (TokenKind::Name, "the" | "a" | "each" | "to" | "todo" | "end") => (stray, 9),
        // `name name` may also lack an `=`.
        (TokenKind::Name, _) if twice => {
            let target = words.before(index - 1) == "." || words.starts_statement(index - 1);
            (stray, if target { 15 } else { 7 })
        }
        (TokenKind::Name, _) if words.is_last(index) => (stray, 17),
        // A word between a name and what belongs to it: `reduce extra(a, b)`.
        (TokenKind::Name, _) => (stray, 18),
        (TokenKind::Number, _) => (stray, 21),
        (TokenKind::String { .. }, _) => return None,
        _ => return None,
    };
    let value = matches!(words.kind(index)?, TokenKind::Name | TokenKind::Number);
    let apart = index > 0 && words.gap(index - 1) > 1 || words.gap(index) > 1;
    let cost = match words.kind(index)? {
        // Two spaces are what an operator between two values leaves behind.
        _ if value && apart && !words.is_last(index) => cost + 6,
        TokenKind::Operator if words.unbalanced => cost + UNBALANCED,
        _ => cost,
    };
    Some(
        Proposal::new(
            RULE,
            code,
            cost,
            words.span(index),
            vec![words.delete(index)],
        )
        .construct(construct)
        .message(format!(
            "'{}' does not belong here: leave it out",
            short(text)
        ))
        .title(format!("Remove '{}'", short(text))),
    )
    .map(|proposal| {
        if cost > 8 {
            proposal.unsafe_fix()
        } else {
            proposal
        }
    })
}

/// Whether an operator rather waits for a value that is still to be written.
fn waits(words: &Words<'_, '_>, index: usize) -> bool {
    let text = words.text(index);
    let ends = words.is_last(index) || words.text(index + 1) == ":";
    let touches = index > 0 && words.touches_next(index - 1);
    let twice = words.before(index) == text;
    let keyword = words.kind(words.line_first(index)) == Some(TokenKind::Keyword);
    let import = matches!(words.text(words.line_first(index)), "import" | "from");
    ends && !twice
        && match text {
            "." => words.is_name(index.wrapping_sub(1)) && !import,
            "=" => !touches || !keyword,
            "->" => true,
            "@" | ":" | ";" | "," | "**" => false,
            _ => !touches,
        }
}

/// Whether a word is the first one of a lambda's value.
fn in_lambda(words: &Words<'_, '_>, index: usize) -> bool {
    words.before(index) == ":"
        && (words.line_first(index)..index).any(|at| words.text(at) == "lambda")
}

fn plain(words: &Words<'_, '_>, index: usize, cost: u32) -> Proposal {
    let text = words.text(index);
    Proposal::new(
        RULE,
        Code::new("SYN.INVALID_CHAR"),
        cost,
        words.span(index),
        vec![words.delete(index)],
    )
    .message(format!("'{text}' does not belong here: leave it out"))
    .title(format!("Remove '{text}'"))
}

/// `f() splits the text`: words behind a whole statement become its comment.
fn trailing(words: &Words<'_, '_>, first: usize, last: usize, out: &mut Vec<Proposal>) {
    if words.site.layout.lines.get(words.line(last)).is_none()
        || words.line(first) != words.site.line
    {
        return;
    }
    for index in first + 1..=last {
        let between =
            words.is_name(index) && words.ends_operand(index - 1) && words.bracket(index).is_none();
        if between && words.is_name(index + 1) && index < last {
            let start = words.span(index).start;
            let span = words.cover(index, last);
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.PASTED_TEXT"),
                    19,
                    span,
                    vec![Edit::insert(start, "# ")],
                )
                .construct("prose")
                .message("these words are no code: make them a comment")
                .title("Make the rest of the line a comment")
                .unsafe_fix(),
            );
            break;
        }
    }
}

/// `enter code here import os`: words in front of a statement.
fn leading(words: &Words<'_, '_>, first: usize, last: usize, out: &mut Vec<Proposal>) {
    if words.line(first) != words.site.line {
        return;
    }
    for index in first + 1..=last.min(first + 6) {
        if !words.is_name(index - 1) {
            break;
        }
        let begins = match words.kind(index) {
            Some(TokenKind::Keyword) => matches!(words.text(index), "import" | "from" | "for"),
            Some(TokenKind::Name) => matches!(words.text(index + 1), "=" | "." | "(" | "["),
            Some(TokenKind::Open(_)) => index > first + 1,
            _ => false,
        };
        if !begins {
            continue;
        }
        let span = words.cover(first, index - 1);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.PASTED_TEXT"),
                17,
                span,
                vec![words.delete_range(first, index - 1)],
            )
            .construct("prose")
            .message("these words are no code: leave them out")
            .title(format!("Remove '{}'", short(span.of(words.site.text))))
            .unsafe_fix(),
        );
    }
}

/// What the commas around a comma separate.
fn separated(words: &Words<'_, '_>, index: usize) -> &'static str {
    let line_first = words.text(words.line_first(index));
    match words.opener(index) {
        Some((Bracket::Round, _)) if line_first == "def" => "function_def",
        Some((Bracket::Round, opener)) if words.ends_operand(opener.wrapping_sub(1)) => "call",
        Some((Bracket::Round, _)) => "tuple",
        Some((Bracket::Square, _)) => "list",
        Some((Bracket::Curly, opener)) => {
            if (opener..index).any(|at| words.text(at) == ":") {
                "dict"
            } else {
                "set"
            }
        }
        None if matches!(line_first, "import" | "from") => "import",
        None if line_first == "with" => "with",
        None => "tuple",
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check("f(a,, b)\n", &["SYN.EXTRA_COMMA:call"], "f(a, b)\n");
        check(
            "x = f(1):\n",
            &["SYN.MULTIPLE_STATEMENTS:colon_after_stmt"],
            "x = f(1)\n",
        );
        check(
            "def f():\n    return return 1\n",
            &["SYN.STRAY_WORD"],
            "def f():\n    return 1\n",
        );
        check(
            "total = f(1).\n",
            &["SYN.MISSING_OPERAND:attribute"],
            "total = f(1)\n",
        );
        check("x = f(a)$\n", &["SYN.INVALID_CHAR:currency"], "x = f(a)\n");
        check(
            "if a:@\n    b()\n",
            &["SYN.MISSING_OPERAND:binary"],
            "if a:\n    b()\n",
        );
    }
}
