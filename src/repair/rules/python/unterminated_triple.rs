//! A docstring or another string in three quotes that does not end where it should.

use crate::lang::python::{Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "unterminated_triple";
const CODE: Code = Code::new("SYN.UNTERMINATED_TRIPLE");

/// Most places that are tried for one string.
const MAX_PLACES: usize = 12;
/// Most strings that are tried: where one is not closed, each one after it opens where it should close.
const MAX_STRINGS: usize = 4;

/// Proposes where the missing quotes may stand, or to remove those that open nothing.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let tokens = &site.layout.tokens;
    let is_unclosed = tokens.iter().any(|token| {
        token.kind
            == TokenKind::String {
                closed: false,
                triple: true,
            }
    });
    if !is_unclosed {
        return;
    }
    let end = site.suspect_tokens().end;
    let triple: Vec<usize> = (0..tokens.len())
        .filter(|index| {
            site.token(*index)
                .is_some_and(|token| matches!(token.kind, TokenKind::String { triple: true, .. }))
        })
        .collect();
    // The strings around the first complaint, and the last one, which is never closed.
    let near = triple.partition_point(|index| *index < end);
    let first = near.saturating_sub(MAX_STRINGS - 1);
    let mut tried: Vec<usize> = triple.iter().copied().take(near).skip(first).collect();
    tried.extend(triple.last().filter(|last| !tried.contains(last)));
    for index in tried {
        if let Some(string) = Triple::new(site, index) {
            string.missing_end(out);
            string.stray(out);
        }
    }
}

struct Triple<'site, 'text> {
    site: &'site Site<'text>,
    token: &'site Token,
    closed: bool,
    quotes: &'text str,
    body: Span,
    indent: &'text str,
    construct: &'static str,
}

impl<'site, 'text> Triple<'site, 'text> {
    fn new(site: &'site Site<'text>, index: usize) -> Option<Self> {
        let token = site.token(index)?;
        let TokenKind::String {
            closed,
            triple: true,
        } = token.kind
        else {
            return None;
        };
        let text = site.str(token);
        let prefix = text.find(['\'', '"'])?;
        let quotes = text.get(prefix..prefix + 3)?;
        let body = Span::new(
            token.span.start + prefix + 3,
            if closed {
                token.span.end - 3
            } else {
                token.span.end
            },
        );
        let line = site.layout.line_at(token.span.start);
        let starts_line = site
            .layout
            .code_of(line)
            .next()
            .is_some_and(|first| first.span == token.span);
        let construct = if text.get(..prefix)?.contains(['f', 'F', 't', 'T']) {
            "fstring"
        } else if starts_line {
            "docstring"
        } else {
            "string"
        };
        Some(Self {
            site,
            token,
            closed,
            quotes,
            body,
            indent: site.indent(line),
            construct,
        })
    }

    fn proposal(&self, cost: u32, edits: Vec<Edit>) -> Proposal {
        let opening = Span::new(self.token.span.start, self.body.start);
        // The quotes are missing where they have to be added: at the end of a line, or on an empty one.
        let span = edits.first().map_or(opening, |edit| {
            let line = self.site.layout.line_at(edit.span.start);
            match self.site.layout.lines.get(line) {
                Some(line) if edit.span.start > line.span.start => {
                    Span::new(edit.span.start - 1, edit.span.start)
                }
                Some(line) => line.span,
                None => edit.span,
            }
        });
        // A string that is closed by another one's opening quotes is a bolder guess.
        let cost = if self.closed { cost + 2 } else { cost };
        Proposal::new(RULE, CODE, cost, span, edits)
            .construct(self.construct)
            .message(format!(
                "this text is never closed: add {} where it ends",
                self.quotes
            ))
            .related(opening, format!("these {} open the text", self.quotes))
    }

    fn missing_end(&self, out: &mut Vec<Proposal>) {
        let text = self.body.of(self.site.text);
        let newline = self.site.line_break();
        let mut places = 0;
        let mut at = self.body.start;
        let mut blank: Option<Span> = None;
        let mut last_end = self.body.start;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if places >= MAX_PLACES {
                break;
            }
            let content = line.trim_end();
            let span = Span::new(at, at + content.len());
            at += line.len();
            let trimmed = content.trim_start();
            let indent = content.get(..content.len() - trimmed.len()).unwrap_or("");
            if number > 0
                && !trimmed.is_empty()
                && begins_code(trimmed)
                && indent.len() <= self.indent.len()
            {
                // Before the first line that can only be code.
                let here = match blank {
                    Some(blank) if blank.start >= last_end => {
                        Edit::replace(blank, format!("{}{}", self.indent, self.quotes))
                    }
                    _ => Edit::insert(
                        span.start,
                        format!("{}{}{newline}", self.indent, self.quotes),
                    ),
                };
                let cost = if number == 1 { 7 } else { 5 };
                out.push(self.proposal(cost, vec![here]).title(format!(
                    "Close the text with {} before the code",
                    self.quotes
                )));
                if number == 1 && last_end > self.body.start {
                    self.at_line_end(last_end, 4, out);
                } else if last_end > self.body.start {
                    self.at_line_end(last_end, 9, out);
                }
                places += 2;
            } else if trimmed.is_empty() && number > 0 {
                if blank.is_none_or(|blank| blank.start < last_end) {
                    let whole = Span::new(
                        span.start,
                        span.start + line.trim_end_matches(['\n', '\r']).len(),
                    );
                    blank = Some(whole);
                    let edit = Edit::replace(whole, format!("{}{}", self.indent, self.quotes));
                    // White space where the quotes were is all that is left of their line.
                    let cost = if whole.is_empty() { 13 } else { 9 };
                    out.push(self.proposal(cost, vec![edit]).title(format!(
                        "Close the text with {} on the empty line",
                        self.quotes
                    )));
                    places += 1;
                }
            } else if number == 0 && !trimmed.is_empty() {
                self.at_line_end(span.end, 8, out);
                places += 1;
            }
            if !trimmed.is_empty() {
                last_end = span.end;
            }
        }
        if !self.closed && last_end > self.body.start {
            self.at_line_end(last_end, 10, out);
        }
    }

    fn at_line_end(&self, offset: usize, cost: u32, out: &mut Vec<Proposal>) {
        out.push(
            self.proposal(cost, vec![Edit::insert(offset, self.quotes)])
                .title(format!(
                    "Close the text with {} at the end of the line",
                    self.quotes
                )),
        );
    }

    /// Quotes on a line of their own that open nothing.
    fn stray(&self, out: &mut Vec<Proposal>) {
        let line = self.site.layout.line_at(self.token.span.start);
        let opening = Span::new(self.token.span.start, self.body.start);
        let Some(span) = self.site.layout.lines.get(line).map(|line| line.span) else {
            return;
        };
        if self.closed || span.of(self.site.text).trim() != opening.of(self.site.text) {
            return;
        }
        let edit = Edit::delete(Span::new(span.start, opening.end));
        out.push(
            self.proposal(11, vec![edit])
                .message(format!(
                    "these {} open a text that is never closed: remove them, or close it",
                    self.quotes
                ))
                .title(format!("Remove the stray {}", self.quotes))
                .unsafe_fix(),
        );
    }
}

/// Whether a line reads as a statement rather than as prose.
fn begins_code(line: &str) -> bool {
    let word: &str = line
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or("");
    let rest = line.get(word.len()..).unwrap_or("");
    match word {
        "def" | "class" | "import" | "from" | "return" | "raise" | "async" => rest.starts_with(' '),
        "if" | "for" | "while" | "with" | "try" | "else" => line.trim_end().ends_with(':'),
        "" => line.starts_with('@'),
        "pass" => rest.is_empty(),
        _ => {
            let after =
                rest.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
            after.starts_with('(') && line.trim_end().ends_with([')', '(', ','])
                || after.trim_start().starts_with('=') && !after.trim_start().starts_with("==")
                || after.trim_start().starts_with("+=")
                || after.starts_with('[') && line.contains("] =")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn texts_that_never_end() {
        check(
            "def f():\n    \"\"\"Say it.\n    return 1\n",
            &["SYN.UNTERMINATED_TRIPLE:docstring"],
            "def f():\n    \"\"\"Say it.\"\"\"\n    return 1\n",
        );
        check(
            "def f():\n    \"\"\"Say it.\n\n    Twice.\n    \n    return 1\n",
            &["SYN.UNTERMINATED_TRIPLE:docstring"],
            "def f():\n    \"\"\"Say it.\n\n    Twice.\n    \"\"\"\n    return 1\n",
        );
        check(
            "a = '''b\n",
            &["SYN.UNTERMINATED_TRIPLE:string"],
            "a = '''b'''\n",
        );
    }

    #[test]
    fn a_text_that_swallows_the_next_one() {
        check(
            "def f():\n    \"\"\"Say it.\n    \n    return 1\n\n\ndef g():\n    \"\"\"Say more.\"\"\"\n    return 2\n",
            &["SYN.UNTERMINATED_TRIPLE:docstring"],
            "def f():\n    \"\"\"Say it.\n    \"\"\"\n    return 1\n\n\ndef g():\n    \"\"\"Say more.\"\"\"\n    return 2\n",
        );
    }
}
