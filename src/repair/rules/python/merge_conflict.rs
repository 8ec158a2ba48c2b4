//! `<<<<<<<`, `=======`, `>>>>>>>`: a merge that nobody finished.

use crate::repair::proposal::Proposal;
use crate::repair::site::Site;
use crate::taxonomy::Code;
use crate::text::{Edit, Span};

const RULE: &str = "merge_conflict";

/// Proposes each side of the conflict near the complaint. Never both as certain: a person picks one.
pub fn propose(site: &Site<'_>, out: &mut Vec<Proposal>) {
    let lines = &site.layout.lines;
    let starts = |index: usize, mark: &str| {
        lines
            .get(index)
            .is_some_and(|line| line.span.of(site.text).starts_with(mark))
    };
    let Some(first) = (0..=site.line)
        .rev()
        .find(|index| starts(*index, "<<<<<<<"))
    else {
        return;
    };
    let next = |from: usize, mark: &str| (from..lines.len()).find(|index| starts(*index, mark));
    let Some(middle) = next(first + 1, "=======") else {
        return;
    };
    let Some(last) = next(middle + 1, ">>>>>>>") else {
        return;
    };
    let base = next(first + 1, "|||||||").filter(|base| *base < middle);
    let start_of = |index: usize| {
        lines
            .get(index)
            .map_or(site.text.len(), |line| line.span.start)
    };
    let cut = |from: usize, to: usize| Edit::delete(Span::new(start_of(from), start_of(to)));
    let Some(span) = lines.get(first).map(|line| line.span) else {
        return;
    };
    let sides = [
        (
            3,
            "Keep the first side",
            vec![cut(first, first + 1), cut(base.unwrap_or(middle), last + 1)],
        ),
        (
            5,
            "Keep the second side",
            vec![cut(first, middle + 1), cut(last, last + 1)],
        ),
    ];
    for (cost, title, edits) in sides {
        out.push(
            Proposal::new(RULE, Code::new("SYN.MERGE_CONFLICT"), cost, span, edits)
                .construct("markers")
                .message("a merge conflict is left here: keep one side and remove the markers")
                .title(title)
                .unsafe_fix(),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::testing::check;

    #[test]
    fn is_found_and_healed() {
        check(
            "<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\nb = 3\n",
            &["SYN.MERGE_CONFLICT:markers"],
            "a = 1\nb = 3\n",
        );
    }
}
