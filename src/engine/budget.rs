//! What models may use up that are not the person's own.

use super::ports::{Ledger, ModelError, ModelErrorKind, ModelRequest, Period, Spending};

/// Bytes of code or plain English that make a token, roughly; fewer than there are, so that the estimate is not low.
const BYTES_PER_TOKEN: u64 = 3;

/// A million.
const MILLION: u64 = 1_000_000;

/// What may be used up; `None` for as much as one likes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// Tokens of prompts and answers.
    pub tokens: Option<u64>,
    /// Millionths of the prices' currency.
    pub cost_micros: Option<u64>,
}

/// What may be used up for one fix, in a day, and in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// For one fix, however often the model is asked for it.
    pub fix: Limit,
    /// In a day (UTC).
    pub day: Limit,
    /// In a month (UTC).
    pub month: Limit,
}

/// How much the person agreed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spend {
    /// What the budget permits.
    #[default]
    WithinBudget,
    /// More than that, for this once.
    BeyondBudget,
}

/// What a model's tokens cost, in millionths of a currency for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// Of the prompt.
    pub input: u64,
    /// Of the answer.
    pub output: u64,
}

impl Prices {
    /// What so many tokens cost, rounded up to a millionth.
    pub fn cost(self, tokens_in: u64, tokens_out: u64) -> u64 {
        let input = u128::from(self.input) * u128::from(tokens_in);
        let output = u128::from(self.output) * u128::from(tokens_out);
        let total = input.saturating_add(output);
        u64::try_from(total.div_ceil(u128::from(MILLION))).unwrap_or(u64::MAX)
    }
}

/// Tokens of a text of so many bytes, where nobody counted them.
pub(super) fn estimated_tokens(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

impl Budget {
    /// Whether a question may be asked. It counts with its longest answer, because an answer cannot be taken back.
    ///
    /// # Errors
    /// [`ModelErrorKind::BudgetSpent`] at a limit, or where the record cannot say how much is left.
    pub(super) fn permits(
        &self,
        request: &ModelRequest,
        prices: Option<Prices>,
        ledger: &dyn Ledger,
        now: i64,
    ) -> Result<(), ModelError> {
        if request.beyond_budget || *self == Self::default() {
            return Ok(());
        }
        let limits = [self.fix, self.day, self.month];
        if prices.is_none() && limits.iter().any(|limit| limit.cost_micros.is_some()) {
            return Err(ModelError {
                kind: ModelErrorKind::BudgetSpent,
                message: "nobody can say what it costs, and there is a budget for that".to_owned(),
                hint: Some(
                    "agree for this once, or set the provider's `inputPrice` and `outputPrice`"
                        .to_owned(),
                ),
                retry_after_millis: None,
            });
        }
        let (tokens_in, tokens_out) = (
            estimated_tokens(request.bytes()),
            u64::from(request.max_tokens),
        );
        let next = Spending {
            tokens: tokens_in.saturating_add(tokens_out),
            cost_micros: prices.map_or(0, |prices| prices.cost(tokens_in, tokens_out)),
        };
        self.fix
            .permits("for one fix", "PerFix", request.already_spent, next)?;
        for (limit, period, words, key) in [
            (self.day, Period::Day, "of the day", "PerDay"),
            (self.month, Period::Month, "of the month", "PerMonth"),
        ] {
            if limit == Limit::default() {
                continue;
            }
            let spent = ledger.spent(period, now).map_err(|error| ModelError {
                kind: ModelErrorKind::BudgetSpent,
                message: format!("nobody can say what is left of the budget: {error}"),
                hint: error
                    .hint
                    .or_else(|| Some("agree to spend more for this once".to_owned())),
                retry_after_millis: None,
            })?;
            limit.permits(words, key, spent, next)?;
        }
        Ok(())
    }
}

impl Limit {
    fn permits(
        self,
        words: &str,
        key: &str,
        spent: Spending,
        next: Spending,
    ) -> Result<(), ModelError> {
        let is_over = |limit: Option<u64>, spent: u64, next: u64| {
            limit.filter(|limit| spent.saturating_add(next) > *limit)
        };
        let (kind, of, is_used) = if let Some(limit) =
            is_over(self.tokens, spent.tokens, next.tokens)
        {
            let used = format!("{} used, and this may take {}", spent.tokens, next.tokens);
            ("tokens", format!("{limit} tokens"), used)
        } else if let Some(limit) = is_over(self.cost_micros, spent.cost_micros, next.cost_micros) {
            let used = format!(
                "{} spent, and this may cost {}",
                amount(spent.cost_micros),
                amount(next.cost_micros)
            );
            ("cost", amount(limit), used)
        } else {
            return Ok(());
        };
        Err(ModelError {
            kind: ModelErrorKind::BudgetSpent,
            message: format!("the budget {words}, {of}, does not suffice: {is_used}"),
            hint: Some(format!(
                "agree to spend more for this once, or raise `budget.{kind}{key}`"
            )),
            retry_after_millis: None,
        })
    }
}

/// Millionths as an amount with two decimals, or more where it is small.
fn amount(micros: u64) -> String {
    let (whole, rest) = (micros / MILLION, micros % MILLION);
    let rest = format!("{rest:06}");
    let kept = rest.trim_end_matches('0').len().max(2);
    format!("{whole}.{}", rest.get(..kept).unwrap_or(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_rounded_up_to_a_millionth() {
        let prices = Prices {
            input: 150_000,
            output: 600_000,
        };
        assert_eq!(prices.cost(1_000_000, 0), 150_000);
        assert_eq!(prices.cost(1, 0), 1);
        assert_eq!(prices.cost(0, 0), 0);
        let dear = Prices {
            input: u64::MAX,
            output: u64::MAX,
        };
        assert_eq!(dear.cost(u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn amounts_are_written_as_people_write_them() {
        assert_eq!(amount(1_500_000), "1.50");
        assert_eq!(amount(75_000), "0.075");
        assert_eq!(amount(0), "0.00");
        assert_eq!(amount(1), "0.000001");
    }

    #[test]
    fn a_limit_counts_what_is_about_to_be_used() {
        let limit = Limit {
            tokens: Some(100),
            cost_micros: Some(10),
        };
        let of = |tokens, cost_micros| Spending {
            tokens,
            cost_micros,
        };
        let check = |spent, next| limit.permits("of the day", "PerDay", spent, next);
        assert_eq!(check(of(60, 5), of(40, 5)), Ok(()));
        let error = check(of(61, 0), of(40, 0)).expect_err("too many tokens");
        assert_eq!(
            error.message,
            "the budget of the day, 100 tokens, does not suffice: 61 used, and this may take 40"
        );
        let error = check(of(0, 6), of(0, 5)).expect_err("too dear");
        assert!(error.hint.expect("a hint").contains("`budget.costPerDay`"));
    }
}
