//! `print((x)`, `f(a,, b)`, `return return x`: one token too many.

use super::field::Field;
use super::naming;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;

/// Proposes to leave out each token near the complaint, and each bracket that a lone one may be mistaken for.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for at in field.near() {
        let far_word = !field.close().contains(&at)
            && matches!(
                words.kind(at),
                Some(TokenKind::Keyword | TokenKind::String { .. })
            );
        if !far_word {
            out.push(naming::delete(field, at));
        }
    }
    headers(field, out);
    for lone in &field.lone {
        for at in field.like(*lone).filter(|at| !field.is_near(*at)) {
            out.push(naming::delete(field, at));
        }
    }
}

/// `if f(x)` and `return x = 1`: the word that a statement begins with is too many, or the whole of a header is.
fn headers(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let words = &field.words;
    for first in (0..words.len()).filter(|at| words.starts_statement(*at)) {
        let last = words.line_last(first);
        let simple = matches!(
            words.text(first),
            "if" | "elif"
                | "while"
                | "return"
                | "for"
                | "print"
                | "del"
                | "assert"
                | "raise"
                | "def"
                | "class"
                | "with"
                | "else"
        );
        if !simple || words.has_body(last) {
            continue;
        }
        let mut proposal = naming::delete(field, first);
        if words.text(last) == ":" && last > first + 1 {
            proposal.edits.push(words.delete(last));
            proposal.title = format!("{} and ':'", proposal.title);
            proposal.cost += 4;
        }
        proposal.cost += 3;
        out.push(proposal);
    }
}
