//! Names that nothing binds: what was probably meant, or the import that is missing.

use ruff_python_ast::{ModModule, Stmt};

use super::suites::{first_place, line_break, span_of, whole_lines};
use crate::diagnose::python::{NameFinding, Suggestion};
use crate::lang::python::Lines;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "undefined_name";

/// A proposal for every suggestion, best first.
pub fn propose(found: &NameFinding, module: &ModModule, text: &str) -> Vec<Proposal> {
    let finding = &found.finding;
    let layout = Lines::new(text);
    let is_only = found.suggestions.len() == 1;
    // What another language or Python 2 calls so is certain; a similar name or an object to be asked is a guess.
    let is_known = match finding.code.as_str() {
        "NAME.PY2_BUILTIN" => true,
        "NAME.MISSING_IMPORT" => finding.construct == Some("stdlib"),
        _ => matches!(finding.construct, Some("null" | "keyword_literal")),
    };
    let name = finding.span.of(text);
    found
        .suggestions
        .iter()
        .enumerate()
        .map(|(rank, suggestion)| {
            let (edits, title) = match suggestion {
                Suggestion::Replace(by) => {
                    let places = std::iter::once(finding.span)
                        .chain(finding.related.iter().map(|related| related.span))
                        .filter(|span| span.of(text) == name);
                    let mut edits: Vec<Edit> =
                        places.map(|span| Edit::replace(span, by.clone())).collect();
                    edits.sort();
                    edits.dedup();
                    (edits, format!("Replace '{name}' by '{by}'"))
                }
                Suggestion::Import(import) => {
                    let place = import_place(module, &layout, text);
                    let mut line = format!("{import}{}", line_break(text));
                    if place == text.len() && !text.is_empty() && !text.ends_with('\n') {
                        line = format!("{}{import}", line_break(text));
                    }
                    (vec![Edit::insert(place, line)], format!("Add '{import}'"))
                }
            };
            let cost = 5 + u32::try_from(rank).unwrap_or(u32::MAX - 5);
            let proposal =
                Proposal::new(RULE, finding.code, cost, finding.span, edits).title(title);
            if is_only && is_known {
                proposal
            } else {
                proposal.unsafe_fix()
            }
        })
        .collect()
}

/// Below the first group of imports; where there is none, where the module's first statement stands.
fn import_place(module: &ModModule, layout: &Lines, text: &str) -> usize {
    let start = first_place(module, layout, text);
    let mut place = start;
    let rest = module
        .body
        .iter()
        .skip_while(|statement| span_of(*statement).start < start);
    for statement in rest {
        let lines = whole_lines(layout, text, span_of(statement));
        let follows = Span::new(place, lines.start).of(text).trim().is_empty();
        let is_group = place == start || Span::new(place, lines.start).is_empty();
        if !matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_)) || !follows || !is_group {
            break;
        }
        place = lines.end;
    }
    place
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn names_are_replaced_or_imported() {
        check(
            "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nimport re\n\nprint(re.escape(os.getcwd()), os.name)\n",
            &["NAME.MISSING_IMPORT:stdlib"],
            "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nimport re\nimport os\n\nprint(re.escape(os.getcwd()), os.name)\n",
        );
        check(
            "count = 1\nprint(conut)\n",
            &["NAME.TYPO:global"],
            "count = 1\nprint(count)\n",
        );
    }
}
