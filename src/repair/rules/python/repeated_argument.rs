//! `f(a=1, a=2)`: an argument that is given twice.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Arguments, Expr, Stmt};

use super::suites::span_of;
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "repeated_argument";

/// Proposes to remove one of the two.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    if meaning.finding.code.as_str() != "SYN.KWARG_REPEATED" {
        return;
    }
    let mut search = Search {
        place: meaning.finding.span,
        spans: Vec::new(),
    };
    search.visit_body(&meaning.module.body);
    let spans = search.spans;
    let Some(second) = spans.iter().position(|span| *span == meaning.finding.span) else {
        return;
    };
    let written = |index: usize| spans.get(index).map(|span| span.of(meaning.text));
    let name = |text: &str| text.split('=').next().unwrap_or("").trim().to_owned();
    let own = written(second).map(name);
    let Some(first) = (0..second).find(|index| written(*index).map(name) == own) else {
        return;
    };
    let same = written(first) == written(second);
    for (index, cost) in [(second, 4), (first, 7)] {
        let Some(span) = removal(meaning.text, &spans, index) else {
            continue;
        };
        let proposal = Proposal::new(
            RULE,
            meaning.finding.code,
            cost,
            meaning.finding.span,
            vec![Edit::delete(span)],
        )
        .title(format!("Remove '{}'", written(index).unwrap_or("")));
        if same {
            out.push(proposal);
            return;
        }
        out.push(proposal.unsafe_fix());
    }
}

/// The argument with the comma that no longer separates anything; `None` if a comment stands there.
fn removal(text: &str, spans: &[Span], index: usize) -> Option<Span> {
    let own = spans.get(index)?;
    let span = match index.checked_sub(1).and_then(|before| spans.get(before)) {
        Some(before) => Span::new(before.end, own.end),
        None => Span::new(own.start, spans.get(index + 1)?.start),
    };
    (!span.of(text).contains('#')).then_some(span)
}

/// The arguments of the call that holds a place.
struct Search {
    place: Span,
    spans: Vec<Span>,
}

impl Search {
    fn look(&mut self, arguments: &Arguments) {
        let mut spans: Vec<Span> = arguments
            .args
            .iter()
            .map(span_of)
            .chain(arguments.keywords.iter().map(span_of))
            .collect();
        if spans.contains(&self.place) {
            spans.sort();
            self.spans = spans;
        }
    }
}

impl Visitor<'_> for Search {
    fn visit_expr(&mut self, expression: &Expr) {
        if let Expr::Call(call) = expression {
            self.look(&call.arguments);
        }
        let span = span_of(expression);
        if self.spans.is_empty() && span.start <= self.place.start && self.place.end <= span.end {
            walk_expr(self, expression);
        }
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        if let Stmt::ClassDef(class) = statement
            && let Some(arguments) = class.arguments.as_deref()
        {
            self.look(arguments);
        }
        let span = span_of(statement);
        if self.spans.is_empty() && span.start <= self.place.start && self.place.end <= span.end {
            walk_stmt(self, statement);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn one_of_two_is_removed() {
        check(
            "f(a=1, b=2, a=1)\n",
            &["SYN.KWARG_REPEATED"],
            "f(a=1, b=2)\n",
        );
        check("f(a=1, a=2)\n", &["SYN.KWARG_REPEATED"], "f(a=1)\n");
    }
}
