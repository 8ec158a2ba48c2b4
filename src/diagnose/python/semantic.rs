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
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
    SemanticSyntaxErrorKind,
};
use ruff_text_size::TextRange;

use super::placement::{self, Blocks};
use super::scope_rules::scope_rule_errors;
use super::scopes::{MAX_DEPTH, Scopes};
use super::semantic_message::{Place, finding_of};
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

/// What encloses a node, from the compiler's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    Module,
    Class,
    Function { is_async: bool },
    Lambda,
    Comprehension { is_generator: bool, is_async: bool },
}

struct Context<'text> {
    source: &'text str,
    version: PythonVersion,
    frames: Vec<Frame>,
    /// Loops around the node within its function.
    loops: usize,
    /// `try` statements around the node within its function.
    tries: usize,
    /// The statement stands directly in a branch of an `if`.
    in_if: bool,
    future_annotations: bool,
    errors: RefCell<Vec<(SemanticSyntaxError, Place)>>,
}

impl Context<'_> {
    fn innermost(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame::Module)
    }

    /// The nearest frame that is not a comprehension.
    fn owner(&self) -> Frame {
        self.frames
            .iter()
            .rev()
            .copied()
            .find(|frame| !matches!(frame, Frame::Comprehension { .. }))
            .unwrap_or(Frame::Module)
    }

    fn place(&self) -> Place {
        Place {
            in_function: matches!(self.owner(), Frame::Function { .. }),
            in_class: self.owner() == Frame::Class,
            in_comprehension: matches!(self.innermost(), Frame::Comprehension { .. }),
            in_if: self.in_if,
        }
    }

    /// The comprehensions between the node and its function, class or module, from the inside.
    fn comprehensions(&self) -> impl Iterator<Item = (bool, bool)> + '_ {
        self.frames.iter().rev().map_while(|frame| match frame {
            Frame::Comprehension {
                is_generator,
                is_async,
            } => Some((*is_generator, *is_async)),
            _ => None,
        })
    }
}

impl SemanticSyntaxContext for Context<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        self.future_annotations
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        match self.owner() {
            Frame::Function { .. } | Frame::Lambda => Some(LazyImportContext::Function),
            Frame::Class => Some(LazyImportContext::Class),
            _ if self.tries > 0 => Some(LazyImportContext::TryExceptBlocks),
            _ => None,
        }
    }

    fn python_version(&self) -> PythonVersion {
        self.version
    }

    fn source(&self) -> &str {
        self.source
    }

    // `global` and `nonlocal` are judged by `scope_rules`, from the whole table of scopes.
    fn global(&self, _name: &str) -> Option<TextRange> {
        None
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        false
    }

    fn in_async_context(&self) -> bool {
        self.owner() == Frame::Function { is_async: true }
    }

    fn in_await_allowed_context(&self) -> bool {
        // A generator expression turns asynchronous by itself and may stand anywhere.
        self.in_generator_context()
            || matches!(self.owner(), Frame::Function { .. } | Frame::Lambda)
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.innermost(), Frame::Function { .. } | Frame::Lambda)
    }

    fn in_sync_comprehension(&self) -> bool {
        self.comprehensions().any(|(_, is_async)| !is_async)
    }

    fn in_class_body_comprehension(&self) -> bool {
        self.owner() == Frame::Class
    }

    fn in_module_scope(&self) -> bool {
        self.innermost() == Frame::Module
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.innermost(), Frame::Function { .. })
    }

    fn in_generator_context(&self) -> bool {
        self.comprehensions().any(|(is_generator, _)| is_generator)
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        // Before 3.8 `yield` in a comprehension was only deprecated.
        let allowed_once = matches!(error.kind, SemanticSyntaxErrorKind::YieldOutsideFunction(_))
            && self.version < PythonVersion::PY38
            && matches!(self.innermost(), Frame::Comprehension { .. })
            && matches!(self.owner(), Frame::Function { .. } | Frame::Lambda);
        if !allowed_once {
            self.errors.borrow_mut().push((error, self.place()));
        }
    }

    fn in_loop_context(&self) -> bool {
        self.loops > 0
    }
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
        self.findings
            .extend(self.blocks.enter_loop(statement).map(|finding| *finding));
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
        self.findings
            .extend(self.blocks.enter(statement, count).map(|finding| *finding));
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

#[cfg(test)]
mod tests {
    use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

    use super::*;

    pub(in crate::diagnose::python) fn codes_on(
        source: &str,
        version: PythonVersion,
    ) -> Vec<String> {
        let options = ParseOptions::from(Mode::Module).with_target_version(version);
        let parsed = parse_unchecked(source, options)
            .try_into_module()
            .expect("module mode gives a module");
        assert_eq!(parsed.errors(), [], "the example must parse:\n{source}");
        semantic_errors(&parsed, source, version)
            .iter()
            .map(|finding| format!("{} {}", finding.cluster(), finding.span.of(source)))
            .collect()
    }

    fn codes(source: &str) -> Vec<String> {
        codes_on(source, PythonVersion::PY312)
    }

    #[test]
    fn statements_outside_their_function_or_loop() {
        assert_eq!(codes("return 1\n"), ["SYN.RETURN_OUTSIDE:module return 1"]);
        assert_eq!(
            codes("class A:\n    return\n"),
            ["SYN.RETURN_OUTSIDE:class return"]
        );
        assert_eq!(codes("if a:\n    break\n"), ["SYN.BREAK_OUTSIDE:if break"]);
        assert_eq!(
            codes("for a in b:\n    def f():\n        continue\n"),
            ["SYN.CONTINUE_OUTSIDE:function continue"]
        );
        assert_eq!(codes("yield 1\n"), ["SYN.YIELD_OUTSIDE:module yield 1"]);
        assert_eq!(
            codes("while a:\n    pass\nelse:\n    break\n"),
            ["SYN.BREAK_OUTSIDE:module break"]
        );
    }

    #[test]
    fn asynchronous_parts_need_an_async_function() {
        assert_eq!(
            codes("def f():\n    await g()\n"),
            ["SYN.AWAIT_OUTSIDE:await await g()"]
        );
        assert_eq!(codes("await g()\n"), ["SYN.AWAIT_OUTSIDE:await await g()"]);
        assert_eq!(
            codes("def f():\n    return [x async for x in y]\n"),
            ["SYN.AWAIT_OUTSIDE:async_comp async for x in y"]
        );
        assert_eq!(
            codes("async def f():\n    return lambda: await g()\n"),
            ["SYN.AWAIT_OUTSIDE:await await g()"]
        );
        assert_eq!(
            codes("a = (await x for x in y)\nb = (x async for x in y)\n"),
            [""; 0]
        );
        assert_eq!(
            codes("async def f():\n    return [await g(x) for x in y]\n"),
            [""; 0]
        );
    }

    #[test]
    fn one_mistake_gives_one_finding() {
        assert_eq!(codes("def f(a, a):\n    pass\n"), ["SYN.PARAM_DUPLICATE a"]);
        assert_eq!(codes("f(a=1, a=2)\n"), ["SYN.KWARG_REPEATED a=2"]);
    }

    #[test]
    fn future_imports_come_first_and_are_known() {
        assert_eq!(
            codes("import os\nfrom __future__ import annotations\n"),
            ["SYN.FUTURE_IMPORT:late from __future__ import annotations"]
        );
        assert_eq!(
            codes("'doc'\nfrom __future__ import division, magic\n"),
            ["SYN.FUTURE_IMPORT:unknown magic"]
        );
    }

    #[test]
    fn valid_code_is_left_alone() {
        let source = "class A:\n    x = 1\n    def f(self):\n        nonlocal __class__\n        return lambda: (yield)\n\
                      async def g():\n    async for i in h():\n        async with i:\n            yield i\n    return\n\
                      match a:\n    case [x, *_] | (x, _):\n        pass\n    case _ if b:\n        pass\n    case y:\n        pass\n\
                      try:\n    pass\nexcept* E:\n    for i in j:\n        break\n    def k():\n        return 1\n\
                      *a, b = c\nprint(*a, [*a], {*a}, f'{*a, b}')\n";
        assert_eq!(codes(source), [""; 0]);
    }

    #[test]
    fn hostile_nesting_does_not_exhaust_the_stack() {
        let source = format!("a = {}1\n", "1 + ".repeat(3_000));
        assert_eq!(codes(&source), [""; 0]);
    }
}
