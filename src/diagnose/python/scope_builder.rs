//! Reads the scopes off a syntax tree, in the order in which CPython's symbol table is built.

use std::collections::HashMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Comprehension, Expr, ExprContext, ModModule, Pattern, Stmt};
use ruff_text_size::TextRange;

use super::dynamic;
use super::scopes::{MAX_DEPTH, Scope, ScopeId, ScopeKind, ScopeProblemKind, Scopes, Symbol, Use};
use crate::text::Span;

pub(super) const MODULE: ScopeId = ScopeId(0);

pub(super) fn build(module: &ModModule) -> Scopes<'_> {
    let mut builder = Builder {
        scopes: Scopes {
            all: Vec::new(),
            uses: Vec::new(),
            problems: Vec::new(),
            is_dynamic: false,
            mentions_version: false,
        },
        current: MODULE,
        guards: 0,
        dead: 0,
        annotations: 0,
        on_demand: 0,
        depth: 0,
        nonlocals: Vec::new(),
    };
    builder.open(ScopeKind::Module, module.range);
    builder.visit_body(&module.body);
    builder.check_nonlocals();
    builder.scopes
}

pub(super) struct Builder<'ast> {
    pub(super) scopes: Scopes<'ast>,
    pub(super) current: ScopeId,
    /// Constructs around the place that catch a failing lookup.
    pub(super) guards: usize,
    /// Conditions around the place that never hold at run time.
    dead: usize,
    /// Annotations around the place.
    pub(super) annotations: usize,
    /// Places around this one that are only evaluated on demand.
    pub(super) on_demand: usize,
    depth: usize,
    pub(super) nonlocals: Vec<(ScopeId, &'ast str, TextRange)>,
}

impl<'ast> Builder<'ast> {
    pub(super) fn open(&mut self, kind: ScopeKind, range: TextRange) -> ScopeId {
        let parent = (!self.scopes.all.is_empty()).then_some(self.current);
        self.scopes.all.push(Scope {
            kind,
            parent,
            span: Span::new(range.start().to_usize(), range.end().to_usize()),
            symbols: HashMap::new(),
            attributes: Vec::new(),
            receiver: None,
            is_opaque: false,
        });
        std::mem::replace(
            &mut self.current,
            ScopeId(self.scopes.all.len().saturating_sub(1)),
        )
    }

    pub(super) fn close(&mut self, outer: ScopeId) {
        self.current = outer;
    }

    pub(super) fn kind(&self, id: ScopeId) -> ScopeKind {
        self.scopes.get(id).map_or(ScopeKind::Module, |s| s.kind)
    }

    pub(super) fn symbol(&self, id: ScopeId, name: &str) -> Symbol {
        self.scopes
            .get(id)
            .and_then(|scope| scope.symbols.get(name).copied())
            .unwrap_or_default()
    }

    pub(super) fn mark(&mut self, id: ScopeId, name: &'ast str, flag: Symbol) {
        if let Some(scope) = self.scopes.all.get_mut(id.0) {
            scope.symbols.entry(name).or_default().add(flag);
        }
    }

    pub(super) fn bind(&mut self, name: &'ast str) {
        self.mark(self.current, name, Symbol::BOUND);
    }

    pub(super) fn bind_all(&mut self, names: &[&'static str]) {
        for name in names {
            self.bind(name);
        }
    }

    /// An assignment expression binds in the scope around all comprehensions (PEP 572).
    fn bind_walrus(&mut self, name: &'ast str) {
        let mut id = self.current;
        while self.kind(id) == ScopeKind::Comprehension {
            let Some(parent) = self.scopes.get(id).and_then(|scope| scope.parent) else {
                break;
            };
            id = parent;
        }
        self.mark(id, name, Symbol::BOUND);
    }

    fn name(&mut self, node: &'ast ast::ExprName, attribute: Option<&'ast str>, is_called: bool) {
        let name = node.id.as_str();
        match node.ctx {
            ExprContext::Load | ExprContext::Invalid => {
                dynamic::note_name(&mut self.scopes, name);
                let flag = if self.annotations > 0 {
                    Symbol::USED_IN_ANNOTATION
                } else {
                    Symbol::USED
                };
                self.mark(self.current, name, flag);
                self.scopes.uses.push(Use {
                    name,
                    range: node.range,
                    scope: self.current,
                    attribute,
                    is_called,
                    is_guarded: self.guards + self.dead > 0,
                    is_lazy: self.annotations > 0,
                    is_never_evaluated: self.on_demand > 0,
                });
            }
            // A name that is only deleted is local too.
            ExprContext::Store | ExprContext::Del => self.bind(name),
        }
    }

    fn annotated(&mut self, node: &'ast ast::StmtAnnAssign) {
        if let Some(value) = node.value.as_deref() {
            self.visit_expr(value);
        }
        let is_local = usize::from(self.kind(self.current) == ScopeKind::Function);
        self.on_demand += is_local;
        self.annotation(&node.annotation);
        self.on_demand -= is_local;
        if let (Expr::Name(target), true) = (node.target.as_ref(), node.simple) {
            let name = target.id.as_str();
            let known = self.symbol(self.current, name);
            let declared = if known.has(Symbol::GLOBAL) {
                Some("global")
            } else if known.has(Symbol::NONLOCAL) {
                Some("nonlocal")
            } else {
                None
            };
            if let (Some(keyword), true) = (declared, self.current != MODULE) {
                self.problem(ScopeProblemKind::Annotated, name, target.range, keyword);
            }
            self.mark(self.current, name, Symbol::ANNOTATED);
        }
        self.visit_expr(&node.target);
    }

    fn try_statement(&mut self, node: &'ast ast::StmtTry) {
        let guards = usize::from(node.handlers.iter().any(dynamic::catches_name_error));
        self.guards += guards;
        self.visit_body(&node.body);
        self.guards -= guards;
        for handler in &node.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            if let Some(expected) = handler.type_.as_deref() {
                self.visit_expr(expected);
            }
            if let Some(name) = &handler.name {
                self.bind(name.as_str());
            }
            self.visit_body(&handler.body);
        }
        self.visit_body(&node.orelse);
        self.visit_body(&node.finalbody);
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        generators: &'ast [Comprehension],
        parts: [Option<&'ast Expr>; 2],
    ) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        let outer = self.open(ScopeKind::Comprehension, range);
        for (index, generator) in generators.iter().enumerate() {
            if index > 0 {
                self.visit_expr(&generator.iter);
            }
            self.visit_expr(&generator.target);
            for condition in &generator.ifs {
                self.visit_expr(condition);
            }
        }
        for part in parts.into_iter().flatten() {
            self.visit_expr(part);
        }
        self.close(outer);
    }

    fn import(&mut self, node: &'ast ast::StmtImport) {
        for alias in &node.names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            match &alias.asname {
                Some(_) => self.bind(name),
                None => self.bind(name.split('.').next().unwrap_or(name)),
            }
        }
    }

    fn import_from(&mut self, node: &'ast ast::StmtImportFrom) {
        for alias in &node.names {
            if alias.name.as_str() == "*" {
                self.scopes.is_dynamic = true;
            } else {
                self.bind(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
            }
        }
    }

    fn attribute(&mut self, node: &'ast ast::ExprAttribute) {
        dynamic::note_attribute(&mut self.scopes, node);
        let Expr::Name(base) = node.value.as_ref() else {
            return self.visit_expr(&node.value);
        };
        self.name(base, Some(node.attr.as_str()), false);
        if node.ctx == ExprContext::Store {
            let scope = self.scopes.get(self.current);
            let class = scope
                .filter(|scope| scope.receiver == Some(base.id.as_str()))
                .and_then(|scope| scope.parent);
            if let Some(class) = class.and_then(|id| self.scopes.all.get_mut(id.0)) {
                class.attributes.push(node.attr.as_str());
            }
        }
    }

    fn lambda(&mut self, node: &'ast ast::ExprLambda) {
        if let Some(parameters) = node.parameters.as_deref() {
            self.defaults(parameters);
        }
        let outer = self.open(ScopeKind::Lambda, node.range);
        if let Some(parameters) = node.parameters.as_deref() {
            self.bind_parameters(parameters);
        }
        self.visit_expr(&node.body);
        self.close(outer);
    }

    /// Walks `a + b + c + …` from the left without a call per operator.
    fn binary(&mut self, node: &'ast ast::ExprBinOp) {
        let mut rights = vec![node.right.as_ref()];
        let mut left = node.left.as_ref();
        while let Expr::BinOp(inner) = left {
            rights.push(&inner.right);
            left = &inner.left;
        }
        self.visit_expr(left);
        for right in rights.into_iter().rev() {
            self.visit_expr(right);
        }
    }

    fn call(&mut self, node: &'ast ast::ExprCall) {
        let at_class_or_module = matches!(
            self.kind(self.current),
            ScopeKind::Module | ScopeKind::Class
        );
        dynamic::note_call(&mut self.scopes, node, at_class_or_module);
        visitor::walk_arguments(self, &node.arguments);
        match node.func.as_ref() {
            Expr::Name(called) => self.name(called, None, true),
            called => self.visit_expr(called),
        }
    }
}

impl<'ast> Visitor<'ast> for Builder<'ast> {
    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::AnnAssign(node) => self.annotated(node),
            Stmt::Global(node) => self.declare(&node.names, "global"),
            Stmt::Nonlocal(node) => self.declare(&node.names, "nonlocal"),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Try(node) => self.try_statement(node),
            Stmt::With(node) => {
                for item in &node.items {
                    self.visit_with_item(item);
                }
                let is_guarded = node.items.iter().any(dynamic::expects_name_error);
                self.guards += usize::from(is_guarded);
                self.visit_body(&node.body);
                self.guards -= usize::from(is_guarded);
            }
            Stmt::If(node) => {
                self.visit_expr(&node.test);
                let dead = usize::from(dynamic::is_never_true(&node.test));
                self.dead += dead;
                self.visit_body(&node.body);
                self.dead -= dead;
                for clause in &node.elif_else_clauses {
                    self.visit_elif_else_clause(clause);
                }
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        if self.depth >= MAX_DEPTH {
            // What is not seen might bind names.
            self.scopes.is_dynamic = true;
            return;
        }
        self.depth += 1;
        match expression {
            Expr::Name(node) => self.name(node, None, false),
            Expr::Attribute(node) => self.attribute(node),
            Expr::Call(node) => self.call(node),
            Expr::BinOp(node) => self.binary(node),
            Expr::Lambda(node) => self.lambda(node),
            Expr::Named(node) => {
                self.visit_expr(&node.value);
                if let Expr::Name(target) = node.target.as_ref() {
                    self.bind_walrus(target.id.as_str());
                }
            }
            Expr::ListComp(node) => {
                self.comprehension(node.range, &node.generators, [Some(&node.elt), None]);
            }
            Expr::SetComp(node) => {
                self.comprehension(node.range, &node.generators, [Some(&node.elt), None]);
            }
            Expr::Generator(node) => {
                self.comprehension(node.range, &node.generators, [Some(&node.elt), None]);
            }
            Expr::DictComp(node) => {
                let parts = [node.key.as_deref(), Some(node.value.as_ref())];
                self.comprehension(node.range, &node.generators, parts);
            }
            Expr::Subscript(node) => {
                dynamic::note_subscript(&mut self.scopes, node);
                visitor::walk_expr(self, expression);
            }
            _ => visitor::walk_expr(self, expression),
        }
        self.depth -= 1;
    }

    fn visit_pattern(&mut self, pattern: &'ast Pattern) {
        let name = match pattern {
            Pattern::MatchAs(node) => node.name.as_ref(),
            Pattern::MatchStar(node) => node.name.as_ref(),
            Pattern::MatchMapping(node) => node.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name.as_str());
        }
        visitor::walk_pattern(self, pattern);
    }
}
