//! What one text does, as far as the gate asks.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprContext, ModModule, Stmt};

use super::constants::{constant_text, is_always_true};
use super::finding::Kind;
use super::handlers::{exits_silently, suppresses, swallowing};
use super::names::{Names, UNKNOWN, module_path};
use super::table::{is_sensitive_module, last_word, row};

/// What a text does with one name of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// The row's kind.
    pub(super) kind: Kind,
    /// The row's last word.
    pub(super) word: &'static str,
    /// The name as far as it could be resolved, for a person.
    pub(super) shown: String,
    /// The last words of all names under which it is used.
    pub(super) leaves: BTreeSet<String>,
    /// How often it is used, its imports not counted.
    pub(super) times: usize,
}

/// What one text does.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) names: Names,
    /// Names of the table that it uses. Those that do the same have one key.
    pub(super) uses: BTreeMap<&'static str, Use>,
    /// Top-level modules that it imports, and the names under which it knows them as a whole.
    pub(super) imports: BTreeMap<String, BTreeSet<String>>,
    /// Names that it uses and nothing in it defines; attributes are none.
    pub(super) free: BTreeSet<String>,
    /// What it assigns to in modules of the standard library, as dotted names.
    pub(super) patches: BTreeSet<String>,
    /// Modules of the table that it hands around, where nobody can see what becomes of them.
    pub(super) handed_around: BTreeSet<String>,
    /// Handlers that hide every exception.
    pub(super) swallowing: usize,
    /// Assertions that always hold.
    pub(super) always_true: usize,
}

impl Reading {
    /// Reads a text; what it calls a builtin is one unless `before` defines it.
    pub(super) fn new(module: &ModModule, before: Option<&Self>) -> Self {
        let mut reading = Self {
            names: Names::new(&module.body, before.map(|before| &before.names)),
            ..Self::default()
        };
        reading.visit_body(&module.body);
        reading
    }

    /// Notes that a name is used; `times` is 0 where it is only imported.
    fn note(&mut self, path: &str, times: usize) {
        let Some((name, kind)) = row(path) else {
            return;
        };
        let word = last_word(name);
        let key = if matches!(word, "exit" | "quit" | "SystemExit") {
            "sys.exit"
        } else {
            name
        };
        let shown = shown(path);
        let leaf = last_word(&shown).to_owned();
        let used = self.uses.entry(key).or_insert_with(|| Use {
            kind: *kind,
            word,
            shown,
            leaves: BTreeSet::new(),
            times: 0,
        });
        used.leaves.insert(leaf);
        used.times += times;
    }

    /// Notes what an expression reads that has a path; says whether there is one.
    fn note_path(&mut self, expr: &Expr) -> bool {
        let path = self.names.path(expr);
        self.note(&path, 1);
        path != UNKNOWN
    }

    fn patch(&mut self, path: &str) {
        let parts: Vec<&str> = path.split('.').collect();
        // A module that is used without being imported looks like a builtin.
        let is_patch = match parts.as_slice() {
            ["builtins", _] => true,
            ["builtins", module, _, ..] | [module, _, ..] => is_standard(module),
            _ => false,
        };
        if is_patch {
            self.patches.insert(shown(path));
        }
    }

    fn call(&mut self, call: &ExprCall) {
        if suppresses(call, &self.names) {
            self.swallowing += 1;
        }
        let function = self.names.path(&call.func);
        match (&*function, &*call.arguments.args) {
            ("builtins.getattr", [of, name, ..]) => {
                let of = self.names.path(of);
                match constant_text(name) {
                    Some(name) => self.note(&format!("{of}.{name}"), 1),
                    None => self.hand_around(&of),
                }
            }
            ("builtins.setattr" | "builtins.delattr", [of, name, ..]) => {
                let of = self.names.path(of);
                match constant_text(name) {
                    Some(name) => self.patch(&format!("{of}.{name}")),
                    None => self.hand_around(&of),
                }
            }
            ("operator.attrgetter" | "operator.methodcaller", names) => {
                for name in names.iter().filter_map(constant_text) {
                    self.note(&format!("{UNKNOWN}.{name}"), 1);
                }
            }
            ("builtins.__import__" | "importlib.import_module", [name, ..]) => {
                if let Some(name) = constant_text(name) {
                    self.note(&name, 1);
                }
            }
            _ => {}
        }
        // A module is read here, not handed around.
        let reads = matches!(
            &*function,
            "builtins.getattr"
                | "builtins.setattr"
                | "builtins.delattr"
                | "builtins.hasattr"
                | "builtins.dir"
                | "builtins.vars"
        );
        self.visit_expr(&call.func);
        for (index, argument) in call.arguments.args.iter().enumerate() {
            if index > 0 || !reads || !matches!(argument, Expr::Name(_)) {
                self.visit_expr(argument);
            }
        }
        for keyword in &call.arguments.keywords {
            self.visit_expr(&keyword.value);
        }
    }

    fn hand_around(&mut self, path: &str) {
        if is_sensitive_module(path) {
            self.handed_around.insert(path.to_owned());
        }
    }
}

impl<'ast> Visitor<'ast> for Reading {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.note(&alias.name, 0);
                    let top = top(&alias.name);
                    let name = alias.asname.as_deref().unwrap_or(&top).to_owned();
                    self.imports.entry(top).or_default().insert(name);
                }
                return;
            }
            Stmt::ImportFrom(import) => {
                let module = module_path(import.level, import.module.as_deref());
                if import.level == 0 {
                    self.imports.entry(top(&module)).or_default();
                }
                for alias in &import.names {
                    self.note(&format!("{module}.{}", alias.name), 0);
                }
                return;
            }
            Stmt::Assign(assign) if matches!(&*assign.value, Expr::Name(_)) => {
                // Another name for a module is followed, so the module is not handed around.
                let is_followed = assign
                    .targets
                    .iter()
                    .all(|target| matches!(target, Expr::Name(_)));
                for target in &assign.targets {
                    self.visit_expr(target);
                }
                if is_followed {
                    self.note_path(&assign.value);
                } else {
                    self.visit_expr(&assign.value);
                }
                return;
            }
            Stmt::Try(statement) => self.swallowing += swallowing(statement, &self.names),
            Stmt::FunctionDef(function) => {
                self.swallowing += usize::from(exits_silently(function));
            }
            Stmt::Assert(assertion) => {
                self.always_true += usize::from(is_always_true(&assertion.test));
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                let path = self.names.path(expr);
                self.note(&path, 1);
                self.hand_around(&path);
                if !self.names.binds(&name.id) {
                    self.free.insert(name.id.to_string());
                }
            }
            Expr::Attribute(attribute) => {
                if attribute.ctx == ExprContext::Load {
                    self.note_path(expr);
                } else {
                    let path = self.names.path(expr);
                    self.note(&path, 1);
                    self.patch(&path);
                }
                let mut base = expr;
                while let Expr::Attribute(inner) = base {
                    base = &inner.value;
                    if inner.attr.as_str() == "__dict__" && base.is_name_expr() {
                        let of = self.names.path(base);
                        self.hand_around(&of);
                    }
                }
                match base {
                    Expr::Name(name) if !self.names.binds(&name.id) => {
                        self.free.insert(name.id.to_string());
                    }
                    Expr::Name(_) => {}
                    other => self.visit_expr(other),
                }
            }
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) => {
                self.note_path(expr);
                if subscript.ctx != ExprContext::Load {
                    let path = self.names.path(expr);
                    self.patch(&path);
                }
                // One name out of a module's dictionary is read here, not handed around.
                let is_read = constant_text(&subscript.slice).is_some();
                if !is_read || !is_dictionary(&subscript.value) {
                    walk_expr(self, expr);
                }
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// Whether an expression is the dictionary of what a name stands for.
fn is_dictionary(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(attribute)
        if attribute.attr.as_str() == "__dict__" && attribute.value.is_name_expr())
}

fn top(module: &str) -> String {
    module.split('.').next().unwrap_or(module).to_owned()
}

/// A path as a person would write it.
fn shown(path: &str) -> String {
    path.trim_start_matches("builtins.")
        .trim_start_matches("?.")
        .trim_end_matches(".*")
        .to_owned()
}

/// Whether a module comes with Python.
pub(super) fn is_standard(module: &str) -> bool {
    const MODULES: &str = include_str!("../../grammars/python/stdlib.txt");
    static NAMES: OnceLock<HashSet<&str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let rows = MODULES.lines().filter(|row| !row.starts_with('#'));
        rows.filter_map(|row| row.split(' ').next()).collect()
    });
    names.contains(module)
}
