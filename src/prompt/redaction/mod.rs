//! What is secret in a text is replaced before a model sees it, and put back into the answer where it was.
//!
//! Secrets are known by their value, told by their form, by the name that they are given, or by looking like nothing
//! else. There is one path for every model, those on this machine included: so what is shown as the prompt is the
//! prompt, and a model on another machine never gets what one here did not.

mod excerpt;
mod formats;
mod known;
mod literals;
mod names;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

pub use excerpt::{Excerpt, Misplaced};
pub use known::Secrets;

use super::Region;
use crate::lang::python::{TokenKind, tokens};
use crate::text::Span;

/// A secret that was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    /// Where it is.
    span: Span,
    /// What it is, for a person.
    kind: &'static str,
}

/// What is found because the value is known.
const KNOWN: &str = "known secret";
/// Shortest secret that is looked for wherever else it may stand: shorter ones are ordinary words as well.
const LEAST_REPEATED: usize = 6;
/// Words that stand for secrets, the first of them that is nowhere in the text. Capitals with a number are copied
/// faithfully even by small models, and are as good a string as any.
const STANDINS: &[&str] = &["HIDDEN", "MASKED", "REDACTED", "CONCEALED"];

/// The secrets of one conversation, and what stands for each of them.
///
/// The same secret always has the same placeholder, so that a model sees what is equal.
pub struct Redaction<'call> {
    known: &'call Secrets,
    /// What all placeholders begin with, such as `HIDDEN_`.
    mark: String,
    /// The secrets; the placeholder of the first is `HIDDEN_1`.
    hidden: Vec<(String, &'static str)>,
}

impl<'call> Redaction<'call> {
    /// Looks for everything that is secret in `text`; no placeholder stands in it already.
    pub fn new(text: &str, known: &'call Secrets) -> Self {
        let mut redaction = Self {
            known,
            mark: mark(text),
            hidden: Vec::new(),
        };
        for found in redaction.find(text) {
            redaction.placeholder(found.span.of(text), found.kind);
        }
        redaction
    }

    /// Any text without what is secret: a complaint about the code, the reason why an answer was no good.
    pub fn hide(&mut self, text: &str) -> String {
        let found = self.find(text);
        self.replaced(text, Span::new(0, text.len()), &found)
    }

    /// The part of a text that a model is shown.
    pub fn excerpt(&mut self, text: &str, region: Region) -> Excerpt {
        Excerpt::new(self, text, region)
    }

    /// How many secrets of which kind are hidden in texts that are sent, for a person.
    pub fn counts<'texts>(
        &self,
        texts: impl IntoIterator<Item = &'texts str>,
    ) -> BTreeMap<&'static str, u32> {
        let mut counts = BTreeMap::new();
        for text in texts {
            for standin in self.standins(text).into_iter().flatten() {
                if let Some((_, kind)) = self.hidden.get(standin.index) {
                    *counts.entry(*kind).or_default() += 1;
                }
            }
        }
        counts
    }

    /// What stands for a secret.
    fn placeholder(&mut self, value: &str, kind: &'static str) -> String {
        let known = self.hidden.iter().position(|(known, _)| known == value);
        let index = known.unwrap_or_else(|| {
            self.hidden.push((value.to_owned(), kind));
            self.hidden.len() - 1
        });
        format!("{}{}", self.mark, index + 1)
    }

    /// `span` of `text` with placeholders for what was found.
    fn replaced(&mut self, text: &str, span: Span, found: &[Found]) -> String {
        let mut out = String::new();
        let mut at = span.start;
        for found in found {
            let (start, end) = (
                found.span.start.max(span.start),
                found.span.end.min(span.end),
            );
            if start < end {
                out.push_str(Span::new(at, start).of(text));
                let placeholder = self.placeholder(Span::new(start, end).of(text), found.kind);
                out.push_str(&placeholder);
                at = end;
            }
        }
        out.push_str(Span::new(at, span.end).of(text));
        out
    }

    /// Everything that is secret in `text`, in its order and without overlap.
    fn find(&self, text: &str) -> Vec<Found> {
        let mut found: Vec<Found> = formats::find(text).collect();
        found.extend(literals::find(text));
        // What is secret in one place is so in every other.
        let mut values: BTreeMap<&str, &'static str> = found
            .iter()
            .map(|found| (found.span.of(text), found.kind))
            .collect();
        let hidden = self.hidden.iter();
        values.extend(hidden.map(|(value, kind)| (value.as_str(), *kind)));
        values.extend(self.known.values().map(|value| (value, KNOWN)));
        found.extend(occurrences(text, &values));
        // A placeholder is no secret, even where a secret should be.
        found.retain(|found| !found.span.of(text).contains(&self.mark));
        merged(found)
    }

    /// The placeholders in a text, in its order; `None` if there is one that is none of ours.
    fn standins(&self, text: &str) -> Option<Vec<Standin>> {
        let lower = text.to_ascii_lowercase();
        let mark = self.mark.to_ascii_lowercase();
        let found = lower.match_indices(&mark).map(|(start, _)| {
            let rest = text.get(start + mark.len()..)?;
            let digits = rest.find(|character: char| !character.is_ascii_digit());
            let digits = digits.unwrap_or(rest.len());
            let index = rest.get(..digits)?.parse::<usize>().ok()?.checked_sub(1)?;
            let is_exact = text.get(start..)?.starts_with(&self.mark)
                && !rest.starts_with('0')
                && index < self.hidden.len();
            let span = Span::new(start, start + mark.len() + digits);
            is_exact.then_some(Standin { index, span })
        });
        found.collect()
    }
}

/// A placeholder in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standin {
    /// Which secret it stands for.
    index: usize,
    /// Where it is.
    span: Span,
}

/// Whether a name says that its value is a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    names::claim(name) == names::Claim::Strong
}

/// A beginning for placeholders that `text` does not have.
fn mark(text: &str) -> String {
    let text = text.to_ascii_uppercase();
    let is_free = |word: &str| !text.contains(&format!("{word}_"));
    if let Some(word) = STANDINS.iter().find(|word| is_free(word)) {
        return format!("{word}_");
    }
    let mut word = "HIDDEN_VALUE".to_owned();
    while !is_free(&word) {
        word.push('S');
    }
    format!("{word}_")
}

/// Where any of `values` stands in `text`.
fn occurrences(text: &str, values: &BTreeMap<&str, &'static str>) -> Vec<Found> {
    let names: OnceCell<HashSet<Span>> = OnceCell::new();
    let mut found = Vec::new();
    for (value, kind) in values {
        if value.len() < LEAST_REPEATED {
            continue;
        }
        // What could be a word may name something in the program, or be a part of another word: that is no secret.
        let is_plain = value.chars().all(char::is_alphabetic);
        let is_word = is_plain || *kind != KNOWN && value.chars().all(is_wordy);
        let spans = text
            .match_indices(value)
            .map(|(start, _)| Span::new(start, start + value.len()))
            .filter(|span| !is_plain || !continues(text, *span))
            .filter(|span| !is_word || !names.get_or_init(|| name_spans(text)).contains(span));
        found.extend(spans.map(|span| Found { span, kind }));
    }
    found
}

fn is_wordy(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Whether a word goes on before or behind `span`.
fn continues(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    before.ends_with(is_wordy) || after.starts_with(is_wordy)
}

/// Where the names and keywords of `text` are.
fn name_spans(text: &str) -> HashSet<Span> {
    tokens(text)
        .filter(|token| matches!(token.kind, TokenKind::Name | TokenKind::Keyword))
        .map(|token| token.span)
        .collect()
}

/// Sorted, and what overlaps made one.
fn merged(mut found: Vec<Found>) -> Vec<Found> {
    found.retain(|found| !found.span.is_empty());
    found.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    let mut merged: Vec<Found> = Vec::new();
    for next in found {
        match merged.last_mut() {
            Some(last) if next.span.start < last.span.end => last.span = last.span.cover(next.span),
            _ => merged.push(next),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
