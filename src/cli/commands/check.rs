use std::path::PathBuf;

use indicatif::ProgressBar;

use crate::cli::assemble::{Place, assemble};
use crate::cli::examine::{CRASHED, Examined, Selection, block_on, examine, subjects};
use crate::cli::excerpt::{excerpt, harmless};
use crate::cli::globals::{Context, Permission};
use crate::cli::output::{CheckOutput, FileFindings, FindingOutput, Output, Places, Problem};
use crate::cli::{Exit, Report};
use crate::engine::{CUT_SHORT, Fix};
use crate::text::Applicability;

/// Say what is wrong, and what heals it.
///
/// Exit code: 0 if nothing is wrong, 1 if something is, 2 if a path leads nowhere.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files and folders, or `-` for standard input [default: the working folder].
    paths: Vec<PathBuf>,
    #[command(flatten)]
    pub permission: Permission,
    #[command(flatten)]
    selection: Selection,
    /// What to call standard input.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
}

/// Runs `salve check`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    arguments.selection.check()?;
    let loaded = context.configuration()?;
    let (subjects, collected) = subjects(&arguments.paths, arguments.stdin_filename.as_deref())?;
    let mut tally = Tally::default();
    for problem in collected.problems {
        tally.problem(context, problem);
    }
    block_on(async {
        let assembled = assemble(loaded, &context.environment, &Place::of_process()).await;
        assembled.tell_trouble(context);
        let selection = &arguments.selection;
        examine(
            context,
            &assembled,
            subjects,
            selection,
            async |_, outcome, bar| tally.take(context, outcome, bar),
        )
        .await
    })??;
    context.warn_not_compiled(tally.not_compiled.as_deref());
    let output = tally.output;
    context.print(&summary(&output))?;
    let exit = if tally.crashed {
        Exit::Internal
    } else if collected.wrong_path {
        Exit::Usage
    } else if output.findings > 0 || !output.problems.is_empty() {
        Exit::FindingsRemain
    } else {
        Exit::Fine
    };
    context.print_json(&Output::Check(output))?;
    Ok(exit)
}

#[derive(Default)]
struct Tally {
    output: CheckOutput,
    crashed: bool,
    /// Why a fix was not compiled.
    not_compiled: Option<String>,
}

impl Tally {
    fn take(
        &mut self,
        context: &Context,
        outcome: Result<Examined, Problem>,
        bar: &ProgressBar,
    ) -> Result<(), Report> {
        let examined = match outcome {
            Ok(examined) => examined,
            Err(problem) => {
                bar.suspend(|| self.problem(context, problem));
                return Ok(());
            }
        };
        self.output.examined += 1;
        let findings = &examined.healed.findings;
        if findings.is_empty() {
            return Ok(());
        }
        self.output.findings += findings.len();
        if self.not_compiled.is_none() {
            self.not_compiled = examined.healed.not_compiled().map(str::to_owned);
        }
        self.output.healable += findings
            .iter()
            .filter(|healed| {
                let can_be_taken = |fix: &Fix| fix.applicability > Applicability::DisplayOnly;
                healed.fixes.iter().any(can_be_taken)
            })
            .count();
        bar.suspend(|| context.warn_cut_short(&examined));
        let text = &examined.input.text;
        let places = Places::new(text);
        if context.globals.json {
            self.output.files.push(FileFindings {
                path: examined.name.clone(),
                findings: findings
                    .iter()
                    .map(|healed| FindingOutput::new(healed, &places))
                    .collect(),
                cut_short: examined.healed.cut_short,
            });
            return Ok(());
        }
        let shown: String = findings
            .iter()
            .map(|healed| excerpt(&examined.name, text, &places, healed))
            .collect();
        bar.suspend(|| context.print(&shown))
    }

    fn problem(&mut self, context: &Context, problem: Problem) {
        self.crashed |= problem.message == CRASHED;
        context.problem(&problem);
        self.output.problems.push(problem);
    }
}

fn summary(output: &CheckOutput) -> String {
    let files = count(output.examined, "file");
    match (output.findings, output.examined) {
        (0, 0) => "No Python files found.\n".to_owned(),
        (0, _) => format!("No mistakes found in {files}.\n"),
        (findings, _) => {
            let mistakes = count(findings, "mistake");
            let healable = match output.healable {
                0 => String::new(),
                healable => format!(" ({healable} healable with `salve fix`)"),
            };
            format!("Found {mistakes} in {files}{healable}.\n")
        }
    }
}

/// `1 file`, `2 files`, `2 fixes`
pub fn count(number: usize, what: &str) -> String {
    let ending = match number {
        1 => "",
        _ if what.ends_with('x') => "es",
        _ => "s",
    };
    format!("{number} {what}{ending}")
}

impl Context {
    /// Tells that a file may have more mistakes than are listed, if that is so.
    pub fn warn_cut_short(&self, examined: &Examined) {
        if examined.healed.cut_short {
            self.warn(&format!("{}: {CUT_SHORT}", harmless(&examined.name)), None);
        }
    }

    /// Tells of a file that could not be examined or written.
    pub fn problem(&self, problem: &Problem) {
        let message = format!("{}: {}", harmless(&problem.path), problem.message);
        Report::new(Exit::Usage, message).print();
    }
}
