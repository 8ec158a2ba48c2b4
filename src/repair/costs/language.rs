//! What code looks like: how likely one token is after those before it.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use crate::lang::python::{Lines, Token, TokenKind, tokenize};

/// A token as the language model sees it: a hash of its text, or of its shape where the text is rare.
pub type Word = u32;

/// An n-gram model with stupid backoff (Brants et al., 2007), in a hash table without the n-grams themselves.
#[derive(Debug, Clone, Default)]
pub struct LanguageModel {
    /// Hashes of the names that are words of their own, sorted.
    vocabulary: Vec<Word>,
    /// Slots by hash with linear probing: a second hash, 0 for an empty slot, and the surprise.
    slots: Vec<(u16, u8)>,
}

/// The longest sequence that is known, in tokens.
pub const ORDER: usize = 4;
/// What it adds to the surprise that a sequence is not known: `-ln 0.4`.
const BACKOFF: f32 = 0.916;
/// The surprise of a word that is not known at all, in nats.
const UNKNOWN: f32 = 12.0;
/// Steps of stored surprises per nat.
const STEPS: f32 = 16.0;
/// Names that are words of their own at most.
const VOCABULARY: usize = 4096;
/// Slots of the table: 3 bytes each.
const SLOTS: usize = 1 << 19;
/// Sequences that are kept at most, so that the table stays fast.
const SEQUENCES: usize = SLOTS / 5 * 4;
/// A longer sequence that was seen less often is not kept.
const SELDOM: u32 = 3;

impl LanguageModel {
    /// How surprising `words` are from `start` on, in nats, given those before.
    pub fn surprise(&self, words: &[Word], start: usize) -> f32 {
        (start..words.len())
            .map(|at| {
                let first = (at + 1).saturating_sub(ORDER);
                self.surprise_of(words.get(first..=at).unwrap_or(&[]))
            })
            .sum()
    }

    /// How surprising the last of `words` is after the others, at most [`ORDER`] in all.
    pub fn surprise_of(&self, words: &[Word]) -> f32 {
        let mut backed_off = 0.0;
        for first in 0..words.len() {
            if let Some(surprise) = words.get(first..).and_then(|words| self.find(words)) {
                return backed_off + surprise;
            }
            backed_off += BACKOFF;
        }
        UNKNOWN
    }

    fn find(&self, words: &[Word]) -> Option<f32> {
        let key = key(words);
        let check = check(key);
        let mut slot = slot(key);
        loop {
            match self.slots.get(slot)? {
                (0, _) => return None,
                (known, surprise) if *known == check => return Some(f32::from(*surprise) / STEPS),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }

    /// A token as a word.
    pub fn word(&self, text: &str, token: &Token) -> Word {
        let written = token.text(text);
        match token.kind {
            TokenKind::Name => {
                let name = hash(written);
                if self.vocabulary.binary_search(&name).is_ok() {
                    name
                } else {
                    hash(shape(token, text))
                }
            }
            _ => hash(shape(token, text)),
        }
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend((self.vocabulary.len() as u32).to_le_bytes());
        bytes.extend(self.vocabulary.iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(self.slots.iter().flat_map(|(check, surprise)| {
            [check.to_le_bytes()[0], check.to_le_bytes()[1], *surprise]
        }));
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (count, rest) = bytes.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (vocabulary, slots) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (slots, left) = slots.as_chunks::<3>();
        // Without an empty slot a search would not end.
        let is_sound = left.is_empty()
            && (slots.is_empty() || slots.len() == SLOTS)
            && (slots.is_empty() || slots.iter().any(|[low, high, _]| *low == 0 && *high == 0));
        is_sound.then(|| Self {
            vocabulary: vocabulary
                .as_chunks::<4>()
                .0
                .iter()
                .map(|word| u32::from_le_bytes(*word))
                .collect(),
            slots: slots
                .iter()
                .map(|[low, high, surprise]| (u16::from_le_bytes([*low, *high]), *surprise))
                .collect(),
        })
    }
}

/// A word that stands for the end of a line, by how the next line of code is indented beside it.
pub fn line_break(here: usize, next: usize) -> Word {
    hash(match next.cmp(&here) {
        Ordering::Greater => "\n>",
        Ordering::Equal => "\n=",
        Ordering::Less => "\n<",
    })
}

/// What a token looks like, whatever it names: the text of keywords and operators, a kind for the others.
pub fn shape<'text>(token: &Token, text: &'text str) -> &'text str {
    let written = token.text(text);
    match token.kind {
        TokenKind::Name => {
            if written.starts_with("__") && written.ends_with("__") {
                "__n__"
            } else if written
                .chars()
                .all(|c| c.is_uppercase() || c == '_' || c.is_numeric())
            {
                "NAME"
            } else if written.starts_with(char::is_uppercase) {
                "Name"
            } else {
                "name"
            }
        }
        TokenKind::Number => "0",
        TokenKind::String { closed: false, .. } => "'",
        TokenKind::String { triple: true, .. } => "''''''",
        TokenKind::String { .. } => {
            if written.starts_with(['f', 'F']) {
                "f''"
            } else {
                "''"
            }
        }
        TokenKind::Newline => "\n",
        TokenKind::Comment => "#",
        TokenKind::Continuation => "\\",
        TokenKind::Keyword | TokenKind::Operator | TokenKind::Unknown => written,
        TokenKind::Open(_) | TokenKind::Close(_) => written,
    }
}

/// A text as words, each with the offset where it starts: line breaks count, comments and blank lines do not.
pub fn stream(model: &LanguageModel, text: &str, layout: &Lines) -> Vec<(Word, usize)> {
    let mut words = Vec::with_capacity(layout.tokens.len());
    let mut indent = 0;
    for (index, line) in layout.lines.iter().enumerate() {
        if layout.code_of(index).next().is_none() {
            continue;
        }
        words.push((line_break(indent, line.indent), line.span.start));
        indent = line.indent;
        words.extend(
            layout
                .code_of(index)
                .map(|token| (model.word(text, token), token.span.start)),
        );
    }
    words
}

fn hash(word: &str) -> Word {
    word.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The name of a sequence of words.
fn key(words: &[Word]) -> u64 {
    let key = words.iter().fold(0xcbf2_9ce4_8422_2325, |key: u64, word| {
        (key ^ u64::from(*word))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23)
    });
    key ^ key >> 31
}

fn slot(key: u64) -> usize {
    key as usize % SLOTS
}

/// Tells sequences apart that fall on the same slot; never 0, which stands for an empty one.
fn check(key: u64) -> u16 {
    ((key >> 48) as u16).max(1)
}

/// Counts how code follows on itself.
#[derive(Debug, Default)]
pub struct LanguageTraining {
    model: LanguageModel,
    /// By sequence: how often it was seen, and the sequence without its last word.
    counts: HashMap<u64, (u32, u64)>,
    words: u32,
}

impl LanguageTraining {
    /// Begins with the most frequent names of `texts`.
    pub fn new<'texts>(texts: impl Iterator<Item = &'texts str>) -> Self {
        let mut names: HashMap<Word, u32> = HashMap::new();
        for text in texts {
            for token in tokenize(text) {
                if token.kind == TokenKind::Name {
                    *names.entry(hash(token.text(text))).or_default() += 1;
                }
            }
        }
        let mut names: Vec<(Reverse<u32>, Word)> = names
            .into_iter()
            .map(|(name, count)| (Reverse(count), name))
            .collect();
        names.sort_unstable();
        names.truncate(VOCABULARY);
        let mut vocabulary: Vec<Word> = names.into_iter().map(|(_, name)| name).collect();
        vocabulary.sort_unstable();
        Self {
            model: LanguageModel {
                vocabulary,
                slots: Vec::new(),
            },
            ..Self::default()
        }
    }

    /// Counts one text.
    pub fn read(&mut self, text: &str) {
        let words: Vec<Word> = stream(&self.model, text, &Lines::new(text))
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        for end in 1..=words.len() {
            for start in end.saturating_sub(ORDER)..end {
                let (Some(sequence), Some(context)) =
                    (words.get(start..end), words.get(start..end - 1))
                else {
                    continue;
                };
                let count = self
                    .counts
                    .entry(key(sequence))
                    .or_insert((0, key(context)));
                count.0 = count.0.saturating_add(1);
            }
        }
        self.words = self
            .words
            .saturating_add(u32::try_from(words.len()).unwrap_or(u32::MAX));
    }

    /// The model of what was counted; the most frequent sequences only.
    pub fn finish(self) -> LanguageModel {
        let nothing = key(&[]);
        let mut kept: Vec<(u32, u64, u64)> = self
            .counts
            .iter()
            .filter(|(_, (count, context))| *count >= SELDOM || *context == nothing)
            .map(|(key, (count, context))| (*count, *key, *context))
            .collect();
        kept.sort_unstable_by(|first, second| second.cmp(first));
        kept.truncate(SEQUENCES);
        let mut slots = vec![(0, 0); SLOTS];
        for (count, key, context) in kept {
            let of = if context == nothing {
                self.words
            } else {
                self.counts.get(&context).map_or(count, |(count, _)| *count)
            };
            let surprise = (f64::from(of.max(count)) / f64::from(count)).ln() as f32;
            let mut at = slot(key);
            while slots.get(at).is_some_and(|(check, _)| *check != 0) {
                at = (at + 1) % SLOTS;
            }
            if let Some(free) = slots.get_mut(at) {
                *free = (check(key), (surprise * STEPS).round().min(255.0) as u8);
            }
        }
        LanguageModel {
            slots,
            ..self.model
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained() -> LanguageModel {
        let code =
            "for i in range(3):\n    print(i)\nfor j in range(4):\n    print(j)\n".repeat(20);
        let mut training = LanguageTraining::new(std::iter::once(code.as_str()));
        training.read(&code);
        training.finish()
    }

    fn surprise(model: &LanguageModel, code: &str) -> f32 {
        let words: Vec<Word> = stream(model, code, &Lines::new(code))
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        model.surprise(&words, 0)
    }

    #[test]
    fn what_was_seen_often_is_no_surprise() {
        let model = trained();
        assert!(
            surprise(&model, "for k in range(9):\n") < surprise(&model, "for k range in(9):\n")
        );
        assert!(surprise(&model, "print(i)\n") < surprise(&model, "print i\n"));
    }

    #[test]
    fn a_model_survives_being_written() {
        let model = trained();
        let mut bytes = Vec::new();
        model.write(&mut bytes);
        let read = LanguageModel::from_bytes(&bytes).expect("a model");
        let code = "for i in range(3):\n    print(j)\n";
        assert_eq!(surprise(&read, code), surprise(&model, code));
        assert!(LanguageModel::from_bytes(&bytes[1..]).is_none());
    }
}
