//! The table as a page for people: `docs/taxonomy.md`.

use std::fmt::Write;

use crate::taxonomy::{Entry, entries};

/// Every family in the order of the page: name, heading, one sentence.
const FAMILIES: [(&str, &str, &str); 16] = [
    (
        "SYN",
        "Syntax",
        "Python cannot read the text, so nothing in the file runs.",
    ),
    (
        "IND",
        "Indentation",
        "Python reads blocks from the spaces at the start of a line, and these do not add up.",
    ),
    (
        "ENC",
        "Encoding",
        "Bytes and characters do not translate into each other.",
    ),
    (
        "NAME",
        "Names",
        "A name is used that has no value at that moment.",
    ),
    (
        "IMP",
        "Imports",
        "A module, or a name in it, cannot be imported.",
    ),
    (
        "ATTR",
        "Attributes",
        "An object does not have what is asked of it behind the dot.",
    ),
    (
        "TYPE",
        "Types",
        "An operation meets a kind of object that it does not work on.",
    ),
    (
        "ARG",
        "Arguments",
        "A call does not fit the parameters of what it calls.",
    ),
    (
        "VAL",
        "Values",
        "The kind of object is right, but this value is not possible here.",
    ),
    (
        "KEY",
        "Keys",
        "A dictionary is asked for a key that it does not have.",
    ),
    (
        "IDX",
        "Indexes",
        "A sequence is asked for a position that it does not have.",
    ),
    (
        "ASSERT",
        "Assertions",
        "A check that the code or a test makes on itself does not hold.",
    ),
    (
        "LOGIC",
        "Logic",
        "The program runs, but does not do what it is for.",
    ),
    (
        "RES",
        "Resources",
        "The program takes more time, memory or depth than there is.",
    ),
    (
        "IO",
        "Outside world",
        "A file, a process, the network or a database does not answer as expected.",
    ),
    (
        "ASYNC",
        "Async",
        "A coroutine and its event loop do not meet.",
    ),
];

/// Examples on the page have at most this many lines,
const LONGEST_EXAMPLE: usize = 24;
/// and each of them at most this many characters.
const LONGEST_LINE: usize = 100;

/// Writes the page.
pub fn render() -> String {
    let mut page = String::from(
        "# The codes\n\n\
         Every mistake that salve can name, as `FAMILY.CODE`. Where a code comes in variants, the damaged construct \
         follows a colon: `SYN.MISSING_COLON:function_def`. A code is never renamed and never reused.\n\n\
         This page is generated from `grammars/python/taxonomy`; change the table, not the page.\n\n",
    );
    for (family, heading, _) in FAMILIES {
        let rows = of_family(family).count();
        let _ = writeln!(
            page,
            "- [{heading} (`{family}`)](#{}): {rows}",
            heading_anchor(heading, family)
        );
    }
    for (family, heading, sentence) in FAMILIES {
        let _ = write!(page, "\n## {heading} ({family})\n\n{sentence}\n");
        for entry in of_family(family) {
            write_entry(&mut page, entry);
        }
    }
    page
}

fn of_family(family: &str) -> impl Iterator<Item = &'static Entry> {
    entries()
        .iter()
        .filter(move |entry| entry.code.family() == family)
}

fn heading_anchor(heading: &str, family: &str) -> String {
    format!("{heading} {family}")
        .to_ascii_lowercase()
        .replace(' ', "-")
}

fn write_entry(page: &mut String, entry: &Entry) {
    let _ = write!(
        page,
        "\n### {}\n\n**{}.** {}\n",
        entry.code,
        entry.title,
        entry.explanation.trim()
    );
    if !entry.says.is_empty() {
        let _ = write!(
            page,
            "\nPython says:\n\n```text\n{}\n```\n",
            entry.says.join("\n")
        );
    }
    let _ = write!(
        page,
        "\nBefore:\n\n```python\n{}```\n",
        printable(&entry.before)
    );
    let _ = write!(
        page,
        "\nAfter:\n\n```python\n{}```\n",
        printable(&entry.after)
    );
    write_list(page, "Constructs", &entry.constructs);
    write_list(page, "Elsewhere", &entry.references);
}

fn write_list(page: &mut String, label: &str, items: &[String]) {
    if !items.is_empty() {
        let items: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
        let _ = write!(page, "\n{label}: {}\n", items.join(", "));
    }
}

/// Shows what a page cannot: a NUL character by its picture, the middle of a very long example by three dots.
fn printable(example: &str) -> String {
    let shown = example.replace('\0', "\u{2400}");
    let lines: Vec<String> = shown.lines().map(shortened).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    if lines.len() > LONGEST_EXAMPLE {
        lines.splice(LONGEST_EXAMPLE / 2..lines.len() - 1, ["..."]);
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_heading() {
        let page = render();
        let missing: Vec<&str> = entries()
            .iter()
            .map(|entry| entry.code.as_str())
            .filter(|code| !page.contains(&format!("\n### {code}\n")))
            .collect();
        assert!(
            missing.is_empty(),
            "no heading for {missing:?}: is their family in FAMILIES?"
        );
    }
}
