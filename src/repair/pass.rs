//! Once through a text: each complaint's piece is cut out, mended on its own and put back.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

use super::aside::{aside, is_better, is_doubtful};
use super::examine::{MAX_MISTAKES, State};
use super::mended::{Excerpt, Mended};
use super::naming::call_by_name;
use super::piece::Piece;
use super::search::{Cure, cures};
use super::trust::put_likeliest_first;
use super::window::{self, Reach, line_end, line_start};
use crate::lang::python::ParseError;
use crate::text::{Edit, Span, edits_between};

/// The pieces of a text that are tried, from the narrowest on.
const REACHES: [Reach; 5] = [
    Reach {
        statements: 2,
        bytes: Some(1024),
    },
    Reach {
        statements: 8,
        bytes: Some(4096),
    },
    Reach {
        statements: 2,
        bytes: None,
    },
    Reach {
        statements: 8,
        bytes: None,
    },
    Reach {
        statements: 64,
        bytes: None,
    },
];
/// Longest line that is repaired, in bytes; a longer one is set aside.
const MAX_LINE: usize = 32 * 1024;
/// Most mistakes of one piece of a text.
const MAX_IN_PIECE: usize = 40;

/// Longest piece that is preferred to one with an open end, in bytes.
const MAX_NARROW: usize = 1024;

/// A piece that is to be mended.
struct Chosen {
    piece: Piece,
    excerpt: Excerpt,
    /// Whether something is not closed at its end.
    is_open: bool,
}

/// How far a piece can be judged on its own.
enum Soundness {
    /// It is as wrong as it is in the whole.
    Sound,
    /// So it is, but for its end.
    Open,
    /// It is wrong in another way.
    Unsound,
}

impl State<'_> {
    /// Goes through the complaints about the text from left to right, piece by piece.
    pub(super) fn pass(&mut self, parsed: &Parsed<ModModule>, errors: &[ParseError]) {
        let before = std::mem::take(&mut self.text);
        let mut mended = Mended::new(&before);
        let mut done = 0;
        for (index, error) in errors.iter().enumerate() {
            if error.span.start < done {
                continue;
            }
            if self.mistakes.len() >= MAX_MISTAKES || self.budget.is_spent() {
                break;
            }
            let later = errors.get(index..).unwrap_or_default();
            let Some(chosen) = self.sound_piece(&mended, parsed, later) else {
                break;
            };
            let (lines, edits) = self.mend(chosen.excerpt, chosen.is_open);
            mended.push(&chosen.piece, &lines, edits);
            done = chosen.piece.span.end.max(error.span.start + 1);
        }
        self.text = mended.finish();
    }

    /// A piece of the text around the first of `errors` in which nothing looks wrong that is not.
    fn sound_piece(
        &mut self,
        mended: &Mended<'_>,
        parsed: &Parsed<ModModule>,
        errors: &[ParseError],
    ) -> Option<Chosen> {
        let at = errors.first()?.span.start;
        let mut narrowest = None;
        let mut open = None;
        for reach in REACHES {
            if reach.bytes.is_some() && self.is_too_narrow {
                continue;
            }
            let Some(piece) = window::around(mended.before, parsed, at, reach, mended.done) else {
                continue;
            };
            if piece.heads.is_empty() {
                narrowest = narrowest.or(Some(piece.span.start));
            }
            if piece.span.len() > MAX_NARROW && open.is_some() {
                return open;
            }
            let Some(chosen) = mended.excerpt(&piece).map(|excerpt| Chosen {
                piece,
                excerpt,
                is_open: false,
            }) else {
                continue;
            };
            match self.soundness(&chosen, errors) {
                Soundness::Sound => return Some(chosen),
                Soundness::Open if open.is_none() => {
                    open = Some(Chosen {
                        is_open: true,
                        ..chosen
                    });
                }
                Soundness::Open | Soundness::Unsound => {}
            }
        }
        // Where there is no place to begin behind what was mended, the text as it is then is looked at anew.
        let piece = Piece::plain(Span::new(narrowest?, mended.before.len()));
        if piece.span.len() > MAX_NARROW && open.is_some() {
            return open;
        }
        Some(Chosen {
            excerpt: mended.excerpt(&piece)?,
            piece,
            is_open: false,
        })
    }

    /// Whether the parser complains about a piece on its own only where it does so about the whole.
    fn soundness(&mut self, chosen: &Chosen, errors: &[ParseError]) -> Soundness {
        let Chosen { piece, excerpt, .. } = chosen;
        let (_, local) = self.budget.parse(&excerpt.text, self.version);
        let place = |local: &ParseError| {
            local
                .span
                .start
                .checked_sub(excerpt.head)
                .map(|at| at + piece.span.start)
        };
        let is_known = |local: &ParseError| {
            place(local).is_some_and(|at| {
                errors
                    .binary_search_by_key(&at, |known| known.span.start)
                    .is_ok()
            })
        };
        let Some(first) = local.first() else {
            return Soundness::Unsound;
        };
        let is_first = place(first) == errors.first().map(|error| error.span.start);
        let end = excerpt.text.trim_end().len();
        if (is_first || piece.heads.is_empty()) && local.iter().all(is_known) {
            Soundness::Sound
        } else if is_first
            && local
                .iter()
                .all(|local| is_known(local) || local.span.start >= end)
        {
            Soundness::Open
        } else {
            Soundness::Unsound
        }
    }

    /// Cures a piece of the text, or sets aside what cannot be cured, until it parses: what its lines are then, and the
    /// edits to the whole text that made them so, one after the other.
    fn mend(&mut self, excerpt: Excerpt, is_open: bool) -> (String, Vec<Edit>) {
        let Excerpt {
            mut text,
            head,
            start,
            cuts,
        } = excerpt;
        // The piece is the text without what was cut out of it, and so it is for the history.
        let known = self.history.len();
        self.history.push(&cuts);
        let first = self.history.len();
        self.mend_alone(&mut text, head, is_open);
        let at = |offset: usize| offset.saturating_sub(head) + start;
        let made: Vec<Edit> = self
            .history
            .since(first)
            .iter()
            .map(|edit| {
                Edit::replace(
                    Span::new(at(edit.span.start), at(edit.span.end)),
                    edit.replacement.clone(),
                )
            })
            .collect();
        self.history.truncate(known);
        for edit in &made {
            self.history.push(std::slice::from_ref(edit));
        }
        (text.split_off(head), made)
    }

    /// Makes `piece` parse without a change to its first `head` bytes; if it `is_open`, all but its end.
    fn mend_alone(&mut self, piece: &mut String, head: usize, is_open: bool) {
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..MAX_IN_PIECE {
            let Some(error) = self.budget.parse(piece, self.version).1.into_iter().next() else {
                break;
            };
            if is_open && !seen.is_empty() && error.span.start >= piece.trim_end().len() {
                // What is not closed at the end is a mistake of its own: it is met with what follows it.
                break;
            }
            let mut found = if is_at_long_line(piece, error.span.start) {
                Vec::new()
            } else {
                cures(piece, &error, self.version, self.sources, &mut self.budget)
            };
            // Never back to a text that was left because it was broken, nor forever at one line.
            found.retain(|cure| !seen.contains(&cure.text));
            if self.is_worn_out(error.span.start) {
                found.clear();
            }
            seen.push(piece.clone());
            call_by_name(&mut found, &error, piece);
            let keeps_head =
                |cure: &Cure| cure.steps.iter().all(|step| is_behind(&step.edits, head));
            if let Some(best) = found.first()
                && !keeps_head(best)
            {
                self.is_too_narrow = true;
                break;
            }
            found.retain(keeps_head);
            put_likeliest_first(&mut found);
            let guided = self.guide.is_some() && !found.is_empty();
            if guided && !self.follow_guide(&mut found, piece) {
                self.is_stuck = true;
                break;
            }
            let doubtful = !guided && found.first().is_none_or(is_doubtful);
            let aside = doubtful
                .then(|| aside(piece, &error, head, self.version, &mut self.budget))
                .flatten();
            let best = found.first().filter(|best| {
                aside.as_ref().is_none_or(|aside| {
                    is_better(best, aside, self.version, self.sources, &mut self.budget)
                })
            });
            let after = if let Some(best) = best {
                self.record(&found, piece);
                for step in &best.steps {
                    self.history.push(&step.edits);
                }
                best.text.clone()
            } else {
                if aside.is_none() && head > 0 {
                    self.is_too_narrow = true;
                    break;
                }
                let above = aside.as_ref().and_then(|aside| aside.above);
                self.unexplained(&error, above, piece);
                let Some(aside) = aside else {
                    self.is_stuck = true;
                    break;
                };
                let edit = &aside.edit;
                self.set_aside.push(Edit::replace(
                    self.history.original_span(edit.span),
                    edit.replacement.clone(),
                ));
                self.history.push(std::slice::from_ref(edit));
                aside.text
            };
            *piece = after;
        }
    }
}

/// Whether the line of byte `offset`, or the one before it, is longer than any that a person writes.
fn is_at_long_line(text: &str, offset: usize) -> bool {
    let end = line_end(text, offset);
    let start = line_start(text, offset);
    let before = text.get(..start).unwrap_or("").trim_end().len();
    end - start > MAX_LINE || before - line_start(text, before) > MAX_LINE
}

impl State<'_> {
    /// Puts the cure that the guide chooses first; `false` if it chooses none.
    fn follow_guide(&mut self, found: &mut Vec<Cure>, piece: &str) -> bool {
        let cures: Vec<(Vec<Edit>, &Cure)> = found
            .iter()
            .map(|cure| {
                (
                    self.history
                        .original_edits(&edits_between(piece, &cure.text)),
                    cure,
                )
            })
            .collect();
        let chosen = self.guide.as_mut().and_then(|guide| guide.choose(&cures));
        let Some(chosen) = chosen.filter(|chosen| *chosen < found.len()) else {
            return false;
        };
        let chosen = found.remove(chosen);
        found.insert(0, chosen);
        true
    }
}

/// Whether none of the edits reaches into the first `head` bytes.
fn is_behind(edits: &[Edit], head: usize) -> bool {
    edits.iter().all(|edit| edit.span.start >= head)
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::VERSION;
    use crate::repair::{CostModel, examine};
    use crate::text::apply;

    const METHOD: &str = "    def count(self, rows):\n        total = 0\n        for row in rows:\n            try:\n                total += len(row[0])\n            except TypeError:\n                print('none')\n        return {'total': total}\n\n";

    /// A class with the damaged method between others, and what is before that method.
    fn class(damaged: &str, others: usize) -> (String, usize) {
        let before = format!("class Rows:\n{}", METHOD.repeat(others));
        let text = [&before, damaged, &METHOD.repeat(others)].concat();
        (text, before.len())
    }

    #[test]
    fn a_mistake_is_the_same_in_a_long_text_as_in_a_short_one() {
        for (whole, broken) in [
            ("rows:\n            try", "rows\n            try"),
            ("(row[0])", "(row[0)"),
            ("                total", "            total"),
            ("'none'", "'none"),
            ("try:", "try"),
            ("except", "excpt"),
            ("total = 0", "total == = 0"),
            ("return {'total'", "return {'total"),
        ] {
            let damaged = METHOD.replacen(whole, broken, 1);
            let [short, long] = [3, 200].map(|others| {
                let (text, at) = class(&damaged, others);
                let examination = examine(&text, VERSION, &CostModel::embedded());
                let [mistake] = examination.mistakes.as_slice() else {
                    panic!("{broken:?}: {:?}", examination.mistakes);
                };
                let repair = mistake.repairs.first().expect("there is a repair");
                let healed = apply(&text, &repair.edits).expect("it fits");
                let end = healed.len() - METHOD.len() * others;
                let finding = &mistake.finding;
                (
                    healed[at..end].to_owned(),
                    finding.cluster(),
                    finding.span.start - at,
                    repair.title.clone(),
                )
            });
            assert_eq!(short, long, "{broken:?}");
        }
    }

    #[test]
    fn what_follows_a_mended_head_is_judged_below_it() {
        let damaged = METHOD
            .replacen("rows):", "rows)", 1)
            .replacen("'none'", "'none", 1);
        let (text, _) = class(&damaged, 50);
        let examination = examine(&text, VERSION, &CostModel::embedded());
        let codes: Vec<&str> = examination
            .mistakes
            .iter()
            .map(|mistake| mistake.finding.code.as_str())
            .collect();
        assert_eq!(codes, ["SYN.MISSING_COLON", "SYN.UNTERMINATED_STRING"]);
    }

    #[test]
    fn every_one_of_many_mistakes_is_found() {
        for text in ["print 'a'\n", "x = foo(1\nimport os\n"] {
            assert_eq!(
                examine(&text.repeat(100), VERSION, &CostModel::embedded())
                    .mistakes
                    .len(),
                100
            );
        }
    }

    #[test]
    fn what_no_person_writes_is_given_up() {
        let long = format!("x = [{}1 1]\n", "1, ".repeat(20_000));
        for text in ["(".repeat(100_000), "{\n".repeat(10_000), long] {
            let examination = examine(&text, VERSION, &CostModel::embedded());
            assert_eq!(examination.mistakes.len(), 1);
        }
    }
}
