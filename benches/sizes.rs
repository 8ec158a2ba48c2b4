//! How long the same mistake takes in files of different sizes: `cargo bench --bench sizes`.
//!
//! Prints, for each shape of file and each mistake, the median time of `repair::examine` less that of one plain parse
//! of the file, in milliseconds, for 100, 1,000, 10,000 and 50,000 lines.
#![expect(
    clippy::print_stdout,
    reason = "a bench prints its figures to whoever runs it"
)]

use std::fmt::Write as _;
use std::time::Instant;

use salve::lang::python::{Version, parse};
use salve::repair::{CostModel, examine};

const VERSION: Version = Version {
    major: 3,
    minor: 13,
};
const SIZES: [usize; 4] = [100, 1_000, 10_000, 50_000];
const RUNS: usize = 9;

/// What is done to the function in the middle: its name, the text that is looked for, and what stands there afterwards.
const MISTAKES: [(&str, &str, &str); 4] = [
    ("dropped colon", "if row:\n", "if row\n"),
    ("unclosed bracket", "str(number))\n", "str(number)\n"),
    (
        "body not indented",
        "if row:\n            total",
        "if row:\n        total",
    ),
    ("unterminated string", "'none'", "'none"),
];

fn main() {
    let costs = CostModel::embedded();
    println!(
        "{:32} {:>9} {:>9} {:>9} {:>9}",
        "ms", 100, 1_000, 10_000, 50_000
    );
    for in_class in [false, true] {
        for (name, whole, damaged) in MISTAKES {
            let shape = if in_class { "one class" } else { "functions" };
            let mut line = format!("{:32}", format!("{shape}, {name}"));
            for size in SIZES {
                let text = program(size, in_class, whole, damaged);
                let plain = median(|| drop(parse(&text, VERSION)));
                let examined = median(|| drop(examine(&text, VERSION, &costs)));
                let _ = write!(line, " {:9.3}", examined - plain);
            }
            println!("{line}");
        }
    }
}

/// A program of about `lines` lines; one thing is damaged in its middle.
fn program(lines: usize, in_class: bool, whole: &str, damaged: &str) -> String {
    let count = lines / 10;
    let indent = if in_class { "    " } else { "" };
    let mut text = if in_class {
        "class Rows:\n".to_owned()
    } else {
        String::new()
    };
    for number in 0..count {
        let mut part = format!(
            "def count_{number}(rows, limit={number}):\n    \"\"\"Counts what is in rows.\"\"\"\n    total = 0\n    for row in rows:\n        if row:\n            total += len(row[0]) * limit\n        else:\n            print('none', str(number))\n    return {{'total': total, 'limit': [limit, {number}]}}\n\n"
        );
        if number == count / 2 {
            part = part.replacen(whole, damaged, 1);
        }
        for line in part.split_inclusive('\n') {
            if line != "\n" {
                text.push_str(indent);
            }
            text.push_str(line);
        }
    }
    text
}

/// The median of how long `work` takes, in milliseconds.
fn median(work: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(RUNS / 2).copied().unwrap_or(0.0)
}
