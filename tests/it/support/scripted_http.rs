//! A server on loopback that plays a script byte by byte, for the faults that a real server does not produce on demand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What the server does on one connection, after it has read a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends the same bytes until the client goes away.
    SendForEver(Vec<u8>),
    /// Says nothing more until the client goes away.
    Hang,
    /// Says nothing more until it is told to go on.
    Wait(Arc<tokio::sync::Notify>),
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `POST /v1/chat/completions`
    pub line: String,
    /// The header lines, names in lower case.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
}

/// A running server. It stops when it is dropped.
pub struct ScriptedHttp {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    arrived: mpsc::UnboundedReceiver<()>,
    gone: mpsc::UnboundedReceiver<()>,
    task: tokio::task::JoinHandle<()>,
}

impl ScriptedHttp {
    /// Plays one entry of `script` on each connection; when it is used up, connections are closed without an answer.
    ///
    /// Questions after llama.cpp's health do not count: they are answered as by a server that knows nothing of it.
    pub async fn start(script: impl IntoIterator<Item = Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::start_at(listener, script)
    }

    /// The same at an address that was chosen before.
    pub fn start_at(listener: TcpListener, script: impl IntoIterator<Item = Vec<Act>>) -> Self {
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (tell_arrived, arrived) = mpsc::unbounded_channel();
        let (tell_gone, gone) = mpsc::unbounded_channel();
        let script: VecDeque<_> = script.into_iter().collect();
        let script = Arc::new(Mutex::new(script));
        let record = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (record, script) = (Arc::clone(&record), Arc::clone(&script));
                let (tell_arrived, tell_gone) = (tell_arrived.clone(), tell_gone.clone());
                tokio::spawn(async move {
                    let Some(request) = read_request(&mut stream).await else {
                        return;
                    };
                    let acts = if request.line == "GET /health" {
                        json("404 Not Found", &[], "{}")
                    } else {
                        let next = script.lock().expect("no panic while locked").pop_front();
                        let Some(acts) = next else { return };
                        record.lock().expect("no panic while locked").push(request);
                        let _ = tell_arrived.send(());
                        acts
                    };
                    play(stream, acts, &tell_gone).await;
                });
            }
        });
        Self {
            address,
            seen,
            arrived,
            gone,
            task,
        }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic while locked").clone()
    }

    /// Waits for the next request.
    pub async fn request_arrived(&mut self) {
        self.arrived.recv().await.expect("the server runs");
    }

    /// Waits until a client has closed its connection before the script was over.
    pub async fn client_gone(&mut self) {
        self.gone.recv().await.expect("the server runs");
    }
}

impl Drop for ScriptedHttp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole response with a body of JSON.
pub fn json(status: &str, headers: &[&str], body: &str) -> Vec<Act> {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    vec![Act::Send([head.as_bytes(), body.as_bytes()].concat())]
}

/// The head of a stream of events; what follows is the stream until the connection closes.
pub fn events() -> Vec<Act> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n";
    vec![Act::Send(head.as_bytes().to_vec())]
}

/// One event that carries `data`.
pub fn event(data: &str) -> Act {
    Act::Send(format!("data: {data}\n\n").into_bytes())
}

/// One event that carries a piece of an answer.
pub fn piece(text: &str) -> Act {
    let body =
        serde_json::json!({ "model": "coder", "choices": [{ "delta": { "content": text } }] });
    event(&body.to_string())
}

/// The events that end an answer.
pub fn finish(reason: &str) -> Act {
    let last = serde_json::json!({ "choices": [{ "delta": {}, "finish_reason": reason }] });
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3}}"#;
    Act::Send(format!("data: {last}\n\ndata: {usage}\n\ndata: [DONE]\n\n").into_bytes())
}

/// A good answer.
pub fn answer(text: &str) -> Vec<Act> {
    let mut acts = events();
    acts.extend([piece(text), finish("stop")]);
    acts
}

async fn play(mut stream: TcpStream, acts: Vec<Act>, gone: &mpsc::UnboundedSender<()>) {
    for act in acts {
        let went_away = match act {
            Act::Send(bytes) => stream.write_all(&bytes).await.is_err(),
            Act::SendForEver(bytes) => {
                while stream.write_all(&bytes).await.is_ok() {}
                true
            }
            // A client sends nothing after its request, so whatever is read here is its end.
            Act::Hang => {
                let _ = stream.read(&mut [0]).await;
                true
            }
            Act::Wait(go_on) => {
                go_on.notified().await;
                false
            }
        };
        if went_away {
            let _ = gone.send(());
            return;
        }
    }
    let _ = stream.shutdown().await;
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(bytes.get(..head_end)?).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<String> = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some(format!("{}: {}", name.to_lowercase(), value.trim()))
        })
        .collect();
    let length = headers
        .iter()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(bytes.get(head_end + 4..)?).into_owned();
    Some(Seen {
        line,
        headers,
        body,
    })
}
