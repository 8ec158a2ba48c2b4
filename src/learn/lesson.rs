//! From a change that was accepted to templates, the most specific first.

use super::reading::{Holes, Reading, Sort, depth};
use super::template::{Class, Depth, Item, LEVELS, Put, Template};
use crate::lang::python::{KEYWORDS, tokens};
use crate::text::{Edit, Span};

/// What of a change's surroundings a template demands.
struct Demand {
    /// Which of [`keys`] it is looked up by.
    key: usize,
    /// How far the change is from the complaint.
    distance: bool,
    /// So many pieces before and after the change.
    around: (usize, usize),
    /// Whether names and literals are kept as they are.
    verbatim: bool,
}

const fn demand(key: usize, distance: bool, around: (usize, usize)) -> Demand {
    Demand {
        key,
        distance,
        around,
        verbatim: false,
    }
}

/// From the most specific to the most general.
const DEMANDS: [Demand; LEVELS as usize] = [
    Demand {
        verbatim: true,
        ..demand(0, true, (3, 3))
    },
    demand(0, true, (2, 2)),
    demand(1, true, (2, 2)),
    demand(0, false, (2, 2)),
    demand(1, true, (1, 1)),
    demand(2, false, (1, 1)),
    demand(2, true, (0, 1)),
    demand(2, true, (1, 0)),
    demand(2, false, (0, 1)),
    demand(2, true, (0, 0)),
    demand(3, false, (1, 1)),
    demand(3, false, (1, 0)),
];

/// By this the templates are looked up that fit whatever the parser complains about.
const ANY: &str = "*";

/// Most tokens that a template takes away or puts.
const MAX_CHANGED: usize = 60;

/// The templates of one change to `text`, where the parser complains about byte `at`; empty if it is too large for one,
/// or not of a kind that a template can say.
pub fn templates(text: &str, complaint: &str, at: usize, edits: &[Edit]) -> Vec<Template> {
    let reading = Reading::new(text);
    let Some(change) = Change::new(&reading, edits) else {
        return Vec::new();
    };
    let keys = keys(&reading, complaint, at);
    let mut templates: Vec<Template> = Vec::new();
    for (level, demand) in (0..).zip(&DEMANDS) {
        let Some(mut template) = change.template(&reading, demand) else {
            continue;
        };
        template.complaint = keys.get(demand.key).cloned().unwrap_or_default();
        template.level = level;
        if demand.distance {
            let distance = change.first as i64 - reading.at(at) as i64;
            template.distance = i16::try_from(distance).ok();
        }
        if template.check().is_ok() {
            templates.push(template);
        }
    }
    templates
}

/// By what the templates for a complaint are looked up, the most specific ones first: the complaint with the token that
/// it is about and the first word of its line, with the token alone, by itself, and the last one for any complaint.
pub fn keys(reading: &Reading<'_>, complaint: &str, at: usize) -> [String; 4] {
    let index = reading.at(at);
    let (token, head) = (reading.kind(index), reading.kind(reading.line_start(index)));
    [
        format!("{complaint} {token} {head}"),
        format!("{complaint} {token}"),
        complaint.to_owned(),
        ANY.to_owned(),
    ]
}

/// A change as the pieces that it takes away, and what it puts there.
#[derive(Debug)]
struct Change {
    /// Index of the first piece that changes, or of the one before which something is put.
    first: usize,
    /// How many pieces change.
    count: usize,
    /// What stands there afterwards, from the end of the piece before to the start of the piece after.
    put: Written,
}

#[derive(Debug)]
enum Written {
    Text(String),
    /// A line moves, alone or with its block.
    Moved {
        depth: Depth,
        with_block: bool,
    },
}

impl Change {
    fn new(reading: &Reading<'_>, edits: &[Edit]) -> Option<Self> {
        if let Some(moved) = Self::moved(reading, edits) {
            return Some(moved);
        }
        let [edit] = edits else {
            return None;
        };
        let span = edit.span;
        let first = reading
            .pieces
            .partition_point(|piece| piece.span.end <= span.start);
        // What is only touched at its edge does not change, unless a word is made longer there.
        let last = reading
            .pieces
            .partition_point(|piece| piece.span.start < span.end);
        let (mut first, mut last) = (first, last.max(first));
        if span.is_empty()
            && reading
                .pieces
                .get(first)
                .is_some_and(|piece| piece.span.start < span.start)
        {
            last = first + 1;
        }
        let end_before = |first: usize| {
            first
                .checked_sub(1)
                .and_then(|before| reading.pieces.get(before))
                .map_or(0, |piece| piece.span.end)
        };
        let start_after = |last: usize| {
            reading
                .pieces
                .get(last)
                .map_or(reading.text.len(), |piece| piece.span.start)
        };
        // Words that grow together with what is put belong to the change.
        let joins = |left: Option<char>, right: Option<char>| {
            let is_word = |character: Option<char>| {
                character.is_some_and(|c| c.is_alphanumeric() || c == '_')
            };
            is_word(left) && is_word(right)
        };
        if first > 0
            && end_before(first) == span.start
            && joins(
                reading.written(first - 1).chars().last(),
                edit.replacement.chars().next(),
            )
        {
            first -= 1;
        }
        if start_after(last) == span.end
            && joins(
                edit.replacement.chars().last(),
                reading.written(last).chars().next(),
            )
        {
            last += 1;
        }
        let region = Span::new(
            end_before(first).min(span.start),
            start_after(last).max(span.end),
        );
        let text = [
            Span::new(region.start, span.start).of(reading.text),
            &edit.replacement,
            Span::new(span.end, region.end).of(reading.text),
        ]
        .concat();
        (last - first <= MAX_CHANGED).then_some(Self {
            first,
            count: last - first,
            put: Written::Text(text),
        })
    }

    /// A change of nothing but the indentation of a line, or of a block in the same way.
    fn moved(reading: &Reading<'_>, edits: &[Edit]) -> Option<Self> {
        let mut lines = Vec::new();
        for edit in edits {
            let line = reading.pieces.iter().position(|piece| {
                matches!(piece.sort, Sort::Line(_))
                    && piece.span.start < edit.span.start
                    && edit.span.end <= piece.span.end
            })?;
            let is_blank = |text: &str| text.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
            if !is_blank(edit.span.of(reading.text)) || !is_blank(&edit.replacement) {
                return None;
            }
            let indent = reading.indent(line);
            let start = reading.pieces.get(line)?.span.end - indent.len();
            let after = [
                Span::new(start, edit.span.start.max(start)).of(reading.text),
                &edit.replacement,
                Span::new(edit.span.end, start + indent.len()).of(reading.text),
            ]
            .concat();
            lines.push((line, after));
        }
        let (first, after) = lines.first()?;
        let depth = [Depth::Same, Depth::Deeper, Depth::Shallower]
            .into_iter()
            .find(|depth| {
                let old = reading.indent(*first);
                let expected = reading.indent_for(*first, *depth, Some(old));
                expected.len() == after.len()
                    || *depth == Depth::Deeper && after.len() > reading.line_indent(*first).len()
            })?;
        let moved: Vec<usize> = lines.iter().skip(1).map(|(line, _)| *line).collect();
        let with_block = match moved.as_slice() {
            [] => false,
            moved if moved == reading.block(*first) => true,
            _ => return None,
        };
        Some(Self {
            first: *first,
            count: 1,
            put: Written::Moved { depth, with_block },
        })
    }

    fn template(&self, reading: &Reading<'_>, demand: &Demand) -> Option<Template> {
        let mut holes = Holes::default();
        let mut side = |indexes: &mut dyn Iterator<Item = Option<usize>>| -> Vec<Item> {
            let mut items = Vec::new();
            for index in indexes {
                let item = reading.item(index, &mut holes);
                let is_edge = item == Item::Edge;
                items.push(if demand.verbatim {
                    verbatim(reading, index, item)
                } else {
                    item
                });
                if is_edge {
                    break;
                }
            }
            items
        };
        let first = self.first;
        let deleted = side(&mut (first..first + self.count).map(Some));
        let mut before = side(&mut (1..=demand.around.0).map(|back| first.checked_sub(back)));
        before.reverse();
        let end = first + self.count;
        let after = side(&mut (end..end + demand.around.1).map(Some));
        let (inserted, deleted) = match &self.put {
            Written::Moved { depth, with_block } => {
                let put = if *with_block {
                    Put::Block(*depth)
                } else {
                    Put::Line(*depth)
                };
                (vec![put], deleted)
            }
            Written::Text(text) => {
                let deleted = if demand.verbatim {
                    deleted
                } else {
                    self.loosened(reading, deleted, text, demand)
                };
                let inserted = match deleted.as_slice() {
                    [Item::Misspelled(hole)] => respelled(text, *hole),
                    _ => puts(reading, first, text, &holes),
                };
                (inserted, deleted)
            }
        };
        Some(Template {
            complaint: String::new(),
            level: 0,
            distance: None,
            before,
            deleted,
            after,
            inserted,
        })
    }

    /// What is taken away, where it is not copied: a slip of the word that takes its place, or just what it is.
    fn loosened(
        &self,
        reading: &Reading<'_>,
        deleted: Vec<Item>,
        text: &str,
        demand: &Demand,
    ) -> Vec<Item> {
        let put: Vec<&str> = tokens(text).map(|token| token.text(text)).collect();
        deleted
            .into_iter()
            .zip(self.first..)
            .map(|(item, index)| {
                let written = reading.written(index);
                match item {
                    // What stays in the text is copied, and what is too much may be anything of its kind.
                    Item::Hole(class, hole) if put.is_empty() => Item::Hole(class, hole),
                    Item::Hole(class, hole) if put.contains(&written) => Item::Hole(class, hole),
                    Item::Hole(Class::Name, hole)
                        if demand.key == 2 && nearest_keyword(written) == Some(text.trim()) =>
                    {
                        Item::Misspelled(hole)
                    }
                    Item::Hole(Class::Name, _) => {
                        put.iter().find(|word| is_slip(written, word)).map_or_else(
                            || Item::Text(written.to_owned()),
                            |word| Item::Like((*word).to_owned()),
                        )
                    }
                    Item::Hole(class @ Class::Comment, hole) => Item::Hole(class, hole),
                    Item::Hole(..) => Item::Text(written.to_owned()),
                    other => other,
                }
            })
            .collect()
    }
}

/// Names and literals as they are; quotes are what they are anyway.
fn verbatim(reading: &Reading<'_>, index: Option<usize>, item: Item) -> Item {
    match (item, index) {
        (Item::Hole(Class::Name | Class::Number, _), Some(index)) => {
            Item::Text(reading.written(index).to_owned())
        }
        (item, _) => item,
    }
}

/// Whether `written` is `word` but for a slip or two.
pub(super) fn is_slip(written: &str, word: &str) -> bool {
    let most = match word.chars().count() {
        0..=2 => return false,
        3..=4 => 1,
        _ => 2,
    };
    written != word && strsim::osa_distance(written, word) <= most
}

/// The keyword that `written` is a slip of, if there is just one that is nearest.
pub(super) fn nearest_keyword(written: &str) -> Option<&'static str> {
    let lower = written.to_lowercase();
    let mut near: Vec<(usize, &'static str)> = KEYWORDS
        .iter()
        .filter(|keyword| {
            is_slip(written, keyword) || lower == keyword.to_lowercase() && written != **keyword
        })
        .map(|keyword| (strsim::osa_distance(written, keyword), *keyword))
        .collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, only)] => Some(only),
        [(first, best), (second, _), ..] if first < second => Some(best),
        _ => None,
    }
}

/// A keyword in place of a name that is a slip of it, with the space around it.
fn respelled(text: &str, hole: u8) -> Vec<Put> {
    let word = text.trim();
    let (before, after) = text.split_once(word).unwrap_or_default();
    [
        Put::Text(before.to_owned()),
        Put::Keyword(hole),
        Put::Text(after.to_owned()),
    ]
    .into_iter()
    .filter(|put| *put != Put::Text(String::new()))
    .collect()
}

/// What is put, with copies of what fills a hole.
fn puts(reading: &Reading<'_>, first: usize, text: &str, holes: &Holes<'_>) -> Vec<Put> {
    let mut puts: Vec<Put> = Vec::new();
    let mut say = |put: Put| match (puts.last_mut(), put) {
        (Some(Put::Text(last)), Put::Text(more)) => last.push_str(&more),
        (_, Put::Text(text)) if text.is_empty() => {}
        (_, put) => puts.push(put),
    };
    let mut indent = reading.line_indent(first).to_owned();
    let mut gap = |written: &str| match written.rfind(['\n', '\r']) {
        Some(at) if !written.contains('\\') => {
            let own = written.get(at + 1..).unwrap_or("");
            let depth = depth(&indent, own);
            own.clone_into(&mut indent);
            Put::Line(depth)
        }
        _ => Put::Text(written.to_owned()),
    };
    let put = Reading::new(text);
    let mut done = 0;
    for piece in &put.pieces {
        let class = match piece.sort {
            Sort::Line(_) => continue,
            Sort::One(class) => Some(class),
            Sort::Fixed => None,
        };
        say(gap(Span::new(done, piece.span.start).of(text)));
        done = piece.span.end;
        let written = piece.span.of(text);
        let copied = class.and_then(|_| holes.known(written)).map(Put::Copy);
        let quote = (class == Some(Class::Quote) && reading.open_quote(first) == Some(written))
            .then_some(Put::Quote);
        say(copied
            .or(quote)
            .unwrap_or_else(|| Put::Text(written.to_owned())));
    }
    say(gap(Span::new(done, text.len()).of(text)));
    puts
}
