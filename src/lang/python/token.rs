use crate::text::Span;

/// What a piece of Python text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An identifier, soft keywords such as `match` included.
    Name,
    /// A reserved word.
    Keyword,
    /// The longest prefix that is a number.
    Number,
    /// A string with its prefix and quotes; an f-string is one token.
    String {
        /// Whether the closing quote is there.
        closed: bool,
        /// Whether the quote is tripled.
        triple: bool,
    },
    /// An operator or delimiter that Python knows.
    Operator,
    /// `(`, `[` or `{`
    Open(Bracket),
    /// `)`, `]` or `}`
    Close(Bracket),
    /// From `#` to the end of the line.
    Comment,
    /// A line break.
    Newline,
    /// A backslash right before a line break, with the break.
    Continuation,
    /// A character that Python does not know.
    Unknown,
}

/// The three pairs of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bracket {
    /// `(` `)`
    Round,
    /// `[` `]`
    Square,
    /// `{` `}`
    Curly,
}

impl Bracket {
    /// The opening character.
    pub fn open(self) -> &'static str {
        match self {
            Self::Round => "(",
            Self::Square => "[",
            Self::Curly => "{",
        }
    }

    /// The closing character.
    pub fn close(self) -> &'static str {
        match self {
            Self::Round => ")",
            Self::Square => "]",
            Self::Curly => "}",
        }
    }
}

/// A piece of Python text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

impl Token {
    /// Its text.
    pub fn text<'text>(&self, source: &'text str) -> &'text str {
        self.span.of(source)
    }

    /// Whether it means nothing to the grammar: a comment, or a line break that is only layout.
    pub fn is_trivia(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::Comment | TokenKind::Newline | TokenKind::Continuation
        )
    }

    /// Whether an expression can end with it.
    pub fn ends_operand(&self, source: &str) -> bool {
        match self.kind {
            TokenKind::Name
            | TokenKind::Number
            | TokenKind::String { .. }
            | TokenKind::Close(_) => true,
            TokenKind::Keyword => matches!(self.text(source), "None" | "True" | "False"),
            TokenKind::Operator => self.text(source) == "...",
            _ => false,
        }
    }

    /// Whether an expression can start with it, unary operators apart.
    pub fn starts_operand(&self, source: &str) -> bool {
        match self.kind {
            TokenKind::Name | TokenKind::Number | TokenKind::String { .. } | TokenKind::Open(_) => {
                true
            }
            TokenKind::Keyword => matches!(
                self.text(source),
                "None" | "True" | "False" | "lambda" | "not" | "await"
            ),
            TokenKind::Operator => self.text(source) == "...",
            _ => false,
        }
    }
}

/// The reserved words (Python 3.14 language reference, 2.3.4), sorted by bytes.
pub const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Whether `word` is reserved.
pub fn is_keyword(word: &str) -> bool {
    // Most names are ruled out by their length or their first letter.
    (2..=8).contains(&word.len())
        && word.starts_with(|first: char| first.is_ascii_lowercase() || "FNT".contains(first))
        && KEYWORDS.binary_search(&word).is_ok()
}
