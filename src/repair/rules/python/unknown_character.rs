//! `“text”`, `a – b`, `f(1，2)`, a space that is none: characters that look like Python's and are others.

use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unknown_character";
const CODE: Code = Code::new("SYN.INVALID_CHAR");

/// Characters, what Python writes in their place, and what they are.
const LOOK_ALIKES: &[(&str, &str, &str)] = &[
    ("“”„‟«»〝〞", "\"", "smart_quote"),
    ("‘’‚‛´‹›", "'", "smart_quote"),
    ("‐‑‒–—―−﹣－", "-", "dash"),
    (
        "\u{a0}\u{2002}\u{2003}\u{2007}\u{2009}\u{202f}\u{3000}",
        " ",
        "nbsp",
    ),
    (
        "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{200e}\u{200f}",
        "",
        "zero_width",
    ),
    ("（", "(", "fullwidth"),
    ("）", ")", "fullwidth"),
    ("【［", "[", "fullwidth"),
    ("】］", "]", "fullwidth"),
    ("｛", "{", "fullwidth"),
    ("｝", "}", "fullwidth"),
    ("，、", ",", "fullwidth"),
    ("：", ":", "fullwidth"),
    ("；", ";", "fullwidth"),
    ("。．", ".", "fullwidth"),
    ("＝", "=", "fullwidth"),
    ("＋", "+", "fullwidth"),
    ("＊×∗", "*", "fullwidth"),
    ("／÷∕", "/", "fullwidth"),
    ("＜", "<", "fullwidth"),
    ("＞", ">", "fullwidth"),
    ("＂", "\"", "fullwidth"),
    ("＇", "'", "fullwidth"),
    ("＃", "#", "fullwidth"),
    ("％", "%", "fullwidth"),
    ("≠", "!=", "fullwidth"),
    ("≤", "<=", "fullwidth"),
    ("≥", ">=", "fullwidth"),
    ("…", "...", "fullwidth"),
];

fn look_alike(character: char) -> Option<(&'static str, &'static str)> {
    LOOK_ALIKES
        .iter()
        .find(|(characters, ..)| characters.contains(character))
        .map(|(_, python, construct)| (*python, *construct))
}

/// Proposes Python's own characters, for a whole line at once.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for line in site.suspects.clone() {
        let Some(bounds) = site.layout.lines.get(line) else {
            continue;
        };
        let all = replaced(site, bounds.span, &[]);
        let literals: Vec<Span> = site
            .layout
            .tokens_of(line)
            .iter()
            .filter(|token| {
                matches!(
                    token.kind,
                    TokenKind::String { closed: true, .. } | TokenKind::Comment
                )
            })
            .map(|token| token.span)
            .collect();
        let code = replaced(site, bounds.span, &literals);
        if code.len() < all.len() {
            out.extend(proposal(site, all, 6));
        }
        out.extend(proposal(site, code, 2));
    }
    backticks(site, out);
}

/// The changes to a piece of text, apart from what lies in `kept`.
fn replaced(site: &Site<'_>, span: Span, kept: &[Span]) -> Vec<(Edit, &'static str)> {
    let text = span.of(site.text);
    let mut edits = Vec::new();
    for (offset, character) in text.char_indices() {
        let at = span.start + offset;
        let place = Span::new(at, at + character.len_utf8());
        if character.is_ascii() && character != '\0'
            || kept.iter().any(|kept| kept.start <= at && at < kept.end)
        {
            continue;
        }
        if character == '\0' {
            edits.push((Edit::delete(place), "source"));
        } else if let Some((python, construct)) = look_alike(character) {
            edits.push((Edit::replace(place, python), construct));
        }
    }
    edits
}

fn proposal(site: &Site<'_>, edits: Vec<(Edit, &'static str)>, cost: u32) -> Option<Proposal> {
    let (first, construct) = edits.first()?;
    let (span, construct) = (first.span, *construct);
    let python = first.replacement.clone();
    let found = span.of(site.text);
    let edits: Vec<Edit> = edits.iter().map(|(edit, _)| edit.clone()).collect();
    if found == "\0" {
        return Some(
            Proposal::new(RULE, Code::new("ENC.NULL_BYTE"), cost, span, edits)
                .construct("source")
                .message("a zero byte is no part of a program: remove it")
                .title("Remove the zero byte"),
        );
    }
    let named = match construct {
        "nbsp" => "a space that Python does not know",
        "zero_width" => "a character without width",
        _ => found,
    };
    let (message, title) = if python.is_empty() {
        (
            format!("{named} stands here: remove it"),
            format!("Remove {named}"),
        )
    } else if construct == "nbsp" {
        (
            format!("{named} stands here: write an ordinary one"),
            "Write an ordinary space".to_owned(),
        )
    } else {
        (
            format!("{named} only looks like Python's {python}: write {python}"),
            format!("Replace {named} by {python}"),
        )
    };
    Some(
        Proposal::new(RULE, CODE, cost, span, edits)
            .construct(construct)
            .message(message)
            .title(title),
    )
}

/// `` `value` `` was `repr(value)` in Python 2.
fn backticks(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for line in site.suspects.clone() {
        let ticks: Vec<Span> = site
            .layout
            .tokens_of(line)
            .iter()
            .filter(|token| site.str(token) == "`")
            .map(|token| token.span)
            .collect();
        if let [left, right] = ticks.as_slice()
            && right.start > left.end
        {
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.PY2_BACKTICK"),
                    4,
                    left.cover(*right),
                    vec![Edit::replace(*left, "repr("), Edit::replace(*right, ")")],
                )
                .message("backticks are no longer Python: call 'repr' instead")
                .title("Write 'repr(…)'"),
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
            "print(“hi”)\n",
            &["SYN.INVALID_CHAR:smart_quote"],
            "print(\"hi\")\n",
        );
        check("a = b – 1\n", &["SYN.INVALID_CHAR:dash"], "a = b - 1\n");
        check("f(a，b)\n", &["SYN.INVALID_CHAR:fullwidth"], "f(a,b)\n");
        check("a =\u{a0}1\n", &["SYN.INVALID_CHAR:nbsp"], "a = 1\n");
        check(
            "a\u{200b} = 1\n",
            &["SYN.INVALID_CHAR:zero_width"],
            "a = 1\n",
        );
        check("a = 1\0\n", &["ENC.NULL_BYTE:source"], "a = 1\n");
        check("a = `b`\n", &["SYN.PY2_BACKTICK"], "a = repr(b)\n");
    }
}
