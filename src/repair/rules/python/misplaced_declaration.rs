//! `global` and `nonlocal` after the name was used, or where they mean nothing.

use ruff_python_ast::Stmt;

use super::suites::{indent_at, is_alone, levels, line_break, span_of, whole_lines};
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "misplaced_declaration";

/// Proposes to move the declaration to the top of its function, to change its word, or to remove it.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    if meaning.finding.code.as_str() != "SYN.SCOPE_DECL" {
        return;
    }
    let levels = levels(meaning.module, meaning.finding.span.start);
    let Some(level) = levels.last() else { return };
    let Some(statement) = level.statement() else {
        return;
    };
    let names = match statement {
        Stmt::Global(node) => node.names.len(),
        Stmt::Nonlocal(node) => node.names.len(),
        _ => return,
    };
    let span = span_of(statement);
    let proposal = |cost: u32, edits: Vec<Edit>| {
        Proposal::new(
            RULE,
            meaning.finding.code,
            cost,
            meaning.finding.span,
            edits,
        )
    };
    let removal = if level.suite.len() == 1 {
        Edit::replace(span, "pass")
    } else {
        Edit::delete(whole_lines(meaning.layout, meaning.text, span))
    };
    let is_alone = is_alone(meaning.layout, meaning.text, span);
    match meaning.finding.construct {
        Some("global_after_use") if is_alone => {
            let body = levels
                .iter()
                .rev()
                .find_map(|level| match level.statement() {
                    Some(Stmt::FunctionDef(node)) => Some(&node.body),
                    _ => None,
                });
            let first = body.and_then(|body| {
                let has_docstring = matches!(body.first(), Some(Stmt::Expr(node)) if node.value.is_string_literal_expr());
                body.get(usize::from(has_docstring))
            });
            if let Some(first) = first {
                let start = span_of(first).start;
                let indent = indent_at(meaning.layout, meaning.text, start);
                let moved = format!(
                    "{}{}{indent}",
                    span.of(meaning.text),
                    line_break(meaning.text)
                );
                out.push(
                    proposal(3, vec![Edit::insert(start, moved), removal])
                        .title("Move the declaration to the top of the function"),
                );
            }
        }
        Some("nonlocal_missing") => {
            let keyword = Span::new(span.start, span.start + "nonlocal".len());
            out.push(
                proposal(6, vec![Edit::replace(keyword, "global")])
                    .title("Replace 'nonlocal' by 'global'")
                    .unsafe_fix(),
            );
        }
        Some("param_and_global" | "nonlocal_module") if is_alone && names == 1 => {
            out.push(
                proposal(7, vec![removal])
                    .title("Remove the declaration")
                    .unsafe_fix(),
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn declarations_in_the_wrong_place() {
        check(
            "def f():\n    \"\"\"Doc.\"\"\"\n    print(a)\n    global a\n",
            &["SYN.SCOPE_DECL:global_after_use"],
            "def f():\n    \"\"\"Doc.\"\"\"\n    global a\n    print(a)\n",
        );
        check(
            "a = 1\ndef f():\n    nonlocal a\n    a = 2\n",
            &["SYN.SCOPE_DECL:nonlocal_missing"],
            "a = 1\ndef f():\n    global a\n    a = 2\n",
        );
        check(
            "def f(a):\n    global a\n",
            &["SYN.SCOPE_DECL:param_and_global"],
            "def f(a):\n    pass\n",
        );
    }
}
