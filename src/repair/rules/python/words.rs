//! The words of the suspect lines one after the other, as rules about wrong words want to see them.

use crate::diagnose::python::Named;
use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site};
use crate::text::{Edit, Span};

/// The tokens of a site's suspect lines that mean something to the grammar.
pub struct Words<'site, 'text> {
    /// Where they stand.
    pub site: &'site Site<'text>,
    tokens: Vec<Token>,
    /// The line that each of them starts on, and the one that the last of them ends on.
    lines: Vec<usize>,
    inside: Vec<Option<(Bracket, usize)>>,
    /// Index of the first word that ends after the place of the complaint; the number of words if there is none.
    pub error: usize,
    /// Whether one of their brackets has no partner: then what looks out of place in it may be all right.
    pub unbalanced: bool,
    /// What the parser says, where it knows the mistake better than a guess that only leaves a word out.
    pub known: Option<Named>,
}

/// Complaints that name the mistake itself.
const KNOWN: &[&str] = &[
    "SYN.POSITIONAL_AFTER_KEYWORD",
    "SYN.PARAM_INVALID",
    "SYN.PARAM_DEFAULT_ORDER",
    "SYN.GENEXP_PARENS",
    "SYN.STAR_EXPR",
    "SYN.TYPE_PARAM",
    "SYN.MATCH_PATTERN",
    "SYN.DECORATOR_TARGET",
    "SYN.TRY_WITHOUT_HANDLER",
    "SYN.COMPREHENSION_TARGET",
    "SYN.DELETE_TARGET",
    "SYN.AUG_ASSIGN_TARGET",
    "SYN.ANNOTATION_TARGET",
    "SYN.VERSION_FEATURE",
    "SYN.CLAUSE_ORDER",
    "SYN.LINE_CONTINUATION",
    "SYN.KWARG_EXPRESSION",
    "SYN.WALRUS_MISUSE",
];

/// What it adds to a guess's cost that a bracket without partner may be the reason instead.
pub const UNBALANCED: u32 = 14;

impl<'site, 'text> Words<'site, 'text> {
    /// The words of `site`.
    pub fn new(site: &'site Site<'text>) -> Self {
        let tokens: Vec<Token> = site
            .layout
            .tokens
            .get(site.suspect_tokens())
            .unwrap_or(&[])
            .iter()
            .filter(|token| !token.is_trivia())
            .copied()
            .collect();
        let mut open = Vec::new();
        let mut inside = Vec::with_capacity(tokens.len());
        for (index, token) in tokens.iter().enumerate() {
            if matches!(token.kind, TokenKind::Close(_)) {
                open.pop();
            }
            inside.push(open.last().copied());
            if let TokenKind::Open(bracket) = token.kind {
                open.push((bracket, index));
            }
        }
        let end = tokens.last().map_or(0, |token| token.span.end);
        let starts = tokens.iter().map(|token| token.span.start);
        let lines = starts
            .chain([end])
            .map(|at| site.layout.line_at(at))
            .collect();
        let error = tokens.partition_point(|token| token.span.end <= site.error.span.start);
        let range = site.suspect_tokens();
        let unbalanced = site.lone_brackets.iter().any(|lone| match lone {
            LoneBracket::Unclosed { opener, .. } => range.contains(opener),
            LoneBracket::Unopened(closer) => range.contains(closer),
            LoneBracket::Mismatched(opener, closer) => {
                range.contains(opener) || range.contains(closer)
            }
        });
        let known = Some(site.complaint())
            .filter(|(code, ..)| KNOWN.contains(&code.as_str()))
            .cloned();
        Self {
            known,
            unbalanced,
            site,
            tokens,
            lines,
            inside,
            error,
        }
    }

    /// A guess that only changes words, under the name that the parser has for the mistake, if it has one.
    pub fn named(&self, mut proposal: Proposal) -> Proposal {
        if let Some((code, construct, message)) = &self.known {
            proposal.code = *code;
            proposal.construct = *construct;
            proposal.message.clone_from(message);
            proposal.cost += UNBALANCED;
            return proposal.unsafe_fix();
        }
        proposal
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The words within `before` words before the complaint and `after` words after it.
    pub fn near(&self, before: usize, after: usize) -> std::ops::Range<usize> {
        self.error.saturating_sub(before)..(self.error + after).min(self.len())
    }

    /// Index of the word that starts at byte `start`.
    pub fn index_of(&self, start: usize) -> Option<usize> {
        self.tokens
            .binary_search_by_key(&start, |token| token.span.start)
            .ok()
    }

    /// The token at `index`.
    pub fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// What kind of token it is.
    pub fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// Its text; empty outside the words.
    pub fn text(&self, index: usize) -> &'text str {
        self.tokens
            .get(index)
            .map_or("", |token| token.text(self.site.text))
    }

    /// The text of the word before it; empty at the start.
    pub fn before(&self, index: usize) -> &'text str {
        self.text(index.wrapping_sub(1))
    }

    /// Its place; an empty one at the end of the words outside of them.
    pub fn span(&self, index: usize) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.span.end);
        self.tokens
            .get(index)
            .map_or(Span::empty(end), |token| token.span)
    }

    /// The place of several words.
    pub fn cover(&self, first: usize, last: usize) -> Span {
        self.span(first).cover(self.span(last))
    }

    /// Whether nothing lies between it and the next one.
    pub fn touches_next(&self, index: usize) -> bool {
        index + 1 < self.len() && self.span(index).end == self.span(index + 1).start
    }

    /// The line that it starts on.
    pub fn line(&self, index: usize) -> usize {
        let past = || self.lines.last().copied();
        self.lines
            .get(index)
            .copied()
            .or_else(past)
            .unwrap_or_default()
    }

    /// Whether it is the first one of its line.
    pub fn is_first(&self, index: usize) -> bool {
        index < self.len() && (index == 0 || self.line(index - 1) != self.line(index))
    }

    /// Whether it is the last one of its line.
    pub fn is_last(&self, index: usize) -> bool {
        index < self.len() && (index + 1 == self.len() || self.line(index + 1) != self.line(index))
    }

    /// Index of the first word of its line.
    pub fn line_first(&self, index: usize) -> usize {
        let line = self.line(index);
        (0..index)
            .rev()
            .take_while(|at| self.line(*at) == line)
            .last()
            .unwrap_or(index)
    }

    /// Index of the last word of its line.
    pub fn line_last(&self, index: usize) -> usize {
        let line = self.line(index);
        (index + 1..self.len())
            .take_while(|at| self.line(*at) == line)
            .last()
            .unwrap_or(index)
    }

    /// Whether it starts a statement, as far as lines and brackets tell.
    pub fn starts_statement(&self, index: usize) -> bool {
        self.is_first(index) && self.bracket(index).is_none() || self.before(index) == ";"
    }

    /// The innermost bracket that is open at it.
    pub fn bracket(&self, index: usize) -> Option<Bracket> {
        self.opener(index).map(|(bracket, _)| bracket)
    }

    /// The innermost bracket that is open at it, and the index of its word.
    pub fn opener(&self, index: usize) -> Option<(Bracket, usize)> {
        self.inside.get(index).copied().flatten()
    }

    /// Whether it is a name.
    pub fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Name)
    }

    /// Whether an expression can end with it.
    pub fn ends_operand(&self, index: usize) -> bool {
        self.token(index)
            .is_some_and(|token| token.ends_operand(self.site.text))
    }

    /// Whether an expression can start with it.
    pub fn starts_operand(&self, index: usize) -> bool {
        self.token(index)
            .is_some_and(|token| token.starts_operand(self.site.text))
    }

    /// How many bytes lie between it and the next one.
    pub fn gap(&self, index: usize) -> usize {
        self.span(index + 1)
            .start
            .saturating_sub(self.span(index).end)
    }

    /// Whether the next line of code is indented deeper than the line of this word.
    pub fn has_body(&self, index: usize) -> bool {
        let layout = &self.site.layout;
        let line = self.line(index);
        let indent = |line: usize| layout.lines.get(line).map(|line| line.indent);
        layout
            .code_after(line)
            .is_some_and(|next| indent(next) > indent(line))
    }

    /// Removes it with the space that it leaves behind.
    pub fn delete(&self, index: usize) -> Edit {
        self.delete_range(index, index)
    }

    /// Removes several words of one line with the space that they leave behind.
    pub fn delete_range(&self, first: usize, last: usize) -> Edit {
        let span = self.cover(first, last);
        if self.is_last(last) {
            let start = if self.is_first(first) {
                span.start
            } else {
                self.span(first - 1).end
            };
            Edit::delete(Span::new(start, span.end))
        } else if self.is_first(first) || self.gap(first - 1) > 0 {
            Edit::delete(Span::new(span.start, self.span(last + 1).start))
        } else if self.touches_next(last) && glued(self.before(first), self.text(last + 1)) {
            Edit::replace(span, " ")
        } else {
            Edit::delete(span)
        }
    }

    /// Puts a word in the place of several, with a space beside each neighbor that it would run into.
    pub fn replace_by_word(&self, first: usize, last: usize, word: &str) -> Edit {
        let span = self.cover(first, last);
        let text = self.site.text;
        let runs_in =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '}' | '"' | '\'');
        let left = text
            .get(..span.start)
            .and_then(|before| before.chars().next_back())
            .is_some_and(runs_in);
        let right = text
            .get(span.end..)
            .and_then(|after| after.chars().next())
            .is_some_and(|c| !c.is_whitespace() && c != ':');
        let (left, right) = (if left { " " } else { "" }, if right { " " } else { "" });
        Edit::replace(span, format!("{left}{word}{right}"))
    }
}

/// Whether two words would become one if nothing lay between them.
fn glued(left: &str, right: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    left.ends_with(is_word) && right.starts_with(is_word)
}
