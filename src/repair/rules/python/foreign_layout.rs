//! `if x {` … `}`, `// note`, `/* note */`, `for (i = 0; i < n; i++)`: blocks, comments and loops of other languages.

use super::words::Words;
use crate::lang::python::{Bracket, Token, TokenKind};
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "foreign_layout";

/// Proposes Python's blocks, comments and loops.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    blocks(site, out);
    slashes(site, out);
    block_comment(site, out);
    for index in 0..words.len() {
        if words.text(index) == "foreach" {
            let span = words.span(index);
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.FOREIGN_LOOP"),
                    3,
                    span,
                    vec![Edit::replace(span, "for")],
                )
                .construct("foreach")
                .message("Python says 'for' where other languages say 'foreach'")
                .title("Replace 'foreach' by 'for'"),
            );
        }
        if words.text(index) == "for" {
            counted(&words, index, out);
            each(&words, index, out);
        }
    }
}

/// All blocks in braces at once.
fn blocks(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mut open: Vec<bool> = Vec::new();
    let mut edits = Vec::new();
    let mut found: Option<(Span, &'static str)> = None;
    for line in 0..site.layout.lines.len() {
        let code: Vec<&Token> = site.layout.code_of(line).collect();
        let header = code
            .iter()
            .find(|token| !matches!(site.str(token), "}"))
            .and_then(|token| match site.str(token) {
                "if" | "elif" | "else" => Some("braces_if"),
                "for" | "while" => Some("braces_loop"),
                "class" => Some("braces_class"),
                "def" | "function" | "func" => Some("braces_def"),
                "try" | "except" | "catch" | "finally" | "with" => Some("braces_if"),
                _ => None,
            });
        for (at, token) in code.iter().enumerate() {
            match site.str(token) {
                "{" => {
                    let block = header.filter(|_| at > 0 && at + 1 == code.len());
                    open.push(block.is_some());
                    if let (Some(construct), Some(before)) =
                        (block, at.checked_sub(1).and_then(|at| code.get(at)))
                    {
                        let colon = if site.str(before) == ":" { "" } else { ":" };
                        edits.push(Edit::replace(
                            Span::new(before.span.end, token.span.end),
                            colon,
                        ));
                        found.get_or_insert((token.span, construct));
                    }
                }
                "}" if open.pop() == Some(true) => {
                    let next = code.get(at + 1);
                    let end = next.map_or(token.span.end, |next| next.span.start);
                    if code.len() == 1 {
                        let start = site
                            .layout
                            .lines
                            .get(line)
                            .map_or(token.span.start, |line| line.span.start);
                        let after = site
                            .layout
                            .lines
                            .get(line + 1)
                            .map_or(site.text.len(), |line| line.span.start);
                        let commented = site.layout.tokens_of(line).len() > 1;
                        edits.push(Edit::delete(if commented {
                            token.span
                        } else {
                            Span::new(start, after)
                        }));
                    } else {
                        edits.push(Edit::delete(Span::new(token.span.start, end)));
                    }
                }
                _ => {}
            }
        }
    }
    if let Some((span, construct)) = found {
        out.push(
            Proposal::new(RULE, Code::new("SYN.FOREIGN_BLOCK"), 4, span, edits)
                .construct(construct)
                .message("a block begins with ':' and is indented: write ':' instead of '{', and leave out '}'")
                .title("Write the block with ':'"),
        );
    }
}

/// `// note`
fn slashes(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let code = Code::new("SYN.FOREIGN_COMMENT");
    let whole: Vec<Edit> = (0..site.layout.lines.len())
        .filter_map(|line| site.layout.code_of(line).next())
        .filter(|token| site.str(token) == "//")
        .map(|token| Edit::replace(token.span, "#"))
        .collect();
    let message = "a comment begins with '#': write '#' instead of '//'";
    for line in site.suspect_lines() {
        for (at, token) in site.layout.code_of(line).enumerate() {
            if site.str(token) != "//" {
                continue;
            }
            let (cost, edits) = if at == 0 {
                (3, whole.clone())
            } else {
                (11, vec![Edit::replace(token.span, "#")])
            };
            out.push(
                Proposal::new(RULE, code, cost, token.span, edits)
                    .construct("slashes")
                    .message(message)
                    .title("Replace '//' by '#'"),
            );
        }
    }
}

/// `/* note */`, over several lines too.
fn block_comment(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let tokens = &site.layout.tokens;
    let pair = |from: usize, first: &str, second: &str| {
        (from..tokens.len()).find(|at| {
            tokens
                .get(*at)
                .zip(tokens.get(at + 1))
                .is_some_and(|(left, right)| {
                    site.str(left) == first
                        && site.str(right) == second
                        && left.span.end == right.span.start
                })
        })
    };
    let from = site.suspect_tokens().start;
    let (begin, open, close) = match (pair(from, "/", "*"), pair(from, "/", "**")) {
        (Some(begin), _) => (begin, 2, "*/"),
        (None, Some(begin)) => (begin, 3, "*/"),
        _ => return,
    };
    let Some(start) = tokens.get(begin).map(|token| token.span.start) else {
        return;
    };
    let Some(length) = site
        .text
        .get(start + open..)
        .and_then(|rest| rest.find(close))
    else {
        return;
    };
    let end = start + open + length;
    let mut edits = vec![Edit::replace(Span::new(start, start + open), "#")];
    let (first, last) = (site.layout.line_at(start), site.layout.line_at(end));
    for line in first + 1..=last {
        if let Some(line) = site.layout.lines.get(line) {
            let at = line.span.start + line.indent;
            if at < end {
                let star = site
                    .text
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with('*'));
                let span = Span::new(at, at + usize::from(star));
                edits.push(Edit::replace(span, if star { "#" } else { "# " }));
            }
        }
    }
    edits.push(Edit::replace(
        Span::new(end, end + 2),
        if first == last { "" } else { "#" },
    ));
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.FOREIGN_COMMENT"),
            3,
            Span::new(start, start + open),
            edits,
        )
        .construct("block")
        .message("a comment begins with '#' on each of its lines")
        .title("Write the comment with '#'"),
    );
}

/// `for (i = 0; i < n; i++)`
fn counted(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let open = index + 1;
    if words.kind(open) != Some(TokenKind::Open(Bracket::Round)) {
        return;
    }
    let last = words.line_last(index);
    let inside = |at: &usize| words.opener(*at).is_some_and(|(_, opener)| opener == open);
    let semicolons: Vec<usize> = (open..=last)
        .filter(|at| inside(at) && words.text(*at) == ";")
        .collect();
    let [first, second] = semicolons.as_slice() else {
        return;
    };
    let Some(close) =
        (*second..=last).find(|at| words.text(*at) == ")" && words.opener(*at).is_none())
    else {
        return;
    };
    let Some(equals) = (open..*first).find(|at| words.text(*at) == "=") else {
        return;
    };
    let test = first + 2;
    if equals + 1 >= *first || test + 1 >= *second || !words.is_name(equals - 1) {
        return;
    }
    let text = words.site.text;
    let start = words.cover(equals + 1, first - 1).of(text);
    let stop = words.cover(test + 1, second - 1).of(text);
    let stop = match words.text(test) {
        "<" => stop.to_owned(),
        "<=" => format!("{stop} + 1"),
        _ => return,
    };
    let range = if start == "0" {
        format!("range({stop})")
    } else {
        format!("range({start}, {stop})")
    };
    let line = format!("for {} in {range}", words.text(equals - 1));
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.FOREIGN_LOOP"),
            3,
            words.cover(index, close),
            vec![Edit::replace(words.cover(index, close), line.clone())],
        )
        .construct("c_for")
        .message(format!(
            "a loop in Python goes through things: write '{line}'"
        ))
        .title(format!("Write '{line}'")),
    );
}

/// `for each x in items`, `for x of items`
fn each(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let code = Code::new("SYN.FOREIGN_LOOP");
    if words.text(index + 1) == "each" && words.is_name(index + 2) {
        let edits = vec![words.delete(index + 1)];
        out.push(
            Proposal::new(RULE, code, 3, words.span(index + 1), edits)
                .construct("foreach")
                .message("'for' goes through each thing anyway: leave out 'each'")
                .title("Remove 'each'"),
        );
    }
    let of =
        (index + 2..words.len().min(index + 8)).find(|at| matches!(words.text(*at), "of" | "from"));
    if let Some(of) = of {
        let word = words.text(of);
        out.push(
            Proposal::new(
                RULE,
                code,
                4,
                words.span(of),
                vec![Edit::replace(words.span(of), "in")],
            )
            .construct("for_of")
            .message(format!(
                "a loop goes through what stands behind 'in': write 'in' instead of '{word}'"
            ))
            .title(format!("Replace '{word}' by 'in'")),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "if a {\n    b()\n}\n",
            &["SYN.FOREIGN_BLOCK:braces_if"],
            "if a:\n    b()\n",
        );
        check(
            "// note\na = 1\n",
            &["SYN.FOREIGN_COMMENT:slashes"],
            "# note\na = 1\n",
        );
        check(
            "/* one\n   two */\na = 1\n",
            &["SYN.FOREIGN_COMMENT:block"],
            "# one\n   # two #\na = 1\n",
        );
        check(
            "for (i = 0; i < n; i++):\n    print(i)\n",
            &["SYN.FOREIGN_LOOP:c_for"],
            "for i in range(n):\n    print(i)\n",
        );
        check(
            "for each x in y:\n    print(x)\n",
            &["SYN.FOREIGN_LOOP:foreach"],
            "for x in y:\n    print(x)\n",
        );
        check(
            "for x of y:\n    print(x)\n",
            &["SYN.FOREIGN_LOOP:for_of"],
            "for x in y:\n    print(x)\n",
        );
    }
}
