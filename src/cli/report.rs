use std::io::Write;
use std::process::ExitCode;

use crate::engine::ports::{KnowledgeError, ModelError};
use crate::keys::KeyError;

/// How a command ended; each value is a documented exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing is left to do.
    Fine,
    /// 1: findings remain.
    FindingsRemain,
    /// 2: the arguments or the configuration are wrong.
    Usage,
    /// 3: no fix could be proven.
    NoProvenFix,
    /// 4: the model cannot be reached.
    ModelUnreachable,
    /// 70: a bug in salve.
    Internal,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::FindingsRemain => 1,
            Exit::Usage => 2,
            Exit::NoProvenFix => 3,
            Exit::ModelUnreachable => 4,
            Exit::Internal => 70,
        })
    }
}

/// A failure as a person reads it: what, why, what to do.
#[derive(Debug)]
pub struct Report {
    exit: Exit,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    silent: bool,
}

impl Report {
    /// A failure that ends the command with `exit`. The message starts with the path concerned, if there is one.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            silent: false,
        }
    }

    /// An end of the command that needs no words.
    pub fn silent(exit: Exit) -> Self {
        let mut report = Self::new(exit, "");
        report.silent = true;
        report
    }

    /// Adds why it happened, outermost cause first.
    pub fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        self
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what to do about it, where that is known.
    pub fn hint_if_any(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The exit code that goes with it.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// All of it but the causes in one line, for an editor.
    pub fn in_one_line(&self) -> String {
        let parts = std::iter::once(&self.message).chain(&self.hints);
        parts.map(String::as_str).collect::<Vec<_>>().join("; ")
    }

    /// Writes it to standard error.
    pub fn print(&self) {
        if self.silent {
            return;
        }
        let error = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Red.into()));
        let hint = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Cyan.into()));
        let mut out = anstream::stderr().lock();
        // Nothing can be done about a closed standard error.
        let _ = writeln!(out, "{error}error{error:#}: {}", self.message);
        for cause in &self.causes {
            let _ = writeln!(out, "  because: {cause}");
        }
        for text in &self.hints {
            let _ = writeln!(out, "{hint}hint{hint:#}: {text}");
        }
    }
}

impl From<ModelError> for Report {
    fn from(error: ModelError) -> Self {
        Self::new(Exit::ModelUnreachable, error.message).hint_if_any(error.hint)
    }
}

impl From<KnowledgeError> for Report {
    fn from(error: KnowledgeError) -> Self {
        Self::new(Exit::Usage, error.message).hint_if_any(error.hint)
    }
}

impl From<KeyError> for Report {
    fn from(error: KeyError) -> Self {
        Self::new(Exit::Usage, error.message).hint(error.hint)
    }
}
