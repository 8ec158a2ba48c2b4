//! The jail: a mode of this same executable that locks itself in, and then runs a program that nobody trusts.
//!
//! The supervisor ([`super::sandbox`]) starts this executable again with [`ARGUMENT`], writes a [`Spec`] and a
//! [`Job`], and reads [`Message`]s. Inside, the warden sets up every layer that the platform offers, says which, runs
//! the interpreter, watches it, ends everything that it started, and reports. What cannot be had is said, never
//! left out in silence: [`Layers::meets_minimum`] decides whether anything is run at all.

mod layers;
#[cfg(target_os = "linux")]
mod linux;
mod spec;

use std::process::ExitCode;

pub use layers::{Layer, Layers, Tier};
pub use spec::{
    Ending, Job, KilledBy, Message, Mode, Profile, Report, Scratch, Script, Spec, frame,
    frame_length,
};

/// The only argument of this executable when it is to become a jail.
pub const ARGUMENT: &str = "__jail";

/// Runs the jail if this process was started to be one; `None` if not.
///
/// Must be called first thing: namespaces can only be entered while the process has a single thread.
pub fn enter_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != ARGUMENT || arguments.next().is_some() {
        return None;
    }
    Some(enter())
}

#[cfg(target_os = "linux")]
fn enter() -> ExitCode {
    linux::enter()
}

/// Other systems have no jail yet: nothing is run there, and fixes are compiled without one.
#[cfg(not(target_os = "linux"))]
fn enter() -> ExitCode {
    let missing = format!(
        "{}: there is no sandbox for this system, so that no program is ever run; fixes are compiled only",
        std::env::consts::OS
    );
    let refusal = Message::Refused(Layers {
        missing: vec![missing],
        ..Layers::default()
    });
    match spec::write_frame(&mut std::io::stdout(), &refusal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
