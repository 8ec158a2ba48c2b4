//! One text from its first complaint to its last: each mistake is cured, or set aside so that the next one shows.

use super::history::History;
use super::mask::mask;
use super::proposal::Proposal;
use super::search::{Cure, cures};
use super::window;
use super::{MAX_REPAIRS, Mistake, Repair};
use crate::diagnose::python::{classify, semantic_errors};
use crate::diagnose::{Finding, Severity};
use crate::lang::python::{ParseError, Version, parse, syntax_errors};
use crate::text::{Applicability, Edit, Span, apply};

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The mistakes in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// Changes that make statements parse which nothing cures. No cure: they show that the rest of the text is whole.
    pub set_aside: Vec<Edit>,
    /// Whether there were more mistakes than [`MAX_MISTAKES`], so that some are not listed.
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
pub const MAX_MISTAKES: usize = 100;
/// Texts up to this many bytes are judged as a whole where a part of them is not enough.
const MAX_WHOLE: usize = 64 * 1024;
/// Cures whose costs are closer than this are equally good.
const MARGIN: u32 = 8;

/// Finds the mistakes in `text` and what may cure them.
pub fn examine(text: &str, version: Version) -> Examination {
    let mut state = State {
        text: text.to_owned(),
        history: History::default(),
        set_aside: Vec::new(),
    };
    let mut mistakes = Vec::new();
    let mut cut_short = false;
    loop {
        let parsed = parse(&state.text, version);
        let errors = syntax_errors(&parsed);
        let Some(error) = errors.first() else {
            if state.set_aside.is_empty() {
                let findings = semantic_errors(&parsed, &state.text, version.into());
                mistakes.extend(findings.into_iter().map(|finding| state.meaning(finding)));
            }
            break;
        };
        if mistakes.len() >= MAX_MISTAKES {
            cut_short = true;
            break;
        }
        let window = window::around(&state.text, &parsed, error.span.start);
        match state.cure(error, errors.len(), window, version) {
            Some(found) => mistakes.extend(found),
            None => {
                mistakes.push(state.unexplained(error));
                if !state.set_aside(error, version) {
                    cut_short = errors.len() > 1;
                    break;
                }
            }
        }
    }
    mistakes.sort_by_key(|mistake| mistake.finding.span);
    Examination {
        mistakes,
        set_aside: state.set_aside,
        cut_short,
    }
}

/// The text as it is after what was done so far.
struct State {
    text: String,
    history: History,
    /// In the coordinates of the first text.
    set_aside: Vec<Edit>,
}

impl State {
    /// Cures the first complaint, and takes the best cure over; `None` if there is none.
    fn cure(
        &mut self,
        error: &ParseError,
        errors: usize,
        window: Span,
        version: Version,
    ) -> Option<Vec<Mistake>> {
        let whole = Span::new(0, self.text.len());
        let spans = if window != whole && self.text.len() <= MAX_WHOLE {
            vec![window, whole]
        } else {
            vec![window]
        };
        for span in spans {
            let piece = span.of(&self.text).to_owned();
            let Some(local) = syntax_errors(&parse(&piece, version)).into_iter().next() else {
                continue;
            };
            let found = cures(&piece, &local, version);
            // The best cure that also holds in the whole text.
            let held = found.iter().position(|cure| {
                let after = splice(&self.text, span, &cure.text);
                let left = syntax_errors(&parse(&after, version));
                let growth = cure.text.len() as isize - span.len() as isize;
                left.len() < errors
                    || left.first().is_none_or(|left| {
                        left.span.start
                            > error
                                .span
                                .start
                                .max(span.start + local.span.start)
                                .saturating_add_signed(growth)
                    })
            });
            if let Some(best) = held {
                let mistakes = self.record(found.get(best..).unwrap_or(&[]), span.start);
                let text = found
                    .get(best)
                    .map(|cure| splice(&self.text, span, &cure.text))?;
                for step in found.get(best).into_iter().flat_map(|cure| &cure.steps) {
                    self.history.push(&shifted(&step.edits, span.start));
                }
                self.text = text;
                return Some(mistakes);
            }
        }
        None
    }

    /// The best of `found` as mistakes, the others as further repairs.
    fn record(&self, found: &[Cure], offset: usize) -> Vec<Mistake> {
        let Some((best, others)) = found.split_first() else {
            return Vec::new();
        };
        let mut history = self.history.clone();
        let mut mistakes = Vec::new();
        for step in &best.steps {
            mistakes.push(mistake(step, &history, offset));
            history.push(&shifted(&step.edits, offset));
        }
        let rival = others
            .iter()
            .any(|other| other.cost() <= best.cost() + MARGIN);
        if let ([step], [mistake]) = (best.steps.as_slice(), mistakes.as_mut_slice()) {
            for other in others.iter().filter(|other| other.steps.len() == 1) {
                if let Some(proposal) = other.steps.first()
                    && mistake.repairs.len() < MAX_REPAIRS
                    && proposal.edits != step.edits
                {
                    mistake
                        .repairs
                        .push(repair(proposal, &self.history, offset));
                }
            }
        }
        if rival {
            for repair in mistakes.iter_mut().flat_map(|mistake| &mut mistake.repairs) {
                repair.applicability = repair.applicability.min(Applicability::Unsafe);
            }
        }
        mistakes
    }

    /// A complaint that no rule explains.
    fn unexplained(&self, error: &ParseError) -> Mistake {
        let (code, construct, message) = classify(error, &self.text);
        let span = self.history.original_span(error.span);
        let finding = Finding {
            code,
            construct,
            span,
            message,
            severity: Severity::Error,
            related: Vec::new(),
        };
        Mistake {
            finding,
            repairs: Vec::new(),
        }
    }

    /// A mistake in the meaning of a text that parses.
    fn meaning(&self, mut finding: Finding) -> Mistake {
        finding.span = self.history.original_span(finding.span);
        for related in &mut finding.related {
            related.span = self.history.original_span(related.span);
        }
        Mistake {
            finding,
            repairs: Vec::new(),
        }
    }

    /// Replaces the statement that cannot be cured by one that parses; whether the parser gets further then.
    fn set_aside(&mut self, error: &ParseError, version: Version) -> bool {
        for edits in mask(&self.text, error) {
            let Ok(text) = apply(&self.text, &edits) else {
                continue;
            };
            let growth = text.len() as isize - self.text.len() as isize;
            let end = edits
                .iter()
                .map(|edit| edit.span.end)
                .max()
                .unwrap_or(0)
                .max(error.span.start);
            let left = syntax_errors(&parse(&text, version)).into_iter().next();
            if left.is_none_or(|left| left.span.start > end.saturating_add_signed(growth)) {
                self.set_aside.extend(edits.iter().map(|edit| {
                    Edit::replace(
                        self.history.original_span(edit.span),
                        edit.replacement.clone(),
                    )
                }));
                self.history.push(&edits);
                self.text = text;
                return true;
            }
        }
        false
    }
}

fn splice(text: &str, span: Span, piece: &str) -> String {
    let (head, tail) = (
        text.get(..span.start).unwrap_or(""),
        text.get(span.end..).unwrap_or(""),
    );
    [head, piece, tail].concat()
}

fn shifted(edits: &[Edit], offset: usize) -> Vec<Edit> {
    edits
        .iter()
        .map(|edit| Edit::replace(edit.span.shifted(offset), edit.replacement.clone()))
        .collect()
}

fn mistake(proposal: &Proposal, history: &History, offset: usize) -> Mistake {
    let original = |span: Span| history.original_span(span.shifted(offset));
    let mut related = proposal.related.clone();
    for related in &mut related {
        related.span = original(related.span);
    }
    let finding = Finding {
        code: proposal.code,
        construct: proposal.construct,
        span: original(proposal.span),
        message: proposal.message.clone(),
        severity: Severity::Error,
        related,
    };
    Mistake {
        finding,
        repairs: vec![repair(proposal, history, offset)],
    }
}

fn repair(proposal: &Proposal, history: &History, offset: usize) -> Repair {
    let mut edits: Vec<Edit> = proposal
        .edits
        .iter()
        .map(|edit| {
            Edit::replace(
                history.original_span(edit.span.shifted(offset)),
                edit.replacement.clone(),
            )
        })
        .collect();
    edits.sort();
    Repair {
        title: proposal.title.clone(),
        edits,
        applicability: proposal.applicability,
        rule: proposal.rule,
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
        let examination = examine("a = % % @ @ / / 1\nprint 'x'\n", VERSION);
        let codes: Vec<&str> = examination
            .mistakes
            .iter()
            .map(|mistake| mistake.finding.code.as_str())
            .collect();
        assert_eq!(codes, ["SYN.INVALID_SYNTAX", "SYN.PY2_PRINT"]);
    }
}
