//! The objects that `--json` prints. A test keeps their schema in `docs/output.schema.json`.

mod audit;
mod model;
mod patterns;
mod prompts;
mod prove;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::demo::DemoOutput;
use super::eval::Figures;
use crate::diagnose::{Finding, Severity};
use crate::engine::ports::{ConnectionStatus, PatternDetail, PatternStats};
use crate::engine::{Evidence, Fix, HealedFinding, Source};
use crate::server::protocol::LoadDefaultsResult;
use crate::text::{Applicability, PositionEncoding, PositionIndex, Span};
pub use audit::{AuditExportOutput, AuditVerifyOutput, MisfitOutput};
pub use model::{
    KeyOutput, ModelCallsOutput, ModelKeysOutput, ModelListOutput, ModelStatusOutput,
    ModelTestOutput, ModelUseOutput,
};
pub use patterns::{
    PatternsExportOutput, PatternsForgetOutput, PatternsImportOutput, PatternsListOutput,
};
pub use prompts::{PromptOutput, PromptsOutput};
pub use prove::{LayersOutput, ProveOutput, Rung};

/// The one object that a command prints with `--json`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "command", rename_all = "camelCase")]
pub enum Output {
    /// `salve check`
    Check(CheckOutput),
    /// `salve fix`
    Fix(FixOutput),
    /// `salve fix --show-prompt`
    Prompts(PromptsOutput),
    /// `salve prove`
    Prove(Box<ProveOutput>),
    /// `salve stats`
    Stats(StatsOutput),
    /// `salve patterns list`
    PatternsList(PatternsListOutput),
    /// `salve patterns show`, `pin` and `unpin`
    PatternsShow(Box<PatternDetail>),
    /// `salve patterns forget`
    PatternsForget(PatternsForgetOutput),
    /// `salve patterns export`
    PatternsExport(PatternsExportOutput),
    /// `salve patterns import`
    PatternsImport(PatternsImportOutput),
    /// `salve audit verify`
    AuditVerify(AuditVerifyOutput),
    /// `salve audit export`, into a file
    AuditExport(AuditExportOutput),
    /// `salve explain`
    Explain(ExplainOutput),
    /// `salve doctor`
    Doctor(Box<DoctorOutput>),
    /// `salve config show`
    ConfigShow(ConfigShowOutput),
    /// `salve config explain`
    ConfigExplain(ConfigExplainOutput),
    /// `salve config path`
    ConfigPath(ConfigPathOutput),
    /// `salve config load-defaults`
    ConfigLoadDefaults(Box<LoadDefaultsResult>),
    /// `salve model status`
    ModelStatus(ModelStatusOutput),
    /// `salve model test`
    ModelTest(ModelTestOutput),
    /// `salve model list`
    ModelList(ModelListOutput),
    /// `salve model use`
    ModelUse(ModelUseOutput),
    /// `salve model key`
    ModelKeys(ModelKeysOutput),
    /// `salve model calls`
    ModelCalls(ModelCallsOutput),
    /// `salve eval`
    Eval(Box<Figures>),
    /// `salve demo`
    Demo(Box<DemoOutput>),
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckOutput {
    /// The files with findings, in alphabetical order.
    pub files: Vec<FileFindings>,
    /// The files that could not be examined.
    pub problems: Vec<Problem>,
    /// How many files were examined.
    pub examined: usize,
    /// How many findings there are.
    pub findings: usize,
    /// How many of them have a proven fix that `salve fix` can take, safe or not.
    pub healable: usize,
}

/// One file's findings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileFindings {
    /// The path as it was given or found.
    pub path: String,
    /// The findings in the order of the text.
    pub findings: Vec<FindingOutput>,
    /// Whether the file was given up, so that there may be more.
    pub cut_short: bool,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingOutput {
    /// `SYN.MISSING_COLON`
    pub code: String,
    /// `SYN.MISSING_COLON:function_def`
    pub cluster: String,
    /// What is wrong and what to do.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
    /// The first character of the damaged place.
    pub start: Place,
    /// Just past the last one.
    pub end: Place,
    /// Places that explain it.
    pub related: Vec<RelatedOutput>,
    /// Proven fixes, best first.
    pub fixes: Vec<FixProposal>,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Line, from one.
    pub line: u32,
    /// Column, from one, in characters (Unicode scalar values).
    pub column: u32,
}

/// A place that explains a finding.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelatedOutput {
    /// Its first character.
    pub start: Place,
    /// Just past its last one.
    pub end: Place,
    /// What is there.
    pub message: String,
}

/// A proven fix.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FixProposal {
    /// Its name in the record.
    pub id: String,
    /// What a person reads: what it does, who proposed it, what was proven.
    pub title: String,
    /// How certain it is that this is meant.
    pub applicability: Applicability,
    /// Who proposed it.
    pub source: Source,
    /// What was proven.
    pub evidence: Evidence,
    /// The change, in the order of the text.
    pub edits: Vec<EditOutput>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditOutput {
    /// The first character that is replaced.
    pub start: Place,
    /// Just past the last one.
    pub end: Place,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A file that could not be examined or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The path as it was given or found.
    pub path: String,
    /// Why, and what to do.
    pub message: String,
}

/// What was healed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FixOutput {
    /// The files with findings, in alphabetical order.
    pub files: Vec<HealedFile>,
    /// The files that could not be examined or written.
    pub problems: Vec<Problem>,
    /// How many files were examined.
    pub examined: usize,
    /// How many findings the fixes cure.
    pub healed: usize,
    /// How many findings stay.
    pub remaining: usize,
    /// How many of these have a proven fix that is taken only with `--unsafe-fixes`.
    pub unsafe_available: usize,
    /// Whether files were written.
    pub applied: bool,
}

/// One file and what heals it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealedFile {
    /// The path as it was given or found.
    pub path: String,
    /// What was found before.
    pub findings: Vec<FindingOutput>,
    /// Whether the file was given up, so that there may be more.
    pub cut_short: bool,
    /// The ids of the fixes that were taken.
    pub taken: Vec<String>,
    /// The change in unified format; empty where there is none.
    pub diff: String,
    /// Whether the file was written.
    pub written: bool,
    /// For standard input, the healed text.
    pub text: Option<String>,
}

/// The record in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsOutput {
    /// The database's file.
    pub database: String,
    /// Why nothing is recorded, if so.
    pub trouble: Option<String>,
    /// The totals.
    pub statistics: PatternStats,
}

/// A code of the taxonomy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainOutput {
    /// `SYN.MISSING_COLON`
    pub code: String,
    /// A few words.
    pub title: String,
    /// What it means and what to do.
    pub explanation: String,
    /// The constructs that it can damage.
    pub constructs: Vec<String>,
    /// What Python says of it.
    pub says: Vec<String>,
    /// A small program that makes the mistake.
    pub before: String,
    /// The same program without it.
    pub after: String,
    /// What other tools call it.
    pub references: Vec<String>,
}

/// The state of everything that salve relies on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DoctorOutput {
    /// The version of salve.
    pub version: String,
    /// The interpreter that proves fixes; `None` if there is none.
    pub interpreter: Option<String>,
    /// How it was found, or why there is none.
    pub interpreter_notes: Vec<String>,
    /// The Python version that texts are judged by.
    pub python_version: String,
    /// The database's file.
    pub database: Option<String>,
    /// Why nothing is recorded, if so.
    pub database_trouble: Option<String>,
    /// The connection to the model; `None` if none is configured.
    pub model: Option<ConnectionStatus>,
    /// The configuration files.
    pub files: Vec<ConfigFileOutput>,
    /// What of the configuration was not taken.
    pub notices: Vec<String>,
    /// How fixes are proven.
    pub sandbox: LayersOutput,
    /// What the workspace may do.
    pub trust: TrustOutput,
}

/// What the workspace may do, who said so, and how to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustOutput {
    /// The root of the repository, or the working folder.
    pub workspace: Option<String>,
    /// Whether programs inside it may be started.
    pub trusted: bool,
    /// What that means, and who said so.
    pub trusted_because: String,
    /// How to change it.
    pub trusted_change: String,
    /// Whether its programs may be run in the sandbox.
    pub may_run: bool,
    /// What that means, and who said so.
    pub run_because: String,
    /// How to change it.
    pub run_change: String,
}

/// A configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigFileOutput {
    /// `user`, `project` or `given`.
    pub role: String,
    /// Where it is, or would be.
    pub path: String,
    /// `read`, `absent`, or why it could not be used.
    pub state: String,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigShowOutput {
    /// The settings as in a configuration file.
    pub settings: Value,
    /// What was not taken.
    pub notices: Vec<String>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigExplainOutput {
    /// `python.version`
    pub key: String,
    /// What it does.
    pub description: String,
    /// The value; `null` where it is not set.
    pub value: Value,
    /// The layer that it comes from.
    pub origin: String,
    /// Every layer that says something of it, from the lowest to the highest.
    pub layers: Vec<ConfigLayerOutput>,
}

/// What one layer says of a setting.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigLayerOutput {
    /// The layer.
    pub origin: String,
    /// What it says.
    pub value: Value,
    /// `used`, `overridden`, or why it was refused.
    pub state: String,
}

/// The files that matter.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigPathOutput {
    /// The configuration files.
    pub files: Vec<ConfigFileOutput>,
    /// The database's file.
    pub database: Option<String>,
}

/// The schema of all objects that `--json` prints.
pub fn schema() -> Value {
    let mut schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Output>()
        .to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".to_owned(), "Output of salve --json".into());
    }
    schema
}

/// Turns byte offsets of one text into places.
pub struct Places<'text> {
    text: &'text str,
    index: PositionIndex,
}

impl<'text> Places<'text> {
    /// Finds the lines of `text`.
    pub fn new(text: &'text str) -> Self {
        Self {
            text,
            index: PositionIndex::new(text),
        }
    }

    /// The place of a byte.
    pub fn at(&self, offset: usize) -> Place {
        let position = self
            .index
            .position(self.text, offset, PositionEncoding::Utf32);
        Place {
            line: position.line.saturating_add(1),
            column: position.character.saturating_add(1),
        }
    }

    /// The lines of the text.
    pub fn index(&self) -> &PositionIndex {
        &self.index
    }

    fn ends(&self, span: Span) -> (Place, Place) {
        (self.at(span.start), self.at(span.end))
    }
}

impl FindingOutput {
    /// A finding and its fixes for `--json`.
    pub fn new(healed: &HealedFinding, places: &Places<'_>) -> Self {
        let finding: &Finding = &healed.finding;
        let (start, end) = places.ends(finding.span);
        Self {
            code: finding.code.to_string(),
            cluster: finding.cluster(),
            message: finding.message.clone(),
            severity: finding.severity,
            start,
            end,
            related: finding
                .related
                .iter()
                .map(|related| {
                    let (start, end) = places.ends(related.span);
                    RelatedOutput {
                        start,
                        end,
                        message: related.message.clone(),
                    }
                })
                .collect(),
            fixes: healed
                .fixes
                .iter()
                .map(|fix| FixProposal::new(fix, places))
                .collect(),
        }
    }
}

impl FixProposal {
    fn new(fix: &Fix, places: &Places<'_>) -> Self {
        Self {
            id: fix.id.clone(),
            title: fix.title(),
            applicability: fix.applicability,
            source: fix.source.clone(),
            evidence: fix.evidence.clone(),
            edits: fix
                .edits
                .iter()
                .map(|edit| {
                    let (start, end) = places.ends(edit.span);
                    EditOutput {
                        start,
                        end,
                        replacement: edit.replacement.clone(),
                    }
                })
                .collect(),
        }
    }
}
