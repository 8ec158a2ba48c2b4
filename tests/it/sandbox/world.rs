//! What all runs of one test share: the user, the secret, what leaks into every child, and an account of which
//! children were meant to be there.

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Mutex;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, pidfd_open};
use tempfile::TempDir;

/// An ordinary user that every system has; it needs no home and no password.
const NOBODY: u32 = 65534;

/// A jail that loses its parent, because that one is being ended, ends with it: but not in the same instant.
const JAIL: &str = "/proc/self/exe __jail";

pub struct World {
    /// The user as whom everything is run.
    pub uid: u32,
    /// A word that nobody must learn.
    pub secret: String,
    /// The interpreter that this user can start.
    pub python: PathBuf,
    /// The program under test, where this user can start it.
    pub salve: PathBuf,
    path: String,
    started: Mutex<HashSet<u32>>,
    leaks: [OwnedFd; 3],
    folder: TempDir,
    inherited: Mutex<(UnixStream, String)>,
}

/// Who we are ourselves.
pub fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

impl World {
    /// With the rights of an ordinary user; as ourselves if we are one.
    ///
    /// # Errors
    /// Why it is impossible here.
    pub fn ordinary() -> Result<Self, String> {
        match own_uid() {
            0 => Self::new(NOBODY),
            uid => Self::new(uid),
        }
    }

    /// With all rights there are.
    ///
    /// # Errors
    /// Why it is impossible here.
    pub fn root() -> Result<Self, String> {
        match own_uid() {
            0 => Self::new(0),
            _ => Err("as root: not run, the tests have no root rights".to_owned()),
        }
    }

    fn new(uid: u32) -> Result<Self, String> {
        // Whoever loses its parent becomes ours, so that nothing can hide.
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).expect("set");
        let folder = tempfile::Builder::new()
            .prefix("salve-world-")
            .tempdir()
            .expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened up");
        let secret = format!("canary{}", uuid::Uuid::new_v4().simple());
        let leaked = folder.path().join("leaked");
        fs::create_dir(&leaked).expect("a folder");
        fs::write(leaked.join("file"), format!("{secret}\n")).expect("a file");

        for path in [leaked.clone(), leaked.join("file")] {
            chown(path, Some(uid), Some(uid)).expect("given");
        }
        let (ours, theirs) = UnixStream::pair().expect("a pair");
        ours.set_nonblocking(true).expect("set");
        let leak = |it: OwnedFd| {
            // High numbers, which a sandbox that closes the first few would miss.
            let it = fcntl_dupfd_cloexec(it, 60).expect("a number");
            fcntl_setfd(&it, FdFlags::empty()).expect("leaked");
            it
        };
        let open = |path: &Path| OwnedFd::from(fs::File::open(path).expect("opened"));
        let leaks = [
            leak(open(&leaked.join("file"))),
            leak(open(&leaked)),
            leak(theirs.into()),
        ];
        let mut world = Self {
            uid,
            secret,
            python: PathBuf::new(),
            salve: env!("CARGO_BIN_EXE_salve").into(),
            path: std::env::var("PATH").unwrap_or_default(),
            started: Mutex::default(),
            leaks,
            folder,
            inherited: Mutex::new((ours, String::new())),
        };
        // Not the installation of whoever runs the tests, if there is another: it may lie where no one else can go.
        let own = std::mem::replace(&mut world.path, "/usr/local/bin:/usr/bin:/bin".to_owned());
        world.find_programs().or_else(|error| {
            world.path = own;
            world.find_programs().map_err(|_| error)
        })?;
        Ok(world)
    }

    /// An interpreter and the program under test, where the user can start them.
    fn find_programs(&mut self) -> Result<(), String> {
        let uid = self.uid;
        let script = "import sys; print(sys.executable)";
        let found = self
            .as_user(uid, "python3")
            .env("PATH", &self.path)
            .args(["-c", script])
            .output();
        let found = found.map_err(|error| format!("as user {uid}: not run, {error}"))?;
        if !found.status.success() {
            return Err(format!(
                "as user {uid}: not run, this user can start no python3"
            ));
        }
        self.python = String::from_utf8_lossy(&found.stdout).trim().into();
        // The shims of version managers look for their home; the folder of the interpreter itself does not.
        let bin = self.python.parent().expect("a folder").display();
        self.path = format!("{bin}:{}", self.path);
        let starts = |program: &Path| {
            let output = self.as_user(uid, program).arg("--version").output();
            output.is_ok_and(|it| it.status.success())
        };
        if !starts(&self.salve) {
            let copy = self.folder.path().join("salve");
            fs::copy(&self.salve, &copy).expect("copied");
            assert!(starts(&copy), "user {uid} cannot start {}", copy.display());
            self.salve = copy;
        }
        Ok(())
    }

    /// A command with this user's rights.
    pub fn as_user(&self, uid: u32, program: impl AsRef<std::ffi::OsStr>) -> Command {
        if uid == own_uid() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        let uid = uid.to_string();
        command
            .args(["--reuid", &uid, "--regid", &uid, "--clear-groups", "--"])
            .arg(program);
        command
    }

    /// The environment of everything that is run.
    pub fn environment(&self, home: &Path, temporary: &Path) -> Vec<(&'static str, String)> {
        vec![
            ("PATH", self.path.clone()),
            ("HOME", home.display().to_string()),
            ("TMPDIR", temporary.display().to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            ("SERVICE_API_KEY", self.secret.clone()),
        ]
    }

    /// Starts a process and keeps account of it.
    pub fn start(&self, command: &mut Command) -> Child {
        let mut started = self.started.lock().expect("the account");
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        started.insert(child.id());
        child
    }

    /// Ends every process that lost its parent, and tells what they were. Those that were about to end anyway are not
    /// told. With `only`, the others are left alone.
    pub fn end_orphans(&self, only: Option<&str>) -> Vec<String> {
        let mut told = Vec::new();
        // While it is held nobody is started, so whoever is unknown is an orphan.
        let started = self.started.lock().expect("the account");
        loop {
            let mut found = false;
            for (pid, stat) in children() {
                let proc = |name: &str| fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
                if started.contains(&pid) {
                    continue;
                }
                let line = String::from_utf8_lossy(&proc("cmdline")).replace('\0', " ");
                if only.is_some_and(|only| !line.contains(only) && stat.state != "Z") {
                    continue;
                }
                let status = String::from_utf8_lossy(&proc("status")).into_owned();
                // One that has given up its memory already has no command line any more.
                let is_ending = stat.is_ending || line.is_empty() || killed(&status);
                if !(is_ending || line.trim() == JAIL && ends(pid)) {
                    told.push(format!("process {pid}: {}", line.trim()));
                }
                found = true;
                let pid = process(pid);
                rustix::process::kill_process(pid, Signal::KILL).ok();
                rustix::process::waitpid(Some(pid), WaitOptions::empty()).ok();
            }
            if !found {
                return told;
            }
        }
    }

    /// What leaks into every child: a file, a folder, and a socket whose other end we hold.
    pub fn leaks(&self) -> [i32; 3] {
        self.leaks.each_ref().map(AsRawFd::as_raw_fd)
    }

    /// The folder that leaks.
    pub fn leaked_folder(&self) -> PathBuf {
        self.folder.path().join("leaked")
    }

    /// Whether a word came through the socket that leaks.
    pub fn inherited_carried(&self, token: &str) -> bool {
        let mut inherited = self.inherited.lock().expect("the socket");
        let (socket, heard) = &mut *inherited;
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = socket.read(&mut bytes) {
            heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        heard.contains(token)
    }
}

/// What the kernel says of a process in one line.
struct Stat {
    state: String,
    is_ending: bool,
}

/// Whether a process ends by itself within moments.
fn ends(pid: u32) -> bool {
    // One that is gone already has nothing to wait for.
    let Ok(watched) = pidfd_open(process(pid), PidfdFlags::empty()) else {
        return true;
    };
    let mut ready = [PollFd::new(&watched, PollFlags::IN)];
    let guard = Timespec::try_from(Duration::from_secs(3)).expect("a short time");
    rustix::event::poll(&mut ready, Some(&guard)).is_ok_and(|count| count > 0)
}

fn process(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).expect("a number")).expect("a process")
}

/// All children of this process.
fn children() -> Vec<(u32, Stat)> {
    let us = std::process::id().to_string();
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc") {
        let entry = entry.expect("an entry");
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
        if fields.get(1) == Some(&us.as_str()) {
            let flags: u32 = fields.get(6).and_then(|it| it.parse().ok()).unwrap_or(0);
            let state = fields[0].to_owned();
            // PF_EXITING of the kernel's `include/linux/sched.h`.
            let is_ending = flags & 4 != 0 || state == "Z" || state == "X";
            children.push((pid, Stat { state, is_ending }));
        }
    }
    children
}

/// Whether SIGKILL is on its way to a process.
fn killed(status: &str) -> bool {
    status
        .lines()
        .filter(|line| line.starts_with("SigPnd:") || line.starts_with("ShdPnd:"))
        .filter_map(|line| u64::from_str_radix(line.split_whitespace().nth(1)?, 16).ok())
        .any(|signals| signals & (1 << (9 - 1)) != 0)
}
