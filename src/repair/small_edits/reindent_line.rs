//! A line at another level than its neighbors.

use super::field::Field;
use super::naming::proposal;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::text::{Edit, Span};

/// Most levels that a line is moved to.
const MAX_LEVELS: usize = 6;

/// Proposes to move each suspect line, alone, to the levels of its neighbors.
pub fn propose(field: &Field<'_, '_>, out: &mut Vec<Proposal>) {
    let site = field.words.site;
    for line in site.suspect_lines() {
        reindent(site, line, out);
    }
}

fn reindent(site: &Site<'_>, line: usize, out: &mut Vec<Proposal>) {
    let Some(own) = site.layout.lines.get(line) else {
        return;
    };
    if own.continued || own.inside.is_some() {
        return;
    }
    let indent = site.indent(line);
    let unit = site.indent_unit();
    let mut levels: Vec<String> = Vec::new();
    let mut add = |level: String| {
        if level != indent && !levels.contains(&level) {
            levels.push(level);
        }
    };
    if let Some(next) = site.layout.code_after(line) {
        add(site.indent(next).to_owned());
    }
    let mut above = site.layout.code_before(line);
    let mut narrowest = usize::MAX;
    while let Some(before) = above {
        let level = site.indent(before);
        if level.len() < narrowest {
            add(level.to_owned());
            if narrowest == usize::MAX {
                add(format!("{level}{unit}"));
            }
            narrowest = level.len();
        }
        above = if narrowest == 0 {
            None
        } else {
            site.layout.code_before(before)
        };
    }
    add(String::new());
    let span = Span::new(own.span.start, own.span.start + own.indent);
    for level in levels.into_iter().take(MAX_LEVELS) {
        let deeper = level.len() > indent.len();
        let code = if deeper {
            "IND.EXPECTED_BLOCK"
        } else {
            "IND.UNEXPECTED_INDENT"
        };
        let title = if deeper {
            "Indent the line deeper"
        } else {
            "Indent the line less"
        };
        out.push(
            proposal(
                "reindent_line",
                (code, None),
                26,
                Span::new(span.start, span.end.max(span.start)),
                vec![Edit::replace(span, level)],
            )
            .message("this line is not indented like the lines that it belongs to")
            .title(title),
        );
    }
}
