//! How far a repair is trusted: what its likelihood beside the other repairs of the place allows.
//!
//! How often the likeliest repair is what the author did, by its likelihood, stands in `docs/training.md`: on damaged
//! programs it is what it says or more, on those that people broke somewhat less at the upper end. Two questions are
//! asked of them, and they differ in who looks on. A preferred fix is made under the person's eyes and is undone with
//! one key, so it is enough that it is likelier than any other by more than chance; even one that takes words away may
//! be preferred. What is made together with others, or when a file is saved, nobody looks at: it has to be likelier than
//! everything else together by far, and its rule has to call it certain.

use super::search::Cure;
use crate::lang::python::same_program;

/// What is made unseen is likelier than this, beside everything else that would cure the place.
const CERTAIN: f64 = 0.75;
/// What is preferred is so many times as likely as the next one.
const AHEAD: f64 = 1.25;
/// What is less likely than this beside the best needs no comparison with it.
const NEGLIGIBLE: f64 = 0.01;

/// Whether a repair may be made unseen, as far as its likelihood tells.
pub fn is_certain(likelihood: f64) -> bool {
    likelihood >= CERTAIN
}

/// Whether a repair is clearly likelier than the next one, if there is one.
pub fn is_ahead(likelihood: f64, next: Option<f64>) -> bool {
    next.is_none_or(|next| likelihood >= next * AHEAD)
}

/// How likely each of some repairs is beside the others, by their costs in tenths of nats.
pub fn shares(costs: &[i32]) -> Vec<f64> {
    let least = costs.iter().copied().min().unwrap_or(0);
    let odds: Vec<f64> = costs
        .iter()
        .map(|cost| (f64::from(least.saturating_sub(*cost)) / 10.0).exp())
        .collect();
    let sum: f64 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / sum).collect()
}

/// The cures that make different programs, each with its likelihood, the best first: those that make the same program
/// in other ways add to the likelihood of the best of them.
pub fn different(cures: &[Cure]) -> Vec<(&Cure, f64)> {
    let costs: Vec<i32> = cures.iter().map(|cure| cure.cost).collect();
    let mut different: Vec<(&Cure, f64)> = Vec::new();
    for (cure, share) in cures.iter().zip(shares(&costs)) {
        let same = different
            .iter_mut()
            .take_while(|_| share > NEGLIGIBLE)
            .find(|(known, _)| {
                known.rest.is_none() && cure.rest.is_none() && same_program(&known.text, &cure.text)
            });
        match same {
            Some((_, likelihood)) => *likelihood += share,
            None => different.push((cure, share)),
        }
    }
    different.sort_by(|(_, first), (_, second)| second.total_cmp(first));
    different
}

/// Puts the cure first that makes the likeliest program: what is shown as the best is what is gone on with.
pub fn put_likeliest_first(cures: &mut Vec<Cure>) {
    let best = different(cures)
        .first()
        .and_then(|(best, _)| cures.iter().position(|cure| cure.text == best.text));
    if let Some(best) = best {
        let best = cures.remove(best);
        cures.insert(0, best);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likelihoods_are_shares_of_one() {
        let shares = shares(&[10, 10, 1000]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(!is_ahead(shares[0], Some(shares[1])));
        assert!(is_ahead(shares[0], Some(shares[2])));
        assert!(!is_certain(shares[0]));
        assert!(is_ahead(0.3, None));
    }
}
