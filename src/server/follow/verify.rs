//! Whether what looks like a fix by hand is one: the engine has the last word.

use super::by_hand::{Candidate, Decision};
use crate::diagnose::{Finding, Severity};
use crate::engine::ports::CompileVerdict;
use crate::engine::{Engine, Input};
use crate::lang::python::{TokenKind, tokenize};
use crate::text::{Edit, PositionIndex, Span, apply, edits_between, source_bytes};

/// How many lines from the mistake its cure is looked for: first on its own, then farther away.
const WINDOWS: [usize; 3] = [0, 1, 5];

/// What was found.
pub struct Verified {
    /// Whether it is a fix.
    pub decision: Decision,
    /// The text before, with nothing changed but what cures the mistake.
    pub healed: Option<String>,
}

impl Verified {
    fn without(decision: Decision) -> Self {
        Self {
            decision,
            healed: None,
        }
    }
}

/// Looks for the part of a candidate's changes that cures the mistake, and proves it. `before` is the candidate's text.
///
/// Blocks its thread while it examines, up to five times.
pub async fn verify(engine: &Engine, before: &Input, candidate: &Candidate) -> Verified {
    let at_first = Diagnosis::of(engine, before);
    if !at_first.has(&candidate.finding, candidate.finding.span.start) {
        tracing::debug!("no fix by hand: the mistake was not there any more");
        return Verified::without(Decision::Nothing);
    }
    let edits = line_by_line(&before.text, edits_between(&before.text, &candidate.after));
    let index = PositionIndex::new(&before.text);
    let line = index.line_of(candidate.finding.span.start);
    let is_name = candidate.finding.code.family() == "NAME";
    let mut tried = 0;
    for window in WINDOWS.into_iter().map(Some).chain([None]) {
        // What cures a name elsewhere defines it; and what was typed here is healed near by.
        if is_name && window != Some(0) || window.is_none() && !candidate.is_old {
            break;
        }
        let near: Vec<Edit> = edits
            .iter()
            .filter(|edit| window.is_none_or(|window| distance(&index, line, edit.span) <= window))
            .cloned()
            .collect();
        if near.len() == tried {
            continue;
        }
        tried = near.len();
        let Ok(after) = apply(&before.text, &near) else {
            break;
        };
        let input = Input {
            text: after.clone().into(),
            ..before.clone()
        };
        let now = Diagnosis::of(engine, &input);
        if !now.is_healed(&at_first, &candidate.finding, &near) {
            tracing::debug!(?window, left = ?now.findings, "not healed by what is near");
            continue;
        }
        let is_whole = now.errors() == 0;
        if is_whole && !compiles(engine, &after).await {
            tracing::debug!("it does not compile");
            continue;
        }
        return match is_repair(&before.text, &after, &candidate.finding, &near) {
            true => Verified {
                decision: Decision::Fix,
                healed: Some(after),
            },
            false => {
                tracing::debug!(
                    "no fix by hand: the line was deleted or hidden, or others written"
                );
                Verified::without(Decision::Nothing)
            }
        };
    }
    let is_back = edits.is_empty();
    Verified::without(match is_back {
        true => Decision::Nothing,
        false => Decision::NotYet,
    })
}

async fn compiles(engine: &Engine, text: &str) -> bool {
    let verdict = engine.prover.compile(&source_bytes(text)).await.verdict;
    !matches!(verdict, CompileVerdict::Rejected(_))
}

/// The same edits, where as many lines are replaced by as many others one for each line: they may be several fixes.
fn line_by_line(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let split = |edit: Edit| {
        let removed: Vec<&str> = edit.span.of(text).split_inclusive('\n').collect();
        let inserted: Vec<&str> = edit.replacement.split_inclusive('\n').collect();
        if removed.len() != inserted.len() || removed.len() < 2 {
            return vec![edit];
        }
        let mut at = edit.span.start;
        let mut lines = Vec::new();
        for (removed, inserted) in removed.into_iter().zip(inserted) {
            for local in edits_between(removed, inserted) {
                lines.push(Edit::replace(local.span.shifted(at), local.replacement));
            }
            at += removed.len();
        }
        lines
    };
    edits.into_iter().flat_map(split).collect()
}

/// How many lines lie between a line and an edit.
fn distance(index: &PositionIndex, line: usize, span: Span) -> usize {
    let first = index.line_of(span.start);
    let last = index.line_of(span.end);
    first.saturating_sub(line).max(line.saturating_sub(last))
}

/// What is wrong in a text.
struct Diagnosis {
    findings: Vec<Finding>,
    index: PositionIndex,
    is_complete: bool,
}

impl Diagnosis {
    fn of(engine: &Engine, input: &Input) -> Self {
        let examination = engine.examine(input);
        let mistakes = examination.mistakes.into_iter();
        Self {
            findings: mistakes.map(|mistake| mistake.finding).collect(),
            index: PositionIndex::new(&input.text),
            is_complete: !examination.cut_short,
        }
    }

    /// Whether the same mistake is on the line of byte `at`.
    fn has(&self, wanted: &Finding, at: usize) -> bool {
        let line = self.index.line_of(at);
        self.findings.iter().any(|finding| {
            finding.code == wanted.code && self.index.line_of(finding.span.start) == line
        })
    }

    fn errors(&self) -> usize {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        self.findings.iter().filter(is_error).count()
    }

    /// Whether, after `edits`, one mistake is gone and none has come.
    fn is_healed(&self, before: &Self, mistake: &Finding, edits: &[Edit]) -> bool {
        let moved = |at: usize| moved(edits, at);
        let hid_warnings = before.errors() > 0;
        let mut known: Vec<&Finding> = before.findings.iter().collect();
        known.retain(|finding| *finding != mistake);
        let is_known = |finding: &Finding| {
            let line = self.index.line_of(finding.span.start);
            let same = known.iter().position(|known| {
                known.code == finding.code && self.index.line_of(moved(known.span.start)) == line
            });
            same.map(|place| known.swap_remove(place)).is_some()
        };
        let none_is_new = self
            .findings
            .iter()
            .filter(|finding| !hid_warnings || finding.severity == Severity::Error)
            .all(is_known);
        self.is_complete && none_is_new
    }
}

/// Where byte `at` is after edits.
fn moved(edits: &[Edit], at: usize) -> usize {
    let (mut grown, mut shrunk) = (0, 0);
    for edit in edits.iter().filter(|edit| edit.span.end <= at) {
        grown += edit.replacement.len();
        shrunk += edit.span.len();
    }
    (at + grown).saturating_sub(shrunk)
}

/// Whether edits mend what is there. To delete the line of a mistake, to make it a comment or a string, and to write on
/// below is something else.
fn is_repair(before: &str, after: &str, mistake: &Finding, edits: &[Edit]) -> bool {
    let index = PositionIndex::new(before);
    let line = index.line_of(mistake.span.start);
    let start = index.line_start(line).unwrap_or(before.len());
    let lines = Span::new(start, start + index.line_text(before, line).len());
    let now = Span::new(moved_left(edits, lines.start), moved(edits, lines.end));
    let is_code = tokenize(after).iter().any(|token| {
        let begins = token.span.start >= now.start && token.span.start < now.end.max(now.start + 1);
        begins && !matches!(token.kind, TokenKind::Comment | TokenKind::Newline)
    });
    let writes_on = edits.iter().all(|edit| is_new_lines(before, edit))
        && edits.iter().any(|edit| says_something(&edit.replacement));
    is_code && !writes_on
}

/// Where byte `at` is after edits, before what is inserted right there.
fn moved_left(edits: &[Edit], at: usize) -> usize {
    let earlier: Vec<Edit> = edits
        .iter()
        .filter(|edit| edit.span.end < at || edit.span.end == at && !edit.span.is_empty())
        .cloned()
        .collect();
    moved(&earlier, at)
}

/// Whether an edit only adds whole lines.
fn is_new_lines(before: &str, edit: &Edit) -> bool {
    let at = edit.span.start;
    let (head, rest) = (
        before.get(..at).unwrap_or_default(),
        before.get(at..).unwrap_or_default(),
    );
    let is_break = |character: char| matches!(character, '\n' | '\r');
    let starts_line = head.is_empty() || head.ends_with(is_break);
    let ends_line = rest.is_empty() || rest.starts_with(is_break);
    edit.span.is_empty()
        && (starts_line && (edit.replacement.ends_with(is_break) || rest.is_empty())
            || ends_line && edit.replacement.starts_with(is_break))
}

/// Whether a text has words of its own: names, numbers, strings.
fn says_something(text: &str) -> bool {
    tokenize(text).iter().any(|token| {
        matches!(
            token.kind,
            TokenKind::Name | TokenKind::Number | TokenKind::String { .. }
        )
    })
}
