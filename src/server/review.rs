//! Which fixes a person looks at before they are made. All of what editors are told of it is decided here.

use crate::engine::{Fix, Source};
use crate::text::Applicability;

/// What the person is asked to confirm; `None` for a fix that is made at once.
pub fn confirmation(fix: &Fix) -> Option<String> {
    fix.needs_review().then(|| fix.title())
}

/// Whether a fix may be made together with others, unseen.
pub fn is_certain(fix: &Fix) -> bool {
    fix.applicability == Applicability::Safe && !fix.needs_review()
}

/// Whether a fix may be the preferred one of its finding: a rule's or a learned one that nobody has to complete or
/// confirm.
pub fn may_be_preferred(fix: &Fix) -> bool {
    fix.applicability > Applicability::DisplayOnly
        && matches!(fix.source, Source::Rule { .. } | Source::Learned { .. })
        && !fix.needs_review()
}
