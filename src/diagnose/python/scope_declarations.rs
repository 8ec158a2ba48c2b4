//! `global` and `nonlocal` while the scopes are read: what CPython's symbol table refuses.

use ruff_python_ast as ast;
use ruff_text_size::TextRange;

use super::scope_builder::{Builder, MODULE};
use super::scopes::{ScopeId, ScopeKind, ScopeProblem, ScopeProblemKind, Symbol};

impl<'ast> Builder<'ast> {
    pub(super) fn problem(
        &mut self,
        kind: ScopeProblemKind,
        name: &'ast str,
        range: TextRange,
        keyword: &'static str,
    ) {
        self.scopes.problems.push(ScopeProblem {
            kind,
            name,
            range,
            keyword,
        });
    }

    /// A `global` or `nonlocal` statement: it must come before every other mention of its names.
    pub(super) fn declare(&mut self, names: &'ast [ast::Identifier], keyword: &'static str) {
        let flag = if keyword == "global" {
            Symbol::GLOBAL
        } else {
            Symbol::NONLOCAL
        };
        for name in names {
            let known = self.symbol(self.current, name.as_str());
            let problem = if known.has(Symbol::PARAMETER) {
                Some(ScopeProblemKind::Parameter)
            } else if known.has(Symbol::USED) {
                Some(ScopeProblemKind::UsedBefore)
            } else if known.has(Symbol::ANNOTATED) {
                Some(ScopeProblemKind::Annotated)
            } else if known.has(Symbol::BOUND) {
                Some(ScopeProblemKind::AssignedBefore)
            } else {
                None
            };
            if let Some(problem) = problem {
                self.problem(problem, name.as_str(), name.range, keyword);
            }
            self.mark(self.current, name.as_str(), flag);
            let both = self.symbol(self.current, name.as_str());
            if both.has(Symbol::GLOBAL) && both.has(Symbol::NONLOCAL) {
                self.problem(
                    ScopeProblemKind::BothDeclarations,
                    name.as_str(),
                    name.range,
                    keyword,
                );
            } else if flag == Symbol::NONLOCAL && problem.is_none() {
                self.nonlocals
                    .push((self.current, name.as_str(), name.range));
            }
            if flag == Symbol::GLOBAL {
                self.mark(MODULE, name.as_str(), Symbol::GLOBAL_ELSEWHERE);
            }
        }
    }

    /// Every `nonlocal` needs a binding in a function around it.
    pub(super) fn check_nonlocals(&mut self) {
        for (id, name, range) in std::mem::take(&mut self.nonlocals) {
            let problem = if id == MODULE {
                Some(ScopeProblemKind::NonlocalInModule)
            } else {
                self.nonlocal_problem(id, name)
            };
            if let Some(problem) = problem {
                self.problem(problem, name, range, "nonlocal");
            }
        }
    }

    fn nonlocal_problem(&self, id: ScopeId, name: &str) -> Option<ScopeProblemKind> {
        let mut next = self.scopes.get(id).and_then(|scope| scope.parent);
        while let Some(outer) = next {
            let scope = self.scopes.get(outer)?;
            let symbol = scope.symbols.get(name).copied().unwrap_or_default();
            match scope.kind {
                ScopeKind::Module => break,
                // Methods may reach for the class that they belong to.
                ScopeKind::Class if matches!(name, "__class__" | "__classdict__") => return None,
                ScopeKind::Class => {}
                ScopeKind::TypeParameters if symbol.is_bound() => {
                    return Some(ScopeProblemKind::TypeParameter);
                }
                _ if symbol.has(Symbol::GLOBAL) => break,
                _ if symbol.is_bound() => return None,
                _ => {}
            }
            next = scope.parent;
        }
        Some(ScopeProblemKind::NoBinding)
    }
}
