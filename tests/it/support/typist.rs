//! A person who types, and a record that only keeps what it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use salve::engine::Source;
use salve::engine::ports::{
    Knowledge, KnowledgeError, KnownTemplate, Outcome, PatternStats, Shown, ShownFix,
};
use salve::text::{Edit, Position, PositionEncoding, PositionIndex, Span, apply};
use serde_json::{Value, json};
use similar::{DiffOp, TextDiff};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::ls_types::notification::PublishDiagnostics;

use super::client::{Client, range};

/// The time between two keys.
const PACE: Duration = Duration::from_millis(150);

/// What a record was told.
#[derive(Debug, Clone)]
pub enum Noted {
    /// A finding and its fixes.
    Shown(Box<Shown>),
    /// What became of a fix.
    Outcome(String, Outcome),
}

/// A record that keeps what it is told, in order.
pub struct Witness {
    told: UnboundedSender<Noted>,
    heard: Mutex<UnboundedReceiver<Noted>>,
}

impl Witness {
    /// Has heard nothing.
    pub fn new() -> Arc<Self> {
        let (told, heard) = unbounded_channel();
        Arc::new(Self {
            told,
            heard: Mutex::new(heard),
        })
    }

    /// What it was told since it was asked last.
    pub fn heard(&self) -> Vec<Noted> {
        let mut heard = self.heard.lock().expect("no panic while locked");
        std::iter::from_fn(|| heard.try_recv().ok()).collect()
    }

    /// The outcomes since it was asked last.
    pub fn outcomes(&self) -> Vec<(String, Outcome)> {
        let heard = self.heard().into_iter();
        heard
            .filter_map(|noted| match noted {
                Noted::Outcome(fix, outcome) => Some((fix, outcome)),
                Noted::Shown(_) => None,
            })
            .collect()
    }

    /// The fixes by hand since it was asked last, with their codes. Each must have been accepted.
    pub fn by_hand(&self) -> Vec<(String, ShownFix)> {
        let heard = self.heard();
        let mut found = Vec::new();
        for noted in &heard {
            let Noted::Shown(shown) = noted else { continue };
            let [fix] = shown.candidates.as_slice() else {
                continue;
            };
            if fix.source != Source::Person {
                continue;
            }
            let is_accepted = |noted: &Noted| matches!(noted, Noted::Outcome(id, Outcome::Accepted) if *id == fix.id);
            assert!(heard.iter().any(is_accepted), "accepted: {fix:?}");
            found.push((shown.code.clone(), fix.clone()));
        }
        found
    }
}

impl Knowledge for Witness {
    fn shown(&self, shown: Shown) {
        let _ = self.told.send(Noted::Shown(Box::new(shown)));
    }

    fn outcome(&self, fix_id: &str, outcome: Outcome, _at: i64) {
        let _ = self.told.send(Noted::Outcome(fix_id.to_owned(), outcome));
    }

    fn rejected(&self, _signature: &str) -> Result<Vec<String>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn templates(&self, _: &str, _: &str) -> Result<Vec<KnownTemplate>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn validated(&self, _: i64, _: bool, _: i64) {}

    fn statistics(&self) -> Result<PatternStats, KnowledgeError> {
        Err(KnowledgeError {
            message: "nothing is counted".to_owned(),
            hint: None,
        })
    }

    fn flush(&self) -> Result<(), KnowledgeError> {
        Ok(())
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        None
    }
}

/// A person at an editor, under a clock that stands still but for what typing takes.
pub struct Typist {
    /// The editor.
    pub client: Client,
    /// The document.
    pub uri: String,
    /// What is in it.
    pub text: String,
    /// Whether the editor closes brackets and quotes by itself.
    pub closes: bool,
    version: i32,
}

impl Typist {
    /// Opens a document.
    pub async fn open(mut client: Client, uri: &str, text: &str) -> Self {
        client.ignore::<PublishDiagnostics>();
        client.open(uri, 1, text).await;
        let mut typist = Self {
            client,
            uri: uri.to_owned(),
            text: text.to_owned(),
            closes: false,
            version: 1,
        };
        typist.pause(PACE).await;
        typist
    }

    /// Lets time pass, once the server has heard everything.
    pub async fn pause(&mut self, time: Duration) {
        // Answered at once, and therefore after everything before.
        let answer = self.client.ask("unknown/request", Value::Null).await;
        assert!(answer.is_err(), "{answer:?}");
        tokio::time::advance(time).await;
    }

    /// Changes several places with one message, as a tool does.
    pub async fn replace_all(&mut self, edits: &[Edit]) {
        let index = PositionIndex::new(&self.text);
        let place = |at: usize| {
            let Position { line, character } =
                index.position(&self.text, at, PositionEncoding::Utf16);
            (line, character)
        };
        // From the last one, so that each is where it was.
        let changes: Vec<Value> = edits
            .iter()
            .rev()
            .map(|edit| {
                let range = range(place(edit.span.start), place(edit.span.end));
                json!({"range": range, "text": edit.replacement})
            })
            .collect();
        self.text = apply(&self.text, edits).expect("the edits fit");
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.client.notify("textDocument/didChange", params).await;
        self.pause(PACE).await;
    }

    /// Changes a place at once, as from the clipboard.
    pub async fn paste(&mut self, span: Span, text: &str) {
        self.replace_all(&[Edit::replace(span, text)]).await;
    }

    /// Types character by character; gives the place where it ends.
    pub async fn type_in(&mut self, at: usize, text: &str) -> usize {
        let mut at = at;
        // How many of the next characters the editor has written already.
        let mut ahead: Vec<char> = Vec::new();
        for character in text.chars() {
            if ahead.last() == Some(&character) && self.text[at..].starts_with(character) {
                ahead.pop();
                at += character.len_utf8();
                continue;
            }
            let close = self.closes.then(|| closing(character)).flatten();
            let next = self.text[at..].chars().next();
            let is_free = next.is_none_or(|next| !next.is_alphanumeric() && !"\"'".contains(next));
            match close.filter(|_| is_free) {
                Some(close) => {
                    ahead.push(close);
                    let pair = format!("{character}{close}");
                    self.paste(Span::empty(at), &pair).await;
                }
                None => self.paste(Span::empty(at), &character.to_string()).await,
            }
            at += character.len_utf8();
        }
        // What the editor closed too much is taken out again.
        for close in ahead.into_iter().rev() {
            if self.text[at..].starts_with(close) {
                self.paste(Span::new(at, at + close.len_utf8()), "").await;
            }
        }
        at
    }

    /// Deletes character by character, from the end.
    pub async fn erase(&mut self, span: Span) {
        let characters: Vec<usize> = self.text[span.start..span.end]
            .chars()
            .map(char::len_utf8)
            .collect();
        let mut end = span.end;
        for width in characters.into_iter().rev() {
            self.paste(Span::new(end - width, end), "").await;
            end -= width;
        }
    }

    /// Makes another text of it word by word, from the top.
    pub async fn change_to(&mut self, target: &str) {
        let mut offset = 0_isize;
        for edit in words_between(&self.text.clone(), target) {
            let start = edit.span.start.saturating_add_signed(offset);
            let span = Span::new(start, start + edit.span.len());
            self.erase(span).await;
            self.type_in(start, &edit.replacement).await;
            offset += edit.replacement.len() as isize - edit.span.len() as isize;
        }
        assert_eq!(self.text, target, "typed as it was meant");
    }

    /// Saves.
    pub async fn save(&mut self) {
        let params = json!({"textDocument": {"uri": self.uri}});
        self.client.notify("textDocument/didSave", params).await;
        self.pause(PACE).await;
    }

    /// Closes the document.
    pub async fn close(mut self) -> Client {
        self.client.close(&self.uri).await;
        self.pause(PACE).await;
        self.client
    }

    /// Where `needle` starts.
    pub fn find(&self, needle: &str) -> usize {
        self.text.find(needle).expect("it is there")
    }
}

/// The edits that lead from one text to another, word by word.
pub fn words_between(before: &str, after: &str) -> Vec<Edit> {
    let diff = TextDiff::from_words(before, after);
    let starts = |words: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
        let mut at = 0;
        let mut starts = vec![0];
        for width in words {
            at += width;
            starts.push(at);
        }
        starts
    };
    let old = starts(&mut diff.iter_old_slices().map(str::len));
    let new = starts(&mut diff.iter_new_slices().map(str::len));
    diff.ops()
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            let removed = &before[old[from.start]..old[from.end]];
            let inserted = &after[new[to.start]..new[to.end]];
            let same = |(left, right): &(char, char)| left == right;
            let width = |(character, _): (char, char)| character.len_utf8();
            let pairs = removed.chars().zip(inserted.chars());
            let head: usize = pairs.take_while(same).map(width).sum();
            let pairs = removed[head..]
                .chars()
                .rev()
                .zip(inserted[head..].chars().rev());
            let tail: usize = pairs.take_while(same).map(width).sum();
            let span = Span::new(old[from.start] + head, old[from.end] - tail);
            Edit::replace(span, &inserted[head..inserted.len() - tail])
        })
        .collect()
}

fn closing(character: char) -> Option<char> {
    Some(match character {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '"' => '"',
        '\'' => '\'',
        _ => return None,
    })
}
