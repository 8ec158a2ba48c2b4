//! Namespaces of its own, and in them a root folder that holds nothing but what the program needs.

use std::ffi::{CStr, CString};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags,
};
use rustix::thread::UnshareFlags;

use super::super::spec::{Profile, Scratch, Spec};
use super::needs::{DEVICES, Needs};
use super::sys;

/// Where the new root is built. What lies below it on the host is picked up before it is covered.
const BASE: &str = "/tmp";
/// Most bytes and files that a private scratch folder holds.
const SCRATCH: &CStr = c"size=32m,nr_inodes=4096,mode=1777";
/// The root holds mount points only.
const ROOT: &CStr = c"size=1m,nr_inodes=8192,mode=755";
/// The proc file system shows processes only, and only its own.
const PROC: &CStr = c"hidepid=2,subset=pid";

/// Why namespaces could not be entered.
pub(super) enum Trouble {
    /// The process is where it was.
    Outside(io::Error),
    /// The process is in them, but nobody there.
    Inside(io::Error),
}

/// Enters namespaces of its own.
pub(super) fn enter() -> Result<(), Trouble> {
    let mut flags = UnshareFlags::NEWNS
        | UnshareFlags::NEWPID
        | UnshareFlags::NEWNET
        | UnshareFlags::NEWIPC
        | UnshareFlags::NEWUTS
        | UnshareFlags::NEWCGROUP;
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    if user.is_root() {
        // Who is root already needs no user namespace, and can then be somebody else altogether.
        return sys::unshare(flags).map_err(Trouble::Outside);
    }
    flags |= UnshareFlags::NEWUSER;
    sys::unshare(flags).map_err(Trouble::Outside)?;
    let map = |id: u32| format!("{id} {id} 1");
    // The first is required before an unprivileged process may map its group (user_namespaces(7)).
    fs::write("/proc/self/setgroups", "deny")
        .and_then(|()| fs::write("/proc/self/uid_map", map(user.as_raw())))
        .and_then(|()| fs::write("/proc/self/gid_map", map(group.as_raw())))
        .map_err(Trouble::Inside)
}

/// Builds the new root and moves into it. Everything is read-only afterwards but the scratch folder.
///
/// `user` is whom this process becomes later; `None` if it stays who it is.
pub(super) fn build_root(spec: &Spec, needs: &Needs, user: Option<u32>) -> io::Result<()> {
    let whole = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    rustix::mount::mount_change("/", whole)?;
    let mut picked = Vec::new();
    for path in needs.readable().chain(DEVICES.iter().map(Path::new)) {
        picked.extend(pick_up(path)?.map(|tree| (tree, path.to_owned())));
    }
    let named_scratch = match &spec.scratch {
        Scratch::Named(folder) => pick_up(folder)?.map(|tree| (tree, folder.clone())),
        Scratch::Private(_) | Scratch::None => None,
    };
    let links = needs.links();
    let base = Path::new(BASE);
    mount_memory("tmpfs", base, ROOT)?;
    for folder in ["tmp", "proc", "dev/shm"] {
        fs::create_dir_all(base.join(folder))?;
    }
    mount_memory("tmpfs", &base.join("tmp"), SCRATCH)?;
    if spec.profile == Profile::Tests {
        // Semaphores and shared memory of `multiprocessing`.
        mount_memory("tmpfs", &base.join("dev/shm"), SCRATCH)?;
    }
    for (link, target) in links {
        let link = below(base, &link);
        make_parent(&link)?;
        std::os::unix::fs::symlink(target, link)?;
    }
    for (tree, path) in picked.iter().chain(&named_scratch) {
        put_down(tree, &below(base, path))?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        std::os::unix::fs::symlink(target, base.join("dev").join(name))?;
    }
    mask(base, spec)?;
    describe_machine(base, user)?;
    // While the host's is still in sight, without which an unprivileged process may mount none. Containers may forbid
    // it all the same; a program does without.
    let _ = mount_memory("proc", &base.join("proc"), PROC);
    rustix::process::chdir(BASE)?;
    // The same folder twice: the old root ends up on top of the new one, and is taken off at once (pivot_root(2)).
    rustix::process::pivot_root(".", ".")?;
    rustix::mount::unmount(".", UnmountFlags::DETACH)?;
    rustix::process::chdir("/")?;
    sys::make_read_only(c"/")?;
    sys::make_writable(c"/tmp")?;
    if spec.profile == Profile::Tests {
        sys::make_writable(c"/dev/shm")?;
    }
    if let Some((_, path)) = named_scratch {
        sys::make_writable(&CString::new(path.as_os_str().as_bytes())?)?;
    }
    Ok(())
}

/// The folder of the private scratch inside.
pub(super) const PRIVATE_SCRATCH: &str = "/tmp";

fn mount_memory(kind: &str, target: &Path, options: &CStr) -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    Ok(rustix::mount::mount(kind, target, kind, flags, options)?)
}

/// What programs ask of the machine, without what it really is: itself as a host, root and one person as users.
fn describe_machine(base: &Path, user: Option<u32>) -> io::Result<()> {
    rustix::system::sethostname(b"localhost")?;
    let group = user.unwrap_or_else(|| rustix::process::getgid().as_raw());
    let user = user.unwrap_or_else(|| rustix::process::getuid().as_raw());
    let settings = base.join("etc");
    fs::create_dir_all(&settings)?;
    for (name, text) in [
        ("hosts", "127.0.0.1 localhost\n::1 localhost\n".to_owned()),
        (
            "nsswitch.conf",
            "hosts: files\npasswd: files\ngroup: files\n".to_owned(),
        ),
        (
            "passwd",
            format!("root:x:0:0::/:/bin/sh\nsalve:x:{user}:{group}::/tmp:/bin/sh\n"),
        ),
        ("group", format!("root:x:0:\nsalve:x:{group}:\n")),
    ] {
        fs::write(settings.join(name), text)?;
    }
    Ok(())
}

/// A copy of the mounts at `path` that is not attached anywhere; `None` if there is no such path.
fn pick_up(path: &Path) -> io::Result<Option<OwnedFd>> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    match rustix::mount::open_tree(CWD, path, flags) {
        Ok(tree) => Ok(Some(tree)),
        Err(rustix::io::Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Attaches a copy at `target`, which is made if need be.
fn put_down(tree: &OwnedFd, target: &Path) -> io::Result<()> {
    if !stays_below(target) {
        let shown = target.strip_prefix(BASE).unwrap_or(target).display();
        return Err(io::Error::other(format!(
            "/{shown}: a link leads it elsewhere"
        )));
    }
    if fs::symlink_metadata(target).is_err() {
        make_parent(target)?;
        let kind = rustix::fs::fstat(tree)?.st_mode;
        if rustix::fs::FileType::from_raw_mode(kind) == rustix::fs::FileType::Directory {
            fs::create_dir(target)?;
        } else {
            fs::File::create_new(target)?;
        }
    }
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
    Ok(rustix::mount::move_mount(tree, "", CWD, target, flags)?)
}

/// Covers what may not be read with something that nobody may read.
fn mask(base: &Path, spec: &Spec) -> io::Result<()> {
    if spec.masked.is_empty() {
        return Ok(());
    }
    let (file, folder) = (base.join(".masked-file"), base.join(".masked-folder"));
    fs::File::create_new(&file)?;
    fs::create_dir(&folder)?;
    for cover in [&file, &folder] {
        rustix::fs::chmod(cover.as_path(), rustix::fs::Mode::empty())?;
    }
    for path in &spec.masked {
        let target = below(base, path);
        let cover = match fs::symlink_metadata(&target) {
            Ok(known) if known.is_dir() => &folder,
            // A link leads to what is masked itself, or out of what can be seen.
            Ok(known) if known.is_symlink() => continue,
            Ok(_) => &file,
            Err(_) => continue,
        };
        rustix::mount::mount_bind(cover.as_path(), target.as_path())?;
    }
    Ok(())
}

/// Whether what there is of a path lies in the new root: a link in the project must not have us make anything outside.
fn stays_below(path: &Path) -> bool {
    let there = path
        .ancestors()
        .skip(1)
        .find_map(|folder| fs::canonicalize(folder).ok());
    there.is_some_and(|folder| folder.starts_with(BASE))
}

fn below(base: &Path, path: &Path) -> PathBuf {
    base.join(path.strip_prefix("/").unwrap_or(path))
}

fn make_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent),
        None => Ok(()),
    }
}
