//! What a program may see of the file system.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::spec::{Profile, Scratch, Spec};
use super::landlock::Permissions;
use super::namespaces::PRIVATE_SCRATCH;

/// Programs and libraries. On most systems all but the first are links into it.
const SYSTEM: [&str; 7] = [
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin",
];

/// Settings without secrets that libraries read.
const SETTINGS: [&str; 6] = [
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/alternatives",
];

/// Settings that a jail with a root of its own writes for itself.
const OWN_SETTINGS: [&str; 4] = [
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
];

/// Devices without a memory.
pub(super) const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// What a process may know of itself where `/proc` is that of the host.
const OWN_PROCESS: [&str; 8] = [
    "cmdline", "comm", "fd", "limits", "maps", "stat", "statm", "status",
];

/// What loads a program's libraries, for each architecture and C library.
const LOADERS: [&str; 7] = [
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-linux-riscv64-lp64d.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/ld-musl-aarch64.so.1",
    "/lib/ld-musl-riscv64.so.1",
    "/lib64/ld64.so.2",
];

/// What a program may see, without duplicates.
pub(super) struct Needs {
    paths: Vec<PathBuf>,
    links: Vec<(PathBuf, PathBuf)>,
}

impl Needs {
    /// What the program of `spec` may see.
    pub(super) fn of(spec: &Spec) -> Self {
        let mut needs = Self {
            paths: Vec::new(),
            links: Vec::new(),
        };
        for path in SYSTEM.iter().map(Path::new) {
            match fs::read_link(path) {
                Ok(target) => needs.links.push((path.to_owned(), target)),
                Err(_) => needs.add(path),
            }
        }
        for path in SETTINGS.iter().map(Path::new) {
            needs.add(path);
        }
        for path in &spec.readable {
            needs.add(path);
        }
        if let Some(project) = &spec.project {
            needs.add(project);
        }
        needs
    }

    /// Files and folders that are visible, outer ones first.
    pub(super) fn readable(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(PathBuf::as_path)
    }

    /// Links at the top of the file system, and where they lead.
    pub(super) fn links(&self) -> Vec<(PathBuf, PathBuf)> {
        self.links.clone()
    }

    fn add(&mut self, path: &Path) {
        let known = self.paths.iter().any(|known| path.starts_with(known));
        if !known && path.exists() {
            self.paths.push(path.to_owned());
        }
    }

    /// The same as rules for Landlock.
    pub(super) fn permissions(&self, spec: &Spec, namespaces: bool) -> Permissions {
        let mut permissions = Permissions {
            devices: DEVICES.iter().map(PathBuf::from).collect(),
            ..Permissions::default()
        };
        permissions
            .read
            .extend(self.links.iter().map(|(link, _)| link.clone()));
        for path in &self.paths {
            if namespaces || !spec.masked.iter().any(|masked| masked.starts_with(path)) {
                permissions.read.push(path.clone());
            } else {
                permit_around(path, &spec.masked, &mut permissions);
            }
        }
        if namespaces {
            permissions.read.extend(OWN_SETTINGS.map(PathBuf::from));
            // Its own processes are all that is shown.
            permissions.read.push(PathBuf::from("/proc"));
        } else {
            // Not the whole folder: its `net` shows the connections of the host.
            let own = OWN_PROCESS.iter();
            permissions
                .read
                .extend(own.map(|name| Path::new("/proc/self").join(name)));
        }
        permissions.run = match spec.profile {
            Profile::Single => LOADERS.iter().map(PathBuf::from).collect(),
            Profile::Tests => permissions.read.clone(),
        };
        permissions.run.push(spec.interpreter.clone());
        permissions.write.extend(scratch(spec, namespaces));
        if namespaces && spec.profile == Profile::Tests {
            permissions.write.push(PathBuf::from("/dev/shm"));
        }
        permissions
    }
}

/// The scratch folder as the program sees it, if it has one.
pub(super) fn scratch(spec: &Spec, namespaces: bool) -> Option<PathBuf> {
    match &spec.scratch {
        Scratch::Private(_) if namespaces => Some(PathBuf::from(PRIVATE_SCRATCH)),
        other => other.folder().cloned(),
    }
}

/// Permits a folder without what is masked in it: Landlock can only add rights, so each neighbor gets its own.
fn permit_around(folder: &Path, masked: &[PathBuf], permissions: &mut Permissions) {
    // Importers list folders; names are no secrets.
    permissions.list.push(folder.to_owned());
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        // A rule on a link would permit what it leads to, wherever that is.
        if masked.contains(&path) || path.is_symlink() {
            continue;
        }
        if masked.iter().any(|masked| masked.starts_with(&path)) {
            permit_around(&path, masked, permissions);
        } else {
            permissions.read.push(path);
        }
    }
}
