//! `elseif a:`, `forx in y:`, `1and 2`, `a.b.xin c`: two tokens without space between them.

use super::field::Field;
use super::naming;
use crate::lang::python::{KEYWORDS, TokenKind};
use crate::repair::proposal::Proposal;
use crate::text::Edit;

const RULE: &str = "split_token";

/// Proposes to part each name near the complaint from a word of the grammar that it begins or ends with.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.near() {
        let text = words.text(at);
        if words.kind(at) != Some(TokenKind::Name) || words.before(at) == "." && text.len() < 4 {
            continue;
        }
        for keyword in KEYWORDS.iter().copied().chain(["print"]) {
            let parts = [
                text.strip_prefix(keyword).map(|rest| (keyword, rest)),
                text.strip_suffix(keyword).map(|rest| (rest, keyword)),
            ];
            for (left, right) in parts.into_iter().flatten() {
                if left.is_empty()
                    || right.is_empty()
                    || right.starts_with('_')
                    || left.ends_with('_')
                {
                    continue;
                }
                let new = format!("{left} {right}");
                let edit = Edit::replace(words.span(at), new.clone());
                let mut proposal = naming::replace(field, RULE, (at, at), &new, edit);
                proposal.cost = if keyword.len() > 2 { 22 } else { 26 };
                out.push(proposal);
            }
        }
    }
}
