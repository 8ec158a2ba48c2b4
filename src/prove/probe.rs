//! Asks an interpreter once what it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::declared::OLDEST_VERSION;
use super::environment::Environment;
use super::group::{Group, isolated, read_capped};
use super::interpreter::Version;

/// How long an interpreter may take to say what it is. Version managers' shims are slow on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// One line of JSON, then the path of the real executable as it is, which need not be UTF-8.
const QUESTION: &str = r#"
import sys
version = tuple(sys.version_info[:3])
text = '{"implementation": "%s", "version": [%d, %d, %d]}\n' % ((sys.implementation.name,) + version)
sys.stdout.buffer.write(text.encode("ascii") + (sys.executable or "").encode("utf-8", "surrogateescape"))
"#;

/// What an interpreter said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Probe {
    /// The real executable, where a shim was asked.
    pub(super) path: PathBuf,
    pub(super) implementation: String,
    pub(super) version: Version,
}

/// Why an interpreter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is a Python, but one that salve cannot ask.
    TooOld(String),
    /// It does not start, does not answer, or is no Python.
    Broken(String),
}

#[derive(Deserialize)]
struct Answer {
    implementation: String,
    version: (u8, u8, u8),
}

/// Starts `path` in `folder`, or in a neutral folder, and asks it what it is.
pub(super) async fn probe(
    path: &Path,
    environment: &Environment,
    folder: Option<&Path>,
) -> Result<Probe, Refusal> {
    let shown = path.display();
    let broken = |what: String| Refusal::Broken(format!("{shown}: {what}"));
    let mut command = isolated(path, &environment.for_probes);
    command.args(["-X", "utf8", "-I", "-S", "-B", "-c", QUESTION]);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let mut group = Group::start(&mut command)
        .map_err(|error| broken(format!("cannot be started: {error}")))?;
    group.listen();
    let stdout = group
        .take_stdout()
        .ok_or_else(|| broken("has no output".to_owned()))?;
    let asked = tokio::time::timeout(TIME_LIMIT, async {
        let output = read_capped(stdout, 64 << 10).await;
        let status = group.wait().await;
        (output, status)
    })
    .await;
    let Ok((output, status)) = asked else {
        group.end().await;
        return Err(broken(format!(
            "gave no version within {} s",
            TIME_LIMIT.as_secs()
        )));
    };
    let ending = group.end().await;
    let success = status.is_ok_and(|status| status.success());
    let complaint = ending.complaint.unwrap_or_default();
    if !success && complaint_is_of_python_2(&complaint) {
        return Err(Refusal::TooOld(format!(
            "{shown}: this is Python 2; salve needs Python 3.8 or later"
        )));
    }
    let output = output.map_err(|error| broken(format!("cannot be read: {error}")))?;
    let Some((answer, executable)) = parse(&output).filter(|_| success) else {
        let because = if complaint.is_empty() {
            String::new()
        } else {
            format!(" ({complaint})")
        };
        return Err(broken(format!("does not answer like a Python{because}")));
    };
    let (major, minor, micro) = answer.version;
    if (major, minor) < OLDEST_VERSION {
        return Err(Refusal::TooOld(format!(
            "{shown}: this is Python {major}.{minor}.{micro}; salve needs Python 3.8 or later"
        )));
    }
    Ok(Probe {
        path: executable
            .filter(|executable| executable.is_absolute())
            .unwrap_or_else(|| path.to_owned()),
        implementation: answer.implementation,
        version: Version {
            major,
            minor,
            micro,
        },
    })
}

fn parse(output: &[u8]) -> Option<(Answer, Option<PathBuf>)> {
    let end = output.iter().position(|byte| *byte == b'\n')?;
    let answer = serde_json::from_slice(output.get(..end)?).ok()?;
    Some((answer, path_from(output.get(end + 1..)?)))
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "on other platforms a path must be Unicode"
)]
fn path_from(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Python 2 knows neither `-I` nor `-X utf8`; it refuses the first and ends.
fn complaint_is_of_python_2(complaint: &str) -> bool {
    complaint.contains("python -h") || complaint.contains("Unknown option: -I")
}
