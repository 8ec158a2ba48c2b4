//! Mistakes in a text that parses: what Python's compiler rejects, and names that nothing binds.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

use super::history::History;
use super::proposal::Proposal;
use super::rules;
use super::trust::shares;
use super::{MAX_REPAIRS, Mistake, Repair};
use crate::diagnose::Finding;
use crate::diagnose::python::{NameFinding, name_findings, semantic_errors};
use crate::lang::python::{Lines, Version, parse, syntax_errors};
use crate::text::{Edit, Span, apply};

/// A finding in a text that parses, with what rules need to know of its place.
#[derive(Debug)]
pub struct Meaning<'text> {
    /// The text.
    pub text: &'text str,
    /// Its tree.
    pub module: &'text ModModule,
    /// Its lines and tokens.
    pub layout: &'text Lines,
    /// What is wrong; its place is in `text`.
    pub finding: &'text Finding,
}

/// Most findings for which repairs are looked for: where there are more, the text is of another kind.
const MAX_JUDGED: usize = 40;

/// What the compiler rejects in `text`, with the repairs that take the finding away and bring no other.
///
/// `history` leads from `original`, which the person sees, to `text`.
pub fn rejected(
    parsed: &Parsed<ModModule>,
    text: &str,
    original: &str,
    history: &History,
    version: Version,
) -> Vec<Mistake> {
    let findings = semantic_errors(parsed, text, version.into());
    if findings.is_empty() {
        return Vec::new();
    }
    let layout = Lines::new(text);
    let mut mistakes = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let mut proposals = Vec::new();
        if index < MAX_JUDGED {
            let meaning = Meaning {
                text,
                module: parsed.syntax(),
                layout: &layout,
                finding,
            };
            proposals = rules::propose_for(&meaning);
            proposals.sort_by_key(|proposal| proposal.cost);
            proposals.retain(|proposal| heals(proposal, text, &findings, version));
        }
        mistakes.push(mistake(finding, &proposals, original, text, history));
    }
    mistakes
}

/// The names that nothing binds in a text without other mistakes.
pub fn names(parsed: &Parsed<ModModule>, text: &str, version: Version) -> Vec<Mistake> {
    let found = name_findings(parsed.syntax(), text, version.into());
    let history = History::default();
    found
        .iter()
        .map(|found: &NameFinding| {
            let proposals = rules::propose_for_name(found, parsed.syntax(), text);
            mistake(&found.finding, &proposals, text, text, &history)
        })
        .collect()
}

/// Whether the change takes the finding away, breaks nothing and brings nothing new.
fn heals(proposal: &Proposal, text: &str, before: &[Finding], version: Version) -> bool {
    let Ok(after) = apply(text, &proposal.edits) else {
        return false;
    };
    let parsed = parse(&after, version);
    if !syntax_errors(&parsed).is_empty() {
        return false;
    }
    let left = semantic_errors(&parsed, &after, version.into());
    let count = |findings: &[Finding], finding: &Finding| {
        findings
            .iter()
            .filter(|other| other.message == finding.message)
            .count()
    };
    left.len() < before.len()
        && left
            .iter()
            .all(|finding| count(&left, finding) <= count(before, finding))
}

fn mistake(
    finding: &Finding,
    proposals: &[Proposal],
    original: &str,
    text: &str,
    history: &History,
) -> Mistake {
    let mut repairs: Vec<Repair> = Vec::new();
    let costs: Vec<i32> = proposals
        .iter()
        .map(|proposal| i32::try_from(proposal.cost).unwrap_or(i32::MAX))
        .collect();
    for (proposal, likelihood) in proposals.iter().zip(shares(&costs)) {
        let edits: Option<Vec<Edit>> = proposal
            .edits
            .iter()
            .map(|edit| original_edit(edit, original, text, history))
            .collect();
        if let Some(mut edits) = edits
            && repairs.len() < MAX_REPAIRS
        {
            edits.sort();
            repairs.push(Repair {
                title: proposal.title.clone(),
                edits,
                applicability: proposal.applicability,
                rule: proposal.rule,
                likelihood,
                belief: proposal.belief,
                whole_place: false,
            });
        }
    }
    let mut finding = finding.clone();
    finding.span = history.original_span(finding.span);
    for related in &mut finding.related {
        related.span = history.original_span(related.span);
    }
    Mistake {
        finding,
        repairs,
        place: None,
    }
}

/// The same edit to the original text; `None` where an earlier cure changed the very place.
fn original_edit(edit: &Edit, original: &str, text: &str, history: &History) -> Option<Edit> {
    let mut wide = edit.span;
    while wide.start > 0 && (wide.start == edit.span.start || !text.is_char_boundary(wide.start)) {
        wide.start -= 1;
    }
    while wide.end < text.len() && (wide.end == edit.span.end || !text.is_char_boundary(wide.end)) {
        wide.end += 1;
    }
    let place = history.original_span(wide);
    (place.of(original) == wide.of(text)).then(|| {
        Edit::replace(
            history.original_span(Span::new(edit.span.start, edit.span.end)),
            edit.replacement.clone(),
        )
    })
}
