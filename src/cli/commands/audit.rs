use std::fs;
use std::path::PathBuf;

use crate::cli::globals::{Context, write_out};
use crate::cli::output::{AuditExportOutput, AuditVerifyOutput, MisfitOutput, Output};
use crate::cli::{Exit, Report};
use crate::engine::ports::Knowledge as _;
use crate::store::{Checked, Store};

/// Check and export the audit log: what was offered, accepted, undone, asked of models, and set.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, clap::Subcommand)]
enum Topic {
    /// Check that every entry follows the one before it and is as it was written.
    ///
    /// The owner of the file could write the whole log anew: only a head that was exported before shows that. Give it
    /// with --head.
    ///
    /// Exit code: 0 if everything fits, 1 if something does not.
    Verify {
        /// A head from an earlier export, which must be among the entries.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Write the entries as lines of JSON, and the head as the last line.
    Export {
        /// Only entries since this day or time in UTC, as in `2026-11-23` or `2026-11-23T08:00:00`.
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
        /// Where to write, or `-` for standard output.
        file: PathBuf,
    },
}

/// Runs `salve audit`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let Some(database) = &loaded.database else {
        let report = Report::new(
            Exit::Usage,
            "there is no place for the database on this system",
        );
        return Err(report.hint("Give one with --database FILE."));
    };
    let store = Store::open(database);
    if let Some(trouble) = store.trouble() {
        context.warn(&trouble.message, trouble.hint.as_deref());
    }
    let database = database.display().to_string();
    match &arguments.topic {
        Topic::Verify { head } => verify(context, &store, &database, head.as_deref()),
        Topic::Export { since, file } => export(context, &store, since.as_deref(), file),
    }
}

fn verify(
    context: &Context,
    store: &Store,
    database: &str,
    head: Option<&str>,
) -> Result<Exit, Report> {
    let checked = store.check_audit(head)?;
    let fits = checked.wrong.is_none() && checked.has_head != Some(false);
    context.print(&page(database, &checked))?;
    let wrong = checked.wrong.map(|(seq, why)| MisfitOutput { seq, why });
    context.print_json(&Output::AuditVerify(AuditVerifyOutput {
        database: database.to_owned(),
        entries: checked.entries,
        head: checked.head,
        wrong,
        has_head: checked.has_head,
    }))?;
    Ok(if fits {
        Exit::Fine
    } else {
        Exit::FindingsRemain
    })
}

fn page(database: &str, checked: &Checked) -> String {
    let bold = anstyle::Style::new().bold();
    let good = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Green.into()));
    let bad = anstyle::Style::new().fg_color(Some(anstyle::AnsiColor::Red.into()));
    let mark = |fits: bool| match fits {
        true => format!("{good}✓{good:#}"),
        false => format!("{bad}✗{bad:#}"),
    };
    let entries = count(checked.entries);
    let mut page = format!("{bold}{database}{bold:#}\n");
    page.push_str(&match &checked.wrong {
        None => format!("{} {entries}, each follows the one before it\n", mark(true)),
        Some((seq, why)) => format!(
            "{} {entries}; entry {seq} does not fit: {why}\n",
            mark(false)
        ),
    });
    if let Some(has_head) = checked.has_head {
        page.push_str(&match has_head {
            true => format!("{} the head that was exported is among them\n", mark(true)),
            false => format!(
                "{} the head that was exported is not among them: the log was written anew, or its end was removed\n",
                mark(false)
            ),
        });
    }
    if let Some(head) = &checked.head {
        page.push_str(&format!("  head: {head}\n"));
    }
    if checked.has_head.is_none() {
        page.push_str(
            "  The owner of the file could write the whole log anew. To be able to show that it was not, keep the head\n  \
             elsewhere (`salve audit export`), and compare with --head.\n",
        );
    }
    page
}

fn export(
    context: &Context,
    store: &Store,
    since: Option<&str>,
    file: &PathBuf,
) -> Result<Exit, Report> {
    let log = store.audit(since)?.ok_or_else(|| {
        let since = since.unwrap_or_default();
        Report::new(Exit::Usage, format!("--since {since}: this is no time"))
            .hint("Write it as in 2026-11-23 or 2026-11-23T08:00:00 (UTC).")
    })?;
    let mut text = log.lines.join("\n");
    text.push('\n');
    if file.as_os_str() == "-" {
        write_out(text.as_bytes())?;
        return Ok(Exit::Fine);
    }
    let shown = file.display();
    fs::write(file, text).map_err(|error| {
        Report::new(Exit::Usage, format!("{shown}: cannot be written")).caused_by(&error)
    })?;
    let entries = log.lines.len().saturating_sub(1);
    let written = count(u64::try_from(entries).unwrap_or(u64::MAX));
    context.print(&format!("{shown}: {written} written\n"))?;
    context.print_json(&Output::AuditExport(AuditExportOutput {
        file: shown.to_string(),
        entries,
        head: log.head,
    }))?;
    Ok(Exit::Fine)
}

fn count(entries: u64) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        more => format!("{more} entries"),
    }
}
