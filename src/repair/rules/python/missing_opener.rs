//! A line, then deeper lines, then a closing bracket that closes nothing: the line lacks the bracket that opens.

use crate::lang::python::{Bracket, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::{LoneBracket, Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_opener";

/// Most brackets without a partner that are looked at.
const MAX_BRACKETS: usize = 3;

/// Proposes the opening bracket at the end of the line above the lines that a lone closing bracket ends.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let closers = site.lone_brackets.iter().filter_map(|lone| match lone {
        LoneBracket::Unopened(closer) => Some(*closer),
        _ => None,
    });
    for closer in closers.take(MAX_BRACKETS) {
        above(site, closer, out);
    }
}

fn above(site: &Site<'_>, closer: usize, out: &mut Vec<Proposal>) -> Option<()> {
    let token = site.token(closer)?;
    let TokenKind::Close(bracket) = token.kind else {
        return None;
    };
    let end = site.layout.line_at(token.span.start);
    let begins = site.layout.code_of(end).next()?.span == token.span;
    let level = site.indent(end).len();
    let mut line = site.layout.code_before(end)?;
    while site.indent(line).len() > level {
        line = site.layout.code_before(line)?;
    }
    // The lines between belong to the bracket, and the parser gave up at one of them.
    let first = site.layout.code_after(line)?;
    let gap = site.layout.lines.get(line)?.span.end;
    if !begins || first == end || site.error.span.end < gap || site.line > end {
        return None;
    }
    let words: Vec<&str> = site
        .layout
        .code_of(line)
        .map(|token| site.str(token))
        .collect();
    let last = *site.layout.code_of(line).next_back()?;
    let opener = bracket.open();
    let is_name = words.iter().enumerate().all(|(index, word)| {
        if index % 2 == 1 {
            *word == "."
        } else {
            word.starts_with(|c: char| c.is_alphabetic() || c == '_')
        }
    });
    let added = match words.as_slice() {
        ["from", .., "import"] => format!(" {opener}"),
        ["from", _, ..] if last.ends_operand(site.text) && !words.contains(&"import") => {
            format!(" import {opener}")
        }
        [_] | [_, ".", ..] if is_name && bracket != Bracket::Round => format!(" = {opener}"),
        _ if last.ends_operand(site.text) => opener.to_owned(),
        [
            ..,
            "=" | "return" | "in" | "+" | "and" | "or" | "not" | "if" | "yield" | "assert",
        ] => {
            format!(" {opener}")
        }
        [.., "," | "(" | "[" | "{" | ":"] => opener.to_owned(),
        _ => return None,
    };
    let word = short(site.str(&last));
    let shape = match bracket {
        Bracket::Round => "paren",
        Bracket::Square => "bracket",
        Bracket::Curly => "brace",
    };
    let shown = added.trim_start().to_owned();
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.UNMATCHED_CLOSE"),
            3,
            Span::new(last.span.start, last.span.end),
            vec![Edit::insert(last.span.end, added)],
        )
        .construct(shape)
        .message(format!(
            "the lines below are closed by '{}', but nothing opens them: add '{shown}' after '{word}'",
            bracket.close()
        ))
        .title(format!("Add '{shown}' after '{word}'"))
        .related(token.span, "this bracket has no partner")
        .unsafe_fix(),
    );
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_on_the_line_that_lacks_it() {
        check(
            "from a\n    b,\n    c,\n)\nd = 1\n",
            &["SYN.UNMATCHED_CLOSE:paren"],
            "from a import (\n    b,\n    c,\n)\nd = 1\n",
        );
        check(
            "def a():\n    b = c\n        1,\n        d=2,\n    )\n    return b\n",
            &["SYN.UNMATCHED_CLOSE:paren"],
            "def a():\n    b = c(\n        1,\n        d=2,\n    )\n    return b\n",
        );
        check(
            "def a\n    b: int,\n    c: int = 1,\n) -> int:\n    return b\n",
            &["SYN.UNMATCHED_CLOSE:paren"],
            "def a(\n    b: int,\n    c: int = 1,\n) -> int:\n    return b\n",
        );
        check(
            "names =\n    'a',\n    'b',\n]\n",
            &["SYN.UNMATCHED_CLOSE:bracket"],
            "names = [\n    'a',\n    'b',\n]\n",
        );
    }
}
