//! `for x items:`, `area(x):`, `import numpy np`, `total 0`: a keyword or the sign of assignment is missing.

use super::words::Words;
use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "missing_word";

/// Proposes the word that the beginning of a line, or the words around the complaint, ask for.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        if words.starts_statement(index) {
            header(&words, index, out);
            import(&words, index, out);
            assignment(&words, index, out);
        }
        if words.text(index) == "for" {
            iteration(&words, index, out);
        }
        if words.text(index) == "if" && words.ends_operand(index.wrapping_sub(1)) {
            otherwise(&words, index, out);
        }
        if words.text(index) == "in" && words.is_name(index.wrapping_sub(1)) {
            comprehension(&words, index, out);
        }
        if words.text(index) == "not" && words.ends_operand(index.wrapping_sub(1)) {
            negation(&words, index, out);
        }
        if matches!(words.text(index), "with" | "except") && words.is_first(index) {
            binding(&words, index, out);
        }
    }
}

fn insert(
    words: &Words<'_, '_>,
    code: Code,
    cost: u32,
    span: Span,
    before: usize,
    word: &str,
) -> Proposal {
    let start = words.span(before).start;
    let indent = words.site.indent(words.line(before));
    // The space that parted the lost word from the next one is still there.
    let edit = if words.is_first(before) && indent.ends_with(' ') && indent.len() % 2 == 1 {
        Edit::replace(Span::new(start - 1, start), format!("{word} "))
    } else {
        Edit::insert(start, format!("{word} "))
    };
    Proposal::new(RULE, code, cost, span, vec![edit])
        .message(format!(
            "'{word}' is missing in front of '{}'",
            words.text(before)
        ))
        .title(format!("Add '{word}' before '{}'", words.text(before)))
}

/// `area(x):` and `Shape(object):` with a block below them, `.module import name`, `i in range(3):`
fn header(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    const CODE: Code = Code::new("SYN.MISSING_KEYWORD");
    let last = words.line_last(index);
    let span = words.span(index);
    let mut add = |cost, word| {
        out.push(insert(words, CODE, cost, span, index, word));
    };
    let imports = (index..=last).any(|at| words.text(at) == "import");
    if imports && words.text(index) != "from" && words.text(index) != "import" {
        add(5, "from");
    }
    let name = words.is_name(index);
    if name && words.before(last) == "as" {
        add(4, "import");
    }
    let indent = words.site.indent(words.line(index)).len();
    if name
        && indent % 2 == 1
        && (index..=last).all(|at| words.is_name(at) || words.text(at) == ".")
    {
        add(9, "import");
    }
    let colon = words.text(last) == ":"
        || (index..last).any(|at| words.bracket(at).is_none() && words.text(at) == ":");
    if name && (colon || words.has_body(last)) {
        let class = words
            .text(index)
            .trim_start_matches('_')
            .starts_with(char::is_uppercase);
        let call = words.text(index + 1) == "(";
        let body = if words.has_body(last) { 0 } else { 5 };
        if call || words.text(index + 1) == ":" && class {
            add(body + if class { 6 } else { 8 }, "class");
        }
        if call {
            add(body + if class { 9 } else { 5 }, "def");
        }
        if words.text(index + 1) == "in" || words.text(index + 1) == "," {
            add(body + 8, "for");
        }
    }
    if colon && !matches!(words.kind(index), Some(TokenKind::Keyword)) && words.has_body(last) {
        add(12, "if");
        add(18, "while");
        add(20, "with");
    }
}

/// `import numpy np`, `from os path`, `from os (`
fn import(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let last = words.line_last(index);
    let word = match words.text(index) {
        "import" => "as",
        "from" if !(index..=last).any(|at| words.text(at) == "import") => "import",
        _ => return,
    };
    for at in index + 2..=last {
        let gap = words.is_name(at - 1) || words.before(at) == ".";
        let name = words.is_name(at) || matches!(words.text(at), "(" | "*");
        if gap && name && !words.touches_next(at - 1) {
            let span = words.cover(at - 1, at);
            out.push(insert(
                words,
                Code::new("SYN.MISSING_KEYWORD"),
                5,
                span,
                at,
                word,
            ));
            return;
        }
    }
}

/// `total 0`, `self.name name`
fn assignment(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let last = words.line_last(index);
    if !words.is_name(index) {
        return;
    }
    let Some(value) = (index + 1..=last).find(|at| {
        words.bracket(*at).is_none()
            && words.ends_operand(at - 1)
            && words.starts_operand(*at)
            && !words.touches_next(at - 1)
    }) else {
        return;
    };
    let assigned = (index..=last).any(|at| words.bracket(at).is_none() && words.text(at) == "=");
    let target = (index..value).all(|at| {
        words.is_name(at)
            || matches!(words.text(at), "." | "[" | "]" | ":" | ",")
            || words.bracket(at).is_some()
    });
    let prose = words.is_name(value) && words.is_name(value + 1);
    if assigned || prose || !target || words.text(last) == ":" {
        return;
    }
    let gap = Span::new(words.span(value - 1).end, words.span(value).start);
    let cost = if gap.len() > 1 { 8 } else { 10 };
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.MISSING_OPERATOR"),
            cost,
            words.cover(value - 1, value),
            vec![Edit::replace(gap, " = ")],
        )
        .construct("juxtaposed")
        .message(format!(
            "'=' is missing between '{}' and '{}'",
            words.text(value - 1),
            words.text(value)
        ))
        .title(format!("Add '=' after '{}'", words.text(value - 1)))
        .unsafe_fix(),
    );
}

/// `for x items:`, `[x for x items]`
fn iteration(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let scope = words.opener(index);
    for at in index + 2..words.len() {
        if words.opener(at) != scope {
            continue;
        }
        if matches!(words.text(at), "in" | ":" | "for" | ")" | "]" | "}") {
            return;
        }
        if words.ends_operand(at - 1) && words.starts_operand(at) && !words.touches_next(at - 1) {
            let later = (at..words.len())
                .take_while(|later| words.text(*later) != ":" && words.text(*later) != "for")
                .any(|later| words.opener(later) == scope && words.text(later) == "in");
            if later {
                return;
            }
            let span = words.cover(index, at);
            let construct = if scope.is_none() {
                "for"
            } else {
                "comprehension"
            };
            out.push(
                insert(words, Code::new("SYN.FOR_MISSING_IN"), 4, span, at, "in")
                    .construct(construct),
            );
            return;
        }
    }
}

/// `with open(path) file:`
fn binding(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let last = words.line_last(index);
    if words.text(last) == ":"
        && last > index + 2
        && words.is_name(last - 1)
        && words.ends_operand(last - 2)
    {
        let span = words.cover(last - 2, last - 1);
        out.push(insert(
            words,
            Code::new("SYN.MISSING_KEYWORD"),
            6,
            span,
            last - 1,
            "as",
        ));
    }
}

/// `x = 1 if ready`
fn otherwise(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let last = words.line_last(index);
    let scope = words.opener(index);
    let end = (index + 1..=last)
        .find(|at| matches!(words.text(*at), ")" | "," | "]") && words.opener(*at) == scope)
        .unwrap_or(last + 1);
    let has_else = (index..end).any(|at| matches!(words.text(at), "else" | ":"));
    let comprehension =
        scope.is_some() && (words.line_first(index)..index).any(|at| words.text(at) == "for");
    if has_else || comprehension || end == index + 1 {
        return;
    }
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.TERNARY"),
            11,
            words.span(index),
            vec![Edit::insert(words.span(end - 1).end, " else None")],
        )
        .construct("missing_else")
        .message("a choice between two values needs 'else' and the other value")
        .title("Add 'else None'")
        .unsafe_fix(),
    );
}

/// `[name in names if name]`
fn comprehension(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let scope = words.opener(index);
    let name = index - 1;
    let begins = scope.is_some_and(|(_, opener)| opener + 1 == name);
    let has_filter = (index..=words.line_last(index))
        .any(|at| words.text(at) == "if" && words.opener(at) == scope);
    if !begins || !has_filter {
        return;
    }
    let each = words.text(name);
    out.push(
        insert(
            words,
            Code::new("SYN.MISSING_KEYWORD"),
            8,
            words.span(name),
            index,
            &format!("for {each}"),
        )
        .message(format!("the loop of this comprehension lacks 'for {each}'"))
        .title(format!("Add 'for {each}'")),
    );
}

/// `x not None`, `x not items`
fn negation(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let singleton = matches!(words.text(index + 1), "None" | "True" | "False");
    let (word, before) = if singleton {
        ("is", index)
    } else {
        ("in", index + 1)
    };
    let span = words.span(index);
    out.push(insert(
        words,
        Code::new("SYN.MISSING_KEYWORD"),
        5,
        span,
        before,
        word,
    ));
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "for x range(3):\n    print(x)\n",
            &["SYN.FOR_MISSING_IN:for"],
            "for x in range(3):\n    print(x)\n",
        );
        check(
            "odd = [n in numbers if n % 2]\n",
            &["SYN.MISSING_KEYWORD"],
            "odd = [n for n in numbers if n % 2]\n",
        );
        check(
            "area(x):\n    return x\n",
            &["SYN.MISSING_KEYWORD"],
            "def area(x):\n    return x\n",
        );
        check(
            "import numpy np\n",
            &["SYN.MISSING_KEYWORD"],
            "import numpy as np\n",
        );
        check(
            "self.total amount\n",
            &["SYN.MISSING_OPERATOR:juxtaposed"],
            "self.total = amount\n",
        );
        check(
            "if a not None:\n    b()\n",
            &["SYN.MISSING_KEYWORD"],
            "if a is not None:\n    b()\n",
        );
    }
}
