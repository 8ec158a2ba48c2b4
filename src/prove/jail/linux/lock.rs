//! What is done to the program's process between fork and exec, in an order that lets each step still be taken.

use std::io;
use std::path::PathBuf;

use rustix::process::Signal;

use super::super::layers::Layers;
use super::super::spec::{Profile, Spec};
use super::filters::{self, Situation};
use super::landlock::{self, Permissions};
use super::privileges;

/// Everything that is decided before the fork.
pub(super) struct Lock {
    pub(super) spec: Spec,
    pub(super) layers: Layers,
    pub(super) permissions: Permissions,
    pub(super) folder: PathBuf,
    /// How many threads the person has now.
    pub(super) processes_of_person: u64,
    /// Whether this is a user who exists for this jail alone.
    pub(super) is_nobody: bool,
}

impl Lock {
    /// Locks this process. An error leaves it unfit to run anything.
    pub(super) fn close(&self) -> io::Result<()> {
        let Self { spec, layers, .. } = self;
        // With the warden goes the program, however the warden ends.
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // A session of its own has no terminal.
        rustix::process::setsid()?;
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        // Fails for what the program may not enter; then it starts at the root.
        if rustix::process::chdir(&self.folder).is_err() {
            rustix::process::chdir("/")?;
        }
        // Without a user namespace the count is that of all processes of the person.
        let mut processes = privileges::processes(spec.profile);
        if !layers.namespaces && !self.is_nobody {
            processes += self.processes_of_person;
        }
        privileges::limit(spec, processes)?;
        let has_network = layers.namespaces && spec.profile == Profile::Tests;
        let status = landlock::confine(&self.permissions, spec.profile, has_network)
            .map_err(io::Error::other)?;
        if !landlock::holds(&status) {
            return Err(io::Error::other("Landlock rules do not hold"));
        }
        let situation = Situation {
            profile: spec.profile,
            namespaces: layers.namespaces,
            landlock_abi: layers.landlock_abi,
            own_id: std::process::id(),
        };
        for program in filters::programs(situation).map_err(io::Error::other)? {
            seccompiler::apply_filter(&program).map_err(io::Error::other)?;
        }
        Ok(())
    }
}
