//! What was learned, in numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Knowledge, KnowledgeError};

/// Totals over all patterns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternStats {
    /// Patterns with at least one outcome.
    pub total_patterns: u64,
    /// Templates that are looked up when something is found.
    pub total_templates: u64,
    /// Accepted fixes.
    pub total_successes: u64,
    /// Fixes that were rejected before they were applied.
    pub total_rejected: u64,
    /// Fixes that were taken back within a minute, or rejected after they were applied.
    pub total_undone: u64,
    /// Fixes that were applied and edited away later.
    pub total_edited_away: u64,
    /// Fixes that were shown while another one was taken.
    pub total_passed_over: u64,
    /// Fixes that were still there after the next save, or after ten minutes.
    pub total_survived: u64,
    /// How often a fix was shown for the first time for a mistake, in a file, on a day.
    pub total_exposures: u64,
    /// Patterns that meet the gold rule, or are pinned.
    pub gold_standard_count: u64,
    /// Mean of the patterns' confidence; `None` while there is no pattern.
    pub overall_avg_confidence: Option<f64>,
    /// How well what was said of fixes agrees with what became of them; `None` while nothing can be said.
    pub calibration: Option<Calibration>,
    /// The patterns that were used last, newest first; at most 10.
    pub recent_patterns: Vec<PatternSummary>,
}

/// One pattern in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternSummary {
    /// Names it in this record.
    pub id: i64,
    /// `SYN.MISSING_COLON:function_def`
    pub cluster_id: String,
    /// What the fix does.
    pub fix_description: String,
    /// When it was last accepted, in Unix seconds.
    pub last_success: Option<i64>,
    /// How often it was accepted, and stayed so.
    pub success_count: u64,
    /// How often it was rejected before it was applied.
    pub rejected_count: u64,
    /// How often it was taken back within a minute, or rejected after it was applied.
    pub undone_count: u64,
    /// How often it was applied and edited away later.
    pub edited_away_count: u64,
    /// How often it was shown while another fix was taken.
    pub passed_over_count: u64,
    /// How often it was still there after the next save, or after ten minutes.
    pub survived_count: u64,
    /// How often it was shown for the first time for a mistake, in a file, on a day.
    pub exposures: u64,
    /// Its successes and failures as they weigh now.
    pub weighted_outcomes: f64,
    /// Posterior mean of its being right, 0 to 1: the confidence.
    pub avg_confidence: f64,
    /// The rate that is exceeded with 95 % certainty, 0 to 1: what ranks and promotes.
    pub lower_bound: f64,
    /// Whether it meets the gold rule, or is pinned.
    pub gold: bool,
    /// What made it gold; `None` where it is not.
    pub gold_source: Option<GoldSource>,
}

/// What made a pattern gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoldSource {
    /// Its outcomes meet the gold rule.
    Evidence,
    /// A person pinned it; the confidence is what it is.
    Human,
}

/// How well what was said of fixes when they were shown agrees with what became of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Decisions of which a prediction is known.
    pub decisions: u64,
    /// Mean squared difference between prediction and outcome, 0 to 1; 0 is perfect, 0.25 is what always saying one
    /// half gives.
    pub brier_score: f64,
    /// Mean distance between prediction and outcome over the bins, by their weight, 0 to 1.
    pub expected_calibration_error: f64,
    /// Ten equal parts of the predictions from 0 to 1; those without a decision are left out.
    pub bins: Vec<CalibrationBin>,
}

/// The decisions whose predictions lay close together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalibrationBin {
    /// The lowest prediction that belongs here, 0 to 0.9.
    pub from: f64,
    /// How many decisions.
    pub decisions: u64,
    /// Mean prediction, 0 to 1.
    pub predicted: f64,
    /// The share that was right, 0 to 1; a fix that was passed over weighs less than one that was rejected.
    pub observed: f64,
}

/// Everything that is known of a pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatternDetail {
    /// The numbers.
    pub summary: PatternSummary,
    /// Language, such as `python`.
    pub language: String,
    /// Different files in which it was accepted.
    pub files: u64,
    /// Different days (UTC) on which it was accepted.
    pub days: u64,
    /// When a person pinned it, in Unix seconds.
    pub pinned_at: Option<i64>,
    /// What other records know of it: successes and failures as they weigh now.
    pub imported_successes: f64,
    /// See `imported_successes`.
    pub imported_failures: f64,
    /// How often what its templates made of a text was proven.
    pub proofs_held: u64,
    /// How often it was not.
    pub proofs_failed: u64,
    /// What became of its fixes, the newest first; at most 50.
    pub history: Vec<PastOutcome>,
    /// Its templates, the most specific first.
    pub templates: Vec<TemplateDetail>,
    /// Accepted fixes as tokens, with names and literals abstracted, the newest first.
    pub examples: Vec<Example>,
    /// How well what was said of its fixes agrees with what became of them.
    pub calibration: Option<Calibration>,
}

/// Something that became of a fix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PastOutcome {
    /// When, in Unix seconds.
    pub at: i64,
    /// `accepted`, `survived`, `undone`, `edited_away`, `passed_over` or `rejected`.
    pub outcome: String,
    /// Who proposed the fix: `rule`, `learned`, `person` or `model`.
    pub proposed_by: String,
    /// How likely it was said to be right, 0 to 1.
    pub predicted: Option<f64>,
    /// Whether it counts: an acceptance that was taken back does not.
    pub counts: bool,
}

/// A template and what became of its fixes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDetail {
    /// Names it in this record.
    pub id: i64,
    /// What the parser complains about where it is tried.
    pub complaint: String,
    /// How general it is, 0 being the most specific.
    pub level: u8,
    /// What it does, for people.
    pub description: String,
    /// Posterior mean of its being right where it fits, 0 to 1.
    pub avg_confidence: f64,
    /// The rate that is exceeded with 95 % certainty, 0 to 1.
    pub lower_bound: f64,
    /// Its successes as they weigh now.
    pub successes: f64,
    /// Its failures as they weigh now.
    pub failures: f64,
    /// How often what it made of a text was proven.
    pub proofs_held: u64,
    /// How often it was not.
    pub proofs_failed: u64,
    /// How often a fix of it was shown for the first time for a mistake, in a file, on a day.
    pub exposures: u64,
    /// When it was last of use, in Unix seconds.
    pub last_used: i64,
}

/// An accepted fix as tokens, with names and literals abstracted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// When it was accepted, in Unix seconds.
    pub at: i64,
    /// The tokens around the change, before it.
    pub before: String,
    /// The same tokens after it.
    pub after: String,
}

/// Which patterns to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatternFilter {
    /// Only those of this code, such as `SYN.MISSING_COLON`.
    pub code: Option<String>,
    /// Only those that meet the gold rule, or are pinned.
    pub gold_only: bool,
    /// At most so many, the last used first; all if `None`.
    pub limit: Option<usize>,
}

/// What people see of what was learned, and do about it. Every method may wait for the disk.
///
/// # Errors
/// All of them: when the record cannot be read or written, or not within ten seconds.
pub trait Patterns: Knowledge {
    /// A number that changes whenever anybody writes to the record, other processes included. Takes microseconds.
    fn revision(&self) -> Result<i64, KnowledgeError>;

    /// The patterns that there is anything to say of and that pass the filter, the last used first.
    fn patterns(&self, filter: &PatternFilter) -> Result<Vec<PatternSummary>, KnowledgeError>;

    /// Everything that is known of the pattern of this id; `None` where there is none.
    fn pattern(&self, id: i64) -> Result<Option<PatternDetail>, KnowledgeError>;

    /// Declares a pattern gold, or takes that back; its confidence stays what it is. Returns whether there is such a
    /// pattern.
    fn pin(&self, id: i64, is_pinned: bool) -> Result<bool, KnowledgeError>;
}
