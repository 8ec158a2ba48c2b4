use crate::cli::globals::Context;
use crate::cli::output::{ExplainOutput, Output};
use crate::cli::{Exit, Report};
use crate::taxonomy::{self, Entry};

/// Explain a code: what it means, an example, what to do.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A code such as SYN.MISSING_COLON, in any case; a cluster such as SYN.MISSING_COLON:function_def will do.
    code: String,
}

/// Runs `salve explain`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let Some(entry) = taxonomy::entry(&arguments.code) else {
        let report = Report::new(
            Exit::Usage,
            format!("there is no code `{}`", arguments.code),
        );
        return Err(match taxonomy::nearest(&arguments.code) {
            Some(code) => report.hint(format!("Did you mean {code}?")),
            None => report.hint("docs/taxonomy.md lists all codes."),
        });
    };
    context.print(&page(entry))?;
    context.print_json(&Output::Explain(ExplainOutput {
        code: entry.code.to_string(),
        title: entry.title.clone(),
        explanation: entry.explanation.clone(),
        constructs: entry.constructs.clone(),
        says: entry.says.clone(),
        before: entry.before.clone(),
        after: entry.after.clone(),
        references: entry.references.clone(),
    }))?;
    Ok(Exit::Fine)
}

fn page(entry: &Entry) -> String {
    let bold = anstyle::Style::new().bold();
    let mut page = format!(
        "{bold}{}{bold:#}: {}\n\n{}\n",
        entry.code,
        entry.title,
        entry.explanation.trim()
    );
    let mut section = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            page.push_str(&format!("\n{bold}{title}{bold:#}\n"));
            for line in lines {
                page.push_str(&format!("    {line}\n"));
            }
        }
    };
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    section("Wrong", &lines(&entry.before));
    section("Right", &lines(&entry.after));
    section("Python says", &entry.says);
    section("Variants", &entry.constructs);
    section("Elsewhere", &entry.references);
    page
}
