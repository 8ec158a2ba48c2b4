//! Which file system a path is on, since SQLite's locks hold on local disks only; and which file is there.

use std::path::{Path, PathBuf};

/// File systems whose locks and shared memory do not reach other machines, as `/proc/self/mountinfo` names them.
///
/// `9p` is also how WSL mounts the drives of Windows.
const REMOTE: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.rclone",
    "davfs",
];

/// The kind of network file system that `path` is on; `None` on a local disk or where nobody can tell.
pub(super) fn remote_kind(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    // The file itself may not exist yet; its folder does.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
    let kind = kind_of(&mounts, &folder)?;
    REMOTE.contains(&kind).then(|| kind.to_owned())
}

/// What tells the file at `path` from another that takes its place later; `None` if there is no file.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let identity = {
        use std::os::unix::fs::MetadataExt as _;
        (metadata.dev(), metadata.ino())
    };
    // Elsewhere a file that is open cannot be replaced.
    #[cfg(not(unix))]
    let identity = (0, u64::from(metadata.is_file()));
    Some(identity)
}

/// The type of the mount that holds `folder`; format: proc_pid_mountinfo(5).
fn kind_of<'m>(mounts: &'m str, folder: &Path) -> Option<&'m str> {
    mounts
        .lines()
        .filter_map(|line| {
            let (mount, source) = line.split_once(" - ")?;
            let point = PathBuf::from(unescape(mount.split(' ').nth(4)?));
            let kind = source.split(' ').next()?;
            folder.starts_with(&point).then_some((point, kind))
        })
        // Of mounts on the same point the last one covers the others.
        .max_by_key(|(point, _)| point.components().count())
        .map(|(_, kind)| kind)
}

/// Space, tab, line feed and backslash are written in octal there.
fn unescape(point: &str) -> String {
    point
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /home rw,relatime shared:9 - nfs4 server:/home rw
31 30 8:2 / /home/ada/fast\\040disk rw,relatime - btrfs /dev/sdb rw
40 22 8:3 / /mnt/c rw,relatime - ext4 /dev/sdc rw
41 22 0:40 / /mnt/c rw,relatime - 9p drvfs rw
";

    #[test]
    fn the_innermost_mount_decides() {
        for (folder, kind) in [
            ("/var/lib", "ext4"),
            ("/home/ada/.local", "nfs4"),
            ("/home/ada/fast disk/x", "btrfs"),
            ("/homestead", "ext4"),
            ("/mnt/c/Users", "9p"),
        ] {
            assert_eq!(kind_of(MOUNTS, Path::new(folder)), Some(kind), "{folder}");
        }
    }
}
