//! Which of the proven fixes are taken together, and the text that results.

use std::sync::Arc;

use super::examine::Examined;
use crate::engine::ports::CompileVerdict;
use crate::engine::{Engine, Fix, Input};
use crate::text::{Applicability, Edit, apply};

/// The fixes that are taken on one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Ids of the fixes that are taken, in the order of the text.
    pub taken: Vec<String>,
    /// The text with them applied.
    pub text: String,
    /// Findings that stay, but have a proven fix that is not certain enough to be taken.
    pub unsafe_available: usize,
}

/// Chooses for each finding its best fix that is at least as certain as `least`, and holds the result to the parser
/// and, once nothing is wrong any more, to the interpreter: fixes that were proven one by one may not fit together.
pub async fn plan(engine: &Engine, examined: &Examined, least: Applicability) -> Plan {
    let text = &examined.input.text;
    let findings = &examined.healed.findings;
    let chosen: Vec<&Fix> = findings
        .iter()
        .filter_map(|healed| healed.fixes.iter().find(|fix| fix.applicability >= least))
        .collect();
    let all_best = findings.iter().all(|healed| {
        healed
            .fixes
            .first()
            .is_some_and(|fix| fix.applicability >= least)
    });
    let unsafe_available = findings
        .iter()
        .filter(|healed| {
            let certain = |fix: &Fix| fix.applicability >= least;
            !healed.fixes.iter().any(certain)
                && healed
                    .fixes
                    .iter()
                    .any(|fix| fix.applicability == Applicability::Unsafe)
        })
        .count();
    // What the engine proved as a whole needs no second proof.
    if let (true, Some(healed)) = (all_best, &examined.healed.text) {
        return Plan {
            taken: chosen.iter().map(|fix| fix.id.clone()).collect(),
            text: healed.clone(),
            unsafe_available,
        };
    }
    let mut judge = Judge {
        engine,
        input: &examined.input,
        wrong: engine.diagnose(&examined.input).len(),
    };
    if let Some(result) = judge.apply(&chosen).await {
        return Plan {
            taken: chosen.iter().map(|fix| fix.id.clone()).collect(),
            text: result,
            unsafe_available,
        };
    }
    // Not all together: one after the other, without those that do not fit.
    let (mut kept, mut best) = (Vec::new(), text.to_string());
    for fix in chosen {
        kept.push(fix);
        match judge.apply(&kept).await {
            Some(result) => best = result,
            None => drop(kept.pop()),
        }
    }
    Plan {
        taken: kept.iter().map(|fix| fix.id.clone()).collect(),
        text: best,
        unsafe_available,
    }
}

struct Judge<'engine> {
    engine: &'engine Engine,
    input: &'engine Input,
    /// Findings in the text before.
    wrong: usize,
}

impl Judge<'_> {
    /// The text with these fixes, if each of them makes it better.
    async fn apply(&mut self, fixes: &[&Fix]) -> Option<String> {
        let edits: Vec<Edit> = fixes
            .iter()
            .flat_map(|fix| fix.edits.iter().cloned())
            .collect();
        if edits.is_empty() {
            return None;
        }
        let text = apply(&self.input.text, &edits).ok()?;
        let input = Input {
            text: Arc::from(text.as_str()),
            ..self.input.clone()
        };
        let left = self.engine.diagnose(&input).len();
        if left + fixes.len() > self.wrong {
            return None;
        }
        if left == 0 {
            let compiled = self.engine.prover.compile(text.as_bytes()).await;
            if matches!(compiled.verdict, CompileVerdict::Rejected(_)) {
                return None;
            }
        }
        Some(text)
    }
}
