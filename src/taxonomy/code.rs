use std::fmt;

use serde::Serialize;

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
