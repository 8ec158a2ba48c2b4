//! Python: what its compiler rejects beyond the grammar, and names that nothing binds.

mod complaint;
mod dynamic;
mod placement;
mod scope_builder;
mod scope_rules;
mod scopes;
mod semantic;
mod semantic_message;

pub use complaint::classify;
pub use scopes::{Scope, ScopeId, ScopeKind, Scopes};
pub use semantic::semantic_errors;
