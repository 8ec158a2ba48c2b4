use std::fmt;

use serde::Serialize;

/// Where [`crate::taxonomy::reference`] is published.
const REFERENCE: &str = "https://docs.rs/salve/latest/salve/taxonomy/reference/index.html";

/// The stable name of a kind of mistake: `FAMILY.CODE`, such as `SYN.MISSING_COLON`.
///
/// A released code is never renamed or reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Code(&'static str);

impl Code {
    /// Names a code. A test holds every code that salve can report against the taxonomy.
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The whole name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The page that explains it to people. Needs no table.
    pub fn href(self) -> String {
        format!("{REFERENCE}#{}", self.anchor())
    }

    /// The anchor of its heading in the reference: rustdoc and GitHub both derive it so from the heading.
    pub fn anchor(self) -> String {
        self.0.to_ascii_lowercase().replace('.', "")
    }

    /// The part before the dot: `SYN`, `IND`, `NAME`, …
    pub fn family(self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(family, _)| family)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_leads_to_the_heading_of_the_code() {
        assert_eq!(
            Code::new("SYN.MISSING_COLON").href(),
            "https://docs.rs/salve/latest/salve/taxonomy/reference/index.html#synmissing_colon"
        );
    }
}
