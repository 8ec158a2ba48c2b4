//! `try:` with a block, and neither `except` nor `finally` below it.

use ruff_python_parser::ParseErrorType;

use crate::lang::python::ParseErrorKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "missing_handler";

/// What may stand below the block, and its cost. All of it changes nothing: what goes wrong is hidden nowhere.
const HANDLERS: [(&str, &str, u32); 2] =
    [("finally", "pass", 5), ("except Exception", "raise", 20)];

/// Proposes a handler that changes nothing, for the person to fill in.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let ParseErrorKind::Syntax(ParseErrorType::OtherError(message)) = &site.error.kind else {
        return;
    };
    if !message.contains("`except` or `finally`") {
        return;
    }
    // The block ends above the complaint, or at the end of the text.
    let at = site.error.span.start.min(site.text.len());
    let end = site
        .layout
        .lines
        .iter()
        .position(|line| line.span.start >= at || line.span.end > at)
        .filter(|_| at < site.text.len())
        .unwrap_or(site.layout.lines.len());
    let indent_of_end = if end < site.layout.lines.len() {
        site.indent(end).len()
    } else {
        0
    };
    let Some(header) = (0..end).rev().find(|line| {
        site.construct_of(*line) == Some("try") && site.indent(*line).len() >= indent_of_end
    }) else {
        return;
    };
    let Some(last) = site.layout.code_before(end) else {
        return;
    };
    let (Some(place), Some(keyword)) = (
        site.layout.lines.get(last).map(|line| line.span.end),
        site.layout.code_of(header).next(),
    ) else {
        return;
    };
    let (indent, unit, newline) = (site.indent(header), site.indent_unit(), site.line_break());
    for (head, body, cost) in HANDLERS {
        let handler = format!("{newline}{indent}{head}:{newline}{indent}{unit}{body}");
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.TRY_WITHOUT_HANDLER"),
                cost,
                keyword.span,
                vec![Edit::insert(place, handler)],
            )
            .message("this 'try' has no 'except' and no 'finally': add one below its block")
            .title(format!("Add '{head}: {body}' below the block"))
            .unsafe_fix(),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn a_try_gets_its_handler() {
        check(
            "def f():\n    try:\n        a()\n    b()\n",
            &["SYN.TRY_WITHOUT_HANDLER"],
            "def f():\n    try:\n        a()\n    finally:\n        pass\n    b()\n",
        );
        check(
            "try:\n    a()\n",
            &["SYN.TRY_WITHOUT_HANDLER"],
            "try:\n    a()\nfinally:\n    pass\n",
        );
    }
}
