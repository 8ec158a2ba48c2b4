//! `"say "hi" now"`: a quote inside the text ends the string too early.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "string_quote_clash";
const CODE: Code = Code::new("SYN.STRING_QUOTE_CLASH");

/// Most strings on a line that are taken for pieces of one.
const MAX_PIECES: usize = 6;
/// Most tokens between two pieces.
const MAX_WORDS: usize = 16;

/// Proposes to make one string of several pieces with code between them that cannot be code.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        if let Some(quote) = plain_quote(site, index)
            && !site
                .token(index.wrapping_sub(1))
                .is_some_and(|before| before.ends_operand(site.text) && is_close(site, index))
        {
            pieces(site, index, quote, out);
        }
    }
}

/// Tries every string of the line that may be the end of the one at `first`.
fn pieces(site: &Site<'_>, first: usize, quote: char, out: &mut Vec<Proposal>) {
    let Some(start) = site.token(first) else {
        return;
    };
    let mut inner: Vec<usize> = vec![start.span.end - 1];
    let mut words = 0;
    let mut count = 1;
    for index in first + 1..site.layout.tokens.len() {
        let Some(token) = site.token(index) else {
            return;
        };
        if token.is_trivia() || words > MAX_WORDS || count > MAX_PIECES {
            return;
        }
        let Some(own) = plain_quote(site, index) else {
            // Right after the first piece, only what cannot follow a string shows that its quote is a mistake.
            if index == first + 1
                && !(token.starts_operand(site.text) || token.kind == TokenKind::Unknown)
                && !is_keyword_value(site, token)
            {
                return;
            }
            words += 1;
            continue;
        };
        if own != quote || !site.str(token).starts_with(quote) {
            return;
        }
        inner.push(token.span.start);
        count += 1;
        if words > 0 {
            merge(
                site,
                Span::new(start.span.start, token.span.end),
                &inner,
                quote,
                count,
                out,
            );
        }
        inner.push(token.span.end - 1);
    }
}

fn merge(
    site: &Site<'_>,
    whole: Span,
    inner: &[usize],
    quote: char,
    count: usize,
    out: &mut Vec<Proposal>,
) {
    let text = whole.of(site.text);
    let Some(prefix) = text.find(quote) else {
        return;
    };
    let other = if quote == '\'' { '"' } else { '\'' };
    let raw = text
        .get(..prefix)
        .is_some_and(|prefix| prefix.contains(['r', 'R']));
    let construct = if quote == '\'' {
        "single_in_single"
    } else {
        "double_in_double"
    };
    let opening = whole.start + prefix;
    let body = Span::new(opening + 1, whole.end - 1).of(site.text);
    let extra = u32::try_from(count.saturating_sub(2)).unwrap_or(0) * 3;
    let marked = Span::new(
        inner.first().copied().unwrap_or(opening),
        inner.last().map_or(whole.end, |last| last + 1),
    );
    let mut push = |cost: u32, edits: Vec<Edit>, title: String| {
        out.push(
            Proposal::new(RULE, CODE, cost + extra, marked, edits)
                .construct(construct)
                .message(format!(
                    "the {quote} inside the text ends the string: use {other} around the text, or write \\{quote} inside it"
                ))
                .title(title),
        );
    };
    if !body.contains(other) {
        let edits = vec![
            Edit::replace(Span::new(opening, opening + 1), other),
            Edit::replace(Span::new(whole.end - 1, whole.end), other),
        ];
        push(8, edits, format!("Use {other} around the text"));
    }
    if !raw {
        let edits = inner.iter().map(|at| Edit::insert(*at, "\\")).collect();
        push(9, edits, format!("Write \\{quote} inside the text"));
    }
}

/// The quote of a closed string of one line.
fn plain_quote(site: &Site<'_>, index: usize) -> Option<char> {
    let token = site.token(index)?;
    matches!(
        token.kind,
        TokenKind::String {
            closed: true,
            triple: false
        }
    )
    .then(|| site.str(token).chars().next_back())
    .flatten()
}

/// Whether the string touches what stands before it, as the end of a text does.
fn is_close(site: &Site<'_>, index: usize) -> bool {
    match (site.token(index.wrapping_sub(1)), site.token(index)) {
        (Some(before), Some(token)) => before.span.end == token.span.start,
        _ => false,
    }
}

/// A word that stands in prose as well as between operands.
fn is_keyword_value(site: &Site<'_>, token: &Token) -> bool {
    token.kind == TokenKind::Keyword
        && !matches!(
            site.str(token),
            "if" | "else" | "for" | "in" | "and" | "or" | "is" | "not" | "as" | "from" | "async"
        )
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn quotes_inside_the_text() {
        check(
            "print(\"the \"best\" one\")\n",
            &["SYN.STRING_QUOTE_CLASH:double_in_double"],
            "print('the \"best\" one')\n",
        );
        check(
            "a = 'it's Ann's and Bo's, isn't it'\n",
            &["SYN.STRING_QUOTE_CLASH:single_in_single"],
            "a = \"it's Ann's and Bo's, isn't it\"\n",
        );
        check(
            "a = \"Bo's \"big\" day\"\n",
            &["SYN.STRING_QUOTE_CLASH:double_in_double"],
            "a = \"Bo's \\\"big\\\" day\"\n",
        );
    }
}
