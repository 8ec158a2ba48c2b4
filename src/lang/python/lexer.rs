//! A lexer for text that need not be Python: every byte ends up in a token or in the space between two.
//!
//! Strings without an end stop at the end of their line, or at the end of the text if their quote is tripled.

use super::token::{Bracket, Token, TokenKind, is_keyword};
use crate::text::Span;

/// Cuts `source` into tokens. Spaces, tabs and form feeds are what lies between them.
pub fn tokenize(source: &str) -> Vec<Token> {
    let mut found = Vec::with_capacity(source.len() / 4);
    found.extend(tokens(source));
    found
}

/// The same, one after the other.
pub fn tokens(source: &str) -> impl Iterator<Item = Token> + '_ {
    let mut lexer = Lexer { source, at: 0 };
    std::iter::from_fn(move || lexer.next_token())
}

struct Lexer<'source> {
    source: &'source str,
    at: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Option<Token> {
        // A byte order mark at the start is no part of the program (PEP 263).
        if self.at == 0 && self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
        self.skip_bytes(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
        let start = self.at;
        let first = self.rest().chars().next()?;
        let kind = match first {
            '\n' | '\r' => self.line_break(),
            '#' => {
                self.skip_while(|character| !matches!(character, '\n' | '\r'));
                TokenKind::Comment
            }
            '\\' => self.backslash(),
            '(' | '[' | '{' | ')' | ']' | '}' => self.bracket(first),
            '0'..='9' => self.number(),
            '.' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                self.number()
            }
            '\'' | '"' => self.string(start),
            _ if first == '_'
                || first.is_alphabetic()
                || !first.is_ascii() && first.is_alphanumeric() =>
            {
                self.word(start)
            }
            _ => self.operator(first),
        };
        Some(Token {
            kind,
            span: Span::new(start, self.at),
        })
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn skip_bytes(&mut self, keep: impl Fn(u8) -> bool) {
        let rest = self.rest().as_bytes();
        self.at += rest
            .iter()
            .position(|byte| !keep(*byte))
            .unwrap_or(rest.len());
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        let length = self
            .rest()
            .find(|character| !keep(character))
            .unwrap_or(self.rest().len());
        self.at += length;
    }

    fn line_break(&mut self) -> TokenKind {
        self.at += if self.rest().starts_with("\r\n") {
            2
        } else {
            1
        };
        TokenKind::Newline
    }

    fn backslash(&mut self) -> TokenKind {
        self.at += 1;
        if self.rest().starts_with(['\n', '\r']) {
            self.line_break();
            TokenKind::Continuation
        } else {
            TokenKind::Unknown
        }
    }

    fn bracket(&mut self, character: char) -> TokenKind {
        self.at += 1;
        match character {
            '(' => TokenKind::Open(Bracket::Round),
            '[' => TokenKind::Open(Bracket::Square),
            '{' => TokenKind::Open(Bracket::Curly),
            ')' => TokenKind::Close(Bracket::Round),
            ']' => TokenKind::Close(Bracket::Square),
            _ => TokenKind::Close(Bracket::Curly),
        }
    }

    /// The longest valid number (Python language reference, 2.6); what follows is the next token's business.
    fn number(&mut self) -> TokenKind {
        let prefix = self.rest().get(..2).map(str::to_ascii_lowercase);
        let digits: fn(char) -> bool = match prefix.as_deref() {
            Some("0x") => |c| c.is_ascii_hexdigit() || c == '_',
            Some("0o") => |c| ('0'..='7').contains(&c) || c == '_',
            Some("0b") => |c| matches!(c, '0' | '1' | '_'),
            _ => |c| c.is_ascii_digit() || c == '_',
        };
        if matches!(prefix.as_deref(), Some("0x" | "0o" | "0b")) {
            self.at += 2;
            self.skip_while(digits);
            return TokenKind::Number;
        }
        self.skip_while(digits);
        if self.rest().starts_with('.') {
            self.at += 1;
            self.skip_while(digits);
        }
        let exponent = self.rest().as_bytes();
        if matches!(exponent.first(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(exponent.get(1), Some(b'+' | b'-')));
            if exponent.get(1 + sign).is_some_and(u8::is_ascii_digit) {
                self.at += 1 + sign;
                self.skip_while(digits);
            }
        }
        if self.rest().starts_with(['j', 'J']) {
            self.at += 1;
        }
        TokenKind::Number
    }

    fn word(&mut self, start: usize) -> TokenKind {
        self.skip_bytes(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        self.skip_while(|character| character == '_' || character.is_alphanumeric());
        let word = &self.source[start..self.at];
        if self.rest().starts_with(['\'', '"']) && is_string_prefix(word) {
            return self.string(start);
        }
        if is_keyword(word) {
            TokenKind::Keyword
        } else {
            TokenKind::Name
        }
    }

    /// A string whose prefix, if any, starts at `start` and whose quote is next.
    fn string(&mut self, start: usize) -> TokenKind {
        let prefix = &self.source[start..self.at];
        let formatted = prefix.contains(['f', 'F', 't', 'T']);
        let quote = self.rest().chars().next().unwrap_or('"');
        let triple = starts_triple(self.rest());
        self.at += if triple { 3 } else { 1 };
        let body = self.at;
        let end = if formatted {
            self.formatted_end(quote, triple)
        } else {
            None
        };
        let closed = match end.or_else(|| self.plain_end(body, quote, triple)) {
            Some(end) => {
                self.at = end;
                true
            }
            None if triple => {
                self.at = self.source.len();
                false
            }
            None => {
                self.at = body;
                self.skip_line_of_string();
                false
            }
        };
        TokenKind::String { closed, triple }
    }

    /// Offset past the closing quote of a string whose body starts at `from`.
    fn plain_end(&self, from: usize, quote: char, triple: bool) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => {
                    at += if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n')
                    {
                        3
                    } else {
                        2
                    }
                }
                b'\n' | b'\r' if !triple => return None,
                byte if *byte == quote as u8 => {
                    let run = run_length(bytes, at);
                    if !triple {
                        return Some(at + 1);
                    } else if run >= 3 {
                        return Some(at + 3);
                    }
                    at += run;
                }
                _ => at += 1,
            }
        }
        None
    }

    /// Offset past the closing quote of an f-string whose replacement fields may hold the same quote (PEP 701);
    /// `None` if it cannot be read that way.
    fn formatted_end(&self, quote: char, triple: bool) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut at = self.at;
        let mut depth = 0usize;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' if depth == 0 => at += 2,
                b'{' if depth == 0 && bytes.get(at + 1) == Some(&b'{') => at += 2,
                b'{' | b'[' | b'(' if depth > 0 || *byte == b'{' => {
                    depth += 1;
                    at += 1;
                }
                b'}' | b']' | b')' if depth > 0 => {
                    depth -= 1;
                    at += 1;
                }
                b'\n' | b'\r' if !triple => return None,
                b'\'' | b'"' if depth > 0 => {
                    let nested = *byte as char;
                    let tripled = starts_triple(&self.source[at..]);
                    at = self.plain_end(at + if tripled { 3 } else { 1 }, nested, tripled)?;
                }
                byte if *byte == quote as u8 => {
                    if !triple {
                        return Some(at + 1);
                    }
                    if run_length(bytes, at) >= 3 {
                        return Some(at + 3);
                    }
                    at += 1;
                }
                _ => at += 1,
            }
        }
        None
    }

    /// To the end of the line; an escaped line break goes on.
    fn skip_line_of_string(&mut self) {
        self.skip_while(|character| !matches!(character, '\n' | '\r'));
    }

    fn operator(&mut self, first: char) -> TokenKind {
        let known = match self.rest().as_bytes() {
            [b'*', b'*', b'=', ..]
            | [b'/', b'/', b'=', ..]
            | [b'>', b'>', b'=', ..]
            | [b'<', b'<', b'=', ..]
            | [b'.', b'.', b'.', ..] => 3,
            [b'*', b'*', ..]
            | [b'/', b'/', ..]
            | [b'>', b'>' | b'=', ..]
            | [b'<', b'<' | b'=' | b'>', ..]
            | [b'=', b'=' | b'>', ..]
            | [b'!', b'=', ..]
            | [b'-', b'>' | b'=', ..]
            | [
                b'+' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'@' | b':',
                b'=',
                ..,
            ] => 2,
            [
                b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>'
                | b'=' | b',' | b':' | b'.' | b';',
                ..,
            ] => 1,
            _ => {
                self.at += first.len_utf8();
                return TokenKind::Unknown;
            }
        };
        self.at += known;
        TokenKind::Operator
    }
}

fn starts_triple(text: &str) -> bool {
    text.starts_with("\"\"\"") || text.starts_with("'''")
}

/// How many bytes from `at` on are the same, three at most: no quote is longer.
fn run_length(bytes: &[u8], at: usize) -> usize {
    bytes
        .iter()
        .skip(at)
        .take(3)
        .take_while(|byte| bytes.get(at) == Some(byte))
        .count()
}

/// Whether `word` may stand before a quote (Python language reference, 2.5; PEP 750).
fn is_string_prefix(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "r" | "u" | "b" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt" | "ur"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_space(gap: &str) -> bool {
        gap.chars()
            .all(|character| matches!(character, ' ' | '\t' | '\x0c' | '\u{feff}'))
    }

    fn check(source: &str, expected: &[&str]) {
        let texts: Vec<&str> = tokenize(source)
            .iter()
            .map(|token| token.text(source))
            .collect();
        assert_eq!(texts, expected, "tokens of {source:?}");
    }

    #[test]
    fn reads_numbers_up_to_what_is_wrong() {
        check(
            "2x 0x1F 1.5e3 1..real 10L",
            &["2", "x", "0x1F", "1.5e3", "1.", ".", "real", "10", "L"],
        );
    }

    #[test]
    fn strings_end_at_their_quote_or_their_line() {
        check("a = 'b\nc", &["a", "=", "'b", "\n", "c"]);
        check(
            "rb'x' u\"y\" '''a\n'b'''",
            &["rb'x'", "u\"y\"", "'''a\n'b'''"],
        );
        check("f'{d['a']}' + f'{x'", &["f'{d['a']}'", "+", "f'{x'"]);
    }

    #[test]
    fn unknown_characters_are_tokens() {
        check("a ? b $ ! “", &["a", "?", "b", "$", "!", "“"]);
    }

    proptest! {
        #[test]
        fn covers_every_visible_character(source in "\\PC{0,40}|[a-f0-9'\"{}()\\[\\]\\\\\n\r:=. ]{0,40}") {
            let tokens = tokenize(&source);
            let mut end = 0;
            for token in &tokens {
                prop_assert!(token.span.start >= end && !token.span.is_empty());
                prop_assert!(is_space(&source[end..token.span.start]));
                end = token.span.end;
            }
            prop_assert!(is_space(&source[end..]));
        }
    }
}
