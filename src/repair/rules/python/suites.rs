//! Where a statement stands: the lists of statements around it, and the lines that it covers.

use ruff_python_ast::{ExceptHandler, ModModule, Stmt};
use ruff_text_size::Ranged;

use crate::lang::python::Lines;
use crate::text::{Edit, Span};

/// A list of statements, and which of them holds the place in question.
#[derive(Debug, Clone, Copy)]
pub struct Level<'tree> {
    /// The statements.
    pub suite: &'tree [Stmt],
    /// Index of the one that holds the place.
    pub own: usize,
}

impl<'tree> Level<'tree> {
    /// The statement that holds the place.
    pub fn statement(&self) -> Option<&'tree Stmt> {
        self.suite.get(self.own)
    }
}

/// The lists of statements around byte `offset`, the module's first.
pub fn levels(module: &ModModule, offset: usize) -> Vec<Level<'_>> {
    let mut levels = Vec::new();
    let mut suite = module.body.as_slice();
    while let Some(own) = suite.iter().position(|statement| holds(statement, offset)) {
        levels.push(Level { suite, own });
        let Some(next) = suite.get(own).and_then(|statement| {
            suites(statement)
                .into_iter()
                .find(|suite| suite.iter().any(|inner| holds(inner, offset)))
        }) else {
            break;
        };
        suite = next;
    }
    levels
}

fn holds(statement: &Stmt, offset: usize) -> bool {
    let span = span_of(statement);
    span.start <= offset && offset < span.end
}

/// The lists of statements directly inside a statement.
pub fn suites(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::FunctionDef(node) => vec![&node.body],
        Stmt::ClassDef(node) => vec![&node.body],
        Stmt::For(node) => vec![&node.body, &node.orelse],
        Stmt::While(node) => vec![&node.body, &node.orelse],
        Stmt::If(node) => {
            let clauses = node.elif_else_clauses.iter().map(|clause| &*clause.body);
            std::iter::once(&*node.body).chain(clauses).collect()
        }
        Stmt::With(node) => vec![&node.body],
        Stmt::Try(node) => {
            let mut suites: Vec<&[Stmt]> = vec![&node.body];
            for handler in &node.handlers {
                let ExceptHandler::ExceptHandler(handler) = handler;
                suites.push(&handler.body);
            }
            suites.extend([&*node.orelse, &*node.finalbody]);
            suites
        }
        Stmt::Match(node) => node.cases.iter().map(|case| &*case.body).collect(),
        _ => Vec::new(),
    }
}

/// The bytes of a node.
pub fn span_of(node: &impl Ranged) -> Span {
    let range = node.range();
    Span::new(range.start().to_usize(), range.end().to_usize())
}

/// The whole lines that `span` touches, with the break of the last one.
pub fn whole_lines(layout: &Lines, text: &str, span: Span) -> Span {
    let first = layout.line_at(span.start);
    let last = layout.line_at(span.end.saturating_sub(1).max(span.start));
    let start = layout.lines.get(first).map_or(0, |line| line.span.start);
    let end = layout
        .lines
        .get(last + 1)
        .map_or(text.len(), |line| line.span.start);
    Span::new(start, end)
}

/// Whether a node has its lines for itself, so that they can be moved: no other statement, no comment.
pub fn is_alone(layout: &Lines, text: &str, span: Span) -> bool {
    whole_lines(layout, text, span).of(text).trim() == span.of(text).trim()
}

/// The white space before the line of byte `offset`.
pub fn indent_at<'text>(layout: &Lines, text: &'text str, offset: usize) -> &'text str {
    layout.lines.get(layout.line_at(offset)).map_or("", |line| {
        Span::new(line.span.start, line.span.start + line.indent).of(text)
    })
}

/// Edits that put `more` before every line of `span` that holds code and is no continuation of a string.
pub fn indent_lines(layout: &Lines, span: Span, more: &str) -> Vec<Edit> {
    let first = layout.line_at(span.start);
    let last = layout.line_at(span.end.saturating_sub(1).max(span.start));
    layout
        .lines
        .iter()
        .take(last + 1)
        .skip(first)
        .filter(|line| !line.is_blank() && !line.continued)
        .map(|line| Edit::insert(line.span.start, more))
        .collect()
}

/// Where a statement of the module can be put so that it comes first: after the docstring and `__future__` imports.
pub fn first_place(module: &ModModule, layout: &Lines, text: &str) -> usize {
    let head = module
        .body
        .iter()
        .take_while(|statement| match statement {
            Stmt::Expr(node) => node.value.is_string_literal_expr(),
            Stmt::ImportFrom(node) => node.module.as_deref() == Some("__future__"),
            _ => false,
        })
        .last();
    match (head, module.body.first()) {
        (Some(head), _) => whole_lines(layout, text, span_of(head)).end,
        // Above the first statement, but below the comments at the top.
        (None, Some(first)) => whole_lines(layout, text, span_of(first)).start,
        (None, None) => text.len(),
    }
}

/// The line break that a text uses.
pub fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
