//! What every command is given: the flags before and after it, the environment, the configuration.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use super::{Exit, Report};
use crate::config::{ClientTrust, Config, Environment, Loaded, Sources};

/// Flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Read settings from FILE too; they outrank those of the user's and the project's file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Remember accepted fixes in FILE.
    #[arg(long, global = true, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Print one JSON object; docs/output.schema.json describes it.
    #[arg(long, global = true)]
    pub json: bool,
    /// When to color the output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// Say more on standard error; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print nothing but errors; the exit code tells.
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the person permits for one call.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Permission {
    /// Trust the working folder for this call: programs inside it may be started, such as its `.venv`.
    #[arg(long)]
    trust: bool,
    /// Trust the working folder for this call, and permit its programs to be run in the sandbox to prove fixes.
    #[arg(long)]
    run: bool,
}

impl Permission {
    /// The settings that it stands for.
    fn flags(self) -> Vec<(String, &'static str, String)> {
        let flag = |name: &str, key| (name.to_owned(), key, "true".to_owned());
        let mut flags = Vec::new();
        if self.trust {
            flags.push(flag("--trust", "workspace.trusted"));
        }
        if self.run {
            flags.push(flag("--run", "workspace.trusted"));
            flags.push(flag("--run", "workspace.run"));
        }
        flags
    }
}

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// The flags.
    pub globals: Globals,
    /// The environment of the process.
    pub environment: Environment,
    permission: Permission,
    loaded: OnceLock<Loaded>,
}

impl Context {
    /// Reads the environment, and sets up color and log.
    pub fn new(globals: Globals, permission: Permission) -> Self {
        match globals.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        let environment = Environment::of_process();
        start_log(globals.verbose, environment.variable("SALVE_LOG"));
        Self {
            globals,
            environment,
            permission,
            loaded: OnceLock::new(),
        }
    }

    /// Where the settings for the working folder are looked for.
    pub fn sources(&self) -> Sources {
        let flags = self.globals.database.iter().map(|path| {
            let word = path.to_string_lossy().into_owned();
            ("--database".to_owned(), "database.path", word)
        });
        Sources {
            environment: self.environment.clone(),
            folder: std::env::current_dir().ok(),
            given_file: self.globals.config.clone(),
            editor: None,
            flags: flags.chain(self.permission.flags()).collect(),
            client: ClientTrust::default(),
        }
    }

    /// The configuration for the working folder. What was wrong with it is told once, on standard error.
    pub fn configuration(&self) -> Result<&Loaded, Report> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let loaded = Config::load(&self.sources())
            .map_err(|error| Report::new(Exit::Usage, error.to_string()))?;
        for notice in &loaded.notices {
            self.warn(&notice.to_string(), notice.hint.as_deref());
        }
        Ok(self.loaded.get_or_init(|| loaded))
    }

    /// Tells a person about something that does not stop the command.
    pub fn warn(&self, message: &str, hint: Option<&str>) {
        if self.globals.quiet {
            return;
        }
        let yellow = anstyle::Style::new()
            .bold()
            .fg_color(Some(anstyle::AnsiColor::Yellow.into()));
        let mut text = format!("{yellow}warning{yellow:#}: {message}\n");
        if let Some(hint) = hint {
            text.push_str(&format!("  hint: {hint}\n"));
        }
        // Nothing can be done about a closed standard error.
        let _ = anstream::stderr().write_all(text.as_bytes());
    }

    /// Tells why fixes were parsed, but not compiled, if that was so.
    pub fn warn_not_compiled(&self, reason: Option<&str>) {
        if let Some(reason) = reason {
            let hint = "`salve doctor` shows which interpreter is used, and why.";
            self.warn(
                &format!("fixes were parsed, but not compiled: {reason}"),
                Some(hint),
            );
        }
    }

    /// Prints a result. With `--json` that is JSON only, which goes through [`Context::print_json`].
    pub fn print(&self, text: &str) -> Result<(), Report> {
        if self.globals.quiet || self.globals.json {
            return Ok(());
        }
        write_styled(text)
    }

    /// Prints a result that is for programs too, styled only where color is wanted, else as it is.
    pub fn print_raw(&self, text: &str, style: impl Fn(&str) -> String) -> Result<(), Report> {
        if self.globals.quiet || self.globals.json {
            return Ok(());
        }
        match anstream::AutoStream::choice(&io::stdout()) {
            anstream::ColorChoice::Never => write_out(text.as_bytes()),
            _ => write_styled(&style(text)),
        }
    }

    /// Says how it went, on standard error.
    pub fn say(&self, text: &str) {
        if self.globals.quiet || self.globals.json {
            return;
        }
        // Nothing can be done about a closed standard error.
        let _ = anstream::stderr().write_all(text.as_bytes());
    }

    /// Prints the result as one JSON object, if `--json` was given.
    pub fn print_json(&self, output: &super::output::Output) -> Result<(), Report> {
        if !self.globals.json {
            return Ok(());
        }
        let text = serde_json::to_string(output).map_err(|error| {
            Report::new(Exit::Internal, "the result is not JSON").caused_by(&error)
        })?;
        write_out(format!("{text}\n").as_bytes())
    }

    /// Whether a bar on standard error helps: a person is watching, and asked for no other form.
    pub fn shows_progress(&self) -> bool {
        !self.globals.quiet && !self.globals.json && io::stderr().is_terminal()
    }
}

/// Writes text that may be styled to standard output, plain where no color is wanted.
fn write_styled(text: &str) -> Result<(), Report> {
    let mut out = anstream::stdout().lock();
    finish(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes bytes to standard output as they are.
pub fn write_out(bytes: &[u8]) -> Result<(), Report> {
    let mut out = io::stdout().lock();
    finish(out.write_all(bytes).and_then(|()| out.flush()))
}

/// A reader that left, such as `head`, ends the command without a word.
fn finish(written: io::Result<()>) -> Result<(), Report> {
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Report::silent(Exit::Fine),
        _ => Report::new(Exit::Usage, "standard output cannot be written").caused_by(&error),
    })
}

/// Logs to standard error: errors only, more with `-v`, or what `SALVE_LOG` says (`salve=debug`).
fn start_log(verbose: u8, directives: Option<&str>) {
    let level = match verbose {
        0 => "error",
        1 => "salve=info",
        2 => "salve=debug",
        _ => "trace",
    };
    let filter = tracing_subscriber::EnvFilter::new(directives.unwrap_or(level));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init();
}
