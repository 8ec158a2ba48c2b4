//! `def Shape(Base):` for a class, `while open(f) as g`, `[x from x in y]`: one keyword in another one's place.

use super::words::Words;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "wrong_keyword";

/// A keyword, the one that may be meant, a word that has to be on the line as well, and the cost.
const MIXED_UP: &[(&str, &str, &str, u32)] = &[
    ("for", "while", "<", 7),
    ("for", "while", ">", 7),
    ("for", "while", "", 18),
    ("for", "if", "", 19),
    ("for", "with", "as", 7),
    ("while", "for", "in", 11),
    ("while", "with", "as", 6),
    ("if", "with", "as", 9),
    ("with", "for", "in", 10),
    ("def", "class", ".", 9),
    ("class", "def", "=", 13),
    ("else", "except", "", 8),
    ("elif", "if", "", 12),
    ("elif", "except", "as", 8),
    ("if", "elif", "", 18),
    ("except", "else", "", 22),
    ("from", "for", "in", 6),
    ("in", "for", "in", 10),
    ("with", "while", "", 16),
    ("as", "import", "from", 13),
    ("or", "for", "in", 16),
    ("if", "for", "in", 20),
    ("in", "is", "", 24),
    ("is", "in", "", 18),
    ("return", "raise", "from", 18),
];

/// Proposes the other keyword of each pair that is often mixed up.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        let word = words.text(index);
        for (wrong, right, with, cost) in MIXED_UP {
            if word != *wrong {
                continue;
            }
            let (first, last) = (words.line_first(index), words.line_last(index));
            let found =
                with.is_empty() || (first..=last).any(|at| at != index && words.text(at) == *with);
            if found && !(words.unbalanced && matches!(*wrong, "def" | "class")) {
                let span = words.span(index);
                out.push(
                    words.named(
                        Proposal::new(
                            RULE,
                            Code::new("SYN.WRONG_KEYWORD"),
                            *cost,
                            span,
                            vec![Edit::replace(span, *right)],
                        )
                        .message(format!("'{right}' belongs here, not '{word}'"))
                        .title(format!("Replace '{word}' by '{right}'"))
                        .unsafe_fix(),
                    ),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "while open(p) as f:\n    f.read()\n",
            &["SYN.WRONG_KEYWORD"],
            "with open(p) as f:\n    f.read()\n",
        );
        check(
            "a = [x from x in y]\n",
            &["SYN.WRONG_KEYWORD"],
            "a = [x for x in y]\n",
        );
    }
}
