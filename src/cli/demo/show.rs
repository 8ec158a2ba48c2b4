//! The demonstration as a person reads it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::cycle::{DemoOutput, ModelOutput, RunOutput};
use crate::engine::ports::{ConnectionStatus, PatternStats};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const CODE: Style = color(AnsiColor::Red).bold();
const GOOD: Style = color(AnsiColor::Green);
const BAD: Style = color(AnsiColor::Red);
const FRAME: Style = color(AnsiColor::Blue);
const PLACE: Style = color(AnsiColor::Cyan);

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

/// Everything up to the statistics. Writing to a string cannot fail.
pub fn cycle(output: &DemoOutput) -> String {
    let mut text = String::new();
    heading(&mut text, "1. A broken program, which salve brings along");
    for (number, line) in (1..).zip(output.program.lines()) {
        let _ = writeln!(text, "   {FRAME}{number:>2} |{FRAME:#} {line}");
    }

    let count = output.findings.len();
    let title = format!(
        "2. What is wrong: {count} {}, found in {:.1} ms",
        plural(count, "mistake", "mistakes"),
        output.diagnose_millis
    );
    heading(&mut text, &title);
    for finding in &output.findings {
        let place = format!("{}:{}", finding.start.line, finding.start.column);
        let _ = writeln!(
            text,
            "   {FRAME}{place:>5}{FRAME:#}  {CODE}{}{CODE:#} {}",
            finding.code, finding.message
        );
        match finding.fixes.first() {
            Some(fix) => {
                let _ = writeln!(text, "          {GOOD}{}{GOOD:#}", fix.title);
            }
            None => {
                let _ = writeln!(text, "          {BAD}no fix could be proven{BAD:#}");
            }
        }
    }

    let title = format!(
        "3. The fixes, found and proven in {:.0} ms",
        output.heal_millis
    );
    heading(&mut text, &title);
    diff(&mut text, &output.diff);
    match &output.interpreter {
        Some(interpreter) => {
            let _ = writeln!(text, "   {QUIET}proven by {interpreter}{QUIET:#}");
        }
        None => {
            let _ = writeln!(
                text,
                "   proven by salve's parser alone: there is no interpreter to compile with"
            );
        }
    }

    heading(&mut text, "4. The proof: the healed program runs");
    match (&output.run, &output.run_trouble) {
        (Some(run), _) => ran(&mut text, run),
        (None, trouble) => {
            let trouble = trouble.as_deref().unwrap_or("nothing was run");
            let _ = writeln!(text, "   not run: {trouble}");
        }
    }

    heading(&mut text, "5. The record");
    record(&mut text, output);
    if let Some(statistics) = &output.statistics {
        heading(&mut text, "6. The statistics over everything in the record");
        totals(&mut text, statistics);
    }
    text
}

/// What a model made of the harder program.
pub fn model(output: &ModelOutput) -> String {
    let mut text = String::new();
    heading(
        &mut text,
        "7. What takes an idea of what is meant: a model is asked",
    );
    let Some(connection) = &output.connection else {
        let _ = writeln!(text, "   no model is configured; salve does without");
        return text;
    };
    let _ = writeln!(text, "   {}", connected(connection));
    let Some(program) = &output.program else {
        return text;
    };
    for (number, line) in (1..).zip(program.lines()) {
        let _ = writeln!(text, "   {FRAME}{number:>2} |{FRAME:#} {line}");
    }
    if let Some(message) = &output.message {
        let _ = writeln!(text, "   {BAD}{message}{BAD:#}");
    }
    match &output.fix {
        Some(fix) => {
            let seconds = output.millis as f64 / 1000.0;
            let _ = writeln!(
                text,
                "   {GOOD}{fix}{GOOD:#} {QUIET}in {seconds:.1} s{QUIET:#}"
            );
            diff(&mut text, &output.diff);
        }
        None => {
            let _ = writeln!(text, "   the model gave no fix that could be proven:");
            for failure in &output.failures {
                let _ = writeln!(text, "   - {failure}");
            }
        }
    }
    text
}

/// What to type next.
pub fn next() -> String {
    let mut text = String::new();
    heading(&mut text, "What to type next");
    for (command, what) in [
        ("salve check FILE.py", "what is wrong in a file of yours"),
        ("salve fix FILE.py", "heal it"),
        ("salve stats", "what was learned so far"),
        (
            "salve doctor",
            "whether interpreter, model and database are fine",
        ),
        (
            "salve lsp",
            "the language server, for your editor's configuration",
        ),
    ] {
        let _ = writeln!(text, "   {PLACE}{command:<22}{PLACE:#}{what}");
    }
    text
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{HEADING}{title}{HEADING:#}");
}

fn diff(text: &mut String, diff: &str) {
    for line in diff.lines() {
        let style = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => HEADING,
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            Some(b'@') => PLACE,
            _ => Style::new(),
        };
        let _ = writeln!(text, "   {style}{line}{style:#}");
    }
}

fn ran(text: &mut String, run: &RunOutput) {
    for line in run.stdout.lines().chain(run.stderr.lines()) {
        let _ = writeln!(text, "   {FRAME}>{FRAME:#} {line}");
    }
    let exit = run
        .exit
        .map_or("ended".to_owned(), |code| format!("exit code {code}"));
    let _ = writeln!(text, "   {QUIET}{exit}, {} ms{QUIET:#}", run.millis);
}

fn record(text: &mut String, output: &DemoOutput) {
    if let Some(trouble) = &output.database_trouble {
        let _ = writeln!(text, "   nothing was recorded: {trouble}");
        return;
    }
    let place = output.database.as_deref().unwrap_or("memory only");
    let _ = writeln!(
        text,
        "   {} {} recorded as accepted in {PLACE}{place}{PLACE:#}",
        output.recorded,
        plural(output.recorded, "fix", "fixes")
    );
}

fn totals(text: &mut String, statistics: &PatternStats) {
    let confidence = statistics
        .overall_avg_confidence
        .map_or("none yet".to_owned(), |mean| format!("{mean:.2}"));
    for (name, value) in [
        ("patterns", statistics.total_patterns.to_string()),
        ("accepted fixes", statistics.total_successes.to_string()),
        ("gold standard", statistics.gold_standard_count.to_string()),
        ("confidence on average", confidence),
    ] {
        let _ = writeln!(text, "   {name:<24}{value}");
    }
    for pattern in statistics.recent_patterns.iter().take(5) {
        let _ = writeln!(
            text,
            "   {CODE}{}{CODE:#}  {}, accepted {} {}, confidence {:.2}",
            pattern.cluster_id,
            pattern.fix_description,
            pattern.success_count,
            plural(
                usize::try_from(pattern.success_count).unwrap_or(usize::MAX),
                "time",
                "times"
            ),
            pattern.avg_confidence
        );
    }
}

fn connected(connection: &ConnectionStatus) -> String {
    if let Some(error) = &connection.error {
        return format!("{error}; with a model that answers, a harder program is healed here");
    }
    let state = match &connection.model {
        Some(model) if connection.state.answers() => model,
        _ => connection.state.words(),
    };
    format!("{} at {}: {state}", connection.provider, connection.url)
}

fn plural<'word>(count: usize, one: &'word str, many: &'word str) -> &'word str {
    if count == 1 { one } else { many }
}
