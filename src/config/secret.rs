use std::fmt;

/// A key: usable, but never shown. What `Debug` prints carries nothing of it, and it cannot be serialized.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`, without the blanks and line breaks that copying leaves around a key.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key itself, to be put into a header or a store of keys and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `text` without the key: servers like to repeat it in their complaints.
    pub fn redacted_from(&self, text: &str) -> String {
        if self.0.is_empty() {
            text.to_owned()
        } else {
            text.replace(&self.0, "[key]")
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() {
            "Secret(none)"
        } else {
            "Secret(set)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_neither_printed_nor_repeated() {
        let key = Secret::new(" sk-hush \n");
        assert_eq!(format!("{key:?}"), "Secret(set)");
        assert_eq!(
            key.redacted_from("Incorrect key: sk-hush."),
            "Incorrect key: [key]."
        );
        assert_eq!(Secret::new("").redacted_from("as it is"), "as it is");
    }
}
