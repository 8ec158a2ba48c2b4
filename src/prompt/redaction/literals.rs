//! Secrets that can be told by where they stand, or by looking like nothing else. Works on broken code, so it goes by
//! tokens.

use std::sync::OnceLock;

use regex::Regex;

use super::Found;
use super::names::{Claim, claim, is_random, is_secret};
use crate::lang::python::{Bracket, Token, TokenKind, tokenize};
use crate::text::Span;

/// What is found by the name that it is given.
const ASSIGNED: &str = "value of a secret name";
/// What is found by its disorder.
const RANDOM: &str = "random text";
/// Most tokens between a value and its name.
const FAR: usize = 64;
/// Most tokens of a type between a name and its `=`.
const TYPE_TOKENS: usize = 12;

/// The secrets among the literals and comments of `text`, in no order; they may overlap.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut tokens = tokenize(text);
    let comments: Vec<Token> = tokens
        .extract_if(.., |token| token.kind == TokenKind::Comment)
        .collect();
    tokens.retain(|token| !matches!(token.kind, TokenKind::Newline | TokenKind::Continuation));
    let code = Code { text, tokens };
    let mut found = Vec::new();
    for (index, token) in code.tokens.iter().enumerate() {
        let TokenKind::String { closed, triple } = token.kind else {
            continue;
        };
        let (claim, through_call) = code.claim_on(index);
        for piece in pieces(token, text) {
            let value = piece.of(text);
            let weakest = if through_call {
                claim.min(Claim::Weak)
            } else {
                claim
            };
            if is_secret(value, weakest) {
                found.push(Found {
                    span: trimmed(piece, text),
                    kind: ASSIGNED,
                });
                continue;
            }
            if triple {
                found.extend(settings(piece, text));
            }
            found.extend(random(piece, text));
        }
        if !closed {
            found.extend(code.unquoted(index));
        }
    }
    for comment in comments {
        found.extend(settings(comment.span, text));
        found.extend(random(comment.span, text));
    }
    found
}

struct Code<'text> {
    text: &'text str,
    tokens: Vec<Token>,
}

impl Code<'_> {
    fn word(&self, index: Option<usize>) -> &str {
        index
            .and_then(|index| self.tokens.get(index))
            .map_or("", |token| token.text(self.text))
    }

    fn kind(&self, index: Option<usize>) -> Option<TokenKind> {
        Some(self.tokens.get(index?)?.kind)
    }

    /// What the name says to which the literal at `index` is given, and whether it goes through a call first.
    fn claim_on(&self, index: usize) -> (Claim, bool) {
        let mut through_call = false;
        let mut at = index.checked_sub(1);
        let mut is_next = true;
        for _ in 0..FAR {
            match (self.kind(at), self.word(at)) {
                (Some(TokenKind::Operator), "=" | ":=" | "==" | "!=") => {
                    return (self.claim_left_of(at), through_call);
                }
                (Some(TokenKind::Operator), ":") => {
                    let left = at.and_then(|at| at.checked_sub(1));
                    return (self.claim_of(left), through_call);
                }
                (Some(TokenKind::Operator), ",") => {
                    // `getenv("API_KEY", "...")`, `("X-Api-Key", "...")`
                    let left = at.and_then(|at| at.checked_sub(1));
                    if is_next
                        && matches!(self.kind(left), Some(TokenKind::String { .. }))
                        && self.claim_of(left) == Claim::Strong
                    {
                        return (Claim::Weak, through_call);
                    }
                }
                (Some(TokenKind::Open(Bracket::Round)), _) => {
                    let mut left = at.and_then(|at| at.checked_sub(1));
                    while self.kind(left) == Some(TokenKind::Name) || self.word(left) == "." {
                        through_call = true;
                        left = left.and_then(|left| left.checked_sub(1));
                    }
                    at = left.map(|left| left + 1);
                }
                (Some(TokenKind::Open(_) | TokenKind::String { .. } | TokenKind::Number), _) => {}
                (Some(TokenKind::Operator), "+") => {}
                _ => return (Claim::None, false),
            }
            is_next = false;
            at = at.and_then(|at| at.checked_sub(1));
        }
        (Claim::None, false)
    }

    /// What the name left of an `=` says, past its type if it has one.
    fn claim_left_of(&self, equals: Option<usize>) -> Claim {
        let before = |index: Option<usize>| index.and_then(|index| index.checked_sub(1));
        let mut at = before(equals);
        let direct = self.claim_of(at);
        if direct > Claim::None {
            return direct;
        }
        for _ in 0..TYPE_TOKENS {
            match (self.kind(at), self.word(at)) {
                (_, ":") => return self.claim_of(before(at)),
                (Some(TokenKind::Name | TokenKind::Open(_) | TokenKind::Close(_)), _)
                | (_, "." | "|" | "," | "None") => {
                    at = before(at);
                }
                _ => return Claim::None,
            }
        }
        Claim::None
    }

    /// What a name says: a name, an attribute, or a key in brackets.
    fn claim_of(&self, index: Option<usize>) -> Claim {
        match self.kind(index) {
            Some(TokenKind::Name) => claim(self.word(index)),
            Some(TokenKind::String { .. }) => {
                let token = index.and_then(|index| self.tokens.get(index));
                let pieces = token
                    .map(|token| pieces(token, self.text))
                    .unwrap_or_default();
                pieces
                    .first()
                    .map_or(Claim::None, |piece| claim(piece.of(self.text)))
            }
            Some(TokenKind::Close(_)) => {
                let inside = index.and_then(|index| index.checked_sub(1));
                match self.kind(inside) {
                    Some(TokenKind::String { .. }) => self.claim_of(inside),
                    _ => Claim::None,
                }
            }
            _ => Claim::None,
        }
    }

    /// The value before a quote that ends what no quote began: `password = hunter2"`.
    fn unquoted(&self, index: usize) -> Option<Found> {
        let end = self.tokens.get(index)?.span.start;
        let mut start = end;
        let mut at = index;
        while let Some(token) = at.checked_sub(1).and_then(|before| self.tokens.get(before))
            && token.span.end == start
            && !matches!(token.text(self.text), "=" | ":" | "," | "(" | "[" | "{")
        {
            start = token.span.start;
            at -= 1;
        }
        let span = Span::new(start, end);
        let equals = at.checked_sub(1);
        let is_value = matches!(self.word(equals), "=" | ":");
        let claim = if self.word(equals) == "=" {
            self.claim_left_of(equals)
        } else {
            self.claim_of(equals.and_then(|equals| equals.checked_sub(1)))
        };
        (is_value && is_secret(span.of(self.text), claim)).then_some(Found {
            span,
            kind: ASSIGNED,
        })
    }
}

/// What stands between a string's quotes; of a formatted string the pieces between its fields.
fn pieces(token: &Token, text: &str) -> Vec<Span> {
    let whole = token.text(text);
    let prefix = whole.find(['\'', '"']).unwrap_or(whole.len());
    let TokenKind::String { closed, triple } = token.kind else {
        return Vec::new();
    };
    let quotes = if triple { 3 } else { 1 };
    let start = (token.span.start + prefix + quotes).min(token.span.end);
    let end = if closed {
        token.span.end.saturating_sub(quotes)
    } else {
        token.span.end
    };
    let content = Span::new(start, end.max(start));
    let is_formatted = whole
        .get(..prefix)
        .is_some_and(|prefix| prefix.contains(['f', 'F', 't', 'T']));
    if !is_formatted {
        return vec![content];
    }
    let mut pieces = Vec::new();
    let (mut from, mut depth) = (content.start, 0usize);
    for (at, character) in content.of(text).char_indices() {
        let at = content.start + at;
        match character {
            '{' => {
                if depth == 0 {
                    pieces.push(Span::new(from, at));
                }
                depth += 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                from = at + 1;
            }
            _ => {}
        }
    }
    if depth == 0 {
        pieces.push(Span::new(from, content.end));
    }
    pieces
}

/// Without the blanks around it.
fn trimmed(span: Span, text: &str) -> Span {
    let content = span.of(text);
    let start = span.start + content.len() - content.trim_start().len();
    Span::new(start, (start + content.trim().len()).max(start))
}

/// Lines of a comment or a long string that set something secret: `password: hunter2`, `API_KEY=...`.
fn settings(span: Span, text: &str) -> Vec<Found> {
    static SETTING: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r#"(?m)([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*["']?([^\s"',;]{4,})"#;
    let Some(setting) = SETTING.get_or_init(|| Regex::new(pattern).ok()) else {
        return Vec::new();
    };
    let captures = setting.captures_iter(span.of(text));
    let found = captures.filter_map(|captures| {
        let (name, value) = (captures.get(1)?, captures.get(2)?);
        // Prose has colons too: what is no plain word is a value.
        let is_value = value
            .as_str()
            .contains(|character: char| !character.is_alphabetic());
        (is_value && is_secret(value.as_str(), claim(name.as_str()))).then(|| Found {
            span: Span::new(value.start(), value.end()).shifted(span.start),
            kind: ASSIGNED,
        })
    });
    found.collect()
}

/// Shortest text that is looked at for its disorder.
const LEAST_RANDOM: usize = 24;
/// Least bits a character of a text in upper case, lower case and digits that means nothing.
const LEAST_BITS: f64 = 4.0;
/// The same of hexadecimal digits.
const LEAST_HEX_BITS: f64 = 3.0;
/// Shortest hexadecimal number that is a key.
const LEAST_HEX: usize = 32;

/// Runs of characters that are too disorderly to be words.
fn random(span: Span, text: &str) -> Vec<Found> {
    static RUN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"[A-Za-z0-9+/_-]{24,}={0,2}";
    let Some(run) = RUN.get_or_init(|| Regex::new(pattern).ok()) else {
        return Vec::new();
    };
    let runs = run.find_iter(span.of(text));
    runs.filter(|run| is_disorderly(run.as_str()))
        .map(|run| Found {
            span: Span::new(run.start(), run.end()).shifted(span.start),
            kind: RANDOM,
        })
        .collect()
}

fn is_disorderly(run: &str) -> bool {
    let bits = bits(run);
    if run.chars().all(|character| character.is_ascii_hexdigit()) {
        return run.len() >= LEAST_HEX
            && bits >= LEAST_HEX_BITS
            && run.contains(|character: char| character.is_ascii_digit())
            && run.contains(|character: char| character.is_ascii_alphabetic());
    }
    // Words with signs between them are names and paths, and a number in a path names a version of something.
    let mut parts = run.split(['_', '-', '/']);
    let is_digest = |part: &str| {
        part.len() >= LEAST_HEX && part.chars().all(|character| character.is_ascii_hexdigit())
    };
    let longest = parts.clone().map(str::len).max().unwrap_or(0);
    longest >= LEAST_RANDOM / 2
        && !parts.any(is_digest)
        && bits >= LEAST_BITS
        && changes(run) * 5 >= run.len() * 2
        && run.chars().filter(char::is_ascii_digit).count() >= 2
        && is_random(run, LEAST_RANDOM)
}

/// How often the class of the characters changes.
fn changes(run: &str) -> usize {
    let class = |character: char| (character.is_ascii_digit(), character.is_ascii_uppercase());
    let classes: Vec<_> = run.chars().map(class).collect();
    classes
        .windows(2)
        .filter(|pair| pair.first() != pair.last())
        .count()
}

/// Shannon's entropy of a text's characters, in bits a character.
fn bits(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for character in text.chars() {
        *counts.entry(character).or_insert(0u32) += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    let parts = counts.values().map(|count| {
        let share = f64::from(*count) / all;
        -share * share.log2()
    });
    parts.sum()
}
