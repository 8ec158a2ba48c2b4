//! `print("hello)`, `'it's'`, `hello')`: a string that does not end where it should.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unterminated_string";
const CODE: Code = Code::new("SYN.UNTERMINATED_STRING");

/// Proposes where the missing quote may stand, or to change the quotes around an apostrophe.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    for index in site.suspect_tokens() {
        let Some(token) = site.token(index) else {
            continue;
        };
        if token.kind
            == (TokenKind::String {
                closed: false,
                triple: false,
            })
        {
            let Some(string) = Open::new(site, index, token) else {
                continue;
            };
            string.missing_end(out);
            string.missing_start(out);
            string.apostrophe(out);
        }
    }
}

struct Open<'site, 'text> {
    site: &'site Site<'text>,
    index: usize,
    token: &'site Token,
    quote: char,
    /// Offset of the first character inside.
    body: usize,
    formatted: bool,
}

impl<'site, 'text> Open<'site, 'text> {
    fn new(site: &'site Site<'text>, index: usize, token: &'site Token) -> Option<Self> {
        let text = site.str(token);
        let prefix = text.find(['\'', '"'])?;
        let quote = text.get(prefix..)?.chars().next()?;
        let formatted = text.get(..prefix)?.contains(['f', 'F', 't', 'T']);
        Some(Self {
            site,
            index,
            token,
            quote,
            body: token.span.start + prefix + 1,
            formatted,
        })
    }

    fn proposal(&self, cost: u32, construct: &'static str, edits: Vec<Edit>) -> Proposal {
        Proposal::new(RULE, CODE, cost, self.token.span, edits)
            .construct(construct)
            .message(format!(
                "this string has no closing {0}: add {0} where the text ends",
                self.quote
            ))
    }

    fn kind(&self) -> &'static str {
        match self.quote {
            _ if self.formatted => "fstring",
            '\'' => "single",
            _ => "double",
        }
    }

    /// The quote is missing at the end: of the line, or before the code that follows the text.
    fn missing_end(&self, out: &mut Vec<Proposal>) {
        let text = Span::new(self.body, self.token.span.end).of(self.site.text);
        let trimmed = text.trim_end();
        let end = self.body + trimmed.len();
        let push = |offset: usize, cost: u32, out: &mut Vec<Proposal>| {
            let edit = Edit::insert(offset, self.quote);
            let after = Span::new(self.body, offset).of(self.site.text);
            out.push(self.proposal(cost, self.kind(), vec![edit]).title(format!(
                "Add {} after '{}'",
                self.quote,
                short(last_word(after))
            )));
        };
        push(end, 9, out);
        // Code at the end of the line: brackets, a colon, a comma.
        let mut tail = end;
        let mut closers = 0;
        for (offset, character) in trimmed.char_indices().rev() {
            if !matches!(character, ')' | ']' | '}' | ':' | ',' | ';' | ' ') {
                break;
            }
            tail = self.body + offset;
            if matches!(character, ')' | ']' | '}') {
                closers += 1;
            }
            if character != ' ' {
                push(tail, if closers > 0 { 6 } else { 8 }, out);
            }
        }
        // Code after the text: `"a, b)`, `'a + b`.
        for (offset, character) in trimmed
            .char_indices()
            .take_while(|(offset, _)| self.body + offset < tail)
        {
            let at = self.body + offset;
            match character {
                ',' | ')' | ']' | '}' | ':' | ';' => push(at, 14, out),
                '+' | '%' | '=' | '.' | '#' => push(
                    self.body
                        + trimmed
                            .get(..offset)
                            .map_or(0, |before| before.trim_end().len()),
                    17,
                    out,
                ),
                _ => {}
            }
        }
    }

    /// The quote that is there ends the string: `hello')`. Another one is missing before it.
    fn missing_start(&self, out: &mut Vec<Proposal>) {
        let site = self.site;
        let quote = self.quote.to_string();
        let mut words = self.index;
        let mut steps = 0;
        while let Some(before) = words.checked_sub(1).and_then(|before| site.token(before)) {
            let plain = matches!(
                before.kind,
                TokenKind::Name | TokenKind::Number | TokenKind::Keyword | TokenKind::Unknown
            ) || matches!(
                site.str(before),
                "." | "-" | "/" | ":" | "!" | "?" | "," | "%"
            );
            if !plain || steps > 12 {
                break;
            }
            words -= 1;
            steps += 1;
            let cost = if site
                .token(words.wrapping_sub(1))
                .is_none_or(|token| opens_value(site, token))
            {
                7
            } else {
                16
            };
            out.push(
                self.proposal(
                    cost,
                    "missing_open",
                    vec![Edit::insert(before.span.start, quote.clone())],
                )
                .message(format!(
                    "this text has no opening {0}: add {0} before '{1}'",
                    quote,
                    short(site.str(before))
                ))
                .title(format!("Add {quote} before '{}'", short(site.str(before)))),
            );
        }
        out.push(
            self.proposal(
                15,
                self.kind(),
                vec![Edit::delete(Span::new(self.body - 1, self.body))],
            )
            .title(format!("Remove the stray {quote}"))
            .unsafe_fix(),
        );
    }

    /// `'it's'`: the apostrophe ended the string.
    fn apostrophe(&self, out: &mut Vec<Proposal>) {
        let site = self.site;
        let line = site.layout.line_at(self.token.span.start);
        let Some(first) = site.layout.lines.get(line).map(|line| line.first) else {
            return;
        };
        for start in (first..self.index).rev() {
            let Some(string) = site.token(start) else {
                continue;
            };
            let own = site.str(string);
            let TokenKind::String {
                closed: true,
                triple: false,
            } = string.kind
            else {
                continue;
            };
            let Some(opening) = own.find(self.quote).filter(|at| *at <= 2) else {
                continue;
            };
            let whole = Span::new(string.span.start + opening, self.body);
            let inner = Span::new(whole.start + 1, whole.end - 1).of(site.text);
            let other = if self.quote == '\'' { '"' } else { '\'' };
            if inner.contains(other) || inner.contains('\\') {
                continue;
            }
            // A letter on each side of the quote: a word such as "it's".
            let middle = string.span.end - whole.start - 1;
            let is_word = inner
                .get(middle..)
                .and_then(|rest| rest.chars().next())
                .is_some_and(char::is_alphabetic);
            let edits = vec![
                Edit::replace(Span::new(whole.start, whole.start + 1), other),
                Edit::replace(Span::new(whole.end - 1, whole.end), other),
            ];
            out.push(
                self.proposal(if is_word { 5 } else { 13 }, "apostrophe", edits)
                    .message(format!(
                        "the {0} inside the text ends the string: use {other} around it",
                        self.quote
                    ))
                    .title(format!("Use {other} around the text")),
            );
        }
    }
}

fn opens_value(site: &Site<'_>, token: &Token) -> bool {
    matches!(token.kind, TokenKind::Open(_) | TokenKind::Newline)
        || matches!(
            site.str(token),
            "=" | "," | "+" | ":" | "==" | "!=" | "%" | "in" | "return" | "print"
        )
}

fn last_word(text: &str) -> &str {
    text.split_whitespace().next_back().unwrap_or("")
}
