//! `await`, `async for` and `async with` in a function that is not asynchronous.

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::suites::{first_place, levels, line_break};
use crate::lang::python::tokenize;
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "misplaced_await";

/// Proposes to make the function asynchronous, or to run the value where there is no function.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    if meaning.finding.code.as_str() != "SYN.AWAIT_OUTSIDE" {
        return;
    }
    let at = meaning.finding.span.start;
    let function =
        levels(meaning.module, at)
            .iter()
            .rev()
            .find_map(|level| match level.statement() {
                Some(Stmt::FunctionDef(node)) => Some(node),
                _ => None,
            });
    if let Some(function) = function {
        let name = function.name.range().start().to_usize();
        let head = Span::new(function.range.start().to_usize(), name);
        let keyword = tokenize(head.of(meaning.text))
            .into_iter()
            .rev()
            .find(|token| token.text(head.of(meaning.text)) == "def");
        if let Some(keyword) = keyword {
            out.push(
                proposal(
                    meaning,
                    5,
                    vec![Edit::insert(head.start + keyword.span.start, "async ")],
                )
                .title(format!(
                    "Make '{}' asynchronous: 'async def'",
                    function.name
                )),
            );
        }
    } else if let Some(value) = meaning.finding.span.of(meaning.text).strip_prefix("await ") {
        let run = format!("asyncio.run({})", value.trim());
        let mut edits = vec![Edit::replace(meaning.finding.span, run)];
        if !meaning.text.contains("import asyncio") {
            let place = first_place(meaning.module, meaning.layout, meaning.text);
            edits.insert(
                0,
                Edit::insert(place, format!("import asyncio{}", line_break(meaning.text))),
            );
        }
        out.push(proposal(meaning, 8, edits).title("Run it with 'asyncio.run(...)'"));
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
    .unsafe_fix()
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn asynchronous_parts_in_plain_code() {
        check(
            "import a\n\n@a.b\ndef f():\n    await a.c()\n",
            &["SYN.AWAIT_OUTSIDE:await"],
            "import a\n\n@a.b\nasync def f():\n    await a.c()\n",
        );
        check(
            "import a\nawait a.c()\n",
            &["SYN.AWAIT_OUTSIDE:await"],
            "import asyncio\nimport a\nasyncio.run(a.c())\n",
        );
    }
}
