//! The scopes of a Python module: which names are bound where, which are used, and what is visible from a place.
//!
//! Scope rules: Python Language Reference 4.2 (naming and binding), PEP 227, PEP 572 (assignment expressions) and
//! PEP 695 (annotation scopes).

use std::collections::HashMap;

use ruff_python_ast::ModModule;
use ruff_text_size::TextRange;

use super::scope_builder;
use crate::text::Span;

/// Expressions nested deeper than this are not looked into, so that hostile input cannot exhaust the stack.
pub(super) const MAX_DEPTH: usize = 400;

/// The number of a scope in its module; the module itself is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub(super) usize);

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A class body: its names are seen by the statements in it, not by the functions in it.
    Class,
    /// A function body with its parameters.
    Function,
    /// A lambda.
    Lambda,
    /// A list, set or dictionary comprehension or a generator expression.
    Comprehension,
    /// The type parameters of a function, class or alias, and what is evaluated among them (PEP 695).
    TypeParameters,
}

/// What a scope knows about one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Symbol(u16);

impl Symbol {
    pub(super) const BOUND: Self = Self(1);
    pub(super) const PARAMETER: Self = Self(1 << 1);
    pub(super) const TYPE_PARAMETER: Self = Self(1 << 2);
    pub(super) const USED: Self = Self(1 << 3);
    pub(super) const USED_IN_ANNOTATION: Self = Self(1 << 4);
    pub(super) const ANNOTATED: Self = Self(1 << 5);
    pub(super) const GLOBAL: Self = Self(1 << 6);
    pub(super) const NONLOCAL: Self = Self(1 << 7);
    /// Declared `global` in some function: bound in the module, as far as one can tell.
    pub(super) const GLOBAL_ELSEWHERE: Self = Self(1 << 8);

    pub(super) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(super) fn add(&mut self, flag: Self) {
        self.0 |= flag.0;
    }

    /// Whether the scope itself gives the name a value.
    pub(super) fn is_bound(self) -> bool {
        const BINDING: u16 = Symbol::BOUND.0
            | Symbol::PARAMETER.0
            | Symbol::TYPE_PARAMETER.0
            | Symbol::GLOBAL_ELSEWHERE.0;
        self.0 & BINDING != 0 && !(self.has(Self::GLOBAL) || self.has(Self::NONLOCAL))
    }
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'ast> {
    /// What opens it.
    pub kind: ScopeKind,
    /// The scope around it; `None` for the module.
    pub parent: Option<ScopeId>,
    /// The text it covers.
    pub span: Span,
    pub(super) symbols: HashMap<&'ast str, Symbol>,
    /// Attributes that the methods of a class set on their first parameter.
    pub(super) attributes: Vec<&'ast str>,
    /// The first parameter of a method that takes the instance or the class.
    pub(super) receiver: Option<&'ast str>,
    /// A class whose body may see names that its metaclass puts there (`__prepare__`).
    pub(super) is_opaque: bool,
}

impl<'ast> Scope<'ast> {
    /// The names that this scope itself binds, in no particular order.
    pub fn bound_names(&self) -> impl Iterator<Item = &'ast str> + '_ {
        self.symbols
            .iter()
            .filter(|(_, symbol)| symbol.is_bound())
            .map(|(name, _)| *name)
    }
}

/// One place where a name is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'ast> {
    pub(super) name: &'ast str,
    pub(super) range: TextRange,
    pub(super) scope: ScopeId,
    /// The attribute that is read from it: `dumps` in `json.dumps`.
    pub(super) attribute: Option<&'ast str>,
    /// It is called: `f` in `f(x)`.
    pub(super) is_called: bool,
    /// A failing lookup is caught, or the place is never reached at run time.
    pub(super) is_guarded: bool,
    /// Inside an annotation, which is evaluated late or never (PEP 563, PEP 649).
    pub(super) is_lazy: bool,
    /// Inside the annotation of a local variable, or of a type alias or parameter: only evaluated on demand.
    pub(super) is_never_evaluated: bool,
}

/// A `global` or `nonlocal` that the compiler rejects, or an annotation of such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScopeProblem<'ast> {
    pub(super) kind: ScopeProblemKind,
    pub(super) name: &'ast str,
    pub(super) range: TextRange,
    /// `global` or `nonlocal`.
    pub(super) keyword: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeProblemKind {
    Parameter,
    UsedBefore,
    AssignedBefore,
    Annotated,
    BothDeclarations,
    NonlocalInModule,
    NoBinding,
    TypeParameter,
}

/// All scopes of a module.
#[derive(Debug)]
pub struct Scopes<'ast> {
    pub(super) all: Vec<Scope<'ast>>,
    pub(super) uses: Vec<Use<'ast>>,
    pub(super) problems: Vec<ScopeProblem<'ast>>,
    /// Something gives the module names that cannot be read off its text: a star import, `exec`, `globals()`.
    pub(super) is_dynamic: bool,
    /// The module asks for the Python version, so it may hold code for Python 2.
    pub(super) mentions_version: bool,
}

impl<'ast> Scopes<'ast> {
    /// Reads the scopes off a module, in one pass.
    pub fn of(module: &'ast ModModule) -> Self {
        scope_builder::build(module)
    }

    /// One scope.
    pub fn get(&self, id: ScopeId) -> Option<&Scope<'ast>> {
        self.all.get(id.0)
    }

    /// The innermost scope at byte `offset`.
    pub fn innermost_at(&self, offset: usize) -> ScopeId {
        // Scopes are numbered in the order in which they open, so the last that fits is the innermost.
        let inside = |scope: &Scope<'_>| scope.span.start <= offset && offset <= scope.span.end;
        ScopeId(self.all.iter().rposition(inside).unwrap_or(0))
    }

    /// The names that code at byte `offset` can refer to, from the innermost scope out; builtins are not among them.
    ///
    /// A name that is bound in several scopes comes several times.
    pub fn visible_at(&self, offset: usize) -> Vec<&'ast str> {
        self.visible_from(self.innermost_at(offset))
    }

    /// The names that code directly in a scope can refer to, from the innermost scope out.
    pub fn visible_from(&self, id: ScopeId) -> Vec<&'ast str> {
        self.chain(id).flat_map(Scope::bound_names).collect()
    }

    /// Whether a name that is read in a scope is bound in the module.
    pub fn is_visible(&self, id: ScopeId, name: &str) -> bool {
        for scope in self.chain(id) {
            match scope.symbols.get(name) {
                Some(symbol) if symbol.has(Symbol::GLOBAL) => {
                    // A declaration without any assignment is taken for a promise that somebody else keeps.
                    return true;
                }
                Some(symbol) if symbol.is_bound() => return true,
                _ => {}
            }
        }
        false
    }

    /// The scopes that a lookup from `id` goes through.
    pub(super) fn chain(&self, id: ScopeId) -> impl Iterator<Item = &Scope<'ast>> + '_ {
        let mut next = Some(id);
        let mut sees_class = true;
        std::iter::from_fn(move || {
            loop {
                let scope = self.get(next?)?;
                next = scope.parent;
                let is_hidden = scope.kind == ScopeKind::Class && !sees_class;
                // Only code directly in a class, or in an annotation scope directly in it, sees the names of the class.
                sees_class &= scope.kind == ScopeKind::TypeParameters;
                if !is_hidden {
                    return Some(scope);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::*;

    fn visible(source: &str, marker: &str) -> Vec<String> {
        let parsed = parse_module(source).expect("the example parses");
        let scopes = Scopes::of(parsed.syntax());
        let offset = source.find(marker).expect("the marker is there");
        let mut names: Vec<String> = scopes
            .visible_at(offset)
            .into_iter()
            .filter(|name| !name.starts_with("__"))
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn a_method_sees_the_module_and_its_own_names_but_not_the_class() {
        let source = "import os.path\nclass A:\n    x = 1\n    def f(self, y):\n        z = y\n        HERE\n";
        assert_eq!(visible(source, "HERE"), ["A", "os", "self", "y", "z"]);
    }

    #[test]
    fn a_class_body_and_its_type_parameters_see_the_class() {
        let source = "class A:\n    x = 1\n    def f[T](self, y: HERE): pass\n";
        assert_eq!(visible(source, "HERE"), ["A", "T", "f", "x"]);
    }

    #[test]
    fn every_kind_of_binding_counts() {
        let source = "from a import b as c\nfor d, [e, *f] in g: pass\nwith h as i: pass\n\
                      try: pass\nexcept E as j: pass\nmatch k:\n    case [l, *m] | {'n': l, **m}: pass\n\
                      if (o := 1): pass\np: int\ntype Q[R] = R\ndel s\n[t for u in v if (w := u)]\nHERE\n";
        assert_eq!(
            visible(source, "HERE"),
            [
                "Q", "c", "d", "e", "f", "i", "j", "l", "m", "o", "p", "s", "w"
            ]
        );
    }

    #[test]
    fn a_global_in_a_function_binds_in_the_module() {
        assert_eq!(
            visible("def f():\n    global a\n    a = 1\nHERE\n", "HERE"),
            ["a", "f"]
        );
    }
}
