//! A model is asked, its answers are proven by a real interpreter, and it is told what was wrong with them.

use std::sync::{Arc, Mutex};

use salve::diagnose::{Finding, Severity};
use salve::engine::ports::{Knowledge, ModelError, ModelErrorKind, Outcome};
use salve::engine::{AskOutcome, AskProgress, Asking, Engine, Input, Source, Spend};
use salve::llm::{ModelSettings, ProviderModel};
use salve::repair::CostModel;
use salve::store::Store;
use salve::taxonomy::Code;
use salve::text::{Applicability, Span, apply};

use crate::support::python::{Blank, FixedClock, Python};
use crate::support::scripted_http::{Act, ScriptedHttp, answer, events, finish, json, piece};

const BROKEN: &str = "import os\n\ndef area(w, h)\n    return w * h\n\nprint(area(2, 3))\n";
const HEALED: &str = "import os\n\ndef area(w, h):\n    return w * h\n\nprint(area(2, 3))\n";
pub const GOOD: &str = "```python\ndef area(w, h):\n    return w * h\n```";

/// What came of an ask.
pub struct Asked {
    pub outcome: Result<AskOutcome, ModelError>,
    pub questions: Vec<serde_json::Value>,
    pub compiled: Vec<String>,
    pub progress: Vec<String>,
}

/// What is asked about.
pub struct Case<'text> {
    pub text: &'text str,
    pub at: &'text str,
    pub message: String,
    pub path: Option<String>,
    pub asking: Asking,
    pub knowledge: Arc<dyn Knowledge>,
}

async fn ask(script: Vec<Vec<Act>>) -> Asked {
    ask_about(BROKEN, "area(w, h)", script).await
}

async fn ask_about(text: &str, at: &str, script: Vec<Vec<Act>>) -> Asked {
    Case::new(text, at).ask(script).await.0
}

impl<'text> Case<'text> {
    /// A colon is missing at `at`.
    pub fn new(text: &'text str, at: &'text str) -> Self {
        Self {
            text,
            at,
            message: "a ':' is missing".to_owned(),
            path: None,
            asking: Asking::default(),
            knowledge: Arc::new(Blank),
        }
    }

    /// Asks a server that plays `script`, and returns also what can be asked again or recorded.
    pub async fn ask(self, script: Vec<Vec<Act>>) -> (Asked, Engine, Input, Finding) {
        let server = ScriptedHttp::start(script).await;
        let prover = Arc::new(Python::new());
        let engine = Engine {
            prover: prover.clone(),
            model: Some(Arc::new(model_at(&server))),
            knowledge: self.knowledge,
            clock: Arc::new(FixedClock),
            costs: CostModel::embedded(),
            asking: Arc::new(self.asking),
            learned_only: false,
        };
        let input = Input {
            text: self.text.into(),
            path: self.path,
            document_version: None,
            python_version: (3, 11),
        };
        let start = self.text.find(self.at).expect("the place");
        let finding = Finding {
            code: Code::new("SYN.MISSING_COLON"),
            construct: Some("function_def"),
            span: Span::new(start, start + self.at.len()),
            message: self.message,
            severity: Severity::Error,
            related: Vec::new(),
        };
        let progress = Mutex::new(Vec::new());
        let outcome = engine
            .ask(
                &input,
                &finding,
                Spend::WithinBudget,
                &|step: AskProgress<'_>| {
                    progress.lock().expect("no panic").push(format!("{step:?}"));
                },
            )
            .await;
        let asked = Asked {
            outcome,
            questions: server
                .seen()
                .iter()
                .map(|seen| serde_json::from_str(&seen.body).expect("JSON"))
                .collect(),
            compiled: prover.compiled(),
            progress: progress.into_inner().expect("no panic"),
        };
        (asked, engine, input, finding)
    }
}

/// A model behind a scripted server.
pub fn model_at(server: &ScriptedHttp) -> ProviderModel {
    let settings = ModelSettings {
        provider: "custom".to_owned(),
        url: format!("{}/v1", server.address),
        model: "coder".to_owned(),
        retries: 0,
        ..ModelSettings::default()
    };
    ProviderModel::new(settings, Arc::new(FixedClock)).expect("usable settings")
}

#[tokio::test]
async fn a_small_proven_answer_is_offered_for_one_click() {
    let asked = ask(vec![answer(GOOD)]).await;
    let outcome = asked.outcome.expect("an answer");
    let fix = outcome.fix.expect("a fix");
    assert_eq!(apply(BROKEN, &fix.edits).as_deref(), Ok(HEALED));
    assert_eq!(fix.applicability, Applicability::Unsafe);
    assert_eq!(
        fix.source,
        Source::Model {
            name: "coder".to_owned()
        }
    );
    assert_eq!(fix.evidence.summary(), "compiles");
    assert_eq!(outcome.tries, 1);
    assert_eq!((outcome.tokens_in, outcome.tokens_out), (Some(11), Some(3)));
    assert_eq!(
        asked.progress,
        [
            "Asking(1)".to_owned(),
            format!("Piece({GOOD:?})"),
            "Proving".to_owned()
        ]
    );
    let question = asked.questions[0]["messages"][1]["content"].to_string();
    assert!(question.contains("def area") && question.contains("a ':' is missing"));
    assert!(!question.contains("print"), "only the function is sent");
}

#[tokio::test]
async fn a_failed_answer_is_told_why_and_never_proven_twice() {
    let bad = "```\ndef area(w, h:\n    return w * h\n```";
    let asked = ask(vec![answer(bad), answer(bad), answer(GOOD)]).await;
    let outcome = asked.outcome.expect("an answer");
    let fix = outcome.fix.expect("a fix");
    assert_eq!(apply(BROKEN, &fix.edits).as_deref(), Ok(HEALED));
    assert_eq!(outcome.tries, 3);
    assert_eq!(outcome.tokens_in, Some(33));
    assert_eq!(
        outcome.failures,
        [
            "'(' was never closed: add ')' after 'h', in the line: def area(w, h:",
            "that answer was given before"
        ]
    );
    assert_eq!(
        asked.compiled,
        [HEALED],
        "what does not parse is not compiled"
    );
    let said =
        |question: usize, turn: usize| &asked.questions[question]["messages"][turn]["content"];
    assert!(said(1, 3).to_string().contains("was never closed"));
    let third = asked.questions[2].to_string();
    assert!(
        !third.contains("That is not right"),
        "asked afresh, not shown its own repetition"
    );
    assert_eq!(asked.questions[0]["temperature"], 0.0);
    assert_ne!(asked.questions[1]["temperature"], 0.0);
}

#[tokio::test]
async fn after_six_failures_there_is_no_fix() {
    let asked = ask(vec![answer("I cannot do that."); 9]).await;
    let outcome = asked.outcome.expect("answers");
    assert_eq!(outcome.fix, None);
    assert_eq!((outcome.tries, asked.questions.len()), (6, 6));
    assert_eq!(asked.compiled, [""; 0]);
}

#[tokio::test]
async fn a_large_change_is_only_shown() {
    let large = "```\ndef area(w, h):\n    if w < 0:\n        return 0\n    return w * h\n```";
    let asked = ask(vec![answer(large); 6]).await;
    let outcome = asked.outcome.expect("an answer");
    let fix = outcome.fix.expect("a fix");
    assert_eq!(fix.applicability, Applicability::DisplayOnly);
    assert_eq!(
        outcome.tries, 3,
        "a model that stands by its answer is not asked again"
    );
    let asked = ask(vec![answer(large), answer(GOOD)]).await;
    let fix = asked.outcome.expect("an answer").fix.expect("a fix");
    assert_eq!(
        fix.applicability,
        Applicability::Unsafe,
        "a small change that comes later is preferred"
    );
}

#[tokio::test]
async fn an_answer_that_was_cut_off_gets_more_room() {
    let mut cut = events();
    cut.extend([piece("```\ndef area("), finish("length")]);
    let asked = ask(vec![cut, answer(GOOD)]).await;
    let outcome = asked.outcome.expect("an answer");
    assert!(outcome.fix.is_some());
    assert_eq!(outcome.failures, ["the answer was cut off"]);
    let room = |question: usize| asked.questions[question]["max_tokens"].as_u64();
    assert_eq!(room(1), room(0).map(|tokens| tokens * 4));
}

#[tokio::test]
async fn a_failing_model_is_an_error_unless_something_was_proven() {
    let failing = || json("500 Oops", &[], "");
    let error = ask(vec![failing()]).await.outcome.expect_err("a failure");
    assert_eq!(error.kind, ModelErrorKind::Overloaded);
    let large = "```\ndef area(w, h):\n    if w < 0:\n        return 0\n    return w * h\n```";
    let asked = ask(vec![answer(large), failing()]).await;
    assert!(asked.outcome.expect("an answer").fix.is_some());
}

#[tokio::test]
async fn what_is_too_long_is_not_sent() {
    let long = format!("x = [{}\n", "1, ".repeat(9000));
    let asked = ask_about(&long, "x = [", vec![answer(GOOD)]).await;
    let outcome = asked.outcome.expect("no failure");
    assert_eq!((outcome.fix, outcome.tries), (None, 0));
    assert_eq!(outcome.failures.len(), 1);
    assert_eq!(asked.questions, [serde_json::Value::Null; 0]);
}

#[tokio::test]
async fn beside_other_mistakes_a_fix_is_proven_together_with_their_repairs() {
    let text = format!("{BROKEN}\nwhile True\n    pass\n");
    let asked = ask_about(&text, "area(w, h)", vec![answer(GOOD)]).await;
    let fix = asked.outcome.expect("an answer").fix.expect("a fix");
    assert_eq!(fix.evidence.summary(), "compiles with 1 other fix");
    assert_eq!(fix.evidence.errors_left, 1);
    let healed = apply(&text, &fix.edits).expect("the edits fit");
    assert!(
        healed.contains("while True\n"),
        "only its own mistake is changed"
    );
}

#[tokio::test]
async fn what_a_person_rejected_is_not_offered_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store: Arc<dyn Knowledge> = Arc::new(Store::open(folder.path().join("salve.db")));
    let at = "area(w, h)";
    let mut case = Case::new(BROKEN, at);
    case.knowledge = store.clone();
    let (asked, engine, input, finding) = case.ask(vec![answer(GOOD)]).await;
    let outcome = asked.outcome.expect("an answer");
    engine.record_asked(&input, &finding, &outcome);
    engine.record_outcome(&outcome.fix.expect("a fix").id, Outcome::Rejected);
    store.flush().expect("a record on disk");

    let mut case = Case::new(BROKEN, at);
    case.knowledge = store;
    let again = case.ask(vec![answer(GOOD); 6]).await.0;
    let outcome = again.outcome.expect("an answer");
    assert_eq!(outcome.fix, None);
    assert_eq!(
        outcome.failures.first().map(String::as_str),
        Some("that answer was rejected before")
    );
    assert_eq!(again.compiled, [""; 0]);
}

#[tokio::test]
async fn an_answer_that_ends_the_program_early_is_turned_down_and_told_why() {
    let bad = "```python\ndef area(w, h):\n    os._exit(0)\n    return w * h\n```";
    let asked = ask(vec![answer(bad), answer(GOOD)]).await;
    let outcome = asked.outcome.expect("an answer");
    assert_eq!(
        outcome.failures,
        ["uses os._exit, which the program did not before"]
    );
    let fix = outcome.fix.expect("a fix");
    assert_eq!(apply(BROKEN, &fix.edits).as_deref(), Ok(HEALED));
    let told = asked.questions[1]["messages"][3]["content"].to_string();
    assert!(told.contains("uses os._exit"), "{told}");
}
