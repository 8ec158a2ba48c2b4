use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An amount in whichever currency the person thinks in, exact to a millionth. At most a thousand million.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "f64", into = "f64")]
pub struct Money {
    micros: u64,
}

const MICROS: f64 = 1e6;
const MOST: f64 = 1e9;

impl Money {
    /// That many millionths.
    pub const fn of_micros(micros: u64) -> Self {
        Self { micros }
    }

    /// The amount in millionths.
    pub const fn micros(self) -> u64 {
        self.micros
    }
}

impl TryFrom<f64> for Money {
    type Error = String;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be from 0 to 1e15"
    )]
    fn try_from(amount: f64) -> Result<Self, String> {
        if (0.0..=MOST).contains(&amount) {
            Ok(Self {
                micros: (amount * MICROS).round() as u64,
            })
        } else {
            Err(format!("`{amount}` is not an amount from 0 to {MOST}"))
        }
    }
}

impl From<Money> for f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most 1e15, which a double holds exactly"
    )]
    fn from(money: Money) -> Self {
        money.micros as Self / MICROS
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", f64::from(*self))
    }
}

impl JsonSchema for Money {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0.0, "maximum": MOST })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact_to_a_millionth() {
        for (amount, micros) in [(0.0, 0), (0.075, 75_000), (1.5, 1_500_000), (0.000_001, 1)] {
            let money = Money::try_from(amount).expect("an amount");
            assert_eq!(money.micros(), micros);
            assert_eq!(money.to_string(), amount.to_string());
        }
        for wrong in [-1.0, 2e9, f64::NAN, f64::INFINITY] {
            assert!(Money::try_from(wrong).is_err(), "{wrong}");
        }
    }
}
