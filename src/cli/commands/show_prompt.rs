//! `salve fix --show-prompt`: exactly what a model would be sent.

use indicatif::ProgressBar;

use super::check::count;
use crate::cli::assemble::Assembled;
use crate::cli::examine::{Examined, Selection, Subject, examine};
use crate::cli::excerpt::harmless;
use crate::cli::globals::Context;
use crate::cli::output::{Output, Places, Problem, PromptOutput, PromptsOutput};
use crate::cli::{Exit, Report};
use crate::engine::{Engine, Preview};

/// Shows what would be sent about every finding that would be asked about. Sends nothing.
pub async fn show_prompts(
    context: &Context,
    assembled: &Assembled,
    subjects: Vec<Subject>,
    selection: &Selection,
    problems: Vec<Problem>,
) -> Result<Exit, Report> {
    let mut output = PromptsOutput {
        problems,
        ..PromptsOutput::default()
    };
    let shown = &mut output;
    examine(
        context,
        assembled,
        subjects,
        selection,
        async |engine, outcome, bar| take(context, engine, outcome, bar, shown),
    )
    .await?;
    let exit = if output.problems.is_empty() {
        Exit::Fine
    } else {
        Exit::Usage
    };
    if !context.globals.json {
        context.say(&format!(
            "{} would be asked about; nothing was sent.\n",
            count(output.prompts.len(), "finding")
        ));
    }
    context.print_json(&Output::Prompts(output))?;
    Ok(exit)
}

fn take(
    context: &Context,
    engine: &Engine,
    outcome: Result<Examined, Problem>,
    bar: &ProgressBar,
    output: &mut PromptsOutput,
) -> Result<(), Report> {
    let examined = match outcome {
        Ok(examined) => examined,
        Err(problem) => {
            bar.suspend(|| context.problem(&problem));
            output.problems.push(problem);
            return Ok(());
        }
    };
    let places = Places::new(&examined.input.text);
    let unhealed = examined.healed.findings.iter();
    for healed in unhealed.filter(|healed| healed.fixes.is_empty()) {
        let line = places.at(healed.finding.span.start).line;
        let (prompt, refused) = match engine.preview(&examined.input, &healed.finding) {
            Ok(preview) => (Some(preview), None),
            Err(reason) => (None, Some(reason)),
        };
        let shown = PromptOutput {
            path: examined.name.clone(),
            line,
            prompt,
            refused,
        };
        let text = in_words(&shown);
        bar.suspend(|| context.print_raw(&text, visible))?;
        output.prompts.push(shown);
    }
    Ok(())
}

/// A text of which nothing commands the terminal.
fn visible(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| harmless(line.trim_end_matches('\n')) + "\n")
        .collect()
}

fn in_words(shown: &PromptOutput) -> String {
    let place = format!("{}:{}", shown.path, shown.line);
    let Some(preview) = &shown.prompt else {
        let reason = shown.refused.as_deref().unwrap_or_default();
        return format!("{place}: nothing would be sent: {reason}\n");
    };
    let mut text = format!("{place}: {}\n", about(preview));
    for message in &preview.messages {
        text.push_str(&format!(
            "--- {}\n{}\n",
            message.role.as_str(),
            message.content
        ));
    }
    text.push('\n');
    text
}

fn about(preview: &Preview) -> String {
    let to = if preview.url.is_empty() {
        "nobody, as `model.provider` is off".to_owned()
    } else {
        let model = preview.model.as_deref();
        let model = model.map_or_else(String::new, |model| format!(", model {model}"));
        format!("{} at {}{model}", preview.provider, preview.url)
    };
    let kinds: Vec<String> = preview
        .redactions
        .iter()
        .map(|hidden| format!("{} × {}", hidden.count, hidden.kind))
        .collect();
    let hidden = if kinds.is_empty() {
        "nothing secret found".to_owned()
    } else {
        format!("replaced: {}", kinds.join(", "))
    };
    format!(
        "to {to}: lines {} to {}, {} bytes, about {} tokens; {hidden}",
        preview.first_line, preview.last_line, preview.bytes, preview.tokens
    )
}
