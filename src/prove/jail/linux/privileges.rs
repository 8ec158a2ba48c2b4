//! Giving up what a process could do beyond the rules.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::{Gid, Resource, Rlimit, Uid};
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::super::spec::{Profile, Spec};

/// Where the numbers of users that exist for one jail begin, and how many there are. Above those of people and
/// services, below those that systemd hands out.
const FIRST_USER: u32 = 61_000;
const USERS: u32 = 180;

const MEBIBYTE: u64 = 1 << 20;

/// The user that root becomes in a jail, who owns nothing; `None` for everybody else, and where that user could not
/// reach the interpreter. `number` tells jails of the same time apart.
pub(super) fn nobody(number: u32, interpreter: &Path, namespaces: bool) -> Option<u32> {
    // Without namespaces the folders above the interpreter are those of the host.
    let is_reachable = namespaces || interpreter.ancestors().skip(1).all(is_open_to_all);
    (rustix::process::getuid().is_root() && is_reachable).then_some(FIRST_USER + number % USERS)
}

fn is_open_to_all(folder: &Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|folder| folder.mode() & 0o001 != 0)
}

/// Becomes another user for good. Call before [`drop_all`].
pub(super) fn become_nobody(id: u32) -> io::Result<()> {
    let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
    rustix::thread::set_thread_groups(&[])?;
    rustix::thread::set_thread_res_gid(group, group, group)?;
    rustix::thread::set_thread_res_uid(user, user, user)?;
    Ok(())
}

/// Gives up every capability, now and for what is executed later.
pub(super) fn drop_all() -> io::Result<()> {
    for capability in CapabilitySet::all() {
        // What the kernel does not know, or what we were never allowed to drop, is not among ours below.
        let _ = rustix::thread::remove_capability_from_bounding_set(capability);
    }
    let _ = rustix::thread::clear_ambient_capability_set();
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    )?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}

/// Limits what one process may use.
pub(super) fn limit(spec: &Spec, processes: u64) -> io::Result<()> {
    for (resource, most) in [
        (Resource::Core, 0),
        // Address space is no measure of memory (allocators reserve it generously), but must have an end too.
        (Resource::As, 64 * 1024 * MEBIBYTE),
        (Resource::Data, spec.memory),
        (Resource::Stack, 8 * MEBIBYTE),
        (Resource::Fsize, 16 * MEBIBYTE),
        (Resource::Nofile, 256),
        (Resource::Nproc, processes),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
        (Resource::Sigpending, 256),
        (Resource::Nice, 0),
        (Resource::Rtprio, 0),
        // The warden's clock ends a job much sooner; this is for a program whose warden could not.
        (Resource::Cpu, 3600),
    ] {
        let hard = rustix::process::getrlimit(resource).maximum;
        let limit = Some(hard.map_or(most, |hard| hard.min(most)));
        let (current, maximum) = (limit, limit);
        rustix::process::setrlimit(resource, Rlimit { current, maximum })?;
    }
    Ok(())
}

/// Most processes and threads of the whole jail, where they can be counted by themselves.
pub(super) const fn processes(profile: Profile) -> u64 {
    match profile {
        Profile::Single => 128,
        Profile::Tests => 160,
    }
}
