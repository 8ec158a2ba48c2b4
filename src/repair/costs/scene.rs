//! What surrounds the changes at one place, as the cost model sees it.

use std::cmp::Ordering;

use strsim::osa_distance;

use super::change::{Change, is_word, known_shape};
use super::features::{Features, Name, name};
use super::language::{LanguageModel, shape};
use super::reading::Reading;
use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site};
use crate::text::{Applicability, Edit};

/// A place, prepared so that many changes of it are quickly described.
pub struct Scene<'site, 'text> {
    site: &'site Site<'text>,
    /// The tokens that count: those that mean something, and the ends of lines that have some.
    code: Vec<Token>,
    /// What each of them looks like.
    shapes: Vec<Name>,
    /// For each of them, the innermost bracket that is open before it, by its index.
    inside: Vec<Option<usize>>,
    /// Index among them of the first that ends after the place of the complaint.
    complaint: usize,
    /// What it looks like.
    found: Name,
    /// The names that occur, sorted, each as often as it does.
    names: Vec<Name>,
    /// What the parser says, without what it quotes.
    message: Name,
    /// How large the piece is.
    size: Name,
    /// The brackets without a partner.
    lone: Name,
    reading: Reading<'site>,
    /// The line that was looked at last.
    line: Option<Line>,
    /// The tokens that the change which was looked at last puts into the text.
    inserted: Vec<Token>,
}

/// A line, and what is around it.
#[derive(Clone, Copy)]
struct Line {
    index: usize,
    /// What its statement begins with.
    statement: Name,
    /// How the next line of code is indented beside it.
    turn: Name,
    /// Where its first and its last token that mean something start.
    first: Option<usize>,
    last: Option<usize>,
}

/// Most edits of one change that are looked at closely.
const MAX_EDITS: usize = 6;
/// Characters of a message that tell it from others.
const MESSAGE: usize = 60;

impl<'site, 'text> Scene<'site, 'text> {
    /// Looks at `site`.
    pub fn new(site: &'site Site<'text>, language: &'site LanguageModel) -> Self {
        // Comments and blank lines mean nothing, but the end of a line of code does.
        let mut code: Vec<Token> = Vec::with_capacity(site.layout.tokens.len());
        for token in &site.layout.tokens {
            let counts = match token.kind {
                TokenKind::Comment | TokenKind::Continuation => false,
                TokenKind::Newline => code
                    .last()
                    .is_some_and(|last| last.kind != TokenKind::Newline),
                _ => true,
            };
            if counts {
                code.push(*token);
            }
        }
        let complaint = code.partition_point(|token| token.span.end <= site.error.span.start);
        let mut inside = Vec::with_capacity(code.len());
        let mut open: Vec<usize> = Vec::new();
        let mut names: Vec<Name> = Vec::new();
        for (index, token) in code.iter().enumerate() {
            inside.push(open.last().copied());
            match token.kind {
                TokenKind::Open(_) => open.push(index),
                TokenKind::Close(_) => {
                    open.pop();
                }
                TokenKind::Name => names.push(Name::of(token.text(site.text))),
                _ => {}
            }
        }
        names.sort_unstable();
        let message = site.error.message.as_str();
        let end = message.char_indices().nth(MESSAGE).map(|(end, _)| end);
        let found = code.get(complaint);
        Self {
            site,
            shapes: code
                .iter()
                .map(|token| known_shape(token, site.text))
                .collect(),
            inside,
            complaint,
            found: Name::of(found.map_or("", |token| shape(token, site.text))),
            names,
            message: Name::of(end.and_then(|end| message.get(..end)).unwrap_or(message)),
            size: match site.layout.lines.len() {
                0..=1 => name!("line"),
                2..=5 => name!("lines"),
                6..=25 => name!("piece"),
                _ => name!("file"),
            },
            lone: lone(site),
            reading: Reading::new(language, site.text, &site.layout),
            line: None,
            inserted: Vec::new(),
            code,
        }
    }

    /// What the cost model sees of a proposal that is made after `steps`.
    pub fn features(&mut self, proposal: &Proposal, steps: &[Proposal]) -> Features {
        let mut features = Features::of_rule(proposal);
        let rule = Name::of(proposal.rule);
        features.flag(name!("rule", rule));
        features.flag(name!(
            "code",
            rule,
            Name::of(proposal.code.as_str()),
            Name::of(proposal.construct.unwrap_or("")),
        ));
        features.flag(name!("applicability", applicability(proposal)));
        let Some(first) = proposal.edits.iter().min_by_key(|edit| edit.span) else {
            return features;
        };
        let several = (proposal.edits.len() > 1).then(|| self.kinds(&proposal.edits));
        let change = self.change(first);
        let kind = several.unwrap_or(change.kind);
        features.flag(name!("kind", kind));
        self.neighbors(&change, kind, first, &mut features);
        self.complaint(&change, kind, rule, first, &mut features);
        self.surroundings(&change, kind, rule, first, &mut features);
        self.names(&change, kind, rule, first, &mut features);
        self.reading(&proposal.edits, kind, rule, &mut features);
        if let Some(last) = steps.last() {
            let nth = if steps.len() == 1 {
                name!("second")
            } else {
                name!("third")
            };
            features.flag(name!("step", nth));
            features.flag(name!("step", nth, rule));
            if last.rule == proposal.rule {
                features.flag(name!("again", rule));
                features.flag(name!("again", kind));
            }
        }
        features
    }

    fn change(&mut self, edit: &Edit) -> Change {
        let (code, shapes) = (&self.code, &self.shapes);
        Change::new(edit, self.site.text, code, shapes, &mut self.inserted)
    }

    /// The kinds of several edits, as one.
    fn kinds(&mut self, edits: &[Edit]) -> Name {
        let count = match edits.len() {
            2 => name!("2"),
            3 => name!("3"),
            _ => name!("4"),
        };
        let named = edits.iter().take(3);
        named.fold(name!("edits", count), |kinds, edit| {
            kinds.and(self.change(edit).kind)
        })
    }

    /// The tokens beside the change and the space between them.
    fn neighbors(&self, change: &Change, kind: Name, edit: &Edit, features: &mut Features) {
        let left = self.shape(change.before);
        let left2 = self.shape(change.before.and_then(|before| before.checked_sub(1)));
        let right = self.shape(Some(change.next));
        let right2 = self.shape(Some(change.next + 1));
        features.flag(name!("left", kind, left));
        features.flag(name!("right", kind, right));
        features.flag(name!("sides", kind, left, right));
        features.flag(name!("left2", kind, left2, left));
        features.flag(name!("right2", kind, right, right2));
        features.flag(name!("around", left, right));
        let gap = |space: Option<usize>| match space {
            None => name!("end"),
            Some(0) => name!("touching"),
            Some(1) => name!("one"),
            Some(_) => name!("wide"),
        };
        let before = change
            .before
            .and_then(|index| self.code.get(index))
            .map(|token| edit.span.start.saturating_sub(token.span.end));
        let after = self
            .code
            .get(change.next)
            .map(|token| token.span.start.saturating_sub(edit.span.end));
        features.flag(name!("gaps", kind, gap(before), gap(after)));
    }

    /// Where the change is, as seen from the complaint.
    fn complaint(
        &self,
        change: &Change,
        kind: Name,
        rule: Name,
        edit: &Edit,
        features: &mut Features,
    ) {
        features.flag(name!("message", self.message, kind));
        features.flag(name!("message", self.message, rule));
        let distance = match change.next as isize - self.complaint as isize {
            ..=-8 => name!("far before"),
            -7..=-4 => name!("before"),
            -3 => name!("-3"),
            -2 => name!("-2"),
            -1 => name!("-1"),
            0 => name!("0"),
            1 => name!("1"),
            2 => name!("2"),
            _ => name!("after"),
        };
        features.flag(name!("distance", distance));
        features.flag(name!("distance", kind, distance));
        features.flag(name!("distance", rule, distance));
        let line = self.site.layout.line_at(edit.span.start);
        let lines = match line as isize - self.site.line as isize {
            ..=-3 => name!("far above"),
            -2..=-1 => name!("above"),
            0 => name!("here"),
            _ => name!("below"),
        };
        features.flag(name!("lines", kind, lines));
        features.flag(name!("lines", rule, lines));
        features.flag(name!("found", self.found, kind));
        features.flag(name!("found", self.found, rule));
    }

    /// The statement, the bracket and the layout around the change.
    fn surroundings(
        &mut self,
        change: &Change,
        kind: Name,
        rule: Name,
        edit: &Edit,
        features: &mut Features,
    ) {
        let line = self.line(self.site.layout.line_at(edit.span.start));
        let first = line.statement;
        features.flag(name!("statement", kind, first));
        features.flag(name!("statement", rule, first));
        let bracket = self.bracket(change);
        features.flag(name!("bracket", kind, bracket));
        features.flag(name!("bracket", rule, bracket));
        let place = if line.last.is_some_and(|last| last <= edit.span.start) {
            name!("last")
        } else {
            name!("inner")
        };
        features.flag(name!("turn", kind, line.turn, place));
        features.flag(name!("turn", rule, line.turn, place));
        if line.first.is_some_and(|first| edit.span.start <= first) {
            features.flag(name!("first", kind));
            features.flag(name!("first", kind, first));
        }
        features.flag(name!("lone", kind, self.lone));
        features.flag(name!("lone", rule, self.lone));
        features.flag(name!("size", kind, self.size));
        features.flag(name!("size", rule, self.size));
    }

    /// Whether the names that come and go are at home in the text.
    fn names(&self, change: &Change, kind: Name, rule: Name, edit: &Edit, features: &mut Features) {
        let touched = self.code.get(change.touched.clone()).unwrap_or(&[]);
        let removed = touched.iter().filter(|token| is_word(token));
        features.number(name!("removed"), removed.clone().count() as f32);
        for token in removed {
            let known = self.known(token.text(self.site.text));
            features.flag(name!("removed", kind, known));
            features.flag(name!("removed", rule, known));
        }
        let added = self.inserted.iter().filter(|token| is_word(token));
        for token in added.clone() {
            let known = self.known(token.text(&edit.replacement));
            features.flag(name!("added", kind, known));
            features.flag(name!("added", rule, known));
        }
        if let Some((old, new)) = touched
            .iter()
            .filter(|token| is_word(token))
            .zip(added)
            .next()
        {
            let (old, new) = (old.text(self.site.text), new.text(&edit.replacement));
            let letters = match osa_distance(old, new) {
                0 => name!("none"),
                1 => name!("one"),
                2 => name!("two"),
                _ => name!("many"),
            };
            features.flag(name!("letters", letters));
            features.flag(name!("letters", rule, letters));
        }
    }

    /// How well a name is known in the text.
    fn known(&self, word: &str) -> Name {
        let word = Name::of(word);
        let first = self.names.partition_point(|known| *known < word);
        let is_it = |at: usize| self.names.get(at) == Some(&word);
        match (is_it(first), is_it(first + 1)) {
            (false, _) => name!("new"),
            (true, false) => name!("once"),
            (true, true) => name!("known"),
        }
    }

    /// Whether the text reads better afterwards.
    fn reading(&mut self, edits: &[Edit], kind: Name, rule: Name, features: &mut Features) {
        let (text, tokens) = (self.site.text, &self.site.layout.tokens);
        let reading = &mut self.reading;
        let gain: f32 = edits
            .iter()
            .take(MAX_EDITS)
            .map(|edit| reading.surprise_change(text, tokens, edit))
            .sum::<f32>()
            / 4.0;
        features.number(name!("reads"), gain);
        features.number(name!("reads", kind), gain);
        features.number(name!("reads", rule), gain);
        let step = match gain {
            ..=-2.0 => name!("much better"),
            ..=-0.5 => name!("better"),
            ..=0.5 => name!("alike"),
            ..=2.0 => name!("worse"),
            _ => name!("much worse"),
        };
        features.flag(name!("reads", step));
        features.flag(name!("reads", kind, step));
    }

    /// What the token at `index` looks like.
    fn shape(&self, index: Option<usize>) -> Name {
        match index {
            None => name!("^"),
            Some(index) => self.shapes.get(index).copied().unwrap_or(name!("$")),
        }
    }

    /// The bracket around the change: what it is and what stands before it.
    fn bracket(&self, change: &Change) -> Name {
        let opener = match self.inside.get(change.next) {
            Some(opener) => *opener,
            None => self.inside.last().copied().flatten(),
        };
        let Some(opener) = opener else {
            return name!("");
        };
        let before = opener.checked_sub(1);
        let head = before.and_then(|before| self.code.get(before));
        let is_def = opener
            .checked_sub(2)
            .map(|at| self.shape(Some(at)))
            .is_some_and(|shape| shape == name!("def") || shape == name!("class"));
        let bracket = self.shape(Some(opener));
        if is_def {
            name!("def", bracket)
        } else if head.is_some_and(|head| head.ends_operand(self.site.text)) {
            name!("call", bracket)
        } else {
            name!("group", bracket)
        }
    }

    /// What is around a line.
    fn line(&mut self, index: usize) -> Line {
        if let Some(known) = self.line.filter(|known| known.index == index) {
            return known;
        }
        let layout = &self.site.layout;
        let statement = layout.lines.get(index).map_or(index, |line| line.statement);
        let first = layout.code_of(statement).next();
        let indent = |line: usize| layout.lines.get(line).map_or(0, |line| line.indent);
        let next = layout.code_after(index);
        let mut code = layout.code_of(index).map(|token| token.span.start);
        let own = Line {
            index,
            statement: Name::of(first.map_or("", |token| shape(token, self.site.text))),
            turn: match next.map(|next| indent(next).cmp(&indent(index))) {
                None => name!("end"),
                Some(Ordering::Greater) => name!("deeper"),
                Some(Ordering::Equal) => name!("level"),
                Some(Ordering::Less) => name!("shallower"),
            },
            last: code.clone().next_back(),
            first: code.next(),
        };
        self.line = Some(own);
        own
    }
}

/// The brackets of a site without a partner, as one.
fn lone(site: &Site<'_>) -> Name {
    let mut shapes: Vec<Name> = site
        .lone_brackets
        .iter()
        .take(3)
        .map(|lone| {
            let text = |index: &usize| {
                let token = site.token(*index);
                Name::of(token.map_or("", |token| site.str(token)))
            };
            match lone {
                LoneBracket::Unclosed { opener, .. } => text(opener),
                LoneBracket::Unopened(closer) => text(closer),
                LoneBracket::Mismatched(opener, closer) => text(opener).and(text(closer)),
            }
        })
        .collect();
    shapes.sort_unstable();
    shapes.into_iter().fold(name!("lone"), Name::and)
}

fn applicability(proposal: &Proposal) -> Name {
    match proposal.applicability {
        Applicability::DisplayOnly => name!("display"),
        Applicability::Unsafe => name!("unsafe"),
        Applicability::Safe => name!("safe"),
    }
}
