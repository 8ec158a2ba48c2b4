//! `else if`, `function f()`, `var x = 1`, `catch`, `new Foo()`: words that other languages have.

use super::words::Words;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Applicability, Edit, Span};

const RULE: &str = "foreign_word";
const CODE: Code = Code::new("SYN.FOREIGN_KEYWORD");

/// Words at the start of a statement that Python writes otherwise.
const STARTS: &[(&str, &str, Option<&str>, u32)] = &[
    ("elseif", "elif", Some("elseif"), 2),
    ("elsif", "elif", Some("elseif"), 2),
    ("elif", "elif", None, 99),
    ("function", "def", Some("function"), 3),
    ("func", "def", Some("func"), 3),
    ("fun", "def", Some("func"), 4),
    ("fn", "def", Some("func"), 3),
    ("sub", "def", Some("function"), 4),
    ("defun", "def", Some("function"), 4),
    ("define", "def", Some("function"), 5),
    ("procedure", "def", Some("function"), 4),
    ("void", "def", Some("typed_decl"), 7),
    ("catch", "except", Some("catch"), 3),
    ("rescue", "except", Some("catch"), 4),
    ("ensure", "finally", None, 5),
    ("throw", "raise", Some("throw"), 3),
    ("unless", "if not", Some("unless"), 5),
    ("until", "while not", Some("until"), 5),
    ("switch", "match", Some("switch"), 8),
    ("include", "import", None, 5),
    ("require", "import", None, 5),
    ("using", "import", None, 6),
    ("use", "import", None, 8),
    ("struct", "class", None, 9),
    ("interface", "class", None, 9),
    ("delete", "del", None, 5),
];

/// Words in front of a name that Python leaves out: kinds of declarations, and types.
const DECLARATIONS: &[(&str, &str)] = &[
    ("var", "var"),
    ("let", "let"),
    ("const", "const"),
    ("val", "var"),
    ("dim", "var"),
    ("local", "var"),
    ("auto", "typed_decl"),
    ("int", "typed_decl"),
    ("float", "typed_decl"),
    ("double", "typed_decl"),
    ("long", "typed_decl"),
    ("char", "typed_decl"),
    ("bool", "typed_decl"),
    ("boolean", "typed_decl"),
    ("str", "typed_decl"),
    ("string", "typed_decl"),
    ("String", "typed_decl"),
    ("list", "typed_decl"),
    ("List", "typed_decl"),
    ("dict", "typed_decl"),
    ("object", "typed_decl"),
    ("final", "const"),
    ("static", "typed_decl"),
    ("public", "typed_decl"),
    ("private", "typed_decl"),
];

/// Proposes what Python says instead.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for index in 0..words.len() {
        if words.starts_statement(index) || words.is_first(index) {
            statement(&words, index, out);
        }
        let name = words.text(index);
        if name == "require" && words.line_first(index) != index {
            out.push(replaced(&words, index, index, "import", None, 5));
        }
        if name == "new" && words.is_name(index + 1) {
            out.push(dropped(
                &words,
                index,
                "new",
                3,
                "an object is made by calling its class",
            ));
        }
        if matches!(name, "then" | "do") && words.line_first(index) != index {
            let construct = if name == "then" { "then" } else { "do" };
            let colon = words.text(index + 1) == ":";
            let edit = if colon {
                words.delete(index)
            } else {
                Edit::replace(
                    Span::new(words.span(index - 1).end, words.span(index).end),
                    ":",
                )
            };
            out.push(finish(
                Proposal::new(RULE, CODE, 3, words.span(index), vec![edit]).construct(construct),
                format!("a block begins with ':' in Python, not with '{name}'"),
                format!("Replace '{name}' by ':'"),
            ));
        }
        if words.is_name(index + 1)
            && words.text(index + 2) != "."
            && let Some((_, construct)) = DECLARATIONS.iter().find(|(word, _)| *word == name)
            && (words.is_first(index) || matches!(words.before(index), "(" | "," | "for" | ";"))
        {
            out.push(dropped(
                &words,
                index,
                construct,
                6,
                "a name is declared by assigning to it",
            ));
        }
    }
}

fn statement(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let name = words.text(index);
    if name == "else" && words.text(index + 1) == "if" {
        out.push(replaced(
            words,
            index,
            index + 1,
            "elif",
            Some("else_if"),
            1,
        ));
    } else if name == "else" && words.text(index + 1) != ":" && words.starts_operand(index + 1) {
        let span = words.span(index);
        out.push(finish(
            Proposal::new(
                RULE,
                Code::new("SYN.ELSE_WITH_CONDITION"),
                5,
                span,
                vec![Edit::replace(span, "elif")],
            )
            .construct("if"),
            "'else' takes no condition: write 'elif' in front of one".to_owned(),
            "Replace 'else' by 'elif'".to_owned(),
        ));
    }
    for (word, python, construct, cost) in STARTS {
        if name.eq_ignore_ascii_case(word) && name != *python {
            out.push(replaced(words, index, index, python, *construct, *cost));
        }
    }
    if name == "end" && words.line_last(index) <= index + 1 {
        out.push(dropped_line(words, index));
    }
    catch(words, index, out);
    if name == "class" && matches!(words.text(index + 2), "extends" | "implements" | "inherits") {
        let edits = vec![
            Edit::replace(
                Span::new(words.span(index + 1).end, words.span(index + 3).start),
                "(",
            ),
            Edit::insert(words.span(index + 3).end, ")"),
        ];
        out.push(finish(
            Proposal::new(RULE, CODE, 4, words.span(index + 2), edits),
            "base classes stand in parentheses behind the name".to_owned(),
            "Put the base class in parentheses".to_owned(),
        ));
    }
}

/// `catch (ValueError e):`
fn catch(words: &Words<'_, '_>, index: usize, out: &mut Vec<Proposal>) {
    let shape = matches!(words.text(index), "catch" | "except")
        && words.text(index + 1) == "("
        && words.is_name(index + 2)
        && words.is_name(index + 3)
        && words.text(index + 4) == ")";
    if shape {
        let span = words.cover(index, index + 4);
        out.push(finish(
            Proposal::new(
                RULE,
                CODE,
                3,
                words.span(index),
                vec![Edit::replace(
                    span,
                    format!(
                        "except {} as {}",
                        words.text(index + 2),
                        words.text(index + 3)
                    ),
                )],
            )
            .construct("catch"),
            "exceptions are handled by 'except Type as name' in Python".to_owned(),
            "Write 'except … as …'".to_owned(),
        ));
    }
}

fn replaced(
    words: &Words<'_, '_>,
    first: usize,
    last: usize,
    python: &str,
    construct: Option<&'static str>,
    cost: u32,
) -> Proposal {
    let span = words.cover(first, last);
    let foreign = span.of(words.site.text);
    finish(
        Proposal::new(RULE, CODE, cost, span, vec![Edit::replace(span, python)])
            .construct(construct),
        format!("Python says '{python}' where other languages say '{foreign}'"),
        format!("Replace '{foreign}' by '{python}'"),
    )
}

fn dropped(
    words: &Words<'_, '_>,
    index: usize,
    construct: &'static str,
    cost: u32,
    why: &str,
) -> Proposal {
    let word = words.text(index);
    finish(
        Proposal::new(
            RULE,
            CODE,
            cost,
            words.span(index),
            vec![words.delete(index)],
        )
        .construct(construct),
        format!("Python has no '{word}' here, {why}: leave it out"),
        format!("Remove '{word}'"),
    )
}

/// A line that only closes a block.
fn dropped_line(words: &Words<'_, '_>, index: usize) -> Proposal {
    let line = words.site.layout.lines.get(words.line(index));
    let span = line.map_or(words.span(index), |line| line.span);
    let text = words.site.text;
    let end = span.end
        + text
            .get(span.end..)
            .map_or(0, |rest| usize::from(rest.starts_with('\n')));
    let mut proposal = finish(
        Proposal::new(
            RULE,
            CODE,
            6,
            words.cover(index, words.line_last(index)),
            vec![Edit::delete(Span::new(span.start, end))],
        )
        .construct("end"),
        "a block ends where its indentation ends: leave out 'end'".to_owned(),
        "Remove this line".to_owned(),
    );
    proposal.applicability = Applicability::Unsafe;
    proposal
}

fn finish(proposal: Proposal, message: String, title: String) -> Proposal {
    proposal.message(message).title(title)
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "if a:\n    b()\nelse if c:\n    d()\n",
            &["SYN.FOREIGN_KEYWORD:else_if"],
            "if a:\n    b()\nelif c:\n    d()\n",
        );
        check(
            "if a:\n    b()\nelse c == 1:\n    d()\n",
            &["SYN.ELSE_WITH_CONDITION:if"],
            "if a:\n    b()\nelif c == 1:\n    d()\n",
        );
        check(
            "function area(x):\n    return x\n",
            &["SYN.FOREIGN_KEYWORD:function"],
            "def area(x):\n    return x\n",
        );
        check(
            "var total = 1\n",
            &["SYN.FOREIGN_KEYWORD:var"],
            "total = 1\n",
        );
        check(
            "a = new Foo(1)\n",
            &["SYN.FOREIGN_KEYWORD:new"],
            "a = Foo(1)\n",
        );
        check(
            "if a then\n    b()\n",
            &["SYN.FOREIGN_KEYWORD:then"],
            "if a:\n    b()\n",
        );
        check(
            "try:\n    a()\ncatch ValueError:\n    b()\n",
            &["SYN.FOREIGN_KEYWORD:catch"],
            "try:\n    a()\nexcept ValueError:\n    b()\n",
        );
        check(
            "if a:\n    b()\nelseif c:\n    d()\n",
            &["SYN.FOREIGN_KEYWORD:elseif"],
            "if a:\n    b()\nelif c:\n    d()\n",
        );
    }
}
