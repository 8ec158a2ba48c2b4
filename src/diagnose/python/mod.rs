//! Python: what its compiler rejects beyond the grammar, and names that nothing binds.

mod complaint;
mod complaint_kind;
mod dynamic;
mod known_names;
mod library;
#[cfg(test)]
mod name_tests;
mod names;
mod nesting;
mod placement;
mod scope_builder;
mod scope_declarations;
mod scope_definitions;
mod scope_rules;
mod scopes;
mod semantic;
mod semantic_context;
mod semantic_message;
#[cfg(test)]
mod semantic_tests;
mod silenced;
mod similar_name;
mod structure;
#[cfg(test)]
mod structure_tests;

pub use complaint::classify;
pub use library::{StandardModule, builtin_since, builtins};
pub use names::{NameFinding, Suggestion, name_findings};
pub use nesting::too_many_brackets;
pub use scopes::{Scope, ScopeId, ScopeKind, Scopes};
pub use semantic::semantic_errors;
pub use structure::{Named, by_structure};
