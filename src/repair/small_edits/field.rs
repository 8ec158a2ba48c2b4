//! The words around a complaint, and which places among them are worth an edit.

use super::tokens;
use crate::lang::python::{Bracket, TokenKind};
use crate::repair::rules::words::Words;
use crate::repair::site::{LoneBracket, Site};

/// Most words of the suspect lines.
const MAX_WORDS: usize = 2000;
/// Words before the complaint that are looked at.
const BEFORE: usize = 6;
/// Words after it that are looked at.
const AFTER: usize = 3;
/// Separators before it, outside of that, that are looked at.
const MAX_SEPARATORS: usize = 8;
/// Brackets without a partner that are looked at, those next to the complaint first.
const MAX_LONE: usize = 8;
/// Places along a lone bracket that are looked at.
const MAX_ALONG: usize = 40;

/// The words of a site with what small edits need to know about them.
pub struct Field<'site, 'text> {
    /// The words of the suspect lines.
    pub words: Words<'site, 'text>,
    /// Whether each word is near the complaint, or stands at an end of its line.
    near: Vec<bool>,
    /// The first word of the statement that each word is in, as far as lines and brackets tell.
    firsts: Vec<usize>,
    /// Brackets without a partner among the words, by the indexes of their words.
    pub lone: Vec<Lone>,
}

/// A bracket without a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lone {
    /// Index of its word.
    pub at: usize,
    /// Its shape.
    pub bracket: Bracket,
    /// Whether it opens.
    pub opens: bool,
}

/// A place between two words.
#[derive(Debug, Clone, Copy)]
pub struct Gap {
    /// Index of the word after it; the number of words at the end.
    pub at: usize,
    /// Whether an expression can end before it.
    pub ends: bool,
    /// Whether an expression can start after it.
    pub starts: bool,
    /// Whether a line ends before it.
    pub line_break: bool,
    /// Whether a statement starts after it, as far as brackets tell.
    pub statement: bool,
    /// The innermost bracket that is open at it.
    pub bracket: Option<Bracket>,
}

impl<'site, 'text> Field<'site, 'text> {
    /// Looks at the suspect lines of `site`; `None` if they hold more words than a person writes in a statement.
    pub fn new(site: &'site Site<'text>) -> Option<Self> {
        let words = Words::new(site);
        if words.len() > MAX_WORDS {
            return None;
        }
        let close = words.near(BEFORE, AFTER);
        let near = (0..words.len())
            .map(|index| close.contains(&index) || words.is_first(index) || words.is_last(index))
            .collect();
        let mut first = 0;
        let firsts = (0..words.len())
            .map(|index| {
                if words.starts_statement(index) {
                    first = index;
                }
                first
            })
            .collect();
        let mut field = Self {
            words,
            firsts,
            near,
            lone: Vec::new(),
        };
        field.lone = field.lone_brackets();
        field.look_at_separators();
        Some(field)
    }

    /// What separates the entries around the complaint may be wrong far before it: `{key, value for ...}`.
    fn look_at_separators(&mut self) {
        let words = &self.words;
        let last = words.error.min(words.len().saturating_sub(1));
        let mut scopes = Vec::new();
        let mut scope = words.opener(last);
        while let Some((_, opener)) = scope {
            scopes.push(opener);
            scope = words.opener(opener);
        }
        let is_separator = |at: &usize| {
            matches!(words.text(*at), "," | ":" | "=" | ";")
                && match words.opener(*at) {
                    Some((_, opener)) => scopes.contains(&opener),
                    None => words.line(*at) == words.line(last),
                }
        };
        let found: Vec<usize> = (0..last)
            .rev()
            .filter(is_separator)
            .take(MAX_SEPARATORS)
            .collect();
        for at in found.into_iter().chain(scopes.iter().copied()) {
            if let Some(near) = self.near.get_mut(at) {
                *near = true;
            }
        }
    }

    fn lone_brackets(&self) -> Vec<Lone> {
        let site = self.words.site;
        let mut lone = Vec::new();
        let mut add = |token: usize| {
            let Some(token) = site.token(token) else {
                return;
            };
            let (bracket, opens) = match token.kind {
                TokenKind::Open(bracket) => (bracket, true),
                TokenKind::Close(bracket) => (bracket, false),
                _ => return,
            };
            if let Some(at) = self.words.index_of(token.span.start) {
                lone.push(Lone { at, bracket, opens });
            }
        };
        for found in &site.lone_brackets {
            match *found {
                LoneBracket::Unclosed { opener, forced_by } => {
                    add(opener);
                    forced_by.into_iter().for_each(&mut add);
                }
                LoneBracket::Unopened(closer) => add(closer),
                LoneBracket::Mismatched(opener, closer) => {
                    add(opener);
                    add(closer);
                }
            }
        }
        let distance = |lone: &Lone| lone.at.abs_diff(self.words.error);
        lone.sort_by_key(distance);
        lone.dedup();
        lone.truncate(MAX_LONE);
        lone
    }

    /// Whether an edit of the word at `index` is worth a try.
    pub fn is_near(&self, index: usize) -> bool {
        self.near.get(index).copied().unwrap_or(false)
    }

    /// The words that are worth a try.
    pub fn near(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.words.len()).filter(|index| self.is_near(*index))
    }

    /// The words close to the complaint, the ends of other lines left out.
    pub fn close(&self) -> std::ops::Range<usize> {
        self.words.near(BEFORE, AFTER)
    }

    /// The words at most a hundred words away from the complaint.
    pub fn around(&self) -> std::ops::Range<usize> {
        self.words.near(100, 100)
    }

    /// The gaps before and behind the words that are worth a try.
    pub fn gaps(&self) -> impl Iterator<Item = Gap> + '_ {
        (0..=self.words.len())
            .filter(|at| self.is_near(*at) || *at > 0 && self.is_near(at - 1))
            .map(|at| self.gap(at))
    }

    /// The gaps where a lone bracket may have lost its partner: behind an opening one, before a closing one.
    pub fn along(&self, lone: Lone) -> impl Iterator<Item = Gap> + '_ {
        let (first, last) = if lone.opens {
            (
                lone.at + 1,
                self.words.len().min(lone.at.saturating_add(MAX_ALONG)),
            )
        } else {
            (lone.at.saturating_sub(MAX_ALONG), lone.at)
        };
        (first..=last).map(|at| self.gap(at))
    }

    /// A lone bracket, and the brackets of its shape and side for which it may be mistaken.
    pub fn like(&self, lone: Lone) -> impl Iterator<Item = usize> + '_ {
        let kind = self.words.kind(lone.at);
        let others = self.along(lone).map(|gap| gap.at);
        std::iter::once(lone.at)
            .chain(others.filter(move |at| *at != lone.at && self.words.kind(*at) == kind))
    }

    /// What is known of the gap before the word at `at`.
    pub fn gap(&self, at: usize) -> Gap {
        let words = &self.words;
        let line_break = at == words.len() || words.is_first(at);
        let bracket = if at < words.len() && !matches!(words.kind(at), Some(TokenKind::Close(_))) {
            words.bracket(at)
        } else {
            self.bracket_after(at.wrapping_sub(1))
        };
        Gap {
            at,
            ends: words.ends_operand(at.wrapping_sub(1)),
            starts: words.starts_operand(at) || matches!(words.text(at), "-" | "~" | "*" | "**"),
            line_break,
            statement: self.starts_statement(at),
            bracket,
        }
    }

    fn bracket_after(&self, index: usize) -> Option<Bracket> {
        match self.words.kind(index)? {
            TokenKind::Open(bracket) => Some(bracket),
            _ => self.words.bracket(index),
        }
    }

    /// The first word of the statement that the word at `at` is in, as far as lines and brackets tell.
    pub fn statement_first(&self, at: usize) -> usize {
        let at = at.min(self.firsts.len().saturating_sub(1));
        self.firsts.get(at).copied().unwrap_or(0)
    }

    /// Whether a statement starts at a word, also behind the colon of a header on the same line.
    pub fn starts_statement(&self, at: usize) -> bool {
        let words = &self.words;
        at < words.len()
            && (words.starts_statement(at)
                || words.before(at) == ":"
                    && words.bracket(at).is_none()
                    && tokens::BLOCK_WORDS.contains(&words.text(words.line_first(at)))
                    && !self.on_line(at, "lambda", true))
    }

    /// The word that the statement of `at` starts with.
    pub fn starter(&self, at: usize) -> &'text str {
        self.words.text(self.statement_first(at))
    }

    /// Whether a word of the line that `at` is on has this text, before `at` if `before` says so, else behind it.
    pub fn on_line(&self, at: usize, text: &str, before: bool) -> bool {
        let words = &self.words;
        let at = at.min(words.len().saturating_sub(1));
        let range = if before {
            words.line_first(at)..at
        } else {
            at..words.line_last(at) + 1
        };
        range.into_iter().any(|index| words.text(index) == text)
    }
}
