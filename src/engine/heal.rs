use std::sync::Arc;
use std::time::Instant;

use super::fix::Confidence;
use super::ports::{Clock, CompileError, CompileVerdict, Knowledge, Model, Outcome, Prover};
use super::proof::{Bench, Candidate, millis_since};
use super::remembered::Remembered;
use super::{Asking, Evidence, Fix, Source, Step, StepKind, Verdict, record};
use crate::diagnose::{Finding, Severity};
use crate::learn::{edit_hash, signature};
use crate::repair::{CostModel, Examination, Mistake, Repair, Sources, examine, examine_with};
use crate::taxonomy::{Code, classify_message};
use crate::text::{Applicability, Edit, PositionIndex, Span, apply};

/// Longest text that a front end has examined, in bytes. No person writes more, and a generated file is not healed by
/// hand.
pub const MAX_TEXT: usize = 32 * 1024 * 1024;

/// What a person reads where an examination was cut short.
pub const CUT_SHORT: &str = "was not examined to its end; heal what was found, then look again";

/// A text to heal.
#[derive(Debug, Clone)]
pub struct Input {
    /// The whole text.
    pub text: Arc<str>,
    /// The file's path where it has one; recorded only as a hash.
    pub path: Option<String>,
    /// The editor's version of the document, where there is one.
    pub document_version: Option<i32>,
    /// The Python version to judge by, as `(major, minor)`.
    pub python_version: (u8, u8),
}

/// A finding and the proven fixes for it, best first.
#[derive(Debug, Clone)]
pub struct HealedFinding {
    /// What is wrong.
    pub finding: Finding,
    /// What cures it; empty if nothing could be proven.
    pub fixes: Vec<Fix>,
}

/// Everything that was found and proven on one version of a text.
#[derive(Debug, Clone)]
pub struct Healed {
    /// The findings in the order of the text.
    pub findings: Vec<HealedFinding>,
    /// The text with every finding's best fix applied, those apart that a person has to complete; `None` if there is
    /// no such fix.
    pub text: Option<String>,
    /// Whether there may be mistakes that are not among the findings: the text was given up.
    pub cut_short: bool,
}

impl Healed {
    /// Why fixes were parsed, but not compiled, if there are such: no interpreter, or one that gave no answer.
    pub fn not_compiled(&self) -> Option<&str> {
        self.findings
            .iter()
            .flat_map(|healed| &healed.fixes)
            .flat_map(|fix| &fix.evidence.steps)
            .filter(|step| step.kind == StepKind::Compile && step.verdict == Verdict::Inconclusive)
            .find_map(|step| step.detail.as_deref())
    }
}

/// Proposes, proves and ranks fixes.
#[derive(Clone)]
pub struct Engine {
    /// Proves.
    pub prover: Arc<dyn Prover>,
    /// Proposes what rules cannot; `None` when no model is configured.
    pub model: Option<Arc<dyn Model>>,
    /// Remembers.
    pub knowledge: Arc<dyn Knowledge>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Says which repairs are likely.
    pub costs: Arc<CostModel>,
    /// What is kept from models, and what they got wrong before.
    pub asking: Arc<Asking>,
    /// Whether nothing is proposed but what was learned: to measure learning by itself.
    pub learned_only: bool,
}

impl Engine {
    /// What is wrong in a text and may cure it, with no proof and nothing outside asked: fast enough for every
    /// keystroke.
    pub fn examine(&self, input: &Input) -> Examination {
        let sources = Sources {
            costs: &self.costs,
            learned: &Remembered::new(self.knowledge.as_ref()),
            own: !self.learned_only,
        };
        examine_with(&input.text, input.python_version.into(), &sources)
    }

    /// What is wrong in a text.
    pub fn diagnose(&self, input: &Input) -> Vec<Finding> {
        let mistakes = self.examine(input).mistakes.into_iter();
        mistakes.map(|mistake| mistake.finding).collect()
    }

    /// Diagnoses, proposes and proves. Nothing is recorded.
    ///
    /// Blocks its thread while it searches: milliseconds for a file of ordinary size.
    pub async fn heal(&self, input: &Input) -> Healed {
        self.prove(input, self.examine(input)).await
    }

    /// Proves what an examination of this text proposes. Nothing is recorded.
    pub async fn prove(&self, input: &Input, mut examination: Examination) -> Healed {
        self.forget_rejected(input, &mut examination);
        let mut bench = Bench::new(self.prover.as_ref(), input).await;
        if examination
            .mistakes
            .iter()
            .all(|mistake| mistake.finding.severity < Severity::Error)
        {
            // The interpreter has the last word: it rejects a few texts that the parser accepts.
            if let CompileVerdict::Rejected(error) = bench.compile(&input.text).await.verdict {
                let finding = interpreter_finding(&error, &input.text);
                examination.mistakes.push(Mistake {
                    finding,
                    repairs: Vec::new(),
                    place: None,
                });
                examination
                    .mistakes
                    .sort_by_key(|mistake| mistake.finding.span);
            }
        }
        let findings = Proving {
            input,
            costs: &self.costs,
            examination: &examination,
            bench: &mut bench,
        }
        .prove()
        .await;
        let text = healed_text(input, &findings);
        Healed {
            findings,
            text,
            cut_short: examination.cut_short,
        }
    }

    /// Holds the fixes that are about to be taken to the project's linter and type checker as well, the best of each
    /// finding first; one that they turn down is forgotten, and the next has its turn.
    ///
    /// Takes as long as the tools do: up to seconds. Of what was learned it is recorded whether it held.
    pub async fn prove_further(&self, input: &Input, healed: &mut Healed) {
        let bench = Bench::new(self.prover.as_ref(), input).await;
        for found in &mut healed.findings {
            while let Some(best) = found.fixes.first_mut() {
                if let Ok(alone) = apply(&input.text, &best.edits) {
                    bench.climb(&mut best.evidence, &alone).await;
                }
                let holds = best.evidence.is_proven();
                if let Source::Learned { template } = best.source {
                    self.knowledge.validated(template, holds, self.clock.now());
                }
                if holds {
                    break;
                }
                found.fixes.remove(0);
            }
        }
        healed.text = healed_text(input, &healed.findings);
    }

    /// Notes in the record that findings and their fixes were shown to a person.
    pub fn record_shown(&self, input: &Input, healed: &Healed) {
        for found in &healed.findings {
            self.knowledge
                .shown(record::shown(input, found, self.clock.now()));
        }
    }

    /// Notes what became of a fix.
    pub fn record_outcome(&self, fix_id: &str, outcome: Outcome) {
        self.knowledge.outcome(fix_id, outcome, self.clock.now());
    }

    /// Takes out repairs that the person rejected for the same mistake before.
    fn forget_rejected(&self, input: &Input, examination: &mut Examination) {
        for Mistake {
            finding, repairs, ..
        } in &mut examination.mistakes
        {
            // A record that cannot be read forgets nothing and forbids nothing.
            let rejected = self
                .knowledge
                .rejected(&signature(
                    &input.text,
                    &finding.cluster(),
                    finding.span.start,
                ))
                .unwrap_or_default();
            if !rejected.is_empty() {
                repairs.retain(|repair| {
                    !rejected.contains(&edit_hash(&input.text, finding.span.start, &repair.edits))
                });
            }
        }
    }
}

/// The text with every finding's best fix applied, those apart that a person has to complete.
fn healed_text(input: &Input, findings: &[HealedFinding]) -> Option<String> {
    let best = findings
        .iter()
        .filter_map(|healed| healed.fixes.first())
        .filter(|fix| fix.applicability > Applicability::DisplayOnly)
        .map(|fix| fix.edits.as_slice());
    let edits = compatible(best);
    if edits.is_empty() {
        return None;
    }
    apply(&input.text, &edits).ok()
}

/// The proof of everything that an examination proposes.
struct Proving<'run, 'engine> {
    input: &'run Input,
    costs: &'run CostModel,
    examination: &'run Examination,
    bench: &'run mut Bench<'engine>,
}

impl Proving<'_, '_> {
    async fn prove(mut self) -> Vec<HealedFinding> {
        let mistakes = &self.examination.mistakes;
        let mut chosen: Vec<Option<&Repair>> = mistakes
            .iter()
            .map(|mistake| mistake.repairs.first())
            .collect();
        // Every mistake is proven with the best repairs of the others, so that the text can be compiled as a whole.
        let most = if mistakes.len() > MANY_MISTAKES {
            1
        } else {
            usize::MAX
        };
        let mut hopeless = false;
        let mut proven: Vec<Vec<(&Repair, Evidence)>> = Vec::with_capacity(mistakes.len());
        for (index, mistake) in mistakes.iter().enumerate() {
            let mut held = Vec::new();
            let tried = if hopeless { 0 } else { most };
            for repair in mistake.repairs.iter().take(tried) {
                let evidence = self.in_company(index, repair, &chosen).await;
                // What was not looked at is wrong in every text that could be tried: once is enough.
                hopeless |= evidence.is_none() && most == 1 && self.examination.cut_short;
                held.extend(evidence.map(|evidence| (repair, evidence)));
            }
            if held.is_empty() && mistakes.len() > 1 && most > 1 {
                for repair in mistake.repairs.iter().take(MAX_ALONE) {
                    if let Some(evidence) = self.alone(repair).await {
                        held.push((repair, evidence));
                        break;
                    }
                }
            }
            if let Some(own) = chosen.get_mut(index) {
                *own = held.first().map(|(repair, _)| *repair);
            }
            proven.push(held);
        }
        mistakes
            .iter()
            .zip(proven)
            .enumerate()
            .map(|(index, (mistake, held))| HealedFinding {
                finding: mistake.finding.clone(),
                fixes: held
                    .into_iter()
                    .map(|(repair, evidence)| Fix {
                        replaces: (0..mistakes.len())
                            .filter(|other| replaces(mistakes, index, repair, *other))
                            .collect(),
                        ..fix(repair, evidence)
                    })
                    .collect(),
            })
            .collect()
    }
}

impl Proving<'_, '_> {
    /// Proves a text in which the mistake at `index` is cured by `repair`, and every other one by what was chosen for
    /// it or set aside.
    async fn in_company(
        &mut self,
        index: usize,
        repair: &Repair,
        chosen: &[Option<&Repair>],
    ) -> Option<Evidence> {
        let mistakes = &self.examination.mistakes;
        let others: Vec<&Repair> = chosen
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index && !replaces(mistakes, index, repair, *other))
            .filter_map(|(_, repair)| *repair)
            .collect();
        let groups = std::iter::once(repair.edits.as_slice())
            .chain(std::iter::once(self.examination.set_aside.as_slice()))
            .chain(others.iter().map(|other| other.edits.as_slice()));
        let text = apply(&self.input.text, &compatible(groups)).ok()?;
        let left = self
            .examination
            .mistakes
            .iter()
            .enumerate()
            .filter(|(other, mistake)| *other != index && is_error(mistake))
            .count();
        let alone = apply(&self.input.text, &repair.edits).ok()?;
        let candidate = Candidate {
            whole: &text,
            alone: &alone,
            others: others.len(),
            left,
        };
        let evidence = self.bench.prove(&candidate).await;
        evidence.is_proven().then_some(evidence)
    }

    /// Proves a text in which only this repair is made: it must have fewer mistakes, and none that is new.
    async fn alone(&self, repair: &Repair) -> Option<Evidence> {
        let start = Instant::now();
        let text = apply(&self.input.text, &repair.edits).ok()?;
        let before = &self.examination.mistakes;
        let version = self.input.python_version.into();
        let mut after = examine(&text, version, self.costs).mistakes;
        hide_warnings(before, &mut after);
        let is_known = |mistake: &Mistake| {
            before
                .iter()
                .any(|known| known.finding.message == mistake.finding.message)
        };
        if after.len() >= before.len() || !after.iter().all(is_known) {
            return None;
        }
        let parsed = Step::new(StepKind::Parse, Verdict::Passed, millis_since(start), None);
        let gate = self.bench.gate(&text).await;
        (gate.verdict == Verdict::Passed).then_some(())?;
        Some(Evidence {
            steps: vec![parsed, gate],
            interpreter: None,
            together_with: 0,
            errors_left: after.len(),
        })
    }
}

/// Whether the language rejects the text because of it.
pub(super) fn is_error(mistake: &Mistake) -> bool {
    mistake.finding.severity == Severity::Error
}

/// Forgets warnings that errors hid before: names are looked at only in a text without errors, so what shows up when
/// the last error is healed was there all along.
pub(super) fn hide_warnings(before: &[Mistake], after: &mut Vec<Mistake>) {
    if before.iter().any(is_error) {
        after.retain(is_error);
    }
}

/// Whether `repair`, which is one of the mistake at `index`, cures the one at `other` as well, in its own way.
fn replaces(mistakes: &[Mistake], index: usize, repair: &Repair, other: usize) -> bool {
    let place = |index: usize| mistakes.get(index).and_then(|mistake| mistake.place);
    repair.whole_place && other != index && place(index).is_some() && place(index) == place(other)
}

/// Repairs of a mistake that are examined on their own at most, where none is proven with those of the other mistakes:
/// that takes as long as the examination of the text.
const MAX_ALONE: usize = 2;

/// Texts with more mistakes than this get one proven fix for each, not several.
const MANY_MISTAKES: usize = 20;

/// The edits of all groups that can be made together; a group that overlaps an earlier one is left out as a whole.
pub(super) fn compatible<'edits>(groups: impl Iterator<Item = &'edits [Edit]>) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for group in groups {
        let clashes = group.iter().any(|edit| {
            taken.iter().any(|other| {
                edit.span.overlaps(other.span) && !(edit.span.is_empty() && other.span.is_empty())
            })
        });
        if !clashes {
            taken.extend_from_slice(group);
        }
    }
    taken.sort_by_key(|edit| edit.span);
    taken
}

fn fix(repair: &Repair, evidence: Evidence) -> Fix {
    let confidence = Confidence::of(repair);
    // What turned out wrong too often is not made unseen, however certain its rule is.
    let most = match confidence {
        Some(known) if !known.is_enough() => Applicability::Unsafe,
        _ => Applicability::Safe,
    };
    Fix {
        id: uuid::Uuid::new_v4().to_string(),
        action: repair.title.clone(),
        edits: repair.edits.clone(),
        applicability: repair.applicability.min(most),
        source: match repair.belief {
            Some(belief) if repair.is_learned() => Source::Learned {
                template: belief.template,
            },
            _ => Source::Rule {
                name: repair.rule.to_owned(),
            },
        },
        evidence,
        likelihood: repair.likelihood,
        confidence,
        replaces: Vec::new(),
    }
}

/// What only the interpreter sees, as a finding.
fn interpreter_finding(error: &CompileError, text: &str) -> Finding {
    let index = PositionIndex::new(text);
    let line = error.line.map_or(0, |line| line.saturating_sub(1) as usize);
    let start = index.line_start(line).unwrap_or(text.len());
    let content = index.line_text(text, line);
    let indent = content.len() - content.trim_start().len();
    let column = error.column.map_or(indent, |column| {
        content
            .chars()
            .take(column.saturating_sub(1) as usize)
            .map(char::len_utf8)
            .sum()
    });
    Finding {
        code: classify_message(&error.kind, &error.message)
            .unwrap_or(Code::new("SYN.INVALID_SYNTAX")),
        construct: None,
        span: Span::new(start + column.min(content.len()), start + content.len()),
        message: error.message.clone(),
        severity: Severity::Error,
        related: Vec::new(),
    }
}
