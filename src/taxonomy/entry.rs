use crate::taxonomy::Code;

/// One row of the table: a kind of mistake, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its stable name.
    pub code: Code,
    /// A few words, without a final full stop.
    pub title: String,
    /// Two to five sentences: what it means, why Python rejects it, what to do.
    pub explanation: String,
    /// The constructs that it can damage, the part behind the colon in `FAMILY.CODE:construct`. Empty where the code
    /// has no variants.
    pub constructs: Vec<String>,
    /// The exceptions that report it if one of [`messages`](Self::messages) matches, by the last part of their name
    /// (`JSONDecodeError`).
    pub exceptions: Vec<String>,
    /// The exceptions that report nothing else, whatever their message: what they say counts only if no row's
    /// message matches.
    pub own_exceptions: Vec<String>,
    /// Regular expressions on the message of one of [`exceptions`](Self::exceptions). Empty where no message tells it
    /// apart and the structure has to.
    pub messages: Vec<String>,
    /// What some version of Python says of it, as the last line of a traceback.
    pub says: Vec<String>,
    /// The first version of Python (`3.12`) that accepts [`before`](Self::before); `None` if none does, or if all do
    /// and it fails only when it runs.
    pub accepted_since: Option<String>,
    /// A small program that makes the mistake.
    pub before: String,
    /// The same program without it.
    pub after: String,
    /// What other tools call it: `ruff F821`, `pyright reportUndefinedVariable`.
    pub references: Vec<String>,
}

impl Entry {
    /// The table's own copy of a construct's name, if this code knows it: how a name read from a database or a request
    /// becomes a `'static` one again.
    pub fn construct(&self, name: &str) -> Option<&str> {
        self.constructs
            .iter()
            .map(String::as_str)
            .find(|known| *known == name)
    }

    /// Whether an exception of this name can report it, if its message fits. `SyntaxError` and its two subclasses
    /// count as one: which of them is raised for the same text changed between versions of Python.
    pub(super) fn is_raised_as(&self, exception: &str) -> bool {
        let is_syntax =
            |name: &str| matches!(name, "SyntaxError" | "IndentationError" | "TabError");
        self.exceptions
            .iter()
            .any(|known| known == exception || (is_syntax(known) && is_syntax(exception)))
    }

    /// Whether an exception of this name reports it, whatever its message.
    pub(super) fn owns(&self, exception: &str) -> bool {
        self.own_exceptions.iter().any(|known| known == exception)
    }
}
