//! The kernel's rules on files, signals and TCP for a process that has no privileges.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd,
    RestrictionStatus, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope,
};

use super::super::spec::Profile;

/// The newest version of Landlock whose rights are asked for.
const NEWEST: ABI = ABI::V7;

/// What a program may do with files.
#[derive(Debug, Clone, Default)]
pub(super) struct Permissions {
    /// Read, and list if it is a folder.
    pub(super) read: Vec<PathBuf>,
    /// List, without reading what is listed.
    pub(super) list: Vec<PathBuf>,
    /// Run.
    pub(super) run: Vec<PathBuf>,
    /// Read and write.
    pub(super) write: Vec<PathBuf>,
    /// Devices, to read and write.
    pub(super) devices: Vec<PathBuf>,
}

/// Confines this process and its future children for good.
///
/// A path that does not exist is no error: there is nothing to permit.
pub(super) fn confine(
    permissions: &Permissions,
    profile: Profile,
    has_network: bool,
) -> Result<RestrictionStatus, RulesetError> {
    let everything = AccessFs::from_all(NEWEST);
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(everything)?
        .scope(Scope::AbstractUnixSocket)?
        .scope(Scope::Signal)?;
    if !(profile == Profile::Tests && has_network) {
        ruleset = ruleset.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let mut ruleset = ruleset.create()?;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let devices = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev;
    let never = AccessFs::Execute | AccessFs::MakeBlock | AccessFs::MakeChar | AccessFs::IoctlDev;
    for (paths, access) in [
        (&permissions.read, read),
        (&permissions.list, AccessFs::ReadDir.into()),
        (&permissions.run, read | AccessFs::Execute),
        (&permissions.write, everything & !never),
        (&permissions.devices, devices),
    ] {
        ruleset = permit(ruleset, paths, access)?;
    }
    ruleset.restrict_self()
}

/// Whether rules hold.
pub(super) fn holds(status: &RestrictionStatus) -> bool {
    status.ruleset != RulesetStatus::NotEnforced
}

fn permit(
    ruleset: RulesetCreated,
    paths: &[PathBuf],
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    paths.iter().try_fold(ruleset, |ruleset, path| {
        let Some((file, is_folder)) = open(path) else {
            return Ok(ruleset);
        };
        // The rights of folders make no sense for a file.
        let access = if is_folder {
            access
        } else {
            access & AccessFs::from_file(NEWEST)
        };
        ruleset.add_rule(PathBeneath::new(file, access))
    })
}

fn open(path: &Path) -> Option<(PathFd, bool)> {
    let is_folder = std::fs::metadata(path).ok()?.is_dir();
    Some((PathFd::new(path).ok()?, is_folder))
}
