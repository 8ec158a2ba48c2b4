//! A bare `except:` before other handlers, and a starred target without its comma.

use ruff_python_ast::{ExceptHandler, Stmt};

use super::suites::{levels, span_of, whole_lines};
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "misplaced_clause";

/// Proposes to move the handler that catches everything to the end.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    let finding = meaning.finding;
    if finding.code.as_str() == "SYN.STAR_EXPR" && finding.construct == Some("assignment") {
        out.push(
            Proposal::new(
                RULE,
                finding.code,
                5,
                finding.span,
                vec![Edit::insert(finding.span.end, ",")],
            )
            .title("Add ',' after the starred target")
            .unsafe_fix(),
        );
    }
    if finding.construct != Some("bare_except_first") {
        return;
    }
    let levels = levels(meaning.module, finding.span.start);
    let Some(Stmt::Try(node)) = levels.last().and_then(|level| level.statement()) else {
        return;
    };
    let starts: Vec<usize> = node
        .handlers
        .iter()
        .map(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let line = meaning.layout.line_at(handler.range.start().to_usize());
            meaning
                .layout
                .lines
                .get(line)
                .map_or(0, |line| line.span.start)
        })
        .collect();
    let own = meaning.layout.line_at(finding.span.start);
    let own = meaning
        .layout
        .lines
        .get(own)
        .map_or(0, |line| line.span.start);
    let Some(next) = starts.iter().copied().find(|start| *start > own) else {
        return;
    };
    let Some(last) = node.handlers.last() else {
        return;
    };
    let end = whole_lines(meaning.layout, meaning.text, span_of(last)).end;
    let clause = Span::new(own, next);
    let mut moved = clause.of(meaning.text).to_owned();
    if !meaning
        .text
        .get(..end)
        .is_some_and(|before| before.ends_with('\n'))
    {
        moved = format!("\n{}", moved.trim_end());
    }
    out.push(
        Proposal::new(
            RULE,
            finding.code,
            3,
            finding.span,
            vec![Edit::delete(clause), Edit::insert(end, moved)],
        )
        .title("Move 'except:' below the other handlers"),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn a_bare_except_comes_last() {
        check(
            "try:\n    a()\nexcept:\n    b()  # all\nexcept E:\n    c()\nelse:\n    d()\n",
            &["SYN.CLAUSE_ORDER:bare_except_first"],
            "try:\n    a()\nexcept E:\n    c()\nexcept:\n    b()  # all\nelse:\n    d()\n",
        );
    }
}
