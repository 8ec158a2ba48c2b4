//! Whether the opened folder is trusted and its programs may be run, and who says so.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::layers::Origin;
use super::model::Workspace;

/// What the editor itself says of the workspace, after asking the person about this very folder. It outranks all
/// settings, in both directions; what it does not say is left to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClientTrust {
    /// Whether the workspace is trusted.
    pub trusted: Option<bool>,
    /// Whether its programs may be run in the sandbox.
    pub run: Option<bool>,
}

impl ClientTrust {
    /// What holds after this was said; what it does not mention is as it was before.
    pub fn after(self, before: Self) -> Self {
        Self {
            trusted: self.trusted.or(before.trusted),
            run: self.run.or(before.run),
        }
    }
}

/// What a workspace may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// What is trusted or not: the root of the repository, or the folder itself. `None` where no folder is open.
    pub workspace: Option<PathBuf>,
    /// Whether programs inside it may be started, such as the interpreter of its `.venv`.
    pub trusted: Answer,
    /// Whether its programs were permitted to run, which counts for a trusted workspace only.
    pub run: Answer,
}

/// Yes or no, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is said.
    pub yes: bool,
    /// Who says it.
    pub because: Because,
}

/// Who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The editor.
    Client,
    /// The setting, in this layer.
    Setting(Origin),
    /// The list of folders, which has one that holds the workspace.
    Folder {
        /// The folder as it is listed.
        folder: PathBuf,
        /// The layer that lists it.
        origin: Origin,
    },
}

impl Trust {
    /// Whether the workspace's programs may be run in the sandbox: only if it is trusted too.
    pub fn may_run(&self) -> bool {
        self.trusted.yes && self.run.yes
    }

    /// Whether this file may be run in the sandbox: only if it really lies inside the workspace. It need not exist yet.
    pub fn may_run_file(&self, file: &Path) -> bool {
        let place = match file.parent() {
            Some(folder) if !file.exists() => folder,
            _ => file,
        };
        self.may_run()
            && self
                .workspace
                .as_deref()
                .is_some_and(|workspace| holds(workspace, place))
    }

    /// Decides by the editor's word, else by the settings. `origin_of`: the layer that a setting's value comes from.
    pub(super) fn decide(
        folder: Option<&Path>,
        client: ClientTrust,
        settings: &Workspace,
        origin_of: impl Fn(&str) -> Origin,
    ) -> Self {
        let workspace = folder.map(|folder| {
            repository_of(folder).map_or_else(|| folder.to_path_buf(), Path::to_path_buf)
        });
        let answer =
            |said: Option<bool>, (key, set): (&str, bool), (list, folders): (&str, &[PathBuf])| {
                let holder = || {
                    let workspace = workspace.as_deref()?;
                    folders.iter().find(|folder| holds(folder, workspace))
                };
                match (said, set) {
                    (Some(yes), _) => Answer {
                        yes,
                        because: Because::Client,
                    },
                    (None, false) if let Some(folder) = holder() => Answer {
                        yes: true,
                        because: Because::Folder {
                            folder: folder.clone(),
                            origin: origin_of(list),
                        },
                    },
                    (None, yes) => Answer {
                        yes,
                        because: Because::Setting(origin_of(key)),
                    },
                }
            };
        Self {
            trusted: answer(
                client.trusted,
                ("workspace.trusted", settings.trusted),
                ("workspace.trustedFolders", &settings.trusted_folders),
            ),
            run: answer(
                client.run,
                ("workspace.run", settings.run),
                ("workspace.runFolders", &settings.run_folders),
            ),
            workspace,
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => formatter.write_str("the editor says so"),
            Self::Setting(origin) => write!(formatter, "{origin}"),
            Self::Folder { folder, origin } => {
                write!(formatter, "inside {}: {origin}", folder.display())
            }
        }
    }
}

/// The root of the repository that a folder belongs to, if it belongs to one.
pub fn repository_of(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
}

/// Whether `inner` really is `outer` or lies inside it: a link that leads out of it does not.
fn holds(outer: &Path, inner: &Path) -> bool {
    match (fs::canonicalize(outer), fs::canonicalize(inner)) {
        (Ok(outer), Ok(inner)) => inner.starts_with(outer),
        _ => false,
    }
}
