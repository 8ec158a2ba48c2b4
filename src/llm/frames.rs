//! The pieces of a streamed answer as they come in: events, or lines.

use std::time::Duration;

use eventsource_stream::{EventStreamError, Eventsource};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use tokio::time::{Instant, timeout_at};

use super::obstacle::cause;
use super::settings::Timeouts;
use super::wire::Framing;

/// Largest stream, in bytes on the wire: each token comes wrapped in some hundred bytes.
const LARGEST_STREAM: usize = 16 << 20;
/// Longest line of a stream, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// Why a stream ended early.
#[derive(Debug)]
pub(super) enum StreamFault {
    /// Nothing came for so long.
    Silent(Duration),
    /// The connection broke.
    Broken(String),
    /// It is not what was announced.
    Malformed(&'static str),
}

/// Whether a response announces that it comes in pieces of this kind.
pub(super) fn is_stream(headers: &HeaderMap, framing: Framing) -> bool {
    let announced = match framing {
        Framing::Events => "text/event-stream",
        Framing::Lines => "application/x-ndjson",
    };
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with(announced))
}

/// The pieces of a response: what events carry, or lines that are not blank.
pub(super) fn frames(
    response: Response,
    framing: Framing,
    first_byte: Instant,
    timeouts: Timeouts,
) -> BoxStream<'static, Result<String, StreamFault>> {
    let bytes = bytes(response, first_byte, timeouts);
    match framing {
        Framing::Events => bytes
            .eventsource()
            .map(|event| match event {
                Ok(event) => Ok(event.data),
                Err(EventStreamError::Transport(fault)) => Err(fault),
                Err(EventStreamError::Utf8(_)) => {
                    Err(StreamFault::Malformed("the answer is not UTF-8"))
                }
                Err(EventStreamError::Parser(_)) => Err(StreamFault::Malformed(
                    "the answer is not a stream of events",
                )),
            })
            .boxed(),
        Framing::Lines => lines(bytes).boxed(),
    }
}

/// The bytes of a response within the limits: until `first_byte` for the first ones, `idle` between the others.
fn bytes(
    response: Response,
    first_byte: Instant,
    timeouts: Timeouts,
) -> impl Stream<Item = Result<impl AsRef<[u8]>, StreamFault>> {
    struct Reading {
        response: Response,
        deadline: Instant,
        limit: Duration,
        total: usize,
        line: usize,
    }
    let reading = Reading {
        response,
        deadline: first_byte,
        limit: timeouts.first_byte,
        total: 0,
        line: 0,
    };
    stream::try_unfold(reading, move |mut reading| async move {
        let chunk = timeout_at(reading.deadline, reading.response.chunk())
            .await
            .map_err(|_| StreamFault::Silent(reading.limit))?
            .map_err(|error| StreamFault::Broken(cause(&error)))?;
        let Some(chunk) = chunk else { return Ok(None) };
        reading.total += chunk.len();
        reading.line = match chunk.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => chunk.len() - end,
            None => reading.line + chunk.len(),
        };
        if reading.total > LARGEST_STREAM || reading.line > LONGEST_LINE {
            return Err(StreamFault::Malformed("the answer does not end"));
        }
        reading.limit = timeouts.idle;
        reading.deadline = Instant::now() + timeouts.idle;
        Ok(Some((chunk, reading)))
    })
}

/// Lines that are not blank, the last one also without its end.
fn lines<Chunk: AsRef<[u8]>>(
    bytes: impl Stream<Item = Result<Chunk, StreamFault>>,
) -> impl Stream<Item = Result<String, StreamFault>> {
    let state = (Box::pin(bytes), Vec::new(), false);
    stream::try_unfold(state, |(mut bytes, mut rest, mut ended)| async move {
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line: Vec<u8> = match end {
                Some(end) => rest.drain(..=end).collect(),
                None if ended => std::mem::take(&mut rest),
                None => {
                    match bytes.next().await {
                        Some(chunk) => rest.extend_from_slice(chunk?.as_ref()),
                        None => ended = true,
                    }
                    continue;
                }
            };
            if line.is_empty() {
                return Ok(None);
            }
            let line = String::from_utf8(line)
                .map_err(|_| StreamFault::Malformed("the answer is not UTF-8"))?;
            if !line.trim().is_empty() {
                return Ok(Some((line.trim().to_owned(), (bytes, rest, ended))));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check_lines(chunks: &[&[u8]]) -> Vec<String> {
        let chunks: Vec<_> = chunks.iter().map(|chunk| Ok(chunk.to_vec())).collect();
        let lines: Vec<_> = lines(stream::iter(chunks)).collect().await;
        lines
            .into_iter()
            .map(|line| line.expect("a good line"))
            .collect()
    }

    #[tokio::test]
    async fn lines_are_put_together_whatever_the_pieces_of_the_network() {
        assert_eq!(
            check_lines(&[b"a\nb", b"c\r\n\n", b"d"]).await,
            ["a", "bc", "d"]
        );
        let umlaut = "\u{e4}\n".as_bytes();
        assert_eq!(check_lines(&[&umlaut[..1], &umlaut[1..]]).await, ["\u{e4}"]);
        assert_eq!(check_lines(&[]).await, [""; 0]);
        assert_eq!(check_lines(&[b"\n\n"]).await, [""; 0]);
    }
}
