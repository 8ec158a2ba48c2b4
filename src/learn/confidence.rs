//! How far a pattern is to be trusted: a Beta posterior over its outcomes, never a constant.
//!
//! The number shown is the posterior's mean; ranking and promotion go by its 5 % quantile, so that little evidence
//! ranks low. The prior is empirical Bayes: worth [`PRIOR_WEIGHT`] outcomes at the pooled rate of the other patterns
//! of the same code. Outcomes lose half of their weight in [`HALF_LIFE_SECONDS`].

use statrs::distribution::{Beta, ContinuousCDF};

/// How many outcomes the prior is worth.
pub const PRIOR_WEIGHT: f64 = 4.0;

/// Seconds in which an outcome loses half of its weight: 180 days.
pub const HALF_LIFE_SECONDS: f64 = 180.0 * 86_400.0;

/// A pattern is promoted to gold from this 5 % quantile on.
pub const GOLD_QUANTILE: f64 = 0.80;

/// A gold pattern below this 5 % quantile is demoted.
pub const DEMOTION_QUANTILE: f64 = 0.70;

/// Weighted outcomes that gold demands.
pub const GOLD_OUTCOMES: f64 = 13.0;

/// Different files that gold demands.
pub const GOLD_FILES: u64 = 3;

/// Different days that gold demands.
pub const GOLD_DAYS: u64 = 2;

/// The lower bound is this quantile of the posterior.
const LOWER_QUANTILE: f64 = 0.05;

/// Weighted successes and failures as they stood at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Weighted successes, 0 or more.
    pub successes: f64,
    /// Weighted failures, 0 or more.
    pub failures: f64,
    /// The moment, in Unix seconds.
    pub at: i64,
}

impl Tally {
    /// The tally as it stands at `now` (Unix seconds): older outcomes weigh less.
    ///
    /// A clock that went backwards changes nothing.
    pub fn as_of(self, now: i64) -> Self {
        let left = decay(now.saturating_sub(self.at));
        Self {
            successes: self.successes * left,
            failures: self.failures * left,
            at: self.at.max(now),
        }
    }

    /// Adds a success of this weight at `at` (Unix seconds).
    pub fn with_success(self, weight: f64, at: i64) -> Self {
        let aged = self.as_of(at);
        Self {
            successes: aged.successes + weight.max(0.0),
            ..aged
        }
    }

    /// Adds a failure of this weight at `at` (Unix seconds).
    pub fn with_failure(self, weight: f64, at: i64) -> Self {
        let aged = self.as_of(at);
        Self {
            failures: aged.failures + weight.max(0.0),
            ..aged
        }
    }

    /// Takes back a success of this weight that was added at `added_at` (Unix seconds): it was undone.
    pub fn without_success(self, weight: f64, added_at: i64) -> Self {
        let left = weight.max(0.0) * decay(self.at.saturating_sub(added_at));
        Self {
            successes: (self.successes - left).max(0.0),
            ..self
        }
    }

    /// Both together, as of the later moment.
    pub fn plus(self, other: Self) -> Self {
        let at = self.at.max(other.at);
        let (one, two) = (self.as_of(at), other.as_of(at));
        Self {
            successes: one.successes + two.successes,
            failures: one.failures + two.failures,
            at,
        }
    }

    /// What is left of it without a part of it, as of the later moment.
    pub fn without(self, part: Self) -> Self {
        let at = self.at.max(part.at);
        let (whole, part) = (self.as_of(at), part.as_of(at));
        Self {
            successes: (whole.successes - part.successes).max(0.0),
            failures: (whole.failures - part.failures).max(0.0),
            at,
        }
    }

    /// The same rate, with at most so many weighted outcomes.
    pub fn at_most(self, weight: f64) -> Self {
        let scale = (weight / self.outcomes()).min(1.0);
        // No outcomes at all: the scale is no number, or infinite and then 1.
        let scale = if scale.is_finite() { scale } else { 1.0 };
        Self {
            successes: self.successes * scale,
            failures: self.failures * scale,
            at: self.at,
        }
    }

    /// All weighted outcomes.
    pub fn outcomes(&self) -> f64 {
        self.successes + self.failures
    }
}

/// The share of its weight that an outcome keeps after so many seconds.
fn decay(seconds: i64) -> f64 {
    // Seconds of any plausible age are exact in an f64.
    let seconds = seconds.max(0) as f64;
    (-seconds / HALF_LIFE_SECONDS).exp2()
}

/// What is believed of a pattern before its own outcomes count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    alpha: f64,
    beta: f64,
}

impl Prior {
    /// Nothing is known: every rate is as likely as its opposite.
    pub fn neutral() -> Self {
        Self::pooled(0.0, 0.0)
    }

    /// From the weighted outcomes of the other patterns of the same code; neutral when there are none.
    ///
    /// The rate is smoothed by one success and one failure, so it is never quite 0 or 1.
    pub fn pooled(successes: f64, failures: f64) -> Self {
        let (successes, failures) = (successes.max(0.0), failures.max(0.0));
        let rate = (successes + 1.0) / (successes + failures + 2.0);
        Self {
            alpha: PRIOR_WEIGHT * rate,
            beta: PRIOR_WEIGHT * (1.0 - rate),
        }
    }

    /// As likely as something more general is found to be, 0 to 1.
    pub fn of_rate(rate: f64) -> Self {
        let rate = rate.clamp(0.01, 0.99);
        Self {
            alpha: PRIOR_WEIGHT * rate,
            beta: PRIOR_WEIGHT * (1.0 - rate),
        }
    }

    /// With the pattern's own outcomes.
    pub fn updated(self, tally: Tally) -> Posterior {
        Posterior {
            alpha: self.alpha + tally.successes.max(0.0),
            beta: self.beta + tally.failures.max(0.0),
        }
    }
}

/// What is believed of a pattern: a Beta distribution over the rate at which it is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    alpha: f64,
    beta: f64,
}

impl Posterior {
    /// The expected rate, 0 to 1: the confidence that people see.
    pub fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// The rate that is exceeded with 95 % certainty, 0 to 1: what ranks and promotes.
    pub fn lower_bound(&self) -> f64 {
        // A prior is never degenerate; should a count be NaN all the same, nothing is promised.
        Beta::new(self.alpha, self.beta)
            .map(|beta| beta.inverse_cdf(LOWER_QUANTILE))
            .ok()
            .filter(|bound| bound.is_finite())
            .map_or(0.0, |bound| bound.clamp(0.0, 1.0))
    }

    /// Whether the lower bound is at least `rate` (0 to 1); a fraction of the cost of computing it.
    pub fn lower_bound_reaches(&self, rate: f64) -> bool {
        Beta::new(self.alpha, self.beta).is_ok_and(|beta| beta.cdf(rate) <= LOWER_QUANTILE)
    }
}

/// What the gold rule looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GoldCase {
    /// What is believed of the pattern.
    pub posterior: Posterior,
    /// Its weighted outcomes.
    pub outcomes: f64,
    /// Different files in which it was accepted.
    pub files: u64,
    /// Different days (UTC) on which it was accepted.
    pub days: u64,
    /// How many of its last 20 outcomes undid it.
    pub undos_in_last_20: usize,
    /// How many of its last 10 outcomes undid it.
    pub undos_in_last_10: usize,
}

impl GoldCase {
    /// Whether a pattern that is not gold becomes it.
    pub fn promotes(&self) -> bool {
        // The quantile comes last: it is the only costly part.
        self.outcomes >= GOLD_OUTCOMES
            && self.files >= GOLD_FILES
            && self.days >= GOLD_DAYS
            && self.undos_in_last_20 == 0
            && self.posterior.lower_bound_reaches(GOLD_QUANTILE)
    }

    /// Whether a gold pattern stops being it.
    pub fn demotes(&self) -> bool {
        self.undos_in_last_10 >= 2 || !self.posterior.lower_bound_reaches(DEMOTION_QUANTILE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flat(successes: f64, outcomes: f64) -> Posterior {
        Posterior {
            alpha: 1.0 + successes,
            beta: 1.0 + outcomes - successes,
        }
    }

    fn tally(successes: f64, failures: f64) -> Tally {
        Tally {
            successes,
            failures,
            at: 0,
        }
    }

    #[test]
    fn mean_and_lower_bound_under_a_flat_prior_are_the_published_ones() {
        // successes, outcomes, mean, 5 % quantile, and how many digits of them are published
        for (successes, outcomes, mean, quantile, tolerance) in [
            (0.0, 0.0, 0.50, 0.05, 0.005),
            (1.0, 1.0, 0.67, 0.22, 0.005),
            (3.0, 3.0, 0.80, 0.47, 0.005),
            (10.0, 10.0, 0.92, 0.76, 0.005),
            (9.0, 10.0, 0.83, 0.64, 0.005),
            (16.0, 16.0, 0.94, 0.84, 0.005),
            (20.0, 20.0, 0.955, 0.87, 0.005),
            (38.0, 40.0, 0.93, 0.85, 0.005),
            (60.0, 60.0, 0.98, 0.95, 0.005),
        ] {
            let posterior = flat(successes, outcomes);
            assert!(
                (posterior.mean() - mean).abs() <= tolerance,
                "{successes}/{outcomes}: mean {}",
                posterior.mean()
            );
            assert!(
                (posterior.lower_bound() - quantile).abs() <= tolerance,
                "{successes}/{outcomes}: lower bound {}",
                posterior.lower_bound()
            );
        }
    }

    #[test]
    fn the_lower_bound_without_failures_is_the_root_of_the_quantile() {
        // Beta(a, 1) has the closed form q^(1/a).
        for successes in [0.0, 1.0, 7.0, 57.0, 500.0] {
            let exact = LOWER_QUANTILE.powf(1.0 / (1.0 + successes));
            assert!((flat(successes, successes).lower_bound() - exact).abs() < 1e-6);
        }
    }

    #[test]
    fn fifty_eight_straight_acceptances_state_95_percent() {
        assert!(flat(57.0, 57.0).lower_bound() < 0.95);
        assert!(flat(58.0, 58.0).lower_bound() >= 0.95);
    }

    #[test]
    fn nothing_known_is_a_half() {
        assert!((Prior::neutral().updated(Tally::default()).mean() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_good_code_lends_its_patterns_credit_and_a_bad_one_takes_it() {
        let one = tally(1.0, 0.0);
        let neutral = Prior::neutral().updated(one).mean();
        assert!(Prior::pooled(90.0, 10.0).updated(one).mean() > neutral);
        assert!(Prior::pooled(10.0, 90.0).updated(one).mean() < neutral);
    }

    #[test]
    fn tallies_are_put_together_taken_apart_and_bounded() {
        let half_life = 180 * 86_400;
        let old = tally(8.0, 4.0);
        let new = Tally {
            at: half_life,
            ..tally(1.0, 1.0)
        };
        let both = old.plus(new);
        assert_eq!((both.successes, both.failures), (5.0, 3.0));
        assert_eq!(both.without(old).successes, 1.0);
        assert_eq!(
            new.without(both),
            Tally {
                at: half_life,
                ..Tally::default()
            }
        );
        let bounded = both.at_most(4.0);
        assert_eq!((bounded.successes, bounded.failures), (2.5, 1.5));
        assert_eq!(both.at_most(100.0), both);
        assert_eq!(Tally::default().at_most(20.0), Tally::default());
    }

    #[test]
    fn half_of_the_weight_is_left_after_the_half_life() {
        let half_life = 180 * 86_400;
        let aged = tally(8.0, 2.0).as_of(half_life);
        assert!((aged.successes - 4.0).abs() < 1e-12);
        assert!((aged.failures - 1.0).abs() < 1e-12);
        let once_more = aged.as_of(2 * half_life);
        assert!((once_more.successes - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_clock_that_goes_backwards_changes_nothing() {
        let later = Tally {
            at: 1_000,
            ..tally(3.0, 1.0)
        };
        assert_eq!(later.as_of(10), later);
        assert!((later.with_success(1.0, 10).successes - 4.0).abs() < 1e-12);
    }

    #[test]
    fn an_undone_success_leaves_nothing_behind() {
        let day = 86_400;
        let start = tally(0.0, 0.0).with_success(1.0, 0);
        let later = start.as_of(90 * day).without_success(1.0, 0);
        assert!(later.successes.abs() < 1e-12);
    }

    fn gold_case() -> GoldCase {
        GoldCase {
            posterior: Prior::pooled(50.0, 0.0).updated(tally(20.0, 0.0)),
            outcomes: 20.0,
            files: 3,
            days: 2,
            undos_in_last_20: 0,
            undos_in_last_10: 0,
        }
    }

    #[test]
    fn gold_needs_every_condition() {
        assert!(gold_case().promotes());
        let weak = Prior::pooled(0.0, 0.0).updated(tally(12.0, 8.0));
        for (lacking, case) in [
            (
                "quantile",
                GoldCase {
                    posterior: weak,
                    ..gold_case()
                },
            ),
            (
                "outcomes",
                GoldCase {
                    outcomes: 12.9,
                    ..gold_case()
                },
            ),
            (
                "files",
                GoldCase {
                    files: 2,
                    ..gold_case()
                },
            ),
            (
                "days",
                GoldCase {
                    days: 1,
                    ..gold_case()
                },
            ),
            (
                "undo",
                GoldCase {
                    undos_in_last_20: 1,
                    ..gold_case()
                },
            ),
        ] {
            assert!(!case.promotes(), "{lacking}");
        }
    }

    #[test]
    fn gold_is_lost_by_two_undos_or_a_low_quantile_and_by_nothing_less() {
        assert!(!gold_case().demotes());
        let one_undo = GoldCase {
            undos_in_last_20: 1,
            undos_in_last_10: 1,
            ..gold_case()
        };
        assert!(!one_undo.demotes());
        let two_undos = GoldCase {
            undos_in_last_20: 2,
            undos_in_last_10: 2,
            ..gold_case()
        };
        assert!(two_undos.demotes());
        let weak = Prior::neutral().updated(tally(12.0, 4.0));
        assert!(
            GoldCase {
                posterior: weak,
                ..gold_case()
            }
            .demotes()
        );
    }

    proptest! {
        #[test]
        fn confidence_stays_between_0_and_1_and_rises_with_successes(
            pooled_successes in 0.0..1e5_f64,
            pooled_failures in 0.0..1e5_f64,
            successes in 0.0..1e4_f64,
            failures in 0.0..1e4_f64,
            more in 0.01..1e3_f64,
        ) {
            let prior = Prior::pooled(pooled_successes, pooled_failures);
            let less = prior.updated(tally(successes, failures));
            let better = prior.updated(tally(successes + more, failures));
            let worse = prior.updated(tally(successes, failures + more));
            for posterior in [less, better, worse] {
                prop_assert!((0.0..=1.0).contains(&posterior.mean()));
                prop_assert!((0.0..=1.0).contains(&posterior.lower_bound()));
            }
            prop_assert!(less.lower_bound() <= less.mean() + 1e-9);
            prop_assert!(less.lower_bound_reaches((less.lower_bound() - 1e-4).max(0.0)));
            prop_assert!(!less.lower_bound_reaches((less.lower_bound() + 1e-4).min(1.0)));
            prop_assert!(better.mean() >= less.mean());
            prop_assert!(worse.mean() <= less.mean());
            prop_assert!(better.lower_bound() >= less.lower_bound() - 1e-6);
        }
    }
}
