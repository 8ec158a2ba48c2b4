//! `salve train`: the real program on small files of pairs and a small library.

use serde_json::{Value, json};

use crate::support::program::{Run, Workshop};

/// A library with something to read and something to damage.
fn library(workshop: &Workshop) {
    for file in 0..16 {
        let functions: String = (0..6)
            .map(|number| {
                format!(
                    "def total_{number}(orders, rate=1.{file}):\n    result = {number}\n    \
                     for order in orders:\n        if order.is_paid():\n            \
                     result += order.price * rate\n    return result\n\n\n"
                )
            })
            .collect();
        workshop.file(&format!("library/module_{file}.py"), functions);
    }
}

/// Twenty programs in which two numbers stand side by side, and what belongs between them.
fn pairs(between: &str) -> String {
    let names = ["price", "width", "total", "count", "delay"];
    let pair = |number: usize| {
        let name = names[number % names.len()];
        let (left, right) = (number + 3, number * 7 + 2);
        json!({
            "id": format!("pair {number}"),
            "lang": "python",
            "code": format!("{name} = {left} {right}\n"),
            "fixed": format!("{name} = {left}{between} {right}\n"),
            "error": {"line": 1},
        })
        .to_string()
    };
    let lines: Vec<String> = (0..20).map(pair).collect();
    lines.join("\n")
}

fn train(workshop: &Workshop, pairs: &str, out: &str) -> Run {
    workshop.run(&[
        "train",
        pairs,
        "--library",
        "library",
        "--damage",
        "12",
        "--out",
        out,
    ])
}

/// How many of the pairs have their own fix first, by the model in `costs`.
fn right(workshop: &Workshop, pairs: &str, costs: &str) -> u64 {
    let run = workshop.run(&["--json", "eval", pairs, "--costs", costs]);
    assert_eq!(run.code, 0, "{}", run.err);
    let figures: Value = serde_json::from_str(&run.out).expect("figures");
    figures["exact"]["top1"]["count"].as_u64().expect("a count")
}

#[test]
fn what_people_mean_is_learned_from_what_they_did() {
    let workshop = Workshop::new();
    library(&workshop);
    for (name, between) in [("commas", ","), ("sums", " +")] {
        workshop.file(&format!("{name}.jsonl"), pairs(between));
        let run = train(&workshop, &format!("{name}.jsonl"), &format!("{name}.bin"));
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let judged = ["commas", "sums"].map(|model| {
        ["commas.jsonl", "sums.jsonl"].map(|pairs| right(&workshop, pairs, &format!("{model}.bin")))
    });
    assert_eq!(judged, [[20, 0], [0, 20]]);
}

#[test]
fn the_same_input_gives_the_same_file() {
    let workshop = Workshop::new();
    library(&workshop);
    workshop.file("pairs.jsonl", pairs(","));
    let [first, second] = ["first.bin", "second.bin"].map(|out| {
        let run = train(&workshop, "pairs.jsonl", out);
        assert_eq!(run.code, 0, "{}", run.err);
        workshop.bytes(out)
    });
    assert!(first == second, "the files differ");
    assert!(first.len() <= 3_000_000, "{} bytes", first.len());
}

#[test]
fn what_cannot_be_learned_from_is_told() {
    let workshop = Workshop::new();
    library(&workshop);
    workshop.file("empty/notes.txt", "no code");
    workshop.file("pairs.jsonl", "{\"id\": 1}\n");
    workshop.file("no.bin", "no model");
    let told = |arguments: &[&str], wanted: &str| {
        let run = workshop.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(wanted), "{arguments:?}: {}", run.err);
    };
    told(
        &["train", "--library", "empty", "--out", "x.bin"],
        "empty: holds no Python",
    );
    told(
        &["train", "--library", "absent", "--out", "x.bin"],
        "absent: cannot be read",
    );
    told(
        &[
            "train",
            "pairs.jsonl",
            "--library",
            "library",
            "--out",
            "x.bin",
        ],
        "pairs.jsonl:1:",
    );
    told(
        &[
            "train",
            "--library",
            "library",
            "--damage",
            "2",
            "--out",
            "absent/x.bin",
        ],
        "absent/x.bin: cannot be written",
    );
    told(
        &[
            "train",
            "--library",
            "library",
            "--damage",
            "0",
            "--out",
            "x.bin",
        ],
        "nothing to learn from",
    );
    told(
        &["eval", "pairs.jsonl", "--costs", "no.bin"],
        "no.bin: no cost model",
    );
}
