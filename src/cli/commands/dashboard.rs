use std::sync::Arc;

use crate::cli::examine::block_on;
use crate::cli::globals::Context;
use crate::cli::{Exit, Report};
use crate::dashboard::{Dashboard, PORT};
use crate::engine::ports::Knowledge as _;
use crate::store::Store;

/// Show on a local page what was learned, live, until Ctrl-C.
///
/// The page is served on this machine only, to who knows the address that is printed.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Listen at this port, or at the next one that is free.
    #[arg(long, value_name = "N", default_value_t = PORT)]
    port: u16,
    /// Print the address and open no browser.
    #[arg(long)]
    no_open: bool,
}

/// Runs `salve dashboard`.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Report> {
    let loaded = context.configuration()?;
    let Some(database) = &loaded.database else {
        let report = Report::new(
            Exit::Usage,
            "there is no place for the database on this system",
        );
        return Err(report.hint("Give one with --database FILE."));
    };
    let store = Arc::new(Store::open(database));
    if let Some(trouble) = store.trouble() {
        context.warn(&trouble.message, trouble.hint.as_deref());
    }
    block_on(async {
        let dashboard = Dashboard::bind(arguments.port, store)
            .await
            .map_err(|error| {
                Report::new(
                    Exit::Usage,
                    format!("port {}: cannot be listened at", arguments.port),
                )
                .caused_by(&error)
                .hint("Name another one with --port N.")
            })?;
        let url = dashboard.url();
        context.print(&format!("{url}\n"))?;
        if !arguments.no_open {
            // Whoever has no browser has the address.
            if let Err(error) = webbrowser::open(&url) {
                context.warn(&format!("no browser could be opened: {error}"), None);
            }
        }
        let end = async {
            // Without a handler Ctrl-C ends the program anyway.
            let _ = tokio::signal::ctrl_c().await;
        };
        dashboard.serve(end).await.map_err(|error| {
            Report::new(Exit::Internal, "the dashboard ended").caused_by(&error)
        })?;
        Ok(Exit::Fine)
    })?
}
