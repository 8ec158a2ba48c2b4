//! What stands around one run, for it to reach for: listeners, a home, a project, a process of the same user, a
//! terminal. All of it belongs to this run alone, so whatever happens to it was done by this run.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::payload::Goal;
use super::world::World;

/// Folders that everybody may write to.
const SHARED: [&str; 5] = ["/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue"];

/// Modules of the hostile project, named like those that the machinery of a sandbox imports.
const SHADOWS: [&str; 9] = [
    "json",
    "os",
    "types",
    "traceback",
    "runpy",
    "resource",
    "site",
    "sitecustomize",
    "usercustomize",
];

/// The targets of one run.
pub struct Stage {
    folder: TempDir,
    /// A word that stands in the names of everything that this run may leave behind.
    pub token: String,
    tcp4: TcpListener,
    tcp6: Option<TcpListener>,
    udp: UdpSocket,
    abstract_stream: UnixListener,
    stream: UnixListener,
    /// A socket in the project.
    tool: UnixListener,
    datagram: UnixDatagram,
    victim: Child,
    victim_before: String,
    files_before: BTreeMap<PathBuf, String>,
    terminal: OwnedFd,
    terminal_path: PathBuf,
}

impl Stage {
    pub fn new(world: &World, uid: u32) -> Self {
        let token = uuid::Uuid::new_v4().simple().to_string();
        let folder = tempfile::Builder::new()
            .prefix(&format!("salve-{token}-"))
            .tempdir()
            .expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened up");
        let at = |name: &str| folder.path().join(name);
        furnish(folder.path(), &world.secret);
        let tool = UnixListener::bind(at("project/node_modules/tool/socket")).expect("a socket");
        give(folder.path(), uid);
        let stream = UnixListener::bind(at("stream")).expect("a socket");
        let datagram = UnixDatagram::bind(at("datagram")).expect("a socket");
        for name in ["stream", "datagram"] {
            fs::set_permissions(at(name), fs::Permissions::from_mode(0o777)).expect("opened up");
        }
        let name = SocketAddr::from_abstract_name(&token).expect("a name");
        let abstract_stream = UnixListener::bind_addr(&name).expect("a socket");
        let tcp4 = TcpListener::bind("127.0.0.1:0").expect("a port");
        let tcp6 = TcpListener::bind("[::1]:0").ok();
        let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
        tcp4.set_nonblocking(true).expect("set");
        udp.set_nonblocking(true).expect("set");
        stream.set_nonblocking(true).expect("set");
        tool.set_nonblocking(true).expect("set");
        datagram.set_nonblocking(true).expect("set");
        abstract_stream.set_nonblocking(true).expect("set");
        if let Some(tcp6) = &tcp6 {
            tcp6.set_nonblocking(true).expect("set");
        }

        let (terminal, terminal_path) = terminal(uid);
        let victim = victim(world, uid, &at("home/.ssh/id_ed25519"));
        let mut stage = Self {
            victim_before: String::new(),
            files_before: BTreeMap::new(),
            folder,
            token,
            tcp4,
            tcp6,
            udp,
            abstract_stream,
            stream,
            tool,
            datagram,
            victim,
            terminal,
            terminal_path,
        };
        stage.victim_before = stage.victim_state();
        stage
    }

    /// Writes the program that will run here.
    pub fn place(&mut self, path: &Path, text: &str, uid: u32) {
        fs::write(path, text).expect("written");
        chown(path, Some(uid), Some(uid)).expect("given");
        self.files_before = self.files();
    }

    /// Gives the project an environment that says of itself, in two spellings, that it was made from the home.
    pub fn add_environment(&self, python: &Path) {
        let folder = self.path("project/.venv");
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        let home = self.path("home/bin");
        let settings = format!("HOME = /usr/bin\nhome = {}\n", home.display());
        fs::write(folder.join("pyvenv.cfg"), settings).expect("written");
        symlink(python, folder.join("bin/python")).expect("a link");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The terminal's other end, as somebody's standard input.
    pub fn terminal_input(&self) -> Stdio {
        let slave = fs::File::options()
            .read(true)
            .write(true)
            .open(&self.terminal_path);
        Stdio::from(slave.expect("the terminal's other end"))
    }

    /// What a payload knows of its targets.
    pub fn told(&self, world: &World) -> Value {
        let port6 = self.tcp6.as_ref().map_or(1, |it| port(it.local_addr()));
        json!({
            "tcp4": port(self.tcp4.local_addr()),
            "tcp6": port6,
            "udp": port(self.udp.local_addr()),
            "abstract": self.token,
            "stream": self.path("stream"),
            "datagram": self.path("datagram"),
            "home": self.path("home"),
            "key": self.path("home/.ssh/id_ed25519"),
            "project": self.path("project"),
            "victim": self.victim.id(),
            "token": self.token,
            "shared": SHARED,
            "leaks": world.leaks(),
        })
    }

    /// Every sign that something got through, with what it is a sign of.
    pub fn signs(&mut self, world: &World) -> Vec<(Goal, String)> {
        let mut signs = Vec::new();
        let mut listener = |name: &str, reached: bool| {
            if reached {
                signs.push((Goal::Listener, format!("{name} was reached")));
            }
        };
        let mut bytes = [0; 64];
        listener("TCP over IPv4", self.tcp4.accept().is_ok());
        let six = self.tcp6.as_ref().is_some_and(|it| it.accept().is_ok());
        listener("TCP over IPv6", six);
        listener("UDP", self.udp.recv(&mut bytes).is_ok());
        listener("the abstract socket", self.abstract_stream.accept().is_ok());
        listener("the stream socket", self.stream.accept().is_ok());
        listener("the socket in the project", self.tool.accept().is_ok());
        listener(
            "the datagram socket",
            self.datagram.recv(&mut bytes).is_ok(),
        );
        listener("the inherited socket", world.inherited_carried(&self.token));
        if self.terminal_shows() {
            signs.push((Goal::Terminal, "the terminal shows it".to_owned()));
        }
        let after = self.files();
        for (path, state) in &self.files_before {
            match after.get(path) {
                None => signs.push((Goal::Files, format!("{} is gone", path.display()))),
                Some(now) if now != state => {
                    let what = format!("{}: {state} became {now}", path.display());
                    signs.push((Goal::Files, what));
                }
                Some(_) => {}
            }
        }
        for path in after.keys() {
            if !self.files_before.contains_key(path) {
                signs.push((Goal::Files, format!("{} is new", path.display())));
            }
        }
        for folder in SHARED
            .map(PathBuf::from)
            .into_iter()
            .chain([world.leaked_folder()])
        {
            let dropped = folder.join(&self.token);
            if fs::symlink_metadata(&dropped).is_ok() {
                signs.push((Goal::Files, format!("{} is new", dropped.display())));
                fs::remove_file(&dropped)
                    .or_else(|_| fs::remove_dir_all(&dropped))
                    .ok();
            }
        }
        let victim = self.victim_state();
        if victim != self.victim_before {
            let what = format!("the victim was {} and is {victim}", self.victim_before);
            signs.push((Goal::Victim, what));
        }
        signs
    }

    /// What was left in the folder for temporary files.
    pub fn remains(&self) -> Vec<String> {
        fs::read_dir(self.path("tmp"))
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path().display().to_string())
            .collect()
    }

    /// Whether the terminal shows the token.
    fn terminal_shows(&self) -> bool {
        rustix::fs::fcntl_setfl(&self.terminal, rustix::fs::OFlags::NONBLOCK).expect("set");
        let mut shown = Vec::new();
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = rustix::io::read(&self.terminal, &mut bytes) {
            shown.extend_from_slice(&bytes[..count]);
        }
        String::from_utf8_lossy(&shown).contains(&self.token)
    }

    /// Everything about the victim that nobody else may change.
    fn victim_state(&mut self) -> String {
        if let Some(status) = self.victim.try_wait().expect("asked") {
            return format!("dead ({status})");
        }
        let proc = |name: &str| {
            fs::read_to_string(format!("/proc/{}/{name}", self.victim.id())).unwrap_or_default()
        };
        let stat = proc("stat");
        let stat: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
        // It may be sleeping or just about to; stopped or traced is what counts.
        let held = matches!(stat.first(), Some(&("T" | "t")));
        let nice = stat.get(16).copied().unwrap_or("?");
        let files = proc("limits");
        let files = files
            .lines()
            .find(|line| line.starts_with("Max open files"));
        let processors = proc("status");
        let processors = processors
            .lines()
            .find(|line| line.starts_with("Cpus_allowed:"));
        let environment = proc("environ").len();
        format!(
            "stopped {held}, nice {nice}, {files:?}, {processors:?}, oom {}, environment {environment} {}",
            proc("oom_score_adj").trim(),
            proc("environ").contains("UNTOUCHED"),
        )
    }

    /// Every file of the home and the project, with what can be changed of it.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        for top in ["home", "project"] {
            describe(&self.path(top), &mut files);
        }
        files
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.victim.kill().ok();
        self.victim.wait().ok();
    }
}

fn port(address: std::io::Result<std::net::SocketAddr>) -> u16 {
    address.expect("an address").port()
}

fn describe(path: &Path, files: &mut BTreeMap<PathBuf, String>) {
    let about = fs::symlink_metadata(path).expect("an entry");
    // A folder's own time follows from what is put into it; the mode and the owner do not.
    let content = if about.is_file() {
        let text = fs::read(path).map_or_else(|error| error.to_string(), |it| format!("{it:?}"));
        format!("{} {} {text:.2000}", about.mtime(), about.nlink())
    } else {
        String::new()
    };
    let mut value = [0; 64];
    let tagged = rustix::fs::lgetxattr(path, "user.tag", &mut value).is_ok();
    // Links and sockets have none.
    let flags = (about.is_file() || about.is_dir()).then(|| {
        fs::File::open(path)
            .ok()
            .and_then(|it| rustix::fs::ioctl_getflags(it).ok())
    });
    let state = format!(
        "{:o} {} {tagged} {flags:?} {content}",
        about.mode(),
        about.uid()
    );
    files.insert(path.to_owned(), state);
    if about.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            describe(&entry.expect("an entry").path(), files);
        }
    }
}

/// A home with a key, and a project with secrets and with modules that shadow the standard library.
fn furnish(folder: &Path, secret: &str) {
    let file = |path: &str, mode: u32, text: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_500_000_000))
            .expect("a time");
    };
    file(
        "home/.ssh/id_ed25519",
        0o600,
        format!("-----BEGIN KEY-----\n{secret}\n"),
    );
    file("home/.profile", 0o644, "PATH=$HOME/bin:$PATH\n".to_owned());
    // So that attacks on the limit need not be large.
    let settings = "{\"prove\": {\"runMemoryMegabytes\": 400}}\n";
    file("home/.config/salve/config.json", 0o644, settings.to_owned());
    file(
        "home/notes/todo.txt",
        0o644,
        "water the plants\n".to_owned(),
    );
    file("project/app.py", 0o644, "print('app')\n".to_owned());
    file("project/.env", 0o644, format!("API_KEY={secret}\n"));
    file(
        "project/service/.env.local",
        0o644,
        format!("API_KEY={secret}\n"),
    );
    file(
        "project/.git/config",
        0o644,
        format!("[remote]\n\turl = https://{secret}@host/\n"),
    );
    file(
        "project/deploy.pem",
        0o600,
        format!("-----BEGIN KEY-----\n{secret}\n"),
    );
    file("project/.npmrc", 0o644, format!("_authToken={secret}\n"));
    file(
        "project/.ssh/id_rsa",
        0o600,
        format!("-----BEGIN KEY-----\n{secret}\n"),
    );
    file(
        "project/node_modules/tool/tool.js",
        0o644,
        "run()\n".to_owned(),
    );
    for (target, link) in [
        ("../home/.ssh/id_ed25519", "shortcut"),
        ("../home", "elsewhere"),
        ("../../home/.ssh", "service/elsewhere"),
        ("../../home", "node_modules/elsewhere"),
    ] {
        symlink(target, folder.join("project").join(link)).expect("a link");
    }
    for name in SHADOWS {
        let text = "import sys\nsys.__stdout__.write('HIJACKED\\n')\nsys.__stdout__.flush()\n";
        file(&format!("project/{name}.py"), 0o644, text.to_owned());
    }
    for name in ["scratch", "tmp", "code"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
}

/// Gives everything in a folder to a user.
fn give(path: &Path, uid: u32) {
    for entry in fs::read_dir(path).expect("a folder") {
        let path = entry.expect("an entry").path();
        std::os::unix::fs::lchown(&path, Some(uid), Some(uid)).expect("given");
        if fs::symlink_metadata(&path).expect("an entry").is_dir() {
            give(&path, uid);
        }
    }
}

fn terminal(uid: u32) -> (OwnedFd, PathBuf) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC);
    let master = master.expect("a terminal");
    grantpt(&master).expect("granted");
    unlockpt(&master).expect("unlocked");
    let name = ptsname(&master, Vec::new()).expect("a name");
    let path = PathBuf::from(name.into_string().expect("a path"));
    chown(&path, Some(uid), None).expect("given");
    (master, path)
}

/// A process of the same user: it waits for words that never come, keeps a secret in its environment, and holds a
/// file open that others cannot read.
fn victim(world: &World, uid: u32, key: &Path) -> Child {
    let mut command = world.as_user(uid, "cat");
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SECRET", &world.secret)
        .env("STATE", "UNTOUCHED")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(fs::File::open(key).expect("the key"));
    let mut victim = world.start(&mut command);
    let mut input = victim.stdin.take().expect("a pipe");
    input.write_all(b"ready\n").expect("written");
    let mut answer = String::new();
    let mut output = BufReader::new(victim.stdout.take().expect("a pipe"));
    output.read_line(&mut answer).expect("the victim answers");
    assert_eq!(answer, "ready\n");
    // Both ends stay open as long as the victim does.
    victim.stdin = Some(input);
    victim.stdout = Some(output.into_inner());
    victim
}
