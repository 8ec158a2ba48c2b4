//! The ball of small edits around a complaint: every change of one token, one pair of brackets or one line that the
//! place allows, whether or not a rule knows the defect.

mod bracket_pair;
mod comment_line;
mod delete_token;
mod field;
mod insert_token;
mod join_lines;
mod join_tokens;
mod like_places;
mod missing_value;
mod naming;
mod quote_words;
mod reindent_line;
mod replace_token;
mod scopes;
mod spacing;
mod split_line;
mod split_token;
mod swap_tokens;
mod tokens;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::proposal::Proposal;
use super::site::Site;
use crate::text::Edit;
use field::Field;

/// A family of edits: adds its proposals for a field.
type Family = fn(&Field<'_, '_>, &mut Vec<Proposal>);

/// All families. Their order means nothing: costs decide.
const FAMILIES: &[Family] = &[
    insert_token::propose,
    delete_token::propose,
    replace_token::propose,
    bracket_pair::propose,
    swap_tokens::propose,
    join_tokens::propose,
    split_token::propose,
    quote_words::propose,
    split_line::propose,
    join_lines::propose,
    reindent_line::propose,
    comment_line::propose,
    like_places::propose,
];

/// What an edit costs more than a rule's of the same plausibility: the rule has seen more than the edit.
const GENERIC: u32 = 8;
/// Most edits of one place that are proposed.
const MAX_EDITS: usize = 400;

/// Proposes the small edits that `out` does not hold yet: where a rule proposes the same edits, it knows more about it.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let Some(field) = Field::new(site) else {
        return;
    };
    let mut found = Vec::new();
    for family in FAMILIES {
        family(&field, &mut found);
    }
    for proposal in &mut found {
        proposal.cost += GENERIC;
    }
    let known = |proposal: &Proposal| identity(site.text, &proposal.edits);
    let mut seen: HashSet<u64> = out.iter().map(known).collect();
    let most = out.len() + MAX_EDITS;
    // Proposals are large: they are put in order without being moved about.
    let mut order: Vec<(u32, usize)> = found.iter().map(|found| found.cost).zip(0..).collect();
    order.sort_unstable();
    let mut found: Vec<Option<Proposal>> = found.into_iter().map(Some).collect();
    for (_, at) in order {
        if out.len() >= most {
            break;
        }
        let proposal = found.get_mut(at).and_then(Option::take);
        out.extend(proposal.filter(|proposal| seen.insert(known(proposal))));
    }
}

/// The same for edits that come to the same, whatever text they leave as it is, and in whatever order.
pub fn identity(text: &str, edits: &[Edit]) -> u64 {
    edits.iter().fold(0, |sum: u64, edit| {
        let old = edit.span.of(text);
        let new = edit.replacement.as_str();
        let same = |left: char, right: char| (left == right).then(|| left.len_utf8());
        let head: usize = old
            .chars()
            .zip(new.chars())
            .map_while(|(old, new)| same(old, new))
            .sum();
        let (old, new) = (old.get(head..).unwrap_or(""), new.get(head..).unwrap_or(""));
        let tail: usize = old
            .chars()
            .rev()
            .zip(new.chars().rev())
            .map_while(|(old, new)| same(old, new))
            .sum();
        let mut hasher = DefaultHasher::new();
        (edit.span.start + head, edit.span.end - tail).hash(&mut hasher);
        new.get(..new.len() - tail).unwrap_or("").hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    })
}

#[cfg(test)]
mod tests;
