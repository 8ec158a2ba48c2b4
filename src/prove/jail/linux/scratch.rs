//! The scratch folder on disk, where there are no namespaces: how full it is, and how it is emptied.
//!
//! The program may have made it as awkward as it could: folders that cannot be listed, paths that are longer than any
//! path may be. So everything is reached from an open folder, by one name at a time.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

/// Most bytes and files.
const MOST: Size = Size {
    bytes: 32 << 20,
    files: 4096,
};
/// Most folders inside each other.
const DEPTH: usize = 64;

#[derive(Debug, Clone, Copy)]
struct Size {
    bytes: u64,
    files: u64,
}

/// Whether there is too much in `folder`, with `unseen` bytes that are not in it any more.
pub(super) fn is_full(folder: &Path, unseen: u64) -> bool {
    let mut size = Size {
        bytes: unseen,
        files: 0,
    };
    if let Ok(folder) = open_root(folder) {
        add(&folder, &mut size, DEPTH);
    }
    size.bytes > MOST.bytes || size.files > MOST.files
}

/// Removes everything in `folder`. What cannot be removed stays for whoever removes the folder.
pub(super) fn empty(folder: &Path) {
    let Ok(root) = open_root(folder) else {
        return;
    };
    // Folders in folders are moved up until none has any: no path is ever longer than two names.
    let mut number = 0_u64;
    loop {
        let mut found = false;
        for (name, is_folder) in entries(&root) {
            found |= if is_folder {
                let inner = open(&root, &name);
                for (inner_name, is_folder) in inner.iter().flat_map(entries) {
                    let Ok(inner) = &inner else { continue };
                    if is_folder {
                        number += 1;
                        let _ =
                            rustix::fs::chmodat(inner, &*inner_name, Mode::RWXU, AtFlags::empty());
                        let up = format!("moved-up-{number}");
                        let _ = rustix::fs::renameat(inner, &*inner_name, &root, up);
                    } else {
                        let _ = rustix::fs::unlinkat(inner, &*inner_name, AtFlags::empty());
                    }
                }
                rustix::fs::unlinkat(&root, &*name, AtFlags::REMOVEDIR).is_ok()
            } else {
                rustix::fs::unlinkat(&root, &*name, AtFlags::empty()).is_ok()
            };
        }
        if !found {
            return;
        }
    }
}

fn add(folder: &OwnedFd, size: &mut Size, depth: usize) {
    for (name, is_folder) in entries(folder) {
        size.files += 1;
        if let Ok(file) = rustix::fs::statat(folder, &*name, AtFlags::SYMLINK_NOFOLLOW) {
            size.bytes += u64::try_from(file.st_blocks).unwrap_or_default() * 512;
        }
        if size.bytes > MOST.bytes || size.files > MOST.files {
            return;
        }
        match (is_folder, depth) {
            (false, _) => {}
            // Deeper than any honest program goes.
            (true, 0) => size.files = u64::MAX,
            (true, _) => {
                if let Ok(inner) = open(folder, &name) {
                    add(&inner, size, depth - 1);
                }
            }
        }
    }
}

fn entries(folder: &OwnedFd) -> Vec<(std::ffi::CString, bool)> {
    let Ok(listing) = Dir::read_from(folder) else {
        return Vec::new();
    };
    listing
        .flatten()
        .filter(|entry| !matches!(entry.file_name().to_bytes(), b"." | b".."))
        .map(|entry| {
            let is_folder = entry.file_type() == FileType::Directory;
            (entry.file_name().to_owned(), is_folder)
        })
        .collect()
}

fn open_root(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
    Ok(rustix::fs::open(folder, flags, Mode::empty())?)
}

/// Opens a folder in `folder`, which is made readable if it is not.
fn open(folder: &OwnedFd, name: &std::ffi::CStr) -> io::Result<OwnedFd> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
    let once = || rustix::fs::openat(folder, name, flags, Mode::empty());
    match once() {
        Err(rustix::io::Errno::ACCESS) => {
            rustix::fs::chmodat(folder, name, Mode::RWXU, AtFlags::empty())?;
            Ok(once()?)
        }
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_hidden_and_deep_is_counted_and_removed() {
        let root = tempfile::tempdir().expect("a folder");
        let hidden = root.path().join("hidden");
        fs::create_dir(&hidden).expect("a folder");
        fs::write(hidden.join("big"), vec![1; 1 << 20]).expect("a file");
        fs::set_permissions(&hidden, fs::Permissions::from_mode(0o300)).expect("our own");
        assert!(!is_full(root.path(), 0));
        assert!(is_full(root.path(), MOST.bytes));
        let mut deep = root.path().join("a".repeat(200));
        for _ in 0..15 {
            fs::create_dir(&deep).expect("a folder");
            deep.push("b".repeat(200));
        }
        empty(root.path());
        assert_eq!(fs::read_dir(root.path()).expect("it is there").count(), 0);
    }

    #[test]
    fn too_deep_is_too_much() {
        let root = tempfile::tempdir().expect("a folder");
        let deep = (0..DEPTH + 2).fold(root.path().to_owned(), |path, _| path.join("d"));
        fs::create_dir_all(deep).expect("folders");
        assert!(is_full(root.path(), 0));
    }
}
