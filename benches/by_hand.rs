//! How well fixes made by hand are recognized: `cargo bench --bench by_hand -- FILE.jsonl [ROWS [SEED]]`.
//!
//! FILE holds rows `{"id", "lang", "code", "fixed"}`: broken programs and what people made of them. ROWS of them (200
//! unless told) are opened in the language server, and the fix is typed word by word, in every other row with an editor
//! that closes brackets by itself. Then as many whole programs are typed from nothing, with ordinary typos that are
//! corrected at once, saving now and then in the middle of a line and turning elsewhere for a moment: there, everything
//! that is recorded is false.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a bench prints its figures to whoever runs it, and a failure of its machinery ends it"
)]

#[path = "../tests/it/support/client.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod client;
#[path = "../tests/it/support/typist.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod typist;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use salve::damage::shuffled;
use salve::engine::ports::{Clock, CompileVerdict};
use salve::engine::{Engine, Input};
use salve::prove::{CPythonProver, Environment, Interpreters, Limits, Lookup};
use salve::repair::CostModel;
use salve::server::{Parts, PartsFactory, ServerSettings};
use serde::Deserialize;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use client::Client;
use typist::{Typist, Witness};

/// Texts of more lines take too long to type.
const MAX_LINES: usize = 120;

#[derive(Deserialize)]
struct Raw {
    id: serde_json::Value,
    lang: String,
    code: String,
    fixed: Option<String>,
}

/// A row of Python whose fix is known.
struct Row {
    id: String,
    code: String,
    fixed: String,
}

impl Row {
    fn new(raw: Raw) -> Option<Self> {
        Some(Self {
            id: raw.id.to_string(),
            code: raw.code,
            fixed: raw.fixed.filter(|_| raw.lang == "python")?,
        })
    }
}

struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> i64 {
        1_445_412_480
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let Some(file) = words.first() else {
        println!(
            "name a file of rows with `code` and `fixed`: cargo bench --bench by_hand -- FILE.jsonl"
        );
        return Ok(());
    };
    let number = |place: usize, default: usize| {
        words
            .get(place)
            .and_then(|word| word.parse().ok())
            .unwrap_or(default)
    };
    let (count, seed) = (number(1, 200), number(2, 1) as u64);
    let rows: Vec<Raw> = std::fs::read_to_string(file)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let rows = shuffled(rows.into_iter().filter_map(Row::new).collect(), seed);
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_env_filter("salve::server::follow=debug")
        .with_writer(log.clone())
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .init();
    tokio::time::pause();
    let bench = Bench::new();
    bench.mend(&rows, count, &log).await;
    bench.write(&rows, count, seed, &log).await;
    Ok(())
}

struct Bench {
    engine: Engine,
    witness: Arc<Witness>,
}

impl Bench {
    fn new() -> Self {
        let lookup = Lookup {
            folder: std::env::temp_dir(),
            environment: Environment::new(std::env::vars_os()),
            ..Lookup::default()
        };
        let witness = Witness::new();
        let prover = CPythonProver::new(Interpreters::default(), lookup, Limits::default());
        let engine = Engine {
            prover: Arc::new(prover),
            model: None,
            knowledge: Arc::clone(&witness) as _,
            clock: Arc::new(StandingClock),
            costs: CostModel::embedded(),
            asking: Arc::default(),
            learned_only: false,
        };
        Self { engine, witness }
    }

    async fn client(&self) -> Client {
        let parts = Parts {
            engine: self.engine.clone(),
            settings: ServerSettings {
                debounce: Duration::ZERO,
                proof_delay: Duration::from_secs(3600),
                ..ServerSettings::default()
            },
            warnings: Vec::new(),
            defaults: None,
        };
        let factory: PartsFactory = Arc::new(move |_| parts.clone());
        Client::start(factory, json!({})).await.0
    }

    /// Types the fixes of rows, and prints how many were recognized.
    async fn mend(&self, rows: &[Row], count: usize, log: &Log) {
        let (mut typed, mut recorded, mut fixes) = (0_usize, 0_usize, 0_usize);
        let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
        let mut missed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows {
            if typed == count {
                break;
            }
            if let Err(why) = self.suits(row).await {
                *left_out.entry(why).or_default() += 1;
                continue;
            }
            let mut typist =
                Typist::open(self.client().await, "file:///work/row.py", &row.code).await;
            typist.closes = typed % 2 == 0;
            typed += 1;
            log.take();
            typist.change_to(&row.fixed).await;
            typist.save().await;
            assert_eq!(typist.client.finish().await, 0);
            let found = self.witness.by_hand().len();
            fixes += found;
            recorded += usize::from(found > 0);
            if found == 0 {
                let why = log
                    .take()
                    .lines()
                    .last()
                    .unwrap_or("nothing was looked at")
                    .to_owned();
                let why = why
                    .split("left=")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                missed.entry(why).or_default().push(row.id.clone());
            }
        }
        let share = 100.0 * recorded as f64 / typed.max(1) as f64;
        let none: usize = missed
            .iter()
            .filter(|(why, _)| why.contains("line was deleted"))
            .map(|(_, rows)| rows.len())
            .sum();
        let rest = 100.0 * recorded as f64 / (typed - none).max(1) as f64;
        println!(
            "fixes that were typed: {typed}; recognized: {recorded} ({share:.1} %), as {fixes} fixes"
        );
        println!("without the {none} that delete or hide the line of the mistake: {rest:.1} %");
        println!("left out: {left_out:?}");
        for (why, rows) in missed {
            println!(
                "missed {:4}  {why}  {}",
                rows.len(),
                rows.join(" ").chars().take(60).collect::<String>()
            );
        }
    }

    /// Whether a row shows a mistake that salve sees, and a fix of it.
    async fn suits(&self, row: &Row) -> Result<(), &'static str> {
        if row.code.lines().count() > MAX_LINES || row.fixed.lines().count() > MAX_LINES {
            return Err("longer than 120 lines");
        }
        if row.fixed.contains('\r') || row.code.contains('\r') {
            return Err("with other line breaks");
        }
        if self.findings(&row.code) == 0 {
            return Err("salve finds nothing wrong in the broken text");
        }
        // Off this thread, on which the clock would run ahead while everybody waits.
        let (prover, fixed) = (Arc::clone(&self.engine.prover), row.fixed.clone());
        let runtime = tokio::runtime::Handle::current();
        let compiling =
            tokio::task::spawn_blocking(move || runtime.block_on(prover.compile(fixed.as_bytes())));
        match compiling.await.expect("no panic").verdict {
            CompileVerdict::Accepted => Ok(()),
            _ => Err("still does not compile"),
        }
    }

    fn findings(&self, text: &str) -> usize {
        let input = Input {
            text: text.into(),
            path: None,
            document_version: None,
            python_version: (3, 13),
        };
        self.engine.diagnose(&input).len()
    }

    /// Types whole programs, and prints what was taken for a fix.
    async fn write(&self, rows: &[Row], count: usize, seed: u64, log: &Log) {
        let mut random = Rng::with_seed(seed);
        let (mut written, mut typos, mut false_ones) = (0, 0, 0);
        for row in rows {
            if written == count {
                break;
            }
            if self.suits(row).await.is_err() || self.findings(&row.fixed) > 0 {
                continue;
            }
            written += 1;
            log.take();
            let mut typist = Typist::open(self.client().await, "file:///work/new.py", "").await;
            typist.closes = random.bool();
            let saves = random.bool();
            let wanders = random.bool();
            let mut at = 0;
            for line in row.fixed.split_inclusive('\n') {
                for word in line.split_inclusive([' ', '(', '.', ',']) {
                    if random.u8(..) < 12 {
                        // A slip, seen at once.
                        let length = random.usize(1..3);
                        let slip: String = std::iter::repeat_with(|| random.lowercase())
                            .take(length)
                            .collect();
                        let end = typist.type_in(at, &slip).await;
                        typist.erase(salve::text::Span::new(at, end)).await;
                        typos += 1;
                    }
                    if random.u8(..) < 8 && word.len() > 2 && word.is_ascii() {
                        // Two letters change places, and the word is typed again.
                        let mut letters: Vec<char> = word.trim_end().chars().collect();
                        if letters.len() > 1
                            && letters.iter().all(|letter| letter.is_alphanumeric())
                        {
                            letters.swap(0, 1);
                            let wrong: String = letters.into_iter().collect();
                            let end = typist.type_in(at, &wrong).await;
                            typist.erase(salve::text::Span::new(at, end)).await;
                            typos += 1;
                        }
                    }
                    at = typist.type_in(at, word).await;
                    if saves && random.u8(..) < 20 {
                        typist.save().await;
                    }
                    if saves && random.u8(..) < 5 {
                        typist.pause(Duration::from_secs(12)).await;
                    }
                    if wanders && random.u8(..) < 4 {
                        // An afterthought at the top.
                        let end = typist.type_in(0, "# See above.\n").await;
                        at += end;
                    }
                }
            }
            typist.save().await;
            assert_eq!(typist.client.finish().await, 0);
            let found = self.witness.by_hand();
            false_ones += found.len();
            for (code, fix) in found {
                println!(
                    "false: row {}, {code}: {} ({} | {})",
                    row.id, fix.skeleton, fix.before, fix.after
                );
            }
        }
        println!(
            "programs typed from nothing: {written}, with {typos} typos; taken for fixes: {false_ones}"
        );
    }
}

/// What the server says of its decisions.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> String {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&std::mem::take(&mut *written)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'log> MakeWriter<'log> for Log {
    type Writer = Self;

    fn make_writer(&'log self) -> Self {
        self.clone()
    }
}
