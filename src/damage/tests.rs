use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const SAMPLE: &str = include_str!("sample.py");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_row_is_broken_and_was_whole(seed: u64) {
        let rows = damages(SAMPLE, seed, 8);
        prop_assert_eq!(&rows, &damages(SAMPLE, seed, 8));
        prop_assert_eq!(rows.len(), 8);
        for row in rows {
            prop_assert!(parses(&row.fixed), "{}", row.fixed);
            prop_assert!(!parses(&row.code), "{}: {}", row.operator, row.code);
            prop_assert_ne!(&row.fixed, &row.code);
            prop_assert!((6..=90).contains(&row.fixed.lines().count()));
            prop_assert!((1..=row.code.lines().count()).contains(&(row.line as usize)));
            prop_assert_eq!(row.operator == "several", row.mistakes > 1);
        }
    }
}

#[test]
fn the_named_line_is_the_first_that_differs() {
    for row in (0..200).flat_map(|seed| damages(SAMPLE, seed, 2)) {
        let same = row.code.lines().zip(row.fixed.lines());
        let first = 1 + same.take_while(|(code, fixed)| code == fixed).count();
        // A header whose body is gone is whole itself, and so is a line that others were put below.
        let gap = first.abs_diff(row.line as usize);
        let named = gap == 0 || gap == 1 && !row.recoverable;
        assert!(
            named,
            "{}: {} {first}\n{}",
            row.operator, row.line, row.code
        );
    }
}

#[test]
fn every_operator_finds_something_to_damage() {
    let mut random = fastrand::Rng::with_seed(1);
    let pieces = pieces(SAMPLE);
    let idle: Vec<&str> = OPERATORS
        .iter()
        .filter(|operator| {
            !(0..400).any(|_| {
                let fixed = pieces.cut(&mut random);
                fixed.is_some_and(|fixed| damage_once(fixed, operator, &mut random).is_some())
            })
        })
        .map(|operator| operator.name)
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn names_are_told_apart() {
    let names: BTreeSet<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
    assert_eq!(names.len(), OPERATORS.len());
}

#[test]
fn there_is_nothing_to_cut_from_what_is_broken_or_short() {
    assert_eq!(damages("def f(:\n", 1, 5), []);
    assert_eq!(damages("a = 1\n", 1, 5), []);
    assert_eq!(damages("", 1, 5), []);
}

#[test]
fn methods_are_cut_without_their_margin() {
    let class = format!(
        "class A:\n{}",
        "    def f(self):\n        return [1]\n\n".repeat(40)
    );
    let rows = damages(&class, 3, 20);
    assert_eq!(rows.len(), 20);
    assert!(
        rows.iter()
            .all(|row| row.fixed.starts_with("def f(self):\n    return"))
    );
}
