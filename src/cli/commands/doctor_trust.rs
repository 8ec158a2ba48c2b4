//! What `salve doctor` says of trust: what the workspace may do, who said so, and how to change it.

use crate::cli::assemble::running;
use crate::cli::output::TrustOutput;
use crate::config::{Answer, Because, FileRole, Loaded, Origin};

/// What the workspace may do, and how to change it.
pub fn trust(loaded: &Loaded) -> TrustOutput {
    let trust = &loaded.trust;
    let running = running(loaded);
    let limits = format!(
        "a run at most {} ms, tests {} ms, {} MB",
        running.run_wall.as_millis(),
        running.test_wall.as_millis(),
        running.memory >> 20
    );
    let trusted = match trust.trusted.yes {
        true => "yes: programs inside it may be started, such as the interpreter of its .venv",
        false => "no: nothing inside it is started",
    };
    let run = match (running.may_run, trust.run.yes) {
        (true, _) => format!("yes: its programs may be run in the sandbox; {limits}"),
        (false, true) => "no: permitted, but that counts for a trusted workspace only".to_owned(),
        (false, false) => "no: its programs are not run".to_owned(),
    };
    TrustOutput {
        workspace: trust
            .workspace
            .as_ref()
            .map(|folder| folder.display().to_string()),
        trusted: trust.trusted.yes,
        trusted_because: format!("{trusted} ({})", trust.trusted.because),
        trusted_change: change(
            loaded,
            &trust.trusted,
            "workspace.trustedFolders",
            "--trust",
        ),
        may_run: running.may_run,
        run_because: format!("{run} ({})", trust.run.because),
        run_change: change(loaded, &trust.run, "workspace.runFolders", "--run"),
    }
}

/// How a person changes an answer.
fn change(loaded: &Loaded, answer: &Answer, list: &str, flag: &str) -> String {
    match &answer.because {
        Because::Setting(Origin::Flag(name)) if answer.yes => format!("leave out {name}"),
        Because::Setting(origin) | Because::Folder { origin, .. } if answer.yes => {
            format!("take it back in {origin}")
        }
        Because::Client => "answer anew in your editor".to_owned(),
        _ => {
            let file = loaded.files.iter().find(|file| file.role == FileRole::User);
            let file = file.map_or_else(
                || "your own configuration file".to_owned(),
                |file| file.path.display().to_string(),
            );
            format!("list the folder under `{list}` in {file}, or give {flag} for one call")
        }
    }
}
