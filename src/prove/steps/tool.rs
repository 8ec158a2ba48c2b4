//! What the tools of a project have in common: how one is run, and which of its complaints are new.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::super::group::{Group, isolated, read_capped};
use crate::engine::ports::{Change, ToolVerdict};
use crate::lang::python::{Version, parse, syntax_errors};

/// Most bytes that are read of a tool's report.
const MAX_REPORT: usize = 8 << 20;

/// A run of a tool that came to its end.
pub(super) struct Outcome {
    pub(super) status: ExitStatus,
    pub(super) report: Vec<u8>,
    /// The last line that it wrote to standard error.
    pub(super) complaint: Option<String>,
}

/// How a tool is run.
pub(super) struct Job<'job> {
    pub(super) program: &'job Path,
    pub(super) arguments: Vec<OsString>,
    pub(super) input: &'job [u8],
    /// The working folder; a neutral one if there is none.
    pub(super) folder: Option<&'job Path>,
    pub(super) variables: &'job [(OsString, OsString)],
    pub(super) limit: Duration,
}

impl Job<'_> {
    /// Runs it to its end, or says in words why that was not possible. It is killed with all that it started when its
    /// time is over, and when the future is dropped.
    pub(super) async fn run(self) -> Result<Outcome, String> {
        let shown = self.program.display();
        let mut command = isolated(self.program, self.variables);
        command.args(&self.arguments).stdin(Stdio::piped());
        if let Some(folder) = self.folder {
            command.current_dir(folder);
        }
        let failed = |error: io::Error| format!("{shown}: cannot be run: {error}");
        let mut group = Group::start(&mut command).map_err(failed)?;
        group.listen();
        let (Some(mut stdin), Some(stdout)) = (group.take_stdin(), group.take_stdout()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        let work = async {
            let feed = async {
                // A tool that does not read to the end has its reasons, which it reports.
                let _ = stdin.write_all(self.input).await;
                drop(stdin);
            };
            let ((), report) = tokio::join!(feed, read_capped(stdout, MAX_REPORT));
            Ok::<_, io::Error>((report?, group.wait().await?))
        };
        let worked = timeout(self.limit, work).await;
        let ending = group.end().await;
        match worked {
            Ok(Ok((report, status))) => Ok(Outcome {
                status,
                report,
                complaint: ending.complaint,
            }),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(format!(
                "{shown}: gave no answer within {} ms",
                self.limit.as_millis()
            )),
        }
    }
}

impl Outcome {
    /// Why a run is of no use.
    pub(super) fn failure(&self, program: &Path) -> String {
        let because = match &self.complaint {
            Some(complaint) => format!(" ({complaint})"),
            None => String::new(),
        };
        format!(
            "{}: failed with {}{because}",
            program.display(),
            self.status
        )
    }
}

/// One complaint of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The tool's code, such as `F401` or `arg-type`.
    pub(super) code: String,
    pub(super) message: String,
    /// First and last line, from one.
    pub(super) lines: (usize, usize),
}

/// Whether a text can be read at all; a tool says little of one that cannot.
pub(super) fn is_whole(text: &str) -> bool {
    const NEWEST: Version = Version {
        major: 3,
        minor: 14,
    };
    syntax_errors(&parse(text, NEWEST)).is_empty()
}

/// What a tool says of a text, compared with what it said before; `before` is `None` where it could say nothing because
/// the text was broken. Lines move, so complaints are the same if code and message are; without those of before, only
/// what stands in changed lines is the fix's.
pub(super) fn judge(
    change: &Change<'_>,
    before: Option<Vec<Complaint>>,
    after: Vec<Complaint>,
) -> ToolVerdict {
    let new: Vec<String> = match before {
        Some(mut before) => after
            .into_iter()
            .filter(|complaint| {
                let same = before
                    .iter()
                    .position(|old| old.code == complaint.code && old.message == complaint.message);
                same.map(|index| before.swap_remove(index)).is_none()
            })
            .map(shown)
            .collect(),
        None => {
            let (first, last) = changed_lines(change);
            after
                .into_iter()
                .filter(|complaint| complaint.lines.0 <= last && complaint.lines.1 >= first)
                .map(shown)
                .collect()
        }
    };
    if new.is_empty() {
        ToolVerdict::NothingNew
    } else {
        ToolVerdict::New(new)
    }
}

fn shown(complaint: Complaint) -> String {
    format!("{} ({})", complaint.message, complaint.code)
}

/// The first and the last line of the new text that the change touches, from one.
fn changed_lines(change: &Change<'_>) -> (usize, usize) {
    let before: Vec<&str> = change.before.lines().collect();
    let after: Vec<&str> = change.after.lines().collect();
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let head = same(&mut before.iter().zip(&after));
    let most = before.len().min(after.len()) - head;
    let tail = same(&mut before.iter().rev().zip(after.iter().rev())).min(most);
    (head + 1, (after.len() - tail).max(head + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(message: &str, line: usize) -> Complaint {
        Complaint {
            code: "X1".to_owned(),
            message: message.to_owned(),
            lines: (line, line),
        }
    }

    #[test]
    fn lines_move_and_counts_matter() {
        let change = Change {
            before: "a\nb\n",
            after: "a\nx\nb\n",
            path: None,
        };
        let old = vec![complaint("one", 2)];
        let moved = judge(&change, Some(old.clone()), vec![complaint("one", 3)]);
        assert_eq!(moved, ToolVerdict::NothingNew);
        let twice = vec![complaint("one", 2), complaint("one", 3)];
        assert_eq!(
            judge(&change, Some(old), twice),
            ToolVerdict::New(vec!["one (X1)".to_owned()])
        );
    }

    #[test]
    fn of_a_broken_text_only_the_changed_lines_count() {
        let change = Change {
            before: "a\nb(\nc\n",
            after: "a\nb()\nc\n",
            path: None,
        };
        let verdict = judge(
            &change,
            None,
            vec![
                complaint("far", 1),
                complaint("near", 2),
                complaint("far", 3),
            ],
        );
        assert_eq!(verdict, ToolVerdict::New(vec!["near (X1)".to_owned()]));
    }
}
