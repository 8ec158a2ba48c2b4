use serde::{Deserialize, Serialize};

/// What a proof step did, in the order in which they are climbed.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The exact parser reads the text with strictly fewer errors and none that is new.
    Parse,
    /// The project's interpreter compiles the text.
    Compile,
    /// The fix brings in nothing that no repair needs, such as an early end or a hidden exception.
    Gate,
    /// The project's linter has nothing new to say.
    Lint,
    /// The project's type checker has nothing new to say.
    Types,
    /// The program runs in the sandbox without the error that it had there before.
    Run,
    /// The tests that concern the file pass in the sandbox.
    Tests,
}

/// How a proof step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be decided: no interpreter, timed out, denied.
    Inconclusive,
}

/// One step of a proof and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What a person should know of it, such as the interpreter's message.
    pub detail: Option<String>,
    /// How many things it looked at, where that says something: the tests that passed.
    pub count: Option<u32>,
}

impl Step {
    /// A step that looked at nothing that is worth counting.
    pub fn new(kind: StepKind, verdict: Verdict, millis: u64, detail: Option<String>) -> Self {
        Self {
            kind,
            verdict,
            millis,
            detail,
            count: None,
        }
    }
}

/// What was proven of a fix on one version of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Evidence {
    /// The steps in the order in which they were taken.
    pub steps: Vec<Step>,
    /// The interpreter that compiled, such as `CPython 3.11.7 (/usr/bin/python3)`.
    pub interpreter: Option<String>,
    /// How many other fixes of the same text were applied with it for the compile step.
    pub together_with: usize,
    /// How many errors stay in the text when only this fix is applied.
    pub errors_left: usize,
}

impl Evidence {
    /// The highest step that passed, unless one failed.
    pub fn level(&self) -> Option<StepKind> {
        if self
            .steps
            .iter()
            .any(|step| step.verdict == Verdict::Failed)
        {
            return None;
        }
        self.steps
            .iter()
            .filter(|step| step.verdict == Verdict::Passed)
            .map(|step| step.kind)
            .max()
    }

    /// Whether the fix may be shown at all.
    pub fn is_proven(&self) -> bool {
        self.level().is_some()
    }

    /// The proof in a few words for a title, by the highest rung that was reached: `compiles`,
    /// `compiles with 2 other fixes`, `compiles, lint clean`, `runs in the sandbox`, `12 tests pass`; without an
    /// interpreter `parses, not compiled`.
    ///
    /// Mistakes that nothing cures are set aside for the compile step, and the words say so.
    pub fn summary(&self) -> String {
        if !self.is_proven() {
            return "not proven".to_owned();
        }
        if let Some(step) = self.passed(StepKind::Tests) {
            return match step.count {
                Some(1) => "1 test passes".to_owned(),
                Some(tests) => format!("{tests} tests pass"),
                None => "tests pass".to_owned(),
            };
        }
        let base = match (
            self.passed(StepKind::Run).is_some(),
            self.passed(StepKind::Compile).is_some(),
        ) {
            (true, _) => "runs in the sandbox",
            (false, true) => "compiles",
            (false, false) => "parses, not compiled",
        };
        let is_alone = self.together_with == 0 || base == "parses, not compiled";
        let company = match self.together_with {
            _ if is_alone => String::new(),
            1 => " with 1 other fix".to_owned(),
            others => format!(" with {others} other fixes"),
        };
        let tools = if base != "compiles" {
            ""
        } else if self.passed(StepKind::Types).is_some() {
            ", types check"
        } else if self.passed(StepKind::Lint).is_some() {
            ", lint clean"
        } else {
            ""
        };
        let proven = format!("{base}{company}{tools}");
        match self.errors_left.saturating_sub(self.together_with) {
            0 => proven,
            1 => format!("{proven}, 1 mistake set aside"),
            aside => format!("{proven}, {aside} mistakes set aside"),
        }
    }

    /// Whether a step of this kind was taken, whatever came of it.
    pub fn has(&self, kind: StepKind) -> bool {
        self.steps.iter().any(|step| step.kind == kind)
    }

    /// The step of this kind if it passed.
    fn passed(&self, kind: StepKind) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.kind == kind && step.verdict == Verdict::Passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(steps: &[(StepKind, Verdict)]) -> Evidence {
        let steps = steps.iter();
        Evidence {
            steps: steps
                .map(|(kind, verdict)| Step::new(*kind, *verdict, 0, None))
                .collect(),
            ..Evidence::default()
        }
    }

    #[test]
    fn the_title_names_the_highest_rung() {
        use StepKind::{Compile, Gate, Lint, Parse, Run, Tests, Types};
        use Verdict::{Failed, Inconclusive, Passed};
        let mut climbed = vec![(Parse, Passed)];
        for (rung, words) in [
            ((Compile, Passed), "compiles"),
            ((Gate, Passed), "compiles"),
            ((Lint, Passed), "compiles, lint clean"),
            ((Types, Inconclusive), "compiles, lint clean"),
            ((Types, Passed), "compiles, types check"),
            ((Run, Inconclusive), "compiles, types check"),
            ((Run, Passed), "runs in the sandbox"),
            ((Tests, Passed), "tests pass"),
            ((Lint, Failed), "not proven"),
        ] {
            climbed.push(rung);
            assert_eq!(evidence(&climbed).summary(), words, "{climbed:?}");
        }
        let not_compiled = [(Parse, Passed), (Compile, Inconclusive), (Gate, Passed)];
        assert_eq!(evidence(&not_compiled).summary(), "parses, not compiled");
        assert_eq!(evidence(&not_compiled).level(), Some(Gate));
        assert_eq!(evidence(&[]).summary(), "not proven");
    }

    #[test]
    fn the_title_tells_of_company_and_counts() {
        use Verdict::Passed;
        let mut evidence = evidence(&[
            (StepKind::Parse, Passed),
            (StepKind::Compile, Passed),
            (StepKind::Lint, Passed),
        ]);
        evidence.together_with = 2;
        evidence.errors_left = 3;
        assert_eq!(
            evidence.summary(),
            "compiles with 2 other fixes, lint clean, 1 mistake set aside"
        );
        let mut tests = Step::new(StepKind::Tests, Passed, 0, None);
        tests.count = Some(12);
        evidence.steps.push(tests);
        assert_eq!(evidence.summary(), "12 tests pass");
    }
}
