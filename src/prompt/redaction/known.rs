use std::fmt;

use super::formats;
use super::names::{Claim, claim, is_secret};

/// Shortest value that is looked for in texts: shorter ones are ordinary words as well.
const LEAST: usize = 6;
/// Shortest line of a secret with several lines that is looked for by itself.
const LEAST_LINE: usize = 16;

/// Secrets whose values are known. What `Debug` prints carries nothing of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    values: Vec<String>,
}

impl Secrets {
    /// The values of `variables` whose names say that they are secret or that look like secrets, and `values`.
    ///
    /// Values of less than 6 bytes are left out.
    pub fn new(
        variables: impl IntoIterator<Item = (String, String)>,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut all: Vec<String> = values.into_iter().collect();
        for (name, value) in variables {
            // Where a secret is kept is none.
            let is_place = value.starts_with(['/', '~', '.']) || value.contains(":\\");
            let claim = claim(&name);
            if !is_place && claim > Claim::None && is_secret(&value, claim) {
                all.push(value);
            } else {
                let parts = formats::find(&value).map(|found| found.span.of(&value).to_owned());
                all.extend(parts);
            }
        }
        let mut forms: Vec<String> = all.iter().flat_map(|value| forms(value.trim())).collect();
        forms.retain(|form| form.len() >= LEAST);
        // Long ones first: a short one may be a part of a long one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self { values: forms }
    }

    /// The values, and the other forms that they have in programs.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({})", self.values.len())
    }
}

/// A value as it is, as a string in a program has it, and its long lines.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    let escaped = value.replace('\\', "\\\\").replace('\n', "\\n");
    forms.extend([
        escaped.replace('"', "\\\""),
        escaped.replace('\'', "\\'"),
        escaped,
    ]);
    if value.contains('\n') {
        let lines = value.lines().map(str::trim);
        forms.extend(
            lines
                .filter(|line| line.len() >= LEAST_LINE)
                .map(str::to_owned),
        );
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_from_what_looks_secret_and_never_printed() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let secrets = Secrets::new(
            [
                pair("DB_PASSWORD", "hunter2hunter2"),
                pair("DATABASE_URL", "postgres://bob:tops3cret@db/x"),
                pair("SECRET_FILE", "/run/secrets/one"),
                pair("HOME", "/home/somebody"),
                pair("API_KEY", "ab\"cd\\ef"),
                pair("SSH_AUTH_SOCK", "/tmp/agent.123456"),
                pair("PASSWORD", "x"),
            ],
            ["handed in".to_owned()],
        );
        let mut values: Vec<&str> = secrets.values().collect();
        values.sort_unstable();
        assert_eq!(
            values,
            [
                "ab\"cd\\\\ef",
                "ab\"cd\\ef",
                "ab\\\"cd\\\\ef",
                "handed in",
                "hunter2hunter2",
                "tops3cret"
            ]
        );
        assert_eq!(format!("{secrets:?}"), "Secrets(6)");
    }
}
