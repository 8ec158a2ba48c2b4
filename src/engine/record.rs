//! Findings and fixes as they go into the record: names and literals stay behind.

use sha2::{Digest, Sha256};

use super::Fix;
use super::heal::{HealedFinding, Input};
use super::ports::{Shown, ShownFix};
use crate::diagnose::Finding;
use crate::learn::{Template, edit_hash, redacted, signature, skeleton};
use crate::repair::taught;
use crate::text::{PositionIndex, apply};

/// A finding and its fixes for the record.
pub(super) fn shown(input: &Input, found: &HealedFinding, at: i64) -> Shown {
    let finding = &found.finding;
    let index = PositionIndex::new(&input.text);
    Shown {
        language: "python".to_owned(),
        code: finding.code.to_string(),
        cluster: finding.cluster(),
        source: if finding.code.family() == "NAME" {
            "name"
        } else {
            "parse"
        }
        .to_owned(),
        file_hash: hash(input.path.as_deref().unwrap_or_default()),
        workspace_id: None,
        tool_version: found
            .fixes
            .first()
            .and_then(|fix| fix.evidence.interpreter.clone()),
        line: u32::try_from(index.line_of(finding.span.start) + 1).unwrap_or(u32::MAX),
        signature: signature(&input.text, &finding.cluster(), finding.span.start),
        at,
        candidates: found
            .fixes
            .iter()
            .map(|fix| candidate(input, finding, fix))
            .collect(),
    }
}

fn candidate(input: &Input, finding: &Finding, fix: &Fix) -> ShownFix {
    let (before, after) = redacted(&input.text, &fix.edits);
    ShownFix {
        id: fix.id.clone(),
        source: fix.source.clone(),
        description: description(finding),
        edit_hash: edit_hash(&input.text, finding.span.start, &fix.edits),
        skeleton: skeleton(&input.text, &fix.edits),
        evidence: fix.evidence.clone(),
        before,
        after,
        latency_millis: fix.evidence.steps.iter().map(|step| step.millis).sum(),
        tokens_in: None,
        tokens_out: None,
        confidence: Some(fix.confidence.map_or(fix.likelihood, |known| known.mean)),
        document_version: input.document_version,
        templates: templates(input, fix),
    }
}

/// The change as templates: of each of its steps, since what fits elsewhere may be one of them.
fn templates(input: &Input, fix: &Fix) -> Vec<Template> {
    let Ok(after) = apply(&input.text, &fix.edits) else {
        return Vec::new();
    };
    let steps = taught(&input.text, &after, input.python_version.into());
    steps.into_iter().flat_map(|step| step.templates).collect()
}

/// What the pattern is called: the mistake's title, which names nothing of the person's code.
fn description(finding: &Finding) -> String {
    crate::taxonomy::entry(finding.code.as_str())
        .map_or_else(|| finding.code.to_string(), |entry| entry.title.to_string())
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
