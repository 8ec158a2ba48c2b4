//! What comes along when text is copied from elsewhere.

use fastrand::Rng;

use super::site::{Site, pick};
use crate::text::{Edit, Span};

/// `>>> a = 1`
pub fn repl_prompt(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let line = pick(random, site.statements())?;
    let start = site.line_span(line).start;
    let mut edits = vec![Edit::insert(start, ">>> ")];
    // The lines of a header's body have prompts of their own.
    for next in site.statements().filter(|next| *next > line) {
        if site.indent(next) <= site.indent(line) {
            break;
        }
        edits.push(Edit::insert(site.line_span(next).start, "... "));
    }
    Some(edits)
}

/// Both sides of a merge that nobody finished.
pub fn merge_conflict(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let line = pick(random, site.statements())?;
    let statement = site.statement(line);
    let own = Span::new(
        site.line_span(statement.start).start,
        site.line_span(statement.end - 1).end,
    );
    let theirs = own.of(site.source);
    let branch = random.choice(["main", "feature", "origin/main"])?;
    Some(vec![
        Edit::insert(own.start, "<<<<<<< HEAD\n"),
        Edit::insert(own.end, format!("\n=======\n{theirs}\n>>>>>>> {branch}")),
    ])
}

/// The fences of a listing in Markdown: both, or only one of them.
pub fn fence(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let open = Edit::insert(0, random.choice(["```python\n", "```\n"])?);
    let close = Edit::insert(site.source.len(), "```\n");
    Some(match random.usize(..3) {
        0 => vec![open],
        1 => vec![close],
        _ => vec![open, close],
    })
}

/// A space, a minus or a comma that only looks like one.
pub fn foreign_character(site: &Site<'_>, random: &mut Rng) -> Option<Vec<Edit>> {
    let like = |text: &str| match text {
        " " => Some("\u{a0}"),
        "-" => Some("–"),
        "," => Some("，"),
        ":" => Some("："),
        "(" => Some("（"),
        ")" => Some("）"),
        _ => None,
    };
    if random.bool() {
        let spaced = |token: usize| {
            let gap = Span::new(site.span(token).end, site.span(token + 1).start);
            gap.of(site.source) == " "
        };
        let token = pick(random, site.tokens(spaced))?;
        let end = site.span(token).end;
        return Some(vec![Edit::replace(Span::new(end, end + 1), like(" ")?)]);
    }
    let token = pick(
        random,
        site.tokens(|token| like(site.text(token)).is_some()),
    )?;
    Some(vec![Edit::replace(
        site.span(token),
        like(site.text(token))?,
    )])
}
