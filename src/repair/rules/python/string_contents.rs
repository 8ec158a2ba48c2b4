//! `'C:\Users'`, `b'é'`, `ur'x'`: a string whose contents do not fit its prefix.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "string_contents";

/// Proposes another prefix, or other contents.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        let Some(token) = site.token(index) else {
            continue;
        };
        if let TokenKind::String { triple, .. } = token.kind {
            let text = site.str(token);
            let Some(quote) = text.find(['\'', '"']) else {
                continue;
            };
            let prefix = text.get(..quote).unwrap_or("");
            let body = Span::new(
                token.span.start + quote + if triple { 3 } else { 1 },
                token.span.end,
            );
            escape(site, token, prefix, body, out);
            bytes(site, token, prefix, body, out);
            impossible_prefix(site, index, token, prefix, out);
        }
    }
    mixed(site, out);
}

/// `'C:\Users'`, `'\x'`, `'\N{...}'`
fn escape(site: &Site<'_>, token: &Token, prefix: &str, body: Span, out: &mut Vec<Proposal>) {
    let raw = prefix.contains(['r', 'R']);
    let near_error =
        token.span.start <= site.error.span.end && site.error.span.start <= token.span.end;
    if raw || !near_error {
        return;
    }
    let text = body.of(site.text);
    let bad: Vec<usize> = bad_escapes(text).map(|at| body.start + at).collect();
    let Some(first) = bad.first() else { return };
    let is_path = text.contains(":\\") || text.starts_with('\\') || text.matches('\\').count() > 1;
    let is_named = text
        .get(first - body.start..)
        .is_some_and(|rest| rest.starts_with("\\N"));
    let span = Span::new(*first, (*first + 2).min(token.span.end));
    let name = Span::new(span.start, span.end).of(site.text);
    let base = |cost: u32, edits: Vec<Edit>| {
        Proposal::new(RULE, Code::new("SYN.UNICODE_ESCAPE"), cost, span, edits)
            .construct(if is_named {
                Some("named")
            } else if is_path {
                Some("windows_path")
            } else {
                None
            })
            .message(format!(
                "'{name}' begins an escape that is not complete: put r before the string, or double the backslash"
            ))
    };
    let as_raw = if prefix.eq_ignore_ascii_case("u") {
        Edit::replace(Span::new(token.span.start, token.span.start + 1), "r")
    } else {
        Edit::insert(token.span.start, "r")
    };
    let raw_cost = if is_path { 3 } else { 8 };
    out.push(base(raw_cost, vec![as_raw]).title("Make it a raw string: put r before it"));
    out.push(
        base(6, bad.iter().map(|at| Edit::insert(*at, "\\")).collect())
            .title("Double the backslash")
            .unsafe_fix(),
    );
}

/// Offsets of backslashes whose escape is incomplete (Python language reference, 2.5.1).
fn bad_escapes(text: &str) -> impl Iterator<Item = usize> + '_ {
    let hex = |from: usize, count: usize| {
        text.get(from..from + count)
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut skip = 0;
    text.match_indices('\\').filter_map(move |(at, _)| {
        if at < skip {
            return None;
        }
        skip = at + 2;
        let good = match text.as_bytes().get(at + 1) {
            Some(b'x') => hex(at + 2, 2),
            Some(b'u') => hex(at + 2, 4),
            Some(b'U') => hex(at + 2, 8),
            // Whether the name exists is for the parser to say.
            Some(b'N') => false,
            _ => true,
        };
        (!good).then_some(at)
    })
}

/// `b'é'`
fn bytes(site: &Site<'_>, token: &Token, prefix: &str, body: Span, out: &mut Vec<Proposal>) {
    let Some(letter) = prefix.find(['b', 'B']) else {
        return;
    };
    let text = body.of(site.text);
    let Some((at, character)) = text.char_indices().find(|(_, c)| !c.is_ascii()) else {
        return;
    };
    let at = body.start + at;
    let letter = Span::new(token.span.start + letter, token.span.start + letter + 1);
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.BYTES_LITERAL"),
            4,
            Span::new(at, at + character.len_utf8()),
            vec![
                Edit::delete(letter),
                Edit::insert(token.span.end, ".encode(\"utf-8\")"),
            ],
        )
        .construct("non_ascii")
        .message(format!(
            "bytes can hold only ASCII characters, not '{character}': write a string and encode it"
        ))
        .title("Encode a string instead: '.encode(\"utf-8\")'")
        .unsafe_fix(),
    );
}

/// `ur'x'` and `bu'x'`: letters before a quote that do not go together.
fn impossible_prefix(
    site: &Site<'_>,
    index: usize,
    token: &Token,
    prefix: &str,
    out: &mut Vec<Proposal>,
) {
    let letters = if prefix.is_empty() {
        site.token(index.wrapping_sub(1)).filter(|before| {
            before.kind == TokenKind::Name
                && before.span.end == token.span.start
                && before.span.len() <= 3
        })
    } else {
        None
    }
    .map_or(
        Span::new(token.span.start, token.span.start + prefix.len()),
        |before| before.span,
    );
    let written = letters.of(site.text).to_ascii_lowercase();
    let better = match written.as_str() {
        "ur" | "ru" => "r",
        "bu" | "ub" => "b",
        "uf" | "fu" => "f",
        "bf" | "fb" => "f",
        "rr" => "r",
        "ff" => "f",
        "bb" => "b",
        "uu" => "",
        _ => return,
    };
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.STRING_PREFIX"),
            3,
            letters,
            vec![Edit::replace(letters, better)],
        )
        .message(format!(
            "a string cannot have the prefix '{}': {}",
            letters.of(site.text),
            if better.is_empty() {
                "remove it".to_owned()
            } else {
                format!("use '{better}'")
            }
        ))
        .title(if better.is_empty() {
            format!("Remove the prefix '{}'", letters.of(site.text))
        } else {
            format!(
                "Replace the prefix '{}' by '{better}'",
                letters.of(site.text)
            )
        }),
    );
}

/// `'a' b'b'`: strings and bytes side by side.
fn mixed(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let strings: Vec<&Token> = site
        .suspect_tokens()
        .filter_map(|index| site.token(index))
        .filter(|token| !token.is_trivia())
        .collect();
    for pair in strings.windows(2) {
        let [left, right] = pair else { continue };
        let is_string = |token: &Token| matches!(token.kind, TokenKind::String { .. });
        if !is_string(left) || !is_string(right) {
            continue;
        }
        let letter = |token: &Token| {
            let text = site.str(token);
            let quote = text.find(['\'', '"'])?;
            let at = text.get(..quote)?.find(['b', 'B'])?;
            Some(Span::new(token.span.start + at, token.span.start + at + 1))
        };
        let (edit, what) = match (letter(left), letter(right)) {
            (Some(letter), None) | (None, Some(letter)) => (Edit::delete(letter), letter),
            _ => continue,
        };
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.BYTES_LITERAL"),
                6,
                left.span.cover(right.span),
                vec![edit],
            )
            .construct("mixed")
            .message("a string and bytes cannot be joined: give both the prefix b, or neither")
            .title(format!("Remove the prefix '{}'", what.of(site.text)))
            .unsafe_fix(),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn contents_that_need_another_prefix() {
        check(
            "path = \"D:\\users\\ann\"\n",
            &["SYN.UNICODE_ESCAPE:windows_path"],
            "path = r\"D:\\users\\ann\"\n",
        );
        check(
            "a = b'über'\n",
            &["SYN.BYTES_LITERAL:non_ascii"],
            "a = 'über'.encode(\"utf-8\")\n",
        );
        check("a = ur'x+'\n", &["SYN.STRING_PREFIX"], "a = r'x+'\n");
        check(
            "a = 'x' b'y'\n",
            &["SYN.BYTES_LITERAL:mixed"],
            "a = 'x' 'y'\n",
        );
    }
}
