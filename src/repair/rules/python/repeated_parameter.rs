//! `def f(a, a)`: two parameters with one name.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Parameters, Stmt};

use super::suites::span_of;
use crate::lang::python::{TokenKind, tokenize};
use crate::repair::meaning::Meaning;
use crate::repair::proposal::Proposal;
use crate::text::{Edit, Span};

const RULE: &str = "repeated_parameter";

/// Proposes another name for the second one, or to leave it out.
pub fn propose(meaning: &Meaning<'_>, out: &mut Vec<Proposal>) {
    if meaning.finding.code.as_str() != "SYN.PARAM_DUPLICATE" {
        return;
    }
    let place = meaning.finding.span;
    let mut search = Search { place, found: None };
    search.visit_body(&meaning.module.body);
    let Some((own, parameters)) = search.found else {
        return;
    };
    let name = place.of(meaning.text);
    let proposal = |cost: u32, edit: Edit| {
        Proposal::new(RULE, meaning.finding.code, cost, place, vec![edit]).unsafe_fix()
    };
    if let Some(new) = free_name(name, meaning.text) {
        out.push(
            proposal(14, Edit::replace(place, new.clone()))
                .title(format!("Rename '{name}' to '{new}'")),
        );
    }
    let before = parameters
        .iter()
        .filter(|span| span.end <= own.start)
        .max_by_key(|span| span.end);
    if let Some(before) = before {
        let whole = Span::new(before.end, own.end);
        let between = Span::new(before.end, own.start).of(meaning.text);
        // What stands between them is more than a comma where a star or a comment is.
        if between.trim() == "," {
            out.push(
                proposal(20, Edit::delete(whole))
                    .title(format!("Remove the second '{}'", own.of(meaning.text))),
            );
        }
    }
}

/// A name like `name` that the text does not use: the next letter, or the next number at its end.
fn free_name(name: &str, text: &str) -> Option<String> {
    let used: Vec<&str> = tokenize(text)
        .into_iter()
        .filter(|token| matches!(token.kind, TokenKind::Name | TokenKind::Keyword))
        .map(|token| token.text(text))
        .collect();
    let is_free = |name: &String| !used.contains(&name.as_str());
    let mut characters = name.chars();
    if let (Some(letter), None) = (characters.next(), characters.next())
        && letter.is_ascii_alphabetic()
    {
        let last = if letter.is_lowercase() { 'z' } else { 'Z' };
        return (letter..=last).skip(1).map(String::from).find(is_free);
    }
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (2..100)
        .map(|number| format!("{stem}{number}"))
        .find(is_free)
}

/// The parameter whose name stands at a place: itself, and all of its function's.
struct Search {
    place: Span,
    found: Option<(Span, Vec<Span>)>,
}

impl Search {
    fn look(&mut self, parameters: &Parameters) {
        let spans: Vec<Span> = parameters
            .iter()
            .map(|parameter| span_of(&parameter))
            .collect();
        let own = parameters
            .iter()
            .find(|parameter| span_of(parameter.name()) == self.place);
        if let Some(own) = own {
            self.found = Some((span_of(&own), spans));
        }
    }
}

impl Visitor<'_> for Search {
    fn visit_stmt(&mut self, statement: &Stmt) {
        let span = span_of(statement);
        if let Stmt::FunctionDef(node) = statement {
            self.look(&node.parameters);
        }
        if self.found.is_none() && span.start <= self.place.start && self.place.end <= span.end {
            walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &Expr) {
        let span = span_of(expression);
        if let Expr::Lambda(node) = expression
            && let Some(parameters) = &node.parameters
        {
            self.look(parameters);
        }
        if self.found.is_none() && span.start <= self.place.start && self.place.end <= span.end {
            walk_expr(self, expression);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn the_second_one_gets_a_name() {
        check(
            "def area(w, w):\n    return w\n",
            &["SYN.PARAM_DUPLICATE"],
            "def area(w, x):\n    return w\n",
        );
        check(
            "area = lambda side, side: side\n",
            &["SYN.PARAM_DUPLICATE"],
            "area = lambda side, side2: side\n",
        );
    }
}
