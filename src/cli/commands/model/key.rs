use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _};

use crate::cli::globals::Context;
use crate::cli::models::{KeyOrigin, KeySources, key_store};
use crate::cli::output::{KeyOutput, ModelKeysOutput, Output};
use crate::cli::probing::provider_parser;
use crate::cli::{Exit, Report};
use crate::config::{Provider, Secret};
use crate::keys::{KeyStore, Place};

/// Keep, list and forget keys of providers. A key is never shown.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, clap::Subcommand)]
enum Topic {
    /// Keep a key, which is read from standard input: in the platform's own store of secrets, or where there is none, in a
    /// file that only you can read.
    Set {
        /// Whose key it is.
        #[arg(value_parser = provider_parser())]
        provider: Provider,
        /// Keep it in the file, even if there is a store.
        #[arg(long)]
        file: bool,
    },
    /// Forget a key that was kept.
    Forget {
        /// Whose key it is.
        #[arg(value_parser = provider_parser())]
        provider: Provider,
    },
    /// Say for which providers there is a key, and where it comes from.
    List,
}

/// Runs `salve model key`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let store = key_store(&context.environment).ok_or_else(|| {
        Report::new(
            Exit::Usage,
            "there is no folder for settings on this system",
        )
        .hint("Set HOME, or XDG_CONFIG_HOME.")
    })?;
    match &arguments.topic {
        Topic::Set { provider, file } => set(context, &store, *provider, *file),
        Topic::Forget { provider } => {
            let was_kept = store.forget(*provider)?;
            context.print(&match was_kept {
                true => format!("the key of {provider} is forgotten\n"),
                false => format!("no key of {provider} was kept\n"),
            })?;
            list(context)
        }
        Topic::List => {
            print_list(context)?;
            list(context)
        }
    }
}

fn set(
    context: &Context,
    store: &KeyStore,
    provider: Provider,
    only_file: bool,
) -> Result<Exit, Report> {
    let key = read()?;
    if key.is_empty() {
        return Err(
            Report::new(Exit::Usage, "there was no key on standard input").hint(format!(
                "Type it when asked, or: salve model key set {provider} < FILE"
            )),
        );
    }
    let place = store.keep(provider, &key, only_file)?;
    context.print(&format!(
        "the key of {provider} is kept {}\n",
        words(store, place)
    ))?;
    list(context)
}

/// Reads one line; what is typed at a terminal is not shown.
fn read() -> Result<Secret, Report> {
    let failed = |error: io::Error| {
        Report::new(Exit::Usage, "standard input cannot be read").caused_by(&error)
    };
    let line = if io::stdin().is_terminal() {
        rpassword::prompt_password("key: ").map_err(failed)?
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(failed)?;
        line
    };
    Ok(Secret::new(&line))
}

fn words(store: &KeyStore, place: Place) -> String {
    match place {
        Place::Platform => "in the platform's own store".to_owned(),
        Place::File => format!("in {}, which only you can read", store.path().display()),
    }
}

fn found(context: &Context) -> Result<Vec<KeyOutput>, Report> {
    let loaded = context.configuration()?;
    let keys = KeySources {
        environment: &context.environment,
        from_editor: &BTreeMap::new(),
    };
    let mut found = Vec::new();
    for provider in Provider::ALL {
        let key = keys.find(&loaded.config, provider)?;
        if let Some((_, origin)) = key {
            found.push(KeyOutput {
                provider: provider.to_string(),
                from: match origin {
                    KeyOrigin::Variable(name) => format!("environment variable {name}"),
                    KeyOrigin::Editor => "the editor".to_owned(),
                    KeyOrigin::Kept(Place::Platform) => "the platform's own store".to_owned(),
                    KeyOrigin::Kept(Place::File) => "the file of keys".to_owned(),
                },
            });
        }
    }
    Ok(found)
}

fn print_list(context: &Context) -> Result<(), Report> {
    let found = found(context)?;
    if found.is_empty() {
        context.say("There are no keys.\n");
    }
    let page: String = found
        .iter()
        .map(|key| format!("{:10} {}\n", key.provider, key.from))
        .collect();
    context.print(&page)
}

fn list(context: &Context) -> Result<Exit, Report> {
    if context.globals.json {
        let keys = found(context)?;
        context.print_json(&Output::ModelKeys(ModelKeysOutput { keys }))?;
    }
    Ok(Exit::Fine)
}
