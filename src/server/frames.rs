//! The base protocol: messages framed by `Content-Length` (LSP 3.17, Base Protocol).
//!
//! Nothing that a client can write ends the session or leaves it deaf: what cannot be read is reported and skipped, up
//! to the next header.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// Longest message that is read, in bytes. A larger number in a header is taken for a mistake.
const MAX_LENGTH: usize = 512 * 1024 * 1024;

const HEADER: &[u8] = b"content-length:";

/// What was read.
#[derive(Debug, PartialEq)]
pub enum Incoming {
    /// A message: an object that may be a request, a notification or a response.
    Message(Value),
    /// Something that is no message, and why. Answered with a parse error.
    Garbage(String),
}

/// Reads framed messages.
pub struct FrameReader<R> {
    input: BufReader<R>,
    /// Bytes to be read again before `input`.
    again: Vec<u8>,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(64 * 1024, input),
            again: Vec::new(),
        }
    }

    /// The next message; `None` at the end of the input.
    pub async fn next(&mut self) -> io::Result<Option<Incoming>> {
        let length = match self.header().await? {
            None => return Ok(None),
            Some(Err(reason)) => return Ok(Some(Incoming::Garbage(reason))),
            Some(Ok(length)) => length,
        };
        let Some(body) = self.body(length).await? else {
            return Ok(None);
        };
        match parse(&body) {
            Ok(message) => Ok(Some(Incoming::Message(message))),
            Err(error) => {
                // A length that was too great has swallowed the head of the next message.
                if let Some(next) = find_header(body.get(1..).unwrap_or_default()) {
                    let mut rest = body.get(next + 1..).unwrap_or_default().to_vec();
                    rest.append(&mut self.again);
                    self.again = rest;
                }
                Ok(Some(Incoming::Garbage(format!(
                    "the message is not JSON: {error}"
                ))))
            }
        }
    }

    /// The value of the next `Content-Length`, whatever stands before it.
    async fn header(&mut self) -> io::Result<Option<Result<usize, String>>> {
        let mut found = None;
        loop {
            let Some(line) = self.line().await? else {
                return Ok(None);
            };
            let line = line.trim_ascii_end();
            if line.is_empty() {
                match found {
                    Some(length) => return Ok(Some(length)),
                    None => continue,
                }
            }
            if let Some(at) = find_header(line) {
                let digits = line
                    .get(at + HEADER.len()..)
                    .unwrap_or_default()
                    .trim_ascii();
                found = Some(length_of(digits));
            }
        }
    }

    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        if !self.again.is_empty() {
            let end = self
                .again
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(self.again.len(), |at| at + 1);
            line.extend(self.again.drain(..end));
        }
        if !line.ends_with(b"\n") {
            self.input.read_until(b'\n', &mut line).await?;
        }
        Ok((!line.is_empty()).then_some(line))
    }

    async fn body(&mut self, length: usize) -> io::Result<Option<Vec<u8>>> {
        let from_again = length.min(self.again.len());
        let mut body: Vec<u8> = self.again.drain(..from_again).collect();
        let missing = length - from_again;
        // `take` grows the buffer as bytes come, so a header that lies about its length costs nothing.
        let read = (&mut self.input)
            .take(missing as u64)
            .read_to_end(&mut body)
            .await?;
        Ok((read == missing).then_some(body))
    }
}

/// A message as bytes with its header.
pub fn frame(message: &impl serde::Serialize) -> Vec<u8> {
    let body = serde_json::to_vec(message).unwrap_or_default();
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(&body);
    bytes
}

fn length_of(digits: &[u8]) -> Result<usize, String> {
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse::<usize>().ok())
        .filter(|length| *length <= MAX_LENGTH)
        .ok_or_else(|| {
            format!(
                "the Content-Length is not a number from 0 to {MAX_LENGTH}: {}",
                String::from_utf8_lossy(digits)
            )
        })
}

fn find_header(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(HEADER.len())
        .position(|window| window.eq_ignore_ascii_case(HEADER))
}

fn parse(body: &[u8]) -> serde_json::Result<Value> {
    match serde_json::from_slice(body) {
        // An editor may hold half of a surrogate pair. It is one UTF-16 unit, and so is the replacement character: all
        // positions stay right.
        Err(error) => match without_lone_surrogates(body) {
            Some(repaired) => serde_json::from_slice(&repaired),
            None => Err(error),
        },
        parsed => parsed,
    }
}

/// The JSON text with each `\uD800`…`\uDFFF` that has no partner as `\uFFFD`; `None` if there is none.
fn without_lone_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = body.to_vec();
    let mut changed = false;
    let mut at = 0;
    while at < body.len() {
        if body.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        match escaped_unit(body, at) {
            Some(0xD800..=0xDBFF)
                if matches!(escaped_unit(body, at + 6), Some(0xDC00..=0xDFFF)) =>
            {
                at += 12;
            }
            Some(0xD800..=0xDFFF) => {
                if let Some(digits) = repaired.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                    changed = true;
                }
                at += 6;
            }
            _ => at += 2,
        }
    }
    changed.then_some(repaired)
}

/// The number of a `\uXXXX` at `at`.
fn escaped_unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn read_all(input: &[u8]) -> Vec<Incoming> {
        let mut reader = FrameReader::new(input);
        let mut messages = Vec::new();
        while let Some(message) = reader.next().await.expect("memory can be read") {
            messages.push(message);
        }
        messages
    }

    fn good() -> Vec<u8> {
        frame(&json!({"id": 1}))
    }

    async fn check_the_next_message_survives(bad: &[u8]) {
        let messages = read_all(&[bad, &good(), &good()].concat()).await;
        assert!(
            messages.ends_with(&[Incoming::Message(json!({"id": 1}))]),
            "{messages:?}"
        );
        assert!(
            messages
                .iter()
                .any(|message| matches!(message, Incoming::Garbage(_))),
            "{messages:?}"
        );
    }

    #[tokio::test]
    async fn reads_what_it_frames() {
        let sent = json!({"text": "é😀\n"});
        assert_eq!(read_all(&frame(&sent)).await, [Incoming::Message(sent)]);
    }

    #[tokio::test]
    async fn header_names_have_no_case_and_other_headers_are_skipped() {
        let input = b"content-type: x\r\nCONTENT-LENGTH: 2\r\n\r\n{}";
        assert_eq!(read_all(input).await, [Incoming::Message(json!({}))]);
    }

    #[tokio::test]
    async fn survives_invalid_json() {
        check_the_next_message_survives(b"Content-Length: 12\r\n\r\n{\"bad\": json").await;
    }

    #[tokio::test]
    async fn survives_a_length_that_is_no_number() {
        check_the_next_message_survives(b"Content-Length: banana\r\n\r\n{}").await;
        check_the_next_message_survives(b"Content-Length: 99999999999999999999\r\n\r\n{}").await;
    }

    #[tokio::test]
    async fn survives_a_length_that_is_too_small_or_too_great() {
        check_the_next_message_survives(b"Content-Length: 5\r\n\r\n{\"id\": 2}").await;
        check_the_next_message_survives(b"Content-Length: 20\r\n\r\n{\"id\": 2}").await;
    }

    #[tokio::test]
    async fn a_message_that_is_cut_off_is_the_end() {
        assert_eq!(read_all(b"Content-Length: 20\r\n\r\n{").await, []);
    }

    #[tokio::test]
    async fn half_a_surrogate_pair_becomes_one_unit() {
        let body = br#"{"a": "\ud800x", "b": "\ud83d\ude00", "c": "\\ud800"}"#;
        let input = [
            format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(),
            body,
        ]
        .concat();
        let expected = json!({"a": "\u{fffd}x", "b": "😀", "c": "\\ud800"});
        assert_eq!(read_all(&input).await, [Incoming::Message(expected)]);
    }
}
