//! What a fix teaches: its changes one by one, each with what the parser complains about before it.

use super::learned::complaint;
use super::site::Site;
use crate::lang::python::{ParseError, Version, parse, syntax_errors};
use crate::learn::{Template, templates};
use crate::text::{Edit, Span, apply, word_edits_between};

/// A change that took a text further.
#[derive(Debug, Clone, PartialEq)]
pub struct Taught {
    /// The text before the change.
    pub text: String,
    /// What the parser complains about in it; templates are looked up by it.
    pub complaint: String,
    /// The change.
    pub edits: Vec<Edit>,
    /// The same as templates, the most specific first; empty if it is not of a kind that one can say.
    pub templates: Vec<Template>,
}

/// Most changes of one fix that are told apart.
const MAX_CHANGES: usize = 12;

/// The changes that lead from `before` to `after`, as far as each of them takes the parser further; those that change
/// nothing about what it complains about are left out.
pub fn taught(before: &str, after: &str, version: Version) -> Vec<Taught> {
    let (before, after) = near(before, after);
    let mut left = grouped(before, word_edits_between(before, after));
    let mut text = before.to_owned();
    let mut taught = Vec::new();
    while taught.len() < MAX_CHANGES {
        let errors = errors(&text, version);
        let found = errors.iter().take(MAX_ERRORS).find_map(|error| {
            let change = next_change(&text, error, &errors, &left, version)?;
            Some((error.clone(), change))
        });
        let Some((error, Next { used, edits, next })) = found else {
            break;
        };
        left = moved(left, &used, &edits);
        let at = error.span.start;
        let complaint = complaint(&Site::new(&text, error));
        taught.push(Taught {
            templates: templates(&text, &complaint, at, &edits),
            complaint,
            edits,
            text,
        });
        text = next;
    }
    taught
}

/// Texts of more bytes are cut down to the statements of the module around what differs.
const MAX_WHOLE: usize = 16 * 1024;

/// Statements of the module that are kept on each side of what differs.
const KEPT: usize = 2;

/// What of two texts is to be looked at: all, or of long ones the statements around what differs.
fn near<'text>(before: &'text str, after: &'text str) -> (&'text str, &'text str) {
    if before.len() <= MAX_WHOLE {
        return (before, after);
    }
    let same = |(left, right): (char, char)| (left == right).then(|| left.len_utf8());
    let head: usize = std::iter::zip(before.chars(), after.chars())
        .map_while(same)
        .sum();
    let rest = (
        before.get(head..).unwrap_or(""),
        after.get(head..).unwrap_or(""),
    );
    let tail: usize = std::iter::zip(rest.0.chars().rev(), rest.1.chars().rev())
        .map_while(same)
        .sum();
    let begins = |line: &&(usize, &str)| {
        line.1
            .starts_with(|first: char| first.is_alphanumeric() || matches!(first, '_' | '@'))
    };
    let lines = |text: &'text str| {
        let mut at = 0;
        text.split_inclusive('\n').map(move |line| {
            at += line.len();
            (at - line.len(), line)
        })
    };
    let above: Vec<(usize, &str)> = lines(before.get(..head).unwrap_or("")).collect();
    let start = above
        .iter()
        .rev()
        .filter(begins)
        .nth(KEPT)
        .map_or(0, |line| line.0);
    let below: Vec<(usize, &str)> = lines(before.get(before.len() - tail..).unwrap_or(""))
        .skip(1)
        .collect();
    let cut = below
        .iter()
        .filter(begins)
        .nth(KEPT)
        .map_or(0, |line| tail - line.0);
    let kept = |text: &'text str| text.get(start..text.len() - cut).unwrap_or(text);
    (kept(before), kept(after))
}

/// Complaints whose cure is looked for among the changes.
const MAX_ERRORS: usize = 8;

/// Changes that belong together: lines of one block that move alike.
type Group = Vec<Edit>;

fn grouped(text: &str, edits: Vec<Edit>) -> Vec<Group> {
    let is_blank = |text: &str| text.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let is_indent = |edit: &Edit| {
        let line = text.get(..edit.span.start).unwrap_or("");
        let line = line
            .get(line.rfind('\n').map_or(0, |at| at + 1)..)
            .unwrap_or("");
        is_blank(line) && is_blank(edit.span.of(text)) && is_blank(&edit.replacement)
    };
    let growth = |edit: &Edit| edit.replacement.len() as i64 - edit.span.len() as i64;
    let mut groups: Vec<Group> = Vec::new();
    for edit in edits {
        match groups.last_mut() {
            Some(group)
                if is_indent(&edit)
                    && group
                        .iter()
                        .all(|other| is_indent(other) && growth(other) == growth(&edit))
                    && group.last().is_some_and(|last| {
                        Span::new(last.span.end, edit.span.start)
                            .of(text)
                            .trim_matches('\n')
                            .lines()
                            .count()
                            <= 1
                    }) =>
            {
                group.push(edit);
            }
            _ => groups.push(vec![edit]),
        }
    }
    groups
}

fn errors(text: &str, version: Version) -> Vec<ParseError> {
    syntax_errors(&parse(text, version))
}

/// A change that takes the parser further.
struct Next {
    /// Indexes of the groups that it is made of.
    used: Vec<usize>,
    edits: Vec<Edit>,
    /// The text afterwards.
    next: String,
}

/// Groups near a complaint that are tried.
const MAX_NEAR: usize = 6;

/// Of the changes that are left, the nearest to the complaint that takes the parser further; alone, or with its
/// neighbor.
fn next_change(
    text: &str,
    error: &ParseError,
    known: &[ParseError],
    left: &[Group],
    version: Version,
) -> Option<Next> {
    let distance = |group: &Group| {
        let at = error.span.start;
        let distances = group.iter().map(|edit| {
            edit.span
                .start
                .saturating_sub(at)
                .max(at.saturating_sub(edit.span.end))
        });
        distances.min().unwrap_or(usize::MAX)
    };
    let mut order: Vec<usize> = (0..left.len()).collect();
    order.sort_by_key(|at| left.get(*at).map(distance));
    order.truncate(MAX_NEAR);
    let alone = order.iter().map(|at| (vec![*at], left.get(*at).cloned()));
    let joined = order.iter().map(|at| {
        let edits = left.get(*at).zip(left.get(at + 1));
        let edits = edits.and_then(|(first, second)| joined(text, first, second));
        (vec![*at, at + 1], edits)
    });
    alone.chain(joined).find_map(|(used, edits)| {
        let edits = edits?;
        let next = apply(text, &edits).ok()?;
        is_further(error, known, &edits, &errors(&next, version)).then_some(Next {
            used,
            edits,
            next,
        })
    })
}

/// Two changes with what stands between them as one.
fn joined(text: &str, first: &Group, second: &Group) -> Option<Group> {
    let ([first], [second]) = (first.as_slice(), second.as_slice()) else {
        return None;
    };
    let between = Span::new(first.span.end, second.span.start).of(text);
    Some(vec![Edit::replace(
        first.span.cover(second.span),
        [&first.replacement, between, &second.replacement].concat(),
    )])
}

/// Bytes that the parser may give up earlier after a change that helps.
const BACK: i64 = 12;

/// Whether a complaint is gone after a change, and none has come up before it.
fn is_further(
    error: &ParseError,
    known: &[ParseError],
    edits: &[Edit],
    left: &[ParseError],
) -> bool {
    let growth = |at: usize| -> i64 {
        let before = edits.iter().filter(|edit| edit.span.start <= at);
        before
            .map(|edit| edit.replacement.len() as i64 - edit.span.len() as i64)
            .sum()
    };
    let after = |error: &ParseError| error.span.start as i64 + growth(error.span.start);
    let at = after(error);
    let stays = left
        .iter()
        .any(|left| left.span.start as i64 == at && left.kind == error.kind);
    let is_new_before = |left: &ParseError| {
        let place = left.span.start as i64;
        place + BACK < at && !known.iter().any(|known| after(known) == place)
    };
    !stays && !left.iter().any(is_new_before)
}

/// What is left of the changes after those in `used` were made as `made`, in the coordinates of the text then.
fn moved(left: Vec<Group>, used: &[usize], made: &[Edit]) -> Vec<Group> {
    left.into_iter()
        .enumerate()
        .filter(|(at, _)| !used.contains(at))
        .map(|(_, group)| {
            group
                .into_iter()
                .map(|edit| {
                    let growth: i64 = made
                        .iter()
                        .filter(|made| made.span.end <= edit.span.start)
                        .map(|made| made.replacement.len() as i64 - made.span.len() as i64)
                        .sum();
                    let shift = |at: usize| at.saturating_add_signed(growth as isize);
                    Edit::replace(
                        Span::new(shift(edit.span.start), shift(edit.span.end)),
                        edit.replacement,
                    )
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::python::same_program;
    use crate::learn::{Reading, fits};
    use crate::repair::testing::VERSION;

    /// Checks that every template that a fix teaches makes the same of the text that it was taught on.
    #[track_caller]
    fn check(before: &str, after: &str, changes: usize) {
        let taught = taught(before, after, VERSION);
        assert_eq!(taught.len(), changes, "{before:?}");
        for step in &taught {
            assert!(!step.templates.is_empty(), "{before:?}: {:?}", step.edits);
            let wanted = apply(&step.text, &step.edits).expect("it fits");
            let reading = Reading::new(&step.text);
            let at = errors(&step.text, VERSION)
                .first()
                .map_or(0, |error| error.span.start);
            for template in &step.templates {
                let all = 0..reading.pieces.len() + 1;
                let made: Vec<String> = fits(template, &reading, reading.at(at), all)
                    .iter()
                    .map(|fit| apply(&step.text, &fit.edits).expect("it fits"))
                    .collect();
                assert!(
                    made.iter().any(|made| same_program(made, &wanted)),
                    "{} makes {made:?}",
                    template.describe()
                );
            }
        }
        let last = taught.last().expect("there is a change");
        let end = apply(&last.text, &last.edits).expect("it fits");
        assert!(same_program(&end, after), "{end:?}");
    }

    #[test]
    fn every_template_makes_what_it_was_taught() {
        check("def f(x)\n    return x\n", "def f(x):\n    return x\n", 1);
        check("f(a b)\n", "f(a, b)\n", 1);
        check("x = 1\nprint 'a'\n", "x = 1\nprint('a')\n", 2);
        check("print('a)\n", "print('a')\n", 1);
        check("retrun x\n", "return x\n", 1);
        check("if a:\nb = 1\nc = 2\n", "if a:\n    b = 1\n    c = 2\n", 1);
        check("a = 1\n    b = 2\nc = 3\n", "a = 1\nb = 2\nc = 3\n", 1);
        check("if a = b:\n    pass\n", "if a == b:\n    pass\n", 1);
        check("f(a))\n", "f(a)\n", 1);
        check("x = 1 y = 2\n", "x = 1\ny = 2\n", 1);
        check("else if a:\n    b\n", "elif a:\n    b\n", 1);
    }

    #[test]
    fn a_long_text_teaches_what_a_short_one_does() {
        let others = "def other(a, b):\n    return a + b\n\n\n".repeat(1000);
        let short = taught(
            "def f(x)\n    return x\n",
            "def f(x):\n    return x\n",
            VERSION,
        );
        let long = |middle: &str| [&others, middle, &others].concat();
        let long = taught(
            &long("def f(x)\n    return x\n\n\n"),
            &long("def f(x):\n    return x\n\n\n"),
            VERSION,
        );
        assert!(long.first().is_some_and(|step| step.text.len() < 1024));
        let keys = |taught: &[Taught]| -> Vec<String> {
            let all = taught.iter().flat_map(|step| &step.templates);
            all.map(|template| template.complaint.clone()).collect()
        };
        assert_eq!(keys(&short), keys(&long));
    }
}
