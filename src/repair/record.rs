//! What an examination says of a place that was cured: its mistakes, and their repairs by likelihood.

use super::examine::State;
use super::history::History;
use super::proposal::Proposal;
use super::search::Cure;
use super::steps::{title_of, told_apart, words_lost};
use super::trust::{different, is_certain};
use super::{MAX_REPAIRS, Mistake, Repair};
use crate::diagnose::{Finding, Severity};
use crate::text::{Applicability, Span, edits_between};

impl State<'_> {
    /// The best of `found` as mistakes, the others as further repairs.
    pub(super) fn record(&mut self, found: &[Cure], piece: &str) {
        let different = different(found);
        let Some(((best, likelihood), others)) = different.split_first() else {
            return;
        };
        let mut history = self.history.clone();
        let mut mistakes = Vec::new();
        // What takes away more than a word of the person's is never made unseen.
        let is_safe = is_certain(*likelihood) && words_lost(piece, &best.text) < 2;
        for step in &told_apart(best, piece) {
            let mut mistake = mistake(step, &history);
            mistake.place = Some(self.places);
            for repair in &mut mistake.repairs {
                repair.likelihood = *likelihood;
                if !is_safe {
                    repair.applicability = repair.applicability.min(Applicability::Unsafe);
                }
            }
            mistakes.push(mistake);
            history.push(&step.edits);
        }
        for (other, likelihood) in others {
            let Some(repair) = self.alternative(other, piece, *likelihood) else {
                continue;
            };
            if let Some(mistake) = at_odds(&mut mistakes, &repair)
                && mistake.repairs.len() < MAX_REPAIRS
            {
                mistake.repairs.push(repair);
            }
        }
        self.mistakes.extend(mistakes);
        self.places += 1;
    }

    /// All steps of a cure as one repair of the whole place.
    fn alternative(&self, cure: &Cure, piece: &str, likelihood: f64) -> Option<Repair> {
        let (first, further) = cure.steps.split_first()?;
        let edits = if further.is_empty() {
            first.edits.clone()
        } else {
            edits_between(piece, &cure.text)
        };
        let applicability = cure.steps.iter().map(|step| step.applicability).min();
        Some(Repair {
            title: title_of(&cure.steps),
            edits: self.history.original_edits(&edits),
            applicability: applicability
                .unwrap_or(Applicability::Unsafe)
                .min(Applicability::Unsafe),
            rule: first.rule,
            likelihood,
            belief: first.belief,
            whole_place: true,
        })
    }
}

fn mistake(proposal: &Proposal, history: &History) -> Mistake {
    let original = |span: Span| history.original_span(span);
    let mut related = proposal.related.clone();
    for related in &mut related {
        related.span = original(related.span);
    }
    let finding = Finding {
        code: proposal.code,
        construct: proposal.construct,
        span: original(proposal.span),
        message: proposal.message.clone(),
        severity: Severity::Error,
        related,
    };
    Mistake {
        finding,
        repairs: vec![Repair {
            title: proposal.title.clone(),
            edits: history.original_edits(&proposal.edits),
            applicability: proposal.applicability,
            rule: proposal.rule,
            likelihood: 1.0,
            belief: proposal.belief,
            whole_place: false,
        }],
        place: None,
    }
}

/// Of the mistakes of a place, the one that `repair` cures in another way: the first whose own edits it does not make.
fn at_odds<'mistakes>(
    mistakes: &'mistakes mut [Mistake],
    repair: &Repair,
) -> Option<&'mistakes mut Mistake> {
    let differs = |mistake: &Mistake| {
        let own = mistake.repairs.first();
        own.is_none_or(|own| !own.edits.iter().all(|edit| repair.edits.contains(edit)))
    };
    let at = mistakes.iter().position(differs)?;
    mistakes.get_mut(at)
}
