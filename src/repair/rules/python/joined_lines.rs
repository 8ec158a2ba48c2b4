//! `x = 1 y = 2`, `import os import sys`: two statements on one line.

use super::words::Words;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "joined_lines";

/// Proposes a line break in front of what begins a statement behind another one.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in words.near(3, 2) {
        if index == 0 || words.is_first(index) || words.bracket(index).is_some() {
            continue;
        }
        let ends = words.ends_operand(index - 1)
            || matches!(
                words.before(index),
                "pass" | "break" | "continue" | "return" | "*"
            );
        let Some(cost) = starts_statement(&words, index).filter(|_| ends) else {
            continue;
        };
        let word = words.text(index);
        let line = words.line(index);
        let Some(indent) = indent(site, line, word) else {
            continue;
        };
        let gap = Span::new(words.span(index - 1).end, words.span(index).start);
        let edit = Edit::replace(gap, format!("{}{indent}", site.line_break()));
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.MULTIPLE_STATEMENTS"),
                cost,
                words.cover(index - 1, index),
                vec![edit],
            )
            .construct("two_assignments")
            .message(format!(
                "a statement ends at '{}', and the next one needs a line of its own",
                short(words.before(index))
            ))
            .title(format!("Start a new line before '{}'", short(word))),
        );
    }
}

/// How unlikely it is that a word starts a statement although another one is on its line.
fn starts_statement(words: &Words<'_, '_>, index: usize) -> Option<u32> {
    match words.kind(index)? {
        TokenKind::Keyword => match words.text(index) {
            "import" if words.text(words.line_first(index)) == "from" => None,
            "import" | "from" if words.line_first(index) + 1 == index => Some(18),
            "import" if words.text(words.line_first(index)) != "import" => Some(9),
            "def" | "class" | "import" | "from" | "return" | "raise" | "while" | "try" | "del"
            | "pass" | "break" | "continue" | "global" | "assert" | "with" => Some(5),
            "except" | "elif" | "finally" => Some(5),
            "for" | "if" | "else" => words.text(words.line_last(index)).eq(":").then_some(9),
            _ => None,
        },
        TokenKind::Operator => (words.text(index) == "@").then_some(16),
        TokenKind::Name => {
            let assigned = |from: usize| {
                (from..=words.line_last(from))
                    .any(|at| words.bracket(at).is_none() && words.text(at) == "=")
            };
            let first = words.line_first(index);
            let earlier =
                (first..index).any(|at| words.bracket(at).is_none() && words.text(at) == "=");
            let calls = matches!(words.before(index), ")") && words.touches_next(index);
            if assigned(index) && (earlier || calls) {
                Some(8)
            } else if words.text(index + 1) == "(" || assigned(index) && words.before(index) != "="
            {
                Some(16)
            } else if calls || earlier {
                Some(18)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The indentation of the line that a word begins after a break.
fn indent<'text>(site: &Site<'text>, line: usize, word: &str) -> Option<&'text str> {
    let own = site.indent(line);
    let headers: &[&str] = match word {
        "except" | "finally" => &["try"],
        "elif" | "else" => &["if", "elif", "for", "while", "try"],
        _ => return Some(own),
    };
    (0..line).rev().take(400).find_map(|above| {
        let first = site.layout.code_of(above).next()?;
        let indent = site.indent(above);
        (headers.contains(&site.str(first)) && indent.len() < own.len()).then_some(indent)
    })
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "a = 1 b = 2\n",
            &["SYN.MULTIPLE_STATEMENTS:two_assignments"],
            "a = 1\nb = 2\n",
        );
        check(
            "import os import sys\n",
            &["SYN.MULTIPLE_STATEMENTS:two_assignments"],
            "import os\nimport sys\n",
        );
    }
}
