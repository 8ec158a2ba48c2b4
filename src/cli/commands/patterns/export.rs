use std::path::{Path, PathBuf};

use super::record;
use crate::cli::commands::check::count;
use crate::cli::globals::{Context, write_out};
use crate::cli::output::{Output, PatternsExportOutput};
use crate::cli::{Exit, Report};

/// Write what was learned into one JSON file that docs/patterns.schema.json describes, without a word of your code: no
/// names, texts, numbers, paths or hashes of files.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file; it must not exist yet. `-` is standard output.
    file: PathBuf,
}

/// Runs `salve patterns export`.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let (store, _) = record(context)?;
    let exported = store.export()?;
    let text = serde_json::to_string_pretty(&exported).map_err(|error| {
        Report::new(Exit::Internal, "what was learned is not JSON").caused_by(&error)
    })?;
    let text = format!("{text}\n");
    if arguments.file == Path::new("-") {
        write_out(text.as_bytes())?;
        return Ok(Exit::Fine);
    }
    write_new(&arguments.file, &text)?;
    let output = PatternsExportOutput {
        file: arguments.file.display().to_string(),
        patterns: exported.patterns.len(),
        templates: exported
            .patterns
            .iter()
            .map(|pattern| pattern.templates.len())
            .sum(),
    };
    context.print(&format!(
        "{}: {} with {}\n",
        output.file,
        count(output.patterns, "pattern"),
        count(output.templates, "template")
    ))?;
    context.print_json(&Output::PatternsExport(output))?;
    Ok(Exit::Fine)
}

fn write_new(path: &Path, text: &str) -> Result<(), Report> {
    use std::io::Write as _;

    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| {
            Report::new(
                Exit::Usage,
                format!("{}: cannot be written: {error}", path.display()),
            )
        })
}
