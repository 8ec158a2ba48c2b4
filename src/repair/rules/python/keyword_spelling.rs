//! `whille x:`, `retrun`, `If x:`, `a OR b`: a keyword that is misspelled, or written with capital letters.

use strsim::osa_distance;

use super::words::Words;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "keyword_spelling";

/// A keyword and its construct, if the taxonomy tells it apart.
struct Keyword {
    word: &'static str,
    typo: Option<&'static str>,
    case: Option<&'static str>,
    place: Place,
}

/// Where a keyword can stand.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Place {
    Statement,
    Expression,
    Both,
}

const fn keyword(
    word: &'static str,
    typo: Option<&'static str>,
    case: Option<&'static str>,
    place: Place,
) -> Keyword {
    Keyword {
        word,
        typo,
        case,
        place,
    }
}

const KEYWORDS: &[Keyword] = &[
    keyword("def", Some("def"), Some("def"), Place::Statement),
    keyword("class", Some("class"), Some("class"), Place::Statement),
    keyword("for", Some("for"), Some("for"), Place::Both),
    keyword("while", Some("while"), Some("while"), Place::Statement),
    keyword("import", Some("import"), Some("import"), Place::Both),
    keyword("from", Some("from"), None, Place::Both),
    keyword("return", Some("return"), Some("return"), Place::Statement),
    keyword("if", Some("if"), Some("if"), Place::Both),
    keyword("elif", Some("elif"), Some("elif"), Place::Statement),
    keyword("else", Some("else"), Some("else"), Place::Both),
    keyword("except", Some("except"), None, Place::Statement),
    keyword("finally", Some("finally"), None, Place::Statement),
    keyword("try", Some("try"), Some("try"), Place::Statement),
    keyword("with", Some("with"), None, Place::Statement),
    keyword("in", Some("in"), None, Place::Expression),
    keyword("lambda", Some("lambda"), None, Place::Expression),
    keyword("and", None, None, Place::Expression),
    keyword("or", None, None, Place::Expression),
    keyword("not", None, None, Place::Expression),
    keyword("is", None, None, Place::Expression),
    keyword("as", None, None, Place::Expression),
    keyword("assert", None, None, Place::Statement),
    keyword("async", None, None, Place::Both),
    keyword("await", None, None, Place::Both),
    keyword("del", None, None, Place::Statement),
    keyword("global", None, None, Place::Statement),
    keyword("nonlocal", None, None, Place::Statement),
    keyword("raise", None, None, Place::Statement),
    keyword("yield", None, None, Place::Both),
    keyword("match", None, None, Place::Statement),
    keyword("case", None, None, Place::Statement),
];

/// Proposes the keyword that each name of the suspect lines nearly is.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        if !words.is_name(index) || words.before(index) == "." {
            continue;
        }
        let name = words.text(index);
        if name.len() > 10 || !name.is_ascii() {
            fused(&words, index, out);
            continue;
        }
        let starts = words.starts_statement(index)
            || matches!(words.before(index), ":" | "else" | "async" | ";");
        let lower = name.to_ascii_lowercase();
        for keyword in KEYWORDS {
            let fits = match keyword.place {
                Place::Statement => starts,
                Place::Expression => !words.starts_statement(index) || keyword.word == "lambda",
                Place::Both => true,
            };
            if fits {
                out.extend(spelled(&words, index, &lower, keyword));
            }
        }
        fused(&words, index, out);
    }
}

fn spelled(
    words: &Words<'_, '_>,
    index: usize,
    lower: &str,
    keyword: &Keyword,
) -> Option<Proposal> {
    let name = words.text(index);
    let span = words.span(index);
    let edits = vec![Edit::replace(span, keyword.word)];
    if lower == keyword.word {
        if name == keyword.word {
            return None;
        }
        return Some(
            Proposal::new(RULE, Code::new("SYN.KEYWORD_CASE"), 2, span, edits)
                .construct(keyword.case)
                .message(format!(
                    "keywords are written in small letters: write '{}' instead of '{name}'",
                    keyword.word
                ))
                .title(format!("Replace '{name}' by '{}'", keyword.word)),
        );
    }
    let longest = lower.len().max(keyword.word.len());
    if lower.len().abs_diff(keyword.word.len()) > 2 {
        return None;
    }
    let cost = match (osa_distance(lower, keyword.word), longest) {
        (1, 5..) => 4,
        (1, 4) => 5,
        (1, 3) => 8,
        (1, _) => 13,
        (2, 5..) => 8,
        (2, 4) => 13,
        _ => return None,
    };
    // `match` and `case` are names as well, and the parser takes nearly any name for one.
    let soft = if matches!(keyword.word, "match" | "case") {
        3
    } else {
        0
    };
    Some(
        Proposal::new(
            RULE,
            Code::new("SYN.KEYWORD_TYPO"),
            cost + soft,
            span,
            edits,
        )
        .construct(keyword.typo)
        .message(format!(
            "'{name}' is no keyword: '{}' is probably meant",
            keyword.word
        ))
        .title(format!("Replace '{name}' by '{}'", keyword.word)),
    )
}

/// `importos`, `defmain():`: a keyword without the space behind it.
fn fused(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    if !words.starts_statement(index) {
        return;
    }
    let name = words.text(index);
    for keyword in [
        "def", "class", "import", "from", "for", "while", "elif", "if", "return", "with",
    ] {
        let rest = name.strip_prefix(keyword).unwrap_or("");
        if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let span = words.span(index);
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.KEYWORD_TYPO"),
                    11,
                    span,
                    vec![Edit::insert(span.start + keyword.len(), " ")],
                )
                .message(format!("a space is missing behind '{keyword}' in '{name}'"))
                .title(format!("Add a space behind '{keyword}'"))
                .unsafe_fix(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "whille True:\n    a()\n",
            &["SYN.KEYWORD_TYPO:while"],
            "while True:\n    a()\n",
        );
        check("imoprt os\n", &["SYN.KEYWORD_TYPO:import"], "import os\n");
        check(
            "If a:\n    b()\n",
            &["SYN.KEYWORD_CASE:if"],
            "if a:\n    b()\n",
        );
        check("a = b OR c\n", &["SYN.KEYWORD_CASE"], "a = b or c\n");
    }
}
