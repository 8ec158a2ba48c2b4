//! Damage to the standard library of the machine's Python: what salve reached once, it reaches from then on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use super::figures;
use crate::support::drift;

/// Seed and size of the set; the size is what a debug build measures in half a minute.
const SET: [&str; 5] = ["--damage", "--seed", "1", "--limit", "300"];

const OUTCOME: &str = "tests/it/eval/outcome.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    at_least: BTreeMap<String, f64>,
    at_most: BTreeMap<String, f64>,
}

/// The figures of a run that do not depend on the machine's speed.
fn reached(figures: &Value) -> BTreeMap<&'static str, f64> {
    let number = |pointer: &str| {
        let value = figures.pointer(pointer).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("{pointer} is no number: {figures}"))
    };
    BTreeMap::from([
        ("crashed", number("/crashed")),
        ("detected", number("/detected/share")),
        ("first_line", number("/firstLine/share")),
        ("with_fix", number("/fixed/share")),
        ("compiles", number("/compiles/share")),
        ("top1", number("/exact/top1/share")),
        ("top5", number("/exact/top5/share")),
        ("named", number("/naming/right/share")),
        (
            "findings_per_mistake",
            number("/singleErrors/findingsPerMistake"),
        ),
        ("exactly_one", number("/singleErrors/exactlyOne/share")),
    ])
}

#[test]
fn damage_to_the_standard_library_is_healed_as_well_as_before() {
    let output = Command::new(env!("CARGO_BIN_EXE_salve"))
        .arg("eval")
        .args(SET)
        .arg("--json")
        .output()
        .expect("salve starts");
    let figures = figures(&output);
    assert_eq!(figures["rows"], 300, "{figures}");
    let reached = reached(&figures);
    if drift::is_updating() {
        drift::check(OUTCOME, &outcome(&figures, &reached));
    }
    let floors: Floors = toml::from_str(include_str!("floors.toml")).expect("the floors");
    let below = floors.at_least.iter().filter_map(|(name, floor)| {
        let value = reached[name.as_str()];
        (value < *floor).then(|| format!("{name} is {value:.3}, less than {floor}"))
    });
    let above = floors.at_most.iter().filter_map(|(name, ceiling)| {
        let value = reached[name.as_str()];
        (value > *ceiling).then(|| format!("{name} is {value:.3}, more than {ceiling}"))
    });
    let complaints: Vec<String> = below.chain(above).collect();
    assert!(
        complaints.is_empty(),
        "{}\nsee `salve eval {}`",
        complaints.join("\n"),
        SET.join(" ")
    );
}

/// The page that is kept of a run.
fn outcome(figures: &Value, reached: &BTreeMap<&str, f64>) -> String {
    let interpreter = figures["interpreter"].as_str().unwrap_or("none");
    let interpreter = interpreter.split(" (").next().unwrap_or_default();
    let mut page = format!(
        "# What `salve eval {}` reached. Rewrite with SALVE_UPDATE=1 cargo test.\n\nlibrary = \"{interpreter}\"\n",
        SET.join(" ")
    );
    for (name, value) in reached {
        writeln!(page, "{name} = {value:.3}").expect("a string takes it");
    }
    page
}

#[test]
fn a_folder_is_damaged_the_same_way_for_the_same_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = "def area(width, height):\n    if width < 0:\n        raise ValueError(\"width\")\n    sides = [width, height]\n    return sides[0] * sides[1]\n\n\nprint(area(2, 3))\n";
    for (name, place) in [("a.py", "kept"), ("b.py", "kept"), ("c.py", "tests")] {
        let place = folder.path().join(place);
        std::fs::create_dir_all(&place).expect("a folder");
        std::fs::write(place.join(name), program).expect("a file");
    }
    let rows = folder.path().join("rows.jsonl");
    let run = |seed: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_salve"))
            .arg("eval")
            .arg("--damage")
            .arg(folder.path())
            .args(["--seed", seed, "--limit", "12", "--json", "--rows"])
            .arg(&rows)
            .output()
            .expect("salve starts");
        assert_eq!(figures(&output)["rows"], 12);
        let written = std::fs::read_to_string(&rows).expect("the rows");
        let ids: Vec<String> = written
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("a row")["id"].to_string())
            .collect();
        ids
    };
    let first = run("5");
    assert_eq!(first, run("5"));
    assert_ne!(first, run("6"));
    assert!(first.iter().all(|id| id.contains("kept")), "{first:?}");
}

#[test]
fn a_folder_without_python_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_salve"))
        .arg("eval")
        .arg("--damage")
        .arg(folder.path())
        .output()
        .expect("salve starts");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(message.contains("holds no Python"), "{message}");
}
