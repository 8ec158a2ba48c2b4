//! Python: a lexer that reads any bytes, the logical lines that it makes, and the exact parser.

mod layout;
mod lexer;
mod program;
mod token;
mod verdict;

pub use layout::{Line, Lines, only_starts_statement};
pub use lexer::{tokenize, tokens};
pub use program::{lexical_tokens, same_program, token_edits};
pub use token::{Bracket, KEYWORDS, Token, TokenKind, is_keyword};
pub use verdict::{MAX_COMPLAINTS, ParseError, ParseErrorKind, Version, parse, syntax_errors};
