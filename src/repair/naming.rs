//! What a mistake is called: as its cure says, or as the structure around the complaint shows.

use super::search::Cure;
use crate::diagnose::python::by_structure;
use crate::lang::python::{Lines, ParseError, ParseErrorKind};
use crate::text::Applicability;

/// A cure whose rules give it at most this cost says what was wrong.
const CERTAIN: u32 = 6;

/// Calls the mistake what the structure around the complaint shows it to be, where a cure only guessed: a change that
/// makes the parser go on need not say what was wrong.
pub fn call_by_name(found: &mut Vec<Cure>, error: &ParseError, text: &str) {
    if matches!(error.kind, ParseErrorKind::Version(_)) {
        // Another version accepts it as it is, so it is no slip of the pen.
        found.retain(|cure| {
            cure.steps.iter().all(|step| {
                matches!(
                    step.code.as_str(),
                    "SYN.VERSION_FEATURE"
                        | "SYN.FSTRING_VERSION"
                        | "SYN.PY2_EXCEPT"
                        | "SYN.KWARG_EXPRESSION"
                )
            })
        });
        return;
    }
    let Some(best) = found.first() else { return };
    let Some((code, construct, message)) = by_structure(error, text, &Lines::new(text)) else {
        return;
    };
    let knows = best
        .steps
        .iter()
        .any(|step| step.code == code && (step.construct == construct || construct.is_none()));
    // Of indentation the structure knows more than any cure.
    let is_layout =
        code.family() == "IND" && best.steps.iter().all(|step| step.code.family() == "IND");
    let own_cost: u32 = best.steps.iter().map(|step| step.cost).sum();
    if knows || own_cost <= CERTAIN && !is_layout {
        return;
    }
    // Of a line above, what stands around the complaint tells nothing.
    let damaged = best.steps.iter().map(|step| step.span.end).max();
    let is_above = damaged.is_some_and(|damaged| {
        text.get(damaged..error.span.start)
            .is_some_and(|between| between.contains(['\n', '\r']))
    });
    if is_above && !is_layout {
        return;
    }
    if found.iter().all(|cure| cure.steps.len() > 1) {
        // Several changes are several mistakes: one name does not say what they are.
        return;
    }
    found.retain(|cure| cure.steps.len() == 1);
    for step in found.iter_mut().flat_map(|cure| &mut cure.steps) {
        if step.code != code {
            step.applicability = step.applicability.min(Applicability::Unsafe);
        }
        step.code = code;
        step.construct = construct;
        step.message.clone_from(&message);
        if !is_layout {
            step.span = error.span;
        }
        step.related.clear();
    }
}
