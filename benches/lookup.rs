//! How long it takes to look up what was learned, and how much room it takes: `cargo bench --bench lookup`.
//!
//! Fills records with 1,000, 10,000 and 100,000 templates by accepting made-up fixes, five levels each, whose complaints
//! have from 5 to 192 templates, the few common ones most. Complaints are looked up as often as they have templates,
//! each time by a store that was opened just before, so that nothing is cached but by the system; then again while
//! another store writes without a pause.
#![expect(
    clippy::print_stdout,
    reason = "a bench prints its figures to whoever runs it"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rusqlite::Connection;
use salve::engine::ports::{Clock, Knowledge, KnowledgeError, Outcome, Shown, ShownFix};
use salve::engine::{Evidence, Source};
use salve::learn::Template;
use salve::store::Store;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const LOOKUPS: usize = 400;
const LEVELS: usize = 5;
const NOW: i64 = 1_735_689_600;

/// Templates of a complaint, over and over; common mistakes have most.
const DEPTHS: [usize; 16] = [
    192, 5, 60, 10, 192, 5, 20, 90, 5, 120, 10, 40, 5, 192, 30, 24,
];

fn main() -> Result<()> {
    println!(
        "{:>9} {:>9} {:>8} {:>8} {:>8} {:>8} {:>12} {:>12}",
        "templates",
        "looked up",
        "p50 ms",
        "p95 ms",
        "p50 busy",
        "p95 busy",
        "B a template",
        "B, all rows"
    );
    for size in SIZES {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("salve.db");
        let complaints = fill(&path, size)?;
        let (quiet, found) = measure(&path, &complaints)?;
        let busy = beside_a_writer(&path, &complaints)?;
        let (learned, whole) = bytes(&path)?;
        println!(
            "{size:>9} {found:>9} {:>8.3} {:>8.3} {:>8.3} {:>8.3} {learned:>12.0} {whole:>12.0}",
            at(&quiet, 50),
            at(&quiet, 95),
            at(&busy, 50),
            at(&busy, 95),
        );
    }
    Ok(())
}

/// A clock that stands still: nothing is so old that it is to be forgotten.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        NOW
    }
}

fn open(path: &Path) -> Store {
    Store::open_with_clock(path, Arc::new(Stopped))
}

/// Accepts fixes until there are so many templates; returns the complaints, each as often as it has templates.
fn fill(path: &Path, size: usize) -> Result<Vec<String>> {
    let store = open(path);
    let mut complaints = Vec::new();
    let mut made = 0;
    for (number, depth) in DEPTHS.iter().cycle().enumerate() {
        let complaint = format!("SYN.MADE_UP_{}:statement_{}", number % 90, number / 90);
        for fix in 0..depth.div_ceil(LEVELS) {
            let levels = LEVELS.min(depth - fix * LEVELS).min(size - made);
            accept(&store, &complaint, made, levels)?;
            complaints.extend(std::iter::repeat_n(complaint.clone(), levels));
            made += levels;
            if made == size {
                store.flush()?;
                return Ok(complaints);
            }
        }
        store.flush()?;
    }
    Ok(complaints)
}

fn accept(store: &Store, complaint: &str, number: usize, levels: usize) -> Result<()> {
    let id = format!("{number:032x}");
    let templates: std::result::Result<Vec<_>, _> = (0..levels)
        .map(|level| Template::from_json(&body(complaint, number, level)))
        .collect();
    store.shown(Shown {
        language: "python".to_owned(),
        code: complaint.split(':').next().unwrap_or_default().to_owned(),
        cluster: complaint.to_owned(),
        source: "parse".to_owned(),
        file_hash: format!("{:064x}", number % 500),
        workspace_id: None,
        tool_version: Some("CPython 3.13.1".to_owned()),
        line: 12,
        signature: format!("{number:064x}"),
        at: NOW,
        candidates: vec![ShownFix {
            id: id.clone(),
            source: Source::Rule {
                name: "made_up".to_owned(),
            },
            description: "Add what is missing".to_owned(),
            edit_hash: format!("{number:064x}"),
            skeleton: format!("+ {number}"),
            evidence: Evidence {
                steps: Vec::new(),
                interpreter: None,
                together_with: 0,
                errors_left: 0,
            },
            before: "NAME = NAME ( NAME , NUMBER".to_owned(),
            after: "NAME = NAME ( NAME , NUMBER )".to_owned(),
            latency_millis: 3,
            tokens_in: None,
            tokens_out: None,
            confidence: Some(0.5),
            document_version: None,
            templates: templates?,
        }],
    });
    store.outcome(&id, Outcome::Accepted, NOW);
    Ok(())
}

/// A template that nobody would learn; the more specific, the longer.
fn body(complaint: &str, number: usize, level: usize) -> String {
    let context: String = (level..LEVELS)
        .map(|hole| format!(r#"{{"hole":["name",{hole}]}},{{"text":"word{number}"}},"#))
        .collect();
    format!(
        r#"{{"complaint":"{complaint}","level":{level},"distance":2,"before":[{context}{{"text":"("}}],
            "deleted":[],"after":[{{"text":"{number}"}},{{"line":"deeper"}}],"inserted":[{{"text":")"}}]}}"#
    )
}

/// Milliseconds of each lookup, in ascending order, and the median of how many templates were found.
fn measure(path: &Path, complaints: &[String]) -> Result<(Vec<f64>, usize)> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut times = Vec::new();
    let mut counts = Vec::new();
    for _ in 0..LOOKUPS {
        let store = open(path);
        // What a record does for itself when it is opened is done by then.
        store.flush()?;
        let complaint = random.choice(complaints).ok_or("nothing to look up")?;
        let start = Instant::now();
        let known = store.templates("python", complaint)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        counts.push(known.len());
    }
    times.sort_by(f64::total_cmp);
    counts.sort_unstable();
    Ok((times, counts.get(LOOKUPS / 2).copied().unwrap_or_default()))
}

fn beside_a_writer(path: &Path, complaints: &[String]) -> Result<Vec<f64>> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| -> std::result::Result<(), KnowledgeError> {
            let store = open(path);
            while !is_over.load(Ordering::Relaxed) {
                store.validated(1, true, NOW);
                store.flush()?;
            }
            Ok(())
        });
        let measured = measure(path, complaints);
        is_over.store(true, Ordering::Relaxed);
        writer.join().map_err(|_| "the writer panicked")??;
        Ok(measured?.0)
    })
}

/// Bytes a template of what was learned, and of the whole file with all that was shown and accepted.
fn bytes(path: &Path) -> Result<(f64, f64)> {
    let connection = Connection::open(path)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    Ok(connection.query_row(
        "SELECT sum(iif(owner IN ('template', 'pattern', 'complaint', 'code_pool'), size, 0)) / made, sum(size) / made
         FROM (SELECT coalesce((SELECT tbl_name FROM sqlite_schema WHERE sqlite_schema.name = dbstat.name), 'schema')
                 AS owner, pgsize * 1.0 AS size FROM dbstat),
             (SELECT count(*) AS made FROM template)",
        (),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    let index = sorted.len() * percent / 100;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
