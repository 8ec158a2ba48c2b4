/// What kind of thing a fix brings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Ends the program: `sys.exit`, `os._exit`.
    Exit,
    /// Sends signals to processes, its own included.
    Kill,
    /// Starts processes, or becomes another program.
    Process,
    /// Speaks to other machines.
    Network,
    /// Deletes files.
    Delete,
    /// Moves or overwrites files.
    Overwrite,
    /// Reads the person's environment or keys.
    Secrets,
    /// Looks into the interpreter, or steers it.
    Interpreter,
    /// Gives something in a module of the standard library another meaning.
    Patch,
    /// Runs text as code, or names what it uses in a way that cannot be read.
    DynamicCode,
    /// Hides an exception of any class.
    SwallowedException,
    /// Skips a test, or expects it to fail.
    SkippedTest,
    /// Takes away an assertion or a test, or makes it hold always.
    WeakenedTest,
    /// Imports a module that nobody knows.
    UnknownImport,
}

impl Kind {
    /// Whether it is so common in programs that a slip of the pen may have hidden it. A repair that follows from the text
    /// may bring it back; a model, which may write anything, may not.
    pub const fn is_everyday(self) -> bool {
        matches!(self, Self::Overwrite | Self::Secrets)
    }
}

/// One thing that a fix newly introduces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// What it does, in plain words without a subject: `uses os._exit, which the program did not before`.
    pub message: String,
}
