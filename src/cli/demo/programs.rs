//! The programs that `salve demo` heals.

/// A small program with five mistakes of five kinds.
pub const BROKEN: &str = r#"prices = {"tea": 3.25, "coffee": 4.00, "cake": 5.50

def total(order)
    amount = 0
    for name in order:
    amount += prices[name]
    return amount

order = ["tea", "cake", "tea]
print "three for", total(order)
"#;

/// [`BROKEN`] as it is meant; the only program of the demonstration that is run.
pub const HEALED: &str = r#"prices = {"tea": 3.25, "coffee": 4.00, "cake": 5.50}

def total(order):
    amount = 0
    for name in order:
        amount += prices[name]
    return amount

order = ["tea", "cake", "tea"]
print("three for", total(order))
"#;

/// A program whose mistake takes an idea of what is meant: half of it is another language.
pub const HARDER: &str = r#"def grade(points):
    return points > 50 ? "passed" : "failed"

print(grade(70))
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::python::same_program;

    #[test]
    fn the_healed_program_differs_from_the_broken_one_in_five_places() {
        let pairs = BROKEN.lines().zip(HEALED.lines());
        assert_eq!(pairs.filter(|(broken, healed)| broken != healed).count(), 5);
        assert!(!same_program(BROKEN, HEALED));
    }
}
