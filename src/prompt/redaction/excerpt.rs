use std::collections::HashSet;

use super::{Redaction, Standin};
use crate::lang::python::{TokenKind, is_keyword, tokenize};
use crate::prompt::change::tokens;
use crate::prompt::{Proposal, Region};
use crate::text::{Edit, PositionIndex, Span, edits_between};

/// How alike two words are of which one is a misspelling of the other, from 0 to 1.
const MISSPELLED: f64 = 0.6;

/// A text with placeholders for what is secret in the region that a model is shown.
#[derive(Clone)]
pub struct Excerpt {
    /// The whole text; outside the region it is as it was.
    pub text: String,
    /// The region in `text`.
    pub region: Region,
    /// The region's own text, secrets included.
    original: String,
}

/// A model's answer lost a placeholder, made one up, or put one where it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("every string that stands for a hidden value has to stay where it is, as it is")]
pub struct Misplaced;

impl Excerpt {
    pub(super) fn new(redaction: &mut Redaction<'_>, text: &str, region: Region) -> Self {
        let found = redaction.find(text);
        let start = region.span.start;
        let shown = redaction.replaced(text, region.span, &found);
        // An offset within a secret becomes one at the end of its placeholder.
        let mut moved = |offset: usize| {
            let inside = found
                .iter()
                .find(|found| found.span.start < offset && offset < found.span.end);
            let until = inside
                .map_or(offset, |found| found.span.end)
                .min(region.span.end);
            start
                + redaction
                    .replaced(text, Span::new(start, until), &found)
                    .len()
        };
        let damage = Span::new(moved(region.damage.start), moved(region.damage.end));
        let span = Span::new(start, start + shown.len());
        let masked = [
            Span::new(0, start).of(text),
            &shown,
            Span::new(region.span.end, text.len()).of(text),
        ]
        .concat();
        let region_after = Region {
            span,
            damage: whole_lines(&masked, damage, span),
            first_line: region.first_line,
        };
        Self {
            text: masked,
            region: region_after,
            original: region.span.of(text).to_owned(),
        }
    }
}

impl Redaction<'_> {
    /// A proposal for an excerpt as one for the text that it was made of, with every secret where it was.
    ///
    /// # Errors
    /// When a placeholder is not where it was: a secret never gets to a new place.
    pub fn restore(&self, excerpt: &Excerpt, proposal: Proposal) -> Result<Proposal, Misplaced> {
        let span = excerpt.region.span;
        let before = span.of(&excerpt.text);
        let tail = excerpt.text.len() - span.end;
        let end = proposal.text.len().checked_sub(tail).ok_or(Misplaced)?;
        let after = proposal.text.get(span.start..end).ok_or(Misplaced)?;
        let (old, new) = (
            self.standins(before).ok_or(Misplaced)?,
            self.standins(after).ok_or(Misplaced)?,
        );
        let same = old.len() == new.len()
            && old.iter().zip(&new).all(|(old, new)| {
                old.index == new.index && keeps_company(before, old.span, after, new.span)
            });
        if !same {
            return Err(Misplaced);
        }
        let restored = self.put_back(after, &new).ok_or(Misplaced)?;
        let head = excerpt.text.get(..span.start).ok_or(Misplaced)?;
        let rest = proposal.text.get(end..).ok_or(Misplaced)?;
        let edits = edits_between(&excerpt.original, &restored).into_iter();
        let edits = edits
            .map(|edit| Edit::replace(edit.span.shifted(span.start), edit.replacement))
            .collect();
        Ok(Proposal {
            text: [head, &restored, rest].concat(),
            edits,
            ..proposal
        })
    }

    fn put_back(&self, code: &str, standins: &[Standin]) -> Option<String> {
        let mut out = String::new();
        let mut at = 0;
        for standin in standins {
            out.push_str(code.get(at..standin.span.start)?);
            out.push_str(&self.hidden.get(standin.index)?.0);
            at = standin.span.end;
        }
        out.push_str(code.get(at..)?);
        Some(out)
    }
}

/// Whether nothing was written beside a placeholder, in its line or its statement, that was not there before: a name
/// that is spelled right now aside.
fn keeps_company(before: &str, old: Span, after: &str, new: Span) -> bool {
    let is_kept = |old: Span, new: Span| {
        let (old, new) = (tokens(old.of(before)), tokens(new.of(after)));
        let (old, new): (HashSet<&str>, HashSet<&str>) = (words(old), words(new));
        new.difference(&old).all(|word| {
            old.difference(&new)
                .any(|gone| strsim::normalized_damerau_levenshtein(gone, word) >= MISSPELLED)
        })
    };
    is_kept(line(before, old), line(after, new))
        && is_kept(statement(before, old), statement(after, new))
}

fn words(tokens: Vec<&str>) -> HashSet<&str> {
    let is_word =
        |token: &&str| token.starts_with(|first: char| first == '_' || first.is_alphanumeric());
    let mut words: HashSet<&str> = tokens.into_iter().filter(is_word).collect();
    words.retain(|word| {
        !is_keyword(word) || matches!(*word, "return" | "yield" | "raise" | "import")
    });
    words
}

fn line(text: &str, span: Span) -> Span {
    let is_break = |character| matches!(character, '\n' | '\r');
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    Span::new(
        before.rfind(is_break).map_or(0, |at| at + 1),
        span.end + after.find(is_break).unwrap_or(after.len()),
    )
}

/// The statement around, as far as brackets tell.
fn statement(text: &str, span: Span) -> Span {
    let (mut start, mut depth) = (0, 0usize);
    for token in tokenize(text) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            TokenKind::Newline if depth == 0 => {
                if token.span.start >= span.end {
                    return Span::new(start, token.span.start);
                }
                start = token.span.end;
            }
            _ => {}
        }
    }
    Span::new(start, text.len())
}

/// The lines that `span` touches, within `region`.
fn whole_lines(text: &str, span: Span, region: Span) -> Span {
    let index = PositionIndex::new(text);
    let first = index.line_of(span.start);
    let last = index.line_of(span.end.saturating_sub(1).max(span.start));
    let start = index.line_start(first).unwrap_or(text.len());
    let end = index.line_start(last + 1).unwrap_or(text.len());
    Span::new(start.max(region.start), end.min(region.end))
}
