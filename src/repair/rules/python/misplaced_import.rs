//! `from __future__` below other code, and `import *` in a function.

use ruff_python_ast::Stmt;

use super::suites::{first_place, indent_at, is_alone, levels, line_break, span_of, whole_lines};
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::Edit;

const RULE: &str = "misplaced_import";

/// Proposes to move the import to the top of the module, or to remove one of a feature that does not exist.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    let is_unknown = meaning.finding.construct == Some("unknown");
    match meaning.finding.code.as_str() {
        "SYN.FUTURE_IMPORT" | "SYN.IMPORT_STAR_SCOPE" => {}
        _ => return,
    }
    let levels = levels(meaning.module, meaning.finding.span.start);
    let Some(level) = levels.last() else { return };
    let Some(statement @ Stmt::ImportFrom(import)) = level.statement() else {
        return;
    };
    let span = span_of(statement);
    if !is_alone(meaning.layout, meaning.text, span) {
        return;
    }
    let lines = whole_lines(meaning.layout, meaning.text, span);
    let removal = if level.suite.len() == 1 && levels.len() > 1 {
        // The block needs a statement.
        Edit::replace(span, "pass")
    } else {
        Edit::delete(lines)
    };
    let proposal = |cost: u32, edits: Vec<Edit>| {
        Proposal::new(
            RULE,
            meaning.finding.code,
            cost,
            meaning.finding.span,
            edits,
        )
    };
    if is_unknown {
        if import.names.len() == 1 {
            out.push(
                proposal(6, vec![removal])
                    .title("Remove the import")
                    .unsafe_fix(),
            );
        }
        return;
    }
    let place = first_place(meaning.module, meaning.layout, meaning.text);
    let moved = format!("{}{}", span.of(meaning.text), line_break(meaning.text));
    let is_nested = !indent_at(meaning.layout, meaning.text, span.start).is_empty();
    let proposal = proposal(3, vec![Edit::insert(place, moved), removal])
        .title("Move the import to the top of the file");
    out.push(if is_nested {
        proposal.unsafe_fix()
    } else {
        proposal
    });
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn imports_that_belong_to_the_top() {
        check(
            "\"\"\"Doc.\"\"\"\nimport a\nfrom __future__ import division\nprint(a)\n",
            &["SYN.FUTURE_IMPORT:late"],
            "\"\"\"Doc.\"\"\"\nfrom __future__ import division\nimport a\nprint(a)\n",
        );
        check(
            "# top\n\ndef f():\n    from a import *\n",
            &["SYN.IMPORT_STAR_SCOPE"],
            "# top\n\nfrom a import *\ndef f():\n    pass\n",
        );
        check(
            "from __future__ import magic\na = 1\n",
            &["SYN.FUTURE_IMPORT:unknown"],
            "a = 1\n",
        );
    }
}
