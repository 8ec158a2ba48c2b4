//! `import a from b`, `from os`, `import .a`, `import a,`: an import that is put together wrongly.

use ruff_python_ast::PythonVersion;

use super::words::Words;
use crate::diagnose::python::StandardModule;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "import_form";

/// Proposes the import that is probably meant.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let words = Words::new(site);
    for first in 0..words.len() {
        if !words.is_first(first) || !matches!(words.text(first), "import" | "from") {
            continue;
        }
        let last = words.line_last(first);
        let second = (first + 2..last).find(|at| matches!(words.text(*at), "import" | "from"));
        match (words.text(first), second) {
            ("import", Some(second)) => swapped(&words, first, second, last, out),
            ("from", None) if last > first + 1 && words.text(last) == "import" => {
                nothing_imported(&words, first, last, out);
            }
            ("from", None) => lone_from(&words, first, last, out),
            ("import", None) => plain(&words, first, last, out),
            _ => {}
        }
        if words.text(last) == "," && last > first + 1 {
            out.push(
                Proposal::new(
                    RULE,
                    Code::new("SYN.IMPORT_TRAILING_COMMA"),
                    2,
                    words.span(last),
                    vec![words.delete(last)],
                )
                .message("an import does not end with a comma: leave it out")
                .title("Remove the last ','"),
            );
        }
    }
}

fn order(words: &Words<'_, '_>, first: usize, cost: u32, edits: Vec<Edit>, line: &str) -> Proposal {
    Proposal::new(
        RULE,
        Code::new("SYN.IMPORT_ORDER"),
        cost,
        words.span(first),
        edits,
    )
    .message(format!("names are imported in this order: '{line}'"))
    .title(format!("Write '{line}'"))
}

/// `import name from module`, `import module import name`
fn swapped(
    words: &Words<'_, '_>,
    first: usize,
    second: usize,
    last: usize,
    out: &mut Vec<Proposal>,
) {
    let text = words.site.text;
    let (left, right) = (
        words.cover(first + 1, second - 1).of(text),
        words.cover(second + 1, last).of(text),
    );
    let whole = words.cover(first, last);
    if words.text(second) == "import" {
        // Two modules of the standard library are rather two imports that ran together.
        let standard = |at: usize, end: usize| {
            at == end && StandardModule::find(words.text(at), PythonVersion::latest()).is_some()
        };
        let joined = left != right && standard(first + 1, second - 1) && standard(second + 1, last);
        let cost = if joined { 12 } else { 3 };
        let line = format!("from {left} import {right}");
        out.push(order(
            words,
            first,
            cost,
            vec![Edit::replace(words.span(first), "from")],
            &line,
        ));
        return;
    }
    let line = format!("from {right} import {left}");
    out.push(order(
        words,
        first,
        4,
        vec![Edit::replace(whole, line.clone())],
        &line,
    ));
    let line = format!("from {left} import {right}");
    // `import numpy from array`: the keywords have changed places.
    let lower = |text: &str| text.starts_with(|c: char| c.is_lowercase());
    let cost = if lower(left) && !lower(right) { 3 } else { 9 };
    out.push(order(
        words,
        first,
        cost,
        vec![Edit::replace(whole, line.clone())],
        &line,
    ));
}

/// `from os`, `from numpy as np`
fn lone_from(words: &Words<'_, '_>, first: usize, last: usize, out: &mut Vec<Proposal>) {
    let line = format!(
        "import {}",
        words
            .cover(first + 1, last.max(first + 1))
            .of(words.site.text)
    );
    out.push(order(
        words,
        first,
        7,
        vec![Edit::replace(words.span(first), "import")],
        &line,
    ));
}

/// `from os import`: nothing is named, so it may be the module itself that is wanted, or all that is in it.
fn nothing_imported(words: &Words<'_, '_>, first: usize, last: usize, out: &mut Vec<Proposal>) {
    let module = words.cover(first + 1, last - 1).of(words.site.text);
    let whole = words.cover(first, last);
    let mut propose = |line: String, cost: u32| {
        out.push(
            Proposal::new(
                RULE,
                Code::new("SYN.IMPORT_INCOMPLETE"),
                cost,
                words.span(last),
                vec![Edit::replace(whole, line.clone())],
            )
            .message("nothing is imported: write what to import")
            .title(format!("Write '{line}'"))
            .unsafe_fix(),
        );
    };
    if !module.starts_with('.') {
        propose(format!("import {module}"), 6);
    }
    propose(format!("from {module} import *"), 12);
}

/// `import .module`, `import a.b as *`, `import a.b.*`
fn plain(words: &Words<'_, '_>, first: usize, last: usize, out: &mut Vec<Proposal>) {
    let target = |construct, cost, edits| {
        Proposal::new(
            RULE,
            Code::new("SYN.IMPORT_TARGET"),
            cost,
            words.cover(first, last),
            edits,
        )
        .construct(construct)
    };
    if words.text(first + 1) == "." {
        let split = (first + 1..=last).rev().find(|at| words.text(*at) == ".");
        let Some(split) = split.filter(|split| *split < last) else {
            return;
        };
        let end = words.span(split).end;
        let module_end = if split > first + 1 && words.is_name(split - 1) {
            words.span(split).start
        } else {
            end
        };
        let edits = vec![
            Edit::replace(words.span(first), "from"),
            Edit::replace(Span::new(module_end, end), " import "),
        ];
        out.push(
            target("relative", 4, edits)
                .message("a relative import begins with 'from'")
                .title("Write 'from … import …'"),
        );
    }
    if words.text(last) == "*" && last > first + 2 {
        let edits = vec![
            Edit::replace(words.span(first), "from"),
            Edit::replace(
                Span::new(words.span(last - 2).end, words.span(last).start),
                " import ",
            ),
        ];
        out.push(
            target("as_target", 5, edits)
                .message("all names are imported by 'from module import *'")
                .title("Write 'from … import *'"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "import Path from pathlib\n",
            &["SYN.IMPORT_ORDER"],
            "from pathlib import Path\n",
        );
        check(
            "import os.path import join\n",
            &["SYN.IMPORT_ORDER"],
            "from os.path import join\n",
        );
        check("from os\n", &["SYN.IMPORT_ORDER"], "import os\n");
        check(
            "from os import\n\nx = 1\n",
            &["SYN.IMPORT_INCOMPLETE"],
            "import os\n\nx = 1\n",
        );
        check(
            "import os,\n",
            &["SYN.IMPORT_TRAILING_COMMA"],
            "import os\n",
        );
        check(
            "import .models\n",
            &["SYN.IMPORT_TARGET:relative"],
            "from . import models\n",
        );
    }
}
