//! `salve demo`: the whole cycle on a fresh machine.

use std::fs;

use serde_json::Value;

use crate::support::program::Workshop;
use crate::support::scripted_http::{ScriptedHttp, answer, json};

fn strings<'output>(findings: &'output Value, key: &str) -> Vec<&'output str> {
    let findings = findings.as_array().expect("a list");
    let values = findings.iter().map(|finding| &finding[key]);
    values.map(|value| value.as_str().expect("text")).collect()
}

#[test]
fn the_whole_cycle_needs_no_model_and_no_configuration() {
    let workshop = Workshop::new();
    let run = workshop.run(&["demo", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let output = run.json();
    assert_eq!(output["complete"], true, "{output}");
    let codes = strings(&output["findings"], "code");
    let mut different = codes.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(
        different.len(),
        codes.len(),
        "each mistake is of a kind of its own"
    );
    assert_eq!(output["run"]["stdout"], "three for 12.0\n");
    assert_eq!(output["run"]["exit"], 0);
    assert_eq!(output["recorded"], codes.len());
    assert_eq!(output["statistics"]["totalSuccesses"], codes.len());
    assert_eq!(output["databaseTrouble"], Value::Null);
    assert_eq!(output["model"]["connection"]["state"], "unreachable");

    let statistics = workshop.run(&["stats", "--json"]).json();
    assert_eq!(statistics["database"], output["database"]);
    // Confidence fades with time; what was counted does not.
    for count in ["totalPatterns", "totalSuccesses", "goldStandardCount"] {
        assert_eq!(
            statistics["statistics"][count], output["statistics"][count],
            "{count}"
        );
    }
}

#[test]
fn a_person_sees_every_step_and_what_to_type_next() {
    let run = Workshop::new().run(&["demo"]);
    for part in [
        "1. A broken program",
        "2. What is wrong",
        "SYN.MISSING_COLON",
        "+def total(order):\n",
        "proven by CPython",
        "> three for 12.0\n",
        "recorded as accepted in …/data/salve/salve.db",
        "accepted fixes",
        "does not answer",
        "salve fix FILE.py",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert!(!run.out.contains('\x1b'), "no colors in a pipe");
}

#[test]
fn without_an_interpreter_it_says_so_and_goes_on() {
    let workshop = Workshop::new();
    let empty = workshop.root().join("empty");
    fs::create_dir(&empty).expect("a folder");
    let output = workshop.command(&["demo"]).env("PATH", &empty).output();
    let run = workshop.finish(output.expect("salve starts"));
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "there is no interpreter to compile with",
        "not run: ",
        "python.interpreter",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[tokio::test]
async fn a_model_that_answers_heals_the_harder_program() {
    let workshop = Workshop::new();
    let models = r#"{"data": [{"id": "coder"}]}"#;
    let healed =
        "```python\ndef grade(points):\n    return \"passed\" if points > 50 else \"failed\"\n```";
    // It stands by its answer when it is asked for a smaller change.
    let mut script = vec![json("200 OK", &[], models)];
    script.extend(vec![answer(healed); 6]);
    let server = ScriptedHttp::start(script).await;
    let mut command = workshop.command(&["demo", "--json"]);
    command.env("SALVE_MODEL_PROVIDER", "custom").env(
        "SALVE_PROVIDERS_CUSTOM_URL",
        format!("{}/v1", server.address),
    );
    let output = tokio::task::spawn_blocking(move || command.output());
    let run = workshop.finish(output.await.expect("no panic").expect("salve starts"));
    let model = &run.json()["model"];
    assert_eq!(model["connection"]["state"], "ready", "{model}");
    let diff = model["diff"].as_str().expect("a diff");
    assert!(
        diff.contains("+    return \"passed\" if points > 50 else \"failed\"\n"),
        "{model}"
    );
    assert!(
        model["fix"]
            .as_str()
            .is_some_and(|fix| fix.contains("coder, compiles")),
        "{model}"
    );
}
