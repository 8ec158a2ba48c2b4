//! `print("hello)`, `'it's'`, `hello')`: a string that does not end where it should.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unterminated_string";
const CODE: Code = Code::new("SYN.UNTERMINATED_STRING");

/// Most strings before the open one that are tried.
const MAX_EARLIER: usize = 6;

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
            string.escaped_end(out);
            string.missing_end_before(out);
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
        if let Some((at, cost)) = word_end(trimmed) {
            push(self.body + at, cost, out);
        }
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
            let begins_value = site
                .token(words.wrapping_sub(1))
                .is_none_or(|token| opens_value(site, token));
            // `'it's'`: the quote before the word is an apostrophe.
            let apostrophe = site.token(words.wrapping_sub(1)).is_some_and(|string| {
                matches!(string.kind, TokenKind::String { .. })
                    && string.span.end == before.span.start
            });
            let cost = match before.kind {
                _ if !self.ends_value() || apostrophe => 20,
                TokenKind::Keyword if steps == 1 => 20,
                _ if begins_value => 7,
                _ => 16,
            };
            let proposal = self
                .proposal(
                    cost,
                    "missing_open",
                    vec![Edit::insert(before.span.start, quote.clone())],
                )
                .message(format!(
                    "this text has no opening {0}: add {0} before '{1}'",
                    quote,
                    short(site.str(before))
                ))
                .title(format!("Add {quote} before '{}'", short(site.str(before))));
            out.push(if apostrophe {
                proposal.unsafe_fix()
            } else {
                proposal
            });
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

    /// Whether what follows the quote is what follows a value, so that the quote may end a text.
    fn ends_value(&self) -> bool {
        let after = Span::new(self.body, self.token.span.end).of(self.site.text);
        after.trim_start().is_empty()
            || after
                .trim_start()
                .starts_with([')', ']', '}', ',', ':', '+', '%', '.', '=', '!', '#', ';'])
            || after.starts_with(' ')
    }

    /// `'C:\\dir\\'`: the backslash made the closing quote a part of the text.
    fn escaped_end(&self, out: &mut Vec<Proposal>) {
        let text = Span::new(self.body, self.token.span.end).of(self.site.text);
        let escaped = format!("\\{}", self.quote);
        let Some(at) = text.find(&escaped) else {
            return;
        };
        if text.get(..at).is_some_and(|before| before.ends_with('\\')) {
            return;
        }
        let at = self.body + at;
        out.push(
            self.proposal(6, self.kind(), vec![Edit::insert(at, "\\")])
                .message(format!(
                    "the backslash makes {0} a part of the text, so the text does not end: write \\\\ before {0}",
                    self.quote
                ))
                .title("Double the backslash before the closing quote"),
        );
    }

    /// `['one, 'two']`: an earlier string lacks its end, so every quote after it changes sides.
    fn missing_end_before(&self, out: &mut Vec<Proposal>) {
        let site = self.site;
        let line = site.layout.line_at(self.token.span.start);
        let Some(first) = site.layout.lines.get(line).map(|line| line.first) else {
            return;
        };
        let earlier = (first..self.index).rev().filter_map(|index| {
            let token = site.token(index)?;
            matches!(
                token.kind,
                TokenKind::String {
                    closed: true,
                    triple: false
                }
            )
            .then(|| Open::new(site, index, token))
            .flatten()
            .filter(|string| string.quote == self.quote)
        });
        for (rank, string) in earlier.take(MAX_EARLIER).enumerate() {
            let text = Span::new(string.body, string.token.span.end - 1).of(site.text);
            let Some((at, cost)) = word_end(text) else {
                continue;
            };
            let cost = cost + u32::try_from(rank).unwrap_or(0);
            let word = text.get(..at).unwrap_or("");
            out.push(
                string
                    .proposal(
                        cost,
                        string.kind(),
                        vec![Edit::insert(string.body + at, self.quote)],
                    )
                    .title(format!("Add {} after '{}'", self.quote, short(word))),
            );
        }
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
            let letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
            let is_word = self.quote == '\''
                && letter(
                    site.text
                        .get(..string.span.end - 1)
                        .and_then(|t| t.chars().next_back()),
                )
                && letter(
                    site.text
                        .get(string.span.end..)
                        .and_then(|t| t.chars().next()),
                );
            let edits = vec![
                Edit::replace(Span::new(whole.start, whole.start + 1), other),
                Edit::replace(Span::new(whole.end - 1, whole.end), other),
            ];
            out.push(
                self.proposal(if is_word { 5 } else { 15 }, "apostrophe", edits)
                    .message(format!(
                        "the {0} inside the text ends the string: use {other} around it",
                        self.quote
                    ))
                    .title(format!("Use {other} around the text")),
            );
        }
    }
}

/// Where a text of one word ends, with a cost: before the code that follows it.
fn word_end(text: &str) -> Option<(usize, u32)> {
    let space = text.find(char::is_whitespace).unwrap_or(text.len());
    let word = text.get(..space)?;
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '%' | '.' | '/' | '\\');
    let end = word.find(|c: char| !inside(c)).unwrap_or(word.len());
    if end == 0 || end == text.len() {
        return None;
    }
    let rest = text.get(end..)?;
    let mut next = rest.trim_start().chars();
    let delimiter = next.next()?;
    let touches = !rest.starts_with(char::is_whitespace);
    match delimiter {
        ',' | ')' | ']' | '}' if touches => Some((end, 5)),
        ':' if touches && (rest.starts_with(": ") || rest.len() == 1) => Some((end, 5)),
        '%' | '+' | '=' | '!' | '<' | '>' | '*' if !touches => Some((end, 7)),
        _ if !touches => {
            let word = rest.split_whitespace().next()?;
            matches!(
                word,
                "if" | "else" | "for" | "in" | "and" | "or" | "not" | "as" | "is"
            )
            .then_some((end, 8))
        }
        _ => None,
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

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn strings_without_an_end() {
        check(
            "a = ['one, 'two']\n",
            &["SYN.UNTERMINATED_STRING:single"],
            "a = ['one', 'two']\n",
        );
        check(
            "f(\"fast, count=3)\n",
            &["SYN.UNTERMINATED_STRING:double"],
            "f(\"fast\", count=3)\n",
        );
        check(
            "a = {\"one: b, \"two\": c}\n",
            &["SYN.UNTERMINATED_STRING:double"],
            "a = {\"one\": b, \"two\": c}\n",
        );
        check(
            "a = 'D:\\\\data\\'\n",
            &["SYN.UNTERMINATED_STRING:single"],
            "a = 'D:\\\\data\\\\'\n",
        );
        check(
            "print(late')\n",
            &["SYN.UNTERMINATED_STRING:missing_open"],
            "print('late')\n",
        );
    }
}
