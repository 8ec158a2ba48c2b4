//! One text from its first complaint to its last: each mistake is cured, or set aside so that the next one shows.

use super::budget::Budget;
use super::costs::CostModel;
use super::history::History;
use super::meaning;
use super::search::Cure;
use super::sources::Sources;
use super::window::{line_end, line_start};
use super::{Mistake, Repair};
use crate::diagnose::python::{classify, too_many_brackets};
use crate::diagnose::{Finding, Severity};
use crate::lang::python::{Lines, MAX_COMPLAINTS, ParseError, Version};
use crate::text::{Edit, Span};

/// What an examination found.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// The mistakes in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// Changes that make statements parse which nothing cures. No cure: they show that the rest of the text is whole.
    pub set_aside: Vec<Edit>,
    /// Whether there may be mistakes that are not listed: the text was given up after [`MAX_MISTAKES`], ten passes, or
    /// the work that is allowed for a text of its size.
    pub cut_short: bool,
}

impl Examination {
    /// The best repair of every mistake that has one.
    pub fn best_repairs(&self) -> impl Iterator<Item = &Repair> {
        self.mistakes
            .iter()
            .filter_map(|mistake| mistake.repairs.first())
    }
}

/// Most mistakes that are looked for in one text.
pub const MAX_MISTAKES: usize = 1000;
/// Most times that a whole text is gone through.
const MAX_PASSES: usize = 10;
/// Most times that this is done with pieces that begin or end inside a statement of the module.
const MAX_NARROW_PASSES: usize = 4;
/// Most mistakes of one line that are told apart; past that the line as a whole is what is wrong.
const MAX_ON_LINE: usize = 3;

/// Decides which cure of a place to go on with, instead of their costs.
pub trait Guide {
    /// The index of one of `cures`, each with its edits to the text as the person sees it; `None` to go no further.
    fn choose(&mut self, cures: &[(Vec<Edit>, &Cure)]) -> Option<usize>;
}

/// Finds the mistakes in `text` and what may cure them, by all that salve brings with it.
pub fn examine(text: &str, version: Version, costs: &CostModel) -> Examination {
    examine_with(text, version, &Sources::of_salve(costs))
}

/// Finds the mistakes in `text` and what may cure them.
pub fn examine_with(text: &str, version: Version, sources: &Sources<'_>) -> Examination {
    examine_guided(text, version, sources, None)
}

/// The same, where a guide decides at each place what is made of the text.
pub fn examine_guided<'run>(
    text: &str,
    version: Version,
    sources: &'run Sources<'run>,
    guide: Option<&'run mut (dyn Guide + 'run)>,
) -> Examination {
    let mut state = State {
        sources,
        guide,
        places: 0,
        original: text.to_owned(),
        text: text.to_owned(),
        history: History::default(),
        set_aside: Vec::new(),
        mistakes: Vec::new(),
        budget: Budget::new(text.len()),
        is_stuck: false,
        is_too_narrow: false,
        version,
    };
    if let Some(finding) = too_many_brackets(text) {
        // No parser reads on from there.
        state.mistakes.push(Mistake {
            finding,
            repairs: Vec::new(),
            place: None,
        });
        return state.finish(true);
    }
    // Curing one mistake may uncover another that it hid, so a text is gone through until nothing is left.
    let mut cut_short = true;
    for turn in 0..MAX_PASSES {
        state.is_too_narrow |= turn >= MAX_NARROW_PASSES;
        let (parsed, errors) = state.budget.parse(&state.text, version);
        if errors.is_empty() {
            if state.set_aside.is_empty() {
                let found = meaning::rejected(&parsed, &state.text, text, &state.history, version);
                state.mistakes.extend(found);
                if state.mistakes.is_empty() {
                    state.mistakes = meaning::names(&parsed, text, version);
                }
            }
            cut_short = false;
            break;
        }
        if errors.len() >= MAX_COMPLAINTS {
            // No program with mistakes in it: the first complaint says so, and nothing is tried.
            if let Some(first) = errors.first().filter(|_| state.mistakes.is_empty()) {
                state.unexplained(first, None, text);
            }
            break;
        }
        let known = state.mistakes.len();
        let was_too_narrow = state.is_too_narrow;
        state.pass(&parsed, &errors);
        let is_new = state.mistakes.len() > known || state.is_too_narrow && !was_too_narrow;
        let stuck = state.is_stuck || !is_new;
        if stuck || state.mistakes.len() >= MAX_MISTAKES || state.budget.is_spent() {
            break;
        }
    }
    state.finish(cut_short)
}

/// The text as it is after what was done so far.
pub(super) struct State<'run> {
    pub(super) sources: &'run Sources<'run>,
    pub(super) guide: Option<&'run mut (dyn Guide + 'run)>,
    /// How many places were cured.
    pub(super) places: usize,
    pub(super) original: String,
    pub(super) text: String,
    pub(super) history: History,
    /// In the coordinates of the first text.
    pub(super) set_aside: Vec<Edit>,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) budget: Budget,
    /// Whether there is a statement that can be neither cured nor set aside.
    pub(super) is_stuck: bool,
    /// Whether a mistake was met for which a piece has to be made of whole statements of the module.
    pub(super) is_too_narrow: bool,
    pub(super) version: Version,
}

impl State<'_> {
    fn finish(self, cut_short: bool) -> Examination {
        let mut mistakes = self.mistakes;
        mistakes.sort_by_key(|mistake| mistake.finding.span);
        Examination {
            mistakes,
            set_aside: self.set_aside,
            cut_short,
        }
    }

    /// Whether the line of the text that byte `offset` is on was cured often enough.
    pub(super) fn is_worn_out(&self, offset: usize) -> bool {
        let at = self.history.original(offset);
        let line = Span::new(line_start(&self.original, at), line_end(&self.original, at));
        let cured = self
            .mistakes
            .iter()
            .filter(|mistake| line.touches(mistake.finding.span.start));
        cured.count() >= MAX_ON_LINE
    }

    /// Notes a complaint about `text` that no rule explains; `above` is where its mistake is, if that is known to be
    /// further up.
    pub(super) fn unexplained(&mut self, error: &ParseError, above: Option<Span>, text: &str) {
        let (code, construct, message) = classify(error, text, &Lines::new(text));
        let span = self.history.original_span(above.unwrap_or(error.span));
        // A second complaint that nothing explains on the same line is the first one's echo.
        let is_echo = self.mistakes.last().is_some_and(|last| {
            last.repairs.is_empty()
                && last.finding.span.end.max(span.start)
                    <= line_end(&self.original, last.finding.span.start)
        });
        if is_echo {
            return;
        }
        let finding = Finding {
            code,
            construct,
            span,
            message,
            severity: Severity::Error,
            related: Vec::new(),
        };
        self.mistakes.push(Mistake {
            finding,
            repairs: Vec::new(),
            place: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::testing::{VERSION, check};

    #[test]
    fn every_mistake_is_found_once_and_healed() {
        check(
            "def f(x)\n    return x\n",
            &["SYN.MISSING_COLON:function_def"],
            "def f(x):\n    return x\n",
        );
        check(
            "print('a'\nx = 1\n",
            &["SYN.UNCLOSED_PAREN:call"],
            "print('a')\nx = 1\n",
        );
        check(
            "a = [1, 2)\n",
            &["SYN.MISMATCHED_CLOSE:bracket"],
            "a = [1, 2]\n",
        );
        check("print(a))\n", &["SYN.UNMATCHED_CLOSE:paren"], "print(a)\n");
        check("print 'x'\n", &["SYN.PY2_PRINT:string"], "print('x')\n");
        check("f(a b)\n", &["SYN.MISSING_COMMA:call"], "f(a, b)\n");
        check(
            "print(\"hello)\n",
            &["SYN.UNTERMINATED_STRING:double"],
            "print(\"hello\")\n",
        );
        check(
            "if a:\nb = 1\n",
            &["IND.EXPECTED_BLOCK:if"],
            "if a:\n    b = 1\n",
        );
        check(
            "a = 1\n    b = 2\n",
            &["IND.UNEXPECTED_INDENT:after_statement"],
            "a = 1\nb = 2\n",
        );
        check(
            "def f():\n",
            &["IND.EXPECTED_BLOCK:eof"],
            "def f():\n    pass\n",
        );
    }

    #[test]
    fn several_mistakes_are_told_apart() {
        check(
            "def f(x)\n    print 'a'\n\nclass A(object)\n    pass\n\ng = [1, 2\nprint(g)\n",
            &[
                "SYN.MISSING_COLON:function_def",
                "SYN.PY2_PRINT:string",
                "SYN.MISSING_COLON:class_def",
                "SYN.UNCLOSED_BRACKET:list",
            ],
            "def f(x):\n    print('a')\n\nclass A(object):\n    pass\n\ng = [1, 2]\nprint(g)\n",
        );
    }

    #[test]
    fn what_nothing_explains_is_set_aside() {
        let examination = examine(
            "f() = = = g() = = = h() = = =\nprint 'x'\n",
            VERSION,
            &CostModel::embedded(),
        );
        let codes: Vec<&str> = examination
            .mistakes
            .iter()
            .map(|mistake| mistake.finding.code.as_str())
            .collect();
        assert_eq!(codes, ["SYN.ASSIGN_TO_CALL", "SYN.PY2_PRINT"]);
    }
}
