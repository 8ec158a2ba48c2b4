//! `return` and `yield` after the function, `break` and `continue` after the loop that they belong to.

use ruff_python_ast::Stmt;

use super::suites::{Level, indent_at, indent_lines, levels, span_of, suites};
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "misplaced_jump";

/// Proposes to indent the statement into the function or loop above it, or to leave it out.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    let (word, of_loop) = match meaning.finding.code.as_str() {
        "SYN.RETURN_OUTSIDE" => ("return", false),
        "SYN.YIELD_OUTSIDE" => ("yield", false),
        "SYN.BREAK_OUTSIDE" => ("break", true),
        "SYN.CONTINUE_OUTSIDE" => ("continue", true),
        _ => return,
    };
    let levels = levels(meaning.module, meaning.finding.span.start);
    // A loop of another function is no place for a `break`.
    let own_function = levels
        .iter()
        .rposition(|level| {
            level.statement().is_some_and(|statement| {
                statement.is_function_def_stmt() || statement.is_class_def_stmt()
            })
        })
        .filter(|_| of_loop);
    for (depth, level) in levels.iter().enumerate() {
        if own_function.is_some_and(|function| depth <= function) {
            continue;
        }
        into_block_above(meaning, level, word, of_loop, out);
    }
    if of_loop && own_function.is_some() {
        out.push(
            proposal(
                meaning,
                18,
                vec![Edit::replace(meaning.finding.span, "return")],
            )
            .title(format!("Replace '{word}' by 'return'"))
            .unsafe_fix(),
        );
    }
    leave_out(meaning, word, out);
}

/// Leaves out the word, and keeps the value behind it; where there is none, `pass` keeps the block whole, and a program
/// that was to end there ends.
fn leave_out(meaning: &Meaning<'_>, word: &str, out: &mut Vec<Proposal>) {
    let span = meaning.finding.span;
    let Some(rest) = span.of(meaning.text).strip_prefix(word) else {
        return;
    };
    let value = rest.trim_start();
    let value = value.strip_prefix("from ").map_or(value, str::trim_start);
    if value.is_empty() {
        if word == "return" {
            let edits = vec![Edit::replace(span, "raise SystemExit")];
            out.push(
                proposal(meaning, 22, edits)
                    .title("End the program with 'raise SystemExit'")
                    .unsafe_fix(),
            );
        }
        out.push(
            proposal(meaning, 24, vec![Edit::replace(span, "pass")])
                .title(format!("Replace '{word}' by 'pass'"))
                .unsafe_fix(),
        );
        return;
    }
    let before = Span::new(span.start, span.end - value.len());
    out.push(
        proposal(meaning, 22, vec![Edit::delete(before)])
            .title(format!("Remove '{}'", before.of(meaning.text).trim()))
            .unsafe_fix(),
    );
}

/// Indents everything from the end of the nearest function or loop above to the statement.
fn into_block_above(
    meaning: &Meaning<'_>,
    level: &Level<'_>,
    word: &str,
    of_loop: bool,
    out: &mut Vec<Proposal>,
) {
    let Some(own) = level.statement() else { return };
    let above = level.suite.get(..level.own).unwrap_or(&[]);
    let is_meant = |statement: &Stmt| {
        if of_loop {
            statement.is_for_stmt() || statement.is_while_stmt()
        } else {
            statement.is_function_def_stmt()
        }
    };
    let Some(block) = above.iter().rposition(is_meant) else {
        return;
    };
    let Some((block_statement, body)) = above
        .get(block)
        .and_then(|statement| Some((statement, *suites(statement).first()?)))
    else {
        return;
    };
    let (Some(first), Some(next)) = (body.first(), level.suite.get(block + 1)) else {
        return;
    };
    let inner = indent_at(meaning.layout, meaning.text, span_of(first).start);
    let outer = indent_at(meaning.layout, meaning.text, span_of(own).start);
    let Some(more) = inner.strip_prefix(outer).filter(|more| !more.is_empty()) else {
        return;
    };
    let last = level
        .suite
        .iter()
        .skip(level.own)
        .take_while(|statement| !statement.is_function_def_stmt() && !statement.is_class_def_stmt())
        .last()
        .unwrap_or(own);
    let distance = u32::try_from(level.own - block)
        .unwrap_or(u32::MAX)
        .saturating_mul(2);
    let name = if of_loop {
        "the loop above".to_owned()
    } else {
        match block_statement {
            Stmt::FunctionDef(node) => format!("'{}'", node.name),
            _ => "the function above".to_owned(),
        }
    };
    let from = span_of(next).start;
    for (end, cost) in [(span_of(own).end, 5), (span_of(last).end, 8)] {
        let edits = indent_lines(meaning.layout, Span::new(from, end), more);
        let lines = edits.len();
        let title = if lines == 1 {
            format!("Indent '{word}' into {name}")
        } else {
            format!("Indent {lines} lines into {name}")
        };
        let proposal = proposal(meaning, cost + distance, edits).title(title);
        // Right below the block, and the only statement that was left out of it.
        let directly = level.own == block + 1
            && lines == 1
            && meaning
                .text
                .get(span_of(block_statement).end..from)
                .is_some_and(|between| between.matches('\n').count() == 1);
        out.push(if directly && !of_loop {
            proposal
        } else {
            proposal.unsafe_fix()
        });
    }
}

fn proposal(meaning: &Meaning<'_>, cost: u32, edits: Vec<Edit>) -> Proposal {
    Proposal::new(
        RULE,
        meaning.finding.code,
        cost,
        meaning.finding.span,
        edits,
    )
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn jumps_that_belong_nowhere() {
        check(
            "size = 1\nreturn size\n",
            &["SYN.RETURN_OUTSIDE:module"],
            "size = 1\nsize\n",
        );
        check(
            "size = 1\nif size:\n    return\n",
            &["SYN.RETURN_OUTSIDE:module"],
            "size = 1\nif size:\n    raise SystemExit\n",
        );
        check(
            "if size:\n    continue\n",
            &["SYN.CONTINUE_OUTSIDE:if"],
            "if size:\n    pass\n",
        );
    }

    #[test]
    fn jumps_below_their_block() {
        check(
            "def f(a):\n    b = a\nreturn b\n",
            &["SYN.RETURN_OUTSIDE:module"],
            "def f(a):\n    b = a\n    return b\n",
        );
        check(
            "for a in b:\n    print(a)\nif a:\n    break\n",
            &["SYN.BREAK_OUTSIDE:if"],
            "for a in b:\n    print(a)\n    if a:\n        break\n",
        );
        check(
            "class A:\n    def f(self):\n        a = 1\n    return a\n",
            &["SYN.RETURN_OUTSIDE:class"],
            "class A:\n    def f(self):\n        a = 1\n        return a\n",
        );
    }
}
