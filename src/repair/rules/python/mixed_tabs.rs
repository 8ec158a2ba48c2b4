//! Tabs and spaces mixed in one block.

use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "mixed_tabs";

/// Proposes spaces for every tab that indents, at the widths that editors give tabs.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let mixed: Vec<usize> = (0..site.layout.lines.len())
        .filter(|line| {
            site.layout
                .lines
                .get(*line)
                .is_some_and(|line| !line.continued)
        })
        .filter(|line| site.indent(*line).contains('\t'))
        .collect();
    let spaces = (0..site.layout.lines.len()).any(|line| site.indent(line).starts_with(' '));
    if mixed.is_empty() || !spaces {
        return;
    }
    let Some(own) = site.layout.lines.get(site.line) else {
        return;
    };
    for (width, cost) in [(4, 6), (8, 7), (2, 14)] {
        let edits: Vec<Edit> = mixed
            .iter()
            .filter_map(|line| {
                site.layout
                    .lines
                    .get(*line)
                    .map(|own| (own, site.indent(*line)))
            })
            .map(|(line, indent)| {
                Edit::replace(
                    Span::new(line.span.start, line.span.start + line.indent),
                    expanded(indent, width),
                )
            })
            .collect();
        out.push(
            Proposal::new(RULE, Code::new("IND.TAB_SPACE_MIX"), cost, own.span, edits)
                .message("tabs and spaces are mixed, so the blocks cannot be told apart: indent with spaces only")
                .title(format!("Replace tabs by {width} spaces")),
        );
    }
}

fn expanded(indent: &str, width: usize) -> String {
    let column = indent.chars().fold(0, |column, character| match character {
        '\t' => (column / width + 1) * width,
        _ => column + 1,
    });
    " ".repeat(column)
}
