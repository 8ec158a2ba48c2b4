//! How well what was said of fixes agrees with what became of them.

use rusqlite::Connection;

use crate::engine::ports::{Calibration, CalibrationBin};

/// Equal parts of the predictions.
const BINS: u8 = 10;

/// What was said of a fix, and what became of it.
struct Decision {
    predicted: f64,
    right: bool,
    weight: f64,
}

/// Over all patterns, or over one; `None` while no decision has a prediction.
pub(super) fn calibration(
    connection: &Connection,
    pattern_id: Option<i64>,
) -> rusqlite::Result<Option<Calibration>> {
    let decisions = connection
        .prepare_cached(
            "SELECT predicted, kind = 'accepted', weight FROM outcome
             WHERE predicted IS NOT NULL AND weight > 0
                 AND (?1 IS NULL OR candidate_id IN (SELECT id FROM candidate WHERE pattern_id = ?1))",
        )?
        .query_map([pattern_id], |row| {
            Ok(Decision {
                predicted: row.get(0)?,
                right: row.get(1)?,
                weight: row.get(2)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(judge(&decisions))
}

fn judge(decisions: &[Decision]) -> Option<Calibration> {
    let whole = Sums::of(decisions.iter());
    if whole.count == 0 {
        return None;
    }
    let mut bins = Vec::new();
    let mut error = 0.0;
    for bin in 0..BINS {
        let inside = |decision: &&Decision| bin_of(decision.predicted) == bin;
        let sums = Sums::of(decisions.iter().filter(inside));
        if sums.count > 0 {
            error += (sums.predicted - sums.observed).abs();
            bins.push(CalibrationBin {
                from: f64::from(bin) / f64::from(BINS),
                decisions: sums.count,
                predicted: sums.predicted / sums.weight,
                observed: sums.observed / sums.weight,
            });
        }
    }
    Some(Calibration {
        decisions: whole.count,
        brier_score: whole.squares / whole.weight,
        expected_calibration_error: error / whole.weight,
        bins,
    })
}

/// A prediction of exactly 1 belongs to the last bin.
fn bin_of(predicted: f64) -> u8 {
    let bins = f64::from(BINS);
    // A float is cut off at the limits of the type.
    ((predicted * bins) as u8).min(BINS - 1)
}

#[derive(Default)]
struct Sums {
    count: u64,
    weight: f64,
    predicted: f64,
    observed: f64,
    squares: f64,
}

impl Sums {
    fn of<'d>(decisions: impl Iterator<Item = &'d Decision>) -> Self {
        decisions.fold(Self::default(), |sums, decision| {
            let observed = f64::from(u8::from(decision.right));
            Self {
                count: sums.count + 1,
                weight: sums.weight + decision.weight,
                predicted: sums.predicted + decision.weight * decision.predicted,
                observed: sums.observed + decision.weight * observed,
                squares: sums.squares + decision.weight * (decision.predicted - observed).powi(2),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(rows: &[(f64, u32, u32)]) -> Vec<Decision> {
        let many = |predicted, right, count| {
            (0..count).map(move |_| Decision {
                predicted,
                right,
                weight: 1.0,
            })
        };
        rows.iter()
            .flat_map(|&(predicted, right, wrong)| {
                many(predicted, true, right).chain(many(predicted, false, wrong))
            })
            .collect()
    }

    #[test]
    fn who_is_right_as_often_as_was_said_has_no_error() {
        let calibration = judge(&decisions(&[(0.25, 25, 75), (0.75, 75, 25)])).unwrap();
        assert_eq!(calibration.decisions, 200);
        assert!(calibration.expected_calibration_error < 1e-12);
        assert!((calibration.brier_score - 0.1875).abs() < 1e-12);
        let from: Vec<f64> = calibration.bins.iter().map(|bin| bin.from).collect();
        assert_eq!(from, [0.2, 0.7]);
    }

    #[test]
    fn who_promises_too_much_is_told_by_how_much() {
        let calibration = judge(&decisions(&[(1.0, 1, 1), (0.0, 0, 2)])).unwrap();
        assert!((calibration.expected_calibration_error - 0.25).abs() < 1e-12);
        assert!((calibration.brier_score - 0.25).abs() < 1e-12);
        assert_eq!(calibration.bins.last().unwrap().from, 0.9);
    }

    #[test]
    fn a_light_failure_weighs_less() {
        let light = Decision {
            predicted: 0.5,
            right: false,
            weight: 0.25,
        };
        let calibration = judge(&[light, decisions(&[(0.5, 1, 0)]).remove(0)]).unwrap();
        assert!((calibration.bins[0].observed - 0.8).abs() < 1e-12);
    }

    #[test]
    fn nothing_decided_is_nothing_said() {
        assert_eq!(judge(&[]), None);
    }
}
