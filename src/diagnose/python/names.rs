//! Names that nothing binds: undefined, misspelled, from a module that is not imported, or from Python 2.
//!
//! Only what is certain is reported. A module whose names cannot be read off its text has no findings here: one with
//! a star import, `exec`, `globals()` and the like. The findings are warnings, because Python accepts the file and
//! raises `NameError` only when it reaches the place.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::{ModModule, PythonVersion};

use super::known_names::{FROM_LIBRARY, GIVEN_BY_TOOLS, PYTHON_2, PYTHON_2_GONE, THIRD_PARTY};
use super::library::{StandardModule, builtin_since, builtins};
use super::scopes::{Scope, ScopeId, ScopeKind, Scopes, Symbol, Use};
use super::semantic::has_future_annotations;
use super::semantic_message::span_of;
use super::silenced::Silenced;
use super::similar_name::{Distance, distance, has_same_letters};
use crate::diagnose::{Finding, Related, Severity};
use crate::taxonomy::Code;

/// So many distinct names get a search for similar ones; in a file with more, the cause is another.
const MAX_SEARCHES: usize = 100;
/// So many further places of the same mistake are listed.
const MAX_RELATED: usize = 20;

/// What would heal an undefined name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// This text in the place of the name.
    Replace(String),
    /// This import statement at the top of the file.
    Import(String),
}

/// An undefined name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFinding {
    /// What is wrong where.
    pub finding: Finding,
    /// What would heal it, the most probable first; may be empty.
    pub suggestions: Vec<Suggestion>,
}

/// The undefined names of a module that parses, in the order of the text.
pub fn name_findings(module: &ModModule, source: &str, version: PythonVersion) -> Vec<NameFinding> {
    names_in(
        &Scopes::of(module),
        source,
        version,
        has_future_annotations(module),
    )
}

fn names_in(
    scopes: &Scopes<'_>,
    source: &str,
    version: PythonVersion,
    future_annotations: bool,
) -> Vec<NameFinding> {
    if scopes.is_dynamic {
        return Vec::new();
    }
    let unbound = unbound(scopes, version);
    if unbound.is_empty() {
        return Vec::new();
    }
    let silenced = Silenced::in_file(source);
    let lazy_annotations = future_annotations || version >= PythonVersion::PY314;
    let mut report = Report {
        scopes,
        version,
        findings: Vec::new(),
        first_places: HashMap::new(),
        searches: HashMap::new(),
    };
    for used in &scopes.uses {
        let is_silent = used.is_guarded
            || used.is_lazy && (lazy_annotations || used.is_never_evaluated)
            || !unbound.contains(&(used.scope, used.name))
            || in_opaque_class(scopes, used)
            || silenced.covers(source, used.range.start().to_usize());
        if !is_silent {
            report.add(used);
        }
    }
    let mut findings = report.findings;
    leave_out_guesses(scopes, &mut findings);
    findings.sort_by_key(|found| found.finding.span.start);
    findings
}

/// Takes out what the text gives too little ground for: in a piece of a program, such as a pasted snippet, most names
/// come from elsewhere.
fn leave_out_guesses(scopes: &Scopes<'_>, findings: &mut Vec<NameFinding>) {
    let own: usize = scopes
        .all
        .iter()
        .map(|scope| scope.bound_names().count())
        .sum();
    let foreign = findings.iter().filter(|found| is_guess(found)).count();
    if foreign >= 3 && foreign > own {
        findings.retain(|found| !is_guess(found));
    }
    // That a name has no near one either says still less.
    let is_plain = |found: &NameFinding| found.finding.construct == Some("plain");
    let plain = findings.iter().filter(|found| is_plain(found)).count();
    if own < 4 * plain {
        findings.retain(|found| !is_plain(found));
    }
}

/// Whether nothing but the absence of a binding speaks for the finding.
fn is_guess(found: &NameFinding) -> bool {
    matches!(
        found.finding.construct,
        Some("plain" | "local" | "global" | "builtin")
    )
}

/// The names that are read in a scope and bound nowhere that it can see.
fn unbound<'ast>(scopes: &Scopes<'ast>, version: PythonVersion) -> HashSet<(ScopeId, &'ast str)> {
    let mut unbound = HashSet::new();
    for (index, scope) in scopes.all.iter().enumerate() {
        let id = ScopeId(index);
        for (name, symbol) in &scope.symbols {
            let is_read = symbol.has(Symbol::USED) || symbol.has(Symbol::USED_IN_ANNOTATION);
            if is_read
                && !symbol.is_bound()
                && !is_given(scopes, name, version)
                && !scopes.is_visible(id, name)
                && !is_mangled(scopes, id, name)
            {
                unbound.insert((id, *name));
            }
        }
    }
    unbound
}

/// Whether Python or a tool provides the name.
fn is_given(scopes: &Scopes<'_>, name: &str, version: PythonVersion) -> bool {
    let is_builtin =
        builtin_since(name).is_some_and(|since| since <= version || scopes.mentions_version);
    let is_python_2 = PYTHON_2_GONE.contains(&name) || PYTHON_2.iter().any(|row| row.0 == name);
    is_builtin || GIVEN_BY_TOOLS.contains(&name) || scopes.mentions_version && is_python_2
}

/// Whether a class changes the name (`__name` becomes `_Class__name`), so that it is not this one that is looked up.
fn is_mangled(scopes: &Scopes<'_>, id: ScopeId, name: &str) -> bool {
    let is_private = name.starts_with("__") && !name.ends_with("__");
    is_private && around(scopes, id).any(|(_, scope)| scope.kind == ScopeKind::Class)
}

fn in_opaque_class(scopes: &Scopes<'_>, used: &Use<'_>) -> bool {
    scopes.get(used.scope).is_some_and(|scope| scope.is_opaque)
}

/// The scope and all scopes around it, classes included.
fn around<'a, 'ast>(
    scopes: &'a Scopes<'ast>,
    id: ScopeId,
) -> impl Iterator<Item = (ScopeId, &'a Scope<'ast>)> {
    let mut next = Some(id);
    std::iter::from_fn(move || {
        let id = next?;
        let scope = scopes.get(id)?;
        next = scope.parent;
        Some((id, scope))
    })
}

/// What an undefined name is, and what would heal it.
#[derive(Debug, Clone)]
struct Verdict {
    code: &'static str,
    construct: &'static str,
    message: String,
    suggestions: Vec<Suggestion>,
    /// All places have one cause, so that one finding says it all.
    is_shared: bool,
}

struct Report<'a, 'ast> {
    scopes: &'a Scopes<'ast>,
    version: PythonVersion,
    findings: Vec<NameFinding>,
    /// The finding that stands for a cause: by name and, unless an import is missing, by scope.
    first_places: HashMap<(&'ast str, Option<ScopeId>), usize>,
    searches: HashMap<(ScopeId, &'ast str), Vec<Similar<'ast>>>,
}

/// A name that may be meant, and whose it is.
#[derive(Debug, Clone, Copy)]
struct Similar<'ast> {
    name: &'ast str,
    construct: &'static str,
    distance: Distance,
}

impl<'ast> Report<'_, 'ast> {
    fn add(&mut self, used: &Use<'ast>) {
        let verdict = self.judge(used);
        let span = span_of(used.range);
        if verdict.is_shared {
            let scope = (verdict.code != "NAME.MISSING_IMPORT").then_some(used.scope);
            if let Some(first) = self.first_places.get(&(used.name, scope)) {
                if let Some(found) = self.findings.get_mut(*first)
                    && found.finding.related.len() < MAX_RELATED
                {
                    found.finding.related.push(Related {
                        span,
                        message: format!("`{}` is used here too", used.name),
                    });
                }
                return;
            }
            self.first_places
                .insert((used.name, scope), self.findings.len());
        }
        self.findings.push(NameFinding {
            finding: Finding {
                code: Code::new(verdict.code),
                construct: Some(verdict.construct),
                span,
                message: verdict.message,
                severity: Severity::Warning,
                related: Vec::new(),
            },
            suggestions: verdict.suggestions,
        });
    }

    fn judge(&mut self, used: &Use<'ast>) -> Verdict {
        self.missing_self(used)
            .or_else(|| python_2(used))
            .or_else(|| self.missing_import(used))
            .or_else(|| missing_from_import(used))
            .or_else(|| other_word(used))
            .or_else(|| self.too_new(used))
            .or_else(|| self.typo(used))
            .unwrap_or_else(|| Verdict {
                code: "NAME.UNDEFINED",
                construct: "plain",
                message: format!(
                    "`{}` is not defined: assign it first, import it, or put it in quotes if it is text",
                    used.name
                ),
                suggestions: Vec::new(),
                is_shared: true,
            })
    }

    /// In a method, a name that the class or its instances have as an attribute.
    fn missing_self(&self, used: &Use<'ast>) -> Option<Verdict> {
        let (_, method) = around(self.scopes, used.scope)
            .find(|(_, scope)| scope.kind == ScopeKind::Function && scope.receiver.is_some())?;
        let receiver = method.receiver?;
        let class = around(self.scopes, method.parent?)
            .map(|(_, scope)| scope)
            .find(|scope| scope.kind == ScopeKind::Class)?;
        let is_attribute = class.attributes.contains(&used.name)
            || class
                .symbols
                .get(used.name)
                .is_some_and(|symbol| symbol.is_bound());
        is_attribute.then(|| Verdict {
            code: "NAME.MISSING_SELF",
            construct: "method",
            message: format!(
                "`{name}` is not defined, but the object has it: write `{receiver}.{name}`",
                name = used.name
            ),
            suggestions: vec![Suggestion::Replace(format!("{receiver}.{}", used.name))],
            is_shared: false,
        })
    }

    fn missing_import(&self, used: &Use<'ast>) -> Option<Verdict> {
        let attribute = used.attribute?;
        let standard = StandardModule::find(used.name, self.version)
            .and_then(|module| module.import_for(attribute));
        let (construct, import) = match standard {
            Some(import) => ("stdlib", import),
            None => {
                let (_, import) = THIRD_PARTY.iter().find(|(name, _)| *name == used.name)?;
                ("third_party", (*import).to_owned())
            }
        };
        Some(Verdict {
            code: "NAME.MISSING_IMPORT",
            construct,
            message: format!("`{}` is not imported: add `{import}` at the top", used.name),
            suggestions: vec![Suggestion::Import(import)],
            is_shared: true,
        })
    }

    fn too_new(&self, used: &Use<'ast>) -> Option<Verdict> {
        let since = builtin_since(used.name)?;
        Some(Verdict {
            code: "NAME.UNDEFINED",
            construct: "plain",
            message: format!(
                "`{}` exists only from Python {since}, and this file is for {}: replace it or raise the version",
                used.name, self.version
            ),
            suggestions: Vec::new(),
            is_shared: true,
        })
    }

    fn typo(&mut self, used: &Use<'ast>) -> Option<Verdict> {
        if PYTHON_2_GONE.contains(&used.name) {
            return None;
        }
        let near = self.search(used);
        let best = near.first()?;
        Some(Verdict {
            code: "NAME.TYPO",
            construct: best.construct,
            message: format!(
                "`{}` is not defined: did you mean `{}`?",
                used.name, best.name
            ),
            suggestions: near
                .iter()
                .map(|similar| Suggestion::Replace(similar.name.to_owned()))
                .collect(),
            is_shared: false,
        })
    }

    /// The three nearest names that are visible where the name is used.
    fn search(&mut self, used: &Use<'ast>) -> Vec<Similar<'ast>> {
        let key = (used.scope, used.name);
        if let Some(known) = self.searches.get(&key) {
            return known.clone();
        }
        if self.searches.len() >= MAX_SEARCHES {
            return Vec::new();
        }
        let mut near: Vec<Similar<'ast>> = Vec::new();
        for scope in self.scopes.chain(used.scope) {
            let construct = match scope.kind {
                ScopeKind::Module => "global",
                _ => "local",
            };
            for name in scope.bound_names() {
                near.extend(similar(used.name, name, construct));
            }
        }
        for name in builtins(self.version) {
            near.extend(similar_builtin(used, name));
        }
        for name in ["True", "False", "None"] {
            // Four letters are near to too much: `Node`, `Tree`. Only `none` and `Ture` are certain.
            if has_same_letters(&used.name.to_lowercase(), &name.to_lowercase()) {
                near.extend(similar(used.name, name, "keyword_literal"));
            }
        }
        near.sort_by_key(|similar| (similar.distance, similar.name));
        // The same name may be bound in several scopes.
        near.dedup_by_key(|similar| similar.name);
        near.truncate(3);
        self.searches.insert(key, near.clone());
        near
    }
}

fn similar<'ast>(name: &str, known: &'ast str, construct: &'static str) -> Option<Similar<'ast>> {
    // Nobody means `__name__` by a plain word.
    if known.starts_with("__") && !name.starts_with('_') {
        return None;
    }
    distance(name, known).map(|distance| Similar {
        name: known,
        construct,
        distance,
    })
}

/// A builtin function is meant where something is called: `lst` is not `list`, `lits(x)` is.
fn similar_builtin(used: &Use<'_>, known: &'static str) -> Option<Similar<'static>> {
    let is_exception = known.starts_with(char::is_uppercase);
    if !is_exception && !used.is_called {
        return None;
    }
    if is_exception {
        return similar(used.name, known, "builtin");
    }
    similar(&used.name.to_ascii_lowercase(), known, "builtin")
}

fn python_2(used: &Use<'_>) -> Option<Verdict> {
    let (name, now) = PYTHON_2.iter().find(|(name, _)| *name == used.name)?;
    let (message, suggestion) = if now.starts_with("from ") {
        (
            format!("`{name}` is no builtin in Python 3: add `{now}` at the top"),
            Suggestion::Import((*now).to_owned()),
        )
    } else {
        (
            format!("`{name}` exists only in Python 2: write `{now}`"),
            Suggestion::Replace((*now).to_owned()),
        )
    };
    Some(Verdict {
        code: "NAME.PY2_BUILTIN",
        construct: name,
        message,
        suggestions: vec![suggestion],
        is_shared: now.starts_with("from "),
    })
}

/// A name that everybody knows from one module of the standard library.
fn missing_from_import(used: &Use<'_>) -> Option<Verdict> {
    let (module, _) = FROM_LIBRARY
        .iter()
        .find(|(_, names)| names.contains(&used.name))?;
    let import = format!("from {module} import {}", used.name);
    Some(Verdict {
        code: "NAME.MISSING_IMPORT",
        construct: "stdlib",
        message: format!("`{}` is not imported: add `{import}` at the top", used.name),
        suggestions: vec![Suggestion::Import(import)],
        is_shared: true,
    })
}

/// What other languages call `None`, `True` and `False`.
fn other_word(used: &Use<'_>) -> Option<Verdict> {
    let (code, construct, word) = match used.name {
        "null" | "nil" | "NULL" | "undefined" | "Null" => ("NAME.UNDEFINED", "null", "None"),
        "none" | "NONE" => ("NAME.TYPO", "keyword_literal", "None"),
        "true" | "TRUE" => ("NAME.TYPO", "keyword_literal", "True"),
        "false" | "FALSE" => ("NAME.TYPO", "keyword_literal", "False"),
        _ => return None,
    };
    Some(Verdict {
        code,
        construct,
        message: format!("`{}` is not defined: in Python it is `{word}`", used.name),
        suggestions: vec![Suggestion::Replace(word.to_owned())],
        is_shared: false,
    })
}
