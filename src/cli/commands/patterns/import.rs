use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::record;
use crate::cli::commands::check::count;
use crate::cli::commands::stats::number;
use crate::cli::globals::Context;
use crate::cli::output::{Output, PatternsImportOutput};
use crate::cli::{Exit, Report};
use crate::store::Exported;

/// Most bytes of a file that is read.
const MOST_BYTES: u64 = 64 << 20;

/// Take over what `salve patterns export` wrote on another machine. What was seen here stays as it is and counts for
/// more; importing a file twice changes nothing.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file; `-` is standard input.
    file: PathBuf,
}

/// Runs `salve patterns import`.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let name = arguments.file.display().to_string();
    let text = read(&arguments.file)
        .map_err(|why| Report::new(Exit::Usage, format!("{name}: cannot be read: {why}")))?;
    let exported: Exported = serde_json::from_str(&text).map_err(|error| {
        Report::new(
            Exit::Usage,
            format!("{name}: not an export of patterns: {error}"),
        )
        .hint("Files of this kind are written by `salve patterns export FILE`.")
    })?;
    let (store, _) = record(context)?;
    let imported = store.import(exported)?;
    let mut page = format!(
        "{name}: took {} and {}, knew {} already, refused {}\n",
        count(number(imported.patterns), "pattern"),
        count(number(imported.templates), "template"),
        imported.known,
        imported.refused.len(),
    );
    for refused in &imported.refused {
        page.push_str(&format!("  {}: {}\n", refused.part, refused.reason));
    }
    let is_refused = imported
        .refused
        .iter()
        .any(|refused| refused.part == "the file");
    context.print(&page)?;
    context.print_json(&Output::PatternsImport(PatternsImportOutput {
        file: name,
        imported,
    }))?;
    Ok(if is_refused { Exit::Usage } else { Exit::Fine })
}

fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let outcome = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text))
    };
    outcome.map_err(|error| error.to_string())?;
    if text.len() as u64 > MOST_BYTES {
        return Err("it is larger than 64 MB".to_owned());
    }
    Ok(text)
}
