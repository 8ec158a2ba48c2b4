//! `>>> x = 1`, `In [3]: x`, `1. x = 1`, a fence, a shell command, a sentence: text that came along with the code.

use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::{Site, short};
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "pasted_text";
const CODE: Code = Code::new("SYN.PASTED_TEXT");

/// Commands of a shell that people paste along with code.
const COMMANDS: &[&str] = &[
    "pip", "pip3", "python", "python3", "conda", "npm", "sudo", "apt", "git", "cd", "ls", "brew",
    "export", "mkdir", "curl", "wget", "docker", "source", "$",
];

/// Proposes to remove what is in front of the code, and to make a comment of what is none.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    prompts(site, out);
    numbers(site, out);
    fences(site, out);
    for line in site.suspect_lines() {
        let words: Vec<&str> = site
            .layout
            .code_of(line)
            .map(|token| site.str(token))
            .collect();
        let names = site
            .layout
            .code_of(line)
            .take_while(|token| matches!(token.kind, TokenKind::Name | TokenKind::Keyword))
            .count();
        let first = words.first().copied().unwrap_or("");
        let tokens: Vec<_> = site.layout.code_of(line).take(3).collect();
        let spaced = |left: usize| {
            tokens
                .get(left)
                .zip(tokens.get(left + 1))
                .is_none_or(|(left, right)| left.span.end < right.span.start)
        };
        let named = tokens
            .get(1)
            .is_some_and(|second| second.kind == TokenKind::Name);
        let cell = first == "%" && tokens.get(1).is_some_and(|second| site.str(second) == "%");
        let header = tokens
            .first()
            .is_none_or(|first| first.kind == TokenKind::Keyword);
        if first == "!" && named || first == "%" && (cell || named && !spaced(0) && spaced(1)) {
            out.extend(comment(
                site,
                line,
                4,
                "notebook_magic",
                "a notebook's command",
            ));
        } else if COMMANDS.contains(&first) && named {
            out.extend(comment(
                site,
                line,
                11,
                "shell_command",
                "a shell's command",
            ));
        } else if first == "<" && words.last() == Some(&">") {
            out.extend(comment(site, line, 7, "html", "HTML"));
        } else if !header && names >= 3 {
            let whole = names == words.len();
            let cost = if whole && names >= 4 {
                8
            } else if whole {
                14
            } else {
                21
            };
            out.extend(comment(site, line, cost, "prose", "a sentence"));
        }
    }
}

/// How long the prompt in front of a line is, the space behind it included.
fn prompt(code: &str) -> Option<usize> {
    let length = if code.starts_with("In [") || code.starts_with("Out[") {
        code.find("]:")? + 2
    } else {
        let marks = code.len() - code.trim_start_matches('>').len();
        if (1..=3).contains(&marks) {
            marks
        } else {
            return None;
        }
    };
    Some(with_space(code, length))
}

fn with_space(code: &str, length: usize) -> usize {
    length + usize::from(code.get(length..).is_some_and(|rest| rest.starts_with(' ')))
}

/// Interpreter prompts, of all lines at once.
fn prompts(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mut edits = Vec::new();
    let mut answers = Vec::new();
    let mut own = None;
    for (index, line) in site.layout.lines.iter().enumerate() {
        if line.continued {
            continue;
        }
        let start = line.span.start + line.indent;
        let code = Span::new(start, line.span.end).of(site.text);
        let dots = code.starts_with("... ") || code == "...";
        let length = match prompt(code) {
            Some(length) => Some(length),
            None if dots => Some(with_space(code, 3)),
            None => None,
        };
        if let Some(length) = length {
            let span = Span::new(start, start + length);
            if site.suspects.contains(&index) && own.is_none() {
                own = Some(span);
            }
            edits.push(Edit::delete(span));
        } else if !edits.is_empty() && !code.is_empty() {
            answers.push(Edit::insert(start, "# "));
        }
    }
    let Some(span) = own else { return };
    let prompt = span.of(site.text).trim_end();
    let base = |cost, edits| {
        Proposal::new(RULE, CODE, cost, span, edits)
            .construct("repl_prompt")
            .message(format!(
                "'{prompt}' is the interpreter's prompt, not part of the program: remove it"
            ))
    };
    if !answers.is_empty() {
        let mut both = edits.clone();
        both.extend(answers);
        out.push(
            base(12, both)
                .title("Remove the prompts and make comments of the answers")
                .unsafe_fix(),
        );
    }
    out.push(base(3, edits).title(format!("Remove the prompts '{prompt}'")));
}

/// `12: x = 1`, `12 x = 1`
fn numbers(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mut edits = Vec::new();
    let mut own = None;
    for index in 0..site.layout.lines.len() {
        let tokens: Vec<_> = site.layout.code_of(index).take(3).collect();
        let [number, second, ..] = tokens.as_slice() else {
            continue;
        };
        let digits = site.str(number).trim_end_matches('.');
        if number.kind != TokenKind::Number || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let code = if matches!(site.str(second), ":" | ")" | "|") {
            tokens.get(2).copied()
        } else {
            Some(*second).filter(|second| {
                second.span.start > number.span.end
                    && matches!(
                        second.kind,
                        TokenKind::Name | TokenKind::Keyword | TokenKind::String { .. }
                    )
            })
        };
        let Some(code) = code else { continue };
        if site.suspects.contains(&index) && own.is_none() {
            own = Some(number.span);
        }
        edits.push(Edit::delete(Span::new(number.span.start, code.span.start)));
    }
    if let Some(span) = own {
        let cost = if edits.len() > 1 { 4 } else { 13 };
        out.push(
            Proposal::new(RULE, CODE, cost, span, edits)
                .message(format!(
                    "'{}' is the number of a line, not part of the program: remove it",
                    span.of(site.text)
                ))
                .title("Remove the line numbers")
                .unsafe_fix(),
        );
    }
}

/// Fences of Markdown around the code.
fn fences(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let fences: Vec<(usize, Span)> = site
        .layout
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.span.of(site.text).trim_start().starts_with("```"))
        .map(|(index, line)| (index, line.span))
        .collect();
    let Some((_, span)) = fences
        .iter()
        .find(|(index, _)| site.suspects.contains(index))
    else {
        return;
    };
    let edits = fences
        .iter()
        .map(|(index, span)| {
            let next = site.layout.lines.get(index + 1);
            Edit::delete(Span::new(
                span.start,
                next.map_or(site.text.len(), |next| next.span.start),
            ))
        })
        .collect();
    out.push(
        Proposal::new(RULE, CODE, 2, *span, edits)
            .construct("markdown_fence")
            .message("a fence of Markdown is not part of the program: remove it")
            .title("Remove the fence"),
    );
}

fn comment(
    site: &Site<'_>,
    line: usize,
    cost: u32,
    construct: &'static str,
    what: &str,
) -> Option<Proposal> {
    let bounds = site.layout.lines.get(line)?;
    let span = Span::new(bounds.span.start + bounds.indent, bounds.span.end);
    Some(
        Proposal::new(RULE, CODE, cost, span, vec![Edit::insert(span.start, "# ")])
            .construct(construct)
            .message(format!("this is {what}, not Python: make it a comment"))
            .title(format!("Make a comment of '{}'", short(span.of(site.text))))
            .unsafe_fix(),
    )
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            ">>> a = 1\n>>> b = 2\n",
            &["SYN.PASTED_TEXT:repl_prompt"],
            "a = 1\nb = 2\n",
        );
        check(
            ">>> for x in y:\n...     print(x)\n",
            &["SYN.PASTED_TEXT:repl_prompt"],
            "for x in y:\n    print(x)\n",
        );
        check(
            "1. a = 1\n2. b = 2\n",
            &["SYN.PASTED_TEXT"],
            "a = 1\nb = 2\n",
        );
        check(
            "```\na = 1\n```\n",
            &["SYN.PASTED_TEXT:markdown_fence"],
            "a = 1\n",
        );
        check(
            "pip install flask\n",
            &["SYN.PASTED_TEXT:shell_command"],
            "# pip install flask\n",
        );
        check(
            "%matplotlib inline\n",
            &["SYN.PASTED_TEXT:notebook_magic"],
            "# %matplotlib inline\n",
        );
        check(
            "this text says something\n",
            &["SYN.PASTED_TEXT:prose"],
            "# this text says something\n",
        );
    }
}
