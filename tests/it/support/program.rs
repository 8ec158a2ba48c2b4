//! The real program in a folder of its own, away from the person's files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder with a home, a configuration folder, a data folder and a project, which is the working folder.
pub struct Workshop {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Workshop {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "config", "data", "project/.git"] {
            fs::create_dir_all(folder.path().join(name)).expect("a folder");
        }
        Self { folder }
    }

    /// The working folder.
    pub fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The folder of everything.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file; the path is relative to the project.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.project().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    /// What is in a file of the project.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.project().join(path)).expect("a file")
    }

    /// The program, ready to be run in the project.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_salve"));
        command
            .args(arguments)
            .current_dir(self.project())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root().join("home"))
            .env("XDG_CONFIG_HOME", self.root().join("config"))
            .env("XDG_DATA_HOME", self.root().join("data"))
            // Nobody listens there: a test never meets the model of the machine it runs on.
            .env("SALVE_PROVIDERS_LMSTUDIO_URL", "http://127.0.0.1:9/v1")
            // Nor the keys of the person who runs it.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.finish(self.command(arguments).output().expect("salve starts"))
    }

    /// Runs the program with bytes on standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let path = self.root().join("input");
        fs::write(&path, input).expect("a file");
        let input = fs::File::open(path).expect("a file");
        let output = self.command(arguments).stdin(input).output();
        self.finish(output.expect("salve starts"))
    }

    /// The outcome with the folder's name replaced by `…`.
    pub fn finish(&self, output: Output) -> Run {
        let root = self.root().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&root, "…");
        Run {
            code: output.status.code().expect("an exit code"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl Run {
    /// Everything in one text, for snapshots.
    pub fn all(&self) -> String {
        format!(
            "exit {}\n--- out\n{}--- err\n{}",
            self.code, self.out, self.err
        )
    }

    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
