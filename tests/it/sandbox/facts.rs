//! What this machine offers to attackers, found out without the payloads.

use std::fs;
use std::process::Command;

use super::payload::Payload;
use super::world::World;

/// What payloads may need, and why it is missing here, if it is.
pub struct Facts {
    missing: Vec<(&'static str, String)>,
}

impl Facts {
    pub fn of(world: &World) -> Self {
        let number = |path: &str| {
            let text = fs::read_to_string(path).ok()?;
            text.trim().parse::<i64>().ok()
        };
        let root = world.uid == 0;
        let succeeds = |command: &mut Command| command.output().is_ok_and(|it| it.status.success());
        let mut missing = Vec::new();
        let mut require = |name, is_there: bool, otherwise: &str| {
            if !is_there {
                missing.push((name, otherwise.to_owned()));
            }
        };
        require("root", root, "only root may");
        let scope = number("/proc/sys/kernel/yama/ptrace_scope").unwrap_or(0);
        let free = scope == 0 || (root && scope < 3);
        require("ptrace", free, "Yama forbids to look into other processes");
        let mut unshare = world.as_user(world.uid, "unshare");
        let unshared = succeeds(unshare.args(["--user", "true"]));
        require("namespaces", unshared, "no user namespaces");
        let ring = number("/proc/sys/kernel/io_uring_disabled") == Some(0);
        require("io_uring", ring, "io_uring is switched off");
        let six = std::net::TcpListener::bind("[::1]:0").is_ok();
        require("ipv6", six, "no IPv6");
        let multipath = number("/proc/sys/net/mptcp/enabled") == Some(1);
        require("mptcp", multipath, "no multipath TCP");
        let interfaces = fs::read_dir("/sys/class/net").map_or(0, Iterator::count);
        require(
            "interface",
            interfaces > 1,
            "the machine has no network interface",
        );
        require(
            "x86_64",
            cfg!(target_arch = "x86_64"),
            "the numbers are those of x86_64",
        );
        require(
            "bash",
            succeeds(Command::new("bash").args(["-c", "true"])),
            "no bash",
        );
        require(
            "keys",
            fs::exists("/proc/keys").unwrap_or(false),
            "no keyrings",
        );
        let disk = fs::read_to_string("/proc/partitions").is_ok_and(|it| it.lines().count() > 2);
        require("disk", disk, "no disk");
        let tagged = {
            let file = tempfile::NamedTempFile::new().expect("a file");
            let flags = rustix::fs::XattrFlags::empty();
            rustix::fs::setxattr(file.path(), "user.tag", b"x", flags).is_ok()
        };
        require(
            "xattr",
            tagged,
            "the file system knows no extended attributes",
        );
        Self { missing }
    }

    /// Why a payload cannot get what it is after here.
    pub fn lacking(&self, payload: &Payload) -> Option<&str> {
        let missing = self.missing.iter();
        let mut missing = missing.filter(|(name, _)| payload.needs.iter().any(|it| it == name));
        missing.next().map(|(_, why)| why.as_str())
    }
}
