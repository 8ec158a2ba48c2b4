use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::cli::eval::read;
use crate::cli::examine::STACK;
use crate::cli::globals::Context;
use crate::cli::library::python_files;
use crate::cli::{Exit, Report};
use crate::damage::{damages, shuffled};
use crate::lang::python::{Version, parse, syntax_errors};
use crate::repair::{CostModel, Example, LanguageTraining, explained, fit, lessons};

/// Learn which repairs are likely, from broken programs with their fixes and from library code.
///
/// Library code shows what code looks like; some of it is damaged the way people break programs, and mended again.
/// Writes the cost model that salve is built with: grammars/python/costs.bin in its sources. `salve eval --costs FILE`
/// measures another one. The same input gives the same file.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// JSON Lines: one `{id, lang, code, fixed}` per line; other fields are ignored.
    pairs: Vec<PathBuf>,
    /// A folder of Python code that is as it should be.
    #[arg(long, value_name = "DIR")]
    library: PathBuf,
    /// Damage pieces of library code until there are so many broken programs.
    #[arg(long, value_name = "N", default_value_t = 8000)]
    damage: usize,
    /// Where the model is written to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Leave out every fifth program, and say how well it is explained by the others.
    #[arg(long)]
    check: bool,
}

/// The version whose grammar the programs are examined by.
const VERSION: Version = Version {
    major: 3,
    minor: 13,
};
/// Bytes of library code that are read at most: more does not change the model.
const MAX_LIBRARY: usize = 32 << 20;
/// One file of the library in so many is damaged, not read: what the language model knows by heart would teach
/// nothing about other code.
const DAMAGED_SHARE: usize = 8;
/// What chance makes of the library and of the order of what is learned.
const SEED: u64 = 1;

/// A broken program and what it should be.
struct Pair {
    broken: String,
    fixed: String,
}

/// Runs `salve train`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let mut pairs = Vec::new();
    for path in &arguments.pairs {
        pairs.extend(read_pairs(path)?);
    }
    let library = library(&arguments.library)?;
    let (damaged, read) = library.split_at(library.len() / DAMAGED_SHARE);
    let own = damaged_pairs(damaged, arguments.damage);
    context.print(&format!(
        "{} pairs, {} damaged pieces of {} files, {} files of library code\n",
        pairs.len(),
        own.len(),
        damaged.len(),
        read.len(),
    ))?;
    pairs.extend(own);

    let mut language = LanguageTraining::new(read.iter().map(String::as_str));
    for text in read {
        language.read(text);
    }
    let mut model = CostModel::new(Vec::new(), language.finish());
    // What a search finds depends on what was learned before it: a few programs show the way for the others, and what
    // was a wrong way once is remembered as one.
    let pairs = shuffled(pairs, SEED);
    let quarter = pairs.len() / 4;
    let (mut known, mut left_out) = (Vec::new(), Vec::new());
    for round in [0..quarter, quarter..2 * quarter, 0..pairs.len()] {
        for (pair, example) in examples(&pairs, round, &model) {
            let is_left_out = arguments.check && pair % 5 == 0;
            let part = if is_left_out {
                &mut left_out
            } else {
                &mut known
            };
            part.push(example);
        }
        let weights = fit(&known);
        context.print(&quality("learned", &known, &weights))?;
        if arguments.check {
            context.print(&quality("left out", &left_out, &weights))?;
        }
        model = CostModel::new(weights, model.language().clone());
    }

    if known.is_empty() {
        return Err(nothing_to_learn());
    }

    let bytes = model.to_bytes();
    let out = arguments.out.display();
    std::fs::write(&arguments.out, &bytes).map_err(|error| {
        Report::new(Exit::Usage, format!("{out}: cannot be written")).caused_by(&error)
    })?;
    context.print(&format!("{out}: {} bytes\n", bytes.len()))?;
    Ok(Exit::Fine)
}

fn nothing_to_learn() -> Report {
    Report::new(
        Exit::Usage,
        "nothing to learn from: no program was found whose fix could be reached",
    )
    .hint("name a file of pairs, or a larger --library with --damage")
}

fn quality(name: &str, examples: &[Example], weights: &[f32]) -> String {
    format!(
        "{name}: {} places, {:.1} % of the probability on the right change\n",
        examples.len(),
        explained(examples, weights) * 100.0,
    )
}

fn read_pairs(path: &Path) -> Result<Vec<Pair>, Report> {
    let rows = read(path, None)?;
    let python = rows.into_iter().filter(|row| row.lang == "python");
    Ok(python
        .filter_map(|row| {
            Some(Pair {
                fixed: row.expected_text()?.to_owned(),
                broken: row.code,
            })
        })
        .collect())
}

/// Pieces of `texts` that were damaged: `count` in all, or fewer if there is not enough code.
fn damaged_pairs(texts: &[String], count: usize) -> Vec<Pair> {
    let each = count.div_ceil(texts.len().max(1));
    let damaged = std::iter::zip(texts, SEED..).flat_map(|(text, seed)| damages(text, seed, each));
    damaged
        .take(count)
        .map(|damaged| Pair {
            broken: damaged.code,
            fixed: damaged.fixed,
        })
        .collect()
}

/// What the pairs in `range` teach, in their order, with the index of each pair.
fn examples(pairs: &[Pair], range: Range<usize>, model: &CostModel) -> Vec<(usize, Example)> {
    let next = AtomicUsize::new(range.start);
    let model = model.clone().learning();
    let work = || {
        let mut found = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(pair) = pairs.get(index).filter(|_| index < range.end) else {
                return found;
            };
            let examples = lessons(&pair.broken, &pair.fixed, VERSION, &model);
            found.extend(examples.into_iter().map(|example| (index, example)));
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut found: Vec<(usize, Example)> = thread::scope(|scope| {
        let start = |_| {
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, work).ok()
        };
        let started: Vec<_> = (0..workers).filter_map(start).collect();
        // A bug in one worker is a bug, not a smaller model.
        let ended = started.into_iter().map(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        ended.flatten().collect()
    });
    found.sort_by_key(|(pair, _)| *pair);
    found
}

/// The texts of the library that parse, up to [`MAX_LIBRARY`], in an order that chance makes.
fn library(folder: &Path) -> Result<Vec<String>, Report> {
    let mut texts = Vec::new();
    let mut size = 0;
    for path in shuffled(python_files(folder)?, SEED) {
        // A file in another encoding, or one that went away, is no loss.
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        if syntax_errors(&parse(&text, VERSION)).is_empty() {
            size += text.len();
            texts.push(text);
        }
        if size > MAX_LIBRARY {
            break;
        }
    }
    Ok(texts)
}
