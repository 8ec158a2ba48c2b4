//! Parts of an engine for tests of a single room: a real interpreter, a clock that stands, no record.

use std::process::Stdio;
use std::sync::Mutex;

use async_trait::async_trait;
use salve::engine::ports::{
    Clock, Compilation, CompileError, CompileVerdict, Knowledge, KnowledgeError, Outcome,
    PatternStats, Prover, Shown,
};
use tokio::io::AsyncWriteExt;

const COMPILE: &str = "import sys\n\
try:\n    compile(sys.stdin.buffer.read(), 'text', 'exec')\n\
except SyntaxError as error:\n    print(type(error).__name__, error.lineno, error.msg, sep='\\t')";

/// Compiles with the `python3` on the path, and remembers what it was given.
#[derive(Default)]
pub struct Python {
    compiled: Mutex<Vec<String>>,
}

impl Python {
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
        let mut child = tokio::process::Command::new("python3")
            .args(["-I", "-c", COMPILE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 on the path");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(source).await.expect("python3 reads");
        drop(stdin);
        let output = child.wait_with_output().await.expect("python3 ends");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut fields = printed.trim_end().split('\t');
        let verdict = match (fields.next(), fields.next(), fields.next()) {
            (Some(kind), Some(line), Some(message)) => CompileVerdict::Rejected(CompileError {
                kind: kind.to_owned(),
                message: message.to_owned(),
                line: line.parse().ok(),
                column: None,
            }),
            _ => CompileVerdict::Accepted,
        };
        Compilation { verdict, millis: 0 }
    }

    async fn interpreter(&self) -> Option<String> {
        Some("python3".to_owned())
    }
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
