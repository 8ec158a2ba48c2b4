//! Order and stalls, seen from inside: the text that the server has in the end is the text that was typed.

use std::fmt::Write as _;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, mpsc};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tower_lsp::LspService;
use tower_lsp::ls_types::Uri;

use super::backend::Backend;
use super::frames::{FrameReader, Incoming, frame};
use super::transport::{End, carry};
use super::{Parts, PartsFactory, protocol};

const CHANGES: usize = 100_000;
const LINES: usize = 50;
const NAME: &str = "untitled:Untitled-1";

/// The parts are never made: whoever waits for them waits until the end.
fn parts_that_never_come() -> (PartsFactory, mpsc::Sender<Parts>) {
    let (sender, receiver) = mpsc::channel();
    let receiver = Mutex::new(receiver);
    let factory = move |_: &_| {
        let receiver = receiver.lock().expect("nobody panics while it is locked");
        receiver.recv().expect("the test has ended")
    };
    (Arc::new(factory), sender)
}

fn notification(method: &str, params: &Value) -> Vec<u8> {
    frame(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
}

fn request(id: usize, method: &str) -> Vec<u8> {
    frame(&json!({"jsonrpc": "2.0", "id": id, "method": method}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_never_overtake_each_other_and_no_request_holds_them_up() {
    let (factory, never) = parts_that_never_come();
    let (service, socket) = LspService::build(|client| Backend::new(client, factory))
        .custom_method(protocol::PATTERN_STATS, Backend::pattern_stats)
        .finish();
    let session = service.inner().session();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (input, output) = tokio::io::split(theirs);
    let server = tokio::spawn(carry(
        input,
        output,
        service,
        socket,
        std::future::pending(),
    ));
    let (answers, mut typing) = tokio::io::split(ours);

    let mut lines = vec!["0".to_owned(); LINES];
    let opened =
        json!({"uri": NAME, "languageId": "python", "version": 0, "text": lines.join("\n")});
    let hello =
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {}}});
    typing
        .write_all(&frame(&hello))
        .await
        .expect("the server reads");
    let mut answers = FrameReader::new(answers);
    let hello = answers.next().await.expect("the server writes");
    assert!(matches!(hello, Some(Incoming::Message(_))), "{hello:?}");

    let typist = tokio::spawn(async move {
        let opened = notification("textDocument/didOpen", &json!({"textDocument": opened}));
        typing.write_all(&opened).await.expect("the server reads");
        for version in 1..=CHANGES {
            // Each change depends on the one before: it replaces what that left on the line.
            let line = version % LINES;
            let text = lines.get_mut(line).expect("a line");
            let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": text.len()}});
            text.clear();
            write!(text, "{version}").expect("memory is enough");
            let change = json!({
                "textDocument": {"uri": NAME, "version": version},
                "contentChanges": [{"range": range, "text": text}],
            });
            let change = notification("textDocument/didChange", &change);
            typing.write_all(&change).await.expect("the server reads");
            if version % 100 == 0 {
                let slow = request(version, protocol::PATTERN_STATS);
                typing.write_all(&slow).await.expect("the server reads");
            }
        }
        // Answered at once, and therefore after everything before.
        let last = request(CHANGES + 1, "unknown/method");
        typing.write_all(&last).await.expect("the server reads");
        (typing, lines.join("\n"))
    });
    let answer = answers.next().await.expect("the server writes");
    let Some(Incoming::Message(answer)) = answer else {
        panic!("no answer: {answer:?}");
    };
    assert_eq!(
        answer["id"],
        CHANGES + 1,
        "only the last request can be answered: {answer}"
    );

    let (mut typing, expected) = typist.await.expect("the typist does not panic");
    let uri = Uri::from_str(NAME).expect("a URI");
    let snapshot = session.state.snapshot(&uri).expect("the document is open");
    assert_eq!(&*snapshot.text, expected);
    assert_eq!(usize::try_from(snapshot.version), Ok(CHANGES));

    let exit = frame(&json!({"jsonrpc": "2.0", "method": "exit"}));
    typing.write_all(&exit).await.expect("the server reads");
    assert_eq!(server.await.expect("the server does not panic"), End::Exit);
    drop(never);
}
