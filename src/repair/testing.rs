//! What every rule's cases are held to.

use super::{CostModel, examine};
use crate::diagnose::Severity;
use crate::lang::python::Version;
use crate::text::{Edit, apply};

/// The version that the cases are examined as.
pub const VERSION: Version = Version {
    major: 3,
    minor: 13,
};

/// Checks that `before` has exactly these mistakes, that their best repairs together make `after` of it, and that
/// `after` has no mistake left.
#[track_caller]
pub fn check(before: &str, clusters: &[&str], after: &str) {
    let examination = examine(before, VERSION, &CostModel::untrained());
    let found: Vec<String> = examination
        .mistakes
        .iter()
        .map(|mistake| mistake.finding.cluster())
        .collect();
    assert_eq!(found, clusters, "findings in {before:?}");
    let edits: Vec<Edit> = examination
        .best_repairs()
        .flat_map(|repair| repair.edits.clone())
        .collect();
    assert_eq!(
        apply(before, &edits).as_deref(),
        Ok(after),
        "healed text of {before:?}"
    );
    let left: Vec<String> = examine(after, VERSION, &CostModel::untrained())
        .mistakes
        .iter()
        .filter(|mistake| mistake.finding.severity == Severity::Error)
        .map(|mistake| mistake.finding.cluster())
        .collect();
    assert_eq!(left, [""; 0], "findings in {after:?}");
}

/// The findings in `text`: the line of each, the first is 1, and its cluster.
pub fn found(text: &str) -> Vec<(usize, String)> {
    let mistakes = examine(text, VERSION, &CostModel::untrained()).mistakes;
    let line = |offset: usize| text[..offset].matches('\n').count() + 1;
    mistakes
        .iter()
        .map(|mistake| (line(mistake.finding.span.start), mistake.finding.cluster()))
        .collect()
}
