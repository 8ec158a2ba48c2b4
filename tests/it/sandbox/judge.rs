//! What an outcome means.

use serde_json::Value;

use super::payload::{Goal, Open, Payload};
use super::run::{How, Outcome};

/// Exceptions that mean that a payload is broken itself.
const OWN_MISTAKES: [&str; 9] = [
    "NameError",
    "UnboundLocalError",
    "AttributeError",
    "TypeError",
    "SyntaxError",
    "IndentationError",
    "KeyError",
    "ImportError",
    "ModuleNotFoundError",
];

const VERDICTS: [&str; 10] = [
    "PASS",
    "FAIL",
    "EXITED_EARLY",
    "INCOMPLETE",
    "FORGED",
    "TIMEOUT",
    "LIMIT",
    "CRASH",
    "INCONCLUSIVE",
    "SANDBOX_FAILED",
];

/// Whether a bare run got what it was after; if not, what it got instead.
pub fn bare(payload: &Payload, outcome: &Outcome) -> Result<(), String> {
    let signs = &outcome.signs;
    if signs.iter().any(|(goal, _)| *goal == payload.goal) {
        return Ok(());
    }
    let (said, err) = (outcome.said(How::Bare), outcome.stderr.text());
    Err(format!(
        "{:?} wanted; {signs:?}, {:?}, {said:.300} {err:.800}",
        payload.goal, outcome.status
    ))
}

/// Whether a hole is known, and the proof says that the layer that would close it is off.
pub fn is_open(open: &Open, outcome: &Outcome) -> bool {
    let was_run = outcome.verdict["verdict"] != "SANDBOX_FAILED" && !outcome.verdict.is_null();
    was_run && (!open.without_namespaces || layer(&outcome.verdict, "namespaces") == Some(false))
}

/// Whether a layer held, as the verdict has it.
pub fn layer(verdict: &Value, name: &str) -> Option<bool> {
    verdict["layers"][name].as_bool()
}

/// What is wrong with an outcome of `salve prove`.
pub fn proven(payload: &Payload, outcome: &Outcome, without: &str) -> Vec<String> {
    let mut faults = outcome.faults.clone();
    if outcome.verdict.is_null() {
        return faults;
    }
    let report = &outcome.verdict;
    let text = |key: &str| report[key].as_str().unwrap_or("").to_owned();
    let verdict = text("verdict");
    for (goal, sign) in &outcome.signs {
        faults.push(match goal {
            Goal::Says => format!("got out: {sign}"),
            _ => format!("got out ({goal:?}): {sign}"),
        });
    }
    let shown = format!(
        "{verdict} ({}) {} {:.300} {:.300}",
        text("reason"),
        report["exception"],
        text("stdout").trim(),
        text("stderr").trim()
    );
    if !VERDICTS.contains(&verdict.as_str()) || verdict == "SANDBOX_FAILED" {
        faults.push(format!("no proof: {shown}"));
        return faults;
    }
    if !payload.verdicts.is_empty() && !payload.verdicts.contains(&verdict) {
        faults.push(format!("{} wanted: {shown}", payload.verdicts.join(" or ")));
    }
    for name in without.split(',').filter(|it| !it.is_empty()) {
        if layer(report, name) != Some(false) {
            faults.push(format!(
                "{name} is off, which is not said: {}",
                report["layers"]
            ));
        }
    }
    // Verdicts, output and ordinary programs do not attack by attempts.
    let attacks = !["verdict", "output", "ordinary"].contains(&payload.category.as_str());
    let kind = report["exception"]["type"].as_str().unwrap_or("");
    if attacks && (OWN_MISTAKES.contains(&kind) || !was_tried(&text("stdout"), &verdict)) {
        faults.push(format!("it was not really tried: {shown}"));
    }
    faults
}

/// Whether an attack came to its point: it says how it ended, or it was ended by force on the way.
fn was_tried(said: &str, verdict: &str) -> bool {
    let says = |word: &str| said.lines().any(|line| line.starts_with(word));
    says("TRIED")
        || says("ESCAPED")
        || (says("TRYING") && ["TIMEOUT", "LIMIT", "CRASH", "EXITED_EARLY"].contains(&verdict))
}
