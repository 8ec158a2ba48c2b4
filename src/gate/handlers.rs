//! Handlers that hide every exception.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprCall, Stmt, StmtFunctionDef, StmtTry};

use super::constants::elements;
use super::names::Names;

/// How many handlers of a `try` statement catch every exception and do nothing about it; a `finally` that jumps away
/// counts as one.
pub(super) fn swallowing(statement: &StmtTry, names: &Names) -> usize {
    let handlers = statement.handlers.iter().filter(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let is_broad = handler
            .type_
            .as_deref()
            .is_none_or(|class| is_broad(class, names));
        is_broad && does_nothing(&handler.body)
    });
    let jumps_away = statement
        .finalbody
        .iter()
        .any(|stmt| matches!(stmt, Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_)));
    handlers.count() + usize::from(jumps_away)
}

/// Whether a call is `contextlib.suppress` of every exception.
pub(super) fn suppresses(call: &ExprCall, names: &Names) -> bool {
    names.path(&call.func).ends_with("contextlib.suppress")
        && call
            .arguments
            .args
            .iter()
            .any(|class| is_broad(class, names))
}

/// Whether a method tells Python that every exception inside its `with` statement is dealt with.
pub(super) fn exits_silently(function: &StmtFunctionDef) -> bool {
    matches!(function.name.as_str(), "__exit__" | "__aexit__")
        && function.body.iter().any(|stmt| {
            matches!(stmt, Stmt::Return(returned)
                if returned.value.as_deref().is_some_and(super::constants::is_always_true))
        })
}

fn is_broad(class: &Expr, names: &Names) -> bool {
    if let Some(classes) = elements(class) {
        return classes.iter().any(|class| is_broad(class, names));
    }
    let path = names.path(class);
    matches!(&*path, "builtins.Exception" | "builtins.BaseException")
}

/// Whether a body neither raises nor calls anything: the exception is gone without a trace.
fn does_nothing(body: &[Stmt]) -> bool {
    let mut search = Search { acts: false };
    search.visit_body(body);
    !search.acts
}

struct Search {
    acts: bool,
}

impl<'ast> Visitor<'ast> for Search {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        self.acts |= matches!(stmt, Stmt::Raise(_) | Stmt::Assert(_));
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.acts |= matches!(
            expr,
            Expr::Call(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Await(_)
        );
        walk_expr(self, expr);
    }
}
