//! The scopes that functions, classes and type aliases open.

use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::scope_builder::Builder;
use super::scopes::{ScopeId, ScopeKind, Symbol};

impl<'ast> Builder<'ast> {
    pub(super) fn annotation(&mut self, expression: &'ast Expr) {
        self.annotations += 1;
        self.visit_expr(expression);
        self.annotations -= 1;
    }

    pub(super) fn defaults(&mut self, parameters: &'ast ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default.as_deref() {
                self.visit_expr(default);
            }
        }
    }

    pub(super) fn bind_parameters(&mut self, parameters: &'ast ast::Parameters) {
        for parameter in parameters {
            self.mark(self.current, parameter.name().as_str(), Symbol::PARAMETER);
        }
    }

    fn type_parameters(&mut self, parameters: Option<&'ast ast::TypeParams>) -> Option<ScopeId> {
        let parameters = parameters?;
        let outer = self.open(ScopeKind::TypeParameters, parameters.range);
        for parameter in parameters {
            self.mark(
                self.current,
                parameter.name().as_str(),
                Symbol::TYPE_PARAMETER,
            );
        }
        self.annotations += 1;
        self.on_demand += 1;
        self.visit_type_params(parameters);
        self.on_demand -= 1;
        self.annotations -= 1;
        Some(outer)
    }

    /// Lets a scope that began with its type parameters cover the whole statement.
    fn stretch(&mut self, id: ScopeId, range: TextRange) {
        if let Some(scope) = self.scopes.all.get_mut(id.0) {
            scope.span.end = range.end().to_usize();
        }
    }

    pub(super) fn function(&mut self, node: &'ast ast::StmtFunctionDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.defaults(&node.parameters);
        self.bind(node.name.as_str());
        let is_method = self.kind(self.current) == ScopeKind::Class;
        let outer = self.type_parameters(node.type_params.as_deref());
        if outer.is_some() {
            self.stretch(self.current, node.range);
        }
        for parameter in &*node.parameters {
            if let Some(annotation) = parameter.annotation() {
                self.annotation(annotation);
            }
        }
        if let Some(returns) = node.returns.as_deref() {
            self.annotation(returns);
        }
        // The parameters and their annotations belong to the scope around.
        let start = node
            .returns
            .as_deref()
            .map_or(node.parameters.range.end(), Ranged::end);
        let around = self.open(
            ScopeKind::Function,
            TextRange::new(start, node.range.end().max(start)),
        );
        self.bind_parameters(&node.parameters);
        if is_method && !is_static(node) {
            let first = node
                .parameters
                .posonlyargs
                .iter()
                .chain(&node.parameters.args)
                .next();
            if let (Some(first), Some(scope)) = (first, self.scopes.all.get_mut(self.current.0)) {
                scope.receiver = Some(first.parameter.name.as_str());
            }
        }
        // What a function does is not done where it is defined, so an `except` around it guards nothing in it.
        let guards = std::mem::take(&mut self.guards);
        let annotations = std::mem::take(&mut self.annotations);
        self.visit_body(&node.body);
        (self.guards, self.annotations) = (guards, annotations);
        self.close(around);
        if let Some(outer) = outer {
            self.close(outer);
        }
    }

    pub(super) fn class(&mut self, node: &'ast ast::StmtClassDef) {
        for decorator in &node.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.bind(node.name.as_str());
        let outer = self.type_parameters(node.type_params.as_deref());
        if outer.is_some() {
            self.stretch(self.current, node.range);
        }
        if let Some(arguments) = node.arguments.as_deref() {
            self.visit_arguments(arguments);
        }
        let start = node.body.first().map_or(node.range.end(), Ranged::start);
        let around = self.open(
            ScopeKind::Class,
            TextRange::new(start.min(node.range.end()), node.range.end()),
        );
        // What the class statement itself puts into the body (Language Reference 3.3.3.4).
        self.bind_all(&[
            "__module__",
            "__qualname__",
            "__firstlineno__",
            "__static_attributes__",
            "__type_params__",
            "__classdict__",
        ]);
        let has_metaclass = node.arguments.as_deref().is_some_and(|arguments| {
            arguments
                .keywords
                .iter()
                .any(|keyword| keyword.arg.as_deref() == Some("metaclass"))
        });
        if let Some(scope) = self.scopes.all.get_mut(self.current.0) {
            scope.is_opaque = has_metaclass;
        }
        self.visit_body(&node.body);
        self.close(around);
        if let Some(outer) = outer {
            self.close(outer);
        }
    }

    pub(super) fn type_alias(&mut self, node: &'ast ast::StmtTypeAlias) {
        self.visit_expr(&node.name);
        let around = self.open(ScopeKind::TypeParameters, node.range);
        let inner = self.type_parameters(node.type_params.as_deref());
        self.on_demand += 1;
        self.annotation(&node.value);
        self.on_demand -= 1;
        if let Some(inner) = inner {
            self.close(inner);
        }
        self.close(around);
    }
}

fn is_static(node: &ast::StmtFunctionDef) -> bool {
    node.decorator_list.iter().any(|decorator| {
        matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == "staticmethod")
    })
}
