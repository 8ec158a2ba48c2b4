//! The jail on Linux.
//!
//! Two processes stand around the program. The outer one enters the namespaces; the inner one, the warden, is the
//! first process of the process namespace, so that the kernel ends everything in it when it ends. The program itself
//! is locked in further, between fork and exec: limits, Landlock, the filter on system calls. Nothing of that can be
//! taken off again.

mod calls;
mod filters;
mod landlock;
mod lock;
mod namespaces;
mod needs;
mod output;
mod privileges;
mod scratch;
mod sys;
mod tree;
mod warden;

use std::fs;
use std::io;
use std::process::ExitCode;

use rustix::process::{Signal, WaitOptions};

use super::layers::{Layer, Layers, Tier};
use super::spec::{Message, Profile, Scratch, Spec, read_frame, write_frame};
use namespaces::Trouble;
use needs::Needs;
use sys::Fork;

/// The version of Landlock from which on it keeps signals inside.
const SCOPES: u32 = 6;

pub(super) fn enter() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let failure = Message::Failed(error.to_string());
            // The supervisor may have gone; then nobody asks.
            let _ = write_frame(&mut io::stdout(), &failure);
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    sys::close_inherited().map_err(|error| explain("cannot close inherited files", &error))?;
    // The program's own two descriptors are taken, so that no other is in their place when it starts.
    let _reserved = [fs::File::open("/dev/null")?, fs::File::open("/dev/null")?];
    die_with_parent()?;
    let spec: Spec = read_frame(&mut io::stdin())?;
    let mut layers = Layers::default();
    let wants = |layer: Layer| !spec.disabled.contains(&layer);
    if let Some(reason) = &spec.no_namespaces {
        layers.missing.push(reason.clone());
    } else if wants(Layer::Namespaces) {
        match namespaces::enter() {
            Ok(()) => layers.namespaces = true,
            Err(Trouble::Outside(error)) => layers.missing.push(no_namespaces(&error)),
            Err(Trouble::Inside(error)) => return give_namespaces_up(&error),
        }
    }
    for layer in &spec.disabled {
        layers
            .missing
            .push(format!("{}: switched off by force", layer.name()));
    }
    layers.landlock_abi = sys::landlock_version();
    if wants(Layer::Landlock) && layers.landlock_abi > 0 {
        layers.landlock = true;
    } else if wants(Layer::Landlock) {
        layers.missing.push(
            "landlock: the kernel does not offer it; boot Linux 5.13 or later with `landlock` in `lsm=`".to_owned(),
        );
    }
    layers.seccomp = wants(Layer::Seccomp);
    layers.rlimits = wants(Layer::Rlimits);
    layers.no_new_privileges = true;
    layers.judge();
    if spec.profile == Profile::Tests && !layers.namespaces && layers.landlock_abi < SCOPES {
        layers.tier = Tier::None;
        layers.missing.push(
            "signals: without namespaces, child processes need Linux 6.12 or later, whose Landlock keeps their signals \
             inside".to_owned(),
        );
    }
    if !layers.meets_minimum() {
        return write_frame(&mut io::stdout(), &Message::Refused(layers));
    }
    let needs = Needs::of(&spec);
    let user = privileges::nobody(std::process::id(), &spec.interpreter, layers.namespaces);
    if let (Scratch::Private(folder), false, Some(user)) = (&spec.scratch, layers.namespaces, user)
    {
        std::os::unix::fs::chown(folder, Some(user), Some(user))?;
    }
    match sys::fork()? {
        Fork::Child => {
            die_with_parent()?;
            if layers.namespaces
                && let Err(error) = namespaces::build_root(&spec, &needs, user)
            {
                return give_namespaces_up(&error);
            }
            if layers.namespaces && spec.profile == Profile::Tests {
                sys::raise_loopback()?;
            }
            warden::Warden::new(spec, needs, layers, user).guard()
        }
        Fork::Parent(warden) => wait_for(warden),
    }
}

/// Why there are no namespaces, and how to get them.
fn no_namespaces(error: &io::Error) -> String {
    format!(
        "namespaces: {error}; allow them with `sysctl kernel.apparmor_restrict_unprivileged_userns=0` or a profile of \
         AppArmor for salve; in a container, with `--security-opt seccomp=unconfined`"
    )
}

/// There is no way back out of namespaces: the supervisor has to start again without.
fn give_namespaces_up(error: &io::Error) -> io::Result<()> {
    let reason = no_namespaces(error);
    write_frame(&mut io::stdout(), &Message::NoNamespaces(reason))
}

/// The outer process has nothing to do any more but to end with the warden.
fn wait_for(warden: rustix::process::Pid) -> io::Result<()> {
    privileges::drop_all()?;
    loop {
        match rustix::process::waitpid(Some(warden), WaitOptions::empty()) {
            Ok(Some((_, status))) if status.exit_status() == Some(0) => return Ok(()),
            Ok(Some(_)) => return Err(io::Error::other("the sandbox ended too early")),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Asks the kernel to end this process with the one that started it.
fn die_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(
        Signal::KILL,
    ))?)
}

fn explain(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}
