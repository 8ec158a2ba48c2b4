//! The system calls that no crate offers in a safe form: all `unsafe` code of this project.
#![expect(
    unsafe_code,
    reason = "fork, namespaces and what must happen between fork and exec have no safe form"
)]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::thread::UnshareFlags;

fn checked(result: i64) -> io::Result<i64> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// Closes every descriptor but the standard streams: whatever the editor or the shell had left open.
pub(super) fn close_inherited() -> io::Result<()> {
    // SAFETY: called first thing in a process that has opened nothing yet, so nobody owns what is closed.
    checked(unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) })?;
    Ok(())
}

/// The version of Landlock that the kernel offers, 0 for none (landlock_create_ruleset(2)).
pub(super) fn landlock_version() -> u32 {
    const ASK_FOR_VERSION: u32 = 1;
    let nothing = std::ptr::null::<u8>();
    // SAFETY: asked for the version, the kernel reads nothing.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            nothing,
            0,
            ASK_FOR_VERSION,
        )
    };
    u32::try_from(version).unwrap_or(0)
}

/// Moves this process into namespaces of its own.
pub(super) fn unshare(flags: UnshareFlags) -> io::Result<()> {
    // SAFETY: descriptors stay shared with nobody: `CLONE_FILES` is never among the flags.
    Ok(unsafe { rustix::thread::unshare_unsafe(flags) }?)
}

/// Which side of a fork this is.
pub(super) enum Fork {
    Parent(rustix::process::Pid),
    Child,
}

/// Forks. Only for a process with one thread, whose child may then do everything.
pub(super) fn fork() -> io::Result<Fork> {
    // SAFETY: the process has one thread (see `enter_if_asked`), so no lock can be held by another in the child.
    let id = unsafe { libc::fork() };
    checked(id.into())?;
    Ok(match rustix::process::Pid::from_raw(id) {
        Some(child) => Fork::Parent(child),
        None => Fork::Child,
    })
}

/// Has `prepare` run in the child between fork and exec.
pub(super) fn before_exec(
    command: &mut Command,
    prepare: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) {
    // SAFETY: the process has one thread, so the child may allocate and lock.
    unsafe { command.pre_exec(prepare) };
}

/// Makes `from` the descriptor `number` of this process, open across exec.
pub(super) fn become_descriptor(from: BorrowedFd<'_>, number: i32) -> io::Result<()> {
    // SAFETY: both are plain numbers; the caller knows that nobody owns `number` in the child that is about to exec.
    checked(unsafe { libc::dup2(from.as_raw_fd(), number) }.into())?;
    Ok(())
}

/// Makes a mount and everything below it read-only and void of set-user-id programs.
pub(super) fn make_read_only(path: &CStr) -> io::Result<()> {
    let set = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID;
    change_mount(path, libc::AT_RECURSIVE, set, 0)
}

/// Makes one mount writable again.
pub(super) fn make_writable(path: &CStr) -> io::Result<()> {
    change_mount(path, 0, 0, libc::MOUNT_ATTR_RDONLY)
}

fn change_mount(path: &CStr, flags: i32, set: u64, clear: u64) -> io::Result<()> {
    let attributes = libc::mount_attr {
        attr_set: set,
        attr_clr: clear,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: both pointers are valid for the call, and the size is that of the structure.
    checked(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    })?;
    Ok(())
}

/// Switches the loopback interface of this network namespace on.
pub(super) fn raise_loopback() -> io::Result<()> {
    // SAFETY: every pointer is valid for its call, and the descriptor is closed on every path.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        checked(socket.into())?;
        let mut request: libc::ifreq = std::mem::zeroed();
        for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
            *to = from.cast_signed();
        }
        request.ifr_ifru.ifru_flags = i16::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or(0);
        let raised = checked(libc::ioctl(socket, libc::SIOCSIFFLAGS, &raw const request).into());
        libc::close(socket);
        raised.map(drop)
    }
}

/// What all children that were waited for have used.
pub(super) struct Usage {
    /// Milliseconds of processor time.
    pub(super) cpu_ms: u64,
    /// Most resident bytes of one of them.
    pub(super) peak_rss_bytes: u64,
}

/// What all children that were waited for have used.
pub(super) fn usage_of_children() -> Usage {
    // SAFETY: a zeroed `rusage` is valid, and the pointer is valid for the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    let millis = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        seconds * 1000 + u64::try_from(time.tv_usec).unwrap_or_default() / 1000
    };
    Usage {
        cpu_ms: millis(usage.ru_utime) + millis(usage.ru_stime),
        peak_rss_bytes: u64::try_from(usage.ru_maxrss).unwrap_or_default() * 1024,
    }
}
