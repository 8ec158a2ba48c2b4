//! Tabs and spaces mixed in one block.

use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "mixed_tabs";

/// Proposes spaces for every tab that indents, at the widths that editors give tabs; tabs for spaces where tabs are the
/// rule. What there is less of is the mistake.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let indented: Vec<usize> = (0..site.layout.lines.len())
        .filter(|line| {
            let own = site.layout.lines.get(*line);
            own.is_some_and(|own| !own.continued && !own.is_blank())
                && !site.indent(*line).is_empty()
        })
        .collect();
    let (tabs, spaces): (Vec<usize>, Vec<usize>) = indented
        .into_iter()
        .partition(|line| site.indent(*line).contains('\t'));
    if tabs.is_empty() || spaces.is_empty() {
        return;
    }
    let unit = spaces
        .iter()
        .map(|line| site.indent(*line).len())
        .min()
        .unwrap_or(4);
    let few_tabs = tabs.len() <= spaces.len();
    for (rank, width) in [unit, 4, 8, 2].into_iter().enumerate() {
        let cost = if few_tabs { 4 } else { 9 } + u32::try_from(rank).unwrap_or(0);
        let title = format!("Replace tabs by {width} spaces");
        push(site, &tabs, cost, title, out, |indent| {
            expanded(indent, width)
        });
    }
    let cost = if few_tabs { 16 } else { 5 };
    let title = "Replace the spaces by tabs".to_owned();
    push(site, &spaces, cost, title, out, |indent| {
        "\t".repeat(indent.len().div_ceil(unit.max(1)))
    });
}

fn push(
    site: &Site<'_>,
    lines: &[usize],
    cost: u32,
    title: String,
    out: &mut Vec<Proposal>,
    indentation: impl Fn(&str) -> String,
) {
    // The line near the complaint, where several are damaged.
    let near = lines.iter().rev().find(|line| **line <= site.line);
    let Some(own) = near
        .or(lines.first())
        .and_then(|line| site.layout.lines.get(*line))
    else {
        return;
    };
    let edits = lines
        .iter()
        .filter_map(|line| {
            let own = site.layout.lines.get(*line)?;
            let span = Span::new(own.span.start, own.span.start + own.indent);
            Some(Edit::replace(span, indentation(site.indent(*line))))
        })
        .collect();
    out.push(
        Proposal::new(RULE, Code::new("IND.TAB_SPACE_MIX"), cost, own.span, edits)
            .message("tabs and spaces are mixed, so the blocks cannot be told apart: use the same for all lines")
            .title(title),
    );
}

fn expanded(indent: &str, width: usize) -> String {
    let column = indent.chars().fold(0, |column, character| match character {
        '\t' => (column / width + 1) * width,
        _ => column + 1,
    });
    " ".repeat(column)
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::{check, found};

    #[test]
    fn what_there_is_less_of_is_the_mistake() {
        check(
            "def f(a):\n\tb = 1\n    c = 2\n    return b\n",
            &["IND.TAB_SPACE_MIX"],
            "def f(a):\n    b = 1\n    c = 2\n    return b\n",
        );
        check(
            "def f(a):\n\tb = 1\n\tc = 2\n    return b\n",
            &["IND.TAB_SPACE_MIX"],
            "def f(a):\n\tb = 1\n\tc = 2\n\treturn b\n",
        );
        assert_eq!(
            found("def f(a):\n\tb = 1\n    c = 2\n    return b\n"),
            [(2, "IND.TAB_SPACE_MIX".to_owned())]
        );
    }
}
