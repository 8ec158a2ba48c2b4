//! Reading source files, whatever is in them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::diagnose::{Finding, Severity};
use crate::engine::{Healed, HealedFinding, MAX_TEXT};
use crate::taxonomy::Code;
use crate::text::{DecodeError, Decoded, Span, decode};

/// A source file as it was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its text, or why it has none.
    pub decoded: Result<Decoded, DecodeError>,
}

impl SourceFile {
    /// Reads a file. The error follows the path in a sentence.
    pub fn read(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| reason(&error))?;
        let metadata = file.metadata().map_err(|error| reason(&error))?;
        if metadata.is_dir() {
            return Err("is a folder".to_owned());
        }
        Self::from_reader(file)
    }

    /// Reads standard input. The error follows `standard input` in a sentence.
    pub fn read_stdin() -> Result<Self, String> {
        Self::from_reader(io::stdin().lock())
    }

    fn from_reader(reader: impl Read) -> Result<Self, String> {
        let mut bytes = Vec::new();
        reader
            .take(MAX_TEXT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| reason(&error))?;
        if bytes.len() > MAX_TEXT {
            let most = MAX_TEXT >> 20;
            return Err(format!("is larger than {most} MB and was not examined"));
        }
        let decoded = decode(&bytes);
        Ok(Self { bytes, decoded })
    }

    /// Whether the file at `path` still has the bytes that were read.
    pub fn is_still_at(&self, path: &Path) -> bool {
        fs::read(path).is_ok_and(|bytes| bytes == self.bytes)
    }

    /// The text; where the bytes are none, as much as can be shown of them.
    pub fn shown_text(&self) -> Arc<str> {
        match &self.decoded {
            Ok(decoded) => decoded.text.as_str().into(),
            Err(_) => String::from_utf8_lossy(&self.bytes).as_ref().into(),
        }
    }
}

/// What is found in bytes that are not a text: that, and nothing else.
pub fn undecodable(error: &DecodeError, shown: &str) -> Healed {
    let (code, line, hint) = match error {
        DecodeError::Byte { line, .. } => (
            Code::new("ENC.SOURCE_NOT_UTF8"),
            *line,
            "save the file as UTF-8, or name its encoding in a coding cookie",
        ),
        DecodeError::Utf16 => (
            Code::new("ENC.SOURCE_NOT_UTF8"),
            1,
            "save the file as UTF-8",
        ),
        DecodeError::CookieContradictsMark { line, .. } => (
            Code::new("ENC.SOURCE_NOT_UTF8"),
            *line,
            "remove the cookie, or the byte order mark",
        ),
        DecodeError::UnknownCodec { line, .. } => (
            Code::new("ENC.UNKNOWN_CODEC"),
            *line,
            "save the file as UTF-8 and remove the cookie",
        ),
    };
    let start = line_start(shown, line);
    let rest = shown.get(start..).unwrap_or_default();
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    // The damaged character, where the line shows one.
    let span = match rest.get(..length).and_then(|line| line.find('\u{fffd}')) {
        Some(at) => Span::new(start + at, start + at + '\u{fffd}'.len_utf8()),
        None => Span::new(start, start + length),
    };
    Healed {
        findings: vec![HealedFinding {
            finding: Finding {
                code,
                construct: None,
                span,
                message: format!("{error}: {hint}"),
                severity: Severity::Error,
                related: Vec::new(),
            },
            fixes: Vec::new(),
        }],
        text: None,
        cut_short: false,
    }
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum()
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}
