//! Which brackets, lines and names are around a word.

use super::field::Field;
use crate::lang::python::TokenKind;

impl Field<'_, '_> {
    /// Index of the word that closes the bracket which the word at `opener` opens.
    pub fn partner(&self, opener: usize) -> Option<usize> {
        let mut depth = 0usize;
        for index in opener..self.words.len() {
            match self.words.kind(index) {
                Some(TokenKind::Open(_)) => depth += 1,
                Some(TokenKind::Close(_)) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Index past the last word from `first` on that is outside of no bracket which was open there.
    pub fn scope_end(&self, first: usize) -> usize {
        let mut depth = 0usize;
        for index in first..self.words.len() {
            match self.words.kind(index) {
                Some(TokenKind::Open(_)) => depth += 1,
                Some(TokenKind::Close(_)) if depth == 0 => return index,
                Some(TokenKind::Close(_)) => depth -= 1,
                _ if index > first
                    && self.words.is_first(index)
                    && self.words.bracket(first).is_none()
                    && depth == 0 =>
                {
                    return index;
                }
                _ => {}
            }
        }
        self.words.len()
    }

    /// The words from `first` on that are inside no other bracket than it, up to where its bracket or its line ends.
    pub fn level(&self, first: usize) -> Vec<usize> {
        let mut depth = 0usize;
        let mut found = Vec::new();
        for index in first..self.scope_end(first) {
            match self.words.kind(index) {
                Some(TokenKind::Open(_)) => depth += 1,
                Some(TokenKind::Close(_)) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                found.push(index);
            }
        }
        found
    }

    /// Names of the lines below the one of the word at `index`, each once.
    pub fn names_below(&self, index: usize) -> Vec<String> {
        let site = self.words.site;
        let line = self.words.line(index);
        let mut found: Vec<String> = Vec::new();
        for below in line + 1..(line + 4).min(site.layout.lines.len()) {
            let mut before = "";
            for token in site.layout.code_of(below) {
                let name = site.str(token);
                if token.kind == TokenKind::Name
                    && before != "."
                    && !found.iter().any(|other| other == name)
                {
                    found.push(name.to_owned());
                }
                before = name;
            }
        }
        found.truncate(8);
        found
    }
}
