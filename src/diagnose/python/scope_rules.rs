//! The compiler's rules on `global` and `nonlocal`, in plain words.

use super::scopes::{ScopeProblem, ScopeProblemKind, Scopes};
use super::semantic_message::error;
use crate::diagnose::Finding;

/// A finding for each declaration that the compiler rejects.
pub(super) fn scope_rule_errors(scopes: &Scopes<'_>) -> Vec<Finding> {
    scopes.problems.iter().map(finding_of).collect()
}

fn finding_of(problem: &ScopeProblem<'_>) -> Finding {
    let ScopeProblem { name, keyword, .. } = *problem;
    let (construct, message) = match problem.kind {
        ScopeProblemKind::Parameter => (
            "param_and_global",
            format!(
                "`{name}` is a parameter and cannot be {keyword} too: rename the parameter or remove the declaration"
            ),
        ),
        ScopeProblemKind::UsedBefore => (
            "global_after_use",
            format!(
                "`{name}` is used before it is declared {keyword}: move the declaration to the top of the function"
            ),
        ),
        ScopeProblemKind::AssignedBefore => (
            "global_after_use",
            format!(
                "`{name}` is assigned before it is declared {keyword}: move the declaration to the top of the function"
            ),
        ),
        ScopeProblemKind::Annotated => (
            "annotated",
            format!(
                "`{name}` is declared {keyword} and cannot be annotated here: remove the annotation or the declaration"
            ),
        ),
        ScopeProblemKind::BothDeclarations => (
            "nonlocal_and_global",
            format!("`{name}` is declared both nonlocal and global: keep one of the two"),
        ),
        ScopeProblemKind::NonlocalInModule => (
            "nonlocal_module",
            format!(
                "`nonlocal {name}` has no function around it: remove it, or write `global` inside the function that needs it"
            ),
        ),
        ScopeProblemKind::NoBinding => (
            "nonlocal_missing",
            format!(
                "No function around this one has a variable `{name}`: assign it there first, or write `global {name}` for a module's variable"
            ),
        ),
        ScopeProblemKind::TypeParameter => (
            "nonlocal_missing",
            format!("`{name}` is a type parameter and cannot be nonlocal: choose another name"),
        ),
    };
    error("SYN.SCOPE_DECL", Some(construct), problem.range, message)
}
