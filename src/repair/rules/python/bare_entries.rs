//! `"size": 3,` on lines of their own: the entries of a dict without the braces around them, as they are copied from
//! data.

use crate::lang::python::TokenKind;
use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::Edit;

const RULE: &str = "bare_entries";

/// Proposes braces around all entries that follow each other.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let Some(first) = site.suspect_lines().find(|line| is_entry(site, *line)) else {
        return;
    };
    // The run may begin above the complaint.
    let first = (0..=first)
        .rev()
        .take_while(|line| is_entry(site, *line))
        .last()
        .unwrap_or(first);
    let Some(start) = site.layout.code_of(first).next().map(|token| token.span) else {
        return;
    };
    let mut depth = 0_usize;
    let mut end = start.end;
    let mut entries = 0;
    for line in first..site.layout.lines.len() {
        let Some(opening) = site.layout.code_of(line).next() else {
            continue;
        };
        if depth == 0 {
            if !is_entry(site, line) && !matches!(opening.kind, TokenKind::Close(_)) {
                break;
            }
            entries += usize::from(is_entry(site, line));
        }
        for token in site.layout.code_of(line) {
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth == 0 => return,
                TokenKind::Close(_) => depth -= 1,
                _ => {}
            }
            end = token.span.end;
        }
    }
    if depth > 0 || entries < 2 {
        return;
    }
    out.push(
        Proposal::new(
            RULE,
            Code::new("SYN.DICT_ENTRY"),
            3,
            start,
            vec![Edit::insert(start.start, "{"), Edit::insert(end, "}")],
        )
        .construct("no_braces")
        .message("these are the entries of a dict, but no braces are around them: add '{' and '}'")
        .title(format!("Put the {entries} entries between '{{' and '}}'"))
        .unsafe_fix(),
    );
}

/// Whether a line begins with a key and its colon.
fn is_entry(site: &Site<'_>, line: usize) -> bool {
    let mut code = site.layout.code_of(line);
    let key = code.next();
    let colon = code.next();
    key.is_some_and(|key| matches!(key.kind, TokenKind::String { closed: true, .. }))
        && colon.is_some_and(|colon| site.str(colon) == ":")
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn entries_get_their_braces() {
        check(
            "\"name\": \"lamp\",\n\"sizes\": [\n    1,\n    2\n],\n\"price\": 3\n",
            &["SYN.DICT_ENTRY:no_braces"],
            "{\"name\": \"lamp\",\n\"sizes\": [\n    1,\n    2\n],\n\"price\": 3}\n",
        );
    }
}
