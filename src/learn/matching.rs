//! Where in a text a template fits, and what it makes of it.

use std::ops::Range;

use super::lesson::{is_slip, nearest_keyword};
use super::reading::{Reading, Sort};
use super::template::{Class, Item, Put, Template};
use crate::text::{Edit, Span};

/// A place where a template fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The change; sorted, without overlap.
    pub edits: Vec<Edit>,
    /// Pieces between the complaint and the change.
    pub distance: usize,
}

/// Where `template` fits among the pieces `range` of a text whose parser complains about the piece `complaint`.
pub fn fits(
    template: &Template,
    reading: &Reading<'_>,
    complaint: usize,
    range: Range<usize>,
) -> Vec<Fit> {
    let places = match template.distance {
        Some(distance) => {
            let at = i64::try_from(complaint).unwrap_or(0) + i64::from(distance);
            match usize::try_from(at) {
                Ok(at) if at <= reading.pieces.len() => at..at + 1,
                _ => return Vec::new(),
            }
        }
        None => range,
    };
    places
        .filter_map(|first| {
            Some(Fit {
                edits: fit(template, reading, first)?,
                distance: first.abs_diff(complaint),
            })
        })
        .collect()
}

/// What fills the holes, by their numbers.
#[derive(Default)]
struct Filled<'text>(Vec<(u8, &'text str)>);

impl<'text> Filled<'text> {
    fn fill(&mut self, hole: u8, written: &'text str) -> bool {
        match self.get(hole) {
            Some(known) => known == written,
            None => {
                self.0.push((hole, written));
                true
            }
        }
    }

    fn get(&self, hole: u8) -> Option<&'text str> {
        let known = self.0.iter().find(|(known, _)| *known == hole);
        known.map(|(_, written)| *written)
    }
}

fn fit(template: &Template, reading: &Reading<'_>, first: usize) -> Option<Vec<Edit>> {
    let mut filled = Filled::default();
    let mut holds = |item: &Item, index: Option<usize>| holds(item, reading, index, &mut filled);
    let end = first + template.deleted.len();
    let (deleted, after) = (template.deleted.iter(), template.after.iter());
    let before = template.before.iter().rev();
    let fits = deleted
        .zip(first..)
        .all(|(item, index)| holds(item, Some(index)))
        && after
            .zip(end..)
            .all(|(item, index)| holds(item, Some(index)))
        && before
            .zip(1..)
            .all(|(item, back)| holds(item, first.checked_sub(back)));
    fits.then_some(())?;
    written(template, reading, first, &filled)
}

fn holds<'text>(
    item: &Item,
    reading: &Reading<'text>,
    index: Option<usize>,
    filled: &mut Filled<'text>,
) -> bool {
    let Some(piece) = index.and_then(|index| reading.pieces.get(index)) else {
        return *item == Item::Edge;
    };
    let written = piece.span.of(reading.text);
    match (item, piece.sort) {
        (Item::Text(text), _) => text == written,
        (Item::Hole(class, hole), Sort::One(own)) => *class == own && filled.fill(*hole, written),
        (Item::Like(word), Sort::One(Class::Name)) => is_slip(written, word),
        (Item::Misspelled(hole), Sort::One(Class::Name)) => {
            nearest_keyword(written).is_some() && filled.fill(*hole, written)
        }
        (Item::Line(depth), Sort::Line(own)) => *depth == own,
        _ => false,
    }
}

/// The change as edits to the text.
fn written(
    template: &Template,
    reading: &Reading<'_>,
    first: usize,
    filled: &Filled<'_>,
) -> Option<Vec<Edit>> {
    if let [Put::Line(depth) | Put::Block(depth)] = template.inserted.as_slice()
        && let [Item::Line(_)] = template.deleted.as_slice()
    {
        let old = reading.indent(first);
        let new = reading.indent_for(first, *depth, Some(old));
        let mut lines = vec![first];
        if matches!(template.inserted.as_slice(), [Put::Block(_)]) {
            lines.extend(reading.block(first));
        }
        let mut edits = Vec::new();
        for line in lines {
            let own = reading.indent(line);
            let rest = own.get(old.len()..)?;
            let end = reading.pieces.get(line)?.span.end;
            edits.push(Edit::replace(
                Span::new(end - own.len(), end),
                format!("{new}{rest}"),
            ));
        }
        return (old != new).then_some(edits);
    }
    let last = first + template.deleted.len();
    let start = first
        .checked_sub(1)
        .and_then(|before| reading.pieces.get(before))
        .map_or(0, |piece| piece.span.end);
    let end = reading
        .pieces
        .get(last)
        .map_or(reading.text.len(), |piece| piece.span.start);
    let mut text = String::new();
    for put in &template.inserted {
        match put {
            Put::Text(written) => text.push_str(written),
            Put::Quote => text.push_str(reading.open_quote(first)?),
            Put::Keyword(hole) => {
                text.push_str(nearest_keyword(filled.get(*hole)?)?);
            }
            Put::Copy(hole) => text.push_str(filled.get(*hole)?),
            Put::Line(depth) | Put::Block(depth) => {
                text.push('\n');
                text.push_str(&reading.indent_for(first, *depth, None));
            }
        }
    }
    let text = apart(reading.text, Span::new(start, end), text);
    let old = Span::new(start, end).of(reading.text);
    (old != text).then(|| vec![Edit::replace(Span::new(start, end), text)])
}

/// What is put in place of `span`, so that no word grows together with what stands beside it: one that does so where
/// the template was learned is part of what it takes away.
fn apart(whole: &str, span: Span, mut put: String) -> String {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let left = whole
        .get(..span.start)
        .is_some_and(|left| left.ends_with(is_word));
    let right = whole
        .get(span.end..)
        .is_some_and(|right| right.starts_with(is_word));
    if put.is_empty() {
        if left && right {
            put.push(' ');
        }
        return put;
    }
    if left && put.starts_with(is_word) {
        put.insert(0, ' ');
    }
    if right && put.ends_with(is_word) {
        put.push(' ');
    }
    put
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::template::LEVELS;
    use crate::text::apply;

    /// What a template makes of `text` at its second piece, if it takes away `deleted` there and puts `put`.
    fn made(text: &str, deleted: &[&str], put: &str) -> String {
        let item = |text: &&str| Item::Text((*text).to_owned());
        let template = Template {
            complaint: "SYN.INVALID_SYNTAX".to_owned(),
            level: LEVELS - 1,
            distance: None,
            before: Vec::new(),
            deleted: deleted.iter().map(item).collect(),
            after: Vec::new(),
            inserted: match put {
                "" => Vec::new(),
                put => vec![Put::Text(put.to_owned())],
            },
        };
        let reading = Reading::new(text);
        let [fit] = &fits(&template, &reading, 0, 1..2)[..] else {
            panic!("{text:?}: {:?}", reading.pieces);
        };
        apply(text, &fit.edits).expect("it fits")
    }

    #[test]
    fn words_never_grow_together() {
        assert_eq!(made("a b", &[], "or"), "a or b");
        assert_eq!(made("a + b", &["+"], ""), "a b");
        assert_eq!(made("a b", &[], ","), "a,b");
        assert_eq!(made("a (b)", &[], "in"), "a in(b)");
    }
}
