//! What becomes of fixes that were applied: whether they stay, are taken back, or are changed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::track::Hunk;
use super::{Kind, Moment};
use crate::engine::ports::Outcome;
use crate::engine::{HealedFinding, Input};
use crate::taxonomy::Code;
use crate::text::{Edit, PositionIndex, Span};

/// For so long after it was applied, a fix that goes away was undone.
pub const UNDO: Duration = Duration::from_secs(60);

/// A fix that is there for so long has survived.
pub const SURVIVAL: Duration = Duration::from_secs(10 * 60);

/// Applied fixes that are followed in one document; the oldest are given up.
const MAX_WATCHED: usize = 100;

/// A fix whose edits a client was given.
#[derive(Debug, Clone)]
pub struct OfferedFix {
    /// Its name in the record.
    pub id: String,
    /// What it cures.
    pub code: Code,
    /// Its edits.
    pub edits: Vec<Edit>,
    /// Where nobody saw it: what the record must be told before it can hear of a failure.
    pub unseen: Option<Box<Unseen>>,
}

/// A finding and the fix that was applied for it without anybody looking.
#[derive(Debug, Clone)]
pub struct Unseen {
    /// The text.
    pub input: Input,
    /// The finding with the one fix.
    pub found: HealedFinding,
}

/// Fixes that the client applied together.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The fixes.
    pub fixes: Vec<OfferedFix>,
    /// All edits, in the text before.
    pub edits: Vec<Edit>,
    /// The text before.
    pub before: Arc<str>,
    /// Its fingerprint.
    pub fingerprint: u64,
}

impl Applied {
    /// The fixes' names in the record.
    pub fn ids(&self) -> Vec<String> {
        self.fixes.iter().map(|fix| fix.id.clone()).collect()
    }
}

/// What is known of one applied fix.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The fix.
    pub fix: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What the record must be told first.
    pub unseen: Option<Box<Unseen>>,
}

/// Applied fixes whose fate is open.
#[derive(Default)]
pub struct Watch {
    fixes: Vec<Watched>,
}

struct Watched {
    fix: OfferedFix,
    places: Vec<Place>,
    /// The fingerprint of the text before.
    before: u64,
    since: Instant,
    /// Only an undo still counts.
    has_survived: bool,
    /// Something has changed at one of its places since they were looked at.
    is_touched: bool,
    /// The same error was on the same line right after it was applied: nothing can come back there.
    has_twin: bool,
}

/// What one edit of a fix left behind.
struct Place {
    /// The words and signs that it changed, as they are now.
    span: Span,
    /// What they were right after.
    content: String,
    /// What the edit removed.
    removed: String,
    /// The words and signs that it changed, as they were before.
    was: String,
    /// Whether that was put back.
    is_restored: bool,
}

impl Watch {
    /// Follows fixes that were applied just now; `text` is the text after it, `standing` what is wrong there.
    pub fn take(&mut self, applied: Applied, text: &str, standing: &[(Code, usize)], at: Instant) {
        let index = PositionIndex::new(text);
        for fix in applied.fixes.clone() {
            let places: Vec<Place> = fix
                .edits
                .iter()
                .map(|edit| Place::new(edit, &applied, text))
                .collect();
            let has_twin = places
                .iter()
                .any(|place| standing.contains(&(fix.code, index.line_of(place.span.start))));
            self.fixes.push(Watched {
                fix,
                places,
                before: applied.fingerprint,
                since: at,
                has_survived: false,
                is_touched: false,
                has_twin,
            });
        }
        let surplus = self.fixes.len().saturating_sub(MAX_WATCHED);
        self.fixes.drain(..surplus);
    }

    /// Takes changes up; `fingerprint` is that of the text after them.
    pub fn step(&mut self, hunks: &[Hunk], fingerprint: u64, at: Instant) -> Vec<Verdict> {
        for watched in &mut self.fixes {
            for hunk in hunks {
                watched.is_touched |= watched.places.iter_mut().any(|place| place.follow(hunk));
            }
        }
        self.decide(|watched| {
            let is_back = watched.before == fingerprint && watched.is_young(at);
            is_back.then_some(Some(Outcome::Undone))
        })
    }

    /// Looks at the fixes where the person rests, saves or goes elsewhere. `standing`: mistakes that stayed, with their
    /// lines.
    pub fn moment(&mut self, moment: &Moment<'_>, standing: &[(Code, usize)]) -> Vec<Verdict> {
        self.decide(|watched| {
            if watched.has_survived && !watched.is_young(moment.at) {
                return Some(None);
            }
            let is_whole = watched
                .places
                .iter_mut()
                .all(|place| place.is_whole(moment.text));
            if !is_whole {
                return Some(watched.fate(moment));
            }
            watched.is_touched = false;
            let comes_back = !watched.has_twin
                && moment.kind != Kind::Salve
                && watched.places.iter().any(|place| {
                    let line = moment.index.line_of(place.span.start);
                    standing.contains(&(watched.fix.code, line))
                });
            if comes_back && !watched.has_survived {
                return Some(Some(Outcome::EditedAway));
            }
            let survives = moment.kind == Kind::Saved || moment.at >= watched.since + SURVIVAL;
            (survives && !watched.has_survived).then_some(Some(Outcome::Survived))
        })
    }

    /// The fixes that have been there long enough by now.
    pub fn due(&mut self, now: Instant) -> Vec<Verdict> {
        self.decide(|watched| {
            let is_over = !watched.has_survived && watched.is_due(now);
            is_over.then_some(Some(Outcome::Survived))
        })
    }

    /// When to look at them next, if nothing happens.
    pub fn deadline(&self) -> Option<Instant> {
        self.fixes
            .iter()
            .filter(|watched| !watched.has_survived && !watched.is_touched)
            .map(|watched| watched.since + SURVIVAL)
            .min()
    }

    /// Whether a fix was touched, and nobody knows yet what that comes to.
    pub fn is_touched(&self) -> bool {
        self.fixes.iter().any(|watched| watched.is_touched)
    }

    /// Asks of each fix what became of it: nothing yet, an end without an outcome, or an outcome.
    fn decide(
        &mut self,
        mut outcome: impl FnMut(&mut Watched) -> Option<Option<Outcome>>,
    ) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        self.fixes.retain_mut(|watched| {
            let Some(decided) = outcome(watched) else {
                return true;
            };
            let survives = decided == Some(Outcome::Survived);
            // What nobody saw is no evidence until it fails.
            if let Some(outcome) = decided
                && (!survives || watched.fix.unseen.is_none())
            {
                verdicts.push(Verdict {
                    fix: watched.fix.id.clone(),
                    outcome,
                    unseen: watched.fix.unseen.clone(),
                });
            }
            watched.has_survived = survives;
            // It may still be undone.
            survives
        });
        verdicts
    }
}

impl Watched {
    fn is_young(&self, at: Instant) -> bool {
        at <= self.since + UNDO
    }

    fn is_due(&self, now: Instant) -> bool {
        !self.is_touched && now >= self.since + SURVIVAL
    }

    /// What its change comes to.
    fn fate(&self, moment: &Moment<'_>) -> Option<Outcome> {
        let is_undone = self.is_young(moment.at)
            && self
                .places
                .iter()
                .all(|place| place.is_restored || place.is_as_before(moment.text));
        match moment.kind {
            _ if is_undone => Some(Outcome::Undone),
            // Another fix or another version of the file says nothing of this one.
            Kind::Tool | Kind::Salve => None,
            _ if self.has_survived => None,
            _ => Some(Outcome::EditedAway),
        }
    }
}

impl Place {
    fn new(edit: &Edit, applied: &Applied, text: &str) -> Self {
        let earlier = applied.edits.iter().filter(|other| other.span < edit.span);
        let (mut grown, mut shrunk) = (0, 0);
        for other in earlier {
            grown += other.replacement.len();
            shrunk += other.span.len();
        }
        let start = (edit.span.start + grown).saturating_sub(shrunk);
        let span = whole_words(text, Span::new(start, start + edit.replacement.len()));
        Self {
            span,
            content: span.of(text).to_owned(),
            removed: edit.span.of(&applied.before).to_owned(),
            was: whole_words(&applied.before, edit.span)
                .of(&applied.before)
                .to_owned(),
            is_restored: false,
        }
    }

    /// Moves with a change; says whether that concerns it.
    fn follow(&mut self, hunk: &Hunk) -> bool {
        if self.span.is_empty() && hunk.span == self.span {
            self.is_restored |= !self.removed.is_empty() && hunk.inserted == self.removed;
        }
        let is_touched = self.span.touches(hunk.span.start)
            || self.span.touches(hunk.span.end)
            || self.span.overlaps(hunk.span);
        self.span = hunk.inside(self.span);
        is_touched
    }

    /// Whether it is as the fix left it, but for its layout and the kind of its quotes.
    fn is_whole(&mut self, text: &str) -> bool {
        let span = whole_words(text, self.span);
        let now = span.of(text);
        let is_whole = !self.is_restored
            && (now == self.content
                || !essence(now).is_empty() && essence(now) == essence(&self.content));
        if is_whole {
            self.span = span;
            self.content = now.to_owned();
        }
        is_whole
    }

    fn is_as_before(&self, text: &str) -> bool {
        whole_words(text, self.span).of(text) == self.was
    }
}

/// What a formatter leaves as it is.
fn essence(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| if character == '\'' { '"' } else { character })
        .collect()
}

/// A span with the rest of the words, operators or blanks into which its ends cut.
fn whole_words(text: &str, span: Span) -> Span {
    let (before, after) = (
        text.get(..span.start).unwrap_or_default(),
        text.get(span.end..).unwrap_or_default(),
    );
    let inner = span.of(text);
    let left = inner.chars().next().or(after.chars().next());
    let right = inner.chars().next_back().or(before.chars().next_back());
    let run = |class: Option<Class>, characters: &mut dyn Iterator<Item = char>| -> usize {
        characters
            .take_while(|character| class.is_some() && class_of(*character) == class)
            .map(char::len_utf8)
            .sum()
    };
    let grows_left = run(left.and_then(class_of), &mut before.chars().rev());
    let grows_right = run(right.and_then(class_of), &mut after.chars());
    if inner.is_empty() && (grows_left == 0 || grows_right == 0) {
        return span;
    }
    Span::new(span.start - grows_left, span.end + grows_right)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Operator,
    Blank,
}

/// What characters hold together; `None` for brackets, quotes and the like, which stand alone.
fn class_of(character: char) -> Option<Class> {
    match character {
        _ if character.is_alphanumeric() || character == '_' => Some(Class::Word),
        '=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '~' | '@' => {
            Some(Class::Operator)
        }
        ' ' | '\t' => Some(Class::Blank),
        _ => None,
    }
}
