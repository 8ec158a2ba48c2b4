//! What a broken text and its fix teach the cost model.

use super::costs::{CostModel, Example};
use super::examine::{Guide, examine_guided};
use super::search::Cure;
use super::sources::Sources;
use super::window::{line_end, line_start};
use crate::lang::python::{Version, same_program, token_edits};
use crate::text::{Edit, Span, apply, edits_between};

/// An example for each place of `broken` where a change was found that leads to `fixed`; none if nothing leads there.
///
/// `costs` must be [learning](CostModel::learning): it decides which changes are found, and keeps what it saw of them.
pub fn lessons(broken: &str, fixed: &str, version: Version, costs: &CostModel) -> Vec<Example> {
    let mut teacher = Teacher {
        broken,
        fixed,
        chosen: Vec::new(),
        examples: Vec::new(),
    };
    let sources = Sources::of_salve(costs);
    examine_guided(broken, version, &sources, Some(&mut teacher));
    teacher.examples
}

/// Goes only where the fix lies, and notes what else could have been chosen on the way.
struct Teacher<'text> {
    broken: &'text str,
    fixed: &'text str,
    /// The edits that were chosen so far.
    chosen: Vec<Edit>,
    examples: Vec<Example>,
}

impl Guide for Teacher<'_> {
    fn choose(&mut self, cures: &[(Vec<Edit>, &Cure)]) -> Option<usize> {
        let text = apply(self.broken, &self.chosen).ok()?;
        let left = token_edits(&text, self.fixed);
        let right: Vec<bool> = cures
            .iter()
            .map(|(edits, _)| self.is_on_the_way(&text, edits, left))
            .collect();
        let chosen = right.iter().position(|right| *right)?;
        self.examples.push(Example {
            changes: cures
                .iter()
                .map(|(_, cure)| cure.features.clone())
                .collect(),
            right,
        });
        let (edits, _) = cures.get(chosen)?;
        self.chosen.extend(edits.iter().cloned());
        Some(chosen)
    }
}

impl Teacher<'_> {
    /// Whether `edits`, together with those chosen before, which made `text` and left so many edits to do, are a part of
    /// what is left.
    fn is_on_the_way(&self, text: &str, edits: &[Edit], left: usize) -> bool {
        let all: Vec<Edit> = self.chosen.iter().chain(edits).cloned().collect();
        let Ok(cured) = apply(self.broken, &all) else {
            return false;
        };
        let after = token_edits(&cured, self.fixed);
        after == 0 && same_program(&cured, self.fixed)
            || after < left
                && token_edits(text, &cured) + after == left
                && self.is_done_with(edits, &all, &cured)
    }

    /// Whether nothing is left to do on the lines that `edits` touch; `all` of them made `cured`. Half of what a person
    /// did to a line says little about what they meant.
    fn is_done_with(&self, edits: &[Edit], all: &[Edit], cured: &str) -> bool {
        let touched: Vec<Span> = edits
            .iter()
            .map(|edit| {
                let before = all.iter().filter(|other| other.span.end <= edit.span.start);
                let growth: isize = before
                    .filter(|other| *other != edit)
                    .map(|other| other.replacement.len() as isize - other.span.len() as isize)
                    .sum();
                let start = edit.span.start.saturating_add_signed(growth);
                let end = start + edit.replacement.len();
                Span::new(line_start(cured, start), line_end(cured, end))
            })
            .collect();
        let left = edits_between(cured, self.fixed);
        left.iter().all(|left| {
            let is_blank =
                left.span.of(cured).trim().is_empty() && left.replacement.trim().is_empty();
            is_blank || !touched.iter().any(|lines| lines.overlaps(left.span))
        })
    }
}
