//! `my-var = 1`, `my var = 1`, `2nd = 1`, `class = 1`: what cannot be a name.

use super::words::Words;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "impossible_name";

/// Proposes the nearest possible name.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        parts(&words, index, out);
        digits(&words, index, out);
    }
    for index in words.near(4, 2) {
        keyword(&words, index, out);
    }
    header(&words, out);
}

/// Names with a dash, a dot or a space in them, where a single name is wanted.
fn parts(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let defines = matches!(words.before(index), "def" | "class" | "import" | "as");
    if !words.is_name(index) || !(defines || words.starts_statement(index)) {
        return;
    }
    let import = words.before(index) == "import";
    let separator = words.text(index + 1);
    let (construct, step) = match separator {
        "-" if words.touches_next(index) => ("dash", 2),
        "." if defines && !import => ("dot", 2),
        _ if words.is_name(index + 1) && !import && words.text(index) != "type" => ("space", 1),
        _ => return,
    };
    let mut last = index;
    while words.is_name(last + step) && (step == 1 || words.text(last + 1) == separator) {
        last += step;
    }
    let ends = match words.text(last + 1) {
        "=" => !defines,
        "(" | ":" => defines,
        _ => import,
    };
    if last == index || !ends || last > index + 4 || construct == "space" && last > index + 1 {
        return;
    }
    let name: Vec<&str> = (index..=last)
        .step_by(step)
        .map(|at| words.text(at))
        .collect();
    let name = name.join("_");
    let span = words.cover(index, last);
    let (code, construct) = match construct {
        "dash" if import => (Code::new("SYN.IMPORT_TARGET"), "dash"),
        "dash" if !defines => (Code::new("SYN.ASSIGN_TO_EXPRESSION"), "dashed_name"),
        construct => (Code::new("SYN.INVALID_NAME"), construct),
    };
    let cost = if construct == "space" { 11 } else { 4 };
    out.push(
        Proposal::new(
            RULE,
            code,
            cost,
            span,
            vec![Edit::replace(span, name.clone())],
        )
        .construct(construct)
        .message(format!(
            "'{}' is no name: names are made of letters, digits and '_'",
            span.of(words.site.text)
        ))
        .title(format!("Write '{name}'"))
        .unsafe_fix(),
    );
}

/// `2nd`: a name that starts with a digit, everywhere in the text.
fn digits(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    if words.kind(index) != Some(TokenKind::Number)
        || !words.is_name(index + 1)
        || !words.touches_next(index)
        || words.text(index).contains('.')
    {
        return;
    }
    let tokens = &words.site.layout.tokens;
    let (number, name) = (words.text(index), words.text(index + 1));
    let edits = tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [left, right]
                if words.site.str(left) == number
                    && words.site.str(right) == name
                    && left.span.end == right.span.start =>
            {
                Some(Edit::insert(left.span.start, "_"))
            }
            _ => None,
        })
        .collect();
    let defined = matches!(words.before(index), "def" | "class");
    let (code, construct) = if defined {
        (Code::new("SYN.INVALID_NAME"), "digit")
    } else {
        (Code::new("SYN.INVALID_NUMBER"), "name_starts_with_digit")
    };
    out.push(
        Proposal::new(RULE, code, 13, words.cover(index, index + 1), edits)
            .construct(construct)
            .message(format!(
                "'{number}{name}' is no name: a name does not start with a digit"
            ))
            .title(format!("Write '_{number}{name}'"))
            .unsafe_fix(),
    );
}

/// `class = 1`, `def f(class)`, `a.class`
fn keyword(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let word = words.text(index);
    let (before, after) = (words.before(index), words.text(index + 1));
    if words.kind(index) != Some(TokenKind::Keyword)
        || matches!(word, "None" | "True" | "False" | "not")
    {
        return;
    }
    let construct = match (before, after) {
        (".", _) => "attribute",
        ("def", ":") => return,
        ("def", _) => "function_def",
        ("import" | "as", _) => "import",
        ("(" | ",", "=") => "argument",
        ("(" | ",", ")" | ",") => "parameter",
        (_, "=") if !matches!(word, "return" | "if" | "while" | "else") => "assignment",
        _ if !words.ends_operand(index.wrapping_sub(1))
            && !words.starts_operand(index + 1)
            && !words.starts_statement(index)
            && before != "else"
            && !matches!(
                word,
                "return" | "pass" | "else" | "import" | "raise" | "break"
            ) =>
        {
            "assignment"
        }
        _ => return,
    };
    // The same word in the same role elsewhere in the text.
    let tokens: Vec<_> = words
        .site
        .layout
        .tokens
        .iter()
        .filter(|token| !token.is_trivia())
        .collect();
    let text = words.site.text;
    let mut edits = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if words.site.str(token) != word {
            continue;
        }
        let left = at.checked_sub(1).and_then(|at| tokens.get(at));
        let right = tokens.get(at + 1);
        let own = token.span == words.span(index);
        let used = left
            .is_some_and(|left| matches!(words.site.str(left), "." | "(" | "," | "=" | "[" | "in"))
            && right
                .is_none_or(|right| !right.starts_operand(text) && words.site.str(right) != "-");
        if own || used {
            edits.push(Edit::insert(token.span.end, "_"));
        }
    }
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.KEYWORD_AS_NAME"),
            9,
            words.span(index),
            edits,
        )
        .construct(construct)
        .message(format!(
            "'{word}' is a keyword and cannot be a name: write '{word}_'"
        ))
        .title(format!("Rename '{word}' to '{word}_'"))
        .unsafe_fix(),
    );
}

/// `def area:` without parentheses.
fn header(words: &Words<'_, '_>, out: &mut Vec<Proposal>) {
    for index in 0..words.len() {
        if words.text(index) != "def" || !words.is_name(index + 1) {
            continue;
        }
        let end = words.span(index + 1).end;
        let last = words.line_last(index);
        let edits = match words.text(index + 2) {
            ":" | "->" => vec![Edit::insert(end, "()")],
            _ if words.is_name(index + 2) && words.text(last) == ":" => vec![
                Edit::replace(Span::new(end, words.span(index + 2).start), "("),
                Edit::insert(words.span(last).start, ")"),
            ],
            _ if last == index + 1 => vec![Edit::insert(end, "():")],
            _ => continue,
        };
        let name = words.text(index + 1);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MISSING_DEF_PARENS"),
                3,
                words.span(index + 1),
                edits,
            )
            .construct("function_def")
            .message(format!(
                "a function's parameters stand in parentheses: write 'def {name}()'"
            ))
            .title(format!("Add parentheses after '{name}'")),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "my-name = 1\n",
            &["SYN.ASSIGN_TO_EXPRESSION:dashed_name"],
            "my_name = 1\n",
        );
        check(
            "def my-area():\n    pass\n",
            &["SYN.INVALID_NAME:dash"],
            "def my_area():\n    pass\n",
        );
        check(
            "user name = 1\n",
            &["SYN.INVALID_NAME:space"],
            "user_name = 1\n",
        );
        check(
            "2nd = 1\nprint(2nd)\n",
            &["SYN.INVALID_NUMBER:name_starts_with_digit"],
            "_2nd = 1\nprint(_2nd)\n",
        );
        check(
            "class = 1\n",
            &["SYN.KEYWORD_AS_NAME:assignment"],
            "class_ = 1\n",
        );
        check(
            "def f(a, from):\n    return from\n",
            &[
                "SYN.KEYWORD_AS_NAME:parameter",
                "SYN.KEYWORD_AS_NAME:assignment",
            ],
            "def f(a, from_):\n    return from_\n",
        );
        check(
            "a.class\n",
            &["SYN.KEYWORD_AS_NAME:attribute"],
            "a.class_\n",
        );
        check(
            "def area:\n    pass\n",
            &["SYN.MISSING_DEF_PARENS:function_def"],
            "def area():\n    pass\n",
        );
    }
}
