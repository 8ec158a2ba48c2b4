use std::collections::BTreeMap;
use std::path::PathBuf;

use indicatif::ProgressBar;

use super::check::count;
use super::show_prompt::show_prompts;
use crate::cli::assemble::{Assembled, Place, assemble};
use crate::cli::examine::{CRASHED, Examined, Selection, block_on, examine, subjects};
use crate::cli::excerpt::harmless;
use crate::cli::globals::{Context, Permission, write_out};
use crate::cli::output::{FindingOutput, FixOutput, HealedFile, Output, Places, Problem};
use crate::cli::plan::{Leave, plan};
use crate::cli::replace::replace;
use crate::cli::{Exit, Report};
use crate::engine::ports::{ModelError, ModelErrorKind, Outcome};
use crate::engine::{Engine, Spend};
use crate::text::{Applicability, unified_diff};

/// Heal: show the change, or write it with --apply.
///
/// Only fixes that were proven on the text as it is are taken, and of these only the safe ones, unless
/// --unsafe-fixes is given.
///
/// Exit code: 0 if nothing is wrong (any more), 1 if findings remain, 2 if a path leads nowhere, 3 if findings remain
/// and none of them has a proven fix, 4 if the model was to be asked and gave no answer.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files and folders, or `-` to heal standard input onto standard output [default: the working folder].
    paths: Vec<PathBuf>,
    /// Write the healed files.
    #[arg(long)]
    apply: bool,
    /// Take fixes too that are proven to work, but may not be what was meant.
    #[arg(long)]
    unsafe_fixes: bool,
    /// Ask the model about what has no other fix, and take what it proposes once that is proven.
    #[arg(long)]
    model: bool,
    /// Ask even if that is more than the budget permits.
    #[arg(long, requires = "model")]
    beyond_budget: bool,
    /// Show exactly what a model would be sent about what has no other fix, and send nothing.
    #[arg(long, conflicts_with_all = ["apply", "model"])]
    show_prompt: bool,
    #[command(flatten)]
    pub permission: Permission,
    #[command(flatten)]
    selection: Selection,
    /// What to call standard input.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
}

/// Runs `salve fix`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    arguments.selection.check()?;
    let loaded = context.configuration()?;
    let (subjects, collected) = subjects(&arguments.paths, arguments.stdin_filename.as_deref())?;
    if arguments.show_prompt {
        for problem in &collected.problems {
            context.problem(problem);
        }
        return block_on(async {
            let assembled = assemble(loaded, &context.environment, &Place::of_process()).await;
            let selection = &arguments.selection;
            show_prompts(context, &assembled, subjects, selection, collected.problems).await
        })?;
    }
    let mut healing = Healing {
        context,
        arguments,
        output: FixOutput {
            applied: arguments.apply,
            ..FixOutput::default()
        },
        is_stdin: false,
        crashed: false,
        proven: 0,
        proofs: BTreeMap::new(),
        not_compiled: None,
        model_error: None,
    };
    for problem in collected.problems {
        healing.problem(problem);
    }
    block_on(async {
        let assembled = assemble(loaded, &context.environment, &Place::of_process()).await;
        assembled.tell_trouble(context);
        let told = assembled.engine.knowledge.trouble();
        if arguments.model {
            needs_model(&assembled)?;
        }
        let selection = &arguments.selection;
        let outcome = examine(
            context,
            &assembled,
            subjects,
            selection,
            async |engine, outcome, bar| healing.take(engine, outcome, bar).await,
        )
        .await;
        if let Err(error) = assembled.engine.knowledge.flush()
            && told.as_ref() != Some(&error)
        {
            context.warn(&error.message, error.hint.as_deref());
        }
        outcome
    })??;
    healing.summarize();
    let exit = healing.exit(collected.wrong_path);
    context.print_json(&Output::Fix(healing.output))?;
    Ok(exit)
}

/// Refuses to go on without a model that could be asked.
fn needs_model(assembled: &Assembled) -> Result<(), Report> {
    match (&assembled.engine.model, &assembled.model_trouble) {
        (Some(_), _) => Ok(()),
        (None, Some(trouble)) => Err(Report::new(Exit::Usage, trouble.clone())),
        (None, None) => Err(Report::new(
            Exit::Usage,
            "`model.provider` is off, so there is nobody to ask",
        )
        .hint("`salve config load-defaults` sets a model up")),
    }
}

struct Healing<'run> {
    context: &'run Context,
    arguments: &'run Arguments,
    output: FixOutput,
    is_stdin: bool,
    crashed: bool,
    /// Findings with a proven fix, taken or not.
    proven: usize,
    /// How the fixes that are taken were proven, and how many of them.
    proofs: BTreeMap<String, usize>,
    /// Why a fix was not compiled.
    not_compiled: Option<String>,
    /// Why the model gave no answer. It is not asked again.
    model_error: Option<ModelError>,
}

impl Healing<'_> {
    async fn take(
        &mut self,
        engine: &Engine,
        outcome: Result<Examined, Problem>,
        bar: &ProgressBar,
    ) -> Result<(), Report> {
        let mut examined = match outcome {
            Ok(examined) => examined,
            Err(problem) => {
                bar.suspend(|| self.problem(problem));
                return Ok(());
            }
        };
        self.output.examined += 1;
        self.is_stdin |= examined.path.is_none();
        let leave = Leave {
            rules: if self.arguments.unsafe_fixes {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            },
            models: Applicability::Unsafe,
        };
        if examined.healed.findings.is_empty() {
            return self.pass_on(&examined);
        }
        if self.arguments.model && examined.encoding.is_some() {
            self.ask(engine, &mut examined, bar).await;
        }
        engine
            .prove_further(&examined.input, &mut examined.healed)
            .await;
        if self.not_compiled.is_none() {
            self.not_compiled = examined.healed.not_compiled().map(str::to_owned);
        }
        bar.suspend(|| self.context.warn_cut_short(&examined));
        engine.record_shown(&examined.input, &examined.healed);
        let plan = plan(engine, &examined, leave).await;
        let text = &examined.input.text;
        let findings = examined.healed.findings.len();
        self.proven += examined
            .healed
            .findings
            .iter()
            .filter(|healed| !healed.fixes.is_empty())
            .count();
        let changed = plan.text != **text && examined.encoding.is_some();
        let written = match (&examined.path, self.arguments.apply && changed) {
            (Some(_), true) => match write(&examined, &plan.text) {
                Ok(()) => true,
                Err(message) => {
                    let path = examined.name.clone();
                    bar.suspend(|| self.problem(Problem { path, message }));
                    false
                }
            },
            _ => false,
        };
        let failed = self.arguments.apply && changed && !written && examined.path.is_some();
        if written || (self.is_stdin && changed) {
            for id in &plan.taken {
                engine.record_outcome(id, Outcome::Accepted);
            }
        }
        let healed = if failed { 0 } else { plan.taken.len() };
        if !failed {
            let fixes = examined
                .healed
                .findings
                .iter()
                .flat_map(|found| &found.fixes);
            for fix in fixes.filter(|fix| plan.taken.contains(&fix.id)) {
                *self.proofs.entry(fix.evidence.summary()).or_default() += 1;
            }
        }
        self.output.healed += healed;
        self.output.remaining += findings.saturating_sub(healed);
        self.output.unsafe_available += plan.unsafe_available;
        let diff = if changed {
            unified_diff(text, &plan.text, &examined.name)
        } else {
            String::new()
        };
        if self.context.globals.json {
            let places = Places::new(text);
            self.output.files.push(HealedFile {
                path: examined.name.clone(),
                findings: examined
                    .healed
                    .findings
                    .iter()
                    .map(|healed| FindingOutput::new(healed, &places))
                    .collect(),
                cut_short: examined.healed.cut_short,
                taken: plan.taken,
                diff,
                written,
                text: examined.path.is_none().then_some(plan.text),
            });
            return Ok(());
        }
        if self.is_stdin {
            return write_text(&examined, &plan.text);
        }
        if !self.arguments.apply {
            let styled = |diff: &str| diff.split_inclusive('\n').map(colored).collect();
            return bar.suspend(|| self.context.print_raw(&diff, styled));
        }
        Ok(())
    }

    /// Asks the model about every finding that has no fix, until it fails.
    async fn ask(&mut self, engine: &Engine, examined: &mut Examined, bar: &ProgressBar) {
        let places = Places::new(&examined.input.text);
        for healed in &mut examined.healed.findings {
            if !healed.fixes.is_empty() || self.model_error.is_some() {
                continue;
            }
            if self.context.shows_progress() {
                let line = places.at(healed.finding.span.start).line;
                let name = harmless(&examined.name);
                bar.suspend(|| {
                    self.context
                        .say(&format!("{name}:{line}: asking the model …\n"))
                });
            }
            let spend = match self.arguments.beyond_budget {
                true => Spend::BeyondBudget,
                false => Spend::WithinBudget,
            };
            let asked = engine.ask(&examined.input, &healed.finding, spend, &|_| {});
            match asked.await {
                Ok(answer) => healed.fixes.extend(answer.fix),
                Err(error) => self.model_error = Some(error),
            }
        }
    }

    /// Standard input in which nothing is wrong goes out as it came in.
    fn pass_on(&self, examined: &Examined) -> Result<(), Report> {
        if examined.path.is_some() || self.context.globals.json {
            return Ok(());
        }
        write_text(examined, &examined.input.text)
    }

    fn problem(&mut self, problem: Problem) {
        self.crashed |= problem.message == CRASHED;
        self.context.problem(&problem);
        self.output.problems.push(problem);
    }

    /// Says how it went; on standard error, as the diff or the text is on standard output.
    fn summarize(&self) {
        let output = &self.output;
        let mistakes = output.healed + output.remaining;
        let mut text = match (mistakes, output.examined) {
            (0, 0) => "No Python files found.\n".to_owned(),
            (0, examined) => format!("No mistakes found in {}.\n", count(examined, "file")),
            (_, _) => {
                let verb = if output.applied || self.is_stdin {
                    "Healed"
                } else {
                    "Would heal"
                };
                let mistakes = count(mistakes, "mistake");
                let mut text = format!("{verb} {} of {mistakes}.\n", output.healed);
                for (proof, fixes) in &self.proofs {
                    text.push_str(&format!("  proof of {}: {proof}\n", count(*fixes, "fix")));
                }
                text
            }
        };
        self.context.warn_not_compiled(self.not_compiled.as_deref());
        if let Some(error) = &self.model_error {
            let agree = (error.kind == ModelErrorKind::BudgetSpent)
                .then_some("`--beyond-budget` agrees to it");
            Report::from(error.clone()).hint_if_any(agree).print();
        }
        if output.unsafe_available > 0 {
            text.push_str(&format!(
                "hint: {} proven to work, but may not be what was meant; --unsafe-fixes takes {} too.\n",
                match output.unsafe_available {
                    1 => "1 more fix is".to_owned(),
                    more => format!("{more} more fixes are"),
                },
                if output.unsafe_available == 1 { "it" } else { "them" },
            ));
        }
        if !output.applied && !self.is_stdin && output.healed > 0 {
            text.push_str("hint: Add --apply to write this change.\n");
        }
        self.context.say(&text);
    }

    fn exit(&self, wrong_path: bool) -> Exit {
        let output = &self.output;
        let found = output.healed + output.remaining;
        let left = if output.applied || self.is_stdin {
            output.remaining
        } else {
            found
        };
        if self.crashed {
            Exit::Internal
        } else if wrong_path {
            Exit::Usage
        } else if self.model_error.is_some() {
            Exit::ModelUnreachable
        } else if left == 0 && output.problems.is_empty() {
            Exit::Fine
        } else if found > 0 && self.proven == 0 {
            Exit::NoProvenFix
        } else {
            Exit::FindingsRemain
        }
    }
}

fn write(examined: &Examined, text: &str) -> Result<(), String> {
    let (Some(path), Some(encoding)) = (&examined.path, examined.encoding) else {
        return Err("is not a text and was left as it was".to_owned());
    };
    let bytes = encoding
        .encode(text)
        .map_err(|error| format!("was left as it was: {error}"))?;
    replace(path, &examined.source, &bytes)
}

/// The healed text in the encoding in which it came; what cannot be read goes out as it came in.
fn write_text(examined: &Examined, text: &str) -> Result<(), Report> {
    let bytes = examined
        .encoding
        .and_then(|encoding| encoding.encode(text).ok())
        .unwrap_or_else(|| examined.source.bytes.clone());
    write_out(&bytes)
}

/// A line of a diff in its color.
fn colored(line: &str) -> String {
    let color = match line.chars().next() {
        Some('+') => anstyle::AnsiColor::Green,
        Some('-') => anstyle::AnsiColor::Red,
        Some('@') => anstyle::AnsiColor::Cyan,
        _ => return line.to_owned(),
    };
    let style = anstyle::Style::new().fg_color(Some(color.into()));
    format!("{style}{}{style:#}\n", harmless(line.trim_end()))
}
