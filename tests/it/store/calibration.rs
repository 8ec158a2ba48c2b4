//! Whether what is said of fixes agrees with what becomes of them.

use salve::engine::ports::{Knowledge, Outcome, ShownFix};
use salve::learn::Template;
use salve::learn::confidence::Prior;

use super::support::{START, fix, open, shown};

/// How often fixes of a template are right. Nobody told the record.
const RATES: [f64; 20] = [
    0.99, 0.98, 0.97, 0.96, 0.95, 0.95, 0.93, 0.92, 0.9, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4,
    0.3, 0.2, 0.1,
];

const DECISIONS: usize = 2_000;

#[test]
fn two_thousand_decisions_come_out_as_was_said() {
    // In memory every lookup comes after all that was noted before, and no disk is waited for.
    let file = tempfile::NamedTempFile::new().unwrap();
    let store = open(&file.path().join("salve.db"));
    let mut random = fastrand::Rng::with_seed(11);
    for decision in 0..DECISIONS {
        let kind = random.usize(..RATES.len());
        let complaint = format!("SYN.MISSING_COLON:kind_{kind}");
        let known = store.templates("python", &complaint).unwrap();
        let said = known.first().map_or_else(
            || Prior::neutral().updated(Default::default()).mean(),
            |known| known.posterior.mean(),
        );
        let template = format!(
            r#"{{"complaint":"{complaint}","level":3,"before":[],"deleted":[],"after":[],"inserted":[{{"text":":"}}]}}"#
        );
        let id = format!("f{decision}");
        let mut shown = shown(
            &format!("{decision}.py"),
            START,
            vec![ShownFix {
                confidence: Some(said),
                templates: vec![Template::from_json(&template).unwrap()],
                ..fix(&id)
            }],
        );
        // Half of the kinds are of another code.
        shown.code = ["SYN.MISSING_COLON", "SYN.MISSING_COMMA"][kind % 2].to_owned();
        shown.cluster = complaint;
        store.shown(shown);
        let outcome = match random.f64() < RATES[kind] {
            true => Outcome::Accepted,
            false => [Outcome::Rejected, Outcome::Undone][kind % 2],
        };
        if outcome == Outcome::Undone {
            store.outcome(&id, Outcome::Accepted, START);
        }
        store.outcome(&id, outcome, START);
    }
    let calibration = store.statistics().unwrap().calibration.unwrap();
    println!("{calibration:#?}");
    assert_eq!(calibration.decisions, DECISIONS as u64);
    assert!(
        calibration.expected_calibration_error <= 0.05,
        "{calibration:?}"
    );
    // Who knew the rates would have 0.119; who knew nothing but that there are two outcomes, 0.25.
    assert!(calibration.brier_score < 0.13, "{calibration:?}");
    assert!(calibration.bins.len() >= 6, "{calibration:?}");
    let counted = calibration
        .bins
        .iter()
        .map(|bin| bin.decisions)
        .sum::<u64>();
    assert_eq!(counted, DECISIONS as u64);
}
