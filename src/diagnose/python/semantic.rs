//! What CPython's compiler rejects although the grammar accepts it: `return` outside a function, `nonlocal` without a
//! binding, a repeated parameter and the like.
//!
//! The rules come from three places: ruff's checker, fed here with the real context of each node; `placement`, for what
//! that checker does not know; and `scope_rules`, for `global` and `nonlocal`, which need the table of scopes.

use std::cell::RefCell;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, Comprehension, Expr, InterpolatedStringElement, ModModule, PythonVersion, Stmt,
};
use ruff_python_parser::Parsed;
use ruff_python_parser::semantic_errors::SemanticSyntaxChecker;

use super::nesting::too_many_brackets;
use super::placement::{self, Blocks};
use super::scope_rules::scope_rule_errors;
use super::scopes::{MAX_DEPTH, Scopes};
use super::semantic_context::{Context, Frame};
use super::semantic_message::finding_of;
use crate::diagnose::Finding;

/// What the compiler of `version` rejects in a module that parses, in the order of the text, one finding per place.
///
/// Meant for a tree without parse errors: where the parser had to recover, a statement may stand in the wrong block.
pub fn semantic_errors(
    parsed: &Parsed<ModModule>,
    source: &str,
    version: PythonVersion,
) -> Vec<Finding> {
    let module = parsed.syntax();
    let mut walker = Walker {
        checker: SemanticSyntaxChecker::new(),
        context: Context {
            source,
            version,
            frames: vec![Frame::Module],
            loops: 0,
            tries: 0,
            in_if: false,
            future_annotations: has_future_annotations(module),
            errors: RefCell::default(),
        },
        blocks: Blocks::new(version),
        findings: Vec::new(),
        depth: 0,
    };
    walker.visit_body(&module.body);
    let mut findings = walker.findings;
    let rejected = walker.context.errors.into_inner();
    findings.extend(
        rejected
            .iter()
            .filter_map(|(error, place)| finding_of(error, *place)),
    );
    findings.extend(scope_rule_errors(&Scopes::of(module)));
    findings.extend(too_many_brackets(source));
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    // One mistake, one finding: what lies within another finding's place is a consequence or the same thing said twice.
    let mut end = 0;
    findings.retain(|finding| {
        let is_new = finding.span.start >= end;
        if is_new {
            end = finding.span.end;
        }
        is_new
    });
    findings
}

/// Whether `from __future__ import annotations` is in force, so that no annotation is evaluated (PEP 563).
pub(super) fn has_future_annotations(module: &ModModule) -> bool {
    module
        .body
        .iter()
        .take_while(|statement| match statement {
            Stmt::Expr(expression) => expression.value.is_string_literal_expr(),
            Stmt::ImportFrom(import) => import.module.as_deref() == Some("__future__"),
            _ => false,
        })
        .filter_map(Stmt::as_import_from_stmt)
        .any(|import| {
            import
                .names
                .iter()
                .any(|alias| alias.name.as_str() == "annotations")
        })
}

struct Walker<'text> {
    checker: SemanticSyntaxChecker,
    context: Context<'text>,
    blocks: Blocks,
    findings: Vec<Finding>,
    depth: usize,
}

impl Walker<'_> {
    fn within<T>(&mut self, frame: Frame, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.context.frames.push(frame);
        let result = walk(self);
        self.context.frames.pop();
        result
    }

    /// Walks a body whose loops, blocks and handlers are its own: a function or a class.
    fn body_of(&mut self, frame: Frame, body: &[Stmt]) {
        let outer_blocks = self.blocks.enter_scope();
        let outer = (self.context.loops, self.context.tries);
        (self.context.loops, self.context.tries) = (0, 0);
        self.within(frame, |walker| walker.visit_body(body));
        (self.context.loops, self.context.tries) = outer;
        self.blocks.leave_scope(outer_blocks);
    }

    fn loop_body(&mut self, statement: &Stmt, body: &[Stmt], orelse: &[Stmt]) {
        self.context.loops += 1;
        self.findings.extend(self.blocks.enter_loop(statement));
        self.visit_body(body);
        self.blocks.leave_loop();
        self.context.loops -= 1;
        self.visit_body(orelse);
    }

    fn try_statement(&mut self, statement: &Stmt, node: &ast::StmtTry) {
        self.context.tries += 1;
        let outer = usize::from(!node.finalbody.is_empty());
        let guarded = outer + usize::from(!node.handlers.is_empty());
        self.in_blocks(statement, guarded, |walker| walker.visit_body(&node.body));
        for handler in &node.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            if let Some(expected) = &handler.type_ {
                self.visit_expr(expected);
            }
            // The handler itself and the cleanup of its name.
            self.in_blocks(statement, outer + 2, |walker| {
                let before = node.is_star.then(|| walker.blocks.enter_except_star());
                walker.visit_body(&handler.body);
                if let Some(before) = before {
                    walker.blocks.leave_except_star(before);
                }
            });
        }
        self.in_blocks(statement, outer, |walker| walker.visit_body(&node.orelse));
        self.context.tries -= 1;
        self.in_blocks(statement, outer, |walker| {
            walker.visit_body(&node.finalbody);
        });
    }

    fn in_blocks(&mut self, statement: &Stmt, count: usize, walk: impl FnOnce(&mut Self)) {
        self.findings.extend(self.blocks.enter(statement, count));
        walk(self);
        self.blocks.leave(count);
    }

    fn comprehension(&mut self, generators: &[Comprehension], is_generator: bool, parts: &[&Expr]) {
        // The first iterable is evaluated outside, all the rest inside.
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        let is_async = generators.iter().any(|generator| generator.is_async);
        let frame = Frame::Comprehension {
            is_generator,
            is_async,
        };
        self.within(frame, |walker| {
            for (index, generator) in generators.iter().enumerate() {
                if index > 0 {
                    walker.visit_expr(&generator.iter);
                }
                walker.visit_expr(&generator.target);
                for condition in &generator.ifs {
                    walker.visit_expr(condition);
                }
            }
            for part in parts {
                walker.visit_expr(part);
            }
        });
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Lambda(lambda) => {
                if let Some(parameters) = lambda.parameters.as_deref() {
                    self.visit_parameters(parameters);
                }
                self.within(Frame::Lambda, |walker| walker.visit_expr(&lambda.body));
            }
            Expr::ListComp(node) => self.comprehension(&node.generators, false, &[&node.elt]),
            Expr::SetComp(node) => self.comprehension(&node.generators, false, &[&node.elt]),
            Expr::DictComp(node) => {
                let parts: Vec<&Expr> = node
                    .key
                    .as_deref()
                    .into_iter()
                    .chain([node.value.as_ref()])
                    .collect();
                self.comprehension(&node.generators, false, &parts);
            }
            Expr::Generator(node) => self.comprehension(&node.generators, true, &[&node.elt]),
            _ => visitor::walk_expr(self, expression),
        }
    }
}

impl Visitor<'_> for Walker<'_> {
    fn visit_stmt(&mut self, statement: &Stmt) {
        self.checker.visit_stmt(statement, &self.context);
        placement::check_statement(
            statement,
            &self.blocks,
            self.context.version,
            &mut self.findings,
        );
        let in_if = std::mem::replace(&mut self.context.in_if, statement.is_if_stmt());
        match statement {
            Stmt::FunctionDef(node) => {
                for decorator in &node.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(parameters) = node.type_params.as_deref() {
                    self.visit_type_params(parameters);
                }
                self.visit_parameters(&node.parameters);
                if let Some(returns) = node.returns.as_deref() {
                    self.visit_annotation(returns);
                }
                let is_async = node.is_async;
                self.body_of(Frame::Function { is_async }, &node.body);
            }
            Stmt::ClassDef(node) => {
                for decorator in &node.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(parameters) = node.type_params.as_deref() {
                    self.visit_type_params(parameters);
                }
                if let Some(arguments) = node.arguments.as_deref() {
                    self.visit_arguments(arguments);
                }
                self.body_of(Frame::Class, &node.body);
            }
            Stmt::For(node) => {
                self.visit_expr(&node.iter);
                self.visit_expr(&node.target);
                self.loop_body(statement, &node.body, &node.orelse);
            }
            Stmt::While(node) => {
                self.visit_expr(&node.test);
                self.loop_body(statement, &node.body, &node.orelse);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.visit_with_item(item);
                }
                self.in_blocks(statement, node.items.len(), |walker| {
                    walker.visit_body(&node.body);
                });
            }
            Stmt::Try(node) => self.try_statement(statement, node),
            _ => visitor::walk_stmt(self, statement),
        }
        self.context.in_if = in_if;
    }

    fn visit_expr(&mut self, expression: &Expr) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.checker.visit_expr(expression, &self.context);
        placement::check_expression(expression, self.context.version, &mut self.findings);
        self.expression(expression);
        self.depth -= 1;
    }

    fn visit_pattern(&mut self, pattern: &ast::Pattern) {
        placement::check_pattern(pattern, &mut self.findings);
        visitor::walk_pattern(self, pattern);
    }

    fn visit_interpolated_string_element(&mut self, element: &InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(interpolation) = element {
            placement::check_star(&interpolation.expression, &mut self.findings);
        }
        visitor::walk_interpolated_string_element(self, element);
    }
}
