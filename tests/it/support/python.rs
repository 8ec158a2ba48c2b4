//! Parts of an engine for tests of a single room: a real interpreter, a clock that stands, no record.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use async_trait::async_trait;
use salve::engine::ports::{
    Clock, Compilation, Knowledge, KnowledgeError, KnownTemplate, Outcome, PatternStats, Prover,
    Shown,
};
use salve::prove::{CPythonProver, Environment, Interpreters, Limits, Lookup};

/// Compiles with the `python3` on the path like any salve does, and remembers what it was given.
pub struct Python {
    prover: CPythonProver,
    compiled: Mutex<Vec<String>>,
}

impl Python {
    /// Starts nothing yet.
    pub fn new() -> Self {
        let lookup = Lookup {
            folder: std::env::temp_dir(),
            environment: Environment::new(std::env::vars_os()),
            ..Lookup::default()
        };
        Self {
            prover: CPythonProver::new(Interpreters::default(), lookup, Limits::default()),
            compiled: Mutex::default(),
        }
    }

    /// The texts that were compiled so far.
    pub fn compiled(&self) -> Vec<String> {
        self.compiled.lock().expect("no panic while locked").clone()
    }
}

#[async_trait]
impl Prover for Python {
    async fn compile(&self, source: &[u8]) -> Compilation {
        self.compiled
            .lock()
            .expect("no panic while locked")
            .push(String::from_utf8_lossy(source).into_owned());
        self.prover.compile(source).await
    }

    async fn interpreter(&self) -> Option<String> {
        self.prover.interpreter().await
    }
}

/// Makes a program that says it is a Python of some version, such as `3, 9, 1`, and judges as the real one does. When it
/// is asked, it leaves a file of that name beside it.
pub fn pretender(path: &Path, version: &str, leaves: &str) {
    let ask = "import sys; print(sys.executable)";
    let real = Command::new("python3").args(["-c", ask]).output();
    let real = String::from_utf8(real.expect("python3 starts").stdout).expect("a path");
    let folder = path.parent().expect("a folder");
    std::fs::create_dir_all(folder).expect("a folder");
    let script = format!(
        "#!/bin/sh\necho >> '{}'\nprintf '{{\"implementation\": \"cpython\", \"version\": [{version}]}}\\n%s' '{}'\n",
        folder.join(leaves).display(),
        real.trim_end(),
    );
    std::fs::write(path, script).expect("a file");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, executable).expect("made executable");
}

/// A clock that stands still.
pub struct FixedClock;

impl FixedClock {
    /// Wed, 21 Oct 2015 07:28:00 GMT
    pub const NOW: i64 = 1_445_412_480;
}

impl Clock for FixedClock {
    fn now(&self) -> i64 {
        Self::NOW
    }
}

/// A record that stays blank.
pub struct Blank;

impl Knowledge for Blank {
    fn shown(&self, _shown: Shown) {}

    fn outcome(&self, _fix_id: &str, _outcome: Outcome, _at: i64) {}

    fn rejected(&self, _signature: &str) -> Result<Vec<String>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn templates(&self, _: &str, _: &str) -> Result<Vec<KnownTemplate>, KnowledgeError> {
        Ok(Vec::new())
    }

    fn validated(&self, _: i64, _: bool, _: i64) {}

    fn statistics(&self) -> Result<PatternStats, KnowledgeError> {
        Err(KnowledgeError {
            message: "nothing is recorded".to_owned(),
            hint: None,
        })
    }

    fn flush(&self) -> Result<(), KnowledgeError> {
        Ok(())
    }

    fn trouble(&self) -> Option<KnowledgeError> {
        None
    }
}
