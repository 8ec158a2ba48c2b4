//! The one owner of everything that changes: open documents and what is known of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tower_lsp::ls_types::{Diagnostic, Uri};

use super::document::OpenDocument;
use super::follow::{Change, Event, OfferedFix, Text};
use crate::diagnose::Finding;
use crate::engine::{Healed, Input};
use crate::repair::Examination;
use crate::text::{DocumentError, Edit, PositionEncoding, PositionIndex, apply};

/// One state of a document and of what it is judged by. Grows with each change of any document or of the settings, and is
/// never used twice, unlike a client's version, which starts again when a document is opened again.
pub type Revision = u64;

/// The text of a document at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The document's name as the client wrote it.
    pub uri: Uri,
    /// Which text.
    pub revision: Revision,
    /// The client's number of it.
    pub version: i32,
    /// The text.
    pub text: Arc<str>,
}

/// What is known of one revision. Replaced as a whole, never changed.
#[derive(Debug)]
pub struct Report {
    /// The text concerned.
    pub snapshot: Snapshot,
    /// What was handed to the engine.
    pub input: Input,
    /// The lines of the text.
    pub index: PositionIndex,
    /// What is left to prove; `None` once that is done.
    pub examination: Option<Examination>,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// The same for the client.
    pub diagnostics: Vec<Diagnostic>,
    /// What was proven; `None` while the proof is under way.
    pub proof: Option<Proof>,
}

/// What was proven of one revision.
#[derive(Debug)]
pub struct Proof {
    /// The findings with their fixes; the same findings in the same order as in the report.
    pub healed: Healed,
    /// All certain fixes, if they cure together what each promises.
    pub fix_all: Option<FixAll>,
}

/// The certain fixes of one revision as one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixAll {
    /// The fixes' names in the record.
    pub fixes: Vec<String>,
    /// The change; sorted, without overlap.
    pub edits: Vec<Edit>,
}

/// What became of a notification about a document.
#[derive(Debug, Default, PartialEq)]
pub struct Changed {
    /// Ranges that were ignored because they made no sense.
    pub ignored: Vec<DocumentError>,
    /// Fixes whose result is now the text: the person applied them.
    pub accepted: Vec<String>,
    /// Fixes that were shown beside those.
    pub passed_over: Vec<String>,
}

/// Handles for the job that examines a document.
pub struct Desk {
    /// Counts up when there is something new to examine.
    pub bell: watch::Receiver<u64>,
    /// Where the reports go.
    pub reports: watch::Sender<Option<Arc<Report>>>,
    /// Notified when somebody waits for the proof.
    pub hurry: Arc<Notify>,
    /// The text, and what happens to it; `None` for one that is too large to be followed.
    pub follow: Option<(Text, UnboundedReceiver<Event>)>,
}

/// The open documents.
#[derive(Default)]
pub struct State {
    documents: Mutex<HashMap<String, OpenDocument>>,
    last_revision: AtomicU64,
}

impl State {
    /// Takes a document up. One that is open already is replaced.
    pub fn open(&self, uri: &Uri, version: i32, text: &str) -> Desk {
        let (opened, desk) = OpenDocument::new(uri, self.next_revision(), version, text);
        if let Some(replaced) = self.lock().insert(key(uri), opened) {
            replaced.end();
        }
        desk
    }

    /// Notes the job that examines a document, so that it ends with it.
    pub fn attach(&self, uri: &Uri, job: AbortHandle) {
        match self.lock().get_mut(&key(uri)) {
            Some(document) => document.job = Some(job),
            None => job.abort(),
        }
    }

    /// Applies changes in their order; `None` if the document is not open.
    pub fn change(
        &self,
        uri: &Uri,
        version: i32,
        changes: &[Change<'_>],
        encoding: PositionEncoding,
    ) -> Option<Changed> {
        let mut documents = self.lock();
        let open = documents.get_mut(&key(uri))?;
        let outcome = open.change(version, changes, encoding);
        open.renew(self.next_revision());
        Some(outcome)
    }

    /// Notes that a document was saved.
    pub fn saved(&self, uri: &Uri) {
        if let Some(open) = self.lock().get_mut(&key(uri)) {
            open.tell(Event::Saved);
        }
    }

    /// The text of a document now; `None` if it is not open or too large to be followed. Before, its job hears of all
    /// that happened to it.
    pub fn text(&self, uri: &Uri) -> Option<Text> {
        let mut documents = self.lock();
        let open = documents.get_mut(&key(uri))?;
        if !open.is_followed() {
            return None;
        }
        open.release();
        Some(open.text())
    }

    /// Forgets a document and ends its job. Returns its name as it was opened.
    pub fn close(&self, uri: &Uri) -> Option<Uri> {
        let closed = self.lock().remove(&key(uri))?;
        let uri = closed.uri.clone();
        closed.end();
        Some(uri)
    }

    /// Forgets all documents.
    pub fn close_all(&self) {
        for (_, closed) in self.lock().drain() {
            closed.end();
        }
    }

    /// The text of a document now; `None` if it is not open.
    pub fn snapshot(&self, uri: &Uri) -> Option<Snapshot> {
        let (uri, revision, document) = {
            let documents = self.lock();
            let open = documents.get(&key(uri))?;
            (open.uri.clone(), open.revision, open.document.clone())
        };
        Some(Snapshot {
            uri,
            revision,
            version: document.version(),
            text: document.text().into(),
        })
    }

    /// Which text a document has now; `None` if it is not open.
    pub fn revision(&self, uri: &Uri) -> Option<Revision> {
        self.lock().get(&key(uri)).map(|open| open.revision)
    }

    /// The reports on a document as they come.
    pub fn reports(&self, uri: &Uri) -> Option<watch::Receiver<Option<Arc<Report>>>> {
        self.lock()
            .get(&key(uri))
            .map(|open| open.reports.subscribe())
    }

    /// Hears of each change of a document.
    pub fn bell(&self, uri: &Uri) -> Option<watch::Receiver<u64>> {
        self.lock().get(&key(uri)).map(|open| open.bell.subscribe())
    }

    /// Has every document examined again; what was known of it no longer counts.
    pub fn renew_all(&self) {
        for open in self.lock().values_mut() {
            open.renew(self.next_revision());
        }
    }

    /// Has one document examined again; what was known of it no longer counts.
    pub fn renew(&self, uri: &Uri) {
        if let Some(open) = self.lock().get_mut(&key(uri)) {
            open.renew(self.next_revision());
        }
    }

    /// Has the fixes of a document proven without further delay.
    pub fn hurry(&self, uri: &Uri) {
        if let Some(open) = self.lock().get(&key(uri)) {
            open.hurry.notify_one();
        }
    }

    /// Of the findings of a revision whose fixes are listed, those that are not in the record yet. They count as recorded
    /// from now on.
    pub fn list(&self, report: &Report, findings: &[usize]) -> Vec<usize> {
        let mut documents = self.lock();
        let Some(open) = documents.get_mut(&key(&report.snapshot.uri)) else {
            return Vec::new();
        };
        if open.revision != report.snapshot.revision {
            return Vec::new();
        }
        open.list(report, findings)
    }

    /// The fixes that were listed beside these, for the same findings.
    pub fn others(&self, uri: &Uri, fixes: &[String]) -> Vec<String> {
        let documents = self.lock();
        let open = documents.get(&key(uri));
        open.map(|open| open.others(fixes)).unwrap_or_default()
    }

    /// Remembers that the client was given fixes as one change, to see whether they are applied. `is_seen`: the person
    /// chose among them.
    pub fn offer(
        &self,
        snapshot: &Snapshot,
        fixes: Vec<OfferedFix>,
        edits: &[Edit],
        is_seen: bool,
    ) {
        let Ok(result) = apply(&snapshot.text, edits) else {
            return;
        };
        let mut documents = self.lock();
        let Some(open) = documents.get_mut(&key(&snapshot.uri)) else {
            return;
        };
        if open.revision == snapshot.revision {
            open.offer(snapshot, fixes, edits, is_seen, result);
        }
    }

    fn next_revision(&self) -> Revision {
        self.last_revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, OpenDocument>> {
        // Nothing that runs under the lock leaves a document half changed.
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What two spellings of one URI have in common: editors differ in the case of drive letters and in what they escape.
fn key(uri: &Uri) -> String {
    let mut decoded = percent_decoded(uri.as_str());
    if let Some(rest) = decoded.strip_prefix("file:///") {
        let mut characters = rest.chars();
        if let (Some(drive), Some(':')) = (characters.next(), characters.next())
            && drive.is_ascii_uppercase()
        {
            decoded = format!(
                "file:///{}{}",
                drive.to_ascii_lowercase(),
                rest.get(1..).unwrap_or_default()
            );
        }
    }
    decoded
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;
    use crate::text::Position;

    fn uri(text: &str) -> Uri {
        Uri::from_str(text).expect("the URI is well-formed")
    }

    #[test]
    fn spellings_of_one_uri_name_one_document() {
        let check = |left: &str, right: &str| assert_eq!(key(&uri(left)), key(&uri(right)));
        check("file:///C:/a%20b.py", "file:///c%3A/a%20b.py");
        check("file:///home/%C3%A9.py", "file:///home/%c3%a9.py");
        assert_ne!(
            key(&uri("file:///home/A.py")),
            key(&uri("file:///home/a.py"))
        );
    }

    #[test]
    fn a_reversed_range_is_ignored_and_the_rest_applied() {
        let state = State::default();
        let name = uri("file:///a.py");
        let _desk = state.open(&name, 1, "abc\n");
        let at = |character| Position { line: 0, character };
        let changes = [
            Change {
                range: Some((at(2), at(1))),
                text: "x",
            },
            Change {
                range: Some((at(3), at(3))),
                text: "d",
            },
        ];
        let changed = state.change(&name, 2, &changes, PositionEncoding::Utf16);
        assert_eq!(changed.map(|changed| changed.ignored.len()), Some(1));
        let snapshot = state.snapshot(&name).expect("it is open");
        assert_eq!((&*snapshot.text, snapshot.version), ("abcd\n", 2));
    }

    #[test]
    fn a_document_opened_again_is_a_new_revision() {
        let state = State::default();
        let name = uri("file:///a.py");
        let _first = state.open(&name, 1, "a\n");
        let before = state.revision(&name);
        let _second = state.open(&name, 1, "a\n");
        assert_ne!(state.revision(&name), before);
    }
}
