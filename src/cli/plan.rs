//! Which of the proven fixes are taken together, and the text that results.

use std::sync::Arc;

use super::examine::Examined;
use crate::diagnose::Finding;
use crate::engine::ports::CompileVerdict;
use crate::engine::{Engine, Fix, Input, Source};
use crate::text::{Applicability, Edit, apply, source_bytes};

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

/// Which fixes may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave {
    /// Rules' fixes must be at least as certain.
    pub rules: Applicability,
    /// Models' fixes must be at least as certain.
    pub models: Applicability,
}

impl Leave {
    fn covers(self, fix: &Fix) -> bool {
        let least = match fix.source {
            Source::Model { .. } => self.models,
            _ => self.rules,
        };
        fix.applicability >= least
    }
}

/// Chooses for each finding its best fix that may be taken, and holds the result to the parser and, once nothing is
/// wrong any more, to the interpreter: fixes that were proven one by one may not fit together.
pub async fn plan(engine: &Engine, examined: &Examined, leave: Leave) -> Plan {
    let findings = &examined.healed.findings;
    let chosen: Vec<Choice<'_>> = findings
        .iter()
        .filter_map(|healed| {
            let fix = healed.fixes.iter().find(|fix| leave.covers(fix))?;
            let is_syntax = is_syntax(&healed.finding);
            Some(Choice { fix, is_syntax })
        })
        .collect();
    let unsafe_available = findings
        .iter()
        .filter(|healed| {
            let is_unsafe = |fix: &Fix| fix.applicability == Applicability::Unsafe;
            !healed.fixes.iter().any(|fix| leave.covers(fix)) && healed.fixes.iter().any(is_unsafe)
        })
        .count();
    let judge = Judge::new(engine, &examined.input);
    let (mut kept, mut best) = (Vec::new(), None);
    if let Some(text) = judge.apply(&chosen).await {
        (kept, best) = (chosen, Some(text));
    } else {
        // Not all together: one after the other, without those that do not fit.
        for choice in chosen {
            kept.push(choice);
            match judge.apply(&kept).await {
                Some(text) => best = Some(text),
                None => drop(kept.pop()),
            }
        }
    }
    Plan {
        taken: kept.iter().map(|choice| choice.fix.id.clone()).collect(),
        text: best.unwrap_or_else(|| examined.input.text.to_string()),
        unsafe_available,
    }
}

/// A finding's fix that may be taken.
#[derive(Debug, Clone, Copy)]
struct Choice<'fix> {
    fix: &'fix Fix,
    is_syntax: bool,
}

/// Whether the text cannot be read because of it. What else is wrong may come to light only once nothing of this kind
/// is left.
fn is_syntax(finding: &Finding) -> bool {
    matches!(finding.code.family(), "SYN" | "IND" | "ENC")
}

struct Judge<'engine> {
    engine: &'engine Engine,
    input: &'engine Input,
    before: Count,
}

/// How many findings a text has.
struct Count {
    syntax: usize,
    all: usize,
}

impl Count {
    fn of(engine: &Engine, input: &Input) -> Self {
        let findings = engine.diagnose(input);
        Self {
            syntax: findings.iter().filter(|finding| is_syntax(finding)).count(),
            all: findings.len(),
        }
    }
}

impl<'engine> Judge<'engine> {
    fn new(engine: &'engine Engine, input: &'engine Input) -> Self {
        let before = Count::of(engine, input);
        Self {
            engine,
            input,
            before,
        }
    }

    /// The text with these fixes, if each of them makes it better.
    async fn apply(&self, choices: &[Choice<'_>]) -> Option<String> {
        let edits: Vec<Edit> = choices
            .iter()
            .flat_map(|choice| choice.fix.edits.iter().cloned())
            .collect();
        if edits.is_empty() {
            return None;
        }
        let text = apply(&self.input.text, &edits).ok()?;
        let input = Input {
            text: Arc::from(text.as_str()),
            ..self.input.clone()
        };
        let after = Count::of(self.engine, &input);
        let better = if self.before.syntax > 0 {
            let cured = choices.iter().filter(|choice| choice.is_syntax).count();
            after.syntax + cured <= self.before.syntax
        } else {
            after.all + choices.len() <= self.before.all
        };
        if !better {
            return None;
        }
        if after.syntax == 0 {
            let compiled = self.engine.prover.compile(&source_bytes(&text)).await;
            if matches!(compiled.verdict, CompileVerdict::Rejected(_)) {
                return None;
            }
        }
        Some(text)
    }
}
