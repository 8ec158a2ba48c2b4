use super::change::{Change, similarity, tokens};
use super::flags::Flags;
use super::{Region, code_in_answer};
use crate::text::{Edit, Span, edits_between};

/// How alike an answer must be to what it mends: less is another program.
const LEAST_ALIKE: f64 = 0.6;
/// Names that no repair of a mistake brings in: what they do cannot be taken back.
const OUT_OF_BOUNDS: &[&str] = &[
    "__import__",
    "eval",
    "exec",
    "subprocess",
    "popen",
    "system",
    "rmtree",
    "unlink",
    "remove_file",
    "socket",
    "urlopen",
    "urllib",
    "requests",
    "httpx",
    "ctypes",
    "pickle",
];

/// A change that a model's answer may mean. Not proven yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The whole text afterwards.
    pub text: String,
    /// The change; sorted, without overlap, within the region.
    pub edits: Vec<Edit>,
    /// How much it changes.
    pub change: Change,
    /// What a person should see before it is made.
    pub flags: Flags,
}

impl Proposal {
    /// Whether it may be offered for one click once it is proven; otherwise a person should read it first.
    pub fn is_one_click(&self) -> bool {
        self.change.is_small() && self.flags.is_empty()
    }
}

/// What an answer may mean for `text`, smallest change first. Nothing outside `region` is ever touched.
pub fn proposals(text: &str, region: Region, answer: &str) -> Vec<Proposal> {
    let shown = region.span.of(text);
    let mut found: Vec<Proposal> = Vec::new();
    for code in code_in_answer(answer, shown) {
        let damaged = region.damage.of(text);
        let aligned = realigned(&code, shown);
        if is_definition(shown) && in_style_of(&aligned, shown) == shown {
            // It repeats the question; a method is shown at the left edge, so that it stands there means nothing.
            continue;
        }
        let mut readings = vec![(region.span, aligned), (region.span, code.clone())];
        // A model that answers with the line alone means that line.
        if code_lines(&code) <= code_lines(damaged) {
            readings.push((region.damage, realigned(&code, damaged)));
        }
        // What is reported in one line may be wrong in another.
        if let Some(line) = likest_line(text, region, &code) {
            readings.push((line, realigned(&code, line.of(text))));
        }
        for (span, replacement) in readings {
            let Some(proposal) = propose(text, region, span, &replacement) else {
                continue;
            };
            if !found.iter().any(|known| known.text == proposal.text) {
                found.push(proposal);
            }
        }
    }
    found.sort_by_key(|proposal| proposal.change);
    found
}

fn propose(text: &str, region: Region, span: Span, code: &str) -> Option<Proposal> {
    let before = span.of(text);
    let after = in_style_of(code, before);
    if after == before || similarity(before, &after) < LEAST_ALIKE || goes_too_far(before, &after) {
        return None;
    }
    let (head, tail) = (text.get(..span.start)?, text.get(span.end..)?);
    let whole = [head, &after, tail].concat();
    let edits: Vec<Edit> = edits_between(before, &after)
        .into_iter()
        .map(|edit| Edit::replace(edit.span.shifted(span.start), edit.replacement))
        .collect();
    // Lines that nothing is wrong with may be indented anew, but say what they said.
    let strays = edits.iter().any(|edit| {
        let is_inside =
            region.damage.start <= edit.span.start && edit.span.end <= region.damage.end;
        let is_blank = edit.span.of(text).trim().is_empty() && edit.replacement.trim().is_empty();
        !is_inside && !is_blank
    });
    let mut flags = Flags::between(text, before, &after);
    if strays {
        flags.yellow.push("changes other lines".to_owned());
    }
    Some(Proposal {
        edits,
        change: Change::between(before, &after),
        flags,
        text: whole,
    })
}

fn is_definition(code: &str) -> bool {
    let code = code.trim_start();
    ["def ", "async ", "class ", "@"]
        .iter()
        .any(|start| code.starts_with(start))
}

/// The line of the region that an answer of one line most likely means.
fn likest_line(text: &str, region: Region, code: &str) -> Option<Span> {
    if code_lines(code) != 1 {
        return None;
    }
    let mut start = region.span.start;
    let lines = region.span.of(text).split_inclusive('\n').map(|line| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        (similarity(line, code), span)
    });
    let likest = lines.max_by(|left, right| left.0.total_cmp(&right.0));
    likest
        .filter(|(likeness, _)| *likeness >= LEAST_ALIKE)
        .map(|(_, span)| span)
}

fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// Whether code brings in a name that can do harm.
fn goes_too_far(before: &str, after: &str) -> bool {
    let before = tokens(before);
    tokens(after)
        .iter()
        .any(|token| OUT_OF_BOUNDS.contains(token) && !before.contains(token))
}

/// `code` moved sideways to stand where `shown` stands: models like to start at the left edge.
fn realigned(code: &str, shown: &str) -> String {
    let (from, to) = (common_indent(code), common_indent(shown));
    let lines = code.lines().map(|line| match line.strip_prefix(from) {
        Some(rest) if !rest.trim().is_empty() => format!("{to}{rest}"),
        Some(_) | None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The blanks that every line starts with, blank lines aside.
pub(super) fn common_indent(code: &str) -> &str {
    let indents = code
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let end = line.len() - line.trim_start_matches([' ', '\t']).len();
            line.get(..end).unwrap_or_default()
        });
    indents
        .reduce(|left, right| {
            let same = left
                .bytes()
                .zip(right.bytes())
                .take_while(|(left, right)| left == right)
                .count();
            left.get(..same).unwrap_or_default()
        })
        .unwrap_or_default()
}

/// `code` with the line breaks of `shown`, and with as much space around it.
fn in_style_of(code: &str, shown: &str) -> String {
    let is_break = |character| matches!(character, '\n' | '\r');
    let line_break = match shown.find(is_break).and_then(|at| shown.get(at..)) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    };
    let lines: Vec<&str> = code.lines().collect();
    let content = |line: &&str| !line.trim().is_empty();
    let first = lines.iter().position(content).unwrap_or(0);
    let last = lines.iter().rposition(content).map_or(0, |last| last + 1);
    let body = lines.get(first..last).unwrap_or_default().join(line_break);
    // A line's own trailing blanks are part of the code; the blank lines at the end are not.
    let blank_tail = shown.len() - shown.trim_end().len();
    let tail = shown.get(shown.len() - blank_tail..).unwrap_or_default();
    let tail = tail
        .find(is_break)
        .and_then(|at| tail.get(at..))
        .unwrap_or_default();
    body + tail
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::apply;

    fn ask(text: &str, at: &str, answer: &str) -> Vec<Proposal> {
        let start = text.find(at).expect("the place");
        let damage = Span::new(start, start + at.len());
        let region = Region::around(text, damage).expect("a region");
        proposals(text, region, answer)
    }

    fn check(text: &str, at: &str, answer: &str, healed: &str) {
        let found = ask(text, at, answer);
        let best = found.first().expect("a proposal");
        assert_eq!(best.text, healed);
        assert_eq!(apply(text, &best.edits).as_deref(), Ok(healed));
    }

    #[test]
    fn an_answer_at_the_left_edge_is_moved_back() {
        check(
            "class A:\n    def f(self)\n        return 1\n",
            "(self)",
            "```\ndef f(self):\n    return 1\n```",
            "class A:\n    def f(self):\n        return 1\n",
        );
    }

    #[test]
    fn an_answer_that_moves_code_on_purpose_is_taken_as_it_is() {
        check("  x = 1\n", "  x", "```\nx = 1\n```", "x = 1\n");
    }

    #[test]
    fn an_answer_that_repeats_the_question_is_none() {
        let text = "class A:\n    def f(self):\n        return 1\n";
        let answer = "```\ndef f(self):\n    return 1\n```";
        assert_eq!(ask(text, "(self)", answer), []);
    }

    #[test]
    fn a_line_alone_replaces_the_damaged_line() {
        check(
            "def f(a):\n    b = a +\n    c = b * 2\n    return c\n",
            "b = a +",
            "b = a + 1",
            "def f(a):\n    b = a + 1\n    c = b * 2\n    return c\n",
        );
    }

    #[test]
    fn line_breaks_stay_as_they_were() {
        check(
            "def f()\r\n    pass",
            "f()",
            "def f():\n    pass\n\n",
            "def f():\r\n    pass",
        );
    }

    #[test]
    fn another_program_is_no_repair() {
        let text = "def f(a)\n    return a\n";
        for answer in [
            "print('hello world')",
            "```\ndef f(a):\n    # the rest of the code, which I leave out here because it is long\n    ...\n```",
            "```\ndef f(a)\n    return a\n```",
            "def f(a):\n    return eval(a)\n",
            "",
        ] {
            assert_eq!(ask(text, "f(a)", answer), [], "{answer:?}");
        }
    }

    #[test]
    fn what_is_large_or_imports_is_not_for_one_click() {
        let text = "def f(a)\n    return math.floor(a)\n";
        let only = |answer| ask(text, "f(a)", answer).remove(0);
        assert!(only("def f(a):\n    return math.floor(a)").is_one_click());
        assert!(!only("```\nimport math\ndef f(a):\n    return math.floor(a)\n```").is_one_click());
        assert!(
            !only("```\ndef f(a):\n    a = a + 1\n    return math.floor(a)\n```").is_one_click()
        );
    }

    proptest! {
        #[test]
        fn no_answer_reaches_outside_the_region(
            text in "(def f\\(a\\):|x = 1|é| {4}|\n|\r\n){0,12}", at in 0usize..40,
            answer in "(```|def f\\(a\\):|x = 1|x = 2|é|:| {1,4}|\n|\r){0,20}"
        ) {
            let Some(region) = Region::around(&text, Span::empty(at.min(text.len()))) else { return Ok(()) };
            for proposal in proposals(&text, region, &answer) {
                prop_assert_eq!(apply(&text, &proposal.edits), Ok(proposal.text));
                for edit in proposal.edits {
                    prop_assert!(region.span.start <= edit.span.start && edit.span.end <= region.span.end);
                }
            }
        }
    }
}
