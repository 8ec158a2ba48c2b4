//! Whether a text reads better after a change, as far as the language model can tell.

use super::language::{LanguageModel, ORDER, Word, line_break, stream};
use crate::lang::python::{Lines, Token, tokens};
use crate::text::{Edit, Span};

/// A text as the language model reads it, and the tools to read small changes of it.
pub struct Reading<'model> {
    language: &'model LanguageModel,
    words: Vec<Word>,
    /// Where each word starts.
    starts: Vec<usize>,
    /// How surprising each word is; `NaN` until somebody wants to know.
    surprises: Vec<f32>,
    /// The text around a change as it would be.
    changed: String,
    /// The words around a change as they would be.
    around: Vec<Word>,
}

/// Words before a change that tell what is likely to follow.
const CONTEXT: usize = ORDER - 1;
/// Words after a change that show whether it reads well.
const LOOK_AHEAD: usize = 4;

impl<'model> Reading<'model> {
    /// Reads `text`.
    pub fn new(language: &'model LanguageModel, text: &str, layout: &Lines) -> Self {
        let (words, starts): (Vec<Word>, Vec<usize>) =
            stream(language, text, layout).into_iter().unzip();
        Self {
            language,
            surprises: vec![f32::NAN; words.len()],
            words,
            starts,
            changed: String::new(),
            around: Vec::new(),
        }
    }

    /// How much more surprising `text`, which was read, is after an edit, in nats. `tokens` are all of its tokens.
    pub fn surprise_change(&mut self, text: &str, tokens: &[Token], edit: &Edit) -> f32 {
        if !edit.span.is_empty()
            && !edit.replacement.is_empty()
            && edit.span.of(text).trim().is_empty()
            && edit.replacement.trim().is_empty()
        {
            return 0.0;
        }
        // The tokens that the edit touches, edges too, are read anew together.
        let first = tokens.partition_point(|token| token.span.end < edit.span.start);
        let past = tokens.partition_point(|token| token.span.start <= edit.span.end);
        let start = tokens.get(first).map_or(edit.span.start, |token| {
            token.span.start.min(edit.span.start)
        });
        let end = past
            .checked_sub(1)
            .and_then(|last| tokens.get(last))
            .map_or(edit.span.end, |token| token.span.end.max(edit.span.end));
        self.changed.clear();
        for part in [
            Span::new(start, edit.span.start).of(text),
            &edit.replacement,
            Span::new(edit.span.end, end).of(text),
        ] {
            self.changed.push_str(part);
        }
        let from = self.starts.partition_point(|at| *at < start);
        let to = self.starts.partition_point(|at| *at < end).max(from);
        let seen = (to + LOOK_AHEAD).min(self.words.len());
        let before: f32 = (from..seen).map(|at| self.surprise_at(at)).sum();
        self.around.clear();
        let context = self.words.get(from.saturating_sub(CONTEXT)..from);
        self.around.extend_from_slice(context.unwrap_or(&[]));
        let known = self.around.len();
        self.read_changed();
        let ahead = self.words.get(to..seen).unwrap_or(&[]);
        self.around.extend_from_slice(ahead);
        self.language.surprise(&self.around, known) - before
    }

    /// How surprising the word at `at` is after those before it.
    fn surprise_at(&mut self, at: usize) -> f32 {
        let Some(known) = self.surprises.get_mut(at) else {
            return 0.0;
        };
        if known.is_nan() {
            let words = self.words.get((at + 1).saturating_sub(ORDER)..=at);
            *known = self.language.surprise_of(words.unwrap_or(&[]));
        }
        *known
    }

    /// Adds the words of the changed text to those around it, as [`stream`] would: the line that it begins in is none
    /// of its own.
    fn read_changed(&mut self) {
        let text = self.changed.as_str();
        let mut indent = None;
        let mut last = 0;
        for token in tokens(text).filter(|token| !token.is_trivia()) {
            let between = Span::new(last, token.span.start).of(text);
            let line = between.rfind(['\n', '\r']).map(|at| last + at + 1);
            if line.is_some() || indent.is_none() {
                let own = text.get(line.unwrap_or(0)..).unwrap_or("");
                let own = own.len() - own.trim_start_matches([' ', '\t', '\x0c']).len();
                if let Some(indent) = indent {
                    self.around.push(line_break(indent, own));
                }
                indent = Some(own);
            }
            last = token.span.start;
            self.around.push(self.language.word(text, &token));
        }
    }
}
