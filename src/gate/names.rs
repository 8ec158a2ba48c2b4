//! What the names of a program stand for, as far as imports and plain assignments say.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprContext, Parameter, Pattern, Stmt};

use super::constants::{constant_text, elements};
use super::table::{is_sensitive_module, row};

/// A path of which nobody can say where it begins.
pub(super) const UNKNOWN: &str = "?";

/// The names of one text. Scopes are not told apart: a name that is a module anywhere is one everywhere, so that none
/// hides behind another of the same spelling.
#[derive(Debug, Default)]
pub(super) struct Names {
    modules: HashMap<String, String>,
    stars: Vec<String>,
    bound: HashSet<String>,
    shadowed: HashSet<String>,
}

impl Names {
    /// Reads what is bound in `body`. A builtin is itself unless `shadowed` has its name; without it, unless the text
    /// binds the name.
    pub(super) fn new(body: &[Stmt], shadowed: Option<&Names>) -> Self {
        let mut names = Self::default();
        names.visit_body(body);
        names.shadowed = shadowed.unwrap_or(&names).bound.clone();
        names
    }

    /// Whether the text gives `name` a meaning.
    pub(super) fn binds(&self, name: &str) -> bool {
        self.bound.contains(name)
    }

    /// The dotted path of what an expression reads: from a module that is imported, from `builtins`, or from
    /// [`UNKNOWN`].
    pub(super) fn path(&self, expr: &Expr) -> String {
        match expr {
            Expr::Name(name) => self.name_path(&name.id),
            Expr::Attribute(attribute) => {
                let base = self.path(&attribute.value);
                // The namespace of a thing is as good as the thing.
                if matches!(attribute.attr.as_str(), "__dict__" | "__wrapped__") {
                    base
                } else {
                    format!("{base}.{}", attribute.attr)
                }
            }
            // What another call returns is unknown anyway.
            Expr::Call(call) if is_dotted(&call.func) => {
                let arguments = &*call.arguments.args;
                match (&*self.path(&call.func), arguments) {
                    ("builtins.getattr", [of, name, ..]) => match constant_text(name) {
                        Some(name) => format!("{}.{name}", self.path(of)),
                        None => UNKNOWN.to_owned(),
                    },
                    ("builtins.vars", [of]) => self.path(of),
                    ("builtins.__import__" | "importlib.import_module", [name, ..]) => {
                        constant_text(name).unwrap_or_else(|| UNKNOWN.to_owned())
                    }
                    _ => UNKNOWN.to_owned(),
                }
            }
            Expr::Subscript(subscript) if !subscript.value.is_subscript_expr() => {
                let Some(key) = constant_text(&subscript.slice) else {
                    return UNKNOWN.to_owned();
                };
                if let Expr::Call(call) = &*subscript.value
                    && matches!(
                        &*self.path(&call.func),
                        "builtins.globals" | "builtins.locals"
                    )
                {
                    return self.name_path(&key);
                }
                match &*self.path(&subscript.value) {
                    "sys.modules" => key,
                    base if is_namespace(&subscript.value) => format!("{base}.{key}"),
                    _ => UNKNOWN.to_owned(),
                }
            }
            Expr::Named(named) => self.path(&named.value),
            _ => UNKNOWN.to_owned(),
        }
    }

    fn name_path(&self, name: &str) -> String {
        if let Some(path) = self.modules.get(name) {
            return path.clone();
        }
        if self.shadowed.contains(name) {
            return UNKNOWN.to_owned();
        }
        let from_star = self
            .stars
            .iter()
            .map(|module| format!("{module}.{name}"))
            .find(|path| row(path).is_some_and(|(row, _)| row == path));
        from_star.unwrap_or_else(|| format!("builtins.{name}"))
    }

    fn bind(&mut self, name: &str) {
        self.bound.insert(name.to_owned());
    }

    fn stands_for(&mut self, name: &str, path: String) {
        self.bind(name);
        // Of two meanings the one that matters.
        let matters = row(&path).is_some() || is_sensitive_module(&path);
        if matters || !self.modules.contains_key(name) {
            self.modules.insert(name.to_owned(), path);
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr) {
        if let (Some(targets), Some(values)) = (elements(target), elements(value)) {
            for (target, value) in targets.iter().zip(values) {
                self.assign(target, value);
            }
            return;
        }
        let (Expr::Name(name), Expr::Name(_) | Expr::Attribute(_) | Expr::Call(_)) =
            (target, value)
        else {
            return;
        };
        let path = self.path(value);
        if !path.starts_with(UNKNOWN) {
            self.stands_for(&name.id, path);
        }
    }
}

/// Whether an expression is a name, or attributes of one.
fn is_dotted(expr: &Expr) -> bool {
    let mut base = expr;
    while let Expr::Attribute(attribute) = base {
        base = &attribute.value;
    }
    base.is_name_expr()
}

/// Whether an expression is the dictionary of something's names.
fn is_namespace(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "__dict__",
        Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if name.id == "vars"),
        Expr::Name(name) => name.id == "__builtins__",
        _ => false,
    }
}

/// The module that an `import` statement names, relative ones with their dots.
pub(super) fn module_path(level: u32, module: Option<&str>) -> String {
    let dots = ".".repeat(level as usize);
    format!("{dots}{}", module.unwrap_or_default())
}

impl<'ast> Visitor<'ast> for Names {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.name.as_str();
                    match &alias.asname {
                        Some(other) => self.stands_for(other, name.to_owned()),
                        None => {
                            let top = name.split('.').next().unwrap_or(name);
                            self.stands_for(top, top.to_owned());
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = module_path(import.level, import.module.as_deref());
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.stars.push(module.clone());
                    } else {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name).clone();
                        self.stands_for(&name, format!("{module}.{}", alias.name));
                    }
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign(target, &assign.value);
                }
            }
            Stmt::FunctionDef(function) => self.bind(&function.name),
            Stmt::ClassDef(class) => self.bind(&class.name),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Store => self.bind(&name.id),
            Expr::Named(named) => self.assign(&named.target, &named.value),
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_parameter(&mut self, parameter: &'ast Parameter) {
        self.bind(&parameter.name);
    }

    fn visit_except_handler(&mut self, handler: &'ast ExceptHandler) {
        let ExceptHandler::ExceptHandler(caught) = handler;
        if let Some(name) = &caught.name {
            self.bind(name);
        }
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'ast Pattern) {
        if let Pattern::MatchAs(capture) = pattern
            && let Some(name) = &capture.name
        {
            self.bind(name);
        }
        walk_pattern(self, pattern);
    }
}
