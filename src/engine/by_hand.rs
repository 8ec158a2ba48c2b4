use super::ports::Outcome;
use super::{Engine, Evidence, Fix, HealedFinding, Input, Source, Step, StepKind, Verdict, record};
use crate::diagnose::Finding;
use crate::text::{Applicability, edits_between};

impl Engine {
    /// Notes that the person cured a finding by hand: `after` is `before` with nothing changed but the cure. Says
    /// whether there was anything to note.
    pub fn record_by_hand(&self, before: &Input, finding: &Finding, after: &str) -> bool {
        let edits = edits_between(&before.text, after);
        if edits.is_empty() {
            return false;
        }
        let fix = Fix {
            id: uuid::Uuid::new_v4().to_string(),
            action: "Done by hand".to_owned(),
            edits,
            applicability: Applicability::Unsafe,
            source: Source::Person,
            evidence: Evidence {
                steps: vec![Step::new(StepKind::Parse, Verdict::Passed, 0, None)],
                ..Evidence::default()
            },
            likelihood: 1.0,
            confidence: None,
            replaces: Vec::new(),
        };
        let id = fix.id.clone();
        let found = HealedFinding {
            finding: finding.clone(),
            fixes: vec![fix],
        };
        let at = self.clock.now();
        self.knowledge.shown(record::shown(before, &found, at));
        self.knowledge.outcome(&id, Outcome::Accepted, at);
        true
    }
}
