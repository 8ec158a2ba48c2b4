//! `0777`, `08`, `10L`, `1__0`, `ur'text'`: numbers and prefixes that Python writes otherwise.

use super::words::Words;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "number_spelling";

/// Proposes Python's spelling, for all numbers of the suspect lines at once.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    let zeros: Vec<usize> = (0..words.len())
        .filter(|index| has_leading_zero(&words, *index))
        .collect();
    if let Some(first) = zeros.first() {
        let octal = zeros.iter().all(|index| {
            let text = words.text(*index);
            text.len() == 4 && text.bytes().all(|byte| byte < b'8')
        });
        let decimal: Vec<Edit> = zeros.iter().map(|index| stripped(&words, *index)).collect();
        let eight: Vec<Edit> = zeros
            .iter()
            .map(|index| Edit::insert(words.span(*index).start + 1, "o"))
            .collect();
        let span = words.span(*first);
        let text = words.text(*first);
        let code = Code::new("SYN.LEADING_ZERO");
        out.push(
            Proposal::new(RULE, code, if octal { 12 } else { 3 }, span, decimal)
                .message(format!("'{text}' starts with a zero: leave the zero out"))
                .title(format!("Remove the leading zero of '{text}'")),
        );
        if zeros
            .iter()
            .all(|index| words.text(*index).bytes().all(|byte| byte < b'8'))
        {
            out.push(
                Proposal::new(RULE, code, if octal { 3 } else { 14 }, span, eight)
                    .message(format!(
                        "'{text}' starts with a zero: write an octal number with '0o'"
                    ))
                    .title(format!("Write '{text}' as an octal number")),
            );
        }
    }
    for index in 0..words.len() {
        suffix(&words, index, out);
        underscores(&words, index, out);
        prefix(&words, index, out);
    }
}

fn has_leading_zero(words: &Words<'_, '_>, index: usize) -> bool {
    let text = words.text(index);
    words.kind(index) == Some(TokenKind::Number)
        && text.len() > 1
        && text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'0')
}

fn stripped(words: &Words<'_, '_>, index: usize) -> Edit {
    Edit::replace(words.span(index), words.text(index).trim_start_matches('0'))
}

/// `10L`
fn suffix(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let letter = words.text(index + 1);
    if words.kind(index) == Some(TokenKind::Number)
        && words.touches_next(index)
        && matches!(letter, "L" | "l" | "f" | "F" | "d" | "u" | "U" | "UL")
    {
        let span = words.span(index + 1);
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.INVALID_NUMBER"),
                if letter.eq_ignore_ascii_case("l") {
                    3
                } else {
                    10
                },
                words.cover(index, index + 1),
                vec![Edit::delete(span)],
            )
            .construct("suffix")
            .message(format!(
                "numbers have no suffix in Python: leave out '{letter}'"
            ))
            .title(format!("Remove '{letter}'")),
        );
    }
}

/// `1__000`, `1_`
fn underscores(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let text = words.text(index);
    if words.kind(index) != Some(TokenKind::Number) || !text.contains("__") && !text.ends_with('_')
    {
        return;
    }
    let parts: Vec<&str> = text.split('_').filter(|part| !part.is_empty()).collect();
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.INVALID_NUMBER"),
            4,
            words.span(index),
            vec![Edit::replace(words.span(index), parts.join("_"))],
        )
        .construct("underscore")
        .message(format!(
            "'{text}' may have single underscores between digits only"
        ))
        .title(format!("Write '{}'", parts.join("_"))),
    );
}

/// `ur'text'`
fn prefix(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    if !matches!(words.kind(index), Some(TokenKind::String { .. })) {
        return;
    }
    let literal = words.text(index);
    let (name, start) = (words.before(index), words.span(index).start);
    // The lexer may take an impossible prefix for a name in front of the string.
    let apart = index > 0 && words.is_name(index - 1) && words.touches_next(index - 1);
    let text = if apart {
        name
    } else {
        literal.split(['\'', '"']).next().unwrap_or("")
    };
    if text.len() < 2 || text.len() > 3 || !text.chars().all(|c| "urbfURBF".contains(c)) {
        return;
    }
    let kept: String = text.chars().filter(|c| !matches!(c, 'u' | 'U')).collect();
    if kept == text {
        return;
    }
    let span = if apart {
        words.span(index - 1)
    } else {
        Span::new(start, start + text.len())
    };
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.STRING_PREFIX"),
            3,
            span,
            vec![Edit::replace(span, kept.clone())],
        )
        .message(format!(
            "no string begins with '{text}': write '{kept}' alone"
        ))
        .title(format!("Replace the prefix '{text}' by '{kept}'")),
    );
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "a = date(2020, 01, 07)\n",
            &["SYN.LEADING_ZERO"],
            "a = date(2020, 1, 7)\n",
        );
        check(
            "chmod(p, 0755)\n",
            &["SYN.LEADING_ZERO"],
            "chmod(p, 0o755)\n",
        );
        check("a = 10L\n", &["SYN.INVALID_NUMBER:suffix"], "a = 10\n");
        check(
            "a = 1__000\n",
            &["SYN.INVALID_NUMBER:underscore"],
            "a = 1_000\n",
        );
        check("a = ur'b'\n", &["SYN.STRING_PREFIX"], "a = r'b'\n");
    }
}
