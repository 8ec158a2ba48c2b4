use crate::text::{PositionIndex, Span};

/// Most lines that are shown to a model.
const MOST_LINES: usize = 80;
/// Most bytes that are shown to a model: about 2000 tokens.
const MOST_BYTES: usize = 6000;
/// Columns of a tab, as CPython counts them.
const TAB: usize = 8;

/// The whole lines around a mistake that a model is shown, and that its answer may change: the function around it, or
/// the statements next to it.
///
/// Found by indentation alone, because a text that needs a model has no reliable tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The lines, the last line's break included.
    pub span: Span,
    /// The lines of the mistake itself, within `span`.
    pub damage: Span,
    /// Number of the first line, from zero.
    pub first_line: usize,
}

impl Region {
    /// The region around what is damaged; `None` if the damaged lines alone are more than a model is shown.
    pub fn around(text: &str, damage: Span) -> Option<Self> {
        let lines = Lines {
            text,
            index: PositionIndex::new(text),
        };
        let first = lines.index.line_of(damage.start.min(text.len()));
        let last_byte = damage.end.saturating_sub(1).max(damage.start);
        let last = lines.index.line_of(last_byte.min(text.len())).max(first);
        let (start, end) = lines.shrink(lines.function(first, last), first, last);
        let region = Self {
            span: lines.span(start, end),
            damage: lines.span(first, last),
            first_line: start,
        };
        (region.span.len() <= MOST_BYTES).then_some(region)
    }
}

struct Lines<'text> {
    text: &'text str,
    index: PositionIndex,
}

impl Lines<'_> {
    fn get(&self, line: usize) -> &str {
        self.index.line_text(self.text, line)
    }

    fn last(&self) -> usize {
        self.index.line_count().saturating_sub(1)
    }

    fn is_blank(&self, line: usize) -> bool {
        self.get(line).trim().is_empty()
    }

    /// Columns of indentation.
    fn indent(&self, line: usize) -> usize {
        let mut columns = 0;
        for character in self.get(line).chars() {
            columns = match character {
                ' ' => columns + 1,
                '\t' => (columns / TAB + 1) * TAB,
                _ => break,
            };
        }
        columns
    }

    fn is_definition(&self, line: usize) -> bool {
        let mut words = self.get(line).split_whitespace();
        matches!(words.next(), Some("def" | "class" | "async"))
    }

    /// The bytes of the lines from `first` to `last`, line breaks included.
    fn span(&self, first: usize, last: usize) -> Span {
        let start = self.index.line_start(first).unwrap_or(self.text.len());
        let end = self.index.line_start(last + 1).unwrap_or(self.text.len());
        Span::new(start, end)
    }

    /// The lines of the innermost function or class around, or else of the statements next to it.
    fn function(&self, first: usize, last: usize) -> (usize, usize) {
        let anchor = (0..=first)
            .rev()
            .find(|line| !self.is_blank(*line))
            .unwrap_or(first);
        let Some(header) = self.header(anchor) else {
            return self.paragraph(anchor, last);
        };
        let indent = self.indent(header);
        let mut end = last.max(anchor);
        for line in end + 1..=self.last() {
            if self.is_blank(line) {
                continue;
            }
            let closes = self.get(line).trim_start().starts_with([')', ']', '}']);
            if self.indent(line) <= indent && !closes {
                break;
            }
            end = line;
        }
        let mut start = header;
        while start > 0 && self.get(start - 1).trim_start().starts_with('@') {
            start -= 1;
        }
        (start, end)
    }

    fn header(&self, anchor: usize) -> Option<usize> {
        if self.is_definition(anchor) {
            return Some(anchor);
        }
        let mut inside = self.indent(anchor);
        let mut nearest = true;
        for line in (0..anchor).rev().filter(|line| !self.is_blank(*line)) {
            let indent = self.indent(line);
            // Right below its header a body may have lost its indentation.
            if self.is_definition(line) && (indent < inside || nearest) {
                return Some(line);
            }
            inside = inside.min(indent);
            nearest = false;
            if inside == 0 {
                break;
            }
        }
        None
    }

    /// Lines without a blank one between them; a blank line inside a block does not end it.
    fn paragraph(&self, anchor: usize, last: usize) -> (usize, usize) {
        let mut start = anchor;
        while start > 0 && (!self.is_blank(start - 1) || self.indent(start) > 0) {
            start -= 1;
        }
        while start < anchor && self.is_blank(start) {
            start += 1;
        }
        let mut end = last.max(anchor);
        for line in end + 1..=self.last() {
            if self.is_blank(line) {
                continue;
            }
            if self.is_blank(line - 1) && self.indent(line) == 0 {
                break;
            }
            end = line;
        }
        (start, end)
    }

    /// Cuts a region to the budget, evenly around the damage.
    fn shrink(&self, (start, end): (usize, usize), first: usize, last: usize) -> (usize, usize) {
        let (mut from, mut to) = (first.max(start).min(end), last.min(end).max(start));
        loop {
            let before = (from > start).then(|| from - 1);
            let after = (to < end).then_some(to + 1);
            let grown: Vec<_> = [
                before.map(|before| (before, to)),
                after.map(|after| (from, after)),
            ]
            .into_iter()
            .flatten()
            .filter(|(from, to)| {
                to - from < MOST_LINES && self.span(*from, *to).len() <= MOST_BYTES
            })
            .collect();
            // The side that is nearer to the damage grows first.
            let best = grown
                .into_iter()
                .min_by_key(|(from, to)| first.abs_diff(*from).max(to.abs_diff(last)));
            match best {
                Some(best) => (from, to) = best,
                None => return (from, to),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The region around the `$0` in `marked`.
    fn check(marked: &str) -> String {
        let at = marked.find("$0").expect("a mark");
        let text = marked.replace("$0", "");
        let region = Region::around(&text, Span::empty(at)).expect("a region");
        region.span.of(&text).to_owned()
    }

    #[test]
    fn the_whole_function_with_its_decorators_is_shown() {
        let text = "import os\n\n@cache\ndef area(w, h):\n    if w:\n        x = $0\n\n    return x\n\nprint(1)\n";
        assert_eq!(
            check(text),
            "@cache\ndef area(w, h):\n    if w:\n        x = \n\n    return x\n"
        );
    }

    #[test]
    fn only_the_method_of_a_class_is_shown() {
        let text =
            "class A:\n    def f(self):\n        return $0\n\n    def g(self):\n        pass\n";
        assert_eq!(check(text), "    def f(self):\n        return \n");
    }

    #[test]
    fn a_body_that_lost_its_indentation_keeps_its_header() {
        assert_eq!(
            check("x = 1\ndef f():\nret$0urn 1\n"),
            "def f():\nreturn 1\n"
        );
    }

    #[test]
    fn outside_functions_the_statements_next_to_it_are_shown() {
        let text = "a = 1\n\nfor i in a:\n    b = 2\n\n    c = $0\nd = 3\n\ne = 4\n";
        assert_eq!(check(text), "for i in a:\n    b = 2\n\n    c = \nd = 3\n");
        assert_eq!(
            check("def f():\n    pass\nx = = $02\n"),
            "def f():\n    pass\nx = = 2\n"
        );
    }

    #[test]
    fn the_end_of_the_text_belongs_to_what_stands_before_it() {
        assert_eq!(check("def f():\n    g(\n$0"), "def f():\n    g(\n");
    }

    #[test]
    fn a_long_function_is_cut_around_the_damage() {
        let body = "    x = 1\n".repeat(300);
        let text = format!("def f():\n{body}    y = $0\n{body}");
        let shown = check(&text);
        assert_eq!(shown.lines().count(), MOST_LINES);
        assert_eq!(shown.lines().position(|line| line == "    y = "), Some(40));
        assert_eq!(Region::around(&"x".repeat(9999), Span::empty(3)), None);
    }

    proptest! {
        #[test]
        fn a_region_holds_its_damage_and_whole_lines(
            text in "(def f\\(\\):|class A:|@d|x = 1|\\)|é| {1,8}|\t|\n|\r\n|\r){0,30}", at in 0usize..80, len in 0usize..9
        ) {
            let damage = Span::new(at.min(text.len()), (at + len).min(text.len()));
            let region = Region::around(&text, damage).expect("a short text");
            prop_assert!(region.span.start <= damage.start && damage.end <= region.span.end);
            prop_assert!(region.damage.start >= region.span.start && region.damage.end <= region.span.end);
            prop_assert!(region.span.start == 0 || matches!(text.as_bytes()[region.span.start - 1], b'\n' | b'\r'));
            prop_assert!(text.get(region.span.start..region.span.end).is_some());
        }
    }
}
